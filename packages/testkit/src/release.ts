// The statements of one release, from source to release, with real signatures.

import {
  buildType,
  formatOutputs,
  formatTime,
  order,
  provenance,
  rebuild,
  release,
  sha256,
  signStatement,
  source,
  statementIdOf,
  toHex,
  utf8,
  type Envelope,
  type Role,
  type Signer,
} from '@vitrine/evidence';
import type { MemoryLog } from './memory-log.ts';

/** 2026-11-24T09:00:00Z: when the world's checkpoints are cosigned. */
export const worldTime = 1_795_510_800;
export const builder = 'https://vendor.example/conveyor';

export interface ReleasePlan {
  readonly bytes?: Uint8Array;
  readonly product?: string;
  readonly channel?: string;
  readonly platform?: string;
  readonly version?: string;
  readonly sequence?: number;
  readonly output?: string;
  /** Rebuilders that get these bytes; the first one logs before the provenance. */
  readonly rebuilders?: readonly string[];
  /** A rebuilder that gets other bytes. */
  readonly differs?: string;
}

export interface LoggedRelease {
  readonly plan: Required<Omit<ReleasePlan, 'bytes' | 'rebuilders' | 'differs'>>;
  readonly artifact: { readonly bytes: Uint8Array; readonly sha256: string; readonly size: number };
  readonly outputs: { readonly outputs: readonly { path: string; sha256: string; size: number }[] };
  readonly orderId: string;
  readonly envelopes: Readonly<Record<'source' | 'order' | 'provenance' | 'release', Envelope>>;
  /** Of all its statements. */
  readonly indices: readonly number[];
}

export async function logRelease(
  log: MemoryLog,
  signer: (role: Role, operator?: string) => Signer,
  plan: ReleasePlan,
): Promise<LoggedRelease> {
  const {
    bytes = utf8('the artifact\n'.repeat(150)),
    product = 'verifier',
    channel = 'stable',
    platform = 'any',
    version = '0.1.0',
    sequence = 7,
    output = 'verifier.mjs',
    rebuilders = ['supervisor-a', 'supervisor-b'],
    differs,
  } = plan;
  const artifact = { bytes, sha256: digestOf(bytes), size: bytes.length };
  const outputs = { outputs: [{ path: output, sha256: artifact.sha256, size: artifact.size }] };
  const outputsSha = digestOf(formatOutputs(outputs.outputs));
  const tree = digestOf(utf8('tree'));
  const blob = { sha256: digestOf(utf8('blob')), size: 1000 };
  const subject = (name: string, digest: string): [{ name: string; digest: { sha256: string } }] => [
    { name, digest: { sha256: digest } },
  ];

  const sourceEnvelope = await signStatement(
    source,
    subject('tree', tree),
    {
      product,
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
      product,
      version,
      source: statementIdOf(sourceEnvelope),
      environment: { platform: platform === 'any' ? 'linux-x64' : platform, root: 'host', sandbox: false },
      recipe: { path: `products/${product}/conveyor.toml`, sha256: blob.sha256 },
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
      purl: `pkg:generic/${product}@${version}`,
      product,
      channel,
      platform,
      version,
      sequence,
      order: orderId,
      output,
    },
    signer('releaser'),
  );
  const rebuilt = (operator: string, result: 'built' | 'reproduced' | 'differs'): Promise<Envelope> =>
    signStatement(
      rebuild,
      subject('outputs', result === 'differs' ? digestOf(utf8('other outputs')) : outputsSha),
      { order: orderId, result, isolation: 'bubblewrap', finishedOn: formatTime(worldTime - 50) },
      signer('rebuilder', operator),
    );

  const [blind, ...later] = rebuilders;
  const envelopes = [
    sourceEnvelope,
    orderEnvelope,
    ...(blind === undefined ? [] : [await rebuilt(blind, 'built')]),
    provenanceEnvelope,
    ...(await Promise.all(later.map((operator) => rebuilt(operator, 'reproduced')))),
    ...(differs === undefined ? [] : [await rebuilt(differs, 'differs')]),
    releaseEnvelope,
  ];
  return {
    plan: { product, channel, platform, version, sequence, output },
    artifact,
    outputs,
    orderId,
    envelopes: {
      source: sourceEnvelope,
      order: orderEnvelope,
      provenance: provenanceEnvelope,
      release: releaseEnvelope,
    },
    indices: envelopes.map((envelope) => log.append(envelope)),
  };
}

function digestOf(bytes: Uint8Array): string {
  return toHex(sha256(bytes));
}
