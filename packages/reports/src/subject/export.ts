// The export of a subject: every record that is kept of it with the keys sealed to it, so that it is read
// without anybody's help; and where each stands in the ledger, so that what is missing shows.

import {
  canonicalJson,
  fields,
  fromBase64,
  isVitrineError,
  parseCanonicalJson,
  schema,
  sha256 as pureSha256,
  toHex,
  utf8,
  type Json,
  type Schema,
  type Sha256,
} from '@vitrine/evidence';
import { fail } from '../codes.ts';
import { parseAccess, readCommitment, type AccessEntry } from '../custody/access.ts';
import {
  digestOf,
  entryLeaf,
  parseEntry,
  recordCommitment,
  type ImportEntry,
  type RecordEntry,
} from '../custody/entry.ts';
import { openRecord, type RecordCipher } from '../halves/record.ts';
import { recordKeyOfSubject, sealedHalvesSchema, type SealedHalves } from '../halves/record-key.ts';
import type { Observation } from '../observation/kinds.ts';
import { checkObservation } from '../observation/observation.ts';
import type { Subject } from './key.ts';

export interface ExportedRecord {
  /** Its place in the ledger. */
  readonly index: number;
  /** The ledger entry as text. */
  readonly entry: string;
  /** `keyRef` of the key that opens it. */
  readonly key: string;
  /** As it is stored, base64. */
  readonly ciphertext: string;
}

/** That somebody read one of the records, under a grant (D11). */
export interface ExportedRead {
  /** Place in the access ledger. */
  readonly index: number;
  /** The entry of the access ledger as text. */
  readonly entry: string;
  /** Place of the record in the custody ledger. */
  readonly record: number;
  /** 32 bytes, base64: with it the entry is seen to be about this record. */
  readonly salt: string;
}

/** One page of an export; the last says so. Sent sealed to the subject. */
export interface ExportPage {
  readonly v: 1;
  readonly center: string;
  readonly ledger: string;
  /** `digest` of the request. */
  readonly request: string;
  readonly page: number;
  readonly last: boolean;
  readonly keys: readonly SealedHalves[];
  readonly records: readonly ExportedRecord[];
  readonly reads: readonly ExportedRead[];
}

export const exportLimits: { readonly bytes: number; readonly records: number } = {
  bytes: 1 << 20,
  records: 200,
};

const ledgerEntry = schema.text(/^\{[ -~]{1,1000}\}$/, 1002, 'a ledger entry');

export const exportSchema: Schema<ExportPage> = schema.object({
  v: schema.oneOf(1),
  center: fields.name,
  ledger: fields.origin,
  request: fields.statementId,
  page: schema.integer(0, 1_000_000),
  last: schema.flag,
  keys: schema.list(sealedHalvesSchema, {
    most: exportLimits.records,
    sortedBy: ({ key }: SealedHalves) => key,
  }),
  records: schema.list(
    schema.object({
      index: fields.index,
      entry: ledgerEntry,
      key: fields.sha256Hex,
      ciphertext: schema.text(/^[A-Za-z0-9+/]{80,}={0,2}$/, 600_000, 'a stored record in base64'),
    }),
    { most: exportLimits.records, sortedBy: ({ index }: ExportedRecord) => index },
  ),
  reads: schema.list(
    schema.object({ index: fields.index, entry: ledgerEntry, record: fields.index, salt: fields.hash32 }),
    { most: exportLimits.records, sortedBy: ({ index }: ExportedRead) => index },
  ),
});

export function formatExport(page: ExportPage): Uint8Array {
  return canonicalJson(page as unknown as Json);
}

export function parseExport(bytes: Uint8Array): ExportPage {
  try {
    return exportSchema.check(parseCanonicalJson(bytes, { bytes: exportLimits.bytes, depth: 6 }));
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('subject.export', cause.message, { at: cause.at, cause });
  }
}

export interface OwnRecord {
  readonly index: number;
  readonly entry: RecordEntry | ImportEntry;
  /** Hex leaf hash, to be found at `index` in the ledger and among the own promises. */
  readonly leaf: string;
  /** `recordCommitment` in hex, as the own ledger has it of what was sent. */
  readonly commitment: string;
  readonly observation: Observation;
}

/** Opens every record with the subject's own key and checks it against the ledger entry that it came with. */
export async function readExport(
  page: ExportPage,
  subject: Subject,
  cipher?: RecordCipher,
  sha256: Sha256 = pureSha256,
): Promise<readonly OwnRecord[]> {
  const keys = new Map<string, Uint8Array>();
  for (const sealed of page.keys) keys.set(sealed.key, await recordKeyOfSubject(sealed, subject.opening));
  const own: OwnRecord[] = [];
  for (const record of page.records) {
    const key = keys.get(record.key);
    if (key === undefined)
      throw fail('subject.export', `the key of the record at ${record.index} is missing`);
    own.push(await readOwnRecord(record, key, cipher, sha256));
  }
  return own;
}

async function readOwnRecord(
  { index, entry: text, key: ref, ciphertext: encoded }: ExportedRecord,
  key: Uint8Array,
  cipher: RecordCipher | undefined,
  sha256: Sha256,
): Promise<OwnRecord> {
  const entry = parseEntry(utf8(text));
  if (entry.type !== 'record' && entry.type !== 'import')
    throw fail('subject.export', `the entry at ${index} is no record`);
  const ciphertext = fromBase64(encoded);
  const { salt, record } = await openRecord(key, ref, ciphertext, cipher);
  const commitment = recordCommitment(salt, record, sha256);
  if (digestOf(commitment, sha256(ciphertext), sha256) !== entry.digest)
    throw fail('custody.record', `the record at ${index} is not the one in the ledger`);
  const observation = checkObservation(parseCanonicalJson(record));
  return {
    index,
    entry,
    leaf: toHex(entryLeaf(entry, sha256)),
    commitment: toHex(commitment),
    observation,
  };
}

/** The readings on a page, each checked against its entry of the access ledger. */
export function readReadings(
  page: ExportPage,
  sha256: Sha256 = pureSha256,
): readonly { readonly index: number; readonly record: number; readonly entry: AccessEntry }[] {
  return page.reads.map(({ index, entry: text, record, salt }) => {
    const entry = parseAccess(utf8(text));
    if (readCommitment(fromBase64(salt), record, sha256) !== entry.record)
      throw fail('subject.export', `the reading at ${index} is not of the record at ${record}`);
    return { index, record, entry };
  });
}

/** What was promised and is neither in the export nor known to be gone: each is for the subject to ask about. */
export function missingFromExport(
  promised: ReadonlySet<string>,
  exported: readonly OwnRecord[],
  gone: ReadonlySet<string>,
): readonly string[] {
  const there = new Set(exported.map(({ leaf }) => leaf));
  return [...promised].filter((leaf) => !there.has(leaf) && !gone.has(leaf)).sort();
}
