// What a data center says of itself at its own address. It is shown as its word and decides nothing. Bounded
// everywhere, closed where it is an identifier, open to members that later versions add.

import { fields, parseJson, schema, type DataCenter, type Schema } from '@vitrine/evidence';
import { fetchBytes } from '@vitrine/host';
import { fail } from '../codes.ts';
import type { CountsView } from '../contract/residency.ts';

const { object, list, integer, text } = schema;
const open = { open: true } as const;
const day = text(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/, 10, 'a date');
const code = text(/^[a-z0-9][a-z0-9.-]{0,63}$/, 64, 'an error code');
const ledger = object({ size: fields.size, root: fields.sha256Hex }, {}, open);

interface Answer extends Pick<CountsView, 'at' | 'records' | 'refusals'> {
  readonly center: string;
  readonly custody: LedgerSize;
  readonly access: LedgerSize;
}

interface LedgerSize {
  readonly size: number;
  /** Hex. */
  readonly root: string;
}

const answer: Schema<Answer> = object(
  {
    center: fields.name,
    at: fields.time,
    records: list(
      object(
        { kind: fields.name, country: fields.country, count: fields.size, bytes: fields.size },
        {},
        open,
      ),
      { most: 4_000 },
    ),
    refusals: list(object({ day, code, count: integer(0) }, {}, open), { most: 8_000 }),
    custody: ledger,
    access: ledger,
  },
  {},
  open,
);

export interface Counts extends CountsView {
  readonly custody: LedgerSize;
  readonly access: LedgerSize;
}

const limits = { maxBytes: 1 << 20, timeoutMs: 5_000 };

/**
 * The address comes from a policy that the root's threshold signed, never from a request; no redirect is
 * followed, and nothing but the counts in their form is kept of the answer.
 */
export async function readCounts(
  { id, intake }: DataCenter,
  now: number,
  signal: AbortSignal,
): Promise<Counts> {
  const address = `${(intake[0] ?? '').replace(/\/$/, '')}/v1/counts`;
  const { bytes } = await fetchBytes(address, { ...limits, signal });
  const { center, at, records, refusals, custody, access } = answer.check(parseJson(bytes));
  if (center !== id) throw fail('center.datacenter', `the address of ${id} answers as ${center}`);
  return {
    address,
    readAt: now,
    at,
    records: records.map(({ kind, country, count, bytes: size }) => ({ kind, country, count, bytes: size })),
    refusals: refusals.map((one) => ({ day: one.day, code: one.code, count: one.count })),
    custody: { size: custody.size, root: custody.root },
    access: { size: access.size, root: access.root },
  };
}
