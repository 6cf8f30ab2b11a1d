// Promises become proofs (D17b): where each record stands in the ledger of its data center, under a checkpoint
// that the witnesses signed. One that does not come by its deadline is a finding, and what the ledger shows
// instead is kept: together with a later proof it shows the delay to anyone.

import { isVitrineError, parseTime } from '@vitrine/evidence';
import { ledgerRulesOf, parseProof, readLedgerHead, readPromise, verifyProof } from '@vitrine/reports';
import { getCheckpoint, getProof } from './intake.ts';
import type { Promised } from './outbox.ts';
import { centerNamed, type Known } from './residency.ts';
import type { SharingSession } from './session.ts';
import { waitingFor, type Waiting } from './settle.ts';

export interface Proofs {
  /** Records that were proven in this run. */
  readonly proven: number;
  /** Reports with a promise that wait for their proof. */
  readonly unproven: number;
  /** Those of them whose deadline is over. */
  readonly overdue: readonly string[];
}

export async function fetchProofs(
  session: SharingSession,
  known: Known,
  waiting: Waiting[],
): Promise<Proofs> {
  let proven = 0;
  let unproven = 0;
  const overdue: string[] = [];
  /** Data centers that did not answer: whoever waits for one of them does not wait once for each report. */
  const away = new Set<string>();
  for (const promised of await session.promised.all()) {
    let isProven = false;
    try {
      isProven = !away.has(promised.center) && (await proveOne(session, known, promised));
    } catch (error) {
      // A false proof is no proof: the promise stays, and becomes overdue.
      if (!isVitrineError(error) || (error.exit !== 5 && !error.code.startsWith('custody.'))) throw error;
      waiting.push(waitingFor(error));
      if (error.code.startsWith('fetch.')) away.add(promised.center);
    }
    if (isProven) {
      proven += promised.records;
      continue;
    }
    unproven++;
    if (isOverdue(promised, session.now)) overdue.push(promised.report);
  }
  return { proven, unproven, overdue };
}

export function isOverdue({ deadline }: Promised, now: number): boolean {
  return now > parseTime(deadline);
}

/** ask → verify against promise, ledger and witnesses → keep → done. */
async function proveOne(session: SharingSession, known: Known, promised: Promised): Promise<boolean> {
  const { platform, limits } = session.agent;
  const { report } = promised;
  const center = centerNamed(known, promised.center);
  const rules = ledgerRulesOf(session.trust.policy, center);
  const reply = await getProof(center, report, limits);
  if (reply.kind === 'done' && reply.value !== undefined) {
    const proof = parseProof(reply.value);
    const promise = await readPromise(
      promised.promise,
      rules.ledger,
      platform.verifySignature,
      platform.sha256,
    );
    await verifyProof(proof, promise, rules, platform.verifySignature, platform.sha256);
    await session.ledger.append(session.now, { type: 'proof', report, ...proof });
    await session.promised.remove(report);
    return true;
  }
  if (isOverdue(promised, session.now) && !promised.late) {
    const head = await getCheckpoint(center, limits);
    if (head.kind === 'done') {
      const { time } = await readLedgerHead(head.value, rules, platform.verifySignature);
      // One that the witnesses saw earlier says nothing of the deadline.
      if (time === undefined || time <= parseTime(promised.deadline)) return false;
      await session.ledger.append(session.now, { type: 'late', report, checkpoint: head.value });
      await session.promised.write(report, { ...promised, late: true });
    }
  }
  return false;
}
