// Two contents, compared as deep as their formats are known. The result names every difference: regions
// cover a file whole, so what no part explains stands there as a part of its own.

import { sha256Hex } from '@vitrine/host';
import { ar } from './ar.ts';
import { elf } from './elf.ts';
import { gzip } from './gzip.ts';
import { tile, Unreadable, type LayoutReader, type Region } from './layout.ts';
import type { CompareLimits, Content, Difference } from './model.ts';
import { xz, zstd } from './packed.ts';
import { tar } from './tar.ts';
import { differAt, isText, lineAt } from './text.ts';
import { zip } from './zip.ts';

const readers: readonly LayoutReader[] = [elf, gzip, zip, ar, tar, zstd, xz];

/** What is counted over a whole comparison. Owned by one call of `comparePaths` or `compareContents`. */
export interface Tally {
  readonly limits: CompareLimits;
  unpacked: number;
  listed: number;
  omitted: number;
  differing: number;
  explained: number;
}

export function startTally(limits: CompareLimits): Tally {
  return { limits, unpacked: 0, listed: 0, omitted: 0, differing: 0, explained: 0 };
}

/** A part that differs, or undefined. `named`: the part's own name explains the difference already. */
export async function compareContent(
  name: string,
  a: Uint8Array,
  b: Uint8Array,
  tally: Tally,
  { depth = 0, named = false }: { readonly depth?: number; readonly named?: boolean } = {},
): Promise<Difference | undefined> {
  if (isSame(a, b)) return undefined;
  const found = await compareLayouts(a, b, depth, tally);
  const both = { name, a: contentOf(a), b: contentOf(b) };
  if (found !== undefined && 'parts' in found) return { ...both, ...found };
  const { first, bytes } = differAt(a, b);
  const note = found?.note;
  if (note === undefined && isText(a) && isText(b)) {
    count(tally, bytes, true);
    return { ...both, as: 'text', first, bytes, line: lineAt(a, b, first) };
  }
  count(tally, bytes, named && note === undefined);
  return { ...both, as: 'bytes', first, bytes, ...(note === undefined ? {} : { note }) };
}

/** One side alone has this part. */
export function onlyIn(side: 'a' | 'b', name: string, content: Content, tally: Tally): Difference {
  count(tally, content.size, true);
  return { name, as: 'bytes', [side]: content, bytes: content.size, note: `only in ${side}` };
}

export function count(tally: Tally, bytes: number, isExplained: boolean): void {
  tally.differing += bytes;
  if (isExplained) tally.explained += bytes;
}

/** Keeps a difference in the list as long as there is room; it has been counted either way. */
export function keep(list: Difference[], difference: Difference | undefined, tally: Tally): void {
  if (difference === undefined) return;
  if (tally.listed >= tally.limits.listed) tally.omitted++;
  else {
    tally.listed++;
    list.push(difference);
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}

export function contentOf(bytes: Uint8Array): Content {
  return { sha256: sha256Hex(bytes), size: bytes.length };
}

type Parts = { readonly as: string; readonly parts: readonly Difference[]; readonly note?: string };

/** Undefined where the two are of no format that is known, or of two. */
async function compareLayouts(
  a: Uint8Array,
  b: Uint8Array,
  depth: number,
  tally: Tally,
): Promise<Parts | { readonly note: string } | undefined> {
  const reader = readers.find((one) => one.recognises(a) && one.recognises(b));
  if (reader === undefined) return undefined;
  if (depth >= tally.limits.depth) return { note: `${reader.format}: nested too deeply` };
  let sides: readonly [readonly Region[], readonly Region[]];
  try {
    sides = [readLayout(reader, a, tally), readLayout(reader, b, tally)];
  } catch (error) {
    return { note: `${reader.format}: ${reasonOf(error)}` };
  }
  return { as: reader.format, parts: await compareRegions({ a, b, sides }, depth, tally) };
}

function readLayout(reader: LayoutReader, bytes: Uint8Array, tally: Tally): readonly Region[] {
  return tile(reader.read(bytes, tally.limits.parts), bytes.length);
}

/** Readers check what they use; a place that lies outside all the same is the file's fault, too. */
function reasonOf(error: unknown): string {
  if (error instanceof Unreadable) return error.message;
  if (error instanceof RangeError) return 'it is cut';
  throw error;
}

interface Sides {
  readonly a: Uint8Array;
  readonly b: Uint8Array;
  readonly sides: readonly [readonly Region[], readonly Region[]];
}

/** Pairs regions by name, the n-th of a name with the n-th; then what only one side has, then the order. */
async function compareRegions(
  { a, b, sides }: Sides,
  depth: number,
  tally: Tally,
): Promise<readonly Difference[]> {
  const [ours, theirs] = [numbered(sides[0]), numbered(sides[1])];
  const parts: Difference[] = [];
  for (const [name, region] of ours) {
    const other = theirs.get(name);
    const part = bytesOf(a, region);
    const difference =
      other === undefined
        ? onlyIn('a', name, contentOf(part), tally)
        : await compareRegion({ name, region, a: part, b: bytesOf(b, other), other }, depth, tally);
    keep(parts, difference, tally);
  }
  for (const [name, region] of theirs) {
    if (!ours.has(name)) keep(parts, onlyIn('b', name, contentOf(bytesOf(b, region)), tally), tally);
  }
  keep(parts, otherOrder(ours, theirs), tally);
  return parts;
}

function bytesOf(whole: Uint8Array, { start, end }: Region): Uint8Array {
  return whole.subarray(start, end);
}

function numbered(regions: readonly Region[]): ReadonlyMap<string, Region> {
  const seen = new Map<string, number>();
  const names = new Map<string, Region>();
  for (const region of regions) {
    const times = (seen.get(region.name) ?? 0) + 1;
    seen.set(region.name, times);
    // Names from files hold no spaces, which are encoded: nobody else is called so.
    names.set(times === 1 ? region.name : `${region.name} (${times})`, region);
  }
  return names;
}

interface Pair {
  readonly name: string;
  readonly region: Region;
  readonly other: Region;
  readonly a: Uint8Array;
  readonly b: Uint8Array;
}

async function compareRegion(pair: Pair, depth: number, tally: Tally): Promise<Difference | undefined> {
  const { name, region, other, a, b } = pair;
  if (isSame(a, b)) return undefined;
  const [inside, otherInside] = [region.inside, other.inside];
  if (inside?.kind === 'packed' && otherInside?.kind === 'packed')
    return compareUnpacked(pair, [inside.unpack, otherInside.unpack], depth, tally);
  if (inside?.kind === 'fields' && otherInside?.kind === 'fields') {
    const sides = [tile(inside.fields, a.length), tile(otherInside.fields, b.length)] as const;
    const parts = await compareRegions({ a, b, sides }, depth, tally);
    return { name, as: 'fields', a: contentOf(a), b: contentOf(b), parts };
  }
  if (inside?.kind === 'content') return compareContent(name, a, b, tally, { depth: depth + 1, named: true });
  return compareAsBytes(name, a, b, tally);
}

function compareAsBytes(name: string, a: Uint8Array, b: Uint8Array, tally: Tally, note?: string): Difference {
  const { first, bytes } = differAt(a, b);
  count(tally, bytes, note === undefined);
  const both = { name, as: 'bytes', a: contentOf(a), b: contentOf(b), first, bytes };
  return note === undefined ? both : { ...both, note };
}

async function compareUnpacked(
  { name, a, b }: Pair,
  unpack: readonly [Unpacker, Unpacker],
  depth: number,
  tally: Tally,
): Promise<Difference> {
  let sides: readonly [Uint8Array, Uint8Array];
  try {
    sides = [await unpackWithin(unpack[0], a, tally), await unpackWithin(unpack[1], b, tally)];
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return compareAsBytes(name, a, b, tally, error.message);
  }
  const inner = await compareContent(name, ...sides, tally, { depth: depth + 1, named: true });
  if (inner !== undefined) return inner;
  const { first, bytes } = differAt(a, b);
  count(tally, bytes, true);
  const note = 'the same content, packed otherwise';
  return { name, as: 'packed', a: contentOf(a), b: contentOf(b), first, bytes, note };
}

type Unpacker = (packed: Uint8Array, maxBytes: number) => Promise<Uint8Array>;

async function unpackWithin(unpack: Unpacker, packed: Uint8Array, tally: Tally): Promise<Uint8Array> {
  const unpacked = await unpack(packed, tally.limits.unpackedBytes - tally.unpacked);
  tally.unpacked += unpacked.length;
  return unpacked;
}

/** The same parts in another order: no byte of them differs, and the file does. */
function otherOrder(
  ours: ReadonlyMap<string, Region>,
  theirs: ReadonlyMap<string, Region>,
): Difference | undefined {
  const common = [...ours.keys()].filter((name) => theirs.has(name));
  const order = [...theirs.keys()].filter((name) => ours.has(name));
  const at = common.findIndex((name, i) => name !== order[i]);
  if (at < 0) return undefined;
  const note = `from ${common[at] ?? ''} in a, and ${order[at] ?? ''} in b`;
  return { name: 'the order of the parts', as: 'order', note };
}
