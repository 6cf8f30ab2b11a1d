// The rights of a subject (D18, D21), asked of each data center that knows one of this endpoint: signed by the
// subject's own key, sealed like a report, and the answer verified. Nobody else is needed, and no reason.

import { parseTime, statementIdOf, type DataCenter } from '@vitrine/evidence';
import {
  ledgerRulesOf,
  openAnswer,
  parseConfirmation,
  readConfirmation,
  sealMessage,
  signRequest,
  type RequestAct,
} from '@vitrine/reports';
import { fail } from '../codes.ts';
import { postSealed } from './intake.ts';
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
  const { platform } = session.agent;
  const center = centerNamed(known, id);
  const subject = await session.subject(id, generation);
  const { envelope, body } = await signRequest(act, id, subject, session.now);
  await session.ledger.append(session.now, { type: 'request', request: envelope });
  const answer = parseConfirmation(
    await openAnswer(
      await askCenter(session, known, center, 'v1/requests', body),
      subject.opening,
      statementIdOf(envelope, platform.sha256),
    ),
  );
  const { ledger } = ledgerRulesOf(session.trust.policy, center);
  const { confirmation } = await readConfirmation(
    answer,
    { ledger, request: envelope },
    platform.verifySignature,
    platform.sha256,
  );
  await session.ledger.append(session.now, { type: 'confirmation', confirmation: answer });
  return confirmation;
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
