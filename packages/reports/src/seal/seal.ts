// A message for a data center (D20): sealed when it is sent, to the key of the center that the residency
// policy in force names. On the line it is
//   "VTR1" ‖ key id (32 bytes) ‖ encapsulated key (32 bytes) ‖ ciphertext of one padding class ‖ tag
// and says nothing more than which key opens it. What it is bound to (center, key, version of the policy,
// schema of consent) is the HPKE info: a message made under another policy does not open at all.

import {
  concat,
  equal,
  fromBase64,
  fromHex,
  sha256 as pureSha256,
  toHex,
  u16,
  u64,
  utf8,
  type SealingKey,
  type Sha256,
} from '@vitrine/evidence';
import { fail } from '../codes.ts';
import { hpkeOpen, hpkeSeal, publicKeySize, sealOverhead, type OpeningKey } from './hpke.ts';
import { largestClass, pad, unpad, type Content } from './padding.ts';

const magic = utf8('VTR1');
const headerSize = magic.length + 32;
/** Bytes of the largest sealed message: what an intake reads at most. */
export const sealedLimit: number = headerSize + sealOverhead + largestClass;
const sealedLeast = headerSize + sealOverhead;

/** The name of a sealing key: hex SHA-256 of its 32 bytes, the subject of its statement. */
export function sealingKeyId(publicKey: Uint8Array, sha256: Sha256 = pureSha256): string {
  return toHex(sha256(publicKey));
}

export async function sealMessage(
  content: Content,
  key: SealingKey,
  sha256: Sha256 = pureSha256,
): Promise<Uint8Array> {
  const publicKey = fromBase64(key.publicKey);
  const header = headerOf(publicKey, sha256);
  return concat(header, await hpkeSeal(publicKey, infoOf(key, sha256), header, pad(content)));
}

/** Which key opens it, read without any: intakes look the key up, and answer for one that is not theirs. */
export function sealedTo(message: Uint8Array): string {
  if (message.length < sealedLeast || message.length > sealedLimit)
    throw fail('seal.format', `a sealed message of ${message.length} bytes`);
  if (!equal(message.subarray(0, magic.length), magic))
    throw fail('seal.format', 'the message does not begin like a sealed one');
  return toHex(message.subarray(magic.length, headerSize));
}

export async function openMessage(
  message: Uint8Array,
  key: SealingKey,
  opening: OpeningKey,
  sha256: Sha256 = pureSha256,
): Promise<Content> {
  const publicKey = fromBase64(key.publicKey);
  if (sealedTo(message) !== sealingKeyId(publicKey, sha256) || !equal(publicKey, opening.publicKey))
    throw fail('seal.key', 'the message is sealed to another key');
  const header = message.subarray(0, headerSize);
  return unpad(await hpkeOpen(opening, infoOf(key, sha256), header, message.subarray(headerSize)));
}

function headerOf(publicKey: Uint8Array, sha256: Sha256): Uint8Array {
  if (publicKey.length !== publicKeySize)
    throw fail('seal.key', `a public key of ${publicKey.length} bytes, not ${publicKeySize}`);
  return concat(magic, sha256(publicKey));
}

/** Each part has a fixed length or says its own, so no two bindings give the same bytes. */
function infoOf({ center, publicKey, policy, consent }: SealingKey, sha256: Sha256): Uint8Array {
  const name = utf8(center);
  return concat(
    utf8('vitrine report v1\n'),
    u16(name.length),
    name,
    sha256(fromBase64(publicKey)),
    u64(policy),
    fromHex(consent),
  );
}
