// What the Center shows of the threat network, asked as a browser asks: its pages' JSON twins.

import { setTimeout as sleep } from 'node:timers/promises';
import { schema } from '@vitrine/evidence';
import { fail } from '../codes.ts';
import type { RunningCenter } from './datacenters.ts';
import { json } from './json.ts';

const open = { open: true } as const;
const count = schema.integer(0);

const residency = schema.object(
  {
    inForce: schema.nullable(count),
    centers: schema.list(
      schema.object({ said: schema.nullable(schema.object({ records: count }, {}, open)) }, {}, open),
      { most: 64 },
    ),
    countries: schema.list(schema.anything, { most: 400 }),
  },
  {},
  open,
);

const centerPage = schema.object(
  {
    ledgers: schema.list(schema.object({ logged: count }, {}, open), { most: 2 }),
    counts: schema.nullable(
      schema.object(
        {
          refusals: schema.list(schema.object({ code: schema.text(/^[a-z.-]+$/, 64, 'a code') }, {}, open), {
            most: 10_000,
          }),
        },
        {},
        open,
      ),
    ),
  },
  {},
  open,
);

const grants = schema.object(
  {
    total: count,
    ledgers: schema.list(schema.object({ readings: schema.nullable(count) }, {}, open), { most: 64 }),
  },
  {},
  open,
);

interface Seen {
  readonly countries: number;
  readonly records: number;
  readonly refusals: readonly string[];
  readonly grants: number;
  readonly readings: number;
}

/** Undefined as long as something is not there yet: roots of ledgers are logged every few seconds. */
async function look(origin: string, centers: readonly RunningCenter[]): Promise<Seen | undefined> {
  const where = residency.check(await json(`${origin}/residency.json`));
  if (where.inForce === null) return undefined; // It has not read the sharing file yet.
  const pages = await Promise.all(
    centers.map(async ({ id }) => centerPage.check(await json(`${origin}/residency/centers/${id}.json`))),
  );
  const read = grants.check(await json(`${origin}/grants.json`));
  const readings = read.ledgers.reduce((sum, one) => sum + (one.readings ?? 0), 0);
  const said = where.centers.flatMap((one) => (one.said === null ? [] : [one.said.records]));
  const refusals = pages.flatMap(({ counts }) => counts?.refusals.map(({ code }) => code) ?? []);
  const isThere =
    where.inForce === 1 &&
    said.length === centers.length &&
    pages.every(({ ledgers }) => ledgers.every(({ logged }, i) => i > 0 || logged > 0)) &&
    read.total > 0 &&
    readings > 0;
  if (!isThere) return undefined;
  return {
    countries: where.countries.length,
    records: said.reduce((sum, one) => sum + one, 0),
    refusals,
    grants: read.total,
    readings,
  };
}

export async function seeCustody(
  origin: string,
  centers: readonly RunningCenter[],
): Promise<readonly [undefined, string]> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const seen = await look(origin, centers);
    if (seen !== undefined) {
      const { countries, records, grants: given, readings, refusals } = seen;
      for (const code of ['consent.field', 'report.center'])
        if (!refusals.includes(code)) throw fail('tour.step', `no center counts a refusal of ${code}`);
      return [
        undefined,
        `${countries} countries in ${centers.length} centers with ${records} records, ${refusals.length} kinds of refusals, ${given} grant and ${readings} readings`,
      ];
    }
    if (performance.now() > deadline) throw fail('tour.step', 'the Center does not show the data centers');
    await sleep(500);
  }
}
