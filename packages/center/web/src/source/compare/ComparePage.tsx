// The reviewer's main view: what changed between two trees, and in each file.

import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ComparePage as Data, TreeName } from '../../../../src/contract/source.ts';
import { source } from '../../messages/source.ts';
import { useTwin } from '../../twin.ts';
import { Empty, Page } from '../../ui/Page.tsx';
import { FolderLink, labelOf } from '../paths.tsx';
import { Changes } from './Changes.tsx';
import { ChangedFileView } from './ChangedFileView.tsx';
import '../source.css';
import './compare.css';

const text = source.compare;

export function ComparePage(): ReactNode {
  const search: { readonly from?: string; readonly to?: string } = useSearch({ strict: false });
  if (search.from === undefined || search.to === undefined) return <Choose />;
  return <Comparison />;
}

function Choose(): ReactNode {
  return (
    <>
      <title>{text.title}</title>
      <h1>{text.title}</h1>
      <Empty title={text.first}>
        <p>{text.firstText}</p>
        <p>
          <Link to="/source">{source.home}</Link>
        </p>
      </Empty>
    </>
  );
}

function Comparison(): ReactNode {
  const twin = useTwin<Data>();
  const { data } = twin;
  const title =
    data === undefined ? text.title : `${text.title}: ${text.of(labelOf(data.from), labelOf(data.to))}`;
  return (
    <Page title={title} twin={twin}>
      {(compared) => (
        <>
          <Trees data={compared} />
          {compared.file === null ? (
            <Changes data={compared} />
          ) : (
            <div className="compare-panes">
              <aside className="compare-list" aria-label={text.list}>
                <Changes data={compared} narrow />
              </aside>
              <ChangedFileView key={compared.file.change.path} data={compared} file={compared.file} />
            </div>
          )}
        </>
      )}
    </Page>
  );
}

/** Which two trees, and others to choose instead. */
function Trees({ data: { from, to, others, file } }: { readonly data: Data }): ReactNode {
  const navigate = useNavigate();
  const show = (older: string, newer: string): void => {
    const path = file === null ? {} : { path: file.change.path };
    void navigate({ to: '/source/compare', search: { from: older, to: newer, ...path } as never });
  };
  return (
    <div className="toolbar compare-trees">
      <Choice label={text.from} chosen={from} others={others} onChoose={(tree) => show(tree, to.tree)} />
      <button type="button" onClick={() => show(to.tree, from.tree)} aria-label={text.swap} title={text.swap}>
        ⇄
      </button>
      <Choice label={text.to} chosen={to} others={others} onChoose={(tree) => show(from.tree, tree)} />
    </div>
  );
}

function Choice({
  label,
  chosen,
  others,
  onChoose,
}: {
  readonly label: string;
  readonly chosen: TreeName;
  readonly others: readonly TreeName[];
  readonly onChoose: (tree: string) => void;
}): ReactNode {
  return (
    <span className="compare-choice">
      <label>
        {label}{' '}
        <select value={chosen.tree} onChange={({ target }) => onChoose(target.value)}>
          {others.map((one) => (
            <option key={one.tree} value={one.tree}>
              {labelOf(one)} ({one.tree.slice(0, 8)})
            </option>
          ))}
        </select>
      </label>{' '}
      <FolderLink tree={chosen.tree} path="">
        <code title={chosen.tree}>{chosen.tree.slice(0, 12)}…</code>
      </FolderLink>
    </span>
  );
}
