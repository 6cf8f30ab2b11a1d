// One version of the residency policy, and what it changes.

import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { CenterRow, MoveView, ResidencyVersion } from '../../../src/contract/residency.ts';
import { residency } from '../messages/residency.ts';
import { Digest } from '../ui/Digest.tsx';
import { Status, type Mark } from '../ui/Status.tsx';
import { Table } from '../ui/Table.tsx';
import { Time } from '../ui/Time.tsx';
import { seconds } from './format.ts';

const words = residency.versions;
const marks: Readonly<Record<ResidencyVersion['state'], Mark>> = {
  past: 'none',
  'in-force': 'ok',
  announced: 'wait',
};

export function Version({
  version: of,
  centers,
}: {
  readonly version: ResidencyVersion;
  readonly centers: readonly CenterRow[];
}): ReactNode {
  const { version, state, effective, issuedAt, notice, digest, index, late, moves, added, drained } = of;
  const nameOf = (id: string): string => centers.find((one) => one.id === id)?.name ?? id;
  return (
    <section className="card residency-version">
      <h3>
        {words.heading(version)} <Status mark={marks[state]}>{words.states[state]}</Status>
      </h3>
      {late ? (
        <p>
          <Status mark="bad">{words.late}</Status>
        </p>
      ) : null}
      <dl className="facts">
        <dt>{words.effective}</dt>
        <dd>
          <Time seconds={seconds(effective)} exact />
        </dd>
        <dt>{words.issued}</dt>
        <dd>
          <Time seconds={seconds(issuedAt)} exact />
        </dd>
        <dt>{words.notice}</dt>
        <dd>{words.days(notice)}</dd>
        <dt>{words.digest}</dt>
        <dd>
          <Digest value={digest} />
        </dd>
        <dt>{words.entry}</dt>
        <dd>
          <Link to={`/log/entries/${index}`}>{index}</Link>
        </dd>
        {added.length === 0 ? null : (
          <>
            <dt>{words.added}</dt>
            <dd>{added.map(nameOf).join(', ')}</dd>
          </>
        )}
        {drained.length === 0 ? null : (
          <>
            <dt>{words.drained}</dt>
            <dd>{drained.map(nameOf).join(', ')}</dd>
          </>
        )}
      </dl>
      <Moves version={version} moves={moves} nameOf={nameOf} />
    </section>
  );
}

function Moves({
  version,
  moves,
  nameOf,
}: {
  readonly version: number;
  readonly moves: readonly MoveView[];
  readonly nameOf: (id: string) => string;
}): ReactNode {
  if (moves.length === 0) return <p>{version === 1 ? words.first : words.same}</p>;
  return (
    <Table
      caption={words.moves(moves.length)}
      rows={moves}
      keyOf={({ country }) => country}
      columns={[
        {
          head: words.country,
          cell: ({ country, name }) => (
            <>
              {name} <code>{country}</code>
            </>
          ),
        },
        { head: words.from, cell: ({ from }) => nameOf(from) },
        { head: words.to, cell: ({ to }) => nameOf(to) },
        {
          head: words.law,
          cell: ({ jurisdictionFrom, jurisdictionTo }) =>
            jurisdictionFrom === jurisdictionTo ? (
              words.sameLaw
            ) : (
              <Status mark="warn">{words.asked(jurisdictionFrom, jurisdictionTo)}</Status>
            ),
        },
      ]}
    />
  );
}
