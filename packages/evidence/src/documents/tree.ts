// The tree of source (D13): tree digest = RFC 6962 root over the files sorted by path bytes, from raw
// git blobs. A reviewer of a part gets a file and its path to this root.

import { compareBytes, concat, fromHex, quote, toHex, utf8 } from '../bytes.ts';
import { canonicalJson, parseCanonicalJson } from '../canonical.ts';
import { fail } from '../codes.ts';
import * as field from '../fields.ts';
import type { Json } from '../json.ts';
import { leafHash, nodeHash, emptyRoot } from '../merkle.ts';
import { list, object, oneOf, text, where, type Schema } from '../schema.ts';
import { sha256 as pureSha256, type Sha256 } from '../sha256.ts';

/** git's modes for files, executables and symbolic links; submodules are expanded, never listed. */
export type FileMode = '100644' | '100755' | '120000';

export interface TreeFile {
  readonly mode: FileMode;
  /** Path bytes, with every byte outside `!`–`~`, and `%`, as %XX (upper case). */
  readonly path: string;
  /** SHA-256 of the raw blob, hex. */
  readonly sha256: string;
  readonly size: number;
}

export interface TreeListing {
  readonly files: readonly TreeFile[];
}

export const treeLimits = { files: 200_000, bytes: 67_108_864, depth: 64 } as const;

export function encodePath(path: Uint8Array): string {
  let encoded = '';
  for (const byte of path) {
    encoded += isPlain(byte) ? String.fromCharCode(byte) : `%${toHex(Uint8Array.of(byte)).toUpperCase()}`;
  }
  return encoded;
}

/** The path bytes; refuses any other encoding of the same bytes. */
export function decodePath(encoded: string): Uint8Array {
  const path = new Uint8Array(encoded.length);
  let length = 0;
  for (let i = 0; i < encoded.length; i++) {
    let byte = encoded.charCodeAt(i);
    if (byte === percent) {
      const digits = encoded.slice(i + 1, i + 3);
      if (!/^[0-9A-F]{2}$/.test(digits))
        throw fail('tree.path', `not a percent-encoded path: ${quote(encoded)}`);
      byte = Number.parseInt(digits, 16);
      if (isPlain(byte)) throw fail('tree.path', `not the one encoding of its path: ${quote(encoded)}`);
      i += 2;
    } else if (!isPlain(byte)) {
      throw fail('tree.path', `not a percent-encoded path: ${quote(encoded)}`);
    }
    path[length++] = byte;
  }
  return path.slice(0, length);
}

const percent = 0x25;

/** Whether a byte stands for itself in an encoded path. */
function isPlain(byte: number): boolean {
  return byte > 0x20 && byte < 0x7f && byte !== percent;
}

export const fileMode: Schema<FileMode> = oneOf('100644', '100755', '120000');
export const treePath: Schema<string> = where(
  text(/^[!-~]{1,4096}$/, 4096, 'a percent-encoded path'),
  pathObjection,
);

const treeFile: Schema<TreeFile> = object({
  mode: fileMode,
  path: treePath,
  sha256: field.sha256Hex,
  size: field.size,
});

/** A tree that is unpacked may not leave its directory, whatever the listing says. */
function pathObjection(encoded: string): string | undefined {
  let path: Uint8Array;
  try {
    path = decodePath(encoded);
  } catch {
    return 'the one percent-encoding of a path';
  }
  if (path.includes(0)) return 'a path without a NUL byte';
  const segments = encoded.split('/');
  if (segments.length > treeLimits.depth) return `a path of at most ${treeLimits.depth} segments`;
  if (
    segments.some(
      (segment) => segment === '' || segment === '.' || segment === '..' || segment.toLowerCase() === '.git',
    )
  ) {
    return 'a relative path without dot segments';
  }
  return undefined;
}

export const treeListingSchema: Schema<TreeListing> = where(
  object({ files: list(treeFile, { least: 1, most: treeLimits.files }) }),
  ({ files }) => {
    const paths = files.map(({ path }) => decodePath(path));
    for (let i = 1; i < paths.length; i++) {
      if (compareBytes(paths[i - 1] as Uint8Array, paths[i] as Uint8Array) >= 0)
        return 'files in order of their path bytes, none twice';
    }
    return hasFileInFile(files) ? 'no file that is also a folder' : undefined;
  },
);

/** One pass over sorted paths: what begins like a path stands together, so only those before it are looked at. */
function hasFileInFile(files: readonly TreeFile[]): boolean {
  const beginnings: string[] = [];
  for (const { path } of files) {
    while (beginnings.length > 0 && !path.startsWith(beginnings.at(-1) as string)) beginnings.pop();
    if (beginnings.some((file) => path[file.length] === '/')) return true;
    beginnings.push(path);
  }
  return false;
}

export function parseTreeListing(bytes: Uint8Array): TreeListing {
  return treeListingSchema.check(parseCanonicalJson(bytes, { bytes: treeLimits.bytes, depth: 4 }));
}

export function formatTreeListing(files: readonly TreeFile[]): Uint8Array {
  const sorted = files
    .map((file) => ({ file, path: decodePath(file.path) }))
    .sort((a, b) => compareBytes(a.path, b.path))
    .map(({ file }) => file);
  return canonicalJson(treeListingSchema.check({ files: sorted } as unknown as Json) as unknown as Json);
}

/** The leaf of a file: mode ‖ 20 ‖ path bytes ‖ 00 ‖ SHA-256 of the blob. */
export function treeLeaf({ mode, path, sha256 }: Pick<TreeFile, 'mode' | 'path' | 'sha256'>): Uint8Array {
  return concat(utf8(`${mode} `), decodePath(path), Uint8Array.of(0), fromHex(sha256));
}

/** 32 bytes: the root over the files in listing order. */
export function treeDigest({ files }: TreeListing, sha256: Sha256 = pureSha256): Uint8Array {
  return merkleRoot(
    files.map((file) => leafHash(treeLeaf(file), sha256)),
    sha256,
  );
}

function merkleRoot(leaves: readonly Uint8Array[], sha256: Sha256): Uint8Array {
  if (leaves.length === 0) return emptyRoot(sha256);
  let level = [...leaves];
  // Pairing neighbours and carrying the odd one up gives RFC 6962's left-full tree.
  while (level.length > 1) {
    const next: Uint8Array[] = [];
    for (let i = 0; i + 1 < level.length; i += 2)
      next.push(nodeHash(level[i] as Uint8Array, level[i + 1] as Uint8Array, sha256));
    if (level.length % 2 === 1) next.push(level.at(-1) as Uint8Array);
    level = next;
  }
  return level[0] as Uint8Array;
}
