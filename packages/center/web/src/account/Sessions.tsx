import type { ReactNode } from 'react';
import type { SessionRow } from '../../../src/contract/account.ts';
import { account } from '../messages/account.ts';
import { Status } from '../ui/Status.tsx';
import { Table } from '../ui/Table.tsx';
import { absolute, Time } from '../ui/Time.tsx';
import { Refusal, useChange } from './change.tsx';

const words = account.own.sessions;

export function Sessions({
  sessions,
  again,
}: {
  readonly sessions: readonly SessionRow[];
  readonly again: () => void;
}): ReactNode {
  const change = useChange();
  const end = (body: unknown) => (): void =>
    change.run(async (post) => {
      await post('/do/account/sessions/end', body);
      again();
    });
  return (
    <section>
      <h2>{words.title}</h2>
      <Table
        caption={words.caption}
        rows={sessions}
        keyOf={({ id }) => id}
        columns={[
          { head: words.columns.begun, cell: ({ created }) => <Time seconds={created} exact /> },
          { head: words.columns.means, cell: ({ means }) => words.means[means] },
          { head: words.columns.seen, cell: ({ seen }) => <Time seconds={seen} /> },
          { head: words.columns.expires, cell: ({ expires }) => <Time seconds={expires} /> },
          {
            head: words.columns.action,
            cell: ({ id, created, current }) =>
              current ? (
                <Status mark="info">{words.current}</Status>
              ) : (
                <button
                  type="button"
                  aria-label={words.endOne(absolute(created))}
                  disabled={change.busy}
                  onClick={end({ id })}
                >
                  {words.end}
                </button>
              ),
          },
        ]}
      />
      {sessions.length > 1 ? (
        <button type="button" disabled={change.busy} onClick={end({ others: true })}>
          {words.others}
        </button>
      ) : null}
      <Refusal change={change} />
    </section>
  );
}
