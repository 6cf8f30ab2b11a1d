import { createPrivateKey } from 'node:crypto';
import { concat, fromHex, toHex, utf8, type Scheme, type Signer } from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { fail } from './codes.ts';
import { signerOf } from './signer.ts';

const p256Order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** PKCS#8 up to the 32 bytes that are the key: RFC 8410, RFC 9881 (seed form), RFC 5915. */
const prefixes: Readonly<Record<Scheme, Uint8Array>> = {
  ed25519: fromHex('302e020100300506032b657004220420'),
  'ml-dsa-44': fromHex('3034020100300b060960864801650304031104228020'),
  'ecdsa-p256': fromHex('3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420'),
};

/**
 * The signer whose private key is this seed: for keys that come as seeds (the Go note form) and for
 * tests. Ed25519 signatures are deterministic; ECDSA and ML-DSA ones are fresh each time.
 */
export function signerFromSeed(seed: Uint8Array, scheme: Scheme): Signer {
  if (seed.length !== 32) throw fail('key.malformed', `a seed has 32 bytes, not ${seed.length}`);
  const secret = scheme === 'ecdsa-p256' ? p256Scalar(seed) : seed;
  const der = Buffer.from(concat(prefixes[scheme], secret));
  return signerOf(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
}

/** A scalar of 1 … n - 1. Sixty-four hashed bytes make the bias of the modulus negligible. */
function p256Scalar(seed: Uint8Array): Uint8Array {
  const wide = concat(
    ...[1, 2].map((half) => sha256(concat(utf8('vitrine p256 scalar'), Uint8Array.of(half), seed))),
  );
  const scalar = (BigInt(`0x${toHex(wide)}`) % (p256Order - 1n)) + 1n;
  return fromHex(scalar.toString(16).padStart(64, '0'));
}
