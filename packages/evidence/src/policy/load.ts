// From a signed document and a pinned root to a policy that can judge.

import { fromBase64, toHex } from '../bytes.ts';
import { canonicalJson } from '../canonical.ts';
import { fail } from '../codes.ts';
import { parseDocument, requireEnvelopeSignatures } from '../dsse.ts';
import type { Json } from '../json.ts';
import { sha256 as pureSha256, type Sha256 } from '../sha256.ts';
import type { VerifySignature } from '../signature.ts';
import { keyidOf, parseSpki } from '../spki.ts';
import { expectKind, statementOf, subjectOf, type Role } from '../statement.ts';
import { noteTypes, parseVkey, type VerifierKey } from '../vkey.ts';
import {
  trustPolicy,
  type NoteKey,
  type Operator,
  type StatementKey,
  type TrustPolicyDocument,
  type Validity,
} from './document.ts';
import {
  checkpointPosition,
  comparePlaces,
  isValidAt,
  timeline,
  type Position,
  type Timeline,
} from './position.ts';
import { quorumsIntersect } from './quorum.ts';
import { loadRoot, type Root } from './root.ts';

export interface PolicyNoteKey extends NoteKey {
  readonly key: VerifierKey;
}

export interface PolicyKey extends StatementKey {
  readonly spki: Uint8Array;
}

/** A policy whose signatures and rules were checked. */
export interface TrustPolicy {
  readonly document: TrustPolicyDocument;
  /** Hex SHA-256 of the document's canonical JSON: what a customer accepts by hand (D5). */
  readonly digest: string;
  readonly root: Root;
  readonly operators: ReadonlyMap<string, Operator>;
  readonly logKeys: readonly PolicyNoteKey[];
  readonly witnessKeys: readonly PolicyNoteKey[];
  readonly keys: ReadonlyMap<string, PolicyKey>;
  readonly place: Timeline;
}

/** `document`: a DSSE document signed by the threshold of `root`, a TUF root file. Both are bytes of files. */
export async function loadPolicy(
  document: Uint8Array,
  root: Uint8Array,
  verify?: VerifySignature,
  sha256: Sha256 = pureSha256,
): Promise<TrustPolicy> {
  const pinned = await loadRoot(root, verify, sha256);
  const envelope = parseDocument(document);
  await requireEnvelopeSignatures(
    envelope,
    (keyid) => pinned.keys.find((key) => key.keyid === keyid)?.spki,
    verify,
    sha256,
  );
  // parseDocument refused a keyid that stands twice, and loadRoot an operator that reaches the threshold alone.
  if (envelope.signatures.length < pinned.threshold) {
    throw fail(
      'policy.threshold',
      `${envelope.signatures.length} of ${pinned.threshold} root signatures on the policy`,
    );
  }
  const statement = expectKind(statementOf(envelope), trustPolicy);
  const policy = buildPolicy(statement.predicate, pinned, sha256);
  if (subjectOf(statement, 'trust-policy') !== policy.digest)
    throw fail('policy.subject', 'the policy statement is about another document');
  return policy;
}

export function policyDigest(document: TrustPolicyDocument, sha256: Sha256 = pureSha256): string {
  return toHex(sha256(canonicalJson(document as unknown as Json)));
}

/** Checks the rules that hold within a policy; its signatures are `loadPolicy`'s. */
export function buildPolicy(
  document: TrustPolicyDocument,
  root: Root,
  sha256: Sha256 = pureSha256,
): TrustPolicy {
  const noteKeys = (keys: readonly NoteKey[]): PolicyNoteKey[] =>
    keys.map((key) => ({ ...key, key: parseVkey(key.vkey, sha256) }));
  const policy: TrustPolicy = {
    document,
    digest: policyDigest(document, sha256),
    root,
    operators: new Map(document.operators.map((operator) => [operator.id, operator])),
    logKeys: noteKeys(document.log.keys),
    witnessKeys: noteKeys(document.witnesses.keys),
    keys: new Map(document.keys.map((key) => [key.keyid, { ...key, spki: fromBase64(key.publicKey) }])),
    place: timeline([...document.log.frozen.map(({ origin }) => origin), document.log.origin]),
  };
  requireShards(document);
  requireKeys(policy, sha256);
  requireParts(policy);
  requirePositions(policy);
  requireIntersection(policy);
  requireRebuilders(policy);
  return policy;
}

/** Each log has one place in the timeline: an ended shard is pinned and never the active one (D24). */
function requireShards({ log }: TrustPolicyDocument): void {
  const origins = [...log.frozen.map(({ origin }) => origin), log.origin];
  const twice = origins.find((origin, i) => origins.indexOf(origin) !== i);
  if (twice !== undefined) throw fail('policy.position', `the log "${twice}" is listed twice`);
  if (log.next !== undefined) parseVkey(log.next);
}

/** Every key has a listed operator, its own keyid, and stands once in the whole policy (D4: distinct keys per role). */
function requireKeys(policy: TrustPolicy, sha256: Sha256): void {
  const seen = new Map<string, string>();
  const once = (spki: Uint8Array, what: string): void => {
    const id = toHex(spki);
    const other = seen.get(id);
    if (other !== undefined)
      throw fail('policy.key', `${what} and ${other} are the same key; each role needs its own`);
    seen.set(id, what);
  };
  const known = (operator: string, what: string): void => {
    if (!policy.operators.has(operator))
      throw fail('policy.operator', `${what} names the operator "${operator}", who is not listed`);
  };
  for (const { spki, operator } of policy.root.allKeys) once(spki, `a root key of ${operator}`);
  for (const key of policy.keys.values()) {
    const what = `the ${key.role} key ${key.keyid.slice(0, 16)}`;
    known(key.operator, what);
    parseSpki(key.spki);
    if (keyidOf(key.spki, sha256) !== key.keyid) throw fail('policy.key', `${what} has another keyid`);
    if ((key.builder === undefined) === (key.role === 'builder'))
      throw fail('policy.key', `${what}: a builder id belongs to builders, and to all of them`);
    once(key.spki, what);
  }
  for (const { key, operator } of [...policy.logKeys, ...policy.witnessKeys]) {
    const what = `the note key ${key.name}`;
    known(operator, what);
    once(key.spki, what);
  }
  if (!policy.logKeys.some(({ key }) => key.type === noteTypes.log))
    throw fail('policy.key', 'the log has no Ed25519 key of type 01');
  const unfit =
    policy.logKeys.find(({ key }) => key.type === noteTypes.cosignature) ??
    policy.witnessKeys.find(({ key }) => key.type === noteTypes.log); // It would attest no time.
  if (unfit !== undefined)
    throw fail(
      'policy.key',
      `the note key ${unfit.key.name} is of type 0${unfit.key.type}, unfit for its part`,
    );
}

/** The vendor runs the log; it never counts as witness, rebuilder or supervisor (D4). */
function requireParts({ operators, witnessKeys, keys, root }: TrustPolicy): void {
  const named = operators.get(root.vendor);
  if (named !== undefined && named.part !== 'vendor')
    throw fail('policy.vendor', `the root names "${root.vendor}" as the vendor, the policy as ${named.part}`);
  const isVendor = (operator: string): boolean => operators.get(operator)?.part === 'vendor';
  const witness = witnessKeys.find(({ operator }) => isVendor(operator));
  if (witness !== undefined)
    throw fail('policy.vendor', `the vendor "${witness.operator}" is listed as a witness`);
  for (const { operator, role } of keys.values()) {
    if ((role === 'rebuilder' || role === 'supervisor') && isVendor(operator)) {
      throw fail('policy.vendor', `the vendor "${operator}" is listed as a ${role}`);
    }
    if (role === 'supervisor' && operators.get(operator)?.part !== 'supervisor') {
      throw fail('policy.operator', `"${operator}" holds a supervisor key but is not a supervisor`);
    }
  }
}

/** D6, at every position from which the set of witnesses changes. */
function requireIntersection(policy: TrustPolicy): void {
  const { quorum, faulty } = policy.document.witnesses;
  for (const position of turningPoints(policy)) {
    const operators = witnessOperatorsAt(policy, position);
    const n = operators.size;
    if (n < quorum) continue; // No quorum can form here at all.
    if (!quorumsIntersect({ size: quorum, faulty }, n)) {
      throw fail(
        'policy.quorum',
        `two quorums of ${quorum} among ${n} witnesses can share as few as ${Math.max(0, 2 * quorum - n)} operators; more than ${faulty} must be shared`,
      );
    }
    const supervisors = [...operators].filter((id) => policy.operators.get(id)?.part === 'supervisor').length;
    if (n - supervisors >= quorum)
      throw fail(
        'policy.quorum',
        `a quorum of ${quorum} among ${n} witnesses can form without any supervisor`,
      );
  }
  const current = witnessOperatorsAt(policy, {
    origin: policy.document.log.origin,
    index: Number.MAX_SAFE_INTEGER,
  });
  if (current.size < quorum)
    throw fail('policy.quorum', `a quorum of ${quorum} cannot form among ${current.size} witnesses`);
}

/** A validity in a log that the policy does not know would silently never begin, or never end as meant. */
function requirePositions({ logKeys, witnessKeys, keys, place }: TrustPolicy): void {
  for (const { from, until } of [...logKeys, ...witnessKeys, ...keys.values()]) {
    const unknown = [from, until].find((point) => point !== undefined && place(point) === undefined);
    if (unknown !== undefined)
      throw fail('policy.position', `a key's validity names the unknown log "${unknown.origin}"`);
  }
}

function turningPoints({ witnessKeys, place, document }: TrustPolicy): Position[] {
  const points = witnessKeys.filter(isCurrent).map(({ from }) => from);
  const last: Position = { origin: document.log.origin, index: Number.MAX_SAFE_INTEGER };
  return [...points, last].sort((a, b) =>
    comparePlaces(place(a) as [number, number], place(b) as [number, number]),
  );
}

function requireRebuilders({ keys, document }: TrustPolicy): void {
  const operators = new Set(
    [...keys.values()]
      .filter(({ role, until }) => role === 'rebuilder' && until === undefined)
      .map(({ operator }) => operator),
  );
  const { threshold } = document.rebuilds;
  if (operators.size < threshold)
    throw fail('policy.rebuilders', `${threshold} rebuilds are asked of ${operators.size} rebuilders`);
}

/**
 * A note key that the policy has ended vouches for no head any more, however small a tree that head
 * claims: whoever stole it would claim one below its end (D10). Evidence is proven again against a
 * head by current keys; the entries below stand.
 */
function isCurrent({ until }: Validity): boolean {
  return until === undefined;
}

/** The log keys that must have signed a head, and the witness keys that may, at this position. */
export function headKeysAt(
  { logKeys, witnessKeys, place }: TrustPolicy,
  position: Position,
): { readonly log: readonly PolicyNoteKey[]; readonly witnesses: readonly PolicyNoteKey[] } {
  const counts = (key: PolicyNoteKey): boolean => isCurrent(key) && isValidAt(key, position, place);
  return { log: logKeys.filter(counts), witnesses: witnessKeys.filter(counts) };
}

export function witnessOperatorsAt(policy: TrustPolicy, position: Position): ReadonlySet<string> {
  return new Set(headKeysAt(policy, position).witnesses.map(({ operator }) => operator));
}

/** Whether cosignatures by these keys form a quorum on a checkpoint: distinct operators are counted. */
export function isWitnessQuorum(
  policy: TrustPolicy,
  checkpoint: { readonly origin: string; readonly size: number },
  cosigners: readonly VerifierKey[],
): boolean {
  const position = checkpointPosition(checkpoint);
  const ids = new Set(cosigners.map(({ spki }) => toHex(spki)));
  const operators = headKeysAt(policy, position)
    .witnesses.filter(({ key }) => ids.has(toHex(key.spki)))
    .map(({ operator }) => operator);
  return new Set(operators).size >= policy.document.witnesses.quorum;
}

/** The key that may have signed an entry: listed, of this role, valid at the entry's position (D10). */
export function keyAt(
  policy: TrustPolicy,
  keyid: string,
  role: Role,
  position: Position,
): PolicyKey | undefined {
  const key = policy.keys.get(keyid);
  return key !== undefined && key.role === role && isValidAt(key, position, policy.place) ? key : undefined;
}
