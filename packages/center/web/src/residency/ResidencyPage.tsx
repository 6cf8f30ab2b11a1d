import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { CenterRow, MilestoneView, ResidencyPage as Data } from '../../../src/contract/residency.ts';
import { milestoneMarks, residency as words } from '../messages/residency.ts';
import { useTwin } from '../twin.ts';
import { Empty, Page } from '../ui/Page.tsx';
import { Status } from '../ui/Status.tsx';
import { Table, type Column } from '../ui/Table.tsx';
import { Time } from '../ui/Time.tsx';
import { Countries } from './Countries.tsx';
import { DataNav } from './DataNav.tsx';
import { seconds, size } from './format.ts';
import { Trouble } from './Trouble.tsx';
import { Version } from './Version.tsx';
import { WorldMap } from './WorldMap.tsx';

export function ResidencyPage(): ReactNode {
  const twin = useTwin<Data>();
  return (
    <Page title={words.title} lead={words.lead} twin={twin}>
      {(data) => (
        <>
          <DataNav />
          <Trouble trouble={data.trouble}>{words.trouble}</Trouble>
          {data.unserved === null ? null : (
            <p className="notice">
              <Status mark="warn">{words.unserved(data.unserved.version)}</Status>{' '}
              <Link to={`/log/entries/${data.unserved.index}`}>{words.entry}</Link>
            </p>
          )}
          {data.versions.length === 0 ? (
            <Empty title={words.none}>
              <p>{words.noneText}</p>
            </Empty>
          ) : (
            <Contents data={data} />
          )}
        </>
      )}
    </Page>
  );
}

function Contents({ data }: { readonly data: Data }): ReactNode {
  const { inForce, checkedAt, time, versions, centers, countries, milestones } = data;
  const isMoving = countries.some(({ center, next }) => next !== center);
  return (
    <>
      <p>
        {inForce === null ? (
          <Status mark="wait">{words.noForce}</Status>
        ) : (
          <>
            <Status mark="ok">{words.inForce(inForce)}</Status>{' '}
            <Link to={`/log/entries/${versions.find(({ version }) => version === inForce)?.index ?? 0}`}>
              {words.entry}
            </Link>
            .
          </>
        )}{' '}
        {checkedAt === null ? null : (
          <>
            {words.checked} <Time seconds={checkedAt} />
            {time === null ? null : (
              <>
                ; {words.witnessed} <Time seconds={time} />
              </>
            )}
            .
          </>
        )}
      </p>
      <WorldMap countries={countries} centers={centers} />
      <h2>{words.centers.title}</h2>
      <Table
        caption={words.centers.caption}
        rows={centers}
        keyOf={({ id }) => id}
        columns={centerColumns(centers, isMoving)}
      />
      <h2>{words.milestones.title}</h2>
      <p className="lead">{words.milestones.lead}</p>
      {milestones.length === 0 ? (
        <p>{words.milestones.none}</p>
      ) : (
        <Table
          caption={words.milestones.caption}
          rows={milestones}
          keyOf={({ id }) => id}
          columns={milestoneColumns}
        />
      )}
      <h2>{words.versions.title}</h2>
      <p className="lead">{words.versions.lead}</p>
      {versions.map((version) => (
        <Version key={version.version} version={version} centers={centers} />
      ))}
      <h2>{words.countries.title}</h2>
      <Countries countries={countries} centers={centers} versions={versions} isMoving={isMoving} />
    </>
  );
}

function centerColumns(centers: readonly CenterRow[], isMoving: boolean): readonly Column<CenterRow>[] {
  const text = words.centers;
  return [
    { head: text.name, cell: ({ id, name }) => <Link to={`/residency/centers/${id}`}>{name}</Link> },
    { head: text.number, cell: ({ id }) => centers.findIndex((one) => one.id === id) + 1, number: true },
    { head: text.operator, cell: ({ operator }) => operator },
    { head: text.country, cell: ({ countryName, country }) => `${countryName} (${country})` },
    { head: text.serves, cell: ({ serves }) => serves, number: true },
    ...(isMoving
      ? [{ head: text.willServe, cell: ({ willServe }: CenterRow) => willServe, number: true }]
      : []),
    {
      head: text.records,
      cell: ({ said, trouble }) =>
        said === null ? (
          <Status mark={trouble === null ? 'wait' : 'warn'}>
            {trouble === null ? text.unasked : text.silent}
          </Status>
        ) : (
          said.records.toLocaleString('en')
        ),
      number: true,
    },
    { head: text.bytes, cell: ({ said }) => (said === null ? '' : size(said.bytes)), number: true },
    {
      head: text.said,
      cell: ({ said }) => (said === null ? '' : <Time seconds={seconds(said.at)} />),
    },
  ];
}

const { milestones } = words;
const milestoneColumns: readonly Column<MilestoneView>[] = [
  { head: milestones.id, cell: ({ id }) => id },
  { head: milestones.what, cell: ({ what }) => milestones.kinds[what] },
  { head: milestones.due, cell: ({ due }) => <Time seconds={seconds(due)} exact /> },
  {
    head: milestones.state,
    cell: ({ state }) => <Status mark={milestoneMarks[state]}>{milestones.states[state]}</Status>,
  },
  {
    head: milestones.done,
    cell: ({ done }) =>
      done === null ? (
        milestones.nothing
      ) : done.index === null ? (
        <>
          {milestones.missing}: <code title={done.id}>{done.id.slice(0, 12)}…</code>
        </>
      ) : (
        <Link to={`/log/entries/${done.index}`}>{milestones.entry(done.kind ?? '', done.index)}</Link>
      ),
  },
];
