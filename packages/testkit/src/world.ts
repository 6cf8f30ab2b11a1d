// A small world that holds together: operators, root, policy, a log in memory and the statements of
// one release, all with real cryptography from fixed seeds. Every part can be replaced, so that a test
// says only what is different in its world.

import {
  formatCheckpoint,
  formatEvidence,
  formatNote,
  formatPublicationFile,
  formatTime,
  formatVkey,
  fromUtf8,
  loadPolicy,
  noteSigner,
  noteTypes,
  publication,
  sha256,
  signCheckpoint,
  signPolicy,
  signRoot,
  signStatement,
  statementKeyOf,
  toHex,
  utf8,
  type Envelope,
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
import { MemoryLog } from './memory-log.ts';
import { builder, logRelease, worldTime, type LoggedRelease, type ReleasePlan } from './release.ts';

export { worldTime };
export const worldOrigin = 'log.example/vitrine';

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
  readonly artifact: LoggedRelease['artifact'];
  readonly logSigners: readonly NoteSigner[];
  readonly witnessSigners: ReadonlyMap<string, NoteSigner>;
  /** Of the first release. */
  readonly envelopes: LoggedRelease['envelopes'];
  readonly orderId: string;
  readonly outputs: LoggedRelease['outputs'];
  /** The signer of a role; rebuilders and supervisors by operator. */
  signer(role: Role, operator?: string): Signer;
  /** Signed by the log and by `witnesses` (all by default) at the current size. */
  checkpoint(options?: {
    size?: number;
    witnesses?: readonly string[];
    root?: Uint8Array;
    time?: number;
  }): Promise<string>;
  /** The evidence file over the log as it is now, of the first release unless `of` names another. */
  evidence(options?: {
    checkpoint?: string;
    indices?: readonly number[];
    of?: LoggedRelease;
  }): Promise<Uint8Array>;
  /** Logs another release: source, order, provenance, two rebuilds and the release itself. */
  release(plan: ReleasePlan): Promise<LoggedRelease>;
  /** Logs a statement and answers its proof, in the form of a publication file. */
  prove(envelope: Envelope, options?: { time?: number; witnesses?: readonly string[] }): Promise<Uint8Array>;
  /** Logs a publication and answers its file. `sha256`: of the snapshot. */
  publish(
    options?: Partial<Omit<Publication, 'issuedAt'>> & {
      sha256?: string;
      issuedAt?: number;
      time?: number;
      witnesses?: readonly string[];
    },
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

  const log = new MemoryLog();
  const first = await logRelease(
    log,
    signer,
    options.artifact === undefined ? {} : { bytes: options.artifact },
  );
  const { artifact, outputs, orderId, envelopes } = first;

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

  const evidence: World['evidence'] = async ({ checkpoint: head, indices, of = first } = {}) => {
    const note = head ?? (await checkpoint());
    const size = Number(note.split('\n')[1]);
    const statements = (indices ?? of.indices.filter((index) => index < size)).map(async (index) => ({
      envelope: JSON.parse(fromUtf8(log.entries[index] as Uint8Array)) as Envelope,
      index,
      path: await log.path(index, size),
    }));
    return formatEvidence({
      artifact: { sha256: of.artifact.sha256, size: of.artifact.size },
      checkpoint: note,
      outputs: of.outputs,
      statements: await Promise.all(statements),
    });
  };

  const prove: World['prove'] = async (envelope, { time, witnesses } = {}) => {
    const index = log.append(envelope);
    const note = await checkpoint({
      ...(time === undefined ? {} : { time }),
      ...(witnesses === undefined ? {} : { witnesses }),
    });
    return formatPublicationFile({
      checkpoint: note,
      statement: { envelope, index, path: await log.path(index) },
    });
  };

  const publish: World['publish'] = async ({
    seq = 1,
    previous = seq === 1 ? null : 0,
    snapshot = 1,
    sha256: digest = toHex(sha256(utf8(`snapshot ${snapshot}`))),
    asOf = log.entries.length,
    root: announced = { version: 1, sha256: policy.root.sha256 },
    roles = {},
    active = [],
    issuedAt = worldTime - 30,
    ...head
  } = {}) => {
    const envelope = await signStatement(
      publication,
      [{ name: 'snapshot', digest: { sha256: digest } }],
      {
        seq,
        previous,
        root: announced,
        snapshot,
        roles,
        asOf,
        active,
        issuedAt: formatTime(issuedAt),
      },
      signer('publisher'),
    );
    return prove(envelope, head);
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
    release: (plan) => logRelease(log, signer, plan),
    prove,
    publish,
  };
}
