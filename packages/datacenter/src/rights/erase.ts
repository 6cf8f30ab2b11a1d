// Erasure (D17b, D18): within one transaction the keys and the ciphertexts of a subject are gone and its
// tombstone stands in the ledger. Leaves stay, and marks, until the sealing key of each report is dead.

import { randomBytes } from 'node:crypto';
import { sha256 } from '@vitrine/host';
import { confirmable, formatEntry, tombstone, tombstoneLimit, type Erasure } from '@vitrine/reports';
import { fromUtf8, toBase64 } from '@vitrine/evidence';
import { hasNoRecord, opensNothing } from '../store/emptied.ts';
import { writeLeaves } from '../ledger/leaves.ts';
import type { Writing } from '../store/store.ts';

export interface Erased {
  /** What opens the tombstone; the data center forgets it. Undefined where no record was there. */
  readonly erasure: Erasure | undefined;
  /** False where nothing of this subject was there: nothing has to be taken out of copies. */
  readonly changed: boolean;
}

/**
 * One request erases as many records, the oldest first, as one confirmation can list; ask again for more.
 */
export async function eraseSubject(tx: Writing, pseudonym: string, day: string): Promise<Erased> {
  const rows = await tx
    .selectFrom('record')
    .innerJoin('report', 'report.first', 'record.report')
    .select('record.idx')
    .where('report.subject', '=', pseudonym)
    .orderBy('record.idx')
    .limit(tombstoneLimit)
    .execute();
  const indices = confirmable(rows.map(({ idx }) => idx));
  const last = indices.at(-1);
  if (last === undefined) return { erasure: undefined, changed: await forget(tx, pseudonym) };
  const salt = new Uint8Array(randomBytes(32));
  const entry = formatEntry(tombstone({ reason: 'erased', day, salt, indices }, sha256));
  await writeLeaves(tx, 'custody', [entry]);
  const ofSubject = tx.selectFrom('report').select('first').where('subject', '=', pseudonym);
  await tx.deleteFrom('record').where('idx', '<=', last).where('report', 'in', ofSubject).execute();
  await forget(tx, pseudonym);
  return { erasure: { entry: fromUtf8(entry), salt: toBase64(salt), indices }, changed: true };
}

/** Of reports without records all that names the subject, and the keys under which nothing is left. */
async function forget(tx: Writing, pseudonym: string): Promise<boolean> {
  const reports = await tx
    .updateTable('report')
    .set({ subject: null, day_key: null })
    .where('subject', '=', pseudonym)
    .where(hasNoRecord)
    .executeTakeFirst();
  const keys = await tx
    .deleteFrom('day_key')
    .where('subject', '=', pseudonym)
    .where(opensNothing)
    .executeTakeFirst();
  return reports.numUpdatedRows > 0n || keys.numDeletedRows > 0n;
}
