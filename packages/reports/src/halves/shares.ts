// Shamir's secret sharing over GF(2^8), byte by byte: any `need` of the shares give the secret, fewer say
// nothing about it. With need = 1 each share is the secret itself.

import { fail } from '../codes.ts';

/** Supervisors among whom a key can be shared. */
export const sharesLimit = 16;

// Powers and logarithms of 3 in the field of AES, x^8 + x^4 + x^3 + x + 1.
const powers = new Uint8Array(510);
const logs = new Uint8Array(256);
for (let i = 0, x = 1; i < 255; i++) {
  powers[i] = x;
  powers[i + 255] = x;
  logs[x] = i;
  x ^= (x << 1) ^ (x & 0x80 ? 0x11b : 0);
}

function multiply(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : (powers[(logs[a] as number) + (logs[b] as number)] as number);
}

function divide(a: number, b: number): number {
  return a === 0 ? 0 : (powers[(logs[a] as number) + 255 - (logs[b] as number)] as number);
}

/** Share i belongs to x = i + 1. */
export function splitSecret(secret: Uint8Array, need: number, count: number): readonly Uint8Array[] {
  if (need < 1 || need > count || count > sharesLimit)
    throw fail('halves.shares', `${need} of ${count} shares cannot be made`);
  const shares = Array.from({ length: count }, () => new Uint8Array(secret.length));
  const coefficients = new Uint8Array(need);
  for (let at = 0; at < secret.length; at++) {
    crypto.getRandomValues(coefficients);
    coefficients[0] = secret[at] as number;
    shares.forEach((share, i) => {
      // Horner, from the highest power down.
      let value = 0;
      for (let power = need - 1; power >= 0; power--)
        value = multiply(value, i + 1) ^ (coefficients[power] as number);
      share[at] = value;
    });
  }
  coefficients.fill(0);
  return shares;
}

export interface NumberedShare {
  /** Its place among the shares, from 0. */
  readonly place: number;
  readonly share: Uint8Array;
}

/** Takes exactly `need` different shares: a share given twice is one. */
export function joinShares(shares: readonly NumberedShare[], need: number): Uint8Array {
  const distinct = [...new Map(shares.map((share) => [share.place, share])).values()].slice(0, need);
  if (distinct.length < need) throw fail('halves.shares', `${distinct.length} of ${need} different shares`);
  const length = distinct[0]?.share.length ?? 0;
  if (distinct.some(({ share, place }) => share.length !== length || place < 0 || place >= sharesLimit))
    throw fail('halves.shares', 'the shares are not of one secret');
  const secret = new Uint8Array(length);
  for (const { place, share } of distinct) {
    // Lagrange at 0: the product of x' / (x' − x) over the other shares.
    let weight = 1;
    for (const { place: other } of distinct)
      if (other !== place) weight = multiply(weight, divide(other + 1, (other + 1) ^ (place + 1)));
    for (let at = 0; at < length; at++)
      secret[at] = (secret[at] as number) ^ multiply(share[at] as number, weight);
  }
  return secret;
}
