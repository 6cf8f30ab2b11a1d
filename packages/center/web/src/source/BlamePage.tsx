import { Link } from '@tanstack/react-router';
import { useMemo, type ReactNode } from 'react';
import type { BlamePage as Data } from '../../../src/contract/source.ts';
import { source } from '../messages/source.ts';
import { useTwin } from '../twin.ts';
import { Page } from '../ui/Page.tsx';
import { Status } from '../ui/Status.tsx';
import { Table } from '../ui/Table.tsx';
import { absolute, Time } from '../ui/Time.tsx';
import { markedCharacter, markOf } from '../../../src/contract/characters.ts';
import { Text } from './code/Text.tsx';
import { CodeText } from './CodeText.tsx';
import { FileFrame } from './FileFrame.tsx';
import { factsOf, NoText, useTokens } from './FilePage.tsx';
import { Proven } from './HistoryPage.tsx';
import { FileLink, fileName, plainName } from './paths.tsx';
import { Watermark } from './Watermark.tsx';

const text = source.blame;
const history = source.history;

export function BlamePage(): ReactNode {
  const twin = useTwin<Data>();
  const title =
    twin.data === undefined
      ? source.file.blame
      : `${source.file.blame}: ${plainName(fileName(twin.data.path))}`;
  return (
    <Page title={title} twin={twin}>
      {(data) => <Blame key={`${data.tree} ${data.path} ${data.at ?? ''}`} data={data} />}
    </Page>
  );
}

function Blame({ data }: { readonly data: Data }): ReactNode {
  const { tree, path, content, proven, at, fault, groups, watermark, git } = data;
  const tokens = useTokens(tree, path, proven && content.state === 'text' && content.lineCount <= 5_000);
  const byLine = useMemo(() => {
    const map = new Map<number, { readonly commit: string; readonly begins: boolean }>();
    for (const { first, count, commit } of groups)
      for (let i = 0; i < count; i++) map.set(first + i, { commit, begins: i === 0 });
    return map;
  }, [groups]);
  const gutter = (line: number): ReactNode => {
    const one = byLine.get(line);
    return (
      <span className={`blame ${one?.begins === true ? 'blame-begins' : ''}`}>
        {one?.begins === true ? <Who data={data} commit={one.commit} /> : null}
      </span>
    );
  };
  return (
    <FileFrame head={data} view="blame" facts={factsOf(content, true)}>
      <p>
        <Status mark="warn">{text.note}</Status>{' '}
        {proven ? (
          text.same
        ) : (
          <>
            {text.older((at ?? '').slice(0, 12))}{' '}
            <FileLink tree={tree} path={path} view="blame">
              {text.back}
            </FileLink>
          </>
        )}
      </p>
      {fault !== null || !git ? (
        <p>
          <Status mark="none">{text.none}</Status> {fault}
        </p>
      ) : null}
      {content.state === 'text' ? (
        <CodeText
          path={path}
          content={content}
          tokens={tokens}
          gutter={groups.length > 0 ? gutter : undefined}
          over={<Watermark mark={watermark} />}
        />
      ) : (
        <NoText tree={tree} content={content} />
      )}
      <Commits data={data} />
    </FileFrame>
  );
}

/** The same for whoever does not use a mouse or does not see the gutter. */
function Commits({ data: { tree, commits } }: { readonly data: Data }): ReactNode {
  const rows = Object.values(commits).toSorted((a, b) => b.time - a.time);
  if (rows.length === 0) return null;
  return (
    <details>
      <summary>{text.commits(rows.length)}</summary>
      <Table
        caption={text.note}
        columns={[
          {
            head: history.commit,
            cell: ({ oid }) => (
              <code className="oid" title={oid}>
                {oid.slice(0, 12)}
              </code>
            ),
          },
          { head: history.subject, cell: ({ subject }) => <Text text={subject} /> },
          { head: history.author, cell: ({ author }) => <Text text={author} /> },
          { head: history.when, cell: ({ time }) => <Time seconds={time} exact /> },
          { head: history.isProven, cell: (one) => <Proven commit={one} /> },
          {
            head: text.before,
            cell: ({ previous, oid }) =>
              previous === null ? null : (
                <Link
                  to={`/source/${tree}/blame`}
                  search={{ path: previous.path, at: previous.commit } as never}
                  aria-label={text.beforeOf(oid.slice(0, 8))}
                >
                  {text.before}
                </Link>
              ),
          },
        ]}
        rows={rows}
        keyOf={({ oid }) => oid}
      />
    </details>
  );
}

const plain = (said: string): string => said.replaceAll(markedCharacter, (one) => `[${markOf(one).label}]`);

function Who({ data, commit }: { readonly data: Data; readonly commit: string }): ReactNode {
  const one = data.commits[commit];
  if (one === undefined) return null;
  const { subject, author, time, previous, oid } = one;
  const label = `${oid.slice(0, 8)} ${plain(author)}, ${absolute(time).slice(0, 10)}: ${plain(subject)}`;
  return (
    <>
      <span className="blame-who" title={label}>
        <span className="blame-date">{absolute(time).slice(0, 10)}</span> {plain(subject)}
      </span>
      {previous === null ? null : (
        <Link
          className="blame-before"
          to={`/source/${data.tree}/blame`}
          search={{ path: previous.path, at: previous.commit } as never}
          title={text.beforeOf(oid.slice(0, 8))}
          aria-label={text.beforeOf(oid.slice(0, 8))}
          tabIndex={-1}
        >
          ←
        </Link>
      )}
    </>
  );
}
