// Who signed: distinct keys for TUF's threshold, distinct operators for ours (D4).

import { fromHex, requireSignature, type VerifySignature } from '@vitrine/evidence';
import { fail } from './codes.ts';
import type { Metadata, Signed } from './metadata.ts';

export interface RoleKey {
  readonly tufKeyid: string;
  readonly spki: Uint8Array;
}

export interface SigningRole<Key extends RoleKey> {
  readonly threshold: number;
  readonly keys: readonly Key[];
}

/**
 * The keys of the role that signed, each once. A signature under one of its keyids that does not verify
 * refuses the file; signatures under other keyids (of another delegator, of an ended key) are passed over.
 */
export async function signersOf<Key extends RoleKey>(
  { message, signatures }: Pick<Metadata<Signed>, 'message' | 'signatures'>,
  keys: readonly Key[],
  verify?: VerifySignature,
): Promise<readonly Key[]> {
  const signers: Key[] = [];
  for (const { keyid, sig } of signatures) {
    const key = keys.find(({ tufKeyid }) => tufKeyid === keyid);
    if (key === undefined) continue;
    await requireSignature(key.spki, message, fromHex(sig), verify);
    signers.push(key);
  }
  return signers;
}

/** TUF's own rule: as many keys of the role as its threshold. */
export async function requireThreshold<Key extends RoleKey>(
  name: string,
  metadata: Metadata<Signed>,
  { keys, threshold }: SigningRole<Key>,
  verify?: VerifySignature,
): Promise<readonly Key[]> {
  const signers = await signersOf(metadata, keys, verify);
  if (signers.length < threshold)
    throw fail('tuf.threshold', `${signers.length} of ${threshold} signatures on ${name}`, { at: name });
  return signers;
}

export interface Parties {
  readonly vendor: string;
  /** Operators that are supervisors under the trust policy in force. */
  readonly supervisors: ReadonlySet<string>;
}

/**
 * The rule of our client for a delegated role of threshold t: t operators, of whom one is the vendor and
 * all others are supervisors. With t = 1 the vendor signs alone.
 */
export function requireOperators(
  name: string,
  operators: readonly string[],
  threshold: number,
  { vendor, supervisors }: Parties,
): void {
  const signed = new Set(operators.filter((one) => one === vendor || supervisors.has(one)));
  if (signed.has(vendor) && signed.size >= threshold) return;
  const who = signed.size === 0 ? 'nobody who counts' : [...signed].join(', ');
  throw fail(
    'tuf.operators',
    `${name} is signed by ${who}; it takes the vendor and ${threshold - 1} of the supervisors`,
    { at: name },
  );
}
