// One file of a tree with its path to the tree digest (D13): whoever holds the file and this proof knows
// that the file stands in that tree under that name, without holding any other file of it.

import { fromBase64, fromHex, quote, toBase64, toHex } from '../bytes.ts';
import { canonicalJson, parseCanonicalJson } from '../canonical.ts';
import { fail } from '../codes.ts';
import * as field from '../fields.ts';
import { leafHash, nodeHash, verifyInclusion } from '../merkle.ts';
import { integer, list, object, oneOf, where, type Schema } from '../schema.ts';
import { sha256 as pureSha256, type Sha256 } from '../sha256.ts';
import { fileMode, treeLeaf, treeLimits, treePath, type FileMode, type TreeListing } from './tree.ts';

export const sourceProofFormat = 'urn:vitrine:source-proof:v1';

export interface SourceProof {
  readonly format: typeof sourceProofFormat;
  /** Tree digest, hex. */
  readonly tree: string;
  /** How many files the tree has, and which of them this is, from 0, in order of path bytes. */
  readonly files: number;
  readonly index: number;
  readonly file: { readonly mode: FileMode; readonly path: string; readonly sha256: string };
  /** Sibling hashes from the leaf to the root. */
  readonly hashes: readonly string[];
}

export const sourceProofSchema: Schema<SourceProof> = where(
  object({
    format: oneOf(sourceProofFormat),
    tree: field.sha256Hex,
    files: integer(1, treeLimits.files),
    index: integer(0, treeLimits.files - 1),
    file: object({ mode: fileMode, path: treePath, sha256: field.sha256Hex }),
    hashes: list(field.hash32, { most: 18 }),
  }),
  ({ index, files }) => (index < files ? undefined : 'an index below the number of files'),
);

const mostBytes = 16_384;

export function parseSourceProof(bytes: Uint8Array): SourceProof {
  return sourceProofSchema.check(parseCanonicalJson(bytes, { bytes: mostBytes, depth: 4 }));
}

export function formatSourceProof(proof: Omit<SourceProof, 'format'>): Uint8Array {
  const bytes = canonicalJson({ ...proof, format: sourceProofFormat });
  parseSourceProof(bytes);
  return bytes;
}

/** The proof of the file that stands under this encoded path; undefined where none does. */
export function proveSource(
  { files }: TreeListing,
  path: string,
  sha256: Sha256 = pureSha256,
): SourceProof | undefined {
  const index = files.findIndex((file) => file.path === path);
  const found = files[index];
  if (found === undefined) return undefined;
  const hashes: string[] = [];
  let level = files.map((file) => leafHash(treeLeaf(file), sha256));
  // Neighbours are paired and an odd one is carried up, as in treeDigest: a carried node has no sibling.
  for (let at = index; level.length > 1; at = Math.floor(at / 2)) {
    const sibling = level[at % 2 === 0 ? at + 1 : at - 1];
    if (sibling !== undefined) hashes.push(toBase64(sibling));
    const next: Uint8Array[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const [left, right] = [level[i] as Uint8Array, level[i + 1]];
      next.push(right === undefined ? left : nodeHash(left, right, sha256));
    }
    level = next;
  }
  const { mode, sha256: digest } = found;
  return {
    format: sourceProofFormat,
    tree: toHex(level[0] as Uint8Array),
    files: files.length,
    index,
    file: { mode, path, sha256: digest },
    hashes,
  };
}

/**
 * Throws `source-proof.file` where the bytes are not the file's, `merkle.inclusion` where it is not in the
 * tree, `source-proof.tree` where that is not the tree expected (from a source statement of the log).
 */
export function verifySourceProof(
  bytes: Uint8Array,
  { tree, files, index, file, hashes }: SourceProof,
  expected?: string,
  sha256: Sha256 = pureSha256,
): void {
  const digest = toHex(sha256(bytes));
  if (digest !== file.sha256) {
    throw fail(
      'source-proof.file',
      `the bytes have the SHA-256 ${digest}; the proof is about ${quote(file.path, 200)} with ${file.sha256}`,
    );
  }
  const leaf = leafHash(treeLeaf(file), sha256);
  verifyInclusion(hashes.map(fromBase64), index, files, leaf, fromHex(tree), sha256);
  if (expected !== undefined && expected !== tree)
    throw fail('source-proof.tree', `the proof is about the tree ${tree}, not ${expected}`);
}
