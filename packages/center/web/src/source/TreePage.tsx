import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import type { TreeEntry, TreePage as Data } from '../../../src/contract/source.ts';
import { source } from '../messages/source.ts';
import { useTwin } from '../twin.ts';
import { Digest } from '../ui/Digest.tsx';
import { Empty, Page } from '../ui/Page.tsx';
import { Status } from '../ui/Status.tsx';
import { Table, type Column } from '../ui/Table.tsx';
import { useKeys } from '../ui/keys.tsx';
import { Finder } from './Finder.tsx';
import { Languages } from './Languages.tsx';
import { Orders } from './Orders.tsx';
import { Crumbs, FileLink, FolderLink, folderOf, labelOf } from './paths.tsx';
import './source.css';

const text = source.tree;

export function TreePage(): ReactNode {
  const twin = useTwin<Data>();
  const data = twin.data;
  const versions = data === undefined ? [] : versionsOf(data);
  const title =
    data === undefined ? source.home : text.title(data.products.join(', '), source.versions(versions));
  return (
    <Page title={title} twin={twin}>
      {(tree) => <Tree key={tree.tree} data={tree} versions={versions} />}
    </Page>
  );
}

function versionsOf({ orders, releases }: Data): readonly string[] {
  return [...new Set([...orders, ...releases].map(({ version }) => version))];
}

function Tree({ data, versions }: { readonly data: Data; readonly versions: readonly string[] }): ReactNode {
  const { tree, folder, entries, readable, filesInAll, before, trouble, readme } = data;
  const [finding, setFinding] = useState(false);
  const navigate = useNavigate();
  useKeys('here', {
    t: { label: text.finder, run: () => setFinding(true) },
    ...(folder === ''
      ? {}
      : {
          u: {
            label: text.up,
            run: () => {
              const up = folderOf(folder);
              void navigate({ to: `/source/${tree}`, search: (up === '' ? {} : { path: up }) as never });
            },
          },
        }),
  });
  return (
    <>
      <Crumbs
        tree={tree}
        label={labelOf({ products: data.products, versions })}
        path={folder}
        last="folder"
      />
      {folder === '' ? <Facts data={data} /> : null}
      {trouble === null ? null : (
        <section className="state" role="alert">
          <h2>{text.trouble}</h2>
          <p>{text.troubleText}</p>
          <p>
            <Status mark="bad">{trouble.code}</Status> {trouble.message}
          </p>
        </section>
      )}
      <div className="toolbar">
        <span>{text.readable(readable.files, filesInAll)}</span>
        <button type="button" onClick={() => setFinding(true)}>
          {text.finder} <kbd>t</kbd>
        </button>
        {before === null ? null : (
          <Link className="button" to="/source/compare" search={{ from: before, to: tree } as never}>
            {text.compare}
          </Link>
        )}
      </div>
      {entries.length > 0 ? (
        <Entries tree={tree} folder={folder} entries={entries} />
      ) : trouble === null ? (
        <Empty title={text.nothing}>
          <p>{text.nothingText}</p>
        </Empty>
      ) : null}
      {readme === null ? null : (
        <p>
          <FileLink tree={tree} path={readme} />
        </p>
      )}
      {folder === '' ? (
        <>
          <Languages languages={data.languages} />
          <Orders orders={data.orders} />
        </>
      ) : null}
      {finding ? <Finder tree={tree} onClose={() => setFinding(false)} /> : null}
    </>
  );
}

function Facts({ data: { tree, sources, releases } }: { readonly data: Data }): ReactNode {
  const newest = sources.at(-1);
  return (
    <dl className="facts">
      <dt>{text.digest}</dt>
      <dd>
        <Digest value={tree} whole />
      </dd>
      {newest === undefined ? null : (
        <>
          <dt>{text.commit}</dt>
          <dd>
            <code>{newest.gitCommit}</code> <span className="muted">{text.commitNote}</span>
          </dd>
        </>
      )}
      <dt>{text.entry}</dt>
      <dd>
        {sources.map(({ index, product }) => (
          <span key={index} className="spaced">
            <Link to={`/log/entries/${index}`}>{text.entryLink(index)}</Link> ({product})
          </span>
        ))}
      </dd>
      {releases.length === 0 ? null : (
        <>
          <dt>{text.releases}</dt>
          <dd>
            {releases.map(({ product, channel, sequence, version }) => (
              <span key={`${product} ${channel} ${sequence}`} className="spaced">
                <Link to={`/releases/${product}/${channel}/${sequence}`}>
                  {product} {version}, {channel} {sequence}
                </Link>
              </span>
            ))}
          </dd>
        </>
      )}
    </dl>
  );
}

function Entries({
  tree,
  folder,
  entries,
}: {
  readonly tree: string;
  readonly folder: string;
  readonly entries: readonly TreeEntry[];
}): ReactNode {
  const columns: readonly Column<TreeEntry>[] = [
    {
      head: text.name,
      cell: ({ kind, path }) => (
        <span className="entry">
          <KindSign kind={kind} />
          {kind === 'folder' ? <FolderLink tree={tree} path={path} /> : <FileLink tree={tree} path={path} />}
        </span>
      ),
    },
    { head: text.language, cell: ({ language }) => language ?? '' },
    {
      head: text.inside,
      cell: ({ kind, files }) => (kind === 'folder' ? files.toLocaleString('en') : ''),
      number: true,
    },
    { head: text.size, cell: ({ size }) => source.bytes(size), number: true },
  ];
  return (
    <>
      {folder === '' ? null : (
        <p>
          <FolderLink tree={tree} path={folderOf(folder)}>
            {text.up}
          </FolderLink>
        </p>
      )}
      <Table caption={text.files} columns={columns} rows={entries} keyOf={({ path }) => path} />
    </>
  );
}

const signs: Readonly<Record<TreeEntry['kind'], string>> = {
  folder: 'M1.5 4h4l1.5 2h7.5v7h-13z',
  file: 'M3.5 1.5h6l3 3v10h-9z',
  program: 'M3.5 1.5h6l3 3v10h-9zM6 7l3 2-3 2z',
  link: 'M4 12l7-7M6 4h6v6',
};

function KindSign({ kind }: { readonly kind: TreeEntry['kind'] }): ReactNode {
  return (
    <svg
      className={`kind kind-${kind}`}
      viewBox="0 0 16 16"
      width="16"
      height="16"
      role="img"
      aria-label={text.kinds[kind]}
    >
      <title>{text.kinds[kind]}</title>
      <path d={signs[kind]} />
    </svg>
  );
}
