// Two halves (D18). The key of what one subject sent on one day comes from a half that the data center keeps
// and a half that it seals to the supervisors and forgets. The whole key is sealed to the subject, too, so
// that its export needs nobody. Destroying either half at the data center destroys nothing of the subject's
// own copy; destroying k_dc and the sealed key makes the records unreadable for all (erasure).

import {
  canonicalJson,
  concat,
  equal,
  fields,
  fromBase64,
  fromHex,
  isVitrineError,
  parseCanonicalJson,
  schema,
  sha256 as pureSha256,
  toBase64,
  toHex,
  u16,
  u64,
  utf8,
  type Json,
  type Schema,
  type Sha256,
} from '@vitrine/evidence';
import { fail } from '../codes.ts';
import { hpkeOpen, hpkeSeal, sealOverhead, type OpeningKey } from '../seal/hpke.ts';
import { joinShares, sharesLimit, splitSecret, type NumberedShare } from './shares.ts';

const halfSize = 32;

/** Which key: one per subject and day, and a further part where a restart forgot the half of that day. */
export interface KeyName {
  /** Pseudonym. */
  readonly subject: string;
  readonly day: string;
  readonly part: number;
}

/**
 * What a key is called outside the data center: supervisors are asked for shares by this, and learn no
 * pseudonym. Hex.
 */
export function keyRef({ subject, day, part }: KeyName, sha256: Sha256 = pureSha256): string {
  return toHex(sha256(concat(utf8('vitrine record key v1\n'), fromHex(subject), utf8(day), u64(part))));
}

/** HKDF-SHA256 over both halves. `ref` is `keyRef`. */
export async function deriveRecordKey(
  center: Uint8Array,
  supervisors: Uint8Array,
  ref: string,
): Promise<Uint8Array> {
  if (center.length !== halfSize || supervisors.length !== halfSize)
    throw fail('halves.form', 'a half is 32 bytes');
  const secret = await crypto.subtle.importKey('raw', concat(center, supervisors), 'HKDF', false, [
    'deriveBits',
  ]);
  const parameters = { name: 'HKDF', hash: 'SHA-256', salt: concat(fromHex(ref)), info: concat(keyInfo) };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, secret, 256));
}
const keyInfo = utf8('vitrine record key v1');

export interface HalfHolder {
  /** Operator of the supervisor. */
  readonly supervisor: string;
  /** X25519, 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** Public in the sense that it is useless without one of the keys that it is sealed to. Canonical JSON. */
export interface SealedHalves {
  readonly v: 1;
  /** `keyRef`. */
  readonly key: string;
  /** How many of the supervisors must agree. */
  readonly need: number;
  /** Hex SHA-256(tag ‖ k_sup): a wrong share is noticed before anything is decrypted with it. */
  readonly check: string;
  /** One share each, in the order in which they were made; a share's place is its number. */
  readonly shares: readonly { readonly supervisor: string; readonly sealed: string }[];
  /** The whole record key, sealed to the subject. */
  readonly subject: string;
}

const sealedKey = schema.base64(halfSize + sealOverhead, 'a sealed key of 80 bytes in base64');

export const sealedHalvesSchema: Schema<SealedHalves> = schema.where(
  schema.object({
    v: schema.oneOf(1),
    key: fields.sha256Hex,
    need: schema.integer(1, sharesLimit),
    check: fields.sha256Hex,
    shares: schema.list(schema.object({ supervisor: fields.name, sealed: sealedKey }), {
      least: 1,
      most: sharesLimit,
    }),
    subject: sealedKey,
  }),
  ({ need, shares }) => {
    // D4: operators count, not keys.
    const operators = new Set(shares.map(({ supervisor }) => supervisor)).size;
    if (operators < shares.length) return 'one share for each supervisor';
    return need > shares.length ? 'a number of shares that exist' : undefined;
  },
);

export function formatHalves(sealed: SealedHalves): Uint8Array {
  return canonicalJson(sealed as unknown as Json);
}

/** Canonical to the byte; 16 shares fit into 4 KiB. */
export function parseHalves(bytes: Uint8Array): SealedHalves {
  try {
    return sealedHalvesSchema.check(parseCanonicalJson(bytes, { bytes: 4096, depth: 4 }));
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('halves.form', cause.message, { at: cause.at, cause });
  }
}

/** A fresh key with its halves. The caller stores `center` and `sealed`, uses `key`, and forgets the rest. */
export interface NewRecordKey {
  readonly key: Uint8Array;
  /** k_dc: stored by the data center, wrapped; never in a backup (D19). */
  readonly center: Uint8Array;
  readonly sealed: SealedHalves;
}

export async function newRecordKey(
  name: KeyName,
  holders: readonly HalfHolder[],
  need: number,
  /** The subject's sealing key, base64. */
  subjectSealing: string,
  sha256: Sha256 = pureSha256,
): Promise<NewRecordKey> {
  if (new Set(holders.map(({ supervisor }) => supervisor)).size < holders.length)
    throw fail('halves.shares', 'a supervisor holds one share');
  const ref = keyRef(name, sha256);
  const center = crypto.getRandomValues(new Uint8Array(halfSize));
  const supervisors = crypto.getRandomValues(new Uint8Array(halfSize));
  const key = await deriveRecordKey(center, supervisors, ref);
  const shares = splitSecret(supervisors, need, holders.length);
  const sealed: SealedHalves = {
    v: 1,
    key: ref,
    need,
    check: checkOf(supervisors, sha256),
    shares: await Promise.all(
      holders.map(async ({ supervisor, publicKey }, place) => ({
        supervisor,
        sealed: toBase64(
          await hpkeSeal(publicKey, shareInfo(ref, supervisor, place), none, shares[place] as Uint8Array),
        ),
      })),
    ),
    subject: toBase64(await hpkeSeal(fromBase64(subjectSealing), subjectInfo(ref), none, key)),
  };
  supervisors.fill(0);
  for (const share of shares) share.fill(0);
  return { key, center, sealed };
}

/** At a supervisor: its share of this key, to be given on the logged path of a grant and no other. */
export async function openShare(
  sealed: SealedHalves,
  supervisor: string,
  opening: OpeningKey,
): Promise<NumberedShare> {
  const place = sealed.shares.findIndex((share) => share.supervisor === supervisor);
  const mine = sealed.shares[place];
  if (mine === undefined) throw fail('halves.shares', `no share of this key is ${supervisor}'s`);
  const info = shareInfo(sealed.key, supervisor, place);
  return { place, share: await hpkeOpen(opening, info, none, fromBase64(mine.sealed)) };
}

/** At the data center, with its own half and the shares of a grant. */
export async function recordKeyFromHalves(
  sealed: SealedHalves,
  center: Uint8Array,
  shares: readonly NumberedShare[],
  sha256: Sha256 = pureSha256,
): Promise<Uint8Array> {
  const known = shares.filter(({ place }) => place < sealed.shares.length);
  const supervisors = joinShares(known, sealed.need);
  if (!equal(utf8(checkOf(supervisors, sha256)), utf8(sealed.check)))
    throw fail('halves.shares', 'the shares do not give the half of this key');
  return deriveRecordKey(center, supervisors, sealed.key);
}

/** At the subject, which needs nobody. */
export function recordKeyOfSubject(sealed: SealedHalves, opening: OpeningKey): Promise<Uint8Array> {
  return hpkeOpen(opening, subjectInfo(sealed.key), none, fromBase64(sealed.subject));
}

const none = new Uint8Array(0);

function checkOf(supervisors: Uint8Array, sha256: Sha256): string {
  return toHex(sha256(concat(utf8('vitrine half v1\n'), supervisors)));
}

function shareInfo(ref: string, supervisor: string, place: number): Uint8Array {
  return concat(utf8('vitrine half share v1\n'), fromHex(ref), u16(place), utf8(supervisor));
}

function subjectInfo(ref: string): Uint8Array {
  return concat(utf8('vitrine record key of the subject v1\n'), fromHex(ref));
}
