// One ledger of a data center: its heads in the log, and what it says of itself against them.

import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { HeadView, LedgerView } from '../../../src/contract/residency.ts';
import { center, comparedMarks } from '../messages/residency.ts';
import { Digest } from '../ui/Digest.tsx';
import { Status } from '../ui/Status.tsx';
import { Table, type Column } from '../ui/Table.tsx';
import { Time } from '../ui/Time.tsx';
import { seconds } from './format.ts';

const words = center.ledgers;

const columns: readonly Column<HeadView>[] = [
  { head: words.entry, cell: ({ index }) => <Link to={`/log/entries/${index}`}>{index}</Link> },
  { head: words.size, cell: ({ size }) => size.toLocaleString('en'), number: true },
  { head: words.root, cell: ({ root }) => <Digest value={root} /> },
  { head: words.issued, cell: ({ issuedAt }) => <Time seconds={seconds(issuedAt)} exact /> },
];

export function Ledger({ ledger }: { readonly ledger: LedgerView }): ReactNode {
  const { purpose, origin, vkey, heads, logged, said, compared, contradictions } = ledger;
  return (
    <section>
      <h2>{words[purpose]}</h2>
      {contradictions.map(([one, other]) => (
        <p key={other.index} className="notice notice-bad" role="alert">
          <Status mark="bad">{words.contradiction}</Status> {words.saidSize(one.size)}{' '}
          <Digest value={one.root} to={`/log/entries/${one.index}`} />, {words.saidSize(other.size)}{' '}
          <Digest value={other.root} to={`/log/entries/${other.index}`} />
        </p>
      ))}
      <dl className="facts">
        <dt>{words.origin}</dt>
        <dd>
          <code>{origin}</code>
        </dd>
        <dt>{words.key}</dt>
        <dd>
          <code>{vkey}</code>
        </dd>
        <dt>{words.said}</dt>
        <dd>
          {said === null ? null : (
            <>
              {words.saidSize(said.size)} <Digest value={said.root} />{' '}
            </>
          )}
          <Status mark={comparedMarks[compared]}>{words.compared[compared]}</Status>
        </dd>
      </dl>
      {heads.length === 0 ? (
        <p>{words.none}</p>
      ) : (
        <Table
          caption={words.caption(origin, heads.length, logged)}
          rows={heads}
          keyOf={({ index }) => index}
          columns={columns}
        />
      )}
    </section>
  );
}
