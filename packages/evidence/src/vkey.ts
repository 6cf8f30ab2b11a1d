// Verifier keys of C2SP signed-note: name+hex8(key ID)+base64(type ‖ public key).

import { concat, equal, fromBase64, fromHex, quote, toBase64, toHex, utf8 } from './bytes.ts';
import { fail } from './codes.ts';
import { sha256 as pureSha256, type Sha256 } from './sha256.ts';
import type { Scheme } from './signer.ts';
import { formatSpki } from './spki.ts';

/** Signature types of signed-note that Vitrine reads and writes. */
export const noteTypes = { log: 0x01, cosignature: 0x04, mlDsaCosignature: 0x06 } as const;
export type NoteType = (typeof noteTypes)[keyof typeof noteTypes];

export interface VerifierKey {
  readonly name: string;
  /** Four bytes: SHA-256(name ‖ 0A ‖ type ‖ public key)[:4]. */
  readonly id: Uint8Array;
  readonly type: NoteType;
  readonly scheme: Scheme;
  readonly raw: Uint8Array;
  /** SubjectPublicKeyInfo of the same key. */
  readonly spki: Uint8Array;
}

const schemes: Readonly<Record<NoteType, { readonly scheme: Scheme; readonly length: number }>> = {
  [noteTypes.log]: { scheme: 'ed25519', length: 32 },
  [noteTypes.cosignature]: { scheme: 'ed25519', length: 32 },
  [noteTypes.mlDsaCosignature]: { scheme: 'ml-dsa-44', length: 1312 },
};

/** Key names: non-empty, no Unicode space, no plus, no control character, at most 255 bytes. */
export function isKeyName(name: string): boolean {
  return (
    name !== '' &&
    !/[\s+\p{White_Space}\p{Cc}]/u.test(name) &&
    name.isWellFormed() &&
    utf8(name).length <= 255
  );
}

export function verifierKey(
  name: string,
  type: NoteType,
  raw: Uint8Array,
  sha256: Sha256 = pureSha256,
): VerifierKey {
  if (!isKeyName(name)) throw fail('vkey.syntax', `not a key name: ${quote(name)}`);
  const { scheme, length } = schemes[type];
  if (raw.length !== length)
    throw fail('vkey.syntax', `a type ${type} key has ${length} bytes, not ${raw.length}`);
  const id = sha256(concat(utf8(name), Uint8Array.of(0x0a, type), raw)).slice(0, 4);
  return { name, id, type, scheme, raw, spki: formatSpki({ scheme, raw }) };
}

export function formatVkey(key: VerifierKey): string {
  return `${key.name}+${toHex(key.id)}+${toBase64(concat(Uint8Array.of(key.type), key.raw))}`;
}

/** Refuses unknown types, and a key ID that the key does not have. */
export function parseVkey(text: string, sha256: Sha256 = pureSha256): VerifierKey {
  if (text.length > 4096) throw fail('vkey.syntax', 'a verifier key longer than 4096 characters');
  // Base64 may hold a plus: split on the first two only.
  const first = text.indexOf('+');
  const second = text.indexOf('+', first + 1);
  if (first < 1 || second < 0) throw fail('vkey.syntax', `not name+id+key: ${quote(text)}`);
  const id = fromHex(text.slice(first + 1, second));
  const material = fromBase64(text.slice(second + 1));
  const type = material[0] as NoteType | undefined;
  if (type === undefined || !(type in schemes)) {
    throw fail(
      'vkey.type',
      `the verifier key of ${quote(text.slice(0, first))} has the unsupported type ${String(type)}`,
    );
  }
  const key = verifierKey(text.slice(0, first), type, material.slice(1), sha256);
  if (!equal(id, key.id))
    throw fail('vkey.id', `the key ID of ${quote(key.name)} is ${toHex(key.id)}, not ${toHex(id)}`);
  return key;
}
