// A signed review as it comes in: by whom it may be, what it must say, and that it is signed. Nothing is
// kept before all of this holds.

import {
  expectKind,
  fromBase64,
  isVitrineError,
  keyidOf,
  openCommitment,
  parseEnvelope,
  payloadOf,
  preAuthEncoding,
  requireListedSignature,
  review as reviewKind,
  statementIdOf,
  statementOf,
  subjectOf,
  utf8,
  fields,
  type Envelope,
  type ListedSigner,
  type Sealed,
  type Statement,
} from '@vitrine/evidence';
import { sha256, verifySignature } from '@vitrine/host';
import type { SignedReview } from '../contract/reviews.ts';
import { fail } from './codes.ts';

export interface Expected {
  readonly tree: string;
  readonly heldBy: string;
  /** The text that the draft gives. */
  readonly body: string;
  /** Milliseconds. */
  readonly now: number;
  /** The keys by which the author may sign. */
  readonly keys: readonly ListedSigner[];
}

export interface VerifiedReview {
  readonly key: ListedSigner;
  readonly keyid: string;
  readonly statementId: string;
  readonly envelope: Uint8Array;
  readonly salt: Uint8Array;
  readonly body: Uint8Array;
}

/** Whoever signs on a machine without a network carries the file over. */
const mostAgeMs = 7 * 86_400_000;
const mostAheadMs = 10 * 60_000;

export async function verifySigned(signed: SignedReview, expected: Expected): Promise<VerifiedReview> {
  try {
    const [salt, envelope] = [fromBase64(signed.salt), fromBase64(signed.envelope)];
    const parsed = parseEnvelope(envelope);
    const statement = expectKind(statementOf(parsed), reviewKind);
    const body = utf8(signed.body);
    requireContent(statement, signed.body, expected);
    openCommitment(statement.predicate, salt, body, sha256);
    const key = await requireSignedBy(parsed, expected.keys);
    const keyid = keyidOf(key.spki, sha256);
    return { key, keyid, statementId: statementIdOf(parsed, sha256), envelope, salt, body };
  } catch (cause) {
    if (!isVitrineError(cause) || cause.code.startsWith('review.')) throw cause;
    throw fail('review.refused', `this review was not accepted: ${cause.message}`, { cause });
  }
}

function requireContent(statement: Statement<Sealed>, body: string, expected: Expected): void {
  const { heldBy, issuedAt } = statement.predicate;
  if (subjectOf(statement, 'tree') !== expected.tree) throw refused('it is about another tree');
  if (body !== expected.body) throw refused('its text is not the text of the draft');
  if (heldBy !== expected.heldBy) throw refused(`it says that ${heldBy} holds it, not ${expected.heldBy}`);
  const age = expected.now - fields.parseTime(issuedAt) * 1000;
  if (age > mostAgeMs) throw refused(`it was signed at ${issuedAt}, more than a week ago`);
  if (age < -mostAheadMs) throw refused(`it was signed at ${issuedAt}, in the future`);
}

async function requireSignedBy(envelope: Envelope, keys: readonly ListedSigner[]): Promise<ListedSigner> {
  const [{ keyid, sig }] = envelope.signatures as readonly [Envelope['signatures'][number]];
  const key = keys.find(({ spki }) => keyidOf(spki, sha256) === keyid);
  if (key === undefined) throw fail('review.key', `the key ${keyid} is not a key of this reader`);
  const message = preAuthEncoding(envelope.payloadType, payloadOf(envelope));
  await requireListedSignature(key, message, fromBase64(sig), verifySignature, sha256);
  return key;
}

function refused(what: string): Error {
  return fail('review.refused', `this review was not accepted: ${what}`);
}
