// Posting lists: for each trigram the ascending numbers of the blobs that hold it, as varints of their
// differences. A segment covers a range of blob numbers and is written once; neighbours are merged by putting
// their lists one behind the other, because every number of the second is above every number of the first.
//
// A row is the 64 lists of two leading classes: 64 lengths as varints, then the lists.

import { listsPerRow, trigramCount } from './trigrams.ts';

/** `trigrams` of blob i are those up to `ends[i]`; its number is `numbers[i]`, ascending. */
export interface Scanned {
  readonly trigrams: Uint32Array;
  readonly ends: readonly number[];
  readonly numbers: readonly number[];
}

export interface Row {
  readonly prefix: number;
  readonly bytes: Uint8Array;
}

/** The rows of a new segment, by prefix; empty ones are left out. */
export function* encodeSegment({ trigrams, ends, numbers }: Scanned): Generator<Row> {
  // A counting sort by trigram keeps the blobs of each in order.
  const starts = new Uint32Array(trigramCount + 1);
  const total = ends.at(-1) ?? 0;
  for (let i = 0; i < total; i++) add(starts, (trigrams[i] as number) + 1, 1);
  for (let i = 0; i < trigramCount; i++) add(starts, i + 1, starts[i] as number);
  const next = starts.slice();
  const sorted = new Uint32Array(total);
  let from = 0;
  for (const [i, end] of ends.entries()) {
    const number = numbers[i] as number;
    for (let at = from; at < end; at++) {
      const trigram = trigrams[at] as number;
      sorted[next[trigram] as number] = number;
      add(next, trigram, 1);
    }
    from = end;
  }
  for (let prefix = 0; prefix < trigramCount / listsPerRow; prefix++) {
    const first = prefix * listsPerRow;
    if (starts[first] === starts[first + listsPerRow]) continue;
    const lists: Uint8Array[] = [];
    for (let trigram = first; trigram < first + listsPerRow; trigram++)
      lists.push(encodeList(sorted.subarray(starts[trigram], starts[trigram + 1])));
    yield { prefix, bytes: joinLists(lists) };
  }
}

function add(counts: Uint32Array, at: number, more: number): void {
  counts[at] = (counts[at] as number) + more;
}

export function encodeList(numbers: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(numbers.length * 5);
  let length = 0;
  let previous = 0;
  for (const number of numbers) {
    length = writeVarint(bytes, length, number - previous);
    previous = number;
  }
  return bytes.subarray(0, length);
}

/** Throws a RangeError on bytes that no `encodeList` wrote: the index is then built again. */
export function decodeList(bytes: Uint8Array): Uint32Array {
  const numbers = new Uint32Array(bytes.length);
  let count = 0;
  let previous = 0;
  for (let at = 0; at < bytes.length;) {
    const { value, next } = readVarint(bytes, at);
    at = next;
    previous += value;
    numbers[count++] = previous;
  }
  return numbers.subarray(0, count);
}

/** Joins two rows of one prefix; the numbers of `second` are all above those of `first`. */
export function mergeRows(first: Uint8Array, second: Uint8Array): Uint8Array {
  const after = splitLists(second);
  return joinLists(
    splitLists(first).map((list, i) => {
      const more = after[i] as Uint8Array;
      if (list.length === 0) return more;
      if (more.length === 0) return list;
      const { value, next } = readVarint(more, 0);
      const rest = more.subarray(next);
      const joined = new Uint8Array(list.length + 5 + rest.length);
      joined.set(list);
      const length = writeVarint(joined, list.length, value - lastOf(list));
      joined.set(rest, length);
      return joined.subarray(0, length + rest.length);
    }),
  );
}

/** One list of a row. */
export function listOf(row: Uint8Array, index: number): Uint8Array {
  return splitLists(row)[index] as Uint8Array;
}

function lastOf(list: Uint8Array): number {
  let previous = 0;
  for (let at = 0; at < list.length;) {
    const { value, next } = readVarint(list, at);
    previous += value;
    at = next;
  }
  return previous;
}

function joinLists(lists: readonly Uint8Array[]): Uint8Array {
  const total = lists.reduce((sum, list) => sum + list.length, 0);
  const bytes = new Uint8Array(total + listsPerRow * 5);
  let length = 0;
  for (const list of lists) length = writeVarint(bytes, length, list.length);
  for (const list of lists) {
    bytes.set(list, length);
    length += list.length;
  }
  return bytes.slice(0, length);
}

function splitLists(row: Uint8Array): readonly Uint8Array[] {
  const lengths: number[] = [];
  let at = 0;
  for (let i = 0; i < listsPerRow; i++) {
    const { value, next } = readVarint(row, at);
    lengths.push(value);
    at = next;
  }
  return lengths.map((length) => {
    const list = row.subarray(at, at + length);
    if (list.length !== length) throw new RangeError('a posting row ends early');
    at += length;
    return list;
  });
}

function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  while (value >= 0x80) {
    bytes[at++] = (value & 0x7f) | 0x80;
    value >>>= 7;
  }
  bytes[at++] = value;
  return at;
}

function readVarint(bytes: Uint8Array, at: number): { readonly value: number; readonly next: number } {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = bytes[at++];
    if (byte === undefined) throw new RangeError('a posting list ends early');
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, next: at };
  }
  throw new RangeError('a number in a posting list is too long');
}
