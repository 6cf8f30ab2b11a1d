// What both pages about findings show.

import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { DifferenceView, FindingView, Severity } from '../../../src/contract/findings.ts';
import { LinkedDigest } from '../log/Value.tsx';
import { findings as words } from '../messages/findings.ts';
import { Digest } from '../ui/Digest.tsx';
import { Status, type Mark } from '../ui/Status.tsx';
import { Table } from '../ui/Table.tsx';
import { Time } from '../ui/Time.tsx';

export const severities: readonly Severity[] = ['critical', 'major', 'minor', 'note'];

const marks: Readonly<Record<Severity, Mark>> = {
  critical: 'bad',
  major: 'warn',
  minor: 'info',
  note: 'info',
};

export function SeverityWord({ severity }: { readonly severity: Severity }): ReactNode {
  return <Status mark={marks[severity]}>{words.severities[severity]}</Status>;
}

export function About({ finding: { about, entry, page } }: { readonly finding: FindingView }): ReactNode {
  const to = page ?? undefined;
  return (
    <>
      {entry === null ? null : <>{words.detail.aboutEntry(entry.index, entry.kind)} </>}
      {to === undefined ? <Digest value={about} /> : <Digest value={about} to={to} />}
    </>
  );
}

export function FindingTable({
  findings,
  total,
}: {
  readonly findings: readonly FindingView[];
  readonly total: number;
}): ReactNode {
  const { table } = words;
  return (
    <Table
      caption={table.caption(total)}
      rows={findings}
      keyOf={({ index }) => index}
      columns={[
        { head: table.finding, cell: ({ index }) => <Link to={`/findings/${index}`}>{index}</Link> },
        { head: table.severity, cell: ({ severity }) => <SeverityWord severity={severity} /> },
        {
          head: table.code,
          cell: ({ code }) =>
            code === null ? (
              <span className="muted">{table.sealed}</span>
            ) : (
              <span title={words.codes[code]}>
                <code>{code}</code>
              </span>
            ),
        },
        { head: table.about, cell: (finding) => <About finding={finding} /> },
        { head: table.by, cell: ({ operator }) => operator },
        { head: table.when, cell: ({ issuedAt }) => <Time seconds={Date.parse(issuedAt) / 1_000} /> },
      ]}
    />
  );
}

export function DifferenceTable({
  differences,
}: {
  readonly differences: readonly DifferenceView[];
}): ReactNode {
  const { difference } = words;
  return (
    <Table
      caption={difference.caption}
      rows={differences}
      keyOf={({ index }) => index}
      columns={[
        { head: difference.entry, cell: ({ index }) => <Link to={`/log/entries/${index}`}>{index}</Link> },
        { head: difference.operator, cell: ({ operator }) => operator },
        { head: difference.product, cell: ({ product }) => product },
        { head: difference.order, cell: ({ order }) => <LinkedDigest value={order} /> },
        { head: difference.answer, cell: (one) => <Answer difference={one} /> },
        { head: difference.seen, cell: ({ seenAt }) => <Time seconds={seenAt} /> },
      ]}
    />
  );
}

function Answer({ difference: { resolution, due } }: { readonly difference: DifferenceView }): ReactNode {
  const text = words.difference;
  if (resolution === null) {
    const isLate = due * 1_000 < Date.now();
    return (
      <>
        <Status mark="bad">{text.open}</Status> {isLate ? text.overdue : text.due} <Time seconds={due} />
      </>
    );
  }
  const { outcome, operator, index } = resolution;
  return (
    <>
      <Status mark={outcome === 'cleared' ? 'ok' : 'bad'}>{text[outcome]}</Status>{' '}
      <Link to={`/log/entries/${index}`}>
        {text.by} {operator}
      </Link>
    </>
  );
}
