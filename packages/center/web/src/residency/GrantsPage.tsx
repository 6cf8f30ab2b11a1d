import { Link } from '@tanstack/react-router';
import { Fragment, type ReactNode } from 'react';
import type { GrantsPage as Data, GrantView, ReadingsView } from '../../../src/contract/custody.ts';
import { Pager } from '../log/Pager.tsx';
import { grants as words } from '../messages/custody.ts';
import { useTwin } from '../twin.ts';
import { Sparkline } from '../ui/charts/Sparkline.tsx';
import { ChartWithTable } from '../ui/charts/Twin.tsx';
import { Empty, Page } from '../ui/Page.tsx';
import { Status } from '../ui/Status.tsx';
import { Table, type Column } from '../ui/Table.tsx';
import { Time } from '../ui/Time.tsx';
import { DataNav } from './DataNav.tsx';
import { seconds } from './format.ts';
import '../log/log.css';

export function GrantsPage(): ReactNode {
  const twin = useTwin<Data>();
  return (
    <Page title={words.title} lead={words.lead} twin={twin}>
      {(data) => (
        <>
          <DataNav />
          <p className="muted">{words.limit}</p>
          <Totals data={data} />
          {data.total === 0 ? (
            <Empty title={words.none}>
              <p>{words.noneText}</p>
            </Empty>
          ) : (
            <>
              <Table
                caption={words.caption(data.total)}
                rows={data.grants}
                keyOf={({ index }) => index}
                columns={columns}
              />
              <Pager to="/grants" search={{}} page={data.page} pages={data.pages} />
            </>
          )}
          <h2>{words.ledgers}</h2>
          <p className="lead">{words.ledgersLead}</p>
          {data.ledgers.length === 0 ? <p>{words.noCenters}</p> : null}
          <div className="grants-readings">
            {data.ledgers.map((ledger) => (
              <Readings key={ledger.center} ledger={ledger} />
            ))}
          </div>
        </>
      )}
    </Page>
  );
}

function Totals({ data }: { readonly data: Data }): ReactNode {
  return (
    <dl className="facts">
      <dt>{words.total}</dt>
      <dd>
        {data.total.toLocaleString('en')}
        {data.bySupervisor.length === 0
          ? null
          : ` (${data.bySupervisor.map(({ operator, count }) => words.by(operator, count)).join('; ')})`}
      </dd>
      <dt>{words.opened}</dt>
      <dd>{data.opened.toLocaleString('en')}</dd>
      {data.ledgers.map(({ center, name, readings, points }) => (
        <Fragment key={center}>
          <dt>
            {words.readings}, <Link to={`/residency/centers/${center}`}>{name}</Link>
          </dt>
          <dd>
            {readings === null ? (
              words.notLogged
            ) : (
              <Link to={`/log/entries/${points.at(-1)?.index ?? 0}`}>
                {words.byHead(readings, points.at(-1)?.index ?? 0)}
              </Link>
            )}
          </dd>
        </Fragment>
      ))}
    </dl>
  );
}

const columns: readonly Column<GrantView>[] = [
  { head: words.entry, cell: ({ index }) => <Link to={`/log/entries/${index}`}>{index}</Link> },
  { head: words.supervisor, cell: ({ operator, organisation }) => organisation ?? operator },
  { head: words.granted, cell: ({ issuedAt }) => <Time seconds={seconds(issuedAt)} /> },
  { head: words.outcome, cell: (grant) => <Outcome grant={grant} /> },
  { head: words.center, cell: ({ body }) => body?.center ?? '' },
  { head: words.who, cell: ({ body }) => body?.who ?? '' },
  {
    head: words.why,
    cell: ({ body }) => (body === null ? '' : <span className="grants-why">{body.why}</span>),
  },
  { head: words.records, cell: ({ body }) => body?.records ?? '', number: true },
  {
    head: words.until,
    cell: ({ body }) => (body === null ? '' : <Time seconds={seconds(body.until)} exact />),
  },
];

function Outcome({ grant: { sealed, body } }: { readonly grant: GrantView }): ReactNode {
  if (sealed.opened === null) return <Status mark="none">{words.heldBy(sealed.heldBy)}</Status>;
  if (body === null) return <Status mark="warn">{words.unknown}</Status>;
  return body.ended ? <Status mark="none">{words.ended}</Status> : <Status mark="info">{words.open}</Status>;
}

function Readings({ ledger: { name, points, readings } }: { readonly ledger: ReadingsView }): ReactNode {
  if (readings === null) return null;
  return (
    <ChartWithTable
      caption={words.series(name)}
      rows={points}
      keyOf={({ index }) => index}
      columns={[
        { head: words.entry, cell: ({ index }) => <Link to={`/log/entries/${index}`}>{index}</Link> },
        { head: words.at, cell: ({ at }) => <Time seconds={seconds(at)} exact /> },
        { head: words.size, cell: ({ size }) => size.toLocaleString('en'), number: true },
      ]}
    >
      <Sparkline
        title={words.chart(name, readings)}
        values={points.map(({ size }) => size)}
        width={320}
        height={80}
      />
    </ChartWithTable>
  );
}
