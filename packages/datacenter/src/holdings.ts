// What a data center holds and hands out, in numbers and digests that anybody may see.

import { formatTime, toHex, type CustodyRoot } from '@vitrine/evidence';
import { sha256Hex } from '@vitrine/host';
import { dayOf, formatEntry, observationsAtOnce } from '@vitrine/reports';
import { sql } from 'kysely';
import { writeLeaves } from './ledger/leaves.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Store } from './store/store.ts';

export interface Holding {
  readonly country: string;
  readonly records: number;
  /** Of ciphertext. */
  readonly bytes: number;
  readonly subjects: number;
}

/** By country, ascending: for the plan of a relocation, and the Center. Counts of a whole country only. */
export function holdings(store: Store): Promise<readonly Holding[]> {
  return store.read('count what is held', (db) =>
    db
      .selectFrom('record')
      .innerJoin('report', 'report.first', 'record.report')
      .select(({ fn }) => [
        'report.country',
        fn.countAll<number>().as('records'),
        sql<number>`sum(length(record.ciphertext))`.as('bytes'),
        sql<number>`count(DISTINCT report.subject)`.as('subjects'),
      ])
      .groupBy('report.country')
      .orderBy('report.country')
      .execute(),
  );
}

/** The statement's subject and predicate for the public log (D11, D17); undefined before the first checkpoint. */
export function custodyRootOf(
  ledger: Ledger,
  seconds: number,
): { readonly root: string; readonly predicate: CustodyRoot } | undefined {
  const head = ledger.log.published();
  if (head === undefined) return undefined;
  const { size, root } = head;
  const predicate = {
    ledger: ledger.origin,
    purpose: ledger.name,
    size,
    issuedAt: formatTime(seconds),
  } as const;
  return { root: toHex(root), predicate };
}

/** Enters a batch that leaves the data center (D27) before it leaves; answers its place in the ledger. */
export function enterExport(
  store: Store,
  batch: Uint8Array,
  count: number,
  seconds: number,
): Promise<number> {
  const entry = formatEntry({ type: 'export', v: 1, day: dayOf(seconds), count, digest: sha256Hex(batch) });
  return store.write('enter an export', (tx) => writeLeaves(tx, 'custody', [entry]));
}

/** Reports whose proof is late: the deadline has passed, and no published checkpoint covers them. An alarm. */
export function overdueReports(store: Store, ledger: Ledger, seconds: number): Promise<number> {
  const size = ledger.published()?.size ?? 0;
  return store.read('look for late proofs', async (db) => {
    const row = await db
      .selectFrom('report')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      // Reports are in the order of the ledger, so this looks at what is not covered and at nothing else.
      .where((eb) => eb(eb(eb.ref('first'), '+', eb.ref('count')), '>', size))
      .where('first', '>=', size - observationsAtOnce)
      .where('deadline', '<', seconds)
      .executeTakeFirstOrThrow();
    return row.count;
  });
}
