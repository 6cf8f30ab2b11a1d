// One cycle: update, then sharing. Neither stops the other: with the repository down, what waits is sent all the
// same, and a data center that is away delays no update. Both do what their commands do and no more; what is
// shared follows from the owner's consent alone, and nothing that a server answers is read as an instruction (D21).

import { isVitrineError, parseTime, type VitrineError } from '@vitrine/evidence';
import { reportsErrors } from '@vitrine/reports';
import type { Agent, Step } from '../session.ts';
import { exitOfSent, sendAll, type Sent } from '../sharing/send.ts';
import { isSharing, sharingPaths } from '../sharing/place.ts';
import { runSharing } from '../sharing/session.ts';
import { update, type Updated } from '../update.ts';
import type { HalfName } from './state.ts';

export interface Failed {
  readonly code: string;
  readonly remedy: string;
  /** Of an update. */
  readonly step?: string;
}

/** How one half ended: as its command would. */
export interface Ended {
  readonly half: HalfName;
  readonly exit: number;
  readonly updated?: Updated;
  readonly sent?: Sent;
  readonly failed?: Failed;
  /** When proofs are there by promise, in seconds since 1970. */
  readonly proofsAt?: number;
}

/** Undefined where there is nothing to be done: nothing was ever shared, so nobody is asked for anything. */
export function runHalf(agent: Agent, half: HalfName): Promise<Ended | undefined> {
  return half === 'update' ? runUpdate(agent) : runSending(agent);
}

async function runUpdate(agent: Agent): Promise<Ended> {
  let step: Step = 'state';
  const ran = await update({
    ...agent,
    onStep(next) {
      step = next;
      agent.onStep?.(next);
    },
  });
  if ('done' in ran) return { half: 'update', exit: 0, updated: ran.done };
  return { half: 'update', exit: ran.exit, failed: { ...failureOf(ran.error), step } };
}

/** Residency and keys → consents → reports → proofs, as far as the consent goes (sharing/send.ts). */
async function runSending(agent: Agent): Promise<Ended | undefined> {
  if (!isSharing(sharingPaths(agent.folder))) return undefined;
  try {
    return await runSharing(agent, async (session) => {
      if (session.state.subjects.length === 0) return undefined;
      const sent = await sendAll(session);
      const promised = await session.promised.all();
      const deadlines = promised
        .map(({ deadline }) => parseTime(deadline))
        .filter((deadline) => deadline >= session.now);
      const failed = failureOfSent(sent);
      return {
        half: 'sharing',
        exit: exitOfSent(sent),
        sent,
        ...(failed === undefined ? {} : { failed }),
        ...(deadlines.length === 0 ? {} : { proofsAt: Math.min(...deadlines) }),
      };
    });
  } catch (error) {
    if (!isVitrineError(error)) throw error;
    return { half: 'sharing', exit: error.exit, failed: failureOf(error) };
  }
}

function failureOf({ code, remedy }: VitrineError): Failed {
  return { code, remedy };
}

/** A finding says more than what only waits. */
function failureOfSent({ overdue, refused, consentsRefused, waiting }: Sent): Failed | undefined {
  const finding = (code: keyof typeof reportsErrors): Failed => ({
    code,
    remedy: reportsErrors[code].remedy,
  });
  if (overdue.length > 0) return finding('own-ledger.overdue');
  if (refused.length + consentsRefused.length > 0) return finding('own-ledger.refused');
  const [first] = waiting;
  return first === undefined ? undefined : { code: first.code, remedy: first.remedy };
}

/** As a command that did both: 6 where one half is done and the other could not tell. */
export function exitOf(ended: readonly Ended[]): number {
  const exits = ended.map(({ exit }) => exit);
  if (exits.includes(3)) return 3;
  const worst = exits.find((exit) => exit !== 0 && exit !== 5);
  if (worst !== undefined) return worst;
  if (!exits.includes(5)) return 0;
  return exits.includes(0) ? 6 : 5;
}
