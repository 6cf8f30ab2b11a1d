// Whether what stands on the page is what the file's own bytes make of it, by the rule of contract/content.ts:
// the page was drawn from another answer than the one that holds the bytes.

import { describeContent, type Content } from '../../../src/contract/content.ts';
import type { FilePage, TextContent } from '../../../src/contract/source.ts';
import { source } from '../messages/source.ts';

const text = source.check;

/** What of a page is said of the file alone. */
export type Shown = Pick<FilePage, 'content' | 'mode' | 'sha256' | 'size'>;

/** Answers what was compared; throws where the page shows something else than the file. */
export function compareShown(
  shown: Shown,
  bytes: Uint8Array,
  { mode, sha256 }: { readonly mode: string; readonly sha256: string },
): string {
  requireSame(text.shown.digest, shown.sha256, sha256);
  requireSame(text.shown.size, shown.size, bytes.length);
  requireSame(text.shown.mode, shown.mode, mode);
  const { content } = shown;
  const own = describeContent(bytes, mode, content.state === 'text' ? content.first : 1);
  requireSame(text.shown.state, content.state, own.state);
  if (content.state === 'text' && own.state === 'text') {
    requireSameLines(content, own);
    return text.lines(own.first, own.first + own.lines.length - 1, own.lineCount);
  }
  if (content.state === 'link' && own.state === 'link')
    requireSame(text.shown.target, content.target, own.target);
  if (content.state === 'binary' && own.state === 'binary') {
    requireSame(text.shown.head, content.head, own.head);
    requireSame(text.shown.kind, content.kind, own.kind ?? null);
  }
  return text.notLines;
}

function requireSameLines(content: TextContent, own: Extract<Content, { readonly state: 'text' }>): void {
  requireSame(text.shown.first, content.first, own.first);
  requireSame(text.shown.count, content.lineCount, own.lineCount);
  requireSame(text.shown.window, content.lines.length, own.lines.length);
  for (const [at, line] of own.lines.entries())
    requireSame(text.shown.line(own.first + at), content.lines[at], line);
  requireSame(text.shown.ends, content.lineEnds, own.lineEnds);
  requireSame(text.shown.ends, content.finalLineEnd, own.finalLineEnd);
  const cutOf = (cut: TextContent['cut']): string => cut.map(({ line, bytes }) => `${line}:${bytes}`).join();
  requireSame(text.shown.cut, cutOf(content.cut), cutOf(own.cut));
  for (const kind of ['bidi', 'invisible', 'control', 'invalid'] as const)
    requireSame(text.shown.marks, content.marks[kind], own.marks[kind]);
  requireSame(text.shown.marks, content.markedLines.join(), own.markedLines.join());
}

function requireSame(what: string, shown: unknown, own: unknown): void {
  if (shown !== own) throw new Error(text.shown.differs(what));
}
