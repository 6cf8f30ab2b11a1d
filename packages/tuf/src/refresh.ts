// The client workflow of TUF 1.0 section 5, with the proof of publication (D1) between its steps.

import { equal, isVitrineError } from '@vitrine/evidence';
import { fail } from './codes.ts';
import type { Metadata, Signed } from './metadata.ts';
import { requireDelegationKeys } from './operators.ts';
import { loadRole } from './role.ts';
import { parseSnapshot, requireNoRollback, type Snapshot } from './roles/snapshot.ts';
import { requirePoliciesOnly, type Targets } from './roles/targets.ts';
import { parseTimestamp, type Timestamp } from './roles/timestamp.ts';
import { updateRoot, type UpdateRoot } from './root-chain.ts';
import { Session, type RefreshOptions } from './session.ts';
import { requireThreshold, type RoleKey, type SigningRole } from './signatures.ts';

export interface Refreshed {
  readonly root: UpdateRoot;
  readonly timestamp: Timestamp;
  readonly snapshot: Snapshot;
  readonly targets: Targets;
  /** Of this run; `session.trusted` are the files that are kept now. */
  readonly session: Session;
}

/**
 * Brings the trusted metadata up to date, or throws and leaves what was accepted before. Each file is kept
 * as soon as it is accepted; run again after a crash, it goes on from there.
 */
export async function refresh(options: RefreshOptions): Promise<Refreshed> {
  const session = new Session(options); // 5.1: the time of this run is fixed
  const root = await updateRoot(session); // 5.2, 5.3
  const timestamp = await updateTimestamp(session, root); // 5.4, and the proof of publication (D1)
  const snapshot = await updateSnapshot(session, root, timestamp); // 5.5
  const targets = await updateTargets(session, root, snapshot); // 5.6.1 to 5.6.6
  return { root, timestamp, snapshot, targets, session };
}

async function updateTimestamp(session: Session, { roles }: UpdateRoot): Promise<Timestamp> {
  const trusted = await readTrusted(session, 'timestamp', roles.timestamp, parseTimestamp);
  const bytes = await session.fetch('metadata/timestamp.json', session.limits.timestamp); // 5.4.1
  const accepted = await judgeTimestamp(session, roles.timestamp, trusted, bytes);
  session.requireUnexpired('the timestamp', accepted.signed.expires); // 5.4.4
  const { version, sha256 } = accepted.signed.snapshot;
  await session.options.acceptSnapshot({ version, sha256 });
  if (accepted !== trusted) await session.keep({ ...session.trusted, timestamp: accepted.bytes }); // 5.4.5
  return accepted.signed;
}

/** The file that counts: the one just fetched, or the trusted one where nothing is new. */
async function judgeTimestamp(
  session: Session,
  role: SigningRole<RoleKey>,
  trusted: Metadata<Timestamp> | undefined,
  bytes: Uint8Array,
): Promise<Metadata<Timestamp>> {
  if (trusted !== undefined && equal(trusted.bytes, bytes)) return trusted;
  const fetched = parseTimestamp(bytes, session.limits);
  await requireThreshold('the timestamp', fetched, role, session.verify); // 5.4.2
  if (trusted === undefined) return fetched;
  const before = trusted.signed;
  const now = fetched.signed;
  if (now.version < before.version)
    throw fail('tuf.rollback', `timestamp version ${now.version}, after version ${before.version}`); // 5.4.3.1
  if (now.version === before.version) return trusted; // 5.4.3.1: equal, so discarded without error
  if (now.snapshot.version < before.snapshot.version) {
    const versions = `${now.snapshot.version}, after version ${before.snapshot.version}`;
    throw fail('tuf.rollback', `the timestamp names snapshot version ${versions}`); // 5.4.3.2
  }
  if (now.snapshot.version === before.snapshot.version && now.snapshot.sha256 !== before.snapshot.sha256)
    throw fail('tuf.equivocation', `another snapshot of version ${now.snapshot.version}`);
  return fetched;
}

async function updateSnapshot(
  session: Session,
  { roles }: UpdateRoot,
  timestamp: Timestamp,
): Promise<Snapshot> {
  const trusted = await readTrusted(session, 'snapshot', roles.snapshot, parseSnapshot);
  const meta = timestamp.snapshot;
  const isCurrent = trusted !== undefined && session.isAnnounced(trusted.bytes, meta);
  const snapshot = isCurrent ? trusted : await fetchSnapshot(session, roles.snapshot, timestamp);
  if (snapshot.signed.version !== meta.version)
    throw fail('tuf.version', `snapshot version ${snapshot.signed.version} is announced as ${meta.version}`); // 5.5.4
  if (trusted !== undefined) requireNoRollback(trusted.signed, snapshot.signed); // 5.5.5
  session.requireUnexpired('the snapshot', snapshot.signed.expires); // 5.5.6
  if (!isCurrent) await session.keep({ ...session.trusted, snapshot: snapshot.bytes }); // 5.5.7
  return snapshot.signed;
}

async function fetchSnapshot(
  session: Session,
  role: SigningRole<RoleKey>,
  { snapshot: meta }: Timestamp,
): Promise<Metadata<Snapshot>> {
  const path = `metadata/${meta.version}.snapshot.json`;
  const bytes = await session.fetchAnnounced(path, meta); // 5.5.1, 5.5.2
  const snapshot = parseSnapshot(bytes, session.limits);
  await requireThreshold('the snapshot', snapshot, role, session.verify); // 5.5.3
  return snapshot;
}

function updateTargets(session: Session, root: UpdateRoot, snapshot: Snapshot): Promise<Targets> {
  return loadRole(session, snapshot, 'targets', root.roles.targets, (_, targets) => {
    requirePoliciesOnly(targets);
    requireDelegationKeys(targets, root);
  });
}

/** What was kept was accepted before: if it no longer holds, the disk is at fault, not the repository. */
async function readTrusted<S extends Signed>(
  session: Session,
  name: 'timestamp' | 'snapshot',
  role: SigningRole<RoleKey>,
  parse: (bytes: Uint8Array, limits: Session['limits']) => Metadata<S>,
): Promise<Metadata<S> | undefined> {
  const bytes = session.trusted[name];
  if (bytes === undefined) return undefined;
  try {
    const metadata = parse(bytes, session.limits);
    await requireThreshold(`the ${name}`, metadata, role, session.verify);
    return metadata;
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('tuf.state', `the kept ${name} cannot be used: ${cause.message}`, { cause });
  }
}
