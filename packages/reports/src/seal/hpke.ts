// HPKE (RFC 9180) in one suite: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, base mode, one
// message per encapsulation. Everything that this project seals goes through these two functions.

import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import { concat, quote } from '@vitrine/evidence';
import { fail } from '../codes.ts';

export const suiteName = 'x25519-sha256-aes256gcm';
/** Bytes of an encapsulated key, and of a public key. */
export const publicKeySize = 32;
const tagSize = 16;
/** What sealing adds to a plaintext. */
export const sealOverhead: number = publicKeySize + tagSize;

const kem = new DhkemX25519HkdfSha256();
const suite = new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Aes256Gcm() });

/** Who can open. The seed from which it was made is the secret to store, or to destroy. */
export interface OpeningKey {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly keys: { readonly publicKey: CryptoKey; readonly privateKey: CryptoKey };
}

/** DeriveKeyPair of RFC 9180 section 7.1.3: the same key from the same 32 bytes on every platform. */
export async function openingKey(seed: Uint8Array): Promise<OpeningKey> {
  if (seed.length !== 32) throw fail('seal.key', `a seed of ${seed.length} bytes, not 32`);
  try {
    const keys = await kem.deriveKeyPair(plain(seed));
    return { publicKey: new Uint8Array(await kem.serializePublicKey(keys.publicKey)), keys };
  } catch (cause) {
    throw fail('seal.platform', 'this platform cannot make an X25519 key', { cause });
  }
}

/** encapsulated key ‖ ciphertext ‖ tag. */
export async function hpkeSeal(
  to: Uint8Array,
  info: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
): Promise<Uint8Array> {
  let recipientPublicKey: CryptoKey;
  try {
    recipientPublicKey = await kem.deserializePublicKey(plain(to));
  } catch (cause) {
    throw fail('seal.key', 'not the public key of an X25519 key', { cause });
  }
  try {
    const { enc, ct } = await suite.seal(
      { recipientPublicKey, info: plain(info) },
      plain(plaintext),
      plain(aad),
    );
    return concat(new Uint8Array(enc), new Uint8Array(ct));
  } catch (cause) {
    // X25519 with a point of small order gives zero, which RFC 9180 section 7.1.4 refuses.
    throw fail('seal.key', 'nothing can be sealed to this public key', { cause });
  }
}

/** Throws `seal.open` and nothing else for what was not sealed to this key with this info and aad. */
export async function hpkeOpen(
  key: OpeningKey,
  info: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
): Promise<Uint8Array> {
  if (sealed.length < sealOverhead) throw fail('seal.format', `${sealed.length} sealed bytes are too few`);
  const enc = plain(sealed.subarray(0, publicKeySize));
  const text = plain(sealed.subarray(publicKeySize));
  try {
    const opened = await suite.open({ recipientKey: key.keys, enc, info: plain(info) }, text, plain(aad));
    return new Uint8Array(opened);
  } catch (cause) {
    // The library's own words say nothing that a stranger may not know, but nothing useful either.
    throw fail('seal.open', `does not open: ${quote(cause instanceof Error ? cause.name : 'unknown')}`, {
      cause,
    });
  }
}

/** A buffer of its own: the library takes whole buffers where it is given views. */
function plain(bytes: Uint8Array): ArrayBuffer {
  return concat(bytes).buffer;
}
