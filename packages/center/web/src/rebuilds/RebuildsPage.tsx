import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { RebuildRow, Rebuilds, Vote } from '../../../src/contract/rebuilds.ts';
import { rebuilds as words, voteMarks } from '../messages/rebuilds.ts';
import { useTwin } from '../twin.ts';
import { Bars, type Bar, type Fill } from '../ui/charts/Bars.tsx';
import { ChartWithTable } from '../ui/charts/Twin.tsx';
import { Empty, Page } from '../ui/Page.tsx';
import { Status } from '../ui/Status.tsx';
import { Table, type Column } from '../ui/Table.tsx';
import './rebuilds.css';

export function RebuildsPage(): ReactNode {
  const twin = useTwin<Rebuilds>();
  return (
    <Page title={words.title} twin={twin}>
      {(data) =>
        data.orders.length === 0 ? (
          <Empty title={words.none}>
            <p>{words.noneText}</p>
          </Empty>
        ) : (
          <Contents {...data} />
        )
      }
    </Page>
  );
}

const fills: Readonly<Record<Vote['result'], Fill>> = {
  reproduced: 'ok',
  differs: 'bad',
  cleared: 'warn',
  'cannot-build': 'warn',
  'no-sandbox': 'warn',
  built: 'none',
  waiting: 'none',
};
const stack: readonly Fill[] = ['ok', 'bad', 'warn', 'none'];

function countOf({ votes }: RebuildRow, fill: Fill): number {
  return votes.filter(({ result }) => fills[result] === fill).length;
}

const nameOf = ({ product, version }: RebuildRow): string => `${product} ${version}`;

function Contents({ threshold, blind, operators, orders }: Rebuilds): ReactNode {
  const oldestFirst = orders.toReversed();
  const order: Column<RebuildRow> = {
    head: words.columns.product,
    cell: (row) => (
      <>
        {nameOf(row)} <Link to={`/log/entries/${row.index}`}>{row.index}</Link>
      </>
    ),
  };
  const counts = ([fill, head]: readonly [Fill, string]): Column<RebuildRow> => ({
    head,
    cell: (row) => countOf(row, fill),
    number: true,
  });
  return (
    <>
      <p className="lead">{words.lead(threshold, blind)}</p>
      <ChartWithTable
        caption={words.trend}
        rows={oldestFirst}
        keyOf={(row) => row.order}
        columns={[
          order,
          ...(
            [
              ['ok', words.columns.agree],
              ['bad', words.columns.differ],
              ['warn', words.columns.abstain],
              ['none', words.columns.waiting],
            ] as const
          ).map(counts),
        ]}
      >
        <Bars
          title={words.trendTitle}
          most={Math.max(1, ...orders.map(({ votes }) => votes.length))}
          bars={oldestFirst.map((row): Bar => ({
            label: row.version,
            title: `${nameOf(row)}: ${row.votes.map(({ name, result }) => `${name}: ${words.results[result]}`).join('; ')}`,
            parts: stack.map((fill) => ({ fill, value: countOf(row, fill) })),
          }))}
        />
        <ul className="chart-legend bars-legend">
          {(
            [
              ['ok', words.columns.agree],
              ['bad', words.columns.differ],
              ['warn', words.columns.abstain],
              ['none', words.columns.waiting],
            ] as const
          ).map(([fill, label]) => (
            <li key={fill}>
              <span className={`swatch swatch-${fill}`} aria-hidden="true" /> {label}
            </li>
          ))}
        </ul>
      </ChartWithTable>
      <Table
        caption={words.matrix}
        rows={orders}
        keyOf={(row) => row.order}
        columns={[
          order,
          { head: words.columns.release, cell: (row) => <ReleasesOf row={row} /> },
          ...operators.map(({ id, name }): Column<RebuildRow> => ({
            head: name,
            cell: ({ votes }) => <OneVote vote={votes.find(({ operator }) => operator === id)} />,
          })),
          {
            head: words.columns.agree,
            cell: ({ agreeing }) => `${agreeing} / ${threshold}`,
            number: true,
          },
        ]}
      />
    </>
  );
}

function ReleasesOf({ row: { product, releases } }: { readonly row: RebuildRow }): ReactNode {
  if (releases.length === 0) return words.unreleased;
  return (
    <ul className="rebuilds-plain">
      {releases.map(({ channel, sequence }) => (
        <li key={`${channel}/${sequence}`}>
          <Link to={`/rebuilds/${product}/${channel}/${sequence}`}>
            {channel} {sequence}
          </Link>
        </li>
      ))}
    </ul>
  );
}

function OneVote({ vote }: { readonly vote: Vote | undefined }): ReactNode {
  if (vote === undefined) return null;
  const { result, blind, words: said } = vote;
  const last = said.at(-1);
  return (
    <span className="rebuilds-vote">
      <Status mark={voteMarks[result]}>{words.short[result]}</Status>
      {result === 'reproduced' ? <span>{blind ? words.blind : words.notBlind}</span> : null}
      {last === undefined ? null : <Link to={`/log/entries/${last.index}`}>{last.index}</Link>}
    </span>
  );
}
