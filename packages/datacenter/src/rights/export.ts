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
  /** Index of the last record of the page before; -1 for the first. */
  readonly after: number;
}

/** Room for the frame of a page and what JSON adds to a record: its entry and names. */
const frameBytes = 1_024;
const recordBytes = 1_024;
const keyBytes = 4_096;

export async function exportPage(db: Reading, wanted: PageWanted): Promise<ExportPage> {
  const { pseudonym, center, ledger, request, page, after } = wanted;
  const rows = await db
    .selectFrom('record')
    .innerJoin('report', 'report.first', 'record.report')
    .innerJoin('custody_leaf', 'custody_leaf.idx', 'record.idx')
    .select(['record.idx', 'record.ciphertext', 'report.day_key', 'custody_leaf.data'])
    .where('report.subject', '=', pseudonym)
    .where('record.idx', '>', after)
    .orderBy('record.idx')
    .limit(exportLimits.records + 1)
    .execute();
  const records: ExportedRecord[] = [];
  const refs = new Set<string>();
  let bytes = frameBytes;
  for (const { idx, ciphertext, day_key: key, data } of rows) {
    if (key === null) continue;
    bytes += recordBytes + Math.ceil((ciphertext.length * 4) / 3) + (refs.has(key) ? 0 : keyBytes);
    if (records.length === exportLimits.records || (records.length > 0 && bytes > exportLimits.bytes)) break;
    refs.add(key);
    records.push({ index: idx, entry: fromUtf8(data), key, ciphertext: toBase64(ciphertext) });
  }
  return {
    v: 1,
    center,
    ledger,
    request,
    page,
    last: records.length === rows.length,
    keys: await keysOf(db, [...refs]),
    records,
    reads: await readsOf(
      db,
      records.map(({ index }) => index),
    ),
  };
}

async function keysOf(db: Reading, refs: readonly string[]): Promise<readonly SealedHalves[]> {
  if (refs.length === 0) return [];
  const rows = await db
    .selectFrom('day_key')
    .select('sealed')
    .where('ref', 'in', refs)
    .orderBy('ref')
    .execute();
  return rows.map(({ sealed }) => parseHalves(sealed));
}

async function readsOf(db: Reading, records: readonly number[]): Promise<readonly ExportedRead[]> {
  if (records.length === 0) return [];
  const rows = await db
    .selectFrom('reading')
    .innerJoin('access_leaf', 'access_leaf.idx', 'reading.idx')
    .select(['reading.idx', 'reading.record', 'reading.salt', 'access_leaf.data'])
    .where('reading.record', 'in', records)
    .orderBy('reading.idx')
    .limit(exportLimits.records)
    .execute();
  return rows.map(({ idx, record, salt, data }) => ({
    index: idx,
    entry: fromUtf8(data),
    record,
    salt: toBase64(salt),
  }));
}
