// A fork: the log's own keys sign a second history, and both witnesses cosign it too. Every signature is
// genuine; only the two heads contradict each other.

import { join } from 'node:path';
import { formatEnvelope, formatVkey, release, signStatement } from '@vitrine/evidence';
import { gatherEvidence } from '@vitrine/conveyor';
import { makeDurableDirectory, systemClock, writeDurable } from '@vitrine/host';
import { initLog, openLogWriter } from '@vitrine/log';
import { cosignAnything } from '@vitrine/log/testing';
import { openPolicyLog } from '../log-access.ts';
import { fail } from '../codes.ts';
import type { Chain } from './chain.ts';
import { noteKeys } from './release.ts';

export async function forkedEvidence(
  chain: Chain,
  folder: string,
): Promise<{ readonly evidence: Uint8Array; readonly log: string }> {
  const { cast, policy, produced } = chain;
  const honest = await openPolicyLog(chain.logUrl, policy);
  const { size } = honest.head().checkpoint;
  await makeDurableDirectory(folder);
  await initLog(folder, {
    origin: cast.origin,
    vkeys: cast.log.map(({ key }) => formatVkey(key)),
    mode: 'raw',
  });
  const fork = await openLogWriter({ dir: folder, signers: cast.log });
  // The first entry is another one; everything after it is the same, and one entry more.
  const hidden = await otherRelease(chain);
  await fork.append(hidden);
  for await (const { index, entry } of honest.entries(1, size)) {
    const appended = await fork.append(entry);
    if (appended.index !== index)
      throw fail('tour.step', `entry ${index} of the fork stands at ${appended.index}`);
  }
  await fork.append(await firstEntry(honest.entries(0, 1)));
  const head = await fork.publishNow();
  await fork.close();
  const time = Math.floor(systemClock.now() / 1000);
  const cosigned = await cosignAnything(
    head.note,
    cast.witnesses.map(({ signer }) => signer),
    time,
  );
  await writeDurable(join(folder, 'checkpoint'), cosigned, { overwrite: true });

  const output = produced.result.manifest.outputs.find(({ path }) => path === 'verifier.mjs');
  if (output === undefined) throw fail('tour.step', 'there is no verifier.mjs');
  const log = await openPolicyLog(folder, policy);
  const evidence = await gatherEvidence(log, {
    artifact: output,
    outputs: produced.result.manifest,
    keys: noteKeys(policy),
  });
  return { evidence, log: folder };
}

async function firstEntry(entries: AsyncIterable<{ readonly entry: Uint8Array }>): Promise<Uint8Array> {
  for await (const { entry } of entries) return entry;
  throw fail('tour.step', 'the log is empty');
}

/** Something for some eyes only: a release that the honest history never shows. */
async function otherRelease({ cast, produced }: Chain): Promise<Uint8Array> {
  const envelope = await signStatement(
    release,
    [{ name: 'artifact', digest: { sha256: 'f'.repeat(64) } }],
    {
      purl: `pkg:generic/${produced.order.product}@${produced.order.version}`,
      product: produced.order.product,
      channel: 'targeted',
      platform: 'any',
      version: produced.order.version,
      sequence: 1,
      order: produced.statements.order.id,
      output: 'verifier.mjs',
    },
    cast.signer('releaser'),
  );
  return formatEnvelope(envelope);
}
