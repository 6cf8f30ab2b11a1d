// ECDSA has two valid signatures for every one: (r, s) and (r, n - s). Verifiers accept only the low
// s (D9), so that nobody can turn a logged envelope into a second one. OpenSSL makes either.

import { fail } from './codes.ts';

const p256Order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** Takes the DER signature that OpenSSL made; answers the same signature with low s, in strict DER. */
export function normaliseLowS(der: Uint8Array): Uint8Array {
  const r = integerAt(der, 2);
  const s = integerAt(der, r.end);
  if (der[0] !== 0x30 || der[1] !== der.length - 2 || s.end !== der.length || s.value >= p256Order) {
    throw fail('key.sign', 'the library made a malformed ECDSA signature');
  }
  if (s.value <= p256Order / 2n) return der;
  const body = [...formatInteger(r.value), ...formatInteger(p256Order - s.value)];
  return Uint8Array.of(0x30, body.length, ...body);
}

function integerAt(der: Uint8Array, offset: number): { readonly value: bigint; readonly end: number } {
  const length = der[offset + 1];
  if (der[offset] !== 0x02 || length === undefined || length < 1 || offset + 2 + length > der.length) {
    throw fail('key.sign', 'the library made a malformed ECDSA signature', { at: offset });
  }
  const end = offset + 2 + length;
  return { value: BigInt(`0x${Buffer.from(der.subarray(offset + 2, end)).toString('hex')}`), end };
}

/** Minimal, and positive: a leading zero where the top bit is set. */
function formatInteger(value: bigint): readonly number[] {
  const digits = value.toString(16);
  const bytes = [...Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex')];
  const positive = (bytes[0] ?? 0) >= 0x80 ? [0, ...bytes] : bytes;
  return [0x02, positive.length, ...positive];
}
