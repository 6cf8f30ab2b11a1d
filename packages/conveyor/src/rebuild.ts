// A rebuild (D14): from the log's entry alone, in the rebuilder's own stores, the order is built again;
// the own digest is logged before any provenance is looked at where there is none yet (blind); then bytes
// are compared by digest.

import { setTimeout as sleep } from 'node:timers/promises';
import {
  expectKind,
  formatTime,
  isVitrineError,
  provenance as provenanceKind,
  rebuild as rebuildKind,
  sameDigest,
  signStatement,
  statementIdOf,
  statementOf,
  subjectOf,
  type Isolation,
  type Rebuild,
  type Signer,
  type Subject,
  type VitrineError,
} from '@vitrine/evidence';
import { sha256, systemClock, type Clock, type Store } from '@vitrine/host';
import type { Authority } from './authority.ts';
import { build, type BuildResult } from './build.ts';
import type { LoggedStatement } from './conveyor.ts';
import { keepComparison, keepDifference, keepReason } from './difference.ts';
import { fetchMaterials, fetchSource, findOrder, type Ordered } from './inputs.ts';
import type { Appender, LogEntry, LogView } from './log.ts';
import type { ObjectFetcher } from './objects.ts';
import type { CollectedOutputs } from './outputs.ts';
import type { Sandbox } from './sandbox/sandbox.ts';

export interface Rebuilding {
  readonly orderId: string;
  readonly log: LogView & Appender;
  readonly authority: Authority;
  readonly objects: ObjectFetcher;
  readonly source: Store;
  readonly blobs: Store;
  readonly sandbox: Sandbox;
  readonly signer: Signer;
  /** The rebuilder's name in the trust policy: who holds the sealed differences. */
  readonly operator: string;
  /** The rebuilder's own folder for reasons and the openings of sealed differences. */
  readonly keep: string;
  /** How long to wait for the provenance, and how often to look. */
  readonly wait: { readonly timeoutMs: number; readonly pollMs: number };
  readonly clock?: Clock | undefined;
  readonly onLog?: ((log: string) => void) | undefined;
  /** What an earlier run of this rebuilder gave and the blob store holds: compared, and not built again. */
  readonly known?: OwnBuild | undefined;
}

export type OwnBuild = Pick<BuildResult, keyof CollectedOutputs | 'isolation'>;

export interface ProvenanceEntry {
  readonly id: string;
  readonly index: number;
  /** The outputs manifest it vouches for. */
  readonly outputs: string;
}

export type Rebuilt = {
  readonly ordered: Ordered;
  /** What was logged by this call, in order. */
  readonly logged: readonly LoggedStatement[];
} & (
  | { readonly result: 'cannot-build'; readonly reason: VitrineError }
  /** No provenance came in time: the own digest is logged, nothing is compared. */
  | { readonly result: 'built'; readonly outcome: OwnBuild }
  | {
      readonly result: 'reproduced' | 'differs';
      readonly outcome: OwnBuild;
      readonly provenance: ProvenanceEntry;
      /** The own digest was logged before the provenance. */
      readonly blind: boolean;
    }
);

/** Fetch and log failures are thrown, and the rebuild can be tried again; a build that fails is a result. */
export async function rebuild(job: Rebuilding): Promise<Rebuilt> {
  const ordered = await findOrder(job.orderId, job.log, job.authority);
  const logged: LoggedStatement[] = [];
  const outcome = await buildAsOrdered(job, ordered);
  if (isVitrineError(outcome)) {
    await keepReason(job, outcome);
    logged.push(await logResult(job, 'cannot-build', orderSubject(job.orderId), job.sandbox.isolation));
    return { result: 'cannot-build', reason: outcome, ordered, logged };
  }
  const subject = outputsSubject(outcome.digest);
  const look = provenanceWatch(job, ordered);
  // Blind: as long as there is nothing to agree with, the own digest is put on record first.
  const built =
    (await look()).length === 0 ? await logResult(job, 'built', subject, outcome.isolation) : undefined;
  if (built !== undefined) logged.push(built);
  const provenance = await awaitProvenance(look, job.wait, outcome.digest);
  if (provenance === undefined) return { result: 'built', outcome, ordered, logged };
  const blind = built !== undefined && built.index < provenance.index;
  const compared = { outcome, provenance, blind, ordered, logged };
  if (sameDigest(outcome.digest, provenance.outputs)) {
    logged.push(await logResult(job, 'reproduced', subject, outcome.isolation));
    return { result: 'reproduced', ...compared };
  }
  // Durable before the entry that commits to it: a commitment that nobody can open would be worthless.
  const difference = await keepDifference(job, outcome.manifest, provenance);
  logged.push(await logResult(job, 'differs', subject, outcome.isolation, { difference }));
  await keepComparison(job, outcome.manifest, provenance, difference);
  return { result: 'differs', ...compared };
}

async function buildAsOrdered(job: Rebuilding, ordered: Ordered): Promise<OwnBuild | VitrineError> {
  if (job.known !== undefined) return job.known;
  try {
    const tree = await fetchSource(ordered, job.objects, job.source);
    const materials = await fetchMaterials(ordered.order, job.objects, job.blobs);
    const { source, blobs, sandbox, clock, onLog } = job;
    return await build(ordered.order, {
      tree: tree.listing,
      materials,
      source,
      blobs,
      sandbox,
      clock,
      onLog,
    });
  } catch (error) {
    if (isOrderFault(error)) return error;
    throw error;
  }
}

const verdicts =
  /^(?:recipe|source|tree|lockfile|tarball|build|output|platform|order|schema|json|bytes)\.|^material\.(?:mismatch|integrity)$|^sandbox\.required$/;

/** Refusals that lie in the order and will come again; an unreachable server or a full disk do not. */
export function isOrderFault(error: unknown): error is VitrineError {
  return isVitrineError(error) && verdicts.test(error.code);
}

/** Looks for provenances of the order by builders that the policy lists; what others say is not heard. */
function provenanceWatch(job: Rebuilding, ordered: Ordered): () => Promise<readonly ProvenanceEntry[]> {
  const found: ProvenanceEntry[] = [];
  let next = ordered.index + 1;
  return async () => {
    for await (const entry of job.log.entries(next)) {
      next = entry.index + 1;
      const provenance = await readProvenance(job, entry);
      if (provenance !== undefined) found.push(provenance);
    }
    return found;
  };
}

async function readProvenance(job: Rebuilding, entry: LogEntry): Promise<ProvenanceEntry | undefined> {
  try {
    const statement = expectKind(statementOf(entry.envelope), provenanceKind);
    const { buildDefinition, runDetails } = statement.predicate;
    if (buildDefinition.externalParameters.order !== job.orderId) return undefined;
    const { builder } = await job.authority.require(entry, provenanceKind.role);
    if (builder !== undefined && builder !== runDetails.builder.id) return undefined;
    const outputs = subjectOf(statement, 'outputs') ?? '';
    return { id: statementIdOf(entry.envelope, sha256), index: entry.index, outputs };
  } catch (error) {
    if (isVitrineError(error)) return undefined; // Another kind of statement, or nobody's.
    throw error;
  }
}

/** The first provenance, or the first that contradicts the own digest if there are several. */
async function awaitProvenance(
  look: () => Promise<readonly ProvenanceEntry[]>,
  { timeoutMs, pollMs }: Rebuilding['wait'],
  own: string,
): Promise<ProvenanceEntry | undefined> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found.length > 0) return found.find(({ outputs }) => !sameDigest(outputs, own)) ?? found[0];
    const left = deadline - Date.now();
    if (left <= 0) return undefined;
    await sleep(Math.min(left, pollMs));
  }
}

function outputsSubject(digest: string): Subject {
  return { name: 'outputs', digest: { sha256: digest } };
}

function orderSubject(orderId: string): Subject {
  return { name: 'order', digest: { sha256: orderId } };
}

async function logResult(
  job: Rebuilding,
  result: Rebuild['result'],
  subject: Subject,
  isolation: Isolation,
  extra: Pick<Rebuild, 'difference'> = {},
): Promise<LoggedStatement> {
  const finishedOn = formatTime((job.clock ?? systemClock).now() / 1000);
  const predicate: Rebuild = {
    order: job.orderId,
    result,
    isolation,
    finishedOn,
    ...extra,
  };
  const envelope = await signStatement(rebuildKind, [subject], predicate, job.signer);
  const { index } = await job.log.append(envelope);
  return { id: statementIdOf(envelope, sha256), index, envelope };
}
