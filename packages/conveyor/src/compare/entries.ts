// What a path holds: one file, or the files of a folder. Names are bytes; links are looked at, never
// followed; nothing waits for a pipe.

import { constants, open, readdir, readlink, stat, type FileHandle } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { compareBytes, encodePath, quote, treeLimits, type FileMode } from '@vitrine/evidence';
import { fileFault, sha256Hex } from '@vitrine/host';
import { fail } from '../codes.ts';
import type { Content } from './model.ts';
import type { ByteDifference } from './text.ts';

export interface Entry {
  readonly path: Buffer;
  readonly mode: FileMode;
}

export interface Entries {
  readonly isFolder: boolean;
  /** By encoded path, in the order of path bytes. */
  readonly files: ReadonlyMap<string, Entry>;
}

export async function listEntries(path: string): Promise<Entries> {
  const found = await stat(path).catch((error: unknown) => {
    throw fileFault('look at', path, error);
  });
  if (found.isFile()) {
    // What a single file is called, and who may run it, is not compared.
    return { isFolder: false, files: new Map([['the file', { path: Buffer.from(path), mode: '100644' }]]) };
  }
  if (!found.isDirectory()) throw fail('compare.kind', `${quote(path, 200)} is neither a file nor a folder`);
  const files: (readonly [Buffer, Entry])[] = [];
  await listFolder(Buffer.from(`${path}/`), Buffer.alloc(0), 0, files);
  // Nothing is equal to nothing: an empty folder is a build that was not there, or a wrong path.
  if (files.length === 0) throw fail('compare.empty', `${quote(path, 200)} holds no file`);
  files.sort(([a], [b]) => compareBytes(a, b));
  return { isFolder: true, files: new Map(files.map(([name, entry]) => [encodePath(name), entry])) };
}

const slash = Buffer.from('/');

async function listFolder(
  root: Buffer,
  below: Buffer,
  depth: number,
  files: (readonly [Buffer, Entry])[],
): Promise<void> {
  if (depth > treeLimits.depth)
    throw fail('compare.size', `folders are nested deeper than ${treeLimits.depth}`);
  const folder = Buffer.concat([root, below]);
  const found = await readdir(folder, { withFileTypes: true, encoding: 'buffer' }).catch((error: unknown) => {
    throw fileFault('list', folder.toString(), error);
  });
  for (const entry of found) {
    const name = Buffer.concat([below, entry.name]);
    if (entry.isDirectory()) {
      await listFolder(root, Buffer.concat([name, slash]), depth + 1, files);
      continue;
    }
    if (files.length >= treeLimits.files) throw fail('compare.size', `more than ${treeLimits.files} files`);
    const path = Buffer.concat([root, name]);
    if (!entry.isFile() && !entry.isSymbolicLink()) {
      const shown = encodePath(name);
      throw fail('compare.kind', `${quote(shown, 200)} is neither a file, a folder nor a link`, {
        at: shown,
      });
    }
    files.push([name, { path, mode: entry.isSymbolicLink() ? '120000' : await fileMode(path) }]);
  }
}

async function fileMode(path: Buffer): Promise<FileMode> {
  return ((await stat(path)).mode & 0o111) === 0 ? '100644' : '100755';
}

/** Undefined where there are more than `maxBytes`. Of a link, where it leads. */
export async function readEntry({ path, mode }: Entry, maxBytes: number): Promise<Uint8Array | undefined> {
  if (mode === '120000') return readlink(path, { encoding: 'buffer' });
  return withFile(path, async (handle) => {
    if ((await handle.stat()).size > maxBytes) return undefined;
    const chunks: Buffer[] = [];
    let length = 0;
    // One byte more than allowed shows a file that grows.
    for await (const chunk of handle.createReadStream({
      end: maxBytes,
      autoClose: false,
    }) as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
    }
    return length > maxBytes ? undefined : Buffer.concat(chunks, length);
  });
}

export async function hashEntry({ path, mode }: Entry): Promise<Content> {
  if (mode === '120000') {
    const target = await readlink(path, { encoding: 'buffer' });
    return { sha256: sha256Hex(target), size: target.length };
  }
  return withFile(path, async (handle) => {
    const digest = createHash('sha256');
    let size = 0;
    for await (const chunk of handle.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>) {
      digest.update(chunk);
      size += chunk.length;
    }
    return { sha256: digest.digest('hex'), size };
  });
}

const pieceBytes = 1 << 20;

/** Of two files that are too large to hold: the first difference and their number, in pieces. */
export function differInPieces(a: Entry, b: Entry): Promise<ByteDifference> {
  return withFile(a.path, (one) =>
    withFile(b.path, async (other) => {
      const [left, right] = [Buffer.alloc(pieceBytes), Buffer.alloc(pieceBytes)];
      let first: number | undefined;
      let bytes = 0;
      for (let at = 0; ; at += pieceBytes) {
        const [m, n] = [await fill(one, left, at), await fill(other, right, at)];
        const both = Math.min(m, n);
        for (let i = 0; i < both; i++) {
          if (left[i] === right[i]) continue;
          first ??= at + i;
          bytes++;
        }
        if (m !== n) first ??= at + both;
        bytes += Math.max(m, n) - both;
        if (m < pieceBytes && n < pieceBytes) return { first: first ?? at + both, bytes };
      }
    }),
  );
}

async function fill(handle: FileHandle, piece: Buffer, at: number): Promise<number> {
  let filled = 0;
  while (filled < piece.length) {
    const { bytesRead } = await handle.read(piece, filled, piece.length - filled, at + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

async function withFile<T>(path: Buffer, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    return await use(handle);
  } catch (error) {
    throw fileFault('read', path.toString(), error);
  } finally {
    await handle?.close();
  }
}
