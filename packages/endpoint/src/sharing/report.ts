// From files and folders that the owner names to observations that wait. Nothing is sent here: what the consent
// does not share is refused before it is queued, and again before it is sealed.

import { isVitrineError, parseJson, type Json } from '@vitrine/evidence';
import { readBounded } from '@vitrine/host';
import {
  categoryOf,
  checkObservation,
  needsFileYes,
  profiles,
  sampleLimits,
  type Observation,
  type ObservationKindName,
} from '@vitrine/reports';
import { fail } from '../codes.ts';
import { currentConsent } from './consent.ts';
import { readOwnLedger } from './ledger.ts';
import type { SharingSession } from './session.ts';
import {
  defaultWalkLimits,
  factsOf,
  fileSeen,
  walk,
  type Arrival,
  type Skipped,
  type WalkLimits,
} from './walk.ts';

export interface ReportAsked {
  readonly paths: readonly string[];
  /** The files themselves, too. */
  readonly samples: boolean;
  /** For the very files that are named: documents, archives and files of unknown kind may go. */
  readonly yes: boolean;
  readonly arrived: Arrival;
  /** Names and folders of files, which are personal. */
  readonly names: boolean;
  /** Also what was reported before. */
  readonly again: boolean;
}

export interface Reported {
  /** Observations that were added to the queue. */
  readonly queued: number;
  readonly samples: number;
  /** Files that were reported before, with the same content. */
  readonly known: number;
  /** Files of which the content was not taken without a yes for each. */
  readonly withoutYes: readonly string[];
  readonly skipped: Readonly<Partial<Record<Skipped, number>>>;
}

/** Observations that are made before the first of them is written. */
const atOnce = 1_000;
const mostNamed = 1_000;
const changing: readonly string[] = ['endpoint.file-yes', 'endpoint.sample', 'file.missing'];

export async function reportPaths(
  session: SharingSession,
  asked: ReportAsked,
  limits: WalkLimits = defaultWalkLimits,
): Promise<Reported> {
  await requireShared(session, 'file-seen');
  if (asked.samples) await requireShared(session, 'sample');
  const seen = asked.again ? new Set<string>() : await objectsBefore(session);
  const skipped: Partial<Record<Skipped, number>> = {};
  const skip = (why: Skipped): void => {
    skipped[why] = (skipped[why] ?? 0) + 1;
  };
  const withoutYes: string[] = [];
  let [queued, samples, known] = [0, 0, 0];
  let batch: Observation[] = [];
  const flush = async (): Promise<void> => {
    await session.queue.add(batch);
    queued += batch.length;
    batch = [];
  };
  for await (const { path, isNamed } of walk(asked.paths, session.agent.folder, skip, limits)) {
    session.givingWay.requireNotAsked();
    const facts = await factsOf(path, limits.fileBytes);
    if (facts === undefined) {
      skip('unreadable');
      continue;
    }
    if (seen.has(facts.object)) known++;
    else {
      seen.add(facts.object);
      const { arrived, names } = asked;
      batch.push(fileSeen({ path, facts }, { now: session.now, arrived, names }));
      if (batch.length >= atOnce) await flush();
    }
    if (!asked.samples || facts.size === 0) continue;
    if (facts.size > sampleLimits.bytes && !isNamed) {
      skip('too-large');
      continue;
    }
    const category = categoryOf(facts.head);
    // A yes is for a file that was named itself, never for what a folder happens to hold (D21).
    if (needsFileYes(category) && !(asked.yes && isNamed)) {
      if (withoutYes.length < mostNamed) withoutYes.push(path);
      continue;
    }
    try {
      if ((await session.samples.add(path, session.now, asked.yes && isNamed)) === 'added') samples++;
    } catch (error) {
      // In a folder, one that is another file than a moment ago holds up no other.
      if (isNamed || !isVitrineError(error) || !changing.includes(error.code)) throw error;
      skip('unreadable');
    }
  }
  await flush();
  return { queued, samples, known, withoutYes, skipped };
}

/** Observations from a file: of other parts of a product, or by hand. A field too many is refused. */
export async function reportObservations(session: SharingSession, file: string): Promise<number> {
  const value = parseJson(await readBounded(file, 1 << 22), { bytes: 1 << 22, depth: 6 });
  const list: readonly Json[] = Array.isArray(value) ? value : [value];
  const observations = list.map((one, i) => checkObservation(one, Array.isArray(value) ? `/${i}` : ''));
  for (const { kind } of observations) {
    await requireShared(session, kind);
    // Content of a file comes from the file, with its owner's yes.
    if (kind === 'sample')
      throw fail('endpoint.usage', 'samples are reported by naming the file, with --sample');
  }
  await session.queue.add(observations);
  return observations.length;
}

async function requireShared(session: SharingSession, kind: ObservationKindName): Promise<void> {
  const current = await currentConsent(session);
  const record = current?.decided.record;
  if (record?.act !== 'given')
    throw fail('endpoint.no-consent', 'nothing is queued: no consent to reports is in force');
  if (!profiles[record.profile].kinds.includes(kind))
    throw fail('endpoint.not-shared', `the profile ${record.profile} does not share ${kind}`);
}

/** Digests of the files that were reported or wait to be. */
async function objectsBefore(session: SharingSession): Promise<Set<string>> {
  const objects = new Set<string>();
  for (const entry of await readOwnLedger(session.paths.ledger)) {
    if (entry.type !== 'report') continue;
    for (const { kind, facts } of entry.records)
      if (kind === 'file-seen' && typeof facts['object'] === 'string') objects.add(facts['object']);
  }
  for await (const observation of session.queue.each())
    if (observation.kind === 'file-seen') objects.add(observation.facts.object);
  return objects;
}
