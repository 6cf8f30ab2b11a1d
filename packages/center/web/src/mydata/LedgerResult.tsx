// An own ledger, record by record. What it shows is its owner's, and is drawn from the file alone.

import type { ReactNode } from 'react';
import type { CheckedReading, CheckedRecord, OwnFinding, RecordStanding } from '@vitrine/reports';
import { mydata, standingMarks } from '../messages/mydata.ts';
import { seconds } from '../residency/format.ts';
import { Digest } from '../ui/Digest.tsx';
import { Status } from '../ui/Status.tsx';
import { Table, type Column } from '../ui/Table.tsx';
import { Time } from '../ui/Time.tsx';
import type { Judged } from './judge.ts';

const words = mydata.table;
const recordsShown = 200;

export function LedgerResult({
  judged: { at, check, logged },
}: {
  readonly judged: Extract<Judged, { readonly kind: 'ledger' }>;
}): ReactNode {
  const { first, entries, head, records, readings, findings } = check;
  const standings = Map.groupBy(records, ({ standing }) => standing);
  const newest = records.slice(-recordsShown).toReversed();
  return (
    <>
      <dl className="facts">
        <dt>{mydata.exported}</dt>
        <dd>
          <Time seconds={seconds(at)} exact />
        </dd>
        <dt>{mydata.entries}</dt>
        <dd>
          {entries.toLocaleString('en')}
          {first === 0 ? null : `, ${mydata.notFirst(first)}`} <Digest value={head} />
        </dd>
        <dt>{mydata.records}</dt>
        <dd>
          <ul className="residency-codes">
            {[...standings].map(([standing, some]) => (
              <li key={standing}>
                <Standing standing={standing} /> {some.length.toLocaleString('en')}
              </li>
            ))}
          </ul>
        </dd>
        <dt>{mydata.against.heads}</dt>
        <dd>{mydata.loggedHeads(logged)}</dd>
      </dl>
      {findings.length === 0 ? null : (
        <Table
          caption={words.findings}
          rows={findings}
          keyOf={({ seq, code, message }) => `${seq} ${code} ${message}`}
          columns={findingColumns}
        />
      )}
      <Table
        caption={words.records(newest.length, records.length)}
        rows={newest}
        keyOf={({ report, position }) => `${report} ${position}`}
        columns={recordColumns}
      />
      <h3>{words.readings}</h3>
      {readings.length === 0 ? (
        <p>{words.noReadings}</p>
      ) : (
        <Table
          caption={words.readings}
          rows={readings}
          keyOf={({ center, index }) => `${center} ${index}`}
          columns={readingColumns}
        />
      )}
    </>
  );
}

function Standing({ standing }: { readonly standing: RecordStanding }): ReactNode {
  return <Status mark={standingMarks[standing]}>{mydata.standings[standing]}</Status>;
}

const findingColumns: readonly Column<OwnFinding>[] = [
  { head: words.seq, cell: ({ seq }) => seq },
  { head: words.code, cell: ({ code }) => <code>{code}</code> },
  { head: words.message, cell: ({ message }) => message },
];

/** The word by which its owner knows it. */
function nameOf({ facts, personal }: CheckedRecord['shared']): string {
  const named = personal['name'] ?? facts['domain'] ?? personal['path'] ?? facts['object'];
  return typeof named === 'string' ? named : '';
}

const recordColumns: readonly Column<CheckedRecord>[] = [
  { head: words.at, cell: ({ at }) => <Time seconds={seconds(at)} exact /> },
  { head: words.kind, cell: ({ shared }) => shared.kind },
  { head: words.message, cell: ({ shared }) => <code>{nameOf(shared)}</code> },
  { head: words.center, cell: ({ center }) => center },
  { head: words.country, cell: ({ country }) => country },
  { head: words.standing, cell: ({ standing }) => <Standing standing={standing} /> },
  { head: words.place, cell: ({ index }) => index?.toLocaleString('en') ?? '', number: true },
  { head: words.seen, cell: ({ time }) => (time === undefined ? '' : <Time seconds={time} exact />) },
];

const readingColumns: readonly Column<CheckedReading>[] = [
  { head: words.readAt, cell: ({ at }) => <Time seconds={seconds(at)} exact /> },
  { head: words.center, cell: ({ center }) => center },
  { head: words.record, cell: ({ record }) => record, number: true },
  { head: words.grant, cell: ({ grant }) => <Digest value={grant} /> },
];
