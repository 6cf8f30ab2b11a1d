// Checking an entry in the reader's own browser, step by step, from the files of the log alone: policy →
// checkpoint → witnesses → quorum → entry → path → root → history → signature. What the page shows is held
// against it: its bytes must be those of the log, and what it says of the signer what the policy says. The
// page comes from the vendor's own Center; what makes the check worth something is the policy's digest, which
// the reader compares with one from elsewhere, and what this browser saw before.

import {
  consistencyProof,
  equal,
  headKeysAt,
  inclusionProof,
  isVitrineError,
  isWitnessQuorum,
  leafHash,
  loadPolicy,
  nodeHash,
  parseSignedCheckpoint,
  quorumClaim,
  sha256,
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
import { requireSigner, type ShownSigner, type Signed } from './signer.ts';
import { BrowserTiles, wrong, type ReadFile } from './tiles.ts';

export const stepNames = [
  'policy',
  'checkpoint',
  'witnesses',
  'entry',
  'path',
  'history',
  'signature',
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
    /** Seconds: how old that is by this browser's clock, and what the policy calls fresh. */
    readonly age: number;
    readonly maxAge: number;
  };
  readonly entry: { readonly bytes: number; readonly leaf: string; readonly file: string };
  readonly path: { readonly nodes: readonly PathNode[]; readonly root: string };
  readonly history: {
    readonly how: 'first' | 'same' | 'extends' | 'older';
    readonly before: { readonly size: number; readonly root: string; readonly seenAt: number } | undefined;
    readonly hashes: number;
    /** Whether this browser will know at the next visit what it saw now. */
    readonly kept: boolean;
  };
  readonly signature: Signed;
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

/** What a step that held still leaves to be said, the gravest first. */
export const warnings = ['older', 'stale', 'idle', 'forgotten'] as const;
export type Warning = (typeof warnings)[number];

export function warningOf(step: Step): Warning | undefined {
  if (step.state !== 'held') return undefined;
  if (step.name === 'witnesses') return step.found.age > step.found.maxAge ? 'stale' : undefined;
  if (step.name === 'signature') return step.found.counts ? undefined : 'idle';
  if (step.name !== 'history') return undefined;
  if (step.found.how === 'older') return 'older';
  return step.found.kept ? undefined : 'forgotten';
}

/** What a page says of an entry, to be held against the log and the policy. */
export interface Shown {
  readonly bytes: Uint8Array;
  readonly signer?: ShownSigner;
  /** The keys of the log as the page tells them to the command line. */
  readonly vkeys?: readonly string[];
}

export interface CheckOptions {
  readonly index: number;
  readonly shown: Shown;
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
  const { index, shown, read, memory } = options;
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
      return requireLog(head, policy, shown.vkeys);
    });
    await take('witnesses', () => requireQuorum(head, policy, options.now()));
    const { size, root } = head.checkpoint;
    const tiles = new BrowserTiles(read, size);
    await take('entry', async () => {
      if (index >= size) throw wrong('merkle.inclusion', `the log has ${size} entries and no entry ${index}`);
      entry = await tiles.entry(index);
      if (!equal(entry, shown.bytes))
        throw wrong(
          'check.shown',
          `under the number ${index} the log holds other bytes than this page shows`,
        );
      return { bytes: entry.length, leaf: toHex(leafHash(entry, sha256)), file: tiles.files()[0] ?? '' };
    });
    await take('path', async () => {
      const path = await inclusionProof(index, size, tiles.nodes, sha256);
      verifyInclusion(path, index, size, leafHash(entry, sha256), root, sha256);
      return { nodes: walkPath(path, index, size, leafHash(entry, sha256)), root: toHex(root) };
    });
    await take('history', () => compareHistory(head, tiles, options));
    await take('signature', () => requireSigner({ index, bytes: entry }, policy, read, shown.signer));
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

export async function readPolicy(read: ReadFile): Promise<TrustPolicy> {
  const [policy, root] = await Promise.all([read('policy.json', 1 << 20), read('root.json', 1 << 19)]);
  if (policy === undefined || root === undefined)
    throw wrong('reader.missing', 'the Center shows no policy or no root');
  return loadPolicy(policy, root);
}

function describePolicy(
  { document, digest, root }: TrustPolicy,
  pinned: string | undefined,
): Found['policy'] {
  if (pinned !== undefined && pinned !== digest)
    throw wrong('policy.pinned', `this is the policy ${digest}; in this browser ${pinned} was pinned`);
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

async function requireLog(
  head: SignedCheckpoint,
  policy: TrustPolicy,
  shown: readonly string[] | undefined,
): Promise<Found['checkpoint']> {
  const { origin, size, root, extensions } = head.checkpoint;
  if (origin !== policy.document.log.origin || extensions.length > 0)
    throw wrong('reader.signature', `a checkpoint of "${origin}", not of "${policy.document.log.origin}"`);
  const { log } = headKeysAt(policy, now(origin));
  const signed = await Promise.all(log.map(({ key }) => verifySignatureBy(head.note, key)));
  const missing = log.find((_, i) => signed[i] === undefined);
  if (missing !== undefined || log.length === 0)
    throw wrong('reader.signature', `no signature by the log's key ${missing?.key.name ?? origin}`);
  if (shown !== undefined && shown.join('\n') !== log.map(({ vkey }) => vkey).join('\n'))
    throw wrong('check.shown', 'this page names other keys of the log than the policy');
  return { origin, size, root: toHex(root), keys: log.map(({ key }) => `${key.name} (${key.scheme})`) };
}

async function requireQuorum(
  head: SignedCheckpoint,
  policy: TrustPolicy,
  seconds: number,
): Promise<Found['witnesses']> {
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
  const time = witnessTime(valid, policy, checkpoint);
  return {
    lines: checked.map(({ witness, valid: signature }) => ({
      operator: witness.operator,
      name: witness.key.name,
      time: signature?.time,
    })),
    quorum,
    cosigned: operators.size,
    claim: quorumClaim({ size: quorum, faulty }, n),
    time,
    age: Math.max(0, seconds - (time ?? 0)),
    maxAge: policy.document.freshness.maxAge,
  };
}

/** The same steps as `verifyInclusion` takes, to be looked at. */
function walkPath(
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

/** Against what this browser saw before: a log that was rewritten since is caught here by anyone who came back. */
async function compareHistory(
  { checkpoint, bytes }: SignedCheckpoint & { readonly bytes: Uint8Array },
  tiles: BrowserTiles,
  { read, memory, now: clock }: CheckOptions,
): Promise<Found['history']> {
  const { origin, size, root } = checkpoint;
  const before = memory.head(origin);
  const remember = (): boolean => {
    memory.remember(origin, { size, root, note: bytes, seenAt: clock() });
    return memory.keepsHead(origin);
  };
  if (before === undefined) return { how: 'first', before: undefined, hashes: 0, kept: remember() };
  const kept = memory.keepsHead(origin);
  const shown = { size: before.size, root: toHex(before.root), seenAt: before.seenAt };
  if (before.size === size) {
    if (equal(before.root, root)) return { how: 'same', before: shown, hashes: 0, kept };
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
  if (before.size > size) return { how: 'older', before: shown, hashes: proof.length, kept };
  return { how: 'extends', before: shown, hashes: proof.length, kept: remember() };
}
