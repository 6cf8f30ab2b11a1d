// The subject (D21): a key made on the endpoint, one per data center, so that two centers cannot tell that
// two of their subjects are one endpoint. All of them come from one recovery secret, which its owner keeps
// on paper. The pseudonym commits to both public keys and exists only inside seals.

import {
  concat,
  fields,
  formatSpki,
  fromBase64,
  keyidOf,
  parseSpki,
  schema,
  sha256 as pureSha256,
  toBase64,
  toHex,
  u16,
  utf8,
  type Schema,
  type Sha256,
  type Signer,
} from '@vitrine/evidence';
import { fail } from '../codes.ts';
import { openingKey, type OpeningKey } from '../seal/hpke.ts';

/** What a data center knows of a subject. */
export interface SubjectKeys {
  /** SubjectPublicKeyInfo, Ed25519, base64: signs reports and requests. */
  readonly key: string;
  /** X25519, 32 bytes, base64: what is kept is sealed to it, too, so that export needs nobody (D18). */
  readonly sealing: string;
}

export const subjectKeys: Schema<SubjectKeys> = schema.object({
  key: schema.where(schema.base64(44, 'an Ed25519 key as SubjectPublicKeyInfo, base64'), (value) => {
    try {
      parseSpki(fromBase64(value));
      return undefined;
    } catch {
      return 'an Ed25519 key as SubjectPublicKeyInfo, base64';
    }
  }),
  sealing: schema.where(fields.hash32, (value) =>
    isSmallOrder(fromBase64(value)) ? 'an X25519 key that is not of small order' : undefined,
  ),
});

/**
 * The points of small order of X25519 (RFC 7748 section 6.1): with them every secret is zero, so nothing can
 * be sealed. Refused where a subject comes in, and not only when its first record is to be stored.
 */
const smallOrder: readonly string[] = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
];

function isSmallOrder(key: Uint8Array): boolean {
  const masked = Uint8Array.from(key);
  masked[31] = (masked[31] as number) & 0x7f; // The top bit is ignored.
  return smallOrder.includes(toHex(masked));
}

/** Hex SHA-256 over both keys: neither can be exchanged under the same pseudonym. */
export function pseudonymOf({ key, sealing }: SubjectKeys, sha256: Sha256 = pureSha256): string {
  return toHex(sha256(concat(utf8('vitrine subject v1\n'), fromBase64(key), fromBase64(sealing))));
}

/** The subject itself, on its own endpoint. */
export interface Subject {
  readonly keys: SubjectKeys;
  readonly pseudonym: string;
  readonly signer: Signer;
  readonly opening: OpeningKey;
}

/** Bytes of a recovery secret. */
export const recoverySize = 20;

/**
 * The subject of one data center. A higher `generation` is a new subject: what came before cannot be linked
 * to it, and stays readable with the same recovery secret.
 */
export async function subjectOfCenter(
  recovery: Uint8Array,
  center: string,
  generation: number,
  sha256: Sha256 = pureSha256,
): Promise<Subject> {
  if (recovery.length !== recoverySize)
    throw fail('subject.recovery-code', `a recovery secret of ${recovery.length} bytes, not ${recoverySize}`);
  const name = utf8(center);
  const derive = (purpose: string): Promise<Uint8Array> =>
    hkdf(recovery, concat(utf8(`vitrine subject ${purpose} v1\n`), u16(name.length), name, u16(generation)));
  const signer = await ed25519Signer(await derive('signing'), sha256);
  const opening = await openingKey(await derive('sealing'));
  const keys = { key: toBase64(signer.publicKey), sealing: toBase64(opening.publicKey) };
  return { keys, pseudonym: pseudonymOf(keys, sha256), signer, opening };
}

async function hkdf(secret: Uint8Array, info: Uint8Array): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey('raw', concat(secret), 'HKDF', false, ['deriveBits']);
  const parameters = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(32), info: concat(info) };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 256));
}

// PKCS#8 of an Ed25519 key (RFC 8410) is this prefix and the seed.
const pkcs8Prefix = Uint8Array.of(
  0x30,
  0x2e,
  0x02,
  0x01,
  0x00,
  0x30,
  0x05,
  0x06,
  0x03,
  0x2b,
  0x65,
  0x70,
  0x04,
  0x22,
  0x04,
  0x20,
);

async function ed25519Signer(seed: Uint8Array, sha256: Sha256): Promise<Signer> {
  const subtle = crypto.subtle;
  const pkcs8 = concat(pkcs8Prefix, seed);
  // Only a key that may leave tells its public half; the one that is kept may not.
  const { x = '' } = await subtle.exportKey(
    'jwk',
    await subtle.importKey('pkcs8', pkcs8, 'Ed25519', true, ['sign']),
  );
  const key = await subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign']);
  const padded = `${x.replaceAll('-', '+').replaceAll('_', '/')}=`;
  const publicKey = formatSpki({ scheme: 'ed25519', raw: fromBase64(padded) });
  return {
    scheme: 'ed25519',
    publicKey,
    keyid: keyidOf(publicKey, sha256),
    sign: async (message) => new Uint8Array(await subtle.sign('Ed25519', key, concat(message))),
  };
}
