import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { CommitOfFile, HistoryPage as Data } from '../../../src/contract/source.ts';
import { source } from '../messages/source.ts';
import { useTwin } from '../twin.ts';
import { Digest } from '../ui/Digest.tsx';
import { Page } from '../ui/Page.tsx';
import { Status, type Mark } from '../ui/Status.tsx';
import { Table } from '../ui/Table.tsx';
import { Time } from '../ui/Time.tsx';
import { Text } from './code/Text.tsx';
import { FileFrame } from './FileFrame.tsx';
import { FileLink, fileName, plainName } from './paths.tsx';

const text = source.history;

const marks: Readonly<Record<Data['releases'][number]['change'], Mark>> = {
  first: 'info',
  changed: 'warn',
  mode: 'warn',
  same: 'none',
  absent: 'none',
  returned: 'info',
};

export function HistoryPage(): ReactNode {
  const twin = useTwin<Data>();
  const title =
    twin.data === undefined
      ? source.file.history
      : `${source.file.history}: ${plainName(fileName(twin.data.path))}`;
  return (
    <Page title={title} twin={twin}>
      {(data) => (
        <FileFrame head={data} view="history">
          <Releases data={data} />
          <section>
            <h2>{text.commits}</h2>
            <p>{text.commitsNote}</p>
            <Commits commits={data.commits} />
          </section>
        </FileFrame>
      )}
    </Page>
  );
}

function Releases({ data: { releases, more, path } }: { readonly data: Data }): ReactNode {
  return (
    <section>
      <h2>{text.releases}</h2>
      <p>{text.releasesNote}</p>
      <Table
        caption={text.releases}
        columns={[
          {
            head: text.version,
            cell: ({ tree, versions, product, sha256 }) => {
              const name = `${product} ${source.versions(versions)}`;
              return sha256 === null ? (
                name
              ) : (
                <FileLink tree={tree} path={path}>
                  {name}
                </FileLink>
              );
            },
          },
          {
            head: text.what,
            cell: ({ change }) => <Status mark={marks[change]}>{text.change[change]}</Status>,
          },
          {
            head: source.file.digest,
            cell: ({ sha256 }) => (sha256 === null ? '' : <Digest value={sha256} />),
          },
          {
            head: source.tree.entry,
            cell: ({ index }) => <Link to={`/log/entries/${index}`}>{index}</Link>,
            number: true,
          },
          {
            head: text.compare,
            cell: ({ tree, before, change }) =>
              before === null || change === 'same' || (change === 'absent' && before === null) ? null : (
                <Link to="/source/compare" search={{ from: before, to: tree, path }}>
                  {text.compare}
                </Link>
              ),
          },
        ]}
        rows={releases}
        keyOf={({ tree }) => tree}
      />
      {more ? <p>{text.moreReleases}</p> : null}
    </section>
  );
}

function Commits({ commits }: { readonly commits: Data['commits'] }): ReactNode {
  if (commits.state === 'none') return <p>{text.none}</p>;
  if (commits.state === 'failed') {
    return (
      <p>
        <Status mark="warn">{text.failed}</Status> {commits.message}
      </p>
    );
  }
  return (
    <>
      <Table
        caption={text.commits}
        columns={[
          {
            head: text.commit,
            cell: ({ oid }) => (
              <code className="oid" title={oid}>
                {oid.slice(0, 12)}
              </code>
            ),
          },
          { head: text.subject, cell: ({ subject }) => <Text text={subject} /> },
          { head: text.author, cell: ({ author }) => <Text text={author} /> },
          { head: text.when, cell: ({ time }) => <Time seconds={time} exact /> },
          { head: text.isProven, cell: (one) => <Proven commit={one} /> },
        ]}
        rows={commits.list}
        keyOf={({ oid }) => oid}
      />
      {commits.more ? <p>{text.more(commits.list.length)}</p> : null}
    </>
  );
}

export function Proven({ commit }: { readonly commit: CommitOfFile }): ReactNode {
  if (commit.tree === null) return <span className="muted">{text.unproven}</span>;
  return (
    <Link to={`/source/${commit.tree}`}>
      <Status mark="ok">{text.proven}</Status>
    </Link>
  );
}
