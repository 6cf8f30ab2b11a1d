// Who signed: distinct keys for TUF's threshold. Operators are counted in operators.ts.

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
