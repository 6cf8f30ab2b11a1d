// One page of a subject's export: its records as they are stored, their ledger entries, the keys sealed to
// it. Nothing is decrypted here: the data center could not, and the subject needs nobody (D18).

import { fromUtf8, toBase64 } from '@vitrine/evidence';
import {
  exportLimits,
  parseHalves,
  type ExportPage,
  type ExportedRead,
  type ExportedRecord,
  type SealedHalves,
} from '@vitrine/reports';
import type { Reading } from '../store/store.ts';

export interface PageWanted {
  readonly pseudonym: string;
  readonly center: string;
  readonly ledger: string;
  readonly request: string;
  readonly page: number;
  /** Index of the last record, and of the last reading, of the pages before; -1 for the first. */
  readonly after: number;
  readonly read: number;
}

/** Room for the frame of a page and what JSON adds to a record: its entry and names. */
const frameBytes = 1_024;
const recordBytes = 1_024;
const keyBytes = 4_096;
/** A whole reading. */
const readBytes = 768;

/** Records first, then what room there is for readings: each has a place of its own from which it goes on. */
export async function exportPage(db: Reading, wanted: PageWanted): Promise<ExportPage> {
  const { pseudonym, center, ledger, request, page, after, read } = wanted;
  const records = await recordsOf(db, pseudonym, after);
  const room = Math.floor((exportLimits.bytes - records.bytes) / readBytes);
  const reads = await readsOf(db, pseudonym, read, Math.min(Math.max(room, 0), exportLimits.records));
  return {
    v: 1,
    center,
    ledger,
    request,
    page,
    last: records.last && reads.last,
    keys: records.keys,
    records: records.records,
    reads: reads.reads,
  };
}

/** With their keys, in one statement: what is erased or expires meanwhile goes with its key or not at all. */
async function recordsOf(
  db: Reading,
  pseudonym: string,
  after: number,
): Promise<{
  readonly records: readonly ExportedRecord[];
  readonly keys: readonly SealedHalves[];
  readonly bytes: number;
  readonly last: boolean;
}> {
  const rows = await db
    .selectFrom('record')
    .innerJoin('report', 'report.first', 'record.report')
    .innerJoin('custody_leaf', 'custody_leaf.idx', 'record.idx')
    .innerJoin('day_key', 'day_key.ref', 'report.day_key')
    .select(['record.idx', 'record.ciphertext', 'day_key.ref', 'day_key.sealed', 'custody_leaf.data'])
    .where('report.subject', '=', pseudonym)
    .where('record.idx', '>', after)
    .orderBy('record.idx')
    .limit(exportLimits.records + 1)
    .execute();
  const records: ExportedRecord[] = [];
  const keys = new Map<string, Uint8Array>();
  const upTo = (last: boolean): Awaited<ReturnType<typeof recordsOf>> => ({
    records,
    keys: [...keys].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, sealed]) => parseHalves(sealed)),
    bytes,
    last,
  });
  let bytes = frameBytes;
  for (const { idx, ciphertext, ref, sealed, data } of rows) {
    const more = recordBytes + Math.ceil((ciphertext.length * 4) / 3) + (keys.has(ref) ? 0 : keyBytes);
    const isFull = records.length > 0 && bytes + more > exportLimits.bytes;
    if (isFull || records.length === exportLimits.records) return upTo(false);
    bytes += more;
    keys.set(ref, sealed);
    records.push({ index: idx, entry: fromUtf8(data), key: ref, ciphertext: toBase64(ciphertext) });
  }
  return upTo(true);
}

/** Of records that are there; what connects a reading to its subject goes with the record. */
async function readsOf(
  db: Reading,
  pseudonym: string,
  after: number,
  most: number,
): Promise<{ readonly reads: readonly ExportedRead[]; readonly last: boolean }> {
  const rows = await db
    .selectFrom('reading')
    .innerJoin('access_leaf', 'access_leaf.idx', 'reading.idx')
    .innerJoin('record', 'record.idx', 'reading.record')
    .innerJoin('report', 'report.first', 'record.report')
    .select(['reading.idx', 'reading.record', 'reading.salt', 'access_leaf.data'])
    .where('report.subject', '=', pseudonym)
    .where('reading.idx', '>', after)
    .orderBy('reading.idx')
    .limit(most + 1)
    .execute();
  const reads = rows.slice(0, most).map(({ idx, record, salt, data }) => ({
    index: idx,
    entry: fromUtf8(data),
    record,
    salt: toBase64(salt),
  }));
  return { reads, last: rows.length <= most };
}
