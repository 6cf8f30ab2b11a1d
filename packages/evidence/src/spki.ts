// SubjectPublicKeyInfo (RFC 5280) of exactly three key types, matched to the byte: each has one
// DER encoding, a fixed prefix before the raw key, so no ASN.1 parser is needed or trusted.

import { concat, equal, fromHex, toHex } from './bytes.ts';
import { fail } from './codes.ts';
import { sha256 as pureSha256, type Sha256 } from './sha256.ts';
import type { Scheme } from './signer.ts';

interface Form {
  readonly scheme: Scheme;
  readonly prefix: Uint8Array;
  readonly length: number;
}

const forms: readonly Form[] = [
  { scheme: 'ed25519', prefix: fromHex('302a300506032b6570032100'), length: 32 },
  // An uncompressed point: the trailing 04 of the prefix marks it.
  {
    scheme: 'ecdsa-p256',
    prefix: fromHex('3059301306072a8648ce3d020106082a8648ce3d03010703420004'),
    length: 64,
  },
  { scheme: 'ml-dsa-44', prefix: fromHex('30820532300b06096086480165030403110382052100'), length: 1312 },
];

export interface PublicKey {
  readonly scheme: Scheme;
  /** Raw key: 32 bytes, 64 bytes (x ‖ y), or 1,312 bytes. */
  readonly raw: Uint8Array;
}

/** Parses a DER SubjectPublicKeyInfo; refuses every other key type and every other encoding. */
export function parseSpki(spki: Uint8Array): PublicKey {
  for (const { scheme, prefix, length } of forms) {
    if (spki.length === prefix.length + length && equal(spki.subarray(0, prefix.length), prefix)) {
      return { scheme, raw: spki.slice(prefix.length) };
    }
  }
  throw fail('key.unsupported', 'not the SubjectPublicKeyInfo of an Ed25519, P-256 or ML-DSA-44 key');
}

export function formatSpki(key: PublicKey): Uint8Array {
  const form = forms.find(({ scheme }) => scheme === key.scheme) as Form;
  if (key.raw.length !== form.length) {
    throw fail('key.unsupported', `a raw ${key.scheme} key has ${form.length} bytes, not ${key.raw.length}`);
  }
  return concat(form.prefix, key.raw);
}

/** Hex SHA-256 of the SubjectPublicKeyInfo (D9). */
export function keyidOf(spki: Uint8Array, sha256: Sha256 = pureSha256): string {
  return toHex(sha256(spki));
}
