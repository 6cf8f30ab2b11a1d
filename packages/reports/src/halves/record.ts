// A record at rest: nonce (12 bytes) ‖ AES-256-GCM(salt ‖ record) with the key of its subject and day. Its
// ciphertext never changes, wherever it is moved: the leaf is over it (D17b, D19).

import { concat, fromHex, utf8 } from '@vitrine/evidence';
import { fail } from '../codes.ts';

const nonceSize = 12;
const saltSize = 32;
const tagSize = 16;
const tag = utf8('vitrine record v1\n');

/**
 * AES-256-GCM. Node callers inject a synchronous one, which takes a tenth of the time for small records.
 * `open` throws or rejects where the bytes are not what was sealed.
 */
export interface RecordCipher {
  seal(
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    text: Uint8Array,
  ): Uint8Array | Promise<Uint8Array>;
  open(
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    sealed: Uint8Array,
  ): Uint8Array | Promise<Uint8Array>;
}

export const webCryptoCipher: RecordCipher = {
  seal: (key, nonce, aad, text) => gcm('encrypt', key, nonce, aad, text),
  open: (key, nonce, aad, sealed) => gcm('decrypt', key, nonce, aad, sealed),
};

async function gcm(
  use: 'encrypt' | 'decrypt',
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  bytes: Uint8Array,
): Promise<Uint8Array> {
  const usable = await crypto.subtle.importKey('raw', concat(key), 'AES-GCM', false, [use]);
  const parameters = { name: 'AES-GCM', iv: concat(nonce), additionalData: concat(aad) };
  return new Uint8Array(await crypto.subtle[use](parameters, usable, concat(bytes)));
}

/** `ref` names the key (`keyRef`): a ciphertext cannot be shown as one of another day. */
export async function sealRecord(
  key: Uint8Array,
  ref: string,
  { salt, record }: { readonly salt: Uint8Array; readonly record: Uint8Array },
  cipher: RecordCipher = webCryptoCipher,
): Promise<Uint8Array> {
  if (salt.length !== saltSize)
    throw fail('halves.record', `a salt of ${salt.length} bytes, not ${saltSize}`);
  // Random: a key lives for a day of one subject, far from the 2^32 messages of SP 800-38D section 8.3.
  const nonce = crypto.getRandomValues(new Uint8Array(nonceSize));
  return concat(nonce, await cipher.seal(key, nonce, aadOf(ref), concat(salt, record)));
}

export async function openRecord(
  key: Uint8Array,
  ref: string,
  ciphertext: Uint8Array,
  cipher: RecordCipher = webCryptoCipher,
): Promise<{ readonly salt: Uint8Array; readonly record: Uint8Array }> {
  if (ciphertext.length < nonceSize + saltSize + tagSize)
    throw fail('halves.record', `a stored record of ${ciphertext.length} bytes`);
  let opened: Uint8Array;
  try {
    opened = await cipher.open(key, ciphertext.slice(0, nonceSize), aadOf(ref), ciphertext.slice(nonceSize));
  } catch (cause) {
    throw fail('halves.record', 'the stored record does not open with this key', { cause });
  }
  return { salt: opened.slice(0, saltSize), record: opened.slice(saltSize) };
}

function aadOf(ref: string): Uint8Array {
  return concat(tag, fromHex(ref));
}
