// From built outputs to what is served about them: releases, a publication, the evidence files.

import { join } from 'node:path';
import {
  canonicalJson,
  formatTime,
  publication,
  release,
  signStatement,
  toHex,
  type Envelope,
  type Json,
  type Output,
  type TrustPolicy,
} from '@vitrine/evidence';
import { activeIn, gatherEvidence, provePublication, type Produced } from '@vitrine/conveyor';
import { sha256, systemClock, writeDurable, type Store } from '@vitrine/host';
import type { LogReader } from '@vitrine/log';
import type { Appender } from '../append.ts';
import { openPolicyLog } from '../log-access.ts';
import type { Cast } from './cast.ts';

export interface Publisher {
  readonly cast: Cast;
  readonly policy: TrustPolicy;
  readonly logUrl: string;
  readonly appender: Appender;
  /** Served: evidence/, publication/ and the released files. */
  readonly folder: string;
}

/** Puts the outputs where they are served and logs a release of each. */
export async function releaseOutputs(
  { cast, appender, folder }: Publisher,
  produced: Produced,
  blobs: Store,
): Promise<void> {
  for (const output of produced.result.manifest.outputs) {
    await writeDurable(
      join(folder, output.path),
      await blobs.get(output.sha256, { maxBytes: output.size }),
      {},
    );
    await appender.append(await signRelease(cast, produced, output));
  }
}

function signRelease(
  cast: Cast,
  { order, statements }: Produced,
  { path, sha256: digest }: Output,
): ReturnType<typeof signStatement> {
  return signStatement(
    release,
    [{ name: 'artifact', digest: { sha256: digest } }],
    {
      purl: `pkg:generic/${order.product}@${order.version}`,
      product: order.product,
      channel: 'stable',
      platform: 'any',
      version: order.version,
      sequence: 1,
      order: statements.order.id,
      output: path,
    },
    cast.signer('releaser'),
  );
}

/**
 * The statement that announces the served folder: until the repository writes TUF snapshots, the
 * snapshot is a file that lists the released files by digest.
 */
export async function signPublication(
  { cast, policy, logUrl, folder }: Publisher,
  outputs: readonly Output[],
  seq: number,
  previous: number | null,
): Promise<{ readonly envelope: Envelope; readonly snapshot: string }> {
  const snapshot = canonicalJson({ files: outputs } as unknown as Json);
  const digest = toHex(sha256(snapshot));
  await writeDurable(join(folder, 'snapshot.json'), snapshot, { overwrite: true });
  const log = await openPolicyLog(logUrl, policy);
  const envelope = await signStatement(
    publication,
    [{ name: 'snapshot', digest: { sha256: digest } }],
    {
      seq,
      previous,
      root: { version: policy.root.version, sha256: policy.root.sha256 },
      snapshot: 1,
      roles: {},
      asOf: log.head().checkpoint.size,
      active: await activeIn(log, policy),
      issuedAt: formatTime(systemClock.now() / 1000),
    },
    cast.signer('publisher'),
  );
  return { envelope, snapshot: digest };
}

/** Logs a publication, waits for the witnesses and writes its proof file (D1). */
export async function publish(
  publisher: Publisher,
  outputs: readonly Output[],
  seq: number,
  previous: number | null,
): Promise<{ readonly index: number; readonly file: string }> {
  const { envelope, snapshot } = await signPublication(publisher, outputs, seq, previous);
  const { index } = await publisher.appender.append(envelope);
  return { index, file: await writePublication(publisher, index, snapshot) };
}

/** publication/<sha256 of the snapshot>.json: the logged publication with its proof against the newest checkpoint. */
export async function writePublication(
  { logUrl, policy, folder }: Publisher,
  index: number,
  snapshot: string,
): Promise<string> {
  const log = await openPolicyLog(logUrl, policy);
  const file = join(folder, 'publication', `${snapshot}.json`);
  await writeDurable(file, await provePublication(log, index, noteKeys(policy)), { overwrite: true });
  return file;
}

/** Writes evidence/<sha256>.json for each output, against the newest checkpoint. */
export async function writeEvidence(
  { policy, logUrl, folder }: Publisher,
  produced: Produced,
): Promise<readonly string[]> {
  const log = await openPolicyLog(logUrl, policy);
  const files: string[] = [];
  for (const output of produced.result.manifest.outputs) {
    const file = join(folder, 'evidence', `${output.sha256}.json`);
    await writeDurable(file, await evidenceOf(log, policy, produced, output), { overwrite: true });
    files.push(file);
  }
  return files;
}

function evidenceOf(
  log: LogReader,
  policy: TrustPolicy,
  { result, statements }: Produced,
  artifact: Output,
): Promise<Uint8Array> {
  return gatherEvidence(log, {
    artifact,
    outputs: result.manifest,
    keys: noteKeys(policy),
    from: statements.source.index,
  });
}

export function noteKeys(policy: TrustPolicy): readonly TrustPolicy['logKeys'][number]['key'][] {
  return [...policy.logKeys, ...policy.witnessKeys].map(({ key }) => key);
}
