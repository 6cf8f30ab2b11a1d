// One byte changed, anywhere in the artifact, its evidence, its publication or the policy: refused.
// Never accepted, never left open, never another exception.

import assert from 'node:assert/strict';
import test from 'node:test';
import { toHex, verifyFiles, type Outcome, type Platform } from '@vitrine/evidence';
import { makeWorld, nodePlatform, rememberingPlatform, worldTime, type WorldOptions } from '@vitrine/testkit';

interface Files {
  readonly artifact: Uint8Array;
  readonly evidence: Uint8Array;
  readonly publication: Uint8Array;
  readonly policy: Uint8Array;
  readonly root: Uint8Array;
}

async function files(options: WorldOptions): Promise<Files> {
  const world = await makeWorld(options);
  const publication = await world.publish();
  const evidence = await world.evidence();
  const { policyBytes: policy, root } = world;
  return { artifact: world.artifact.bytes, evidence, publication, policy, root };
}

function verdict(
  { artifact, evidence, publication, policy, root }: Files,
  platform: Platform,
): Promise<Outcome> {
  const hashed = { sha256: toHex(nodePlatform.sha256(artifact)), size: artifact.length };
  return verifyFiles(
    { artifact: hashed, evidence, publication, policy, root, now: worldTime + 60 },
    platform,
  );
}

/** Answers how many changes were tried. */
async function everyChangeIsRefused(whole: Files, name: keyof Files, step: number): Promise<number> {
  const platform = rememberingPlatform();
  assert.equal((await verdict(whole, platform)).verdict, 'accepted');
  const bytes = whole[name];
  let tried = 0;
  for (let i = 0; i < bytes.length; i += step) {
    // The lowest bit often gives another valid character; the second mask is another one at every place.
    const masks = i % 3 === 0 ? [1, 2 + ((i * 7) % 254)] : [1];
    for (const mask of masks) {
      const changed = bytes.with(i, (bytes[i] as number) ^ mask);
      const outcome = await verdict({ ...whole, [name]: changed }, platform);
      assert.equal(outcome.verdict, 'refused', `${name}, byte ${i} ^ ${mask}: ${outcome.verdict}`);
      tried++;
    }
  }
  return tried;
}

const plain = await files({});

test('every byte of a 2 kB artifact', async () => {
  assert.ok((await everyChangeIsRefused(plain, 'artifact', 1)) > plain.artifact.length);
});

test('every byte of its evidence file', async () => {
  assert.ok((await everyChangeIsRefused(plain, 'evidence', 1)) > plain.evidence.length);
});

test('every byte of its publication file', async () => {
  assert.ok((await everyChangeIsRefused(plain, 'publication', 1)) > plain.publication.length);
});

test('bytes all over the trust policy', async () => {
  await everyChangeIsRefused(plain, 'policy', 5);
});

test('bytes all over evidence and publication of a log that also signs with ML-DSA-44', async () => {
  const quantum = await files({ mlDsa: true });
  await everyChangeIsRefused(quantum, 'evidence', 13);
  await everyChangeIsRefused(quantum, 'publication', 7);
});
