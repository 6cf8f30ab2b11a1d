// One changed file: its lines unified or side by side, with keys from change to change and file to file.

import { Link, useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { ChangedFile, ComparePage } from '../../../../src/contract/source.ts';
import { source } from '../../messages/source.ts';
import { useKeys } from '../../ui/keys.tsx';
import { Status } from '../../ui/Status.tsx';
import { shelf } from '../../ui/shelf.ts';
import { lineHeight, Lines, type LinesHandle } from '../code/Lines.tsx';
import { widthOf } from '../code/segments.ts';
import { useTokens } from '../FilePage.tsx';
import { FileLink, Name, plainName } from '../paths.tsx';
import { Watermark } from '../Watermark.tsx';
import { Gap, gapHeight, SplitRow, UnifiedRow } from './RowView.tsx';
import { rowsOf, type Opened, type TextComparison } from './rows.ts';

const text = source.compare;
type File = NonNullable<ComparePage['file']>;

export function ChangedFileView({
  data,
  file,
}: {
  readonly data: ComparePage;
  readonly file: File;
}): ReactNode {
  const { change, comparison, at } = file;
  const { changes, from, to } = data;
  const navigate = useNavigate();
  const go = (index: number): void => {
    const next = changes[index];
    if (next !== undefined)
      void navigate({
        to: '/source/compare',
        search: { from: from.tree, to: to.tree, path: next.path },
      });
  };
  const here = at ?? -1;
  useKeys('here', {
    ']': { label: text.nextFile, run: () => go(here + 1) },
    '[': { label: text.previousFile, run: () => go(here - 1) },
  });
  return (
    <section className="changed-file" aria-labelledby="changed-file">
      <div className="toolbar">
        <Link className="button compare-back" to="/source/compare" search={{ from: from.tree, to: to.tree }}>
          {text.back}
        </Link>
        {at === null ? null : <span>{text.place(at + 1, changes.length)}</span>}
        <button type="button" disabled={here <= 0} onClick={() => go(here - 1)}>
          {text.previousFile} <kbd>[</kbd>
        </button>
        <button type="button" disabled={here < 0 || here >= changes.length - 1} onClick={() => go(here + 1)}>
          {text.nextFile} <kbd>]</kbd>
        </button>
      </div>
      <h2 id="changed-file" className="changed-file-name">
        <Name path={change.path} />
      </h2>
      <About data={data} change={change} />
      <Body data={data} file={file} comparison={comparison} />
    </section>
  );
}

function About({
  data,
  change: { kind, from, to },
}: {
  readonly data: ComparePage;
  readonly change: ChangedFile;
}): ReactNode {
  return (
    <p className="file-facts">
      <span>
        <Status mark={kind === 'removed' ? 'bad' : kind === 'added' ? 'ok' : 'info'}>
          {text.kinds[kind]}
        </Status>
      </span>
      {from !== null && to !== null && from.path !== to.path ? (
        <span>
          {text.movedFrom} <Name path={from.path} />
        </span>
      ) : null}
      {from !== null && to !== null && from.mode !== to.mode ? (
        <span>{text.modes(from.mode, to.mode)}</span>
      ) : null}
      {from === null ? null : (
        <span>
          <FileLink tree={data.from.tree} path={from.path}>
            {text.before}
          </FileLink>{' '}
          {source.bytes(from.size)}
        </span>
      )}
      {to === null ? null : (
        <span>
          <FileLink tree={data.to.tree} path={to.path}>
            {text.after}
          </FileLink>{' '}
          {source.bytes(to.size)}
        </span>
      )}
    </p>
  );
}

function Body({
  data,
  file,
  comparison,
}: {
  readonly data: ComparePage;
  readonly file: File;
  readonly comparison: File['comparison'];
}): ReactNode {
  switch (comparison.state) {
    case 'text':
      return <TextChanges data={data} file={file} comparison={comparison} />;
    case 'same':
      return <p className="state state-empty">{text.states.same}</p>;
    case 'binary':
      return <p className="state state-empty">{text.states.binary}</p>;
    case 'large':
      return <p className="state state-empty">{text.states.large(comparison.bytes, comparison.lines)}</p>;
    case 'links':
      return (
        <section className="state state-empty">
          <p>{text.states.links}</p>
          <p>
            <code>
              {comparison.from ?? (file.change.from === null ? text.states.nothing : text.states.notLink)}
            </code>{' '}
            →{' '}
            <code>
              {comparison.to ?? (file.change.to === null ? text.states.nothing : text.states.notLink)}
            </code>
          </p>
        </section>
      );
  }
}

const layoutName = 'vitrine-compare-layout';
/** Narrower than this, two sides are no longer readable. */
const splitWidth = '(min-width: 60rem)';

function TextChanges({
  data,
  file,
  comparison,
}: {
  readonly data: ComparePage;
  readonly file: File;
  readonly comparison: TextComparison;
}): ReactNode {
  const { change, watermark } = file;
  const [wanted, setWanted] = useState(shelf.getItem(layoutName) === 'split');
  const isWide = useMedia(splitWidth);
  const split = wanted && isWide;
  const [wrap, setWrap] = useState(false);
  const [opened, setOpened] = useState<ReadonlyMap<string, Opened>>(new Map());
  const [current, setCurrent] = useState(-1);
  const { rows, changes } = useMemo(() => rowsOf(comparison, split, opened), [comparison, split, opened]);
  const fromTokens = useTokens(
    data.from.tree,
    change.from?.path ?? '',
    comparison.colours && change.from !== null,
  );
  const toTokens = useTokens(data.to.tree, change.to?.path ?? '', comparison.colours && change.to !== null);
  const width = useMemo(() => widest(comparison), [comparison]);
  const view = useRef<LinesHandle>(null);
  const heightOf = useCallback((at: number) => (rows[at]?.kind === 'gap' ? gapHeight : lineHeight), [rows]);

  const layout = (next: boolean): void => {
    shelf.setItem(layoutName, next ? 'split' : 'unified');
    setWanted(next);
  };
  const show = (index: number): void => {
    const row = changes[index];
    if (row === undefined) return;
    setCurrent(index);
    view.current?.show(Math.max(0, row - 2), 'start');
  };
  useKeys('here', {
    n: { label: text.next, run: () => show(Math.min(current + 1, changes.length - 1)) },
    p: { label: text.previous, run: () => show(Math.max(current - 1, 0)) },
    s: { label: text.split, run: () => layout(!wanted) },
    w: { label: source.file.wrap, run: () => setWrap(!wrap) },
  });
  const open = (id: string, more: Partial<Opened>): void => {
    const before = opened.get(id) ?? { above: 0, below: 0 };
    setOpened(
      new Map(opened).set(id, {
        above: before.above + (more.above ?? 0),
        below: before.below + (more.below ?? 0),
      }),
    );
  };
  const tokensOf = (side: 'from' | 'to', line: number): readonly number[] | undefined =>
    (side === 'from' ? fromTokens : toTokens)?.[line - 1];
  return (
    <>
      {comparison.coarse ? (
        <p>
          <Status mark="warn">{text.coarse}</Status>
        </p>
      ) : null}
      <div className="toolbar toolbar-code">
        <span>{text.lines(comparison.added, comparison.removed)}</span>
        <button type="button" onClick={() => show(Math.max(current - 1, 0))} disabled={changes.length === 0}>
          {text.previous} <kbd>p</kbd>
        </button>
        <button
          type="button"
          onClick={() => show(Math.min(current + 1, changes.length - 1))}
          disabled={changes.length === 0}
        >
          {text.next} <kbd>n</kbd>
        </button>
        {isWide ? (
          <span role="group" aria-label={text.layout} className="choice">
            <button type="button" aria-pressed={!split} onClick={() => layout(false)}>
              {text.unified}
            </button>
            <button type="button" aria-pressed={split} onClick={() => layout(true)}>
              {text.split} <kbd>s</kbd>
            </button>
          </span>
        ) : null}
        <button type="button" aria-pressed={wrap} onClick={() => setWrap(!wrap)}>
          {source.file.wrap} <kbd>w</kbd>
        </button>
      </div>
      <Ends comparison={comparison} />
      <div
        className={`code-frame ${digitsOf(comparison)} ${split ? 'code-frame-split' : 'code-frame-unified'}`}
      >
        <Lines
          count={rows.length}
          label={text.region(plainName(change.path))}
          width={split ? width * 2 : width}
          wrap={wrap || split}
          heightOf={heightOf}
          handle={view}
          className="code-changes"
        >
          {(index) => {
            const row = rows[index];
            if (row === undefined) return null;
            if (row.kind === 'gap') return <Gap row={row} onOpen={open} />;
            const isCurrent = 'change' in row && row.change === current;
            return split ? (
              <SplitRow row={row} tokensOf={tokensOf} current={isCurrent} />
            ) : (
              <UnifiedRow row={row} tokensOf={tokensOf} current={isCurrent} />
            );
          }}
        </Lines>
        <Watermark mark={watermark} />
      </div>
    </>
  );
}

function digitsOf({ lines, fromLines }: TextComparison): string {
  return `digits-${Math.min(String(Math.max(lines.length, fromLines)).length, 7)}`;
}

function widest({ lines, blocks }: TextComparison): number {
  let most = 0;
  for (const line of lines) most = Math.max(most, widthOf(line));
  for (const { removed } of blocks) for (const line of removed) most = Math.max(most, widthOf(line));
  return most;
}

function Ends({
  comparison: { finalLineEnd, lines, fromLines },
}: {
  readonly comparison: TextComparison;
}): ReactNode {
  const { from, to } = finalLineEnd;
  if (from === to || lines.length === 0 || fromLines === 0) return null;
  return (
    <p>
      <Status mark="info">{from ? text.ends.lost : text.ends.gained}</Status>
    </p>
  );
}

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const changed = (): void => setMatches(media.matches);
    media.addEventListener('change', changed);
    return () => media.removeEventListener('change', changed);
  }, [query]);
  return matches;
}
