// `t`: a file by a part of its path. The paths come at once, all that this reader may read.

import { useNavigate } from '@tanstack/react-router';
import {
  useDeferredValue,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
} from 'react';
import type { TreePaths } from '../../../src/contract/source.ts';
import { source } from '../messages/source.ts';
import { useAddress } from '../twin.ts';
import { plainName } from './paths.tsx';

const text = source.finder;
const most = 50;

export function Finder({
  tree,
  onClose,
}: {
  readonly tree: string;
  readonly onClose: () => void;
}): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const paths = useAddress<TreePaths>(`/source/${tree}/paths.json`).data?.paths;
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(0);
  const query = useDeferredValue(typed);
  const names = useMemo(() => paths?.map((path) => ({ path, name: plainName(path) })) ?? [], [paths]);
  const found = useMemo(() => rank(names, query), [names, query]);
  const navigate = useNavigate();
  const [title, list] = [useId(), useId()];
  // Before it is painted: what is typed from then on is typed into it.
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const shown = found.slice(0, most);
  const open = (path: string): void => {
    onClose();
    void navigate({ to: `/source/${tree}/file`, search: { path } });
  };
  const pressed = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setChosen((at) => Math.min(Math.max(at + step, 0), shown.length - 1));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      // By what is typed: the list is of the text before while it is still being drawn.
      const one = (query === typed ? found : rank(names, typed))[chosen];
      if (one !== undefined) open(one.path);
    }
  };
  return (
    <dialog ref={dialog} className="finder" aria-labelledby={title} onClose={onClose}>
      <h2 id={title}>{text.title}</h2>
      <label>
        <span className="visually-hidden">{text.label}</span>
        <input
          type="search"
          autoFocus
          placeholder={text.label}
          value={typed}
          role="combobox"
          aria-expanded="true"
          aria-controls={list}
          aria-activedescendant={shown.length === 0 ? undefined : `${list}-${chosen}`}
          onChange={({ target }) => {
            setTyped(target.value);
            setChosen(0);
          }}
          onKeyDown={pressed}
        />
      </label>
      <div id={list} className="finder-list" role="listbox" aria-label={text.title}>
        {shown.map(({ path, name }, at) => (
          <button
            key={path}
            id={`${list}-${at}`}
            type="button"
            role="option"
            tabIndex={-1}
            aria-selected={at === chosen}
            onClick={() => open(path)}
          >
            {name}
          </button>
        ))}
      </div>
      <p aria-live="polite">
        {paths !== undefined && found.length === 0
          ? text.none
          : found.length > most
            ? text.more(found.length - most)
            : ''}
      </p>
      <form method="dialog">
        <button type="submit">{text.close}</button>
      </form>
    </dialog>
  );
}

interface Named {
  readonly path: string;
  readonly name: string;
}

/** All words must occur; those in the file's own name count more, short paths come first. */
function rank(names: readonly Named[], query: string): readonly Named[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return names;
  return names
    .flatMap((one) => {
      const lower = one.name.toLowerCase();
      if (!words.every((word) => lower.includes(word))) return [];
      const base = lower.slice(lower.lastIndexOf('/') + 1);
      const score =
        words.filter((word) => base.includes(word)).length * 1_000 +
        (words.some((word) => base.startsWith(word)) ? 500 : 0) -
        lower.length;
      return [{ one, score }];
    })
    .sort((a, b) => b.score - a.score)
    .map(({ one }) => one);
}
