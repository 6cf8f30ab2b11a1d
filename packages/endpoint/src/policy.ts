// The trust policy of an endpoint (D5). The one in force at the start judges the whole run. A newer one is
// believed when the root's threshold signed it and the log, as the policy in force sees it, holds it; it
// then waits for its day in witness time, so that the customer can look, and object. Where the old quorum is
// dead, only the customer's own hand moves on.

import {
  expectKind,
  loadPolicy,
  onlyEndsKeys,
  parseDocument,
  policyDelay,
  policyDigest,
  requireLoggedPolicy,
  statementOf,
  trustPolicy,
  type TrustPolicy,
} from '@vitrine/evidence';
import { sha256, sha256Hex } from '@vitrine/host';
import { findTarget, targetPath, type Fetcher, type Refreshed as Metadata } from '@vitrine/tuf';
import { fail } from './codes.ts';
import { keepOne } from './folder.ts';
import type { PendingPolicy } from './memory.ts';
import { proofLimit } from './refresh.ts';
import type { Session } from './session.ts';

/** Of a policy document (docs/spec/policy-file.md). */
const policyLimit = 1 << 20;
/** Where top-level targets list it. */
const policyTarget = 'policy.json';

/** Loads the policy in force, which is the pending one from the day on. */
export async function policyInForce(session: Session): Promise<TrustPolicy> {
  session.enter('policy');
  const { pending } = session.memory.policy;
  if (pending !== undefined && session.memory.verdict.floor >= pending.effective)
    await putInForce(session, pending);
  return loadNamed(session, session.memory.policy);
}

/** Looks whether the repository has a newer policy, and remembers it until its day. */
export async function noticePolicy(
  session: Session,
  fetcher: Fetcher,
  metadata: Metadata,
  inForce: TrustPolicy,
): Promise<void> {
  session.enter('policy');
  const target = await findTarget(metadata, policyTarget);
  const { document, pending } = session.memory.policy;
  if (target === undefined || target.sha256 === document || target.sha256 === pending?.document) return;
  if (target.length > policyLimit)
    throw fail('endpoint.target', `the policy is listed with ${target.length} bytes`);
  const bytes = await fetcher.fetch(targetPath(target), target.length);
  if (bytes === undefined || sha256Hex(bytes) !== target.sha256)
    throw fail('endpoint.artifact', 'the policy is not the one that the metadata lists');

  const listed = expectKind(statementOf(parseDocument(bytes)), trustPolicy).predicate;
  // The customer's hand may be ahead of the repository, and one policy may carry other signatures.
  if (listed.version < inForce.document.version || policyDigest(listed, sha256) === inForce.digest) return;
  const { root } = session.memory.metadata;
  const next = await load(session, bytes, await session.folder.object(root));
  requireNewer(next, inForce);
  const proof = await fetcher.fetch(`policy/${next.digest}.json`, proofLimit);
  if (proof === undefined)
    throw fail('endpoint.policy-unproven', `there is no proof of policy version ${next.document.version}`);
  const { time, index } = await requireLoggedPolicy(proof, bytes, inForce, session.agent.platform);
  if (time === undefined)
    throw fail('endpoint.policy-unproven', 'the proof of the policy is by an ended log, which tells no time');
  // Whoever serves the proof chooses its checkpoint: the days count from when this customer can look.
  const since = Math.max(time, session.memory.verdict.floor);
  const delay = onlyEndsKeys(inForce.document, next.document, index) ? 0 : policyDelay;
  await session.remember({
    policy: {
      ...session.memory.policy,
      pending: {
        document: await keepOne(session.folder, bytes),
        root,
        version: next.document.version,
        digest: next.digest,
        since,
        effective: since + delay,
      },
    },
  });
}

/** By the customer's own hand: the pending policy, or this file, if it has this digest. */
export async function acceptPolicy(
  session: Session,
  digest: string,
  file: Uint8Array | undefined,
): Promise<TrustPolicy> {
  session.enter('policy');
  const { policy, metadata } = session.memory;
  const inForce = await loadNamed(session, policy);
  const { pending } = policy;
  if (file === undefined) {
    if (pending?.digest !== digest)
      throw fail('endpoint.policy-digest', `no pending policy has the digest ${digest}`);
    await putInForce(session, pending);
    return loadNamed(session, session.memory.policy);
  }
  const next = await load(session, file, await session.folder.object(metadata.root));
  if (next.digest !== digest)
    throw fail('endpoint.policy-digest', `the file holds the policy ${next.digest}, not ${digest}`);
  requireNewer(next, inForce);
  await putInForce(session, { document: await keepOne(session.folder, file), root: metadata.root });
  return next;
}

async function putInForce(
  session: Session,
  { document, root }: Pick<PendingPolicy, 'document' | 'root'>,
): Promise<void> {
  const changes = session.changed('policy', session.memory.policy.document, document);
  await session.remember({ policy: { document, root }, changes });
}

function requireNewer(next: TrustPolicy, { document }: TrustPolicy): void {
  if (next.document.version > document.version) return;
  throw fail(
    'endpoint.policy-version',
    `version ${next.document.version} cannot follow version ${document.version}, which is in force`,
  );
}

export async function loadNamed(
  session: Pick<Session, 'folder' | 'agent'>,
  { document, root }: { readonly document: string; readonly root: string },
): Promise<TrustPolicy> {
  const { folder } = session;
  return load(session, await folder.object(document), await folder.object(root));
}

function load(
  { agent }: Pick<Session, 'agent'>,
  document: Uint8Array,
  root: Uint8Array,
): Promise<TrustPolicy> {
  return loadPolicy(document, root, agent.platform.verifySignature, agent.platform.sha256);
}
