// A small world that holds together: operators, root, policy, a log in memory and the statements of
// one release, all with real cryptography from fixed seeds. Every part can be replaced, so that a test
// says only what is different in its world.

import {
  formatCheckpoint,
  formatEnvelope,
  formatEvidence,
  formatNote,
  formatOutputs,
  formatPublicationFile,
  formatTime,
  formatVkey,
  fromUtf8,
  inclusionProof,
  leafHash,
  loadPolicy,
  noteSigner,
  noteTypes,
  nodeHash,
  order,
  provenance,
  publication,
  rebuild,
  release,
  sha256,
  signCheckpoint,
  signPolicy,
  signRoot,
  signStatement,
  source,
  statementIdOf,
  statementKeyOf,
  toBase64,
  toHex,
  treeRoot,
  utf8,
  buildType,
  type Envelope,
  type NodeAddress,
  type NoteSigner,
  type Publication,
  type Role,
  type RootSigner,
  type Scheme,
  type Signer,
  type StatementKey,
  type TrustPolicy,
  type TrustPolicyDocument,
} from '@vitrine/evidence';

import { testSigner } from './keys.ts';

export const worldOrigin = 'log.example/vitrine';
/** 2026-11-24T09:00:00Z: when the world's checkpoints are cosigned. */
export const worldTime = 1_795_510_800;

/** Entries in memory with the proofs of RFC 6962. */
export class MemoryLog {
  readonly entries: Uint8Array[] = [];

  append(envelope: Envelope): number {
    return this.entries.push(formatEnvelope(envelope)) - 1;
  }

  readonly read = (nodes: readonly NodeAddress[]): Promise<Uint8Array[]> =>
    Promise.resolve(nodes.map(({ level, index }) => this.#node(level, index)));

  #node(level: number, index: number): Uint8Array {
    if (level === 0) return leafHash(this.entries[index] as Uint8Array);
    return nodeHash(this.#node(level - 1, index * 2), this.#node(level - 1, index * 2 + 1));
  }

  root(size: number = this.entries.length): Promise<Uint8Array> {
    return treeRoot(size, this.read);
  }

  async path(index: number, size: number = this.entries.length): Promise<string[]> {
    return (await inclusionProof(index, size, this.read)).map(toBase64);
  }
}

export interface WorldOptions {
  /** Changes the policy before it is signed. */
  readonly policy?: (document: TrustPolicyDocument) => TrustPolicyDocument;
  /** Signs checkpoints with ML-DSA-44 as well. */
  readonly mlDsa?: boolean;
  readonly artifact?: Uint8Array;
  /** Seconds since 1970 of each witness's cosignature. */
  readonly cosignedAt?: Readonly<Record<string, number>>;
  readonly witnesses?: readonly string[];
}

export interface World {
  readonly log: MemoryLog;
  readonly root: Uint8Array;
  /** Who signed root and policy: for roots and policies that a test draws up itself. */
  readonly rootKeys: readonly RootSigner[];
  readonly policyBytes: Uint8Array;
  readonly policy: TrustPolicy;
  readonly artifact: { readonly bytes: Uint8Array; readonly sha256: string; readonly size: number };
  readonly logSigners: readonly NoteSigner[];
  readonly witnessSigners: ReadonlyMap<string, NoteSigner>;
  readonly envelopes: Readonly<Record<'source' | 'order' | 'provenance' | 'release', Envelope>>;
  readonly orderId: string;
  readonly outputs: { readonly outputs: readonly { path: string; sha256: string; size: number }[] };
  /** The signer of a role; rebuilders and supervisors by operator. */
  signer(role: Role, operator?: string): Signer;
  /** Signed by the log and by `witnesses` (all by default) at the current size. */
  checkpoint(options?: {
    size?: number;
    witnesses?: readonly string[];
    root?: Uint8Array;
    time?: number;
  }): Promise<string>;
  /** The evidence file over the log as it is now. */
  evidence(options?: { checkpoint?: string; indices?: readonly number[] }): Promise<Uint8Array>;
  /** Logs a publication and answers its file. */
  publish(
    options?: Partial<Omit<Publication, 'roles' | 'issuedAt'>> & { issuedAt?: number; time?: number },
  ): Promise<Uint8Array>;
}

const operators = [
  { id: 'supervisor-a', name: 'First Supervisor', jurisdiction: 'CH', part: 'supervisor' },
  { id: 'supervisor-b', name: 'Second Supervisor', jurisdiction: 'DE', part: 'supervisor' },
  { id: 'trustee', name: 'Trustee of the Customers', jurisdiction: 'FR', part: 'independent' },
  { id: 'vendor', name: 'Example Vendor', jurisdiction: 'CH', part: 'vendor' },
] as const;

export async function makeWorld(options: WorldOptions = {}): Promise<World> {
  const from = { origin: worldOrigin, index: 0 };
  const key = (name: string, scheme: Scheme = 'ed25519'): Signer => testSigner(name, scheme);
  const signer = (role: Role, operator = role === 'supervisor' ? 'supervisor-a' : 'vendor'): Signer =>
    key(`${operator} ${role}`, role === 'releaser' ? 'ecdsa-p256' : 'ed25519');
  const builder = 'https://vendor.example/conveyor';
  const listed = (role: Role, operator?: string): StatementKey => ({
    ...statementKeyOf(signer(role, operator)),
    operator: operator ?? (role === 'supervisor' ? 'supervisor-a' : 'vendor'),
    role,
    from,
    ...(role === 'builder' ? { builder } : {}),
  });
  const logSigners = [noteSigner(worldOrigin, noteTypes.log, key('log'))];
  if (options.mlDsa === true)
    logSigners.push(noteSigner(worldOrigin, noteTypes.mlDsaCosignature, key('log pq', 'ml-dsa-44')));
  const witnessNames = options.witnesses ?? ['supervisor-a', 'supervisor-b'];
  const witnessSigners = new Map(
    witnessNames.map((operator) => [
      operator,
      noteSigner(`${operator}.example/witness`, noteTypes.cosignature, key(`${operator} witness`)),
    ]),
  );
  const noteKey = (operator: string) => (one: NoteSigner) => ({ vkey: formatVkey(one.key), operator, from });
  const byVkey = (a: { vkey: string }, b: { vkey: string }): number => (a.vkey < b.vkey ? -1 : 1);

  const drafted: TrustPolicyDocument = {
    version: 1,
    operators,
    log: { origin: worldOrigin, keys: logSigners.map(noteKey('vendor')).sort(byVkey), frozen: [] },
    witnesses: {
      quorum: 2,
      faulty: 1,
      keys: [...witnessSigners].map(([operator, one]) => noteKey(operator)(one)).sort(byVkey),
    },
    keys: [
      listed('source'),
      listed('order'),
      listed('builder'),
      listed('releaser'),
      listed('publisher'),
      listed('rebuilder', 'supervisor-a'),
      listed('rebuilder', 'supervisor-b'),
      listed('supervisor', 'supervisor-a'),
      listed('reviewer', 'trustee'),
    ].sort((a, b) => (a.keyid < b.keyid ? -1 : 1)),
    rebuilds: { threshold: 2, blind: false },
    freshness: { maxAge: 86_400, offlineMaxAge: 2_592_000 },
    resolutionDeadline: 604_800,
  };
  const document = options.policy?.(drafted) ?? drafted;
  const rootKeys = ['vendor', 'vendor', 'vendor', 'supervisor-a', 'supervisor-b', 'trustee'].map(
    (operator, i) => ({
      operator,
      signer: key(`${operator} root ${i}`, i === 0 ? 'ecdsa-p256' : 'ed25519'),
    }),
  );
  const root = await signRoot({
    version: 1,
    expires: '2036-01-01T00:00:00Z',
    threshold: 5,
    vendor: 'vendor',
    keys: rootKeys,
  });
  const policyBytes = await signPolicy(
    document,
    rootKeys.map((holder) => holder.signer),
  );
  const policy = await loadPolicy(policyBytes, root);

  const bytes = options.artifact ?? utf8('the artifact\n'.repeat(150));
  const artifact = { bytes, sha256: toHex(sha256(bytes)), size: bytes.length };
  const outputs = { outputs: [{ path: 'verifier.mjs', sha256: artifact.sha256, size: artifact.size }] };
  const outputsSha = toHex(sha256(formatOutputs(outputs.outputs)));
  const tree = toHex(sha256(utf8('tree')));
  const blob = { sha256: toHex(sha256(utf8('blob'))), size: 1000 };
  const subject = (name: string, digest: string): [{ name: string; digest: { sha256: string } }] => [
    { name, digest: { sha256: digest } },
  ];

  const log = new MemoryLog();
  const sourceEnvelope = await signStatement(
    source,
    subject('tree', tree),
    {
      product: 'verifier',
      listing: blob,
      files: 12,
      bytes: 4096,
      gitCommit: 'a'.repeat(40),
      gitTree: 'b'.repeat(40),
    },
    signer('source'),
  );
  const orderEnvelope = await signStatement(
    order,
    subject('tree', tree),
    {
      product: 'verifier',
      version: '0.1.0',
      source: statementIdOf(sourceEnvelope),
      environment: { platform: 'linux-x64', root: 'host', sandbox: false },
      recipe: { path: 'products/verifier/conveyor.toml', sha256: blob.sha256 },
      materials: blob,
      parameters: {},
      clock: worldTime - 3600,
      limits: {
        seconds: 600,
        outputBytes: 1 << 26,
        logBytes: 1 << 20,
        memoryBytes: 2 ** 32,
        processes: 1024,
        files: 200_000,
        diskBytes: 2 ** 32,
      },
    },
    signer('order'),
  );
  const orderId = statementIdOf(orderEnvelope);
  const provenanceEnvelope = await signStatement(
    provenance,
    subject('outputs', outputsSha),
    {
      buildDefinition: {
        buildType,
        externalParameters: { order: orderId },
        internalParameters: { isolation: 'bubblewrap' },
        resolvedDependencies: [
          { name: 'materials', digest: { sha256: blob.sha256 } },
          { name: 'tree', digest: { sha256: tree } },
        ],
      },
      runDetails: {
        builder: { id: builder },
        metadata: { startedOn: formatTime(worldTime - 120), finishedOn: formatTime(worldTime - 60) },
      },
    },
    signer('builder'),
  );
  const releaseEnvelope = await signStatement(
    release,
    subject('artifact', artifact.sha256),
    {
      purl: 'pkg:generic/verifier@0.1.0',
      product: 'verifier',
      channel: 'stable',
      platform: 'any',
      version: '0.1.0',
      sequence: 7,
      order: orderId,
      output: 'verifier.mjs',
    },
    signer('releaser'),
  );
  const envelopes = {
    source: sourceEnvelope,
    order: orderEnvelope,
    provenance: provenanceEnvelope,
    release: releaseEnvelope,
  };
  log.append(sourceEnvelope);
  log.append(orderEnvelope);
  for (const operator of ['supervisor-a', 'supervisor-b']) {
    if (operator === 'supervisor-b') log.append(provenanceEnvelope);
    log.append(
      await signStatement(
        rebuild,
        subject('outputs', outputsSha),
        {
          order: orderId,
          result: operator === 'supervisor-a' ? 'built' : 'reproduced',
          isolation: 'bubblewrap',
          finishedOn: formatTime(worldTime - 50),
        },
        signer('rebuilder', operator),
      ),
    );
  }
  log.append(releaseEnvelope);

  const checkpoint: World['checkpoint'] = async ({
    size = log.entries.length,
    witnesses = witnessNames,
    root: head,
    time,
  } = {}) => {
    const text = formatCheckpoint({
      origin: worldOrigin,
      size,
      root: head ?? (await log.root(size)),
      extensions: [],
    });
    const signers = [
      ...logSigners,
      ...witnesses.map((operator) => witnessSigners.get(operator) as NoteSigner),
    ];
    const signatures = await Promise.all(
      signers.map((one) => {
        const operator = [...witnessSigners].find(([, witness]) => witness === one)?.[0] ?? '';
        return signCheckpoint(text, one, options.cosignedAt?.[operator] ?? time ?? worldTime);
      }),
    );
    return fromUtf8(formatNote({ text, signatures }));
  };

  const evidence: World['evidence'] = async ({ checkpoint: head, indices } = {}) => {
    const note = head ?? (await checkpoint());
    const size = Number(note.split('\n')[1]);
    const statements = (indices ?? [...Array.from({ length: Math.min(size, 6) }).keys()]).map(
      async (index) => ({
        envelope: JSON.parse(fromUtf8(log.entries[index] as Uint8Array)) as Envelope,
        index,
        path: await log.path(index, size),
      }),
    );
    return formatEvidence({
      artifact: { sha256: artifact.sha256, size: artifact.size },
      checkpoint: note,
      outputs,
      statements: await Promise.all(statements),
    });
  };

  const publish: World['publish'] = async ({
    seq = 1,
    previous = seq === 1 ? null : 0,
    snapshot = 1,
    asOf = log.entries.length,
    root: announced = { version: 1, sha256: policy.root.sha256 },
    active = [],
    issuedAt = worldTime - 30,
    time,
  } = {}) => {
    const envelope = await signStatement(
      publication,
      subject('snapshot', toHex(sha256(utf8(`snapshot ${snapshot}`)))),
      {
        seq,
        previous,
        root: announced,
        snapshot,
        roles: {},
        asOf,
        active,
        issuedAt: formatTime(issuedAt),
      },
      signer('publisher'),
    );
    const index = log.append(envelope);
    const note = await checkpoint(time === undefined ? {} : { time });
    return formatPublicationFile({
      checkpoint: note,
      statement: { envelope, index, path: await log.path(index) },
    });
  };

  return {
    log,
    root,
    rootKeys,
    policyBytes,
    policy,
    artifact,
    logSigners,
    witnessSigners,
    envelopes,
    orderId,
    outputs,
    signer,
    checkpoint,
    evidence,
    publish,
  };
}
