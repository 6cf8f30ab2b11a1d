// A fork: the log's own keys sign a second history, and both witnesses cosign it too. Every signature is
// genuine; only the two heads contradict each other.

import { join } from 'node:path';
import { formatEnvelope, formatVkey, release, signStatement } from '@vitrine/evidence';
import { gatherEvidence, noteKeysOf } from '@vitrine/conveyor';
import { makeDurableDirectory, systemClock, writeDurable } from '@vitrine/host';
import { initLog, openLogWriter } from '@vitrine/log';
import { cosignAnything } from '@vitrine/log/testing';
import { openPolicyLog } from '../log-access.ts';
import { fail } from '../codes.ts';
import { origin } from './cast.ts';
import type { Chain } from './chain.ts';

export async function forkedEvidence(
  chain: Chain,
  folder: string,
): Promise<{ readonly evidence: Uint8Array; readonly log: string }> {
  const { cast, policy, services } = chain;
  const { result } = chain.produced.verifier;
  const signers = await cast.logSigners();
  const honest = await openPolicyLog(services.urls.log, policy);
  const { size } = honest.head().checkpoint;
  await makeDurableDirectory(folder);
  await initLog(folder, { origin, vkeys: signers.map(({ key }) => formatVkey(key)), mode: 'raw' });
  const fork = await openLogWriter({ dir: folder, signers });
  // The first entry is another one; everything after it is the same, and one entry more.
  await fork.append(await otherRelease(chain));
  for await (const { index, entry } of honest.entries(1, size)) {
    const appended = await fork.append(entry);
    if (appended.index !== index)
      throw fail('tour.step', `entry ${index} of the fork stands at ${appended.index}`);
  }
  await fork.append(await firstEntry(honest.entries(0, 1)));
  const head = await fork.publishNow();
  await fork.close();
  const time = Math.floor(systemClock.now() / 1000);
  const cosigned = await cosignAnything(head.note, await cast.witnessSigners(), time);
  await writeDurable(join(folder, 'checkpoint'), cosigned, { overwrite: true });

  const output = result.manifest.outputs.find(({ path }) => path === 'verifier.mjs');
  if (output === undefined) throw fail('tour.step', 'there is no verifier.mjs');
  const evidence = await gatherEvidence(await openPolicyLog(folder, policy), {
    artifact: output,
    outputs: result.manifest,
    keys: noteKeysOf(policy),
  });
  return { evidence, log: folder };
}

async function firstEntry(entries: AsyncIterable<{ readonly entry: Uint8Array }>): Promise<Uint8Array> {
  for await (const { entry } of entries) return entry;
  throw fail('tour.step', 'the log is empty');
}

/** Something for some eyes only: a release that the honest history never shows. */
async function otherRelease({ cast, produced }: Chain): Promise<Uint8Array> {
  const { order, statements } = produced.verifier;
  const envelope = await signStatement(
    release,
    [{ name: 'artifact', digest: { sha256: 'f'.repeat(64) } }],
    {
      purl: `pkg:generic/${order.product}@${order.version}`,
      product: order.product,
      channel: 'targeted',
      platform: 'any',
      version: order.version,
      sequence: 1,
      order: statements.order.id,
      output: 'verifier.mjs',
    },
    await cast.signer('releaser'),
  );
  return formatEnvelope(envelope);
}
