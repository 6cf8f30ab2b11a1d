// What a data center says that it holds and refused: its word, and printed as that.

import type { ReactNode } from 'react';
import type { CenterPage, CountsView } from '../../../src/contract/residency.ts';
import { center } from '../messages/residency.ts';
import { Table, type Column } from '../ui/Table.tsx';
import { Time } from '../ui/Time.tsx';
import { seconds, size } from './format.ts';
import { Trouble } from './Trouble.tsx';

const words = center.counts;
type Records = CountsView['records'][number];
type Refusals = CountsView['refusals'][number];

const recordColumns: readonly Column<Records>[] = [
  { head: words.kind, cell: ({ kind }) => kind },
  { head: words.country, cell: ({ country }) => country },
  { head: words.count, cell: ({ count }) => count.toLocaleString('en'), number: true },
  { head: words.bytes, cell: ({ bytes }) => size(bytes), number: true },
];

const refusalColumns: readonly Column<Refusals>[] = [
  { head: words.day, cell: ({ day }) => day },
  { head: words.code, cell: ({ code }) => <code>{code}</code> },
  { head: words.refused, cell: ({ count }) => count.toLocaleString('en'), number: true },
];

export function CenterCounts({
  data: { counts, trouble },
}: {
  readonly data: Pick<CenterPage, 'counts' | 'trouble'>;
}): ReactNode {
  return (
    <section>
      <h2>{words.title}</h2>
      <Trouble trouble={trouble}>{words.trouble}</Trouble>
      {counts === null ? (
        <p>{words.none}</p>
      ) : (
        <>
          <p className="lead">
            {words.word} <code>{counts.address}</code>; {words.asked} <Time seconds={counts.readAt} />,{' '}
            {words.itsClock} <Time seconds={seconds(counts.at)} exact />.
          </p>
          {counts.records.length === 0 ? (
            <p>{words.noRecords}</p>
          ) : (
            <Table
              caption={words.records}
              rows={counts.records}
              keyOf={({ kind, country }) => `${kind} ${country}`}
              columns={recordColumns}
            />
          )}
          {counts.refusals.length === 0 ? (
            <p>{words.noRefusals}</p>
          ) : (
            <Table
              caption={words.refusals}
              rows={counts.refusals.toReversed()}
              keyOf={({ day, code }) => `${day} ${code}`}
              columns={refusalColumns}
            />
          )}
        </>
      )}
    </section>
  );
}
