// The list of changed files: counted, filtered, each leading to what changed in it.

import { Link } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { ChangedFile, ComparePage } from '../../../../src/contract/source.ts';
import { source } from '../../messages/source.ts';
import { Empty } from '../../ui/Page.tsx';
import { Name, plainName } from '../paths.tsx';

const text = source.compare;
const kinds = ['changed', 'added', 'removed', 'moved', 'mode'] as const;
type Kind = ChangedFile['kind'];
const letters: Readonly<Record<Kind, string>> = {
  added: 'A',
  removed: 'R',
  changed: 'C',
  mode: 'M',
  moved: '→',
};
const step = 500;

export function Changes({
  data,
  narrow = false,
}: {
  readonly data: ComparePage;
  readonly narrow?: boolean;
}): ReactNode {
  const { changes, counts } = data;
  const [kind, setKind] = useState<Kind>();
  const [part, setPart] = useState('');
  const [most, setMost] = useState(step);
  const names = useMemo(
    () => changes.map((change) => ({ change, name: plainName(change.path).toLowerCase() })),
    [changes],
  );
  const wanted = part.trim().toLowerCase();
  const found = names.filter(
    ({ change, name }) => (kind === undefined || change.kind === kind) && name.includes(wanted),
  );
  if (changes.length === 0) {
    return (
      <Empty title={text.same}>
        <p>{text.sameText}</p>
      </Empty>
    );
  }
  return (
    <section className={narrow ? 'changes changes-narrow' : 'changes'}>
      {narrow ? null : <h2>{text.files}</h2>}
      <div className="toolbar" role="group" aria-label={text.filter}>
        <button type="button" aria-pressed={kind === undefined} onClick={() => setKind(undefined)}>
          {text.all} {changes.length.toLocaleString('en')}
        </button>
        {kinds
          .filter((one) => counts[one] > 0)
          .map((one) => (
            <button key={one} type="button" aria-pressed={kind === one} onClick={() => setKind(one)}>
              {text.kinds[one]} {counts[one].toLocaleString('en')}
            </button>
          ))}
        <label>
          <span className="visually-hidden">{text.find}</span>
          <input
            type="search"
            placeholder={text.find}
            value={part}
            onChange={({ target }) => setPart(target.value)}
          />
        </label>
      </div>
      <List data={data} found={found.slice(0, most).map(({ change }) => change)} narrow={narrow} />
      {found.length > most ? (
        <button type="button" onClick={() => setMost(most + step)}>
          {text.more(Math.min(step, found.length - most))}
        </button>
      ) : null}
    </section>
  );
}

function List({
  data,
  found,
  narrow,
}: {
  readonly data: ComparePage;
  readonly found: readonly ChangedFile[];
  readonly narrow: boolean;
}): ReactNode {
  const shown = data.file?.change.path;
  const list = useRef<HTMLUListElement>(null);
  // Within the list alone: the page stays where it is.
  useEffect(() => {
    const box = list.current;
    const here = box?.querySelector<HTMLElement>('[aria-current]');
    if (box === null || here === null || here === undefined) return;
    const top = here.offsetTop - box.offsetTop;
    if (top < box.scrollTop || top > box.scrollTop + box.clientHeight - 40)
      box.scrollTop = top - box.clientHeight / 3;
  }, [shown]);
  return (
    <ul className="change-list" ref={list}>
      {found.map((change) => (
        <li key={`${change.kind} ${change.path}`}>
          <Link
            to="/source/compare"
            search={{ from: data.from.tree, to: data.to.tree, path: change.path } as never}
            aria-current={change.path === shown ? 'page' : undefined}
          >
            <span className={`change-kind change-${change.kind}`} title={text.kinds[change.kind]}>
              <span aria-hidden="true">{letters[change.kind]}</span>
              <span className="visually-hidden">{text.kinds[change.kind]}</span>
            </span>
            <Path path={change.path} />
          </Link>
          {narrow ? null : (
            <span className="change-detail">
              <Detail change={change} />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

/** The name first to the eye, the folders before it muted. */
function Path({ path }: { readonly path: string }): ReactNode {
  const at = path.lastIndexOf('/') + 1;
  return (
    <span className="change-path">
      {at === 0 ? null : (
        <span className="change-folder">
          <Name path={path.slice(0, at)} />
        </span>
      )}
      <Name path={path.slice(at)} />
    </span>
  );
}

function Detail({ change: { kind, from, to } }: { readonly change: ChangedFile }): ReactNode {
  if (kind === 'moved' && from !== null) {
    return (
      <>
        {text.movedFrom} <Name path={from.path} />
      </>
    );
  }
  const modes =
    from !== null && to !== null && from.mode !== to.mode ? `${text.modes(from.mode, to.mode)}, ` : '';
  const [a, b] = [from?.size ?? 0, to?.size ?? 0];
  if (kind === 'added') return source.bytes(b);
  if (kind === 'removed') return source.bytes(a);
  return `${modes}${a === b ? source.bytes(b) : `${source.bytes(a)} → ${source.bytes(b)}`}`;
}
