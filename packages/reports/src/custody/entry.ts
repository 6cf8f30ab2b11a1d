// Entries of a data center's custody ledger (D17b, D19, D27): canonical JSON, one line of facts each. Who,
// and what was seen, stands in none of them: a record is behind a salted digest.

import {
  canonicalJson,
  concat,
  fields,
  isVitrineError,
  leafHash,
  parseCanonicalJson,
  schema,
  sha256 as pureSha256,
  toHex,
  utf8,
  type Json,
  type JsonObject,
  type Schema,
  type Sha256,
} from '@vitrine/evidence';
import { fail } from '../codes.ts';
import { retentionClasses, type RetentionClass } from '../consent/field.ts';
import { observationKinds, type ObservationKindName } from '../observation/kinds.ts';
import { day } from '../observation/forms.ts';

/** One record. Its leaf stays the same wherever the record is moved (D19). */
export interface RecordEntry {
  readonly type: 'record';
  readonly v: 1;
  readonly kind: ObservationKindName;
  readonly country: string;
  readonly retention: RetentionClass;
  /** On which it arrived, by the data center's clock; retention counts from it. */
  readonly day: string;
  /** `recordDigest` in hex. */
  readonly digest: string;
}

/** A record that came from another data center: the leaf it has there, in the same words. */
export interface ImportEntry extends Omit<RecordEntry, 'type'> {
  readonly type: 'import';
  /** Origin of the ledger that it comes from. */
  readonly from: string;
}

/** Records that are gone: how many, why, and a commitment to which. */
export interface TombstoneEntry {
  readonly type: 'tombstone';
  readonly v: 1;
  readonly reason: 'erased' | 'expired';
  readonly day: string;
  readonly count: number;
  /** `tombstoneCommitment` in hex. */
  readonly commitment: string;
}

/** What left the data center for the logged database or the public collection, as one batch (D27). */
export interface ExportEntry {
  readonly type: 'export';
  readonly v: 1;
  readonly day: string;
  readonly count: number;
  /** Hex SHA-256 of the batch as it was handed out. */
  readonly digest: string;
}

export type CustodyEntry = RecordEntry | ImportEntry | TombstoneEntry | ExportEntry;

const recordFields = {
  v: schema.oneOf(1),
  kind: schema.oneOf(...(Object.keys(observationKinds) as ObservationKindName[])),
  country: fields.country,
  retention: schema.oneOf(...(Object.keys(retentionClasses) as RetentionClass[])),
  day,
  digest: fields.sha256Hex,
};
const counted = { v: schema.oneOf(1), day, count: schema.integer(1, 1_000_000_000) };

/** By the member `type`. */
export const entrySchemas: Readonly<Record<CustodyEntry['type'], Schema<CustodyEntry>>> = {
  record: schema.object({ type: schema.oneOf('record'), ...recordFields }),
  import: schema.object({ type: schema.oneOf('import'), from: fields.origin, ...recordFields }),
  tombstone: schema.object({
    type: schema.oneOf('tombstone'),
    ...counted,
    reason: schema.oneOf('erased', 'expired'),
    commitment: fields.sha256Hex,
  }),
  export: schema.object({ type: schema.oneOf('export'), ...counted, digest: fields.sha256Hex }),
};

const entryBytes = 1024;

export function formatEntry(entry: CustodyEntry): Uint8Array {
  return canonicalJson(entry as unknown as Json);
}

export function parseEntry(bytes: Uint8Array): CustodyEntry {
  try {
    const value = parseCanonicalJson(bytes, { bytes: entryBytes, depth: 2 });
    const type = (value as JsonObject | null)?.['type'];
    if (typeof type !== 'string' || !Object.hasOwn(entrySchemas, type))
      throw fail('custody.entry', 'an entry of no known type', { at: '/type' });
    return entrySchemas[type as CustodyEntry['type']].check(value);
  } catch (cause) {
    if (!isVitrineError(cause) || cause.code === 'custody.entry') throw cause;
    throw fail('custody.entry', cause.message, { at: cause.at, cause });
  }
}

const recordTag = utf8('vitrine custody record v1\n');

/**
 * What a record's leaf commits to: SHA-256(tag ‖ SHA-256(salt ‖ record) ‖ SHA-256(ciphertext)). The salt is
 * the endpoint's, so nobody else can try records against a public leaf; the ciphertext is what is stored.
 */
export function recordDigest(
  { salt, record, ciphertext }: { salt: Uint8Array; record: Uint8Array; ciphertext: Uint8Array },
  sha256: Sha256 = pureSha256,
): string {
  return digestOf(recordCommitment(salt, record, sha256), sha256(ciphertext), sha256);
}

/** The first half: all that an endpoint keeps of a record in its own ledger. */
export function recordCommitment(
  salt: Uint8Array,
  record: Uint8Array,
  sha256: Sha256 = pureSha256,
): Uint8Array {
  if (salt.length !== 32) throw fail('custody.record', `a salt of ${salt.length} bytes, not 32`);
  return sha256(concat(salt, record));
}

/** Both halves as digests: for who has no ciphertext, only its digest from the promise. */
export function digestOf(
  commitment: Uint8Array,
  ciphertext: Uint8Array,
  sha256: Sha256 = pureSha256,
): string {
  return toHex(sha256(concat(recordTag, commitment, ciphertext)));
}

/** The leaf hash of an entry (RFC 6962). */
export function entryLeaf(entry: CustodyEntry, sha256: Sha256 = pureSha256): Uint8Array {
  return leafHash(formatEntry(entry), sha256);
}

/** The record that an import says it had: by its leaf the two ledgers are compared. */
export function importedRecord({ from: _from, ...rest }: ImportEntry): RecordEntry {
  return { ...rest, type: 'record' };
}
