// What processing may see (D18, D27): facts that are not personal, in the order of the ledger, without
// subject, place or time of day. Records of a subject that restricted them are left out.

import type { Store } from './store/store.ts';

export interface Projection {
  /** In the custody ledger: where to go on from. */
  readonly index: number;
  readonly country: string;
  /** Canonical JSON of kind and facts. */
  readonly bytes: Uint8Array;
}

export function projections(store: Store, after: number, most: number): Promise<readonly Projection[]> {
  return store.read('read projections', async (db) => {
    const rows = await db
      .selectFrom('record')
      .innerJoin('report', 'report.first', 'record.report')
      .innerJoin('subject', 'subject.pseudonym', 'report.subject')
      .select(['record.idx', 'record.projection', 'report.country'])
      .where('subject.restricted', '=', 0)
      .where('record.idx', '>', after)
      .orderBy('record.idx')
      .limit(most)
      .execute();
    return rows.map(({ idx, country, projection }) => ({ index: idx, country, bytes: projection }));
  });
}
