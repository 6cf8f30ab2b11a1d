// What anybody can check of a review. The page was given envelope, key, salt and text by one answer of one
// server, so that they fit each other says nothing: the entry is fetched from the tiles of the log, and the
// key from the admission list that the log publishes.

import {
  equal,
  expectKind,
  fromBase64,
  isVitrineError,
  keyidOf,
  openCommitment,
  parseEnvelope,
  review as reviewKind,
  sha256,
  statementOf,
  subjectOf,
  utf8,
  type Envelope,
  type Sealed,
  type Statement,
  type TrustPolicy,
} from '@vitrine/evidence';
import { readReview, type VerdictWord } from '../../../src/contract/review-text.ts';
import type { Review } from '../../../src/contract/reviews.ts';
import { checkEntry, readPolicy, warningOf, warnings, type Step, type Warning } from '../log/check.ts';
import type { HeadMemory } from '../log/head-memory.ts';
import { admittedSigner, requireSignatureBy, type AdmittedSigner } from '../log/signer.ts';
import { wrong, type ReadFile } from '../log/tiles.ts';

export const checkNames = ['entry', 'opening', 'subject', 'key', 'signature'] as const;
export type CheckName = (typeof checkNames)[number];

/** `unknown`: it cannot be told yet, or there is nothing to tell it of. */
export interface Outcome {
  readonly name: CheckName;
  readonly answer: 'yes' | 'no' | 'unknown';
  readonly reason?: Reason;
  /** What is wrong, in the words of the check. */
  readonly fault?: string | undefined;
  /** The entry is there, and something is to be said of the log that showed it. */
  readonly warning?: Warning | undefined;
}

export type Reason = 'not-logged' | 'not-covered' | 'sealed' | 'destroyed' | 'no-salt' | 'no-body';

export interface CheckedReview {
  readonly outcomes: readonly Outcome[];
  /** From the text, where that is what the entry of the log committed to. */
  readonly verdict: VerdictWord | undefined;
}

export interface Tools {
  readonly read: ReadFile;
  readonly memory: HeadMemory;
  /** Seconds. */
  readonly now: () => number;
}

export async function checkReview(data: Review, tools: Tools): Promise<CheckedReview> {
  const envelope = attempt(() => readEnvelope(data));
  if (envelope.value === undefined)
    return {
      outcomes: checkNames.map((name) => ({ name, answer: 'no', fault: envelope.fault })),
      verdict: undefined,
    };
  const { bytes, parsed, statement } = envelope.value;
  const entry = await findEntry(bytes, data, tools);
  const opening = open(statement, data);
  const outcomes: readonly Outcome[] = [
    entry,
    opening,
    aboutTree(statement, data),
    ...(await signedByListed(parsed, data, tools)),
  ];
  const isRead = opening.answer === 'yes' && entry.answer !== 'no';
  return { outcomes, verdict: isRead ? readReview(data.body ?? '')?.verdict : undefined };
}

interface Given {
  readonly bytes: Uint8Array;
  readonly parsed: Envelope;
  readonly statement: Statement<Sealed>;
}

function readEnvelope({ envelope }: Review): Given {
  if (envelope === null) throw wrong('check.shown', 'the Center shows no envelope');
  const bytes = fromBase64(envelope);
  const parsed = parseEnvelope(bytes);
  return { bytes, parsed, statement: expectKind(statementOf(parsed), reviewKind) };
}

/** The whole check of the entry, of which a review shows the result; each step is on the entry's own page. */
async function findEntry(bytes: Uint8Array, { review }: Review, tools: Tools): Promise<Outcome> {
  const name = 'entry';
  const { logged } = review;
  if (logged === null) return { name, answer: 'unknown', reason: 'not-logged' };
  let steps: readonly Step[] = [];
  const held = await checkEntry({
    ...tools,
    index: logged.index,
    shown: { bytes },
    onSteps: (all) => {
      steps = all;
    },
  });
  if (held) {
    const found = steps.map(warningOf);
    // No review counts for a verdict on software; its own page says so.
    const warning = warnings.find((one) => one !== 'idle' && found.includes(one));
    return { name, answer: 'yes', warning };
  }
  const failed = steps.find((step) => step.state === 'failed');
  const isCovered = logged.seen || failed?.name !== 'entry' || failed.code !== 'merkle.inclusion';
  if (!isCovered) return { name, answer: 'unknown', reason: 'not-covered' };
  return {
    name,
    answer: 'no',
    fault: failed === undefined ? undefined : `${failed.message} (${failed.code})`,
  };
}

function open({ predicate }: Statement<Sealed>, { body, salt, review }: Review): Outcome {
  const name = 'opening';
  if (body === null && salt === null)
    return { name, answer: 'unknown', reason: review.state === 'destroyed' ? 'destroyed' : 'sealed' };
  if (salt === null) return { name, answer: 'no', reason: 'no-salt' };
  if (body === null) return { name, answer: 'no', reason: 'no-body' };
  return outcome(
    name,
    attempt(() => openCommitment(predicate, fromBase64(salt), utf8(body))),
  );
}

/** Of statement, page and text alike. */
function aboutTree(statement: Statement<Sealed>, { body, review }: Review): Outcome {
  const tree = subjectOf(statement, 'tree');
  return outcome(
    'subject',
    attempt(() => {
      if (tree !== review.tree.digest) throw wrong('check.shown', `the statement is about the tree ${tree}`);
      const named = body === null ? tree : readReview(body)?.tree;
      if (named !== tree) throw wrong('check.shown', `the text is about ${named ?? 'no tree'}`);
    }),
  );
}

/** The key as the list has it, with its place; and the signature under that key, or else under the one shown. */
async function signedByListed(
  envelope: Envelope,
  { key, review }: Review,
  { read }: Tools,
): Promise<readonly Outcome[]> {
  const keyid = envelope.signatures[0]?.keyid ?? '';
  let listed: AdmittedSigner | undefined;
  const found = await attemptLater(async () => {
    listed = await listedSigner(await readPolicy(read), read, keyid);
    if (listed === undefined)
      throw wrong(
        'check.key',
        `neither the log nor the policy names the key ${keyid} for reviews (any more)`,
      );
    if (key === null) throw wrong('check.shown', 'the Center shows no key');
    requireSame(key, keyid, listed, review.author);
  });
  const signature = await attemptLater(async () => {
    const signer = listed ?? ownWord(key);
    if (signer === undefined) throw wrong('check.shown', 'there is no key to check it by');
    if (keyidOf(signer.spki, sha256) !== keyid)
      throw wrong('envelope.key', `it is by the key ${keyid}, and not by the one shown`);
    await requireSignatureBy(envelope, signer);
  });
  return [outcome('key', found), outcome('signature', signature)];
}

/** A reviewer's key is on the admission list; one that the policy itself lists signs plainly. */
async function listedSigner(
  policy: TrustPolicy,
  read: ReadFile,
  keyid: string,
): Promise<AdmittedSigner | undefined> {
  const own = policy.keys.get(keyid);
  if (own?.role === reviewKind.role) return { spki: own.spki, operator: own.operator };
  return admittedSigner(read, policy, keyid, reviewKind.kind);
}

function requireSame(
  key: NonNullable<Review['key']>,
  keyid: string,
  listed: AdmittedSigner,
  author: string,
): void {
  if (key.keyid !== keyid || !equal(fromBase64(key.publicKey), listed.spki))
    throw wrong('check.shown', `the page shows another key than the one that signed, ${keyid}`);
  const { webauthn } = listed;
  if (key.webauthn?.origin !== webauthn?.origin || key.webauthn?.rpId !== webauthn?.rpId)
    throw wrong('check.shown', `the list says of its place: ${webauthn?.origin ?? 'it is no passkey'}`);
  if (listed.operator.startsWith('reviewer-') && listed.operator !== author)
    throw wrong('check.shown', `the list names it as a key of ${listed.operator}`);
}

function ownWord(key: Review['key']): Pick<AdmittedSigner, 'spki' | 'webauthn'> | undefined {
  if (key === null) return undefined;
  return { spki: fromBase64(key.publicKey), webauthn: key.webauthn ?? undefined };
}

interface Tried<Value> {
  readonly value?: Value;
  /** What is wrong; undefined where it holds. */
  readonly fault?: string;
}

function attempt<Value>(work: () => Value): Tried<Value> {
  try {
    return { value: work() };
  } catch (error) {
    return { fault: faultOf(error) };
  }
}

async function attemptLater(work: () => Promise<void>): Promise<Tried<void>> {
  try {
    await work();
    return {};
  } catch (error) {
    return { fault: faultOf(error) };
  }
}

function faultOf(error: unknown): string {
  if (isVitrineError(error)) return error.message;
  throw error;
}

function outcome(name: CheckName, { fault }: Tried<unknown>): Outcome {
  return fault === undefined ? { name, answer: 'yes' } : { name, answer: 'no', fault };
}
