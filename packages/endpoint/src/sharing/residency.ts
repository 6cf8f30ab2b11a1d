// Where the policy in force keeps data, and to which key it is sealed: from the sharing file of the repositories,
// which proves itself (docs/spec/sharing.md). Fetching it says nothing of who fetches.

import { isVitrineError, type DataCenter, type SealingKey } from '@vitrine/evidence';
import { readBounded, writeDurable } from '@vitrine/host';
import {
  centerOf,
  chooseSealingKey,
  readSharing,
  rememberSharing,
  residencyAt,
  schemaDigest,
  sharingLimit,
  type Residency,
  type Sharing,
} from '@vitrine/reports';
import { fail } from '../codes.ts';
import { openRepositories } from '../repository.ts';
import type { Agent } from '../session.ts';
import { rememberKeys } from './own.ts';
import { sharingPaths } from './place.ts';
import type { SharingSession, Trust } from './session.ts';

export interface Known {
  readonly sharing: Sharing;
  /** In force at the witness time of the file. */
  readonly residency: Residency;
}

/** Fetches the file, judges it, keeps it. What goes back behind the last one is refused. */
export async function fetchKnown(session: SharingSession): Promise<Known> {
  const { agent, trust, paths, state } = session;
  const fetcher = openRepositories(trust.enrolment.repositories, agent.limits);
  const bytes = await fetcher.fetch('sharing.json', sharingLimit);
  if (bytes === undefined)
    throw fail('endpoint.no-sharing', 'the repository has no sharing.json: it takes no reports yet');
  const sharing = await readSharing(bytes, trust, agent.platform);
  const remembered = rememberSharing(sharing, state.remembered);
  const residency = residencyAt(sharing.residencies, sharing.time);
  // The file first: it is never behind what is remembered.
  await writeDurable(paths.sharing, bytes, { mode: 0o600 });
  await session.remember({ remembered });
  await rememberKeys(session.paths, trust.policy, sharing.residencies);
  return { sharing, residency };
}

/** The file that was kept last, if it still holds under policy and root of today. */
export async function readKnown(agent: Agent, trust: Trust): Promise<Known | undefined> {
  try {
    const bytes = await readBounded(sharingPaths(agent.folder).sharing, sharingLimit);
    const sharing = await readSharing(bytes, trust, agent.platform);
    return { sharing, residency: residencyAt(sharing.residencies, sharing.time) };
  } catch (error) {
    if (isVitrineError(error) && error.code !== 'signature.platform') return undefined;
    throw error;
  }
}

/** The newest that can be had: fetched, or the last one where no repository can be reached. */
export async function newestKnown(session: SharingSession): Promise<Known> {
  try {
    return await fetchKnown(session);
  } catch (error) {
    if (!isVitrineError(error) || error.exit !== 5) throw error;
    const kept = await readKnown(session.agent, session.trust);
    if (kept === undefined) throw error;
    return kept;
  }
}

export function centerFor({ residency }: Known, country: string): DataCenter {
  return centerOf(residency, country);
}

/** By the policy in force, and where it is not listed any more, by the last one that listed it. */
export function centerNamed({ residency, sharing }: Known, id: string): DataCenter {
  for (const { policy } of [residency, ...sharing.residencies.toReversed()]) {
    const center = policy.centers.find((one) => one.id === id);
    if (center !== undefined) return center;
  }
  throw fail('endpoint.no-center', `no residency policy lists the data center ${id}`);
}

export function sealingKeyOf({ residency, sharing }: Known, center: string, now: number): SealingKey {
  const wanted = { center, policy: residency.policy.version, consent: schemaDigest() };
  return chooseSealingKey(sharing.sealingKeys, wanted, now);
}
