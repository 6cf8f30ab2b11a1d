// From matches in a text to the lines that are shown: exact columns, a little context, long lines cut.

import type { SearchLine } from '../contract/search.ts';
import type { Matcher } from './pattern.ts';

export const lineLimits = {
  /** Matching lines that are counted in a file. */
  counted: 1_000,
  /** Matching lines of a file that are shown. */
  shown: 8,
  context: 2,
  /** UTF-16 units of a line. */
  length: 320,
  rangesOfLine: 32,
} as const;

type Span = readonly [from: number, to: number];

export interface ShownLines {
  readonly matches: number;
  readonly chunks: SearchLine[][];
}

/** `spansByLine` match beside what the matchers find: definitions. */
export function shownLines(
  text: string,
  matchers: readonly Matcher[],
  spansByLine: readonly LineSpan[],
): ShownLines {
  const starts = lineStarts(text);
  const byLine = new Map<number, Span[]>();
  for (const { line, from, to } of spansByLine) add(byLine, line, [from, to]);
  for (const matcher of matchers) collect(text, matcher, starts, byLine);
  const numbers = [...byLine.keys()].sort((a, b) => a - b);
  const chunks: SearchLine[][] = [];
  let last = -2;
  // A text that ends with a line break has no line after it.
  const lines = text.endsWith('\n') ? starts.length - 1 : starts.length;
  for (const number of numbers.slice(0, lineLimits.shown)) {
    const from = Math.max(last + 1, number - lineLimits.context, 1);
    const to = Math.min(number + lineLimits.context, lines);
    if (from > last + 1 || chunks.length === 0) chunks.push([]);
    for (let each = from; each <= to; each++)
      chunks.at(-1)?.push(shownLine(lineAt(text, starts, each), each, byLine.get(each) ?? []));
    last = Math.max(last, to);
  }
  return { matches: numbers.length, chunks };
}

export interface LineSpan {
  readonly line: number;
  readonly from: number;
  readonly to: number;
}

function collect(
  text: string,
  matcher: Matcher,
  starts: readonly number[],
  byLine: Map<number, Span[]>,
): void {
  let line = 1;
  let last = 0;
  let counted = 0;
  matcher.each(text, (at, to) => {
    while (line < starts.length && (starts[line] as number) <= at) line++;
    if (line !== last && ++counted > lineLimits.counted) return undefined;
    last = line;
    const start = starts[line - 1] as number;
    const spans = add(byLine, line, [at - start, to - start]);
    // Enough of this line: one of a megabyte does not hold ten thousand marks.
    return spans < lineLimits.rangesOfLine ? to : starts[line];
  });
}

function add(byLine: Map<number, Span[]>, line: number, span: Span): number {
  const spans = byLine.get(line);
  if (spans === undefined) byLine.set(line, [span]);
  return spans?.push(span) ?? 1;
}

export function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Without its line ending. */
export function lineAt(text: string, starts: readonly number[], number: number): string {
  const start = starts[number - 1];
  if (start === undefined) return '';
  const next = starts[number];
  return text.slice(start, next === undefined ? text.length : next - 1).replace(/\r$/, '');
}

export function shownLine(whole: string, number: number, spans: readonly Span[]): SearchLine {
  const merged = mergeSpans(spans, whole.length);
  const first = merged[0]?.[0] ?? 0;
  let from =
    whole.length <= lineLimits.length
      ? 0
      : Math.max(0, Math.min(first - 80, whole.length - lineLimits.length));
  if (isLowSurrogate(whole, from)) from--;
  let to = Math.min(whole.length, from + lineLimits.length);
  if (isLowSurrogate(whole, to)) to++;
  const ranges = merged
    .filter(([begin, end]) => begin < to && end <= whole.length && begin >= from)
    .map(([begin, end]): [number, number] => [begin - from, Math.min(end, to) - from]);
  return { number, text: whole.slice(from, to), from, more: to < whole.length, ranges };
}

function isLowSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function mergeSpans(spans: readonly Span[], length: number): readonly Span[] {
  const merged: [number, number][] = [];
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = merged.at(-1);
    const end = Math.min(to, length);
    if (last !== undefined && from <= last[1] && from < to) last[1] = Math.max(last[1], end);
    else merged.push([from, Math.max(from, end)]);
  }
  return merged;
}
