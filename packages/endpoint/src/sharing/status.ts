// What is shared and what is wrong with it, from the sharing folder alone: no network, no lease, nothing changed.

import { formatTime } from '@vitrine/evidence';
import type { ProfileName } from '@vitrine/reports';
import { secondsOf, type Agent } from '../session.ts';
import { openOutbox, openPromised } from './outbox.ts';
import { isSharing, sharingPaths } from './place.ts';
import { isOverdue } from './proofs.ts';
import { Queue } from './queue.ts';
import { Samples } from './samples.ts';
import { readSharingState, type Suspension } from './state.ts';

export interface SharingStatus {
  readonly profile: ProfileName;
  readonly country?: string;
  readonly center?: string;
  readonly generation?: number;
  /** Both sides have signed. */
  readonly signed: boolean;
  /** Decisions that no data center knows yet. */
  readonly unsent: number;
  readonly suspended?: Suspension;
  readonly queued: number;
  readonly samples: number;
  /** Reports that were made, and have no promise. */
  readonly unpromised: number;
  /** Reports with a promise, and without a proof. */
  readonly unproven: number;
  /** Ids of those whose deadline is over. */
  readonly overdue: readonly string[];
  readonly refused: number;
}

export async function sharingStatus(agent: Agent): Promise<SharingStatus | undefined> {
  const paths = sharingPaths(agent.folder);
  if (!isSharing(paths)) return undefined;
  const state = await readSharingState(paths.state);
  const { profile, country, current, suspended, subjects, refused } = state;
  const known = subjects.find(
    (one) => one.center === current?.center && one.generation === current.generation,
  );
  const promised = await openPromised(paths.promised).all();
  const now = secondsOf(agent.clock);
  return {
    profile,
    ...(country === undefined ? {} : { country }),
    ...(current === undefined ? {} : current),
    signed: known?.confirmed !== undefined && known.unsent.length === 0,
    unsent: subjects.reduce((sum, { unsent }) => sum + unsent.length, 0),
    ...(suspended === undefined ? {} : { suspended }),
    queued: await new Queue(paths.queue).count(),
    samples: await new Samples(paths.samples).waiting(),
    unpromised: (await openOutbox(paths.outbox).ids()).length,
    unproven: promised.length,
    overdue: promised.filter((one) => isOverdue(one, now)).map(({ report }) => report),
    refused,
  };
}

/** Rows of the page of `status`. */
export function sharingRows(status: SharingStatus): readonly (readonly [string, string])[] {
  const { profile, country, center, signed, unsent, suspended, queued, samples, overdue } = status;
  const where = country === undefined || center === undefined ? '' : `, ${country}, kept by ${center}`;
  const rows: [string, string][] = [['sharing', profile === 'none' ? 'nothing' : `${profile}${where}`]];
  if (center !== undefined && profile !== 'none' && !signed)
    rows.push(['', 'the data center has not signed yet; nothing is sent before']);
  if (suspended !== undefined)
    rows.push(
      ['', `SUSPENDED since ${formatTime(suspended.at)}: ${suspended.message}`],
      ['', 'look at it with "consent show", and agree with "consent give"'],
    );
  if (unsent > 0)
    rows.push([
      '',
      `${unsent} ${unsent === 1 ? 'decision is' : 'decisions are'} not known to the data center yet; run "send"`,
    ]);
  if (queued + samples + status.unpromised > 0)
    rows.push([
      'waiting',
      `${queued} observations, ${samples} samples, ${status.unpromised} reports on their way`,
    ]);
  if (status.unproven > 0) rows.push(['promised', `${status.unproven} reports without their proof yet`]);
  if (overdue.length > 0)
    rows.push([
      '',
      `OVERDUE: ${overdue.length} reports have no proof by their deadline; see "ledger verify"`,
    ]);
  if (status.refused > 0) rows.push(['', `${status.refused} reports were not taken; see "ledger list"`]);
  return rows;
}
