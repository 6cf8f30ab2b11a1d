// A comparison as rows: what is the same is left out but for a few lines around each change, until it is
// asked for.

import type { Columns, FileComparison } from '../../../../src/contract/source.ts';

export type TextComparison = Extract<FileComparison, { state: 'text' }>;

export interface Side {
  /** From 1. */
  readonly line: number;
  readonly text: string;
  readonly ranges: readonly Columns[];
}

export type Row =
  | {
      readonly kind: 'gap';
      readonly id: string;
      readonly hidden: number;
      readonly place: 'top' | 'middle' | 'bottom';
    }
  | { readonly kind: 'same'; readonly from: Side; readonly to: Side }
  | { readonly kind: 'removed'; readonly from: Side; readonly change: number }
  | { readonly kind: 'added'; readonly to: Side; readonly change: number }
  /** Side by side; one of the two may be missing. */
  | {
      readonly kind: 'pair';
      readonly from: Side | undefined;
      readonly to: Side | undefined;
      readonly change: number;
    };

/** How many lines of a gap are shown besides the context: after the change above it, and before that below it. */
export interface Opened {
  readonly above: number;
  readonly below: number;
}

const context = 3;

export function rowsOf(
  comparison: TextComparison,
  split: boolean,
  opened: ReadonlyMap<string, Opened>,
): {
  readonly rows: readonly Row[];
  /** The row at which each change begins. */ readonly changes: readonly number[];
} {
  const { blocks, lines } = comparison;
  const rows: Row[] = [];
  const changes: number[] = [];
  let [from, to] = [1, 1];
  const same = (until: number, place: 'top' | 'middle' | 'bottom'): void => {
    const count = until - to;
    const id = String(to);
    const { above, below } = opened.get(id) ?? { above: 0, below: 0 };
    const head = place === 'top' ? 0 : context + above;
    const tail = place === 'bottom' ? 0 : context + below;
    const hidden = count - head - tail;
    for (let i = 0; i < count; i++) {
      // A gap of one line takes as much room as the line.
      if (hidden > 1 && i === head) {
        rows.push({ kind: 'gap', id, hidden, place });
        i += hidden - 1;
        continue;
      }
      const text = lines[to + i - 1] ?? '';
      rows.push({
        kind: 'same',
        from: { line: from + i, text, ranges: [] },
        to: { line: to + i, text, ranges: [] },
      });
    }
    from += count;
    to += count;
  };
  for (const [change, block] of blocks.entries()) {
    same(block.to, change === 0 ? 'top' : 'middle');
    changes.push(rows.length);
    const fromRanges = new Map(block.pairs.map((pair) => [pair.removed, pair.from]));
    const toRanges = new Map(block.pairs.map((pair) => [pair.added, pair.to]));
    const old = (i: number): Side => ({
      line: block.from + i,
      text: block.removed[i] ?? '',
      ranges: fromRanges.get(i) ?? [],
    });
    const fresh = (i: number): Side => ({
      line: block.to + i,
      text: lines[block.to + i - 1] ?? '',
      ranges: toRanges.get(i) ?? [],
    });
    if (split) {
      for (const [i, j] of align(block.removed.length, block.added, block.pairs)) {
        rows.push({
          kind: 'pair',
          from: i === undefined ? undefined : old(i),
          to: j === undefined ? undefined : fresh(j),
          change,
        });
      }
    } else {
      for (let i = 0; i < block.removed.length; i++) rows.push({ kind: 'removed', from: old(i), change });
      for (let i = 0; i < block.added; i++) rows.push({ kind: 'added', to: fresh(i), change });
    }
    from += block.removed.length;
    to += block.added;
  }
  same(lines.length + 1, blocks.length === 0 ? 'top' : 'bottom');
  return { rows, changes };
}

/** Lines that are like each other stand opposite; what is between them side by side as far as it goes. */
function align(
  removed: number,
  added: number,
  pairs: readonly { readonly removed: number; readonly added: number }[],
): readonly (readonly [number | undefined, number | undefined])[] {
  const rows: (readonly [number | undefined, number | undefined])[] = [];
  let [i, j] = [0, 0];
  const until = (oldEnd: number, newEnd: number): void => {
    while (i < oldEnd || j < newEnd) rows.push([i < oldEnd ? i++ : undefined, j < newEnd ? j++ : undefined]);
  };
  for (const pair of pairs) {
    until(pair.removed, pair.added);
    rows.push([i++, j++]);
  }
  until(removed, added);
  return rows;
}
