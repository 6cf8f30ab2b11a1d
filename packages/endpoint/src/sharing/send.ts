// Sending: what waits leaves this machine, and what came back is kept.
//
//   policy and keys → consents signed by both → for each report: made and durable → sealed → promised → proven
//
// A run that is killed anywhere is carried on by the next: a report keeps its id, its data center answers a
// second time with the same promise, and nothing is sent that does not stand in the own ledger.

import { isVitrineError, type Envelope } from '@vitrine/evidence';
import { ledgerRulesOf, readPromise, requirePromised, sealReport, type Report } from '@vitrine/reports';
import { fail } from '../codes.ts';
import { currentConsent, dropLeftover, standingConsent, type Standing } from './consent.ts';
import { postReport, type Reply } from './intake.ts';
import { leaveInDoubt, makeReport, remakeReport } from './make.ts';
import type { Outgoing } from './outbox.ts';
import { fetchProofs, type Proofs } from './proofs.ts';
import { fetchKnown, newestKnown, sealingKeyOf, type Known } from './residency.ts';
import type { SharingSession } from './session.ts';
import { settleConsents, waitingFor, type ConsentRefused, type Waiting } from './settle.ts';

export interface Refused {
  readonly report: string;
  readonly center: string;
  readonly status: number;
  readonly code: string;
}

export interface Sent extends Proofs {
  /** Reports that were promised in this run, and the records in them. */
  readonly reports: number;
  readonly records: number;
  readonly refused: readonly Refused[];
  readonly consentsRefused: readonly ConsentRefused[];
  /** Observations, samples and reports that still wait. */
  readonly queued: number;
  readonly waiting: readonly Waiting[];
}

/** One run through everything that can be done now. */
export async function sendAll(session: SharingSession): Promise<Sent> {
  // Whoever never agreed to anything asks nobody for anything.
  if (session.state.subjects.length === 0) return nothing;
  const waiting: Waiting[] = [];
  const done = { reports: 0, records: 0 };
  const refused: Refused[] = [];
  let consentsRefused: readonly ConsentRefused[] = [];
  let proofs: Proofs = { proven: 0, unproven: 0, overdue: [] };
  await waitable(waiting, async () => {
    let known = await newestKnown(session);
    await waitable(waiting, async () => {
      const settled = await settleConsents(session, known);
      consentsRefused = settled.refused;
      waiting.push(...settled.waiting);
    });
    await waitable(waiting, async () => {
      known = await sendReports(session, known, (outgoing, outcome) => {
        if (outcome === 'promised') {
          done.reports++;
          done.records += outgoing.report.observations.length;
        } else refused.push({ report: outgoing.report.id, center: outgoing.report.center, ...outcome });
      });
    });
    proofs = await fetchProofs(session, known, waiting);
  });
  const queued =
    (await session.queue.count()) +
    (await session.samples.count()) +
    (await session.outbox.all()).reduce((sum, { report }) => sum + report.observations.length, 0);
  return { ...done, ...proofs, refused, consentsRefused, queued, waiting };
}

/** As a command ends: a finding, something that waits, or all is done. */
export function exitOfSent({ refused, consentsRefused, overdue, waiting }: Sent): 0 | 3 | 5 {
  if (refused.length + consentsRefused.length + overdue.length > 0) return 3;
  return waiting.length > 0 ? 5 : 0;
}

const nothing: Sent = {
  reports: 0,
  records: 0,
  proven: 0,
  unproven: 0,
  overdue: [],
  refused: [],
  consentsRefused: [],
  queued: 0,
  waiting: [],
};

/** What is only late is noted, and the rest is done: a data center may be away, and another one there. */
async function waitable(waiting: Waiting[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isVitrineError(error) || (error.exit !== 5 && !pausing.includes(error.code))) throw error;
    waiting.push(waitingFor(error));
  }
}

/** Sharing stands still, and the owner is told why. */
const pausing: readonly string[] = [
  'endpoint.no-consent',
  'consent.moved',
  'consent.schema',
  'custody.promise',
];

type Outcome = 'promised' | { readonly status: number; readonly code: string };

/** Until nothing waits, or somebody asks to wait. Answers what is known of the policy at the end. */
async function sendReports(
  session: SharingSession,
  begin: Known,
  tell: (outgoing: Outgoing, outcome: Outcome) => void,
): Promise<Known> {
  let known = begin;
  if (!(await hasWork(session))) return known;
  if ((await dropLeftover(session, await currentConsent(session))) > 0) return known;
  let standing = await requireStanding(session, known);
  /** How often in a row a report was sent elsewhere. */
  let turned = 0;
  /**
   * By report made in this run: what its sendings were answered with. A sending without an answer ends the run,
   * so of one that was there before, an answer may have been lost.
   */
  const answered = new Map<string, string | undefined>();
  for (;;) {
    const waits = await nextOf(session);
    const outgoing = waits ?? (await makeReport(session, standing));
    if (outgoing === undefined) return known;
    if (waits === undefined) answered.set(outgoing.report.id, undefined);
    requireNotLater(session, standing.center.id);
    const fit = isFor(outgoing.report, standing)
      ? outgoing
      : await remakeReport(session, outgoing, standing, answered.get(outgoing.report.id));
    if (fit === undefined) continue;
    if (fit.report.id !== outgoing.report.id) answered.set(fit.report.id, undefined);
    const reply = await sendOne(session, known, fit.report, standing);
    switch (reply.kind) {
      case 'done':
        turned = 0;
        await keepPromise(session, fit, reply.value, standing);
        tell(fit, 'promised');
        break;
      case 'refused': {
        const { status, code } = reply;
        await giveUp(session, fit, { status, code });
        tell(fit, { status, code });
        break;
      }
      case 'elsewhere':
        if (answered.has(fit.report.id)) answered.set(fit.report.id, reply.code);
        // 421: the policy or the key may have changed since we looked (D19, D20).
        if (++turned > 2)
          throw fail(
            'endpoint.misdirected',
            `the policy sends ${standing.consent.record.country} to ${standing.center.id}, which does not take it: ${reply.code}`,
          );
        known = await fetchKnown(session);
        await settleConsents(session, known);
        standing = await requireStanding(session, known);
        break;
      case 'later':
        await session.remember({
          later: { ...session.state.later, [standing.center.id]: session.now + reply.seconds },
        });
        requireNotLater(session, standing.center.id);
    }
  }
}

async function hasWork({ queue, samples, outbox }: SharingSession): Promise<boolean> {
  return (await outbox.ids()).length > 0 || (await queue.count()) > 0 || (await samples.count()) > 0;
}

/** A consent to another center was settled before: one more attempt brings it there. */
async function requireStanding(session: SharingSession, known: Known): Promise<Standing> {
  const standing = await standingConsent(session, known);
  if (standing !== undefined) return standing;
  await settleConsents(session, known);
  const settled = await standingConsent(session, known);
  if (settled === undefined)
    throw fail('endpoint.unsigned', 'the data center has not signed the consent yet: nothing is sent before');
  return settled;
}

async function nextOf({ outbox }: SharingSession): Promise<Outgoing | undefined> {
  const [id] = await outbox.ids();
  return id === undefined ? undefined : outbox.get(id);
}

function requireNotLater({ state, now }: SharingSession, center: string): void {
  const until = state.later[center] ?? 0;
  // A clock that was put back must not make it wait for ever.
  if (until > now && until <= now + 3_600)
    throw fail('endpoint.center-busy', `the data center ${center} asks to wait for ${until - now} s`, {
      at: until - now,
    });
}

function isFor(report: Report, { subject, consent, center }: Standing): boolean {
  return (
    report.center === center.id &&
    report.consent === consent.digest &&
    report.subject.key === subject.keys.key
  );
}

/** Sealed now, to the key in force now. What the consent does not have is refused here, before anything leaves. */
async function sendOne(
  session: SharingSession,
  known: Known,
  report: Report,
  { subject, consent, center }: Standing,
): Promise<Reply<Envelope>> {
  const { now, agent } = session;
  const message = await sealReport(report, {
    subject,
    consent,
    center,
    policy: known.residency.policy.version,
    key: sealingKeyOf(known, center.id, now),
    now,
  });
  return postReport(center, message, agent.limits);
}

/** The promise is verified against what was sent; then it is in the own ledger; then the report is done. */
async function keepPromise(
  session: SharingSession,
  { report }: Outgoing,
  promise: Envelope,
  { center }: Standing,
): Promise<void> {
  const { platform } = session.agent;
  const { ledger } = ledgerRulesOf(session.trust.policy, center);
  const read = await readPromise(promise, ledger, platform.verifySignature, platform.sha256);
  requirePromised(read, report, session.now, platform.sha256);
  await session.ledger.append(session.now, { type: 'promise', report: report.id, promise });
  await session.promised.write(report.id, {
    report: report.id,
    center: center.id,
    promise,
    deadline: read.deadline,
    records: report.observations.length,
    late: false,
  });
  await session.outbox.remove(report.id);
}

/** A finding, never sent again: what its data center does not take today it does not take tomorrow. */
async function giveUp(
  session: SharingSession,
  { report, piece }: Outgoing,
  { status, code }: { readonly status: number; readonly code: string },
): Promise<void> {
  // 409 without its promise: it was stored, and is not there any more.
  if (status === 409) await leaveInDoubt(session, report.id, status, code);
  else await session.ledger.append(session.now, { type: 'refused', report: report.id, status, code });
  await session.remember({ refused: session.state.refused + 1 });
  if (piece !== undefined) await session.samples.drop(piece.object);
  await session.outbox.remove(report.id);
}
