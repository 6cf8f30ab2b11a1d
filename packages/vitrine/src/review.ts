// Signing a review with a key file, for those who do not want a page to ask for their signature: text →
// salt → commitment → statement → signature. Nothing but the result leaves this machine, and only for the
// address that was named.

import { randomBytes } from 'node:crypto';
import {
  commitTo,
  fields,
  formatEnvelope,
  formatTime,
  fromUtf8,
  parseJson,
  review as reviewKind,
  schema,
  signStatement,
  statementIdOf,
  toBase64,
  type Envelope,
  type Schema,
  type Signer,
} from '@vitrine/evidence';
import { fetchBytes, sha256, sha256Hex } from '@vitrine/host';
import { fail } from './codes.ts';

/** What the page of a review takes as a file, and a Center at the address of a task. */
export interface SignedReview {
  readonly body: string;
  /** Canonical JSON of the envelope, base64. */
  readonly envelope: string;
  /** SubjectPublicKeyInfo, base64. */
  readonly publicKey: string;
  /** 32 bytes, base64. */
  readonly salt: string;
}

export interface ReviewPlan {
  readonly body: Uint8Array;
  readonly tree: string;
  /** The operator that will hold salt and text. */
  readonly heldBy: string;
}

export async function signReview(
  { body, tree, heldBy }: ReviewPlan,
  signer: Signer,
): Promise<{ readonly signed: SignedReview; readonly envelope: Envelope; readonly statementId: string }> {
  const salt = new Uint8Array(randomBytes(32));
  const envelope = await signStatement(
    reviewKind,
    [{ name: 'tree', digest: { sha256: tree } }],
    { ...commitTo(salt, body, heldBy, sha256), issuedAt: formatTime(Date.now() / 1000) },
    signer,
  );
  const signed = {
    body: fromUtf8(body),
    envelope: toBase64(formatEnvelope(envelope)),
    publicKey: toBase64(signer.publicKey),
    salt: toBase64(salt),
  };
  return { signed, envelope, statementId: statementIdOf(envelope, sha256) };
}

export interface Task {
  readonly tree: string;
  readonly heldBy: string;
  /** SHA-256 of the text that the draft would be signed as. */
  readonly body: string;
}

const task: Schema<Task> = schema.object({
  tree: fields.sha256Hex,
  heldBy: fields.name,
  body: fields.sha256Hex,
});

export interface Handed {
  readonly id: string;
  readonly state: string;
  readonly index: number | null;
}

const handed: Schema<Handed> = schema.object({
  id: schema.text(/^[0-9a-f]{20}$/, 20, 'the name of a review'),
  state: schema.oneOf('signed', 'logged', 'opened', 'destroyed'),
  index: schema.nullable(fields.index),
});
const refused = schema.object({
  error: schema.object({
    code: schema.text(/^[a-z.-]+$/, 64, 'a code'),
    message: schema.text(/^[^\0]*$/, 4_096, 'a message'),
  }),
});

const timeoutMs = 40_000;

/** What the Center would take at this address. Refuses one that asks for another text or tree than ours. */
export async function readTask(address: string, body: Uint8Array, tree: string): Promise<Task> {
  const { status, bytes } = await fetchBytes(address, { maxBytes: 65_536, timeoutMs, expectStatus: 'any' });
  if (status !== 200) throw refusal(status, bytes);
  const found = task.check(parseJson(bytes));
  if (found.tree !== tree)
    throw fail('review.differs', `the Center's draft is about the tree ${found.tree}, not ${tree}`);
  if (found.body !== sha256Hex(body))
    throw fail(
      'review.differs',
      `the Center's draft has the SHA-256 ${found.body}, this text ${sha256Hex(body)}`,
    );
  return found;
}

/** As a program: without a session, and saying so. */
export async function handIn(address: string, signed: SignedReview): Promise<Handed> {
  const { status, bytes } = await fetchBytes(address, {
    method: 'POST',
    body: JSON.stringify(signed),
    headers: {
      'content-type': 'application/json',
      origin: new URL(address).origin,
      'x-vitrine-csrf': 'none',
    },
    maxBytes: 65_536,
    timeoutMs,
    expectStatus: 'any',
  });
  if (status !== 200) throw refusal(status, bytes);
  return handed.check(parseJson(bytes));
}

function refusal(status: number, bytes: Uint8Array): Error {
  let reason = `it answered ${status}`;
  try {
    const { code, message } = refused.check(parseJson(bytes)).error;
    reason = `${message} (${code})`;
  } catch (cause) {
    return fail('review.refused-by', `the Center did not take the review: ${reason}`, { cause });
  }
  return fail('review.refused-by', `the Center did not take the review: ${reason}`);
}
