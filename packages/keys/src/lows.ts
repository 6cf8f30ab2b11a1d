// ECDSA has two valid signatures for every one: (r, s) and (r, n - s). Verifiers accept only the low
// s (D9), so that nobody can turn a logged envelope into a second one. OpenSSL makes either.

import { lowS } from '@vitrine/evidence';
import { fail } from './codes.ts';

/** Takes the DER signature that OpenSSL made; answers the same signature with low s, in strict DER. */
export function normaliseLowS(der: Uint8Array): Uint8Array {
  const low = lowS(der);
  if (low === undefined) throw fail('key.sign', 'the library made a malformed ECDSA signature');
  return low;
}
