// The rights of a subject (D18, D21), asked of each data center that knows one of this endpoint: signed by the
// subject's own key, sealed like a report, and the answer verified. Nobody else is needed, and no reason.

import { existsSync } from 'node:fs';
import { isVitrineError, parseTime, statementIdOf, type DataCenter, type Envelope } from '@vitrine/evidence';
import { writeDurable } from '@vitrine/host';
import {
  ledgerRulesOf,
  openAnswer,
  parseConfirmation,
  readConfirmation,
  requestIn,
  requestOf,
  sealMessage,
  signRequest,
  type RequestAct,
  type Subject,
} from '@vitrine/reports';
import { fail } from '../codes.ts';
import { postSealed } from './intake.ts';
import { readOwnLedger } from './ledger.ts';
import { centerNamed, newestKnown, sealingKeyOf, type Known } from './residency.ts';
import type { SharingSession } from './session.ts';

/** One subject of this endpoint at one data center. */
export interface AskedSubject {
  readonly center: string;
  readonly generation: number;
}

/** Those that the state knows, or those that `only` names. */
export function subjectsOf(
  { state }: SharingSession,
  only: { readonly center?: string | undefined; readonly generation?: number | undefined } = {},
): readonly AskedSubject[] {
  const known = state.subjects
    .map(({ center, generation }) => ({ center, generation }))
    .filter(
      ({ center, generation }) =>
        (only.center ?? center) === center && (only.generation ?? generation) === generation,
    );
  if (known.length > 0) return known;
  // After a loss the recovery secret is all that is left: the owner says where to ask.
  if (only.center !== undefined) return [{ center: only.center, generation: only.generation ?? 1 }];
  throw fail(
    'endpoint.no-subject',
    'no data center knows a subject of this endpoint; name one with --center',
  );
}

export interface Done {
  readonly center: string;
  readonly generation: number;
  /** Records that it was done to, in all. */
  readonly records: number;
  /** Of an erasure: by when no backup holds any of it. */
  readonly finalAt?: string;
}

export async function exercise(
  session: SharingSession,
  act: Exclude<RequestAct, 'export'>,
  subjects: readonly AskedSubject[],
): Promise<readonly Done[]> {
  const known = await newestKnown(session);
  const done: Done[] = [];
  for (const subject of subjects) {
    let records = 0;
    let finalAt: string | undefined;
    // An erasure takes as many records as one confirmation lists; zero says that none is left.
    for (let [last, round] = [-1, 0]; last !== 0; round++) {
      if (round >= mostRounds)
        throw fail(
          'endpoint.answer',
          `the data center ${subject.center} has records still after ${round} confirmations that it erased them`,
        );
      const confirmation = await exerciseOnce(session, known, act, subject);
      records += confirmation.records;
      finalAt = latest(finalAt, confirmation.finalAt);
      last = act === 'erase' ? confirmation.records : 0;
    }
    done.push({ ...subject, records, ...(finalAt === undefined ? {} : { finalAt }) });
  }
  return done;
}

/** Millions of records; one that never comes to an end would fill the own ledger. */
const mostRounds = 100;

function latest(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return parseTime(a) > parseTime(b) ? a : b;
}

/** The request is in the own ledger before it is sent: it is what opens the confirmation to its subject. */
async function exerciseOnce(
  session: SharingSession,
  known: Known,
  act: Exclude<RequestAct, 'export'>,
  { center: id, generation }: AskedSubject,
): Promise<{ readonly records: number; readonly finalAt?: string }> {
  const center = centerNamed(known, id);
  const subject = await session.subject(id, generation);
  const { envelope, body } = await signRequest(act, id, subject, session.now);
  await session.ledger.append(session.now, { type: 'request', request: envelope });
  const sealed = await askCenter(session, known, center, 'v1/requests', body);
  const answer = await openConfirmation(session, envelope, subject, sealed);
  return settle(session, known, envelope, answer);
}

async function openConfirmation(
  { agent: { platform } }: SharingSession,
  request: Envelope,
  { opening }: Subject,
  sealed: Uint8Array,
): Promise<Envelope> {
  const id = statementIdOf(request, platform.sha256);
  return parseConfirmation(await openAnswer(sealed, opening, id));
}

/** Verified, and in the own ledger. */
async function settle(
  session: SharingSession,
  known: Known,
  request: Envelope,
  answer: Envelope,
): Promise<{ readonly records: number; readonly finalAt?: string }> {
  const { platform } = session.agent;
  const { ledger } = ledgerRulesOf(session.trust.policy, centerNamed(known, requestOf(request).center));
  const { confirmation } = await readConfirmation(
    answer,
    { ledger, request },
    platform.verifySignature,
    platform.sha256,
  );
  await session.ledger.append(session.now, { type: 'confirmation', confirmation: answer });
  return confirmation;
}

/**
 * For a data center that is reached otherwise than by HTTP: the sealed request as a file, which its operator
 * carries out ("vitrine subject"). Good for a day; what comes back is for `takeAnswer`.
 */
export async function writeRequest(
  session: SharingSession,
  act: Exclude<RequestAct, 'export'>,
  subjects: readonly AskedSubject[],
  file: string,
): Promise<AskedSubject> {
  const [subject, ...others] = subjects;
  if (subject === undefined || others.length > 0)
    throw fail('endpoint.usage', 'a request is for one subject: name it with --center and --generation');
  // Before anything is entered: a request that was never written would wait for its answer for ever.
  if (existsSync(file)) throw fail('endpoint.usage', `${file} is there already`);
  const known = await newestKnown(session);
  const own = await session.subject(subject.center, subject.generation);
  const { envelope, body } = await signRequest(act, subject.center, own, session.now);
  const key = sealingKeyOf(known, subject.center, session.now);
  const message = await sealMessage({ type: 'request', body }, key, session.agent.platform.sha256);
  await session.ledger.append(session.now, { type: 'request', request: envelope });
  await writeDurable(file, message, { mode: 0o600, overwrite: false });
  return subject;
}

/** The answer to one of the own requests that have none yet, the last one first. */
export async function takeAnswer(
  session: SharingSession,
  sealed: Uint8Array,
): Promise<Done & { readonly act: RequestAct }> {
  const known = await newestKnown(session);
  for (const request of await openRequests(session)) {
    const { act, center, subject: asked } = requestOf(request);
    const { generation, subject } = await subjectNamed(session, center, asked.key);
    if (subject === undefined) continue;
    const answer = await openConfirmation(session, request, subject, sealed).catch(notOurs);
    if (answer === undefined) continue;
    const { records, finalAt } = await settle(session, known, request, answer);
    return { act, center, generation, records, ...(finalAt === undefined ? {} : { finalAt }) };
  }
  throw fail('endpoint.answer', 'this answers no request of this endpoint that has no answer yet');
}

/** Those without a confirmation, newest first; an export has pages and none. */
async function openRequests({ paths, agent: { platform } }: SharingSession): Promise<readonly Envelope[]> {
  const entries = await readOwnLedger(paths.ledger);
  const answered = new Set(
    entries.flatMap((entry) => (entry.type === 'confirmation' ? [requestIn(entry.confirmation)] : [])),
  );
  return entries
    .flatMap((entry) => (entry.type === 'request' ? [entry.request] : []))
    .filter((request) => requestOf(request).act !== 'export')
    .filter((request) => !answered.has(statementIdOf(request, platform.sha256)))
    .toReversed();
}

/** Those that the state knows, then the first ones: after a recovery it knows none. */
async function subjectNamed(
  session: SharingSession,
  center: string,
  key: string,
): Promise<{ readonly generation: number; readonly subject: Subject | undefined }> {
  const known = session.state.subjects.flatMap((one) => (one.center === center ? [one.generation] : []));
  const first = Array.from({ length: generationsTried }, (_, i) => i + 1);
  for (const generation of new Set([...known, ...first])) {
    const subject = await session.subject(center, generation);
    if (subject.keys.key === key) return { generation, subject };
  }
  return { generation: 0, subject: undefined };
}

const generationsTried = 100;

/** Sealed to another request of ours, or to nobody here. */
function notOurs(error: unknown): undefined {
  if (isVitrineError(error) && error.code.startsWith('seal.')) return undefined;
  throw error;
}

/** A request of a subject: the bytes of the answer, still sealed to it. */
export async function askCenter(
  session: SharingSession,
  known: Known,
  center: DataCenter,
  path: string,
  body: Uint8Array,
): Promise<Uint8Array> {
  const key = sealingKeyOf(known, center.id, session.now);
  const message = await sealMessage({ type: 'request', body }, key, session.agent.platform.sha256);
  const reply = await postSealed(center, path, message, session.agent.limits);
  switch (reply.kind) {
    case 'done':
      return reply.value;
    case 'later':
      throw fail('endpoint.center-busy', `the data center ${center.id} asks to wait for ${reply.seconds} s`, {
        at: reply.seconds,
      });
    case 'elsewhere':
      throw fail('endpoint.misdirected', `the data center ${center.id} does not open it: ${reply.code}`);
    case 'refused':
      throw fail('endpoint.request-refused', `the data center ${center.id} refuses: ${reply.code}`);
  }
}
