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
  { report, generation, replaces, answered }: Outgoing,
): Promise<void> {
  const { sha256 } = session.agent.platform;
  const { id, center, country, consent, observations } = report;
  const records = observations.map(({ observation, salt }) => sharedRecordOf(observation, salt, sha256));
  const entry: OwnBody = { type: 'report', center, report: id, country, consent, generation, records };
  const left: readonly OwnBody[] = replaces === undefined ? [] : [leftAs(replaces, answered)];
  await session.ledger.append(session.now, entry, ...left);
}

/** `answered`: by each sending of it, with 421. Otherwise an answer may have been lost, and nothing is known. */
function leftAs(report: string, answered: string | undefined): OwnBody {
  return answered === undefined
    ? { type: 'in-doubt', report, status: 0, code: 'consent.moved' }
    : { type: 'refused', report, status: 421, code: answered, answered: true };
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
 * The same observations for the place and consent that are in force now. Where only the consent changed it is the
 * same report again, id and salts: a data center that has it answers with the promise that was lost (D17b). For
 * another place it is another report, under another id, so that two data centers cannot tell that they are one.
 * `answered`: the code with which each sending of it was answered, where that is known. Undefined where nothing
 * of it may be shared any more.
 */
export async function remakeReport(
  session: SharingSession,
  outgoing: Outgoing,
  standing: Standing,
  answered: string | undefined,
): Promise<Outgoing | undefined> {
  const { report: before, piece } = outgoing;
  const { subject, consent, center } = standing;
  const { kinds } = profiles[consent.record.profile];
  const observations = before.observations
    .map(({ observation }) => observation)
    .filter(({ kind }) => kinds.includes(kind));
  if (observations.length === 0) {
    await leaveInDoubt(session, before.id, 0, 'consent.profile');
    return undefined;
  }
  const isSame =
    observations.length === before.observations.length &&
    before.center === center.id &&
    before.subject.key === subject.keys.key &&
    before.country === consent.record.country;
  if (isSame) {
    const again = { ...before, consent: consent.digest, at: formatTime(session.now) };
    await session.ledger.append(session.now, { type: 'resent', report: before.id, consent: consent.digest });
    await session.outbox.write(before.id, { ...outgoing, report: again });
    return { ...outgoing, report: again };
  }
  return enter(session, {
    report: reportOf(observations, standing, session.now),
    generation: standing.generation,
    taken: [],
    replaces: before.id,
    ...(answered === undefined ? {} : { answered }),
    ...(piece === undefined ? {} : { piece }),
  });
}

/** A report that is not sent again, and of which nobody here can say whether it was stored. */
export async function leaveInDoubt(
  session: SharingSession,
  report: string,
  status: number,
  code: string,
): Promise<void> {
  await session.ledger.append(session.now, { type: 'in-doubt', report, status, code });
  await session.outbox.remove(report);
}
