import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Reviews } from '../../../src/contract/reviews.ts';
import { Refusal, useChange } from '../account/change.tsx';
import { reviews as words } from '../messages/reviews.ts';
import { Digest } from '../ui/Digest.tsx';
import { Status } from '../ui/Status.tsx';
import { Table, type Column } from '../ui/Table.tsx';
import { Time } from '../ui/Time.tsx';
import { Sure } from './Sure.tsx';

type Me = NonNullable<Reviews['me']>;

export function Keys({ me, again }: { readonly me: Me; readonly again: () => void }): ReactNode {
  const change = useChange();
  const end = (keyid: string): void =>
    change.run(async (post) => {
      await post('/do/reviews/end-key', { keyid });
      again();
    });
  const columns: readonly Column<Me['keys'][number]>[] = [
    { head: words.key, cell: ({ keyid }) => <Digest value={keyid} /> },
    { head: words.kind, cell: ({ webauthn }) => (webauthn === null ? words.keyFile : words.passkey) },
    { head: words.registered, cell: ({ registered }) => <Time seconds={registered} /> },
    {
      head: words.state,
      cell: ({ keyid, ended }) =>
        ended === null ? (
          <Sure label={words.end} question={words.endSure} disabled={change.busy} act={() => end(keyid)} />
        ) : (
          <>
            {words.ended} <Time seconds={ended} />
          </>
        ),
    },
  ];
  return (
    <section>
      <h2>{words.keys}</h2>
      <p>
        {words.keysText} <code>{me.pseudonym}</code>
      </p>
      {me.foreign.length === 0 ? null : (
        <div className="card" role="alert">
          <p>
            <Status mark="warn">{words.foreign(me.foreign.length)}</Status>
          </p>
          <p>{words.foreignText}</p>
          <p>
            {me.foreign.map((index) => (
              <Link key={index} className="button" to={`/log/entries/${index}`}>
                {words.one.index(index)}
              </Link>
            ))}
          </p>
        </div>
      )}
      <Table caption={words.keysCaption} columns={columns} rows={me.keys} keyOf={({ keyid }) => keyid} />
      <Refusal change={change} />
    </section>
  );
}
