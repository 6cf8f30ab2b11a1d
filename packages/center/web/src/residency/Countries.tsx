// Every country in a table that can be searched, over time.

import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import type { CenterRow, CountryRow, ResidencyVersion } from '../../../src/contract/residency.ts';
import { residency } from '../messages/residency.ts';
import { Table, type Column } from '../ui/Table.tsx';
import { Time } from '../ui/Time.tsx';
import { seconds } from './format.ts';

const words = residency.countries;

export function Countries({
  countries,
  centers,
  versions,
  isMoving,
}: {
  readonly countries: readonly CountryRow[];
  readonly centers: readonly CenterRow[];
  readonly versions: readonly ResidencyVersion[];
  readonly isMoving: boolean;
}): ReactNode {
  const [asked, setAsked] = useState('');
  const [movingOnly, setMovingOnly] = useState(false);
  const names = new Map(centers.map(({ id, name }) => [id, name]));
  const entries = new Map(versions.map(({ version, index }) => [version, index]));
  const wanted = asked.trim().toLowerCase();
  const shown = countries.filter(
    (one) =>
      (!movingOnly || one.next !== one.center) &&
      [one.code, one.name, one.center, one.next, names.get(one.center ?? ''), names.get(one.next ?? '')].some(
        (text) => text?.toLowerCase().includes(wanted) === true,
      ),
  );
  const centerLink = (id: string | null): ReactNode =>
    id === null ? '–' : <Link to={`/residency/centers/${id}`}>{names.get(id) ?? id}</Link>;
  const columns: readonly Column<CountryRow>[] = [
    {
      head: words.country,
      cell: ({ name, code }) => (
        <>
          {name} <code>{code}</code>
        </>
      ),
    },
    { head: words.now, cell: ({ center }) => centerLink(center) },
    ...(isMoving
      ? [
          {
            head: words.next,
            cell: ({ center, next }: CountryRow) => (next === center ? words.stays : centerLink(next)),
          },
        ]
      : []),
    {
      head: words.history,
      cell: ({ spans }) => (
        <ul className="residency-plain">
          {spans.map(({ version, effective, center }) => (
            <li key={version}>
              {names.get(center) ?? center}{' '}
              <Link to={`/log/entries/${entries.get(version) ?? 0}`}>{words.from(version)}</Link>{' '}
              <Time seconds={seconds(effective)} exact />
            </li>
          ))}
        </ul>
      ),
    },
  ];
  return (
    <>
      <div className="residency-filter" role="search">
        <label>
          <span>{words.filter}</span>
          <input type="search" value={asked} onChange={(event) => setAsked(event.target.value)} />
        </label>
        {isMoving ? (
          <label className="residency-check">
            <input
              type="checkbox"
              checked={movingOnly}
              onChange={(event) => setMovingOnly(event.target.checked)}
            />
            {words.moving}
          </label>
        ) : null}
      </div>
      <div aria-live="polite">
        {shown.length === 0 ? (
          <p>{words.nobody}</p>
        ) : (
          <Table
            caption={words.caption(shown.length, countries.length)}
            rows={shown}
            keyOf={({ code }) => code}
            columns={columns}
          />
        )}
      </div>
    </>
  );
}
