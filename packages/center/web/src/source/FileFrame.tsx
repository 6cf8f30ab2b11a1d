// What stands above every view of a file: where it is, what it is, and the other views of it.

import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import type { FileHead } from '../../../src/contract/source.ts';
import { source } from '../messages/source.ts';
import { Digest } from '../ui/Digest.tsx';
import { useKeys } from '../ui/keys.tsx';
import { Finder } from './Finder.tsx';
import { Crumbs, labelOf, sourceAddress, type View } from './paths.tsx';
import './source.css';

const text = source.file;

export function FileFrame({
  head,
  view,
  before,
  facts = [],
  children,
}: {
  readonly head: FileHead;
  readonly view: View;
  readonly before?: string | null;
  readonly facts?: readonly ReactNode[];
  readonly children: ReactNode;
}): ReactNode {
  const { tree, path, mode, sha256, size, language, git } = head;
  const [finding, setFinding] = useState(false);
  const navigate = useNavigate();
  const go = (to: View) => (): void =>
    void navigate({ to: `/source/${tree}/${to}`, search: { path } as never });
  useKeys('here', {
    t: { label: source.tree.finder, run: () => setFinding(true) },
    ...(git ? { b: { label: text.blame, run: go(view === 'blame' ? 'file' : 'blame') } } : {}),
    h: { label: text.history, run: go(view === 'history' ? 'file' : 'history') },
  });
  const views: readonly (readonly [View, string, string])[] = [
    ['file', text.code, ''],
    ...(git ? [['blame', text.blame, 'b'] as const] : []),
    ['history', text.history, 'h'],
  ];
  return (
    <div className="file-frame">
      <Crumbs tree={tree} label={labelOf(head)} path={path} />
      <div className="toolbar">
        <nav aria-label={text.views} className="views">
          {views.map(([name, label, key]) => (
            <Link
              key={name}
              className="button"
              to={`/source/${tree}/${name}`}
              search={{ path } as never}
              aria-current={name === view ? 'page' : undefined}
            >
              {label} {key === '' ? null : <kbd>{key}</kbd>}
            </Link>
          ))}
        </nav>
        {before === undefined || before === null ? null : (
          <Link className="button" to="/source/compare" search={{ from: before, to: tree, path } as never}>
            {text.compare}
          </Link>
        )}
        <a className="button" href={sourceAddress(tree, 'raw', path)} download>
          {text.raw}
        </a>
        <a className="button" href={sourceAddress(tree, 'proof.json', path)} download>
          {text.proof}
        </a>
      </div>
      <p className="file-facts">
        {[
          language,
          ...facts,
          source.bytes(size),
          ...(mode === '100755' ? [text.executable] : mode === '120000' ? [text.symlink] : []),
        ].map((fact, at) => (
          <span key={at}>{fact}</span>
        ))}
        <span>
          {text.digest} <Digest value={sha256} />
        </span>
      </p>
      {children}
      {finding ? <Finder tree={tree} onClose={() => setFinding(false)} /> : null}
    </div>
  );
}
