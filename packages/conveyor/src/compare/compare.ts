// What differs between two files, two folders or two contents, and where. The verdict is the digests'.

import { sameDigest, toHex, treeDigest } from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { compareContent, contentOf, count, keep, onlyIn, startTally, type Tally } from './content.ts';
import { differInPieces, hashEntry, listEntries, readEntry, type Entries, type Entry } from './entries.ts';
import {
  compareLimits,
  type CompareLimits,
  type Comparison,
  type Content,
  type Difference,
} from './model.ts';

/** Throws `compare.kind`, `compare.empty` and `compare.size` where there is nothing to compare. */
export async function comparePaths(
  a: string,
  b: string,
  limits: CompareLimits = compareLimits,
): Promise<Comparison> {
  const [ours, theirs] = [await listEntries(a), await listEntries(b)];
  const tally = startTally(limits);
  const differences: Difference[] = [];
  const [one, other] = [new Map<string, Content>(), new Map<string, Content>()];
  for (const [name, entry] of ours.files) {
    const pair = theirs.files.get(name);
    const compared = pair === undefined ? undefined : await compareEntries(name, entry, pair, tally);
    const content = compared?.a ?? (await hashEntry(entry));
    one.set(name, content);
    if (compared !== undefined) other.set(name, compared.b);
    keep(
      differences,
      compared === undefined ? onlyIn('a', name, content, tally) : compared.difference,
      tally,
    );
  }
  for (const [name, entry] of theirs.files) {
    if (ours.files.has(name)) continue;
    const content = await hashEntry(entry);
    other.set(name, content);
    keep(differences, onlyIn('b', name, content, tally), tally);
  }
  return conclude(wholeOf(ours, one), wholeOf(theirs, other), differences, tally);
}

/** Two contents that are held already, for example outputs in stores. */
export async function compareContents(
  name: string,
  a: Uint8Array,
  b: Uint8Array,
  limits: CompareLimits = compareLimits,
): Promise<Comparison> {
  const tally = startTally(limits);
  const differences: Difference[] = [];
  keep(differences, await compareContent(name, a, b, tally), tally);
  return conclude(contentOf(a), contentOf(b), differences, tally);
}

function conclude(
  a: Content,
  b: Content,
  differences: readonly Difference[],
  { differing, explained, omitted }: Tally,
): Comparison {
  return { equal: sameDigest(a.sha256, b.sha256), a, b, differences, differing, explained, omitted };
}

/** A file has its own digest, a folder that of its tree (D13). */
function wholeOf({ isFolder, files }: Entries, contents: ReadonlyMap<string, Content>): Content {
  const listed = [...files].map(([path, { mode }]) => ({ path, mode, ...(contents.get(path) as Content) }));
  const [only] = listed;
  if (!isFolder && only !== undefined) return { sha256: only.sha256, size: only.size };
  const size = listed.reduce((sum, file) => sum + file.size, 0);
  return { sha256: toHex(treeDigest({ files: listed }, sha256)), size };
}

interface Compared {
  readonly a: Content;
  readonly b: Content;
  readonly difference: Difference | undefined;
}

async function compareEntries(name: string, ours: Entry, theirs: Entry, tally: Tally): Promise<Compared> {
  const compared = await compareBytesOf(name, ours, theirs, tally);
  if (ours.mode === theirs.mode) return compared;
  const note = `mode ${ours.mode} in a, ${theirs.mode} in b`;
  const { a, b, difference } = compared;
  return { a, b, difference: { ...(difference ?? { name, as: 'mode', a, b }), note } };
}

/** Small ones are held and looked into; of large ones only the bytes are compared. */
async function compareBytesOf(name: string, ours: Entry, theirs: Entry, tally: Tally): Promise<Compared> {
  const most = tally.limits.fileBytes;
  const [a, b] = [await readEntry(ours, most), await readEntry(theirs, most)];
  if (a !== undefined && b !== undefined) {
    const difference = await compareContent(name, a, b, tally);
    return { a: contentOf(a), b: contentOf(b), difference };
  }
  const [left, right] = [await hashEntry(ours), await hashEntry(theirs)];
  if (sameDigest(left.sha256, right.sha256)) return { a: left, b: right, difference: undefined };
  const { first, bytes } = await differInPieces(ours, theirs);
  count(tally, bytes, false);
  const note = `more than ${most} bytes: not looked into`;
  return { a: left, b: right, difference: { name, as: 'bytes', a: left, b: right, first, bytes, note } };
}
