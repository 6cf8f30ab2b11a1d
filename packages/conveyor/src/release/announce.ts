// D1: a snapshot is announced in the log, and cosigned by the witness quorum, before any client can fetch
// it. D3: the same is said again, under the next number, as a heartbeat.
//
// What is durable when: the journal holds the snapshot, the statement and the timestamp, signed, before
// anything else happens; each step after it can be done again with the same bytes.
//   snapshot on disk, not referenced  →  publication in the log, witnessed  →  its proof file
//   →  timestamp, from which on clients see it  →  journal cleared

import { join } from 'node:path';
import {
  assembleTuf,
  expectKind,
  formatEnvelope,
  formatTime,
  fromBase64,
  keyAt,
  parseEnvelope,
  publication,
  schema,
  signStatement,
  signTuf,
  statementIdOf,
  statementOf,
  subjectOf,
  toBase64,
  type Envelope,
  type Publication,
  type Schema,
  type Signer,
} from '@vitrine/evidence';
import { makeDurableDirectory, removeDurable, sha256Hex, writeDurable } from '@vitrine/host';
import type { FileMeta } from '@vitrine/tuf';
import { draftSnapshot, draftTimestamp } from '@vitrine/tuf/repository';
import { fail } from '../codes.ts';
import { provePublication } from '../evidence.ts';
import { readWholeLog, type EntryOf, type Ledger } from '../ledger.ts';
import { openJournal, type Journal } from './journal.ts';
import { noteKeysOf, nowOf, withLease, type Publisher } from './publisher.ts';

/** Bytes in base64, ready to be written, and the statement to be logged. */
interface Announcement {
  /** Absent where the snapshot that clients see is announced again. */
  readonly snapshot?: string;
  readonly snapshotSha256: string;
  readonly publication: string;
  /** Absent where the one that clients see is still good. */
  readonly timestamp?: string;
}

const base64 = schema.text(/^[A-Za-z0-9+/]+={0,2}$/, 8 << 20, 'bytes in base64');
const announcementForm: Schema<Announcement> = schema.object(
  { snapshotSha256: schema.text(/^[0-9a-f]{64}$/, 64, 'a digest'), publication: base64 },
  { snapshot: base64, timestamp: base64 },
);

export interface Announced {
  readonly seq: number;
  readonly index: number;
  readonly snapshot: { readonly version: number; readonly sha256: string };
  /** Seconds since 1970. */
  readonly issuedAt: string;
  readonly active: Publication['active'];
}

export interface Wanted {
  /** The publication must speak of this entry, too: its asOf is above. */
  readonly covers?: number | undefined;
  /** A root that is about to be published: clients that have it accept no publication that names an older one. */
  readonly root?: Publication['root'] | undefined;
  /** Announce in any case: a heartbeat. */
  readonly again?: boolean | undefined;
}

/** Announces what is on disk. Does nothing where what is published already says all that is wanted. */
export async function announce(
  publisher: Publisher,
  wanted: Wanted = {},
  ledger?: Ledger,
): Promise<Announced> {
  return withLease(publisher, 'publication', async () => {
    const journal = announcementJournal(publisher);
    const unfinished = await journal.read();
    if (unfinished !== undefined) await carryOut(publisher, unfinished, journal);
    const read = ledger ?? (await readWholeLog(publisher.log));
    await read.refresh();
    const last = lastPublication(publisher, read);
    if (last !== undefined && wanted.again !== true && (await suffices(publisher, last, wanted)))
      return announcedOf(last);
    const planned = await plan(publisher, read, last, wanted);
    await journal.write(planned);
    return carryOut(publisher, planned, journal);
  });
}

function announcementJournal({ drafts }: Pick<Publisher, 'drafts'>): Journal<Announcement> {
  return openJournal(join(drafts, 'publication.json'), announcementForm);
}

export interface UnfinishedPublication {
  readonly seq: number;
  /** What was done about it: only what nobody has seen and nobody can log any more is dropped. */
  readonly state: 'dropped' | 'logged' | 'open';
}

/**
 * Drops an unfinished publication whose key has ended before the log took it: no log takes it any more,
 * and everything that is published later would wait for it. Its snapshot goes, too: clients see one only
 * through a timestamp, and the next publication needs its version.
 */
export function abandonPublication(
  publisher: Pick<Publisher, 'drafts' | 'folder' | 'policy' | 'log'>,
): Promise<UnfinishedPublication | undefined> {
  const { folder, policy, log } = publisher;
  return withLease(publisher, 'publication', async () => {
    const journal = announcementJournal(publisher);
    const unfinished = await journal.read();
    if (unfinished === undefined) return undefined;
    const envelope = parseEnvelope(fromBase64(unfinished.publication));
    const { seq, snapshot } = expectKind(statementOf(envelope), publication).predicate;
    const ledger = await readWholeLog(log);
    const id = statementIdOf(envelope);
    if (ledger.entries.some((entry) => entry.id === id)) return { seq, state: 'logged' };
    const next = { origin: policy.document.log.origin, index: ledger.size };
    if (keyAt(policy, envelope.signatures[0]?.keyid ?? '', 'publisher', next) !== undefined)
      return { seq, state: 'open' };
    if (unfinished.snapshot !== undefined)
      await removeDurable(join(folder, 'metadata', `${snapshot}.snapshot.json`));
    await journal.clear();
    return { seq, state: 'dropped' };
  });
}

/** The newest publication by a key of ours; in the log, whether or not its proof was ever written. */
function lastPublication(
  { policy }: Pick<Publisher, 'policy'>,
  ledger: Ledger,
): EntryOf<Publication> | undefined {
  return ledger
    .of(publication)
    .findLast(({ envelope }) => policy.keys.get(envelope.signatures[0]?.keyid ?? '')?.role === 'publisher');
}

async function suffices(
  { repository }: Publisher,
  { predicate, statement }: EntryOf<Publication>,
  { covers, root }: Wanted,
): Promise<boolean> {
  const seen = (await repository.timestamp())?.signed.snapshot;
  const roles = await rolesOnDisk(repository);
  return (
    seen !== undefined &&
    statement.subject[0]?.digest.sha256 === seen.sha256 &&
    (covers === undefined || covers < predicate.asOf) &&
    (root === undefined || root.version <= predicate.root.version) &&
    sameRoles((await repository.snapshot())?.signed.roles, roles)
  );
}

async function plan(
  publisher: Publisher,
  ledger: Ledger,
  last: EntryOf<Publication> | undefined,
  { root }: Wanted,
): Promise<Announcement> {
  const { repository, policy, signers, expiry } = publisher;
  const now = nowOf(publisher);
  const roles = await rolesOnDisk(repository);
  const before = await repository.snapshot();
  const isWorn = (expires: number, life: number): boolean => expires - now < life / 2;
  const isNew =
    before === undefined ||
    !sameRoles(before.signed.roles, roles) ||
    isWorn(before.signed.expires, expiry.snapshot);
  const version = (before?.signed.version ?? 0) + (isNew ? 1 : 0);
  const snapshot = isNew
    ? await signFile(
        draftSnapshot({ version, expires: now + expiry.snapshot, roles: Object.fromEntries(roles) }),
        signers.snapshot,
      )
    : before.bytes;
  const digest = sha256Hex(snapshot);
  const shown = await repository.timestamp();
  const renews = isNew || shown === undefined || isWorn(shown.signed.expires, expiry.timestamp);
  const timestamp = renews
    ? await signFile(
        draftTimestamp({
          version: (shown?.signed.version ?? 0) + 1,
          expires: now + expiry.timestamp,
          snapshot: { version, length: snapshot.length, sha256: digest },
        }),
        signers.timestamp,
      )
    : undefined;
  const predicate: Publication = {
    seq: (last?.predicate.seq ?? 0) + 1,
    previous: last?.index ?? null,
    root: root ?? { version: policy.root.version, sha256: policy.root.sha256 },
    snapshot: version,
    roles: Object.fromEntries([...roles].map(([name, { sha256 }]) => [name, sha256])),
    asOf: ledger.size,
    active: await ledger.active(policy),
    issuedAt: formatTime(now),
  };
  const envelope = await signStatement(
    publication,
    [{ name: 'snapshot', digest: { sha256: digest } }],
    predicate,
    signers.publisher,
  );
  return {
    snapshotSha256: digest,
    publication: toBase64(formatEnvelope(envelope)),
    ...(isNew ? { snapshot: toBase64(snapshot) } : {}),
    ...(timestamp === undefined ? {} : { timestamp: toBase64(timestamp) }),
  };
}

async function carryOut(
  publisher: Publisher,
  announcement: Announcement,
  journal: Journal<Announcement>,
): Promise<Announced> {
  const { repository, appender, log, policy, folder, onStep } = publisher;
  const { snapshot, snapshotSha256, timestamp } = announcement;
  if (snapshot !== undefined) {
    await repository.writeSnapshot(fromBase64(snapshot));
    onStep?.('snapshot', snapshotSha256);
  }
  const envelope: Envelope = parseEnvelope(fromBase64(announcement.publication));
  const { index } = await appender.append(envelope);
  onStep?.('announced', `entry ${index}`);
  await log.refresh();
  await makeDurableDirectory(join(folder, 'publication'));
  const proof = join(folder, 'publication', `${snapshotSha256}.json`);
  await writeDurable(proof, await provePublication(log, index, noteKeysOf(policy)));
  onStep?.('proof', proof);
  if (timestamp !== undefined) await repository.commitTimestamp(fromBase64(timestamp));
  await journal.clear();
  onStep?.('published', snapshotSha256);
  return announcedOf(entryAt(envelope, index));
}

function entryAt(
  envelope: Envelope,
  index: number,
): Pick<EntryOf<Publication>, 'index' | 'predicate' | 'statement'> {
  const statement = statementOf(envelope);
  return { index, statement, predicate: expectKind(statement, publication).predicate };
}

function announcedOf({
  index,
  predicate: { seq, snapshot, issuedAt, active },
  statement,
}: Pick<EntryOf<Publication>, 'index' | 'predicate' | 'statement'>): Announced {
  const sha256 = subjectOf(statement, 'snapshot') ?? '';
  return { seq, index, issuedAt, active, snapshot: { version: snapshot, sha256 } };
}

async function signFile(draft: Uint8Array, signer: Signer): Promise<Uint8Array> {
  return assembleTuf(draft, [await signTuf(draft, signer)]);
}

/** `targets` and each role that it delegates to and that has a file: the newest versions. */
async function rolesOnDisk(repository: Publisher['repository']): Promise<ReadonlyMap<string, FileMeta>> {
  const targets = await repository.newest('targets');
  if (targets === undefined)
    throw fail('release.targets', 'there are no top-level targets yet: nothing is delegated to anybody');
  const roles = new Map<string, FileMeta>();
  for (const name of ['targets', ...targets.signed.delegations.map((one) => one.name)]) {
    const role = name === 'targets' ? targets : await repository.newest(name);
    if (role === undefined) continue;
    const { bytes, signed } = role;
    roles.set(name, { version: signed.version, length: bytes.length, sha256: sha256Hex(bytes) });
  }
  return roles;
}

function sameRoles(
  before: ReadonlyMap<string, FileMeta> | undefined,
  now: ReadonlyMap<string, FileMeta>,
): boolean {
  return (
    before?.size === now.size && [...now].every(([name, { sha256 }]) => before.get(name)?.sha256 === sha256)
  );
}
