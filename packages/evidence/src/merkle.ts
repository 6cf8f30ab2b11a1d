// Merkle trees of RFC 6962 section 2.1: leaf = SHA-256(00 ‖ data), node = SHA-256(01 ‖ left ‖ right).
// Sizes and indices are safe integers (at most 2^53 − 1); hashes are 32 bytes.

import { equal, toBase64 } from './bytes.ts';
import { fail } from './codes.ts';
import { sha256 as pureSha256, type Sha256 } from './sha256.ts';

export const hashSize = 32;

// One input for all nodes and one for all leaves of ordinary size, since hashing is synchronous: most of a
// proof's time was allocating it.
const nodeInput = new Uint8Array(1 + 2 * hashSize);
const leafInput = new Uint8Array(4096);

export function leafHash(entry: Uint8Array, sha256: Sha256 = pureSha256): Uint8Array {
  const length = 1 + entry.length;
  const input = length <= leafInput.length ? leafInput.subarray(0, length) : new Uint8Array(length);
  input.set(entry, 1); // After a zero byte.
  return sha256(input);
}

export function nodeHash(left: Uint8Array, right: Uint8Array, sha256: Sha256 = pureSha256): Uint8Array {
  const length = 1 + left.length + right.length;
  const input = length === nodeInput.length ? nodeInput : new Uint8Array(length);
  input[0] = 1;
  input.set(left, 1);
  input.set(right, 1 + left.length);
  return sha256(input);
}

export function emptyRoot(sha256: Sha256 = pureSha256): Uint8Array {
  return sha256(new Uint8Array(0));
}

/** Throws `merkle.inclusion` unless `proof` leads from this leaf to `root` (RFC 9162 section 2.1.3.2). */
export function verifyInclusion(
  proof: readonly Uint8Array[],
  index: number,
  size: number,
  leaf: Uint8Array,
  root: Uint8Array,
  sha256: Sha256 = pureSha256,
): void {
  requireSize(index);
  requireSize(size);
  if (index >= size) throw fail('merkle.inclusion', `index ${index} is outside a tree of ${size}`);
  requireHashes(proof, leaf, root);

  let fn = index;
  let sn = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (sn === 0) throw fail('merkle.inclusion', `the path is longer than a tree of ${size} allows`);
    if (isOdd(fn) || fn === sn) {
      hash = nodeHash(sibling, hash, sha256);
      while (!isOdd(fn) && fn !== 0) {
        fn = half(fn);
        sn = half(sn);
      }
    } else {
      hash = nodeHash(hash, sibling, sha256);
    }
    fn = half(fn);
    sn = half(sn);
  }
  if (sn !== 0) throw fail('merkle.inclusion', `the path is shorter than a tree of ${size} needs`);
  if (!equal(hash, root)) {
    throw fail(
      'merkle.inclusion',
      `the path of entry ${index} leads to ${toBase64(hash)}, not to the root ${toBase64(root)}`,
    );
  }
}

/** Throws `merkle.consistency` unless the tree of `size2` extends the tree of `size1` (RFC 9162 section 2.1.4.2). */
export function verifyConsistency(
  proof: readonly Uint8Array[],
  size1: number,
  size2: number,
  root1: Uint8Array,
  root2: Uint8Array,
  sha256: Sha256 = pureSha256,
): void {
  requireSize(size1);
  requireSize(size2);
  if (size1 > size2) throw fail('merkle.consistency', `a tree of ${size2} cannot extend one of ${size1}`);
  if (size1 !== size2) requireHashes(proof, root1, root2);
  if (size1 === size2 || size1 === 0) {
    if (proof.length > 0)
      throw fail('merkle.consistency', `the proof from ${size1} to ${size2} must be empty`);
    if (size1 === size2 && !equal(root1, root2)) {
      throw fail(
        'merkle.consistency',
        `two roots for the same size ${size1}: ${toBase64(root1)} and ${toBase64(root2)}`,
      );
    }
    // A log of size 0 has one possible root; anything else is not a log we can follow.
    if (size1 === 0 && !equal(root1, emptyRoot(sha256))) {
      throw fail('merkle.consistency', 'the root of size 0 is not the empty root');
    }
    return;
  }

  const path = isPowerOfTwo(size1) ? [root1, ...proof] : proof;
  const first = path[0];
  if (first === undefined) throw fail('merkle.consistency', `the proof from ${size1} to ${size2} is empty`);
  let fn = size1 - 1;
  let sn = size2 - 1;
  while (isOdd(fn)) {
    fn = half(fn);
    sn = half(sn);
  }
  let hash1 = first;
  let hash2 = first;
  for (const node of path.slice(1)) {
    if (sn === 0) throw fail('merkle.consistency', `the proof from ${size1} to ${size2} is too long`);
    if (isOdd(fn) || fn === sn) {
      hash1 = nodeHash(node, hash1, sha256);
      hash2 = nodeHash(node, hash2, sha256);
      while (!isOdd(fn) && fn !== 0) {
        fn = half(fn);
        sn = half(sn);
      }
    } else {
      hash2 = nodeHash(hash2, node, sha256);
    }
    fn = half(fn);
    sn = half(sn);
  }
  if (sn !== 0) throw fail('merkle.consistency', `the proof from ${size1} to ${size2} is too short`);
  if (!equal(hash1, root1))
    throw fail('merkle.consistency', `the proof does not lead to the root of size ${size1}`);
  if (!equal(hash2, root2))
    throw fail('merkle.consistency', `the proof does not lead to the root of size ${size2}`);
}

/** The complete subtrees of a tree of `size`, largest first: the nodes a compact range holds. */
export function subtrees(size: number): readonly { readonly level: number; readonly index: number }[] {
  const nodes: { level: number; index: number }[] = [];
  let start = 0;
  for (let level = 53; level >= 0; level--) {
    const width = 2 ** level;
    if (size - start >= width) {
      nodes.push({ level, index: start / width });
      start += width;
    }
  }
  return nodes;
}

/** A stored node: the hash of leaves [index · 2^level, (index + 1) · 2^level). */
export interface NodeAddress {
  readonly level: number;
  readonly index: number;
}

/** Reads complete-subtree hashes, in the order asked. */
export type NodeReader = (nodes: readonly NodeAddress[]) => Promise<readonly Uint8Array[]>;

/** MTH of [start, end) as the complete subtrees that compose it; right to left folding gives the hash. */
function cover(start: number, end: number): NodeAddress[] {
  const nodes: NodeAddress[] = [];
  let at = start;
  while (at < end) {
    let level = 0;
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= end) level++;
    nodes.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return nodes;
}

function fold(hashes: readonly Uint8Array[], sha256: Sha256): Uint8Array {
  const last = hashes.at(-1);
  if (last === undefined) return emptyRoot(sha256);
  return hashes.slice(0, -1).reduceRight((right, left) => nodeHash(left, right, sha256), last);
}

async function readRanges(
  ranges: readonly (readonly [number, number])[],
  read: NodeReader,
  sha256: Sha256,
): Promise<Uint8Array[]> {
  const covers = ranges.map(([start, end]) => cover(start, end));
  const hashes = await read(covers.flat());
  let offset = 0;
  return covers.map((nodes) => fold(hashes.slice(offset, (offset += nodes.length)), sha256));
}

export async function treeRoot(
  size: number,
  read: NodeReader,
  sha256: Sha256 = pureSha256,
): Promise<Uint8Array> {
  requireSize(size);
  const [root] = await readRanges([[0, size]], read, sha256);
  return root as Uint8Array;
}

/** RFC 6962 section 2.1.1, PATH(index, D[size]). */
export async function inclusionProof(
  index: number,
  size: number,
  read: NodeReader,
  sha256: Sha256 = pureSha256,
): Promise<Uint8Array[]> {
  requireSize(index);
  requireSize(size);
  if (index >= size) throw fail('merkle.inclusion', `index ${index} is outside a tree of ${size}`);
  const ranges: (readonly [number, number])[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + split(end - start);
    if (index < middle) {
      ranges.push([middle, end]);
      end = middle;
    } else {
      ranges.push([start, middle]);
      start = middle;
    }
  }
  return readRanges(ranges.reverse(), read, sha256);
}

/** RFC 6962 section 2.1.2, PROOF(size1, D[size2]). */
export async function consistencyProof(
  size1: number,
  size2: number,
  read: NodeReader,
  sha256: Sha256 = pureSha256,
): Promise<Uint8Array[]> {
  requireSize(size1);
  requireSize(size2);
  if (size1 > size2) throw fail('merkle.consistency', `a tree of ${size2} cannot extend one of ${size1}`);
  if (size1 === 0 || size1 === size2) return [];
  const ranges: (readonly [number, number])[] = [];
  let start = 0;
  let end = size2;
  let m = size1;
  let whole = true;
  while (m !== end - start) {
    const k = split(end - start);
    if (m <= k) {
      ranges.push([start + k, end]);
      end = start + k;
    } else {
      ranges.push([start, start + k]);
      start += k;
      m -= k;
      whole = false;
    }
  }
  if (!whole) ranges.push([start, end]);
  return readRanges(ranges.reverse(), read, sha256);
}

/** The largest power of two below n (n > 1). */
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

function isPowerOfTwo(n: number): boolean {
  return n === 1 || (n > 1 && split(n) * 2 === n);
}

// Sizes pass 2^31, so no bit operators.
function isOdd(n: number): boolean {
  return n % 2 === 1;
}

function half(n: number): number {
  return Math.floor(n / 2);
}

function requireSize(n: number): void {
  if (!Number.isSafeInteger(n) || n < 0) throw fail('merkle.size', `not a tree size or index: ${n}`);
}

function requireHashes(proof: readonly Uint8Array[], ...hashes: readonly Uint8Array[]): void {
  if (proof.length > 63)
    throw fail('merkle.size', `a proof of ${proof.length} hashes; at most 63 are possible`);
  for (const hash of [...proof, ...hashes]) {
    if (hash.length !== hashSize)
      throw fail('merkle.size', `a hash of ${hash.length} bytes, not ${hashSize}`);
  }
}
