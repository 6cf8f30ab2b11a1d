// What a data center holds and refused, in numbers that everybody may see (GET /v1/counts). Nothing in it is
// smaller than a country's records of one kind.

import { formatTime, toHex } from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { dayOf } from '@vitrine/reports';
import { sql } from 'kysely';
import type { DataCenter } from '../datacenter.ts';
import type { Ledger } from '../ledger/ledger.ts';

export interface Counts {
  readonly center: string;
  readonly at: string;
  readonly records: readonly RecordCount[];
  /** Of the last 31 days. */
  readonly refusals: readonly { readonly day: string; readonly code: string; readonly count: number }[];
  /** The published heads of both ledgers. */
  readonly custody: LedgerCount;
  readonly access: LedgerCount;
}

export interface RecordCount {
  readonly kind: string;
  readonly country: string;
  readonly count: number;
  /** Of ciphertext. */
  readonly bytes: number;
}

interface LedgerCount {
  readonly size: number;
  readonly root: string;
}

/** Records that one query looks at: the embedded database answers nobody else meanwhile. */
const recordsAtOnce = 50_000;
/** A count is used for ten seconds, and for twenty times as long as it took. */
const keptMs = 10_000;
const keptTimes = 20;

/** Counts now; what is stored or erased meanwhile may be in it or not. */
export async function countsOf(center: DataCenter): Promise<Counts> {
  const { store, intake, counts } = center;
  await counts.flush();
  const now = intake.now();
  const since = dayOf(now - 30 * 86_400);
  const refusals = await store.read('read counts', (db) =>
    db
      .selectFrom('refusal')
      .select(['day', 'code', 'count'])
      .where('day', '>=', since)
      .orderBy('day')
      .orderBy('code')
      .execute(),
  );
  return {
    center: center.id,
    at: formatTime(now),
    records: await recordCounts(center),
    refusals,
    custody: headOf(center.custody),
    access: headOf(center.access),
  };
}

function headOf(ledger: Ledger): LedgerCount {
  return ledger.published() ?? { size: 0, root: toHex(sha256(new Uint8Array())) };
}

async function recordCounts({ store }: DataCenter): Promise<readonly RecordCount[]> {
  const sums = new Map<string, { count: number; bytes: number }>();
  for (let from = 0; ;) {
    const next = await store.read('find records', (db) =>
      db
        .selectFrom('record')
        .select(({ fn }) => fn.min('idx').as('idx'))
        .where('idx', '>=', from)
        .executeTakeFirst(),
    );
    // min() of nothing is null.
    const first = next?.idx as number | null | undefined;
    if (first === null || first === undefined) break;
    const rows = await store.read('count records', (db) =>
      db
        .selectFrom('record')
        .innerJoin('report', 'report.first', 'record.report')
        .select(({ fn }) => [
          'record.kind',
          'report.country',
          fn.countAll<number>().as('count'),
          sql<number>`sum(length(record.ciphertext))`.as('bytes'),
        ])
        .where('record.idx', '>=', first)
        .where('record.idx', '<', first + recordsAtOnce)
        .groupBy(['record.kind', 'report.country'])
        .execute(),
    );
    for (const { kind, country, count, bytes } of rows) {
      const name = `${kind} ${country}`;
      const sum = sums.get(name) ?? { count: 0, bytes: 0 };
      sums.set(name, { count: sum.count + count, bytes: sum.bytes + bytes });
    }
    from = first + recordsAtOnce;
  }
  return [...sums]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, sum]) => {
      const [kind = '', country = ''] = name.split(' ');
      return { kind, country, ...sum };
    });
}

/** One count at a time, whoever asks; a failed one is not kept. */
export function countsReader(center: DataCenter): () => Promise<Counts> {
  let kept: Promise<Counts> | undefined;
  let until = Infinity;
  return () => {
    if (kept !== undefined && performance.now() < until) return kept;
    const start = performance.now();
    until = Infinity;
    const made = countsOf(center);
    kept = made;
    made.then(
      () => {
        const took = performance.now() - start;
        until = performance.now() + Math.max(keptMs, keptTimes * took);
      },
      () => {
        if (kept === made) kept = undefined;
      },
    );
    return made;
  };
}
