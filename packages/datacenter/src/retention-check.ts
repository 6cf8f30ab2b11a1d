// The proof of retention, as anyone can check it whom the data center shows its store: each tombstone of expired
// records opens, what it covers was due on its day, and nothing that was due is stored.

import { parseTime } from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { dayOf, openTombstone, parseEntry, retentionClasses } from '@vitrine/reports';
import { fail } from './codes.ts';
import type { Store } from './store/store.ts';

export interface RetentionChecked {
  /** Tombstones of expired records, and the records that they cover. */
  readonly tombstones: number;
  readonly records: number;
  /** Records in the store, and the first day on which one of them is due. */
  readonly stored: number;
  readonly nextDue: string | undefined;
}

const leavesAtOnce = 500;

/** Throws `retention.proof` with the index of what does not hold. `day`: by which everything due must be gone. */
export async function checkRetention(store: Store, day: string): Promise<RetentionChecked> {
  let tombstones = 0;
  let records = 0;
  for (let after = -1; ;) {
    const row = await store.read('read a tombstone', (db) =>
      db
        .selectFrom('tombstone')
        .innerJoin('custody_leaf', 'custody_leaf.idx', 'tombstone.idx')
        .select(['tombstone.idx', 'tombstone.salt', 'tombstone.covers', 'custody_leaf.data'])
        .where('tombstone.idx', '>', after)
        .orderBy('tombstone.idx')
        .limit(1)
        .executeTakeFirst(),
    );
    if (row === undefined) break;
    after = row.idx;
    const entry = parseEntry(row.data);
    if (entry.type !== 'tombstone' || entry.reason !== 'expired')
      throw fail('retention.proof', `the entry ${row.idx} is not a tombstone of expired records`, {
        at: row.idx,
      });
    const indices = indicesOf(row.covers);
    openTombstone(entry, row.salt, indices, sha256);
    await requireDue(store, indices, entry.day);
    tombstones++;
    records += indices.length;
  }
  const { stored, next } = await store.read('look for what is due', (db) =>
    db
      .selectFrom('record')
      .select(({ fn }) => [fn.countAll<number>().as('stored'), fn.min('expires').as('next')])
      .executeTakeFirstOrThrow(),
  );
  const nextDue = (next as string | null) ?? undefined;
  if (nextDue !== undefined && nextDue <= day)
    throw fail('retention.proof', `a record that was due on ${nextDue} is stored`);
  return { tombstones, records, stored, nextDue };
}

function indicesOf(covers: Uint8Array): readonly number[] {
  const view = new DataView(covers.buffer, covers.byteOffset, covers.length);
  return Array.from({ length: covers.length / 8 }, (_, i) => Number(view.getBigUint64(8 * i)));
}

/** By their own entries: class and day of arrival say when. */
async function requireDue(store: Store, indices: readonly number[], day: string): Promise<void> {
  for (let at = 0; at < indices.length; at += leavesAtOnce) {
    const some = indices.slice(at, at + leavesAtOnce);
    const rows = await store.read('read leaves', (db) =>
      db.selectFrom('custody_leaf').select(['idx', 'data']).where('idx', 'in', some).execute(),
    );
    if (rows.length < some.length)
      throw fail(
        'retention.proof',
        `of ${some.length} entries that a tombstone covers, ${rows.length} are here`,
      );
    for (const { idx, data } of rows) {
      const entry = parseEntry(data);
      if (entry.type !== 'record' && entry.type !== 'import')
        throw fail('retention.proof', `the entry ${idx} is no record`, { at: idx });
      const arrived = parseTime(`${entry.day}T00:00:00Z`);
      if (dayOf(arrived + retentionClasses[entry.retention].days * 86_400) > day)
        throw fail('retention.proof', `the record ${idx} was deleted on ${day}, before it was due`, {
          at: idx,
        });
    }
  }
}
