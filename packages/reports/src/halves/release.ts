// A supervisor's share on its way to the data center (D18). It is opened beside the secret that opens it, where
// the grant is proven from the public log once more, and leaves only sealed to the key that the request names:
// whoever carries it in between, the supervisor's own daemon too, can neither read it nor ask for it unseen.
//
//   witnessed head → entry → supervisor's key → commitment → request → share

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
  keyAt,
  noteText,
  openCommitment,
  parseCanonicalJson,
  parseTime,
  provenStatement,
  purePlatform,
  requireEnvelopeSignatures,
  requireHead,
  requireIncluded,
  schema,
  statementOf,
  u16,
  utf8,
  type Envelope,
  type Json,
  type Platform,
  type ProvenStatement,
  type Schema,
  type TrustPolicy,
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
  /** The `access-grant` with its place in the public log. */
  readonly grant: ProvenStatement;
  /** Of the log, signed and cosigned, as text. */
  readonly checkpoint: string;
  /** Hex. */
  readonly salt: string;
  readonly body: GrantBody;
  /** Which key. */
  readonly key: string;
}

const shareAskSchema: Schema<ShareAsk> = schema.object({
  request: envelopeSchema,
  grant: provenStatement,
  checkpoint: noteText,
  salt: schema.text(/^[0-9a-f]{64}$/, 64, 'a salt of 32 bytes in hex'),
  body: grantBodySchema,
  key: fields.sha256Hex,
});

/** No other message to a signer begins with these words. */
const shareAskWords = 'vitrine open share v1\n';
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
  /** Says whose log, witnesses and grants are believed. */
  readonly policy: TrustPolicy;
  /** Seconds since 1970. */
  readonly now: number;
}

/** Beside the secret. Answers the share, sealed to the request's key. */
export async function releaseShare(
  ask: ShareAsk,
  { opening, policy, now }: ShareHolder,
  platform: Platform = purePlatform,
): Promise<Uint8Array> {
  const { sha256 } = platform;
  const signed = parseAccessRequest(formatEnvelope(ask.request), sha256);
  const { supervisor } = ask.body;
  await requireLogged(ask, policy, platform);
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

/** In the log under a witnessed head, by a key of this supervisor that counts there, and committed to this body. */
async function requireLogged(
  { grant, checkpoint, salt, body }: ShareAsk,
  policy: TrustPolicy,
  { sha256, verifySignature }: Platform,
): Promise<void> {
  try {
    const { head } = await requireHead(checkpoint, policy, verifySignature);
    requireIncluded(grant, head, sha256);
    const { envelope, index } = grant;
    const at = { origin: head.checkpoint.origin, index };
    const keyOf = (keyid: string): Uint8Array | undefined => {
      const key = keyAt(policy, keyid, accessGrant.role, at);
      return key?.operator === body.supervisor ? key.spki : undefined;
    };
    await requireEnvelopeSignatures(envelope, keyOf, verifySignature, sha256);
    const { predicate } = expectKind(statementOf(envelope), accessGrant);
    openCommitment(predicate, fromHex(salt), formatGrantBody(body), sha256);
  } catch (cause) {
    if (!isVitrineError(cause) || cause.code === 'signature.platform') throw cause;
    throw fail('access.grant', `no grant of ${body.supervisor} in the log: ${cause.message}`, {
      at: cause.at,
      cause,
    });
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
