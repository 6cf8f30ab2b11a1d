// From what waits to a report that may be sent. In this order, so that a run which is killed in between loses
// nothing and sends nothing twice: the report is durable → its entry stands in the own ledger → what it was made
// from leaves the queue.

import { formatTime } from '@vitrine/evidence';
import {
  newReportId,
  newSalt,
  profiles,
  sharedRecordOf,
  type Observation,
  type OwnBody,
  type Report,
} from '@vitrine/reports';
import type { Standing } from './consent.ts';
import type { Outgoing } from './outbox.ts';
import type { SharingSession } from './session.ts';

/** The next report of what waits: observations first, then one piece of a sample. */
export async function makeReport(session: SharingSession, standing: Standing): Promise<Outgoing | undefined> {
  const { generation } = standing;
  const { kinds } = profiles[standing.consent.record.profile];
  for (let taken = await session.queue.take(); taken !== undefined; taken = await session.queue.take()) {
    // The owner may have chosen less since they were queued.
    const observations = taken.observations.filter(({ kind }) => kinds.includes(kind));
    if (observations.length > 0)
      return enter(session, {
        report: reportOf(observations, standing, session.now),
        generation,
        taken: taken.names,
      });
    await session.queue.remove(taken.names);
  }
  const piece = kinds.includes('sample') ? await session.samples.take() : undefined;
  if (piece === undefined) return undefined;
  const { observation, ...place } = piece;
  const report = reportOf([observation], standing, session.now);
  return enter(session, { report, generation, taken: [], piece: place });
}

function reportOf(
  observations: readonly Observation[],
  { subject, consent, center }: Pick<Standing, 'subject' | 'consent' | 'center'>,
  now: number,
): Report {
  return {
    v: 1,
    id: newReportId(),
    center: center.id,
    country: consent.record.country,
    consent: consent.digest,
    subject: subject.keys,
    at: formatTime(now),
    observations: observations.map((observation) => ({ salt: newSalt(), observation })),
  };
}

async function enter(session: SharingSession, outgoing: Outgoing): Promise<Outgoing> {
  await session.outbox.write(outgoing.report.id, outgoing);
  await enterInLedger(session, outgoing);
  await leaveQueue(session, outgoing);
  return outgoing;
}

async function enterInLedger(
  session: SharingSession,
  { report, generation, replaces }: Outgoing,
): Promise<void> {
  const { sha256 } = session.agent.platform;
  const { id, center, country, consent, observations } = report;
  const records = observations.map(({ observation, salt }) => sharedRecordOf(observation, salt, sha256));
  const entry: OwnBody = { type: 'report', center, report: id, country, consent, generation, records };
  const left: readonly OwnBody[] =
    replaces === undefined ? [] : [{ type: 'refused', report: replaces, status: 421, code: 'report.center' }];
  await session.ledger.append(session.now, entry, ...left);
}

async function leaveQueue(session: SharingSession, { taken, piece, replaces }: Outgoing): Promise<void> {
  await session.queue.remove(taken);
  if (piece !== undefined) await session.samples.advance(piece);
  if (replaces !== undefined) await session.outbox.remove(replaces);
}

/** Carries on where a run was killed between the report and the queue, or between one report and another. */
export async function resumeReports(session: SharingSession): Promise<void> {
  const all = await session.outbox.all();
  for (const outgoing of all) {
    const { taken, piece, report, replaces } = outgoing;
    const inQueue = await Promise.all(taken.map((name) => session.queue.has(name)));
    const isUntaken = inQueue.some(Boolean) || (piece !== undefined && (await session.samples.isNext(piece)));
    const isUnreplaced = replaces !== undefined && all.some((one) => one.report.id === replaces);
    if (!isUntaken && !isUnreplaced) continue;
    // Nothing else is written in between, so what is there stands at the end.
    const last = await session.ledger.last();
    const isEntered = last !== undefined && 'report' in last && last.report === (replaces ?? report.id);
    if (!isEntered) await enterInLedger(session, outgoing);
    await leaveQueue(session, outgoing);
  }
}

/**
 * The same observations for the place and consent that are in force now: another report, under another id, so
 * that two data centers cannot tell that they are one. Undefined where nothing of it may be shared any more.
 */
export async function remakeReport(
  session: SharingSession,
  { report: before, piece }: Outgoing,
  standing: Standing,
): Promise<Outgoing | undefined> {
  const { kinds } = profiles[standing.consent.record.profile];
  const observations = before.observations
    .map(({ observation }) => observation)
    .filter(({ kind }) => kinds.includes(kind));
  if (observations.length === 0) {
    const left = { type: 'refused', report: before.id, status: 0, code: 'consent.profile' } as const;
    await session.ledger.append(session.now, left);
    await session.outbox.remove(before.id);
    return undefined;
  }
  return enter(session, {
    report: reportOf(observations, standing, session.now),
    generation: standing.generation,
    taken: [],
    replaces: before.id,
    ...(piece === undefined ? {} : { piece }),
  });
}
