import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ReleaseRow, Releases, ReleaseState } from '../../../src/contract/releases.ts';
import { releases as words, stateMarks } from '../messages/releases.ts';
import { useTwin } from '../twin.ts';
import { Legend, type Form } from '../ui/charts/Marks.tsx';
import { Timeline, type Lane } from '../ui/charts/Timeline.tsx';
import { ChartWithTable } from '../ui/charts/Twin.tsx';
import { Digest } from '../ui/Digest.tsx';
import { Empty, Page } from '../ui/Page.tsx';
import { Status } from '../ui/Status.tsx';
import { Table, type Column } from '../ui/Table.tsx';
import { Time } from '../ui/Time.tsx';
import './releases.css';

export function ReleasesPage(): ReactNode {
  return <List title={words.title} />;
}

export function ChannelPage(): ReactNode {
  const { product = '', channel = '' } = useParams({ strict: false });
  return <List title={words.channelTitle(product, channel)} />;
}

const forms: Readonly<Record<ReleaseState, { readonly form: Form; readonly className: string }>> = {
  published: { form: 'disc', className: 'mark-ok' },
  superseded: { form: 'ring', className: 'mark-none' },
  announced: { form: 'diamond', className: 'mark-info' },
  held: { form: 'triangle', className: 'mark-warn' },
  withdrawn: { form: 'cross', className: 'mark-bad' },
};

export const pageOf = ({
  product,
  channel,
  sequence,
}: Pick<ReleaseRow, 'product' | 'channel' | 'sequence'>): string =>
  `/releases/${product}/${channel}/${sequence}`;

const whenOf = ({ publishedAt, entry }: ReleaseRow): number => publishedAt ?? entry.seenAt;

const columns: readonly Column<ReleaseRow>[] = [
  {
    head: words.columns.release,
    cell: (row) => (
      <Link to={pageOf(row)}>
        {row.product} {row.version}
      </Link>
    ),
  },
  {
    head: words.columns.state,
    cell: ({ state }) => <Status mark={stateMarks[state]}>{words.states[state]}</Status>,
  },
  {
    head: words.columns.channel,
    cell: ({ product, channel }) => <Link to={`/releases/${product}/${channel}`}>{channel}</Link>,
  },
  { head: words.columns.sequence, cell: ({ sequence }) => sequence, number: true },
  { head: words.columns.platforms, cell: ({ platforms }) => platforms.join(', ') },
  { head: words.columns.rebuilt, cell: ({ agreeing, threshold }) => words.ofAsked(agreeing, threshold) },
  {
    head: words.columns.published,
    cell: ({ publishedAt }) =>
      publishedAt === null ? words.unpublished : <Time seconds={publishedAt} exact />,
  },
  {
    head: words.columns.entry,
    cell: ({ entry }) => <Link to={`/log/entries/${entry.index}`}>{entry.index}</Link>,
    number: true,
  },
  {
    head: words.columns.artifact,
    cell: ({ artifacts }) => (
      <ul className="plain">
        {artifacts.map(({ output, sha256 }) => (
          <li key={output}>
            {output} <Digest value={sha256} />
          </li>
        ))}
      </ul>
    ),
  },
];

function List({ title }: { readonly title: string }): ReactNode {
  const twin = useTwin<Releases>();
  return (
    <Page title={title} twin={twin}>
      {({ size, releases }) =>
        releases.length === 0 ? (
          <Empty title={words.none}>
            <p>{words.noneText}</p>
          </Empty>
        ) : (
          <>
            <p className="lead">{words.lead(size)}</p>
            <ChartWithTable
              caption={words.timeline}
              columns={columns.slice(0, 3).concat(columns.slice(6, 7))}
              rows={releases}
              keyOf={pageOf}
            >
              <Timeline title={words.timeline} lanes={lanesOf(releases)} />
              <Legend
                items={[...new Set(releases.map(({ state }) => state))].map((state) => ({
                  ...forms[state],
                  label: words.states[state],
                }))}
              />
            </ChartWithTable>
            <Table caption={words.all} columns={columns} rows={releases.toReversed()} keyOf={pageOf} />
          </>
        )
      }
    </Page>
  );
}

function lanesOf(releases: readonly ReleaseRow[]): readonly Lane[] {
  const lines = Map.groupBy(releases, ({ product, channel }) => `${product} ${channel}`);
  return [...lines].map(([name, rows]) => ({
    name,
    events: rows.map((row) => ({
      id: pageOf(row),
      at: whenOf(row),
      label: row.version,
      href: pageOf(row),
      title: `${row.product} ${row.version}, ${row.channel} ${row.sequence}: ${words.states[row.state]}`,
      ...forms[row.state],
    })),
  }));
}
