// The statements of a release, with real signatures: source, order, blind rebuilds, provenance, what the
// rebuilders say after comparing, release.

import { createHash } from 'node:crypto';
import {
  buildType,
  commitTo,
  finding,
  formatMaterials,
  formatOutputs,
  formatTime,
  order,
  provenance,
  rebuild,
  release,
  resolution,
  signStatement,
  utf8,
  withdrawal,
  type Envelope,
  type Material,
  type Output,
  type Rebuild,
} from '@vitrine/evidence';
import { sha256Hex, type Clock, type Store } from '@vitrine/host';
import type { Logged, WorldLog } from './log.ts';
import { builderId, signerOf, supervisors, type SupervisorName } from './parties.ts';
import { sourceStatement, type WorldTree } from './source.ts';

export interface WorldRelease {
  readonly product: string;
  readonly channel: string;
  readonly platform: string;
  readonly version: string;
  readonly sequence: number;
  readonly tree: WorldTree;
  readonly artifact: Output & { readonly bytes: Uint8Array };
  readonly outputs: readonly Output[];
  readonly outputsSha256: string;
  readonly materials: readonly Material[];
  readonly orderId: string;
  /** Where its statements stand. */
  readonly at: {
    readonly source: Logged;
    readonly order: Logged;
    /** Logged before the provenance. */
    readonly blind: readonly Logged[];
    readonly provenance: Logged;
    readonly rebuilds: readonly Logged[];
    readonly release: Logged;
  };
}

export interface ReleasePlan {
  readonly tree: WorldTree;
  readonly product?: string;
  readonly channel?: string;
  readonly platform?: string;
  readonly version: string;
  readonly sequence: number;
  /** Name and bytes of the output; by default the one of the product. */
  readonly output?: string;
  readonly bytes?: Uint8Array;
  /** Who gets other bytes; says so, with the difference sealed. */
  readonly differs?: SupervisorName;
}

export interface Maker {
  readonly log: WorldLog;
  readonly blobs: Store;
  readonly clock: Clock;
}

export async function makeRelease(maker: Maker, plan: ReleasePlan): Promise<WorldRelease> {
  const { log, blobs } = maker;
  const { tree, product = 'sample', channel = 'stable', platform = 'any', version, sequence } = plan;
  const { output = 'sample.mjs', differs } = plan;
  const bytes = plan.bytes ?? tree.files.get('src/main.ts') ?? utf8(`${product} ${version}\n`);
  const artifact = { path: output, sha256: await blobs.put(bytes), size: bytes.length, bytes };
  const outputs: readonly Output[] = [{ path: output, sha256: artifact.sha256, size: artifact.size }];
  const outputsSha256 = await blobs.put(formatOutputs(outputs));
  const materials = await makeMaterials(blobs);
  const materialBytes = formatMaterials(materials);
  const materialObject = { sha256: await blobs.put(materialBytes), size: materialBytes.length };
  const now = formatTime(maker.clock.now() / 1000);

  const [sourced] = await log.append(await sourceStatement(tree, product));
  const ordered = await signStatement(
    order,
    [{ name: 'tree', digest: { sha256: tree.digest } }],
    {
      product,
      version,
      source: required(sourced).id,
      environment: {
        platform: platform === 'any' ? 'linux-x64' : platform,
        root: 'host',
        sandbox: false,
      },
      recipe: {
        path: 'conveyor.toml',
        sha256: sha256Hex(tree.files.get('conveyor.toml') ?? new Uint8Array()),
      },
      materials: materialObject,
      parameters: {},
      clock: Math.floor(maker.clock.now() / 1000) - 3_600,
      limits: {
        seconds: 600,
        outputBytes: 1 << 26,
        logBytes: 1 << 20,
        memoryBytes: 2 ** 32,
        processes: 1_024,
        files: 200_000,
        diskBytes: 2 ** 32,
      },
    },
    signerOf('order'),
  );
  const [order_] = await log.append(ordered);
  const orderId = required(order_).id;
  const other = formatOutputs([{ path: output, sha256: sha256Hex(utf8('other')), size: 5 }]);
  const words = (compared: boolean): Promise<readonly Envelope[]> =>
    Promise.all(
      supervisors.map((operator) => {
        const isOther = operator === differs;
        const result = isOther ? 'differs' : 'reproduced';
        return rebuilt(operator, isOther ? sha256Hex(other) : outputsSha256, {
          order: orderId,
          result: compared ? result : 'built',
          isolation: 'bubblewrap',
          finishedOn: now,
          ...(compared && isOther ? { difference: sealed(operator, 'line 3 of the output differs') } : {}),
        });
      }),
    );
  const blind = await log.append(...(await words(false)));
  const provenanceEnvelope = await signStatement(
    provenance,
    [{ name: 'outputs', digest: { sha256: outputsSha256 } }],
    {
      buildDefinition: {
        buildType,
        externalParameters: { order: orderId },
        internalParameters: { isolation: 'bubblewrap' },
        resolvedDependencies: [
          { name: 'materials', digest: { sha256: materialObject.sha256 } },
          { name: 'tree', digest: { sha256: tree.digest } },
        ],
      },
      runDetails: { builder: { id: builderId }, metadata: { startedOn: now, finishedOn: now } },
    },
    signerOf('builder'),
  );
  const released = await signStatement(
    release,
    [{ name: 'artifact', digest: { sha256: artifact.sha256 } }],
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
    signerOf('releaser'),
  );
  const [provenanceAt] = await log.append(provenanceEnvelope);
  // Who finds a difference may find it late: the release stands in the log before the word against it.
  const compared = await words(true);
  const late = differs === undefined ? [] : [compared[supervisors.indexOf(differs)] as Envelope];
  const early = compared.filter((word) => !late.includes(word));
  const rebuilds = await log.append(...early);
  const [releaseAt] = await log.append(released);
  const lateAt = late.length === 0 ? [] : await log.append(...late);
  return {
    product,
    channel,
    platform,
    version,
    sequence,
    tree,
    artifact,
    outputs,
    outputsSha256,
    materials,
    orderId,
    at: {
      source: required(sourced),
      order: required(order_),
      blind,
      provenance: required(provenanceAt),
      rebuilds: [...rebuilds, ...lateAt],
      release: required(releaseAt),
    },
  };
}

function rebuilt(operator: SupervisorName, outputs: string, predicate: Rebuild): Promise<Envelope> {
  const subject = [{ name: 'outputs', digest: { sha256: outputs } }];
  return signStatement(rebuild, subject, predicate, signerOf('rebuilder', operator));
}

/** Salt and body from the words, so that a test can open it. */
function sealed(operator: string, words: string): ReturnType<typeof commitTo> {
  return commitTo(saltOf(words), utf8(words), operator);
}

function saltOf(words: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(`salt of ${words}`).digest());
}

async function makeMaterials(blobs: Store): Promise<readonly Material[]> {
  const material = async (name: string, version: string, opaque: boolean): Promise<Material> => {
    const archive = utf8(`the archive of ${name} ${version}\n`);
    return {
      id: `npm:${name}@${version}`,
      kind: 'npm',
      name,
      version,
      integrity: `sha512-${createHash('sha512').update(archive).digest('base64')}`,
      sha256: await blobs.put(archive),
      size: archive.length,
      opaque,
    };
  };
  return Promise.all([
    material('@example/compiler-linux-x64', '2.1.0', true),
    material('left-pad', '1.3.0', false),
    material('typescript', '5.9.2', false),
  ]);
}

export function findingAbout(
  digest: string,
  severity: 'note' | 'minor' | 'major' | 'critical',
  words: string,
  { operator, clock }: { readonly operator: SupervisorName; readonly clock: Clock },
): Promise<Envelope> {
  return signStatement(
    finding,
    [{ name: 'about', digest: { sha256: digest } }],
    { ...sealed(operator, words), severity, issuedAt: formatTime(clock.now() / 1000) },
    signerOf('supervisor', operator),
  );
}

export function withdrawalOf(
  { product, channel, sequence, artifact }: WorldRelease,
  clock: Clock,
  replacement?: string,
): Promise<Envelope> {
  return signStatement(
    withdrawal,
    [{ name: 'artifact', digest: { sha256: artifact.sha256 } }],
    {
      product,
      channel,
      sequence,
      reason: 'defect',
      issuedAt: formatTime(clock.now() / 1000),
      ...(replacement === undefined ? {} : { replacement }),
    },
    signerOf('releaser'),
  );
}

/** The other supervisor answers a difference (D14). `differs`: the place of the differing rebuild. */
export function resolutionOf(
  { orderId }: WorldRelease,
  differs: number,
  outcome: 'cleared' | 'upheld',
  { operator, clock }: { readonly operator: SupervisorName; readonly clock: Clock },
): Promise<Envelope> {
  return signStatement(
    resolution,
    [{ name: 'order', digest: { sha256: orderId } }],
    {
      differs,
      outcome,
      explanation: sealed(operator, 'why it differs'),
      issuedAt: formatTime(clock.now() / 1000),
    },
    signerOf('supervisor', operator),
  );
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the world is not there yet');
  return value;
}
