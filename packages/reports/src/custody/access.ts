// The access ledger of a data center (D11): one entry for each reading of a single record, and none without a
// grant that the log knows. Which record it was stands behind a salt, which its subject gets with its export.

import {
  canonicalJson,
  concat,
  fields,
  isVitrineError,
  parseCanonicalJson,
  schema,
  sha256 as pureSha256,
  toHex,
  u64,
  utf8,
  type Json,
  type Schema,
  type Sha256,
} from '@vitrine/evidence';
import { fail } from '../codes.ts';

export interface AccessEntry {
  readonly type: 'read';
  readonly v: 1;
  /** Statement identifier of the `access-grant` in the public log. */
  readonly grant: string;
  readonly at: string;
  /** `readCommitment` in hex. */
  readonly record: string;
}

export const accessSchema: Schema<AccessEntry> = schema.object({
  type: schema.oneOf('read'),
  v: schema.oneOf(1),
  grant: fields.statementId,
  at: fields.time,
  record: fields.sha256Hex,
});

/** Hex SHA-256(tag ‖ salt ‖ index of the record in the custody ledger as 8 bytes). */
export function readCommitment(salt: Uint8Array, index: number, sha256: Sha256 = pureSha256): string {
  if (salt.length !== 32) throw fail('custody.entry', `a salt of ${salt.length} bytes, not 32`);
  return toHex(sha256(concat(utf8('vitrine record read v1\n'), salt, u64(index))));
}

export function formatAccess(entry: AccessEntry): Uint8Array {
  return canonicalJson(entry as unknown as Json);
}

export function parseAccess(bytes: Uint8Array): AccessEntry {
  try {
    return accessSchema.check(parseCanonicalJson(bytes, { bytes: 1024, depth: 2 }));
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('custody.entry', cause.message, { at: cause.at, cause });
  }
}
