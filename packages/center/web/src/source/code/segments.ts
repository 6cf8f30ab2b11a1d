// A line of source in pieces: by token, by what changed, and with every character that could deceive as a
// mark in its place. Nothing else puts source into a page.

import { markedCharacter, markOf, type Mark } from '../../../../src/contract/characters.ts';
import { tokenKinds } from '../../../../src/contract/token-kinds.ts';
import type { Columns } from '../../../../src/contract/source.ts';

export interface Segment {
  readonly text: string;
  readonly kind: string;
  readonly changed: boolean;
  readonly mark?: Mark;
}

export function segmentsOf(
  text: string,
  tokens: readonly number[] | undefined,
  ranges: readonly Columns[] = [],
): readonly Segment[] {
  const segments: Segment[] = [];
  const marks = [...text.matchAll(markedCharacter)];
  let token = 0;
  let tokenEnd = lengthAt(tokens, token) ?? Infinity;
  let nextMark = 0;
  let nextRange = 0;
  for (let at = 0; at < text.length;) {
    while (at >= tokenEnd) {
      token += 2;
      const length = lengthAt(tokens, token);
      tokenEnd = length === undefined ? Infinity : tokenEnd + length;
    }
    while (nextRange < ranges.length && at >= (ranges[nextRange] as Columns)[1]) nextRange++;
    const range = ranges[nextRange];
    const changed = range !== undefined && at >= range[0];
    const kind = tokenKinds[tokens?.[token + 1] ?? 0] ?? 'plain';
    const mark = marks[nextMark];
    if (mark?.index === at) {
      segments.push({ text: mark[0], kind, changed, mark: markOf(mark[0]) });
      at += mark[0].length;
      nextMark++;
      continue;
    }
    const end = Math.min(
      text.length,
      tokenEnd,
      mark?.index ?? Infinity,
      range === undefined ? Infinity : changed ? range[1] : range[0],
    );
    segments.push({ text: text.slice(at, end), kind, changed });
    at = end;
  }
  return segments;
}

/** Colours are an answer of their own: one that is no number must not end the line. */
function lengthAt(tokens: readonly unknown[] | undefined, at: number): number | undefined {
  const length = tokens?.[at];
  return typeof length === 'number' ? length : undefined;
}

/** How wide a line is drawn, in characters: tabs and marks are wider, so are full-width letters. */
export function widthOf(line: string): number {
  let width = 0;
  for (let i = 0; i < line.length; i++) {
    const code = line.charCodeAt(i);
    if (code === 9) width += 4 - (width % 4);
    else width += code < 0x2e80 ? 1 : 2;
  }
  return width + 7 * (line.match(markedCharacter)?.length ?? 0);
}
