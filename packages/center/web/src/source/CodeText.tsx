// The text of a file: numbered lines, a range that the address points to, marks and warnings.

import { useEffect, useMemo, useRef, useState, type MouseEvent, type ReactNode } from 'react';
import type { TextContent } from '../../../src/contract/source.ts';
import { source } from '../messages/source.ts';
import { useKeys } from '../ui/keys.tsx';
import { Lines, type LinesHandle } from './code/Lines.tsx';
import { widthOf } from './code/segments.ts';
import { Text } from './code/Text.tsx';
import { GoTo } from './GoTo.tsx';
import { plainName } from './paths.tsx';
import { formatRange, useRange } from './range.ts';

const text = source.file;

export interface CodeTextProps {
  readonly path: string;
  readonly content: TextContent;
  readonly tokens?: readonly (readonly number[])[] | undefined;
  /** Stands before the number of a line: who wrote it. */
  readonly gutter?: ((line: number) => ReactNode) | undefined;
  /** Stands below a line: questions about it. */
  readonly below?: ReadonlyMap<number, ReactNode> | undefined;
  /** Beside the buttons for wrapping and permalinks. */
  readonly tools?: ReactNode;
  /** Over the lines. */
  readonly over?: ReactNode;
}

export function CodeText({ path, content, tokens, gutter, below, tools, over }: CodeTextProps): ReactNode {
  const { lines, first, cut } = content;
  const [wrap, setWrap] = useState(false);
  const [going, setGoing] = useState(false);
  const [said, setSaid] = useState('');
  const [range, setRange] = useRange();
  const view = useRef<LinesHandle>(null);
  const width = useMemo(() => lines.reduce((most, line) => Math.max(most, widthOf(line)), 0), [lines]);
  const cutAt = useMemo(() => new Map(cut.map(({ line, bytes }) => [line, bytes])), [cut]);

  // An address with a range shows it; a click on a number does not scroll.
  const clicked = useRef(false);
  const start = range?.first;
  useEffect(() => {
    if (start === undefined || clicked.current) {
      clicked.current = false;
      return;
    }
    // Twice: the first brings the lines into the page, the second knows their heights.
    const show = (): void => view.current?.show(start - first, 'center');
    show();
    const timer = setTimeout(show, 60);
    return () => clearTimeout(timer);
  }, [start, first]);

  const permalink = async (): Promise<void> => {
    const address = new URL(location.href);
    try {
      await navigator.clipboard.writeText(address.href);
      setSaid(text.copied);
    } catch {
      setSaid(text.notCopied);
    }
    setTimeout(() => setSaid(''), 2_500);
  };
  useKeys('here', {
    l: { label: text.goTo, run: () => setGoing(true) },
    y: { label: text.permalink, run: () => void permalink() },
    w: { label: text.wrap, run: () => setWrap(!wrap) },
  });

  const point = (event: MouseEvent, line: number): void => {
    event.preventDefault();
    clicked.current = true;
    if (event.shiftKey && range !== undefined) {
      setRange({ first: Math.min(range.first, line), last: Math.max(range.last, line) });
    } else setRange(range?.first === line && range.last === line ? undefined : { first: line, last: line });
  };
  const digits = String(first + lines.length).length;
  return (
    <>
      <Warnings content={content} />
      <div className="toolbar toolbar-code">
        <button type="button" aria-pressed={wrap} onClick={() => setWrap(!wrap)}>
          {text.wrap} <kbd>w</kbd>
        </button>
        <button type="button" onClick={() => setGoing(true)}>
          {text.goTo} <kbd>l</kbd>
        </button>
        <button type="button" onClick={() => void permalink()}>
          {text.permalink} <kbd>y</kbd>
        </button>
        {tools}
        <span aria-live="polite" className="muted">
          {said}
        </span>
      </div>
      <div
        className={`code-frame digits-${Math.min(digits, 7)} ${gutter === undefined ? '' : 'code-frame-wide'}`}
      >
        <Lines
          count={lines.length}
          label={text.region(plainName(path))}
          width={width}
          wrap={wrap}
          handle={view}
        >
          {(at) => {
            const line = first + at;
            const chosen = range !== undefined && line >= range.first && line <= range.last;
            const size = cutAt.get(line);
            return (
              <>
                <div className={`line ${chosen ? 'line-chosen' : ''}`} id={`L${line}`}>
                  {gutter?.(line)}
                  <a
                    className="line-number"
                    href={`#${formatRange({ first: line, last: line })}`}
                    tabIndex={-1}
                    aria-label={text.line(line)}
                    onClick={(event) => point(event, line)}
                  >
                    {line}
                  </a>
                  <code className="line-text" dir="ltr">
                    <Text text={lines[at] ?? ''} tokens={tokens?.[line - 1]} />
                    {size === undefined ? null : <span className="line-cut">{text.cut(size)}</span>}
                  </code>
                </div>
                {below?.get(line)}
              </>
            );
          }}
        </Lines>
        {over}
      </div>
      {going ? <GoTo onGo={setRange} onClose={() => setGoing(false)} /> : null}
    </>
  );
}

function Warnings({ content: { marks, markedLines } }: { readonly content: TextContent }): ReactNode {
  const [, setRange] = useRange();
  const warnings = [
    ...(marks.bidi > 0 ? [text.warnBidi(marks.bidi)] : []),
    ...(marks.invisible > 0 ? [text.warnInvisible(marks.invisible)] : []),
    ...(marks.invalid > 0 ? [text.warnInvalid(marks.invalid)] : []),
    ...(marks.control > 0 ? [text.warnControl(marks.control)] : []),
  ];
  if (warnings.length === 0) return null;
  return (
    <div className={`warnings ${marks.bidi > 0 ? 'warnings-bad' : ''}`} role="note">
      {warnings.map((warning) => (
        <p key={warning}>{warning}</p>
      ))}
      {markedLines.length === 0 ? null : (
        <p className="warnings-lines">
          {text.onLines}{' '}
          {markedLines.slice(0, 20).map((line) => (
            <button key={line} type="button" onClick={() => setRange({ first: line, last: line })}>
              {line}
            </button>
          ))}
          {markedLines.length > 20 ? ' …' : ''}
        </p>
      )}
    </div>
  );
}
