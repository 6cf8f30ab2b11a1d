// Where each country's data is kept, at a glance. The number of the data center says it without colour, and the
// table below says it without the drawing.

import type { ReactNode } from 'react';
import type { CenterRow, CountryRow } from '../../../src/contract/residency.ts';
import { residency } from '../messages/residency.ts';
import { grid, tiles } from './drawing.ts';

const words = residency.map;
const side = 30;
const gap = 2;
/** More data centers than fills begin with the first again; their numbers stay apart. */
const fills = 6;

function fillOf(at: number): string {
  return `map-fill-${at < 0 ? 'none' : at % fills}`;
}

export function WorldMap({
  countries,
  centers,
}: {
  readonly countries: readonly CountryRow[];
  readonly centers: readonly CenterRow[];
}): ReactNode {
  const byCode = new Map(countries.map((one) => [one.code, one]));
  const numberOf = (id: string | null): number => centers.findIndex((center) => center.id === id);
  const legend = centers.map(({ name }, at) => `${at + 1} ${name}`).join(', ');
  return (
    <figure className="map">
      <figcaption>{words.caption}</figcaption>
      <div className="map-scroll" role="region" aria-label={words.caption} tabIndex={0}>
        <svg
          viewBox={`0 0 ${grid.columns * side} ${grid.rows * side}`}
          role="img"
          aria-label={words.label(legend)}
        >
          {tiles.map(({ code, column, row }) => {
            const country = byCode.get(code);
            const now = numberOf(country?.center ?? null);
            const moves = country !== undefined && country.next !== country.center;
            const then = numberOf(country?.next ?? null);
            const [x, y] = [column * side, row * side];
            return (
              <g key={code} className={moves ? 'map-moves' : undefined}>
                <title>
                  {words.tile(
                    country?.name ?? code,
                    centers[now]?.name ?? '–',
                    moves ? (centers[then]?.name ?? null) : null,
                  )}
                </title>
                <rect
                  className={`map-tile ${fillOf(now)}`}
                  x={x + gap / 2}
                  y={y + gap / 2}
                  width={side - gap}
                  height={side - gap}
                  rx="3"
                />
                <text className="map-code" x={x + side / 2} y={y + 14} textAnchor="middle">
                  {code}
                </text>
                <text className="map-center" x={x + side / 2} y={y + 24} textAnchor="middle">
                  {`${now < 0 ? '–' : now + 1}${moves ? `→${then + 1}` : ''}`}
                </text>
              </g>
            );
          })}
        </svg>
      </div>
      <ul className="map-legend">
        {centers.map(({ id, name }, at) => (
          <li key={id}>
            <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
              <rect className={`map-tile ${fillOf(at)}`} x="1" y="1" width="14" height="14" rx="2" />
            </svg>{' '}
            {at + 1} {name}
          </li>
        ))}
        <li className="muted">{words.note}</li>
      </ul>
    </figure>
  );
}
