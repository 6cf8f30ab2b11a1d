// The evidence of what is released, and whether it would convince: written before anybody is asked to rely
// on it, and again when others have spoken.

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { verify, type VitrineError } from '@vitrine/evidence';
import { makeDurableDirectory, readBounded, sha256, verifySignature, writeDurable } from '@vitrine/host';
import { fail } from '../codes.ts';
import { gatherEvidence } from '../evidence.ts';
import type { Built } from './built.ts';
import type { CosignWait } from './cosign.ts';
import { evidencePath, noteKeysOf, type Publisher } from './publisher.ts';

const evidenceBytes = 1 << 20;

/** evidence/<sha256>.json of each output, against the newest witnessed checkpoint; it may grow (D2). */
export async function writeEvidence(
  publisher: Pick<Publisher, 'log' | 'policy' | 'folder' | 'onStep'>,
  { outputs, from }: Pick<Built, 'outputs' | 'from'>,
): Promise<void> {
  const { log, policy, folder } = publisher;
  await makeDurableDirectory(join(folder, 'evidence'));
  await log.refresh();
  for (const artifact of outputs.outputs) {
    const bytes = await gatherEvidence(log, { artifact, outputs, keys: noteKeysOf(policy), from });
    await writeDurable(evidencePath(publisher, artifact.sha256), bytes);
  }
  publisher.onStep?.('evidence', `${outputs.outputs.length} files`);
}

/**
 * Again, with the rebuilds that were logged since; and what an endpoint would not accept is not offered.
 * Rebuilds that are still missing are waited for: a policy may ask for more of them than signed the role.
 */
export async function writeAcceptableEvidence(
  publisher: Publisher,
  built: Built,
  wait: CosignWait,
): Promise<void> {
  const deadline = performance.now() + wait.timeoutMs;
  for (;;) {
    await writeEvidence(publisher, built);
    const objection = await objectionTo(publisher, built);
    if (objection === undefined) return;
    if (objection.code !== 'release.pending' || performance.now() > deadline) throw objection;
    await sleep(wait.pollMs);
  }
}

/** The verdict of an endpoint, on the very files that it will fetch. */
async function objectionTo(publisher: Publisher, { outputs }: Built): Promise<VitrineError | undefined> {
  for (const artifact of outputs.outputs) {
    const evidence = await readBounded(evidencePath(publisher, artifact.sha256), evidenceBytes);
    const { verdict, code, checks } = await verify(
      { artifact, evidence, policy: publisher.policy },
      { sha256, verifySignature },
    );
    if (verdict === 'accepted') continue;
    const { name, detail } = checks.find((check) => check.code === code) ?? {
      name: 'verdict',
      detail: verdict,
    };
    return fail(
      verdict === 'undecided' || code === 'verdict.rebuilds' ? 'release.pending' : 'release.evidence',
      `endpoints would not accept ${artifact.path}: ${name}: ${detail} (${code ?? verdict})`,
      { at: artifact.path },
    );
  }
  return undefined;
}
