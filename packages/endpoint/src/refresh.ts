// First half of an update: what the vendor publishes now, and that it is the same for everyone. TUF's
// workflow, with a proof from the log before a root (D4) and before a timestamp (D1) is kept.

import {
  headOf,
  loadRoot,
  parseCanonicalJson,
  requireLoggedRoot,
  schema,
  toBase64,
  verifyPublication,
  type Announced,
  type ConsistencyProof,
  type PublicationOutcome,
  type State,
  type TrustPolicy,
} from '@vitrine/evidence';
import { refresh, type Fetcher, type Refreshed as Metadata, type TrustedMetadata } from '@vitrine/tuf';
import { fail } from './codes.ts';
import { dayInSeconds, proveHistory } from './history.ts';
import { keepOne } from './folder.ts';
import type { Memory, Version } from './memory.ts';
import { requireAccepted, type Session } from './session.ts';

/** A checkpoint with a dozen ML-DSA-44 cosignatures and the largest entry, in base64. */
export const proofLimit = 196_608;

export interface Published {
  readonly metadata: Metadata;
  readonly announced: Announced;
  /** The publication file. */
  readonly publication: Uint8Array;
}

export async function refreshMetadata(
  session: Session,
  fetcher: Fetcher,
  policy: TrustPolicy,
): Promise<Published> {
  session.enter('metadata');
  const { platform } = session.agent;
  const trusted = await readTrusted(session);
  let root: { readonly version: number; readonly sha256: string } = await loadRoot(
    trusted.root,
    platform.verifySignature,
    platform.sha256,
  );
  /** Accepted and not yet written. */
  let accepted: Accepted | undefined;
  /** Accepted by TUF and not yet written. */
  let files: TrustedMetadata | undefined;
  const remember = async (): Promise<void> => {
    session.enter('remember');
    await session.remember({
      ...(files === undefined ? {} : { metadata: await keepTrusted(session, files) }),
      ...(await publicationChanges(session, accepted)),
    });
    files = undefined;
    accepted = undefined;
    session.enter('metadata');
  };

  let isRefreshed = false;
  let metadata: Metadata;
  let published: Accepted | undefined;
  try {
    metadata = await refresh({
      trusted,
      fetcher,
      now: Math.max(session.now, session.memory.verdict.floor),
      verify: platform.verifySignature,
      sha256: platform.sha256,
      supervisors: supervisorsOf(policy),
      async acceptRoot(next) {
        session.enter('root');
        await requireProvenRoot(session, fetcher, policy, next, root.sha256);
        root = next;
        session.enter('metadata');
      },
      async acceptSnapshot(snapshot) {
        session.enter('publication');
        accepted = await judgePublication(session, fetcher, policy, snapshot, root);
        published = accepted;
        session.enter('metadata');
      },
      // One write for all that a refresh accepts: nothing is acted upon before it ends. Roles that are met
      // later, in the search for a target, are written as they come.
      async persist(next) {
        files = next;
        if (isRefreshed) await remember();
      },
    });
  } catch (error) {
    const { step } = session;
    if (files !== undefined) await remember();
    session.enter(step); // Where it was refused.
    throw error;
  }
  isRefreshed = true;
  await remember();
  if (published === undefined) throw new TypeError('the snapshot was not judged');
  return { metadata, announced: published.publication, publication: published.bytes };
}

/** What an accepted publication changes: remembered together with the timestamp that it vouches for. */
async function publicationChanges(
  session: Session,
  accepted: Accepted | undefined,
): Promise<Partial<Memory>> {
  if (accepted === undefined) return {};
  return {
    publication: await keepOne(session.folder, accepted.bytes),
    verdict: accepted.state,
    ...(await headFileOf(session, accepted.state, [accepted.bytes])),
    versions: withListed(session.memory.versions, accepted.publication),
    ...(accepted.compared ? { comparedAt: session.now } : {}),
  };
}

/** A publication that passed. */
interface Accepted {
  readonly bytes: Uint8Array;
  readonly publication: Announced;
  readonly state: State;
  /** The log was read, and showed one history. */
  readonly compared: boolean;
}

async function judgePublication(
  session: Session,
  fetcher: Fetcher,
  policy: TrustPolicy,
  snapshot: { readonly version: number; readonly sha256: string },
  root: { readonly version: number; readonly sha256: string },
): Promise<Accepted> {
  const { memory, now, agent } = session;
  const publication = await fetcher.fetch(`publication/${snapshot.sha256}.json`, proofLimit);
  const ask = (consistency: readonly ConsistencyProof[], demanded: boolean): Promise<PublicationOutcome> =>
    verifyPublication(
      {
        publication,
        snapshot,
        root,
        policy,
        state: memory.verdict,
        consistency,
        demand: demanded ? ['consistency'] : [],
        now,
      },
      agent.platform,
    );
  const due = now - (memory.comparedAt ?? 0) >= dayInSeconds || now < (memory.comparedAt ?? 0);
  let outcome = await ask([], false);
  // The log is read only below a head that log and witnesses signed.
  if (due && outcome.verdict === 'accepted' && publication !== undefined)
    outcome = await ask(await historyOf(session, policy, [publication]), true);
  if (outcome.code === 'verdict.fork' && publication !== undefined) await keepFork(session, [publication]);
  const { publication: announced, state } = requireAccepted(outcome);
  if (publication === undefined || announced === undefined || state === undefined)
    throw new TypeError('an accepted publication without what it says');
  return { bytes: publication, publication: announced, state, compared: due };
}

/** Of a publication or evidence file whose checkpoint was judged. */
function checkpointOf(file: Uint8Array): string {
  return checkpointSchema.check(parseCanonicalJson(file)).checkpoint;
}

const checkpointSchema = schema.object(
  { checkpoint: schema.text(/^[^\0]*$/, 65_536, 'a checkpoint') },
  {},
  { open: true },
);

/** Proofs from the log's tiles between what was remembered and the checkpoints of these files. */
export async function historyOf(
  { memory, agent }: Session,
  { document }: TrustPolicy,
  files: readonly Uint8Array[],
): Promise<readonly ConsistencyProof[]> {
  return proveHistory(
    memory.enrolment.log,
    document.log.origin,
    memory.verdict.head,
    files.map((file) => headOf(checkpointOf(file)).checkpoint),
    agent.limits,
  );
}

/** The file that shows the remembered head, if it is one of these. */
export async function headFileOf(
  { folder }: Session,
  { head }: State,
  files: readonly Uint8Array[],
): Promise<Pick<Memory, 'headFile'>> {
  for (const file of files) {
    const { origin, size, root } = headOf(checkpointOf(file)).checkpoint;
    if (origin === head?.origin && size === head.size && toBase64(root) === head.root)
      return { headFile: await keepOne(folder, file) };
  }
  return {};
}

/** D7: the two heads are kept as evidence. */
export async function keepFork(session: Session, files: readonly Uint8Array[]): Promise<void> {
  const { headFile } = session.memory;
  const kept = await session.folder.keep(...files);
  session.kept = [...new Set([...(headFile === undefined ? [] : [headFile]), ...kept])];
}

async function requireProvenRoot(
  session: Session,
  fetcher: Fetcher,
  policy: TrustPolicy,
  root: { readonly version: number; readonly sha256: string },
  previous: string,
): Promise<void> {
  const proof = await fetcher.fetch(`root/${root.sha256}.json`, proofLimit);
  if (proof === undefined)
    throw fail('endpoint.root-unproven', `there is no proof of root version ${root.version}`);
  await requireLoggedRoot(proof, { ...root, previous }, policy, session.agent.platform);
}

async function readTrusted({ folder, memory }: Session): Promise<TrustedMetadata> {
  const { root, timestamp, snapshot, roles } = memory.metadata;
  const files = await Promise.all(
    Object.entries(roles).map(async ([name, sha256]) => [name, await folder.object(sha256)] as const),
  );
  return {
    root: await folder.object(root),
    ...(timestamp === undefined ? {} : { timestamp: await folder.object(timestamp) }),
    ...(snapshot === undefined ? {} : { snapshot: await folder.object(snapshot) }),
    roles: Object.fromEntries(files),
  };
}

/** Durable before the memory names them. */
async function keepTrusted({ folder }: Session, files: TrustedMetadata): Promise<Memory['metadata']> {
  const named = [
    ['root', files.root],
    ['timestamp', files.timestamp],
    ['snapshot', files.snapshot],
    ...Object.entries(files.roles),
  ].filter((one): one is [string, Uint8Array] => one[1] !== undefined);
  const digests = await folder.keep(...named.map(([, bytes]) => bytes));
  // Delegated roles cannot have the names of the four.
  const {
    root = '',
    timestamp,
    snapshot,
    ...roles
  } = Object.fromEntries(named.map(([name], i) => [name, digests[i] ?? '']));
  return {
    root,
    ...(timestamp === undefined ? {} : { timestamp }),
    ...(snapshot === undefined ? {} : { snapshot }),
    roles,
  };
}

function supervisorsOf({ document }: TrustPolicy): ReadonlySet<string> {
  return new Set(document.operators.filter(({ part }) => part === 'supervisor').map(({ id }) => id));
}

/** What the publication lists about the versions that are here. */
function withListed(versions: readonly Version[], { active }: Announced): readonly Version[] {
  return versions.map((version) => {
    const kinds = active
      .filter(({ kind, about }) => about === (kind === 'withdrawal' ? version.sha256 : version.order))
      .map(({ kind }) => kind);
    const { listed, ...unlisted } = version;
    if (kinds.length === 0) return listed === undefined ? version : unlisted;
    return { ...unlisted, listed: kinds.includes('withdrawal') ? 'withdrawal' : 'hold' };
  });
}
