// What the owner decided reaches the data centers: sealed there, signed by both, kept here. It may take its time;
// what was decided holds from the owner's signature on.

import { isVitrineError, type Envelope, type VitrineError } from '@vitrine/evidence';
import {
  formatConsent,
  ledgerRulesOf,
  openAnswer,
  parseConsent,
  readConsent,
  sealMessage,
} from '@vitrine/reports';
import { fail } from '../codes.ts';
import { decide, freshSubject, ownConsent, signAgain } from './consent.ts';
import { postSealed } from './intake.ts';
import { centerNamed, sealingKeyOf, type Known } from './residency.ts';
import type { SharingSession } from './session.ts';
import { withSubject, type KnownSubject } from './state.ts';

/** Why something waits still. */
export type Waiting = Pick<VitrineError, 'code' | 'message' | 'remedy'>;

export function waitingFor({ code, message, remedy }: VitrineError): Waiting {
  return { code, message, remedy };
}

/** Receipts that a data center did not take, which it will not take later either. */
export interface ConsentRefused {
  readonly center: string;
  readonly status: number;
  readonly code: string;
}

/**
 * Brings what the owner decided to the data centers, in order: signed here → sealed → signed there → kept. What
 * cannot be brought now waits, and holds up no other data center; what is refused is told.
 */
export async function settleConsents(
  session: SharingSession,
  known: Known,
): Promise<{ readonly refused: readonly ConsentRefused[]; readonly waiting: readonly Waiting[] }> {
  const refused: ConsentRefused[] = [];
  const waiting: Waiting[] = [];
  for (const { center, generation } of session.state.subjects) {
    try {
      const status = await settleOne(session, known, { center, generation });
      if (status !== undefined) refused.push({ center, ...status });
    } catch (error) {
      if (!isVitrineError(error) || error.exit !== 5) throw error;
      waiting.push(waitingFor(error));
    }
  }
  return { refused, waiting };
}

/** Undefined where all is signed by both now, or waits. */
async function settleOne(
  session: SharingSession,
  known: Known,
  { center, generation }: Pick<KnownSubject, 'center' | 'generation'>,
): Promise<{ readonly status: number; readonly code: string } | undefined> {
  for (;;) {
    const one = session.knownSubject(center, generation);
    const envelope = one?.unsent[0];
    if (one === undefined || envelope === undefined) return undefined;
    const reply = await sendConsent(session, known, one, envelope);
    if (reply.kind === 'refused') {
      if (reply.code !== 'consent.form' || !(await anotherSubject(session, one, envelope)))
        return { status: reply.status, code: reply.code };
      return undefined;
    }
    if (reply.kind !== 'done') return undefined;
    await session.ledger.append(session.now, { type: 'countersigned', consent: reply.value });
    const settled = { ...one, confirmed: reply.value, unsent: one.unsent.slice(1) };
    await session.remember({ subjects: withSubject(session.state, settled) });
  }
}

/**
 * A first consent that does not follow the one that is known there: after a recovery the data center knows this
 * subject already, from the machine that was lost. It stays, to be exported and erased, and the owner's
 * decision goes on under the next one. Answers whether that was it.
 */
async function anotherSubject(
  session: SharingSession,
  one: KnownSubject,
  envelope: Envelope,
): Promise<boolean> {
  const { center, generation } = one;
  const subject = await session.subject(center, generation);
  const { record } = await ownConsent(session, envelope, subject);
  if (one.confirmed !== undefined || record.previous !== null || record.act !== 'given') return false;
  const fresh = freshSubject(session, center);
  await session.remember({ subjects: withSubject(session.state, { ...one, unsent: [] }) });
  await decide(
    session,
    fresh,
    await signAgain(session, fresh, record, { id: center, ...record.controller }, record.residency),
    { current: { center, generation: fresh.generation } },
  );
  return true;
}

type ConsentReply =
  | { readonly kind: 'done'; readonly value: Envelope }
  | { readonly kind: 'later' | 'elsewhere' }
  | { readonly kind: 'refused'; readonly status: number; readonly code: string };

async function sendConsent(
  session: SharingSession,
  known: Known,
  { center: id, generation }: KnownSubject,
  envelope: Envelope,
): Promise<ConsentReply> {
  const { platform, limits } = session.agent;
  const center = centerNamed(known, id);
  const subject = await session.subject(id, generation);
  const key = sealingKeyOf(known, id, session.now);
  const message = await sealMessage({ type: 'consent', body: formatConsent(envelope) }, key, platform.sha256);
  const reply = await postSealed(center, 'v1/consents', message, limits);
  if (reply.kind === 'refused') return reply;
  if (reply.kind !== 'done') return { kind: reply.kind };
  const sent = await ownConsent(session, envelope, subject);
  const { ledger } = ledgerRulesOf(session.trust.policy, center);
  try {
    const answer = parseConsent(await openAnswer(reply.value, subject.opening, sent.digest));
    const both = await readConsent(answer, ledger.spki, platform.verifySignature, platform.sha256);
    if (both.digest === sent.digest) return { kind: 'done', value: answer };
  } catch (cause) {
    if (!isVitrineError(cause) || cause.exit === 5) throw cause;
    // One that signs wrongly, or not at all, holds up no other.
    throw fail('endpoint.answer', `the data center ${id} does not sign the consent: ${cause.message}`, {
      cause,
    });
  }
  throw fail('endpoint.answer', `the data center ${id} answers with another consent than was sent`);
}
