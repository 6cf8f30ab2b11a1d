// Two texts side by side: which lines went and came, and which words of them. Bounded in lines and in
// time; what is beyond is said, never left out in silence.

import { diffArrays, diffWordsWithSpace } from 'diff';
import { withoutLineEnd } from '../contract/characters.ts';

export const compareLimits = {
  bytes: 4_194_304,
  lines: 50_000,
  /** Within which the shortest script is looked for; then the differing middle counts as replaced. */
  milliseconds: 1_500,
  /** Pairs of lines whose words are compared. */
  pairs: 2_000,
  pairMilliseconds: 1_000,
  pairLength: 500,
} as const;

/** Columns [start, end) in UTF-16 units. */
export type Range = readonly [start: number, end: number];

export interface LinePair {
  /** Offsets within `removed` and within the added lines of the block. */
  readonly removed: number;
  readonly added: number;
  readonly from: readonly Range[];
  readonly to: readonly Range[];
}

/** Lines [from, from + removed.length) of the older text became lines [to, to + added) of the newer one. */
export interface Block {
  /** From 1. Where nothing was removed or added: the line before which it happened. */
  readonly from: number;
  readonly to: number;
  readonly removed: readonly string[];
  readonly added: number;
  readonly pairs: readonly LinePair[];
}

export interface TextComparison {
  readonly blocks: readonly Block[];
  readonly removed: number;
  readonly added: number;
  /** The texts differ too much for the time allowed: the middle is shown as replaced whole. */
  readonly coarse: boolean;
}

export function compareTexts(from: readonly string[], to: readonly string[]): TextComparison {
  let start = 0;
  const shorter = Math.min(from.length, to.length);
  while (start < shorter && from[start] === to[start]) start++;
  let tail = 0;
  while (tail < shorter - start && from[from.length - 1 - tail] === to[to.length - 1 - tail]) tail++;
  const old = from.slice(start, from.length - tail);
  const fresh = to.slice(start, to.length - tail);

  const script = diffArrays(...asNumbers(old, fresh), { timeout: compareLimits.milliseconds });
  const blocks: Block[] = [];
  const until = performance.now() + compareLimits.pairMilliseconds;
  let pairs = 0;
  let at = { from: start, to: start, removed: 0, added: 0 };
  const close = (): void => {
    if (at.removed > 0 || at.added > 0) {
      const removed = from.slice(at.from, at.from + at.removed);
      const added = to.slice(at.to, at.to + at.added);
      const most = performance.now() < until ? compareLimits.pairs - pairs : 0;
      const found = pairLines(removed, added, Math.min(most, 400));
      pairs += found.length;
      blocks.push({ from: at.from + 1, to: at.to + 1, removed, added: at.added, pairs: found });
    }
    at = { from: at.from + at.removed, to: at.to + at.added, removed: 0, added: 0 };
  };
  if (script === undefined) {
    at = { ...at, removed: old.length, added: fresh.length };
  } else {
    for (const { added, removed, count } of script) {
      if (removed) at.removed += count;
      else if (added) at.added += count;
      else {
        close();
        at.from += count;
        at.to += count;
      }
    }
  }
  close();
  return {
    blocks,
    removed: blocks.reduce((sum, block) => sum + block.removed.length, 0),
    added: blocks.reduce((sum, block) => sum + block.added, 0),
    coarse: script === undefined,
  };
}

/** Equal lines get equal numbers: comparing them then costs nothing. */
function asNumbers(a: readonly string[], b: readonly string[]): [number[], number[]] {
  const numbers = new Map<string, number>();
  const numberOf = (line: string): number => {
    const known = numbers.get(line);
    if (known !== undefined) return known;
    numbers.set(line, numbers.size);
    return numbers.size - 1;
  };
  return [a.map(numberOf), b.map(numberOf)];
}

/**
 * Lines that stand opposite each other and have something in common. A block of as many removed as added
 * lines is taken in order; otherwise each removed line looks for the next added one that is like it.
 */
function pairLines(removed: readonly string[], added: readonly string[], most: number): readonly LinePair[] {
  const pairs: LinePair[] = [];
  const inOrder = removed.length === added.length;
  let next = 0;
  for (const [i, old] of removed.entries()) {
    if (pairs.length >= most || next >= added.length) break;
    const until = inOrder ? i + 1 : Math.min(added.length, next + 8);
    for (let j = inOrder ? i : next; j < until; j++) {
      const fresh = added[j] as string;
      const words = compareWords(withoutLineEnd(old), withoutLineEnd(fresh));
      if (words === undefined) continue;
      pairs.push({ removed: i, added: j, ...words });
      next = j + 1;
      break;
    }
  }
  return pairs;
}

/** Undefined where the lines have less than a third in common: marks over all of both would say nothing. */
function compareWords(
  from: string,
  to: string,
): { readonly from: readonly Range[]; readonly to: readonly Range[] } | undefined {
  if (from.length > compareLimits.pairLength || to.length > compareLimits.pairLength) return undefined;
  const script = diffWordsWithSpace(from, to, { maxEditLength: 200 });
  if (script === undefined) return undefined;
  const ranges = { from: [] as [number, number][], to: [] as [number, number][] };
  let [a, b, common] = [0, 0, 0];
  for (const { value, added, removed } of script) {
    if (removed) {
      extend(ranges.from, a, (a += value.length));
    } else if (added) {
      extend(ranges.to, b, (b += value.length));
    } else {
      common += value.trim().length;
      a += value.length;
      b += value.length;
    }
  }
  const longer = Math.max(from.trim().length, to.trim().length);
  return common * 3 < longer ? undefined : ranges;
}

function extend(ranges: [number, number][], start: number, end: number): void {
  const last = ranges.at(-1);
  if (last !== undefined && last[1] === start) last[1] = end;
  else ranges.push([start, end]);
}
