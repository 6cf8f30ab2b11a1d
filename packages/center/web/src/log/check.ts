// Checking an entry in the reader's own browser, step by step, from the files of the log alone: policy →
// checkpoint → witnesses → quorum → entry → path → root → signature → history. The page that shows it comes
// from the vendor's own Center; what makes the check worth something is the policy's digest, which the reader
// compares with one from elsewhere, and what this browser saw before.

import {
  consistencyProof,
  equal,
  headKeysAt,
  inclusionProof,
  isValidAt,
  isVitrineError,
  isWitnessQuorum,
  kindOf,
  leafHash,
  loadPolicy,
  nodeHash,
  parseEnvelope,
  parseSignedCheckpoint,
  quorumClaim,
  requireEnvelopeSignatures,
  sha256,
  statementIdOf,
  statementOf,
  toHex,
  verifyConsistency,
  verifyInclusion,
  verifySignatureBy,
  witnessOperatorsAt,
  witnessTime,
  type SignedCheckpoint,
  type TrustPolicy,
} from '@vitrine/evidence';
import type { HeadMemory, RememberedHead } from './head-memory.ts';
import { BrowserTiles, wrong, type ReadFile } from './tiles.ts';

export const stepNames = [
  'policy',
  'checkpoint',
  'witnesses',
  'entry',
  'path',
  'signature',
  'history',
] as const;
export type StepName = (typeof stepNames)[number];

export interface WitnessLine {
  readonly operator: string;
  readonly name: string;
  /** Seconds; undefined where this checkpoint carries no cosignature by the key. */
  readonly time: number | undefined;
}

export interface PathNode {
  readonly side: 'left' | 'right';
  /** Hex: the hash beside, and what both together give. */
  readonly sibling: string;
  readonly hash: string;
}

/** What each step found, where it held. */
export interface Found {
  readonly policy: {
    readonly version: number;
    readonly digest: string;
    readonly root: string;
    readonly rootVersion: number;
    /** By the reader of this browser; `other`: another digest was pinned. */
    readonly pinned: 'this' | 'none';
  };
  readonly checkpoint: {
    readonly origin: string;
    readonly size: number;
    readonly root: string;
    readonly keys: readonly string[];
  };
  readonly witnesses: {
    readonly lines: readonly WitnessLine[];
    readonly quorum: number;
    readonly cosigned: number;
    readonly claim: string;
    /** Seconds: what the quorum attests as the time. */
    readonly time: number | undefined;
  };
  readonly entry: { readonly bytes: number; readonly leaf: string; readonly file: string };
  readonly path: { readonly nodes: readonly PathNode[]; readonly root: string };
  readonly signature: {
    readonly id: string;
    readonly keyid: string;
    readonly operator: string;
    readonly role: string;
    /** D10: the key is listed for this kind at this place. */
    readonly counts: boolean;
  };
  readonly history: {
    readonly how: 'first' | 'same' | 'extends' | 'older';
    readonly before: { readonly size: number; readonly root: string; readonly seenAt: number } | undefined;
    readonly hashes: number;
  };
}

export interface Fork {
  readonly ours: Uint8Array;
  readonly theirs: Uint8Array;
}

export type Step = {
  readonly [Name in StepName]:
    | { readonly name: Name; readonly state: 'waiting' | 'running' }
    | { readonly name: Name; readonly state: 'held'; readonly found: Found[Name] }
    | {
        readonly name: Name;
        readonly state: 'failed';
        readonly code: string;
        readonly message: string;
        /** Both checkpoints, where they contradict each other. */
        readonly fork: Fork | undefined;
      };
}[StepName];

export interface CheckOptions {
  readonly index: number;
  readonly read: ReadFile;
  readonly memory: HeadMemory;
  /** Seconds. */
  readonly now: () => number;
  readonly onSteps: (steps: readonly Step[]) => void;
}

class ForkError extends Error {
  readonly fork: Fork;
  constructor(fork: Fork, cause: unknown) {
    super('fork', { cause });
    this.fork = fork;
  }
}

/** Whether all steps held. The first that fails ends the check; the rest stays unchecked. */
export async function checkEntry(options: CheckOptions): Promise<boolean> {
  const { index, read, memory } = options;
  const steps = new Map<StepName, Step>(stepNames.map((name) => [name, { name, state: 'waiting' }]));
  const show = (step: Step): void => {
    steps.set(step.name, step);
    options.onSteps([...steps.values()]);
  };
  const take = async <Name extends StepName>(name: Name, work: () => Promise<Found[Name]>): Promise<void> => {
    show({ name, state: 'running' });
    const found = await work();
    show({ name, state: 'held', found } as unknown as Step);
  };
  try {
    let policy!: TrustPolicy;
    let head!: SignedCheckpoint & { readonly bytes: Uint8Array };
    let entry!: Uint8Array;
    await take('policy', async () => {
      policy = await readPolicy(read);
      return describePolicy(policy, memory.pinned());
    });
    await take('checkpoint', async () => {
      head = await readHead(read);
      return requireLog(head, policy);
    });
    await take('witnesses', () => requireQuorum(head, policy));
    const { size, root } = head.checkpoint;
    const tiles = new BrowserTiles(read, size);
    await take('entry', async () => {
      if (index >= size) throw wrong('merkle.inclusion', `the log has ${size} entries and no entry ${index}`);
      entry = await tiles.entry(index);
      return { bytes: entry.length, leaf: toHex(leafHash(entry, sha256)), file: tiles.files()[0] ?? '' };
    });
    await take('path', async () => {
      const path = await inclusionProof(index, size, tiles.nodes, sha256);
      verifyInclusion(path, index, size, leafHash(entry, sha256), root, sha256);
      return { nodes: walkPath(path, index, size, leafHash(entry, sha256)), root: toHex(root) };
    });
    await take('signature', () => requireSigner(entry, index, policy));
    await take('history', () => compareHistory(head, tiles, options));
    return true;
  } catch (error) {
    const running = [...steps.values()].find(({ state }) => state === 'running');
    const fork = error instanceof ForkError ? error.fork : undefined;
    const cause = error instanceof ForkError ? error.cause : error;
    if (running === undefined) throw error;
    const known = isVitrineError(cause);
    show({
      name: running.name,
      state: 'failed',
      code: known ? cause.code : 'check.stopped',
      message: known ? cause.message : String(cause),
      fork,
    });
    return false;
  }
}

async function readPolicy(read: ReadFile): Promise<TrustPolicy> {
  const [policy, root] = await Promise.all([read('policy.json', 1 << 20), read('root.json', 1 << 19)]);
  if (policy === undefined || root === undefined)
    throw wrong('reader.missing', 'the Center shows no policy or no root');
  return loadPolicy(policy, root);
}

function describePolicy({ document, digest, root }: TrustPolicy, pinned: string | undefined): Found['policy'] {
  if (pinned !== undefined && pinned !== digest)
    throw wrong(
      'policy.pinned',
      `this is the policy ${digest}; in this browser ${pinned} was pinned`,
    );
  return {
    version: document.version,
    digest,
    root: root.sha256,
    rootVersion: root.version,
    pinned: pinned === undefined ? 'none' : 'this',
  };
}

async function readHead(read: ReadFile): Promise<SignedCheckpoint & { readonly bytes: Uint8Array }> {
  const bytes = await read('checkpoint', 1 << 17);
  if (bytes === undefined) throw wrong('reader.missing', 'the log has no checkpoint');
  return { ...parseSignedCheckpoint(bytes), bytes };
}

const now = (origin: string): { origin: string; index: number } => ({
  origin,
  index: Number.MAX_SAFE_INTEGER,
});

async function requireLog(head: SignedCheckpoint, policy: TrustPolicy): Promise<Found['checkpoint']> {
  const { origin, size, root, extensions } = head.checkpoint;
  if (origin !== policy.document.log.origin || extensions.length > 0)
    throw wrong('reader.signature', `a checkpoint of "${origin}", not of "${policy.document.log.origin}"`);
  const { log } = headKeysAt(policy, now(origin));
  const signed = await Promise.all(log.map(({ key }) => verifySignatureBy(head.note, key)));
  const missing = log.find((_, i) => signed[i] === undefined);
  if (missing !== undefined || log.length === 0)
    throw wrong('reader.signature', `no signature by the log's key ${missing?.key.name ?? origin}`);
  return { origin, size, root: toHex(root), keys: log.map(({ key }) => `${key.name} (${key.scheme})`) };
}

async function requireQuorum(head: SignedCheckpoint, policy: TrustPolicy): Promise<Found['witnesses']> {
  const { checkpoint, note } = head;
  const { witnesses } = headKeysAt(policy, now(checkpoint.origin));
  const checked = await Promise.all(
    witnesses.map(async (witness) => ({ witness, valid: await verifySignatureBy(note, witness.key) })),
  );
  const valid = checked.flatMap((one) => (one.valid === undefined ? [] : [one.valid]));
  const operators = new Set(checked.flatMap((one) => (one.valid === undefined ? [] : one.witness.operator)));
  const { quorum, faulty } = policy.document.witnesses;
  const n = witnessOperatorsAt(policy, now(checkpoint.origin)).size;
  const position = { origin: checkpoint.origin, size: Number.MAX_SAFE_INTEGER };
  const keys = valid.map(({ key }) => key);
  if (!isWitnessQuorum(policy, position, keys))
    throw wrong('reader.cosignatures', `${operators.size} of ${n} witnesses cosigned it; ${quorum} must`);
  return {
    lines: checked.map(({ witness, valid: signature }) => ({
      operator: witness.operator,
      name: witness.key.name,
      time: signature?.time,
    })),
    quorum,
    cosigned: operators.size,
    claim: quorumClaim({ size: quorum, faulty }, n),
    time: witnessTime(valid, policy, checkpoint),
  };
}

/** The same steps as `verifyInclusion` takes, to be looked at. */
export function walkPath(
  path: readonly Uint8Array[],
  index: number,
  size: number,
  leaf: Uint8Array,
): readonly PathNode[] {
  let fn = index;
  let sn = size - 1;
  let hash = leaf;
  return path.map((sibling): PathNode => {
    const left = fn % 2 === 1 || fn === sn;
    if (left) {
      hash = nodeHash(sibling, hash, sha256);
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2);
        sn = Math.floor(sn / 2);
      }
    } else hash = nodeHash(hash, sibling, sha256);
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
    return { side: left ? 'left' : 'right', sibling: toHex(sibling), hash: toHex(hash) };
  });
}

async function requireSigner(
  entry: Uint8Array,
  index: number,
  policy: TrustPolicy,
): Promise<Found['signature']> {
  const envelope = parseEnvelope(entry);
  const keyid = envelope.signatures[0]?.keyid ?? '';
  const key = policy.keys.get(keyid);
  const holder = key ?? policy.root.keys.find((one) => one.keyid === keyid);
  if (holder === undefined)
    throw wrong('envelope.key', `the policy does not list the key ${keyid}: the entry says nothing`);
  await requireEnvelopeSignatures(envelope, () => holder.spki, undefined, sha256);
  const role = key?.role ?? 'root';
  const kind = kindOf(statementOf(envelope).predicateType);
  const here = { origin: policy.document.log.origin, index };
  const isValid = key === undefined || isValidAt(key, here, policy.place);
  return {
    id: statementIdOf(envelope, sha256),
    keyid,
    operator: holder.operator,
    role,
    counts: kind?.status === 'frozen' && kind.role === role && isValid,
  };
}

/** Against what this browser saw before: a log that was rewritten since is caught here by anyone who came back. */
async function compareHistory(
  { checkpoint, bytes }: SignedCheckpoint & { readonly bytes: Uint8Array },
  tiles: BrowserTiles,
  { read, memory, now: clock }: CheckOptions,
): Promise<Found['history']> {
  const { origin, size, root } = checkpoint;
  const before = memory.head(origin);
  const remember = (): void => memory.remember(origin, { size, root, note: bytes, seenAt: clock() });
  if (before === undefined) {
    remember();
    return { how: 'first', before: undefined, hashes: 0 };
  }
  const shown = { size: before.size, root: toHex(before.root), seenAt: before.seenAt };
  if (before.size === size) {
    if (equal(before.root, root)) return { how: 'same', before: shown, hashes: 0 };
    throw new ForkError(
      { ours: before.note, theirs: bytes },
      wrong('reader.fork', `two trees of the same size ${size}`),
    );
  }
  const [older, newer]: [Pick<RememberedHead, 'size' | 'root'>, Pick<RememberedHead, 'size' | 'root'>] =
    before.size < size ? [before, checkpoint] : [checkpoint, before];
  const reader = before.size < size ? tiles : new BrowserTiles(read, before.size);
  const proof = await consistencyProof(older.size, newer.size, reader.nodes, sha256);
  try {
    verifyConsistency(proof, older.size, newer.size, older.root, newer.root, sha256);
  } catch (cause) {
    throw new ForkError({ ours: before.note, theirs: bytes }, cause);
  }
  if (before.size > size) return { how: 'older', before: shown, hashes: proof.length };
  remember();
  return { how: 'extends', before: shown, hashes: proof.length };
}
