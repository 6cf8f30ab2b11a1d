// Retention: records whose day has come are deleted, with their keys once nothing is left under them, and a
// tombstone in the ledger says how many. Its salt and set are kept: with them anyone whom the data center
// shows its store can check that what is gone was due, and that nothing that was due is there.

import { randomBytes } from 'node:crypto';
import { concat, u64 } from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { formatEntry, tombstone } from '@vitrine/reports';
import type { Writer } from './intake/writer.ts';
import { writeLeaves } from './ledger/leaves.ts';
import { hasNoRecord, opensNothing } from './store/emptied.ts';
import type { Store, Writing } from './store/store.ts';

/** Records of one transaction. */
const atOnce = 5_000;

/** Deletes what expires on or before `day`; answers how many records. A killed run is simply run again. */
export async function expireRecords(store: Store, writer: Writer, day: string): Promise<number> {
  let total = 0;
  for (;;) {
    const count = await writer.alone(() => store.write('expire records', (tx) => expireSome(tx, day)));
    total += count;
    if (count < atOnce) break;
  }
  return total;
}

async function expireSome(tx: Writing, day: string): Promise<number> {
  const due = await tx
    .selectFrom('record')
    .innerJoin('report', 'report.first', 'record.report')
    .select(['record.idx', 'record.report', 'report.day_key'])
    .where('record.expires', '<=', day)
    .orderBy('record.expires')
    .orderBy('record.idx')
    .limit(atOnce)
    .execute();
  if (due.length === 0) return 0;
  const indices = due.map(({ idx }) => idx).sort((a, b) => a - b);
  await buryExpired(tx, day, indices);
  await tx.deleteFrom('record').where('idx', 'in', indices).execute();

  // A report without records is needed only while its seal could be sent again.
  const reports = [...new Set(due.map(({ report }) => report))];
  await tx
    .deleteFrom('report')
    .where('first', 'in', reports)
    .where('sealing_key', 'not in', tx.selectFrom('sealing_key').select('id'))
    .where(hasNoRecord)
    .execute();
  const keys = [...new Set(due.map(({ day_key: key }) => key).filter((key) => key !== null))];
  if (keys.length > 0) await tx.deleteFrom('day_key').where('ref', 'in', keys).where(opensNothing).execute();
  return due.length;
}

/** Writes the tombstone of these records, and keeps what opens it. Indices ascend. */
export async function buryExpired(tx: Writing, day: string, indices: readonly number[]): Promise<void> {
  const salt = new Uint8Array(randomBytes(32));
  const entry = formatEntry(tombstone({ reason: 'expired', day, salt, indices }, sha256));
  const idx = await writeLeaves(tx, 'custody', [entry]);
  await tx
    .insertInto('tombstone')
    .values({ idx, salt, covers: concat(...indices.map(u64)) })
    .execute();
}

/** Rows of reports that were erased: their marks are of no use once the salt of their sealing key is gone. */
export async function forgetErased(store: Store): Promise<void> {
  await store.write('forget erased reports', (tx) =>
    tx
      .deleteFrom('report')
      .where('subject', 'is', null)
      .where('sealing_key', 'not in', tx.selectFrom('sealing_key').select('id'))
      .where(hasNoRecord)
      .execute(),
  );
}
