// What an endpoint, a data center and a reader of the Center need to know before anything is shared (D19–D21,
// D35): every version of the residency policy, the sealing keys of these weeks, and the statements that keep
// milestones. One file, the same for all, proven by one witnessed checkpoint as evidence is (D2): who serves it
// is not believed, and can at most be late with it.

import {
  canonicalJson,
  documentSchema,
  expectKind,
  fields,
  formatEnvelope,
  formatTime,
  fromBase64,
  isVitrineError,
  keyAt,
  keyidOf,
  noteText,
  parseCanonicalJson,
  parseTime,
  provenStatement,
  purePlatform,
  requireHead,
  requireIncluded,
  schema,
  sealingKey,
  statementIdOf,
  statementOf,
  type DataCenter,
  type Envelope,
  type Json,
  type Platform,
  type ProvenStatement,
  type Root,
  type Schema,
  type SealingKey,
  type SignedCheckpoint,
  type TrustPolicy,
} from '@vitrine/evidence';
import { fail, type ReportsCode } from '../codes.ts';
import { readSealingKey } from '../seal/sealing-key.ts';
import { loadResidency, requireSuccessor, type Residency } from './policy.ts';

export const sharingFormat = 'urn:vitrine:sharing:v1';

/** A residency policy. Each of its signatures is an entry of its own (D9); that of `keyid` is the proven one. */
export interface ProvenPolicy {
  readonly document: Envelope;
  readonly keyid: string;
  readonly index: number;
  readonly path: readonly string[];
}

export interface SharingFile {
  readonly format: typeof sharingFormat;
  /** One witnessed checkpoint, as text. */
  readonly checkpoint: string;
  /** Every version of the residency policy, from 1, in order. */
  readonly policies: readonly ProvenPolicy[];
  /** Those that are in use, open still or will be used; by ascending index. */
  readonly sealingKeys: readonly ProvenStatement[];
  /** What milestones name as done and the log holds; by ascending index. */
  readonly milestones: readonly ProvenStatement[];
}

const byIndex = ({ index }: ProvenStatement): number => index;
const provenPolicy: Schema<ProvenPolicy> = schema.object({
  document: documentSchema,
  keyid: fields.keyid,
  index: fields.index,
  path: schema.list(fields.hash32, { most: 63 }),
});
export const sharingSchema: Schema<SharingFile> = schema.object({
  format: schema.oneOf(sharingFormat),
  checkpoint: noteText,
  policies: schema.list(provenPolicy, { least: 1, most: 64 }),
  sealingKeys: schema.list(provenStatement, { most: 256, sortedBy: byIndex }),
  milestones: schema.list(provenStatement, { most: 200, sortedBy: byIndex }),
});

/** Bytes of a file at most. */
export const sharingLimit: number = 1 << 20;

export function parseSharing(bytes: Uint8Array): SharingFile {
  try {
    return sharingSchema.check(parseCanonicalJson(bytes, { bytes: sharingLimit, depth: 8 }));
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('sharing.form', cause.message, { at: cause.at, cause });
  }
}

export function formatSharing(file: Omit<SharingFile, 'format'>): Uint8Array {
  const bytes = canonicalJson({ ...file, format: sharingFormat } as unknown as Json);
  parseSharing(bytes);
  return bytes;
}

/** A sharing file whose every statement was checked. */
export interface Sharing {
  /** Seconds since 1970: what the witnesses attest as the time of its checkpoint (D7). */
  readonly time: number;
  /** Name of the log: that of the trust policy. */
  readonly origin: string;
  /** Entries of the log at that time. */
  readonly size: number;
  /** From version 1 on, without a gap. Which is in force: `residencyAt(residencies, time)`. */
  readonly residencies: readonly LoggedResidency[];
  /** By the identity key of a center of these versions, which the trust policy lists, too. */
  readonly sealingKeys: readonly SealingKey[];
  /** Identifiers of statements that milestones name and the log holds: for `milestonesAt`. */
  readonly logged: ReadonlySet<string>;
}

export interface LoggedResidency extends Residency {
  /** Of its entry in the log. */
  readonly index: number;
}

export async function readSharing(
  bytes: Uint8Array,
  { policy, root }: { readonly policy: TrustPolicy; readonly root: Root },
  platform: Platform = purePlatform,
): Promise<Sharing> {
  const file = parseSharing(bytes);
  const { head, time } = await readHead(file.checkpoint, policy, platform);
  const residencies = await readPolicies(file, head, root, platform);
  const sealingKeys = await readKeys(file, head, residencies, policy, platform);
  const logged = await readMilestones(file, head, residencies, platform);
  const { origin, size } = head.checkpoint;
  return { time, origin, size, residencies, sealingKeys, logged };
}

async function readHead(
  checkpoint: string,
  policy: TrustPolicy,
  { verifySignature }: Platform,
): Promise<{ readonly head: SignedCheckpoint; readonly time: number }> {
  const { head, time } = await refusing('sharing.checkpoint', () =>
    requireHead(checkpoint, policy, verifySignature),
  );
  // Residency is a question of witness time, which an ended log has none of.
  if (time === undefined) throw fail('sharing.checkpoint', `"${head.checkpoint.origin}" is an ended log`);
  return { head, time };
}

/** From 1, each signed by the root's threshold, in the log, and the successor of the one before it. */
async function readPolicies(
  { policies }: SharingFile,
  head: SignedCheckpoint,
  root: Root,
  { sha256, verifySignature }: Platform,
): Promise<readonly LoggedResidency[]> {
  const read: LoggedResidency[] = [];
  for (const { document, keyid, index, path } of policies) {
    const residency = await loadResidency(formatEnvelope(document), root, verifySignature, sha256);
    const { version } = residency.policy;
    if (version !== read.length + 1)
      throw fail(
        'sharing.form',
        `version ${version} of the residency policy stands at place ${read.length + 1}`,
      );
    const signature = document.signatures.find((one) => one.keyid === keyid);
    if (signature === undefined)
      throw fail('sharing.form', `the proven signature of version ${version} is not on its document`);
    const envelope = { ...document, signatures: [signature] };
    await refusing('sharing.proof', () => requireIncluded({ envelope, index, path }, head, sha256));
    const before = read.at(-1);
    if (before !== undefined) requireSuccessor(before.policy, residency.policy);
    read.push({ ...residency, index });
  }
  return read;
}

async function readKeys(
  { sealingKeys }: SharingFile,
  head: SignedCheckpoint,
  residencies: readonly LoggedResidency[],
  policy: TrustPolicy,
  { sha256, verifySignature }: Platform,
): Promise<readonly SealingKey[]> {
  const keys: SealingKey[] = [];
  for (const proven of sealingKeys) {
    const { envelope, index } = proven;
    const { predicate } = await refusing('sharing.form', () => expectKind(statementOf(envelope), sealingKey));
    const center = centerNamed(residencies, predicate);
    if (center === undefined)
      throw fail(
        'sharing.form',
        `the sealing key at ${index} is of no data center of version ${predicate.policy} of the residency policy`,
      );
    await refusing('sharing.proof', () => requireIncluded(proven, head, sha256));
    const key = await readSealingKey(envelope, center, verifySignature, sha256);
    // A center that this trust policy does not list yet, or no more, is sealed to by nobody who judges by it.
    const keyid = keyidOf(fromBase64(center.identity), sha256);
    const listed = keyAt(policy, keyid, 'datacenter', { origin: head.checkpoint.origin, index });
    if (listed?.operator === center.operator) keys.push(key);
  }
  return keys;
}

/** The center by the version under which the key was made. */
function centerNamed(
  residencies: readonly Residency[],
  { policy: version, center: id }: SealingKey,
): DataCenter | undefined {
  const residency = residencies.find(({ policy }) => policy.version === version);
  return residency?.policy.centers.find((center) => center.id === id);
}

/** Only what a milestone names: other entries say nothing here. */
async function readMilestones(
  { milestones }: SharingFile,
  head: SignedCheckpoint,
  residencies: readonly Residency[],
  { sha256 }: Platform,
): Promise<ReadonlySet<string>> {
  const named = new Set(residencies.flatMap(({ policy }) => policy.milestones.map(({ done }) => done)));
  const logged = new Set<string>();
  for (const proven of milestones) {
    const id = statementIdOf(proven.envelope, sha256);
    if (!named.has(id)) throw fail('sharing.form', `no milestone names the statement at ${proven.index}`);
    await refusing('sharing.proof', () => requireIncluded(proven, head, sha256));
    logged.add(id);
  }
  return logged;
}

/** What evidence refuses, under a code of this file; a runtime without cryptography stays what it is. */
async function refusing<T>(code: ReportsCode, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!isVitrineError(cause) || cause.code === 'signature.platform') throw cause;
    throw fail(code, cause.message, { at: cause.at, cause });
  }
}

/** What a reader keeps of the last file that it accepted, beside the file itself. */
export interface SharingMemory {
  readonly version: number;
  /** Of the residency policy of that version. */
  readonly digest: string;
  readonly size: number;
  /** The log that had that size. Absent in memories of before a log could be replaced: then it is the same one. */
  readonly origin?: string;
  /** Witness time of that size, in seconds. Absent in memories of before notice was counted from it. */
  readonly time?: number;
}

/** Seconds that the log may take to publish what it was given, and clocks of witnesses may differ by. */
const publishing = 3_600;

/**
 * Throws `sharing.older` unless `sharing` goes on from what was accepted before, and `residency.succession` where
 * a version came into the log too late for the notice of the one before it; answers what to keep.
 */
export function rememberSharing(sharing: Sharing, last?: SharingMemory): SharingMemory {
  const { residencies, origin, size, time } = sharing;
  const { policy, digest } = residencies.at(-1) as LoggedResidency;
  if (last === undefined) return { version: policy.version, digest, origin, size, time };
  const known = residencies[last.version - 1];
  // Another log (D24) has other places; that it is the one to believe, the trust policy said. Time goes on in both.
  const isSameLog = (last.origin ?? origin) === origin;
  if (known === undefined || (isSameLog ? size < last.size : time < (last.time ?? 0)))
    throw fail(
      'sharing.older',
      `version ${policy.version} at size ${size}, after version ${last.version} at size ${last.size}`,
    );
  if (known.digest !== last.digest)
    throw fail('sharing.older', `version ${last.version} is not the one that was accepted before`);
  requireNotice(sharing, isSameLog ? last : { ...last, size: 0 });
  return { version: policy.version, digest, origin, size, time: Math.max(time, last.time ?? 0) };
}

/**
 * When it was issued, a policy says of itself; the log says it of all (D35). What was not in the tree of the last
 * file was logged after the time of that file, so it cannot claim notice from before.
 */
function requireNotice({ residencies }: Sharing, { version: known, size, time }: SharingMemory): void {
  if (time === undefined) return;
  for (const [i, { policy, index }] of residencies.entries()) {
    const before = residencies[i - 1];
    if (before === undefined || policy.version <= known || index < size) continue;
    const { notice } = before.policy;
    if (notice > 0 && parseTime(policy.effective) - time < notice - publishing)
      throw fail(
        'residency.succession',
        `version ${policy.version} was logged after ${formatTime(time)}, too late for its notice of ${notice} s`,
      );
  }
}
