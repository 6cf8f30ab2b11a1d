// Lists of records as people write them: 12,40-44.

import { fail } from './codes.ts';

/** Ascending, each once; at most `most` of them. */
export function parseRanges(text: string, most: number): readonly number[] {
  const found = new Set<number>();
  for (const part of text.split(',')) {
    const [, first, last = first] = /^([0-9]{1,15})(?:-([0-9]{1,15}))?$/.exec(part) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (first === undefined || to < from)
      throw fail('cli.usage', `records are named like 12,40-44, not "${text.slice(0, 80)}"`);
    // Bounded before anything is kept.
    for (let index = from; index <= to && found.size <= most; index++) found.add(index);
    if (found.size > most) throw fail('cli.usage', `"${text.slice(0, 80)}" names more than ${most} records`);
  }
  return [...found].toSorted((a, b) => a - b);
}

/** `indices` ascend. */
export function rangesOf(indices: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < indices.length;) {
    let end = i;
    while (indices[end + 1] === (indices[end] as number) + 1) end++;
    parts.push(end === i ? `${indices[i]}` : `${indices[i]}-${indices[end]}`);
    i = end + 1;
  }
  return parts.join(',');
}
