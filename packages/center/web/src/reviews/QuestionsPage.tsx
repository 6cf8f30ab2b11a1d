import { Link, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Questions, ThreadLine, ThreadState } from '../../../src/contract/questions.ts';
import { questions as words } from '../messages/reviews.ts';
import { Text } from '../source/code/Text.tsx';
import { FileLink, Name } from '../source/paths.tsx';
import { useTwin } from '../twin.ts';
import { Empty, Page } from '../ui/Page.tsx';
import { Status, type Mark } from '../ui/Status.tsx';
import { Table, type Column } from '../ui/Table.tsx';
import { Time } from '../ui/Time.tsx';
import './reviews.css';

const marks: Readonly<Record<ThreadState, Mark>> = { open: 'wait', answered: 'ok', closed: 'none' };

export function ThreadStatus({ state }: { readonly state: ThreadState }): ReactNode {
  return <Status mark={marks[state]}>{words.states[state]}</Status>;
}

export function ThreadPlace({ thread }: { readonly thread: ThreadLine }): ReactNode {
  const { tree, path, first, last } = thread;
  return (
    <FileLink tree={tree} path={path} hash={first === last ? `L${first}` : `L${first}-L${last}`}>
      <Name path={path} /> {words.lines(first, last)}
    </FileLink>
  );
}

const columns: readonly Column<ThreadLine>[] = [
  {
    head: words.question,
    cell: ({ id, excerpt }) => (
      <Link to={`/questions/${id}`}>
        <Text text={excerpt.replaceAll('\n', ' ')} />
      </Link>
    ),
  },
  { head: words.state, cell: ({ state }) => <ThreadStatus state={state} /> },
  { head: words.place, cell: (thread) => <ThreadPlace thread={thread} /> },
  { head: words.posts, cell: ({ posts }) => posts, number: true },
  { head: words.changed, cell: ({ changed }) => <Time seconds={changed} /> },
];

const filters = [undefined, 'open', 'answered', 'closed'] as const;

export function QuestionsPage(): ReactNode {
  const twin = useTwin<Questions>();
  const { state, ...rest } = useSearch({ strict: false }) as Readonly<Record<string, string>>;
  return (
    <Page title={words.title} lead={words.lead} twin={twin}>
      {({ threads, counts }) => (
        <>
          <nav className="tabs" aria-label={words.state}>
            {filters.map((one) => (
              <Link
                key={one ?? 'all'}
                to="/questions"
                search={(one === undefined ? rest : { ...rest, state: one }) as never}
                aria-current={state === one ? 'page' : undefined}
              >
                {one === undefined ? words.all : `${words.states[one]} ${counts[one]}`}
              </Link>
            ))}
          </nav>
          {threads.length === 0 ? (
            <Empty title={words.none}>
              <p>{words.noneText}</p>
              <p>
                <Link to="/source">{words.toSource}</Link>
              </p>
            </Empty>
          ) : (
            <Table caption={words.caption} columns={columns} rows={threads} keyOf={({ id }) => id} />
          )}
        </>
      )}
    </Page>
  );
}
