// A supervisor's share on its way to the data center (D18). It is opened beside the secret that opens it,
// judged there once more, and leaves only sealed to the key that the request names: whoever carries it in
// between, the supervisor's own daemon too, learns nothing.

import {
  accessGrant,
  canonicalJson,
  concat,
  envelopeSchema,
  expectKind,
  fields,
  formatEnvelope,
  fromHex,
  fromUtf8,
  isVitrineError,
  openCommitment,
  parseCanonicalJson,
  parseTime,
  requireEnvelopeSignatures,
  schema,
  sha256 as pureSha256,
  statementOf,
  u16,
  utf8,
  type Envelope,
  type Json,
  type Schema,
  type Sha256,
  type VerifySignature,
} from '@vitrine/evidence';
import { fail } from '../codes.ts';
import {
  formatGrantBody,
  grantBodySchema,
  parseAccessRequest,
  replyKeyOf,
  requireGrantOf,
  type GrantBody,
  type SignedAccessRequest,
} from '../custody/access-request.ts';
import { hpkeOpen, hpkeSeal, type OpeningKey } from '../seal/hpke.ts';
import { openShare, type SealedHalves } from './record-key.ts';
import type { NumberedShare } from './shares.ts';

/** All that it takes to judge whether a share may go: request, grant, and what the grant commits to. */
export interface ShareAsk {
  readonly request: Envelope;
  /** The `access-grant`, as it was logged. */
  readonly grant: Envelope;
  /** Hex. */
  readonly salt: string;
  readonly body: GrantBody;
  /** Which key. */
  readonly key: string;
}

const shareAskSchema: Schema<ShareAsk> = schema.object({
  request: envelopeSchema,
  grant: envelopeSchema,
  salt: schema.text(/^[0-9a-f]{64}$/, 64, 'a salt of 32 bytes in hex'),
  body: grantBodySchema,
  key: fields.sha256Hex,
});

/** No other message to a signer begins with these words. */
export const shareAskWords = 'vitrine open share v1\n';
const askLimits = { bytes: 1 << 19, depth: 10 };

export function formatShareAsk(ask: ShareAsk): Uint8Array {
  return concat(utf8(shareAskWords), canonicalJson(ask as unknown as Json));
}

export function parseShareAsk(message: Uint8Array): ShareAsk {
  const start = utf8(shareAskWords).length;
  try {
    if (fromUtf8(message.subarray(0, start)) !== shareAskWords)
      throw fail('access.form', 'not a question for a share');
    return shareAskSchema.check(parseCanonicalJson(message.subarray(start), askLimits));
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('access.form', cause.message, { at: cause.at, cause });
  }
}

export interface ShareHolder {
  readonly opening: OpeningKey;
  /** SPKI of a key of this supervisor that signs grants; undefined for every other keyid. */
  readonly grantKey: (keyid: string) => Uint8Array | undefined;
  /** Seconds since 1970. */
  readonly now: number;
}

/** Beside the secret. Answers the share, sealed to the request's key. That the grant is logged is the daemon's to know. */
export async function releaseShare(
  ask: ShareAsk,
  { opening, grantKey, now }: ShareHolder,
  verify?: VerifySignature,
  sha256: Sha256 = pureSha256,
): Promise<Uint8Array> {
  const signed = parseAccessRequest(formatEnvelope(ask.request), sha256);
  const { supervisor } = ask.body;
  await requireCommitted(ask, grantKey, verify, sha256);
  requireGrantOf(ask.body, signed, supervisor);
  if (now >= parseTime(ask.body.until)) throw fail('access.time', `the grant ended at ${ask.body.until}`);
  const halves = signed.request.keys.find(({ key }) => key === ask.key);
  if (halves === undefined) throw fail('access.grant', 'the request does not name this key');
  const { place, share } = await openShare(halves, supervisor, opening);
  try {
    const info = shareInfo(signed, halves.key, place, supervisor);
    return await hpkeSeal(replyKeyOf(signed), info, none, share);
  } finally {
    share.fill(0);
  }
}

async function requireCommitted(
  { grant, salt, body }: ShareAsk,
  grantKey: ShareHolder['grantKey'],
  verify: VerifySignature | undefined,
  sha256: Sha256,
): Promise<void> {
  try {
    await requireEnvelopeSignatures(grant, grantKey, verify, sha256);
    const { predicate } = expectKind(statementOf(grant), accessGrant);
    openCommitment(predicate, fromHex(salt), formatGrantBody(body), sha256);
  } catch (cause) {
    if (!isVitrineError(cause) || cause.code === 'signature.platform') throw cause;
    throw fail('access.grant', `not a grant of this supervisor: ${cause.message}`, { at: cause.at, cause });
  }
}

/** At the data center, with the secret that it made for this request. */
export async function openReleased(
  sealed: Uint8Array,
  signed: SignedAccessRequest,
  halves: SealedHalves,
  supervisor: string,
  reply: OpeningKey,
): Promise<NumberedShare> {
  const place = halves.shares.findIndex((share) => share.supervisor === supervisor);
  if (place < 0) throw fail('halves.shares', `no share of this key is ${supervisor}'s`);
  return {
    place,
    share: await hpkeOpen(reply, shareInfo(signed, halves.key, place, supervisor), none, sealed),
  };
}

/** What a supervisor says of a request: for the requester's eyes alone. */
export function sealDecision(
  decision: Json,
  signed: SignedAccessRequest,
  supervisor: string,
): Promise<Uint8Array> {
  return hpkeSeal(replyKeyOf(signed), decisionInfo(signed, supervisor), none, canonicalJson(decision));
}

export async function openDecision(
  sealed: Uint8Array,
  signed: SignedAccessRequest,
  supervisor: string,
  reply: OpeningKey,
): Promise<Json> {
  const bytes = await hpkeOpen(reply, decisionInfo(signed, supervisor), none, sealed);
  return parseCanonicalJson(bytes, { bytes: 1 << 17, depth: 6 });
}

/** Whether this supervisor has a share of every key that is asked for. */
export function holdsShareOf({ request }: SignedAccessRequest, supervisor: string): boolean {
  return request.keys.every(({ shares }) => shares.some((share) => share.supervisor === supervisor));
}

const none = new Uint8Array(0);

function shareInfo(
  { digest }: SignedAccessRequest,
  key: string,
  place: number,
  supervisor: string,
): Uint8Array {
  return concat(
    utf8('vitrine share of a grant v1\n'),
    fromHex(digest),
    fromHex(key),
    u16(place),
    utf8(supervisor),
  );
}

function decisionInfo({ digest }: SignedAccessRequest, supervisor: string): Uint8Array {
  return concat(utf8('vitrine decision on access v1\n'), fromHex(digest), utf8(supervisor));
}
