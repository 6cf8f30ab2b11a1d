// Tombstones (D17b): that records are gone stands in the ledger; which ones, only behind a salt, which their
// subject gets with the confirmation. Whoever has the salt and the set can check both against the entry.

import { concat, sha256 as pureSha256, toHex, utf8, type Sha256 } from '@vitrine/evidence';
import { fail } from '../codes.ts';
import type { TombstoneEntry } from './entry.ts';

/** Entries that one tombstone may cover. */
export const tombstoneLimit = 100_000;

const tag = utf8('vitrine custody tombstone v1\n');

/** Hex SHA-256(tag ‖ salt ‖ each index as 8 bytes, ascending). */
export function tombstoneCommitment(
  salt: Uint8Array,
  indices: readonly number[],
  sha256: Sha256 = pureSha256,
): string {
  if (salt.length !== 32) throw fail('custody.tombstone', `a salt of ${salt.length} bytes, not 32`);
  if (indices.length === 0 || indices.length > tombstoneLimit)
    throw fail('custody.tombstone', `a tombstone of ${indices.length} entries`);
  indices.forEach((index, i) => {
    if (!Number.isSafeInteger(index) || index < 0 || (i > 0 && index <= (indices[i - 1] as number)))
      throw fail('custody.tombstone', 'indices ascend, none twice', { at: i });
  });
  const set = new Uint8Array(8 * indices.length);
  const view = new DataView(set.buffer);
  indices.forEach((index, i) => {
    view.setBigUint64(8 * i, BigInt(index));
  });
  return toHex(sha256(concat(tag, salt, set)));
}

export function tombstone(
  of: { reason: TombstoneEntry['reason']; day: string; salt: Uint8Array; indices: readonly number[] },
  sha256: Sha256 = pureSha256,
): TombstoneEntry {
  const { reason, day, salt, indices } = of;
  return {
    type: 'tombstone',
    v: 1,
    reason,
    day,
    count: indices.length,
    commitment: tombstoneCommitment(salt, indices, sha256),
  };
}

/** Throws unless the entry covers exactly these indices. */
export function openTombstone(
  entry: TombstoneEntry,
  salt: Uint8Array,
  indices: readonly number[],
  sha256: Sha256 = pureSha256,
): void {
  if (entry.count !== indices.length || entry.commitment !== tombstoneCommitment(salt, indices, sha256))
    throw fail(
      'custody.tombstone',
      `the tombstone of ${entry.day} does not cover these ${indices.length} entries`,
    );
}

/**
 * How a report that was taken is remembered once it is gone, so that its seal cannot be taken again while
 * the sealing key lives (D20): the salt is made for that key and destroyed with it.
 */
export function replayMark(salt: Uint8Array, reportId: string, sha256: Sha256 = pureSha256): string {
  return toHex(sha256(concat(utf8('vitrine report id v1\n'), salt, utf8(reportId))));
}
