import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  formatVkey,
  isVitrineError,
  parseEvidence,
  rebuild,
  resolution,
  signStatement,
  verify,
  withdrawal,
  type NoteSigner,
} from '@vitrine/evidence';
import { activeIn, gatherEvidence, provePublication } from '@vitrine/conveyor';
import { writeDurable } from '@vitrine/host';
import { initLog, openLog, openLogWriter, type LogReader } from '@vitrine/log';
import { cosignAnything } from '@vitrine/log/testing';
import { makeWorld, temporaryDirectory, worldOrigin, worldTime, type World } from '@vitrine/testkit';

/** The world's entries in a real log folder, cosigned by its witnesses. */
async function logOf(t: TestContext, world: World): Promise<LogReader> {
  const folder = join(temporaryDirectory(t), 'log');
  await initLog(folder, {
    origin: worldOrigin,
    vkeys: world.logSigners.map(({ key }) => formatVkey(key)),
    mode: 'raw',
  });
  const writer = await openLogWriter({ dir: folder, signers: world.logSigners });
  for (const entry of world.log.entries) await writer.append(entry);
  const head = await writer.publishNow();
  await writer.close();
  const witnesses: NoteSigner[] = [...world.witnessSigners.values()];
  await writeDurable(join(folder, 'checkpoint'), await cosignAnything(head.note, witnesses, worldTime), {
    overwrite: true,
  });
  return openLog(folder, { origin: worldOrigin, logKeys: world.logSigners.map(({ key }) => key) });
}

function keysOf({ policy }: World): NoteSigner['key'][] {
  return [...policy.logKeys, ...policy.witnessKeys].map(({ key }) => key);
}

test('what is gathered from the log is accepted, with the publication proven from the same log', async (t) => {
  const world = await makeWorld({ mlDsa: true });
  await world.publish();
  const log = await logOf(t, world);
  const { artifact, outputs, policy } = world;
  const evidence = await gatherEvidence(log, { artifact, outputs, keys: keysOf(world) });
  const publication = await provePublication(log, world.log.entries.length - 1, keysOf(world));
  const outcome = await verify({ artifact, evidence, publication, policy, now: worldTime + 60 });
  assert.deepEqual(
    [outcome.verdict, outcome.freshness],
    ['accepted', 'fresh'],
    JSON.stringify(outcome.checks.at(-1)),
  );
  assert.deepEqual(
    parseEvidence(evidence).statements.map(({ index }) => index),
    [0, 1, 2, 3, 4, 5],
  );
});

test('what speaks against the artifact is gathered too', async (t) => {
  const world = await makeWorld();
  const { artifact, outputs, policy } = world;
  const taken = await signStatement(
    withdrawal,
    [{ name: 'artifact', digest: { sha256: artifact.sha256 } }],
    {
      product: 'verifier',
      channel: 'stable',
      sequence: 7,
      reason: 'security',
      issuedAt: '2026-11-24T09:00:00Z',
    },
    world.signer('releaser'),
  );
  world.log.append(taken);
  const log = await logOf(t, world);
  const evidence = await gatherEvidence(log, { artifact, outputs, keys: keysOf(world) });
  assert.equal((await verify({ artifact, evidence, policy })).code, 'verdict.withdrawn');
});

test('signature lines by keys that the policy does not list are left out', async (t) => {
  const world = await makeWorld();
  const log = await logOf(t, world);
  const { artifact, outputs } = world;
  const [logKey] = world.logSigners;
  const evidence = await gatherEvidence(log, { artifact, outputs, keys: [logKey?.key as NoteSigner['key']] });
  assert.equal(
    parseEvidence(evidence)
      .checkpoint.split('\n')
      .filter((line) => line.startsWith('— ')).length,
    1,
  );
});

test('an artifact that was never released has no evidence', async (t) => {
  const world = await makeWorld();
  const log = await logOf(t, world);
  const artifact = { sha256: '0'.repeat(64), size: 1 };
  await assert.rejects(
    gatherEvidence(log, { artifact, outputs: world.outputs, keys: keysOf(world) }),
    (error) => isVitrineError(error, 'evidence.release'),
  );
});

test('a publication lists the hold that a differing rebuild makes, until a supervisor clears it, and every withdrawal', async (t) => {
  const world = await makeWorld();
  const { artifact, orderId, policy } = world;
  const finishedOn = '2026-11-24T09:00:00Z';
  const differing = world.log.append(
    await signStatement(
      rebuild,
      [{ name: 'outputs', digest: { sha256: 'd'.repeat(64) } }],
      { order: orderId, result: 'differs', isolation: 'none', finishedOn },
      world.signer('rebuilder', 'supervisor-b'),
    ),
  );
  assert.deepEqual(await activeIn(await logOf(t, world), policy), [
    { kind: 'hold', index: differing, about: orderId },
  ]);

  const explanation = { commitment: 'e'.repeat(64), heldBy: 'supervisor-a' };
  world.log.append(
    await signStatement(
      resolution,
      [{ name: 'order', digest: { sha256: orderId } }],
      { differs: differing, outcome: 'cleared', explanation, issuedAt: finishedOn },
      world.signer('supervisor', 'supervisor-a'),
    ),
  );
  assert.deepEqual(await activeIn(await logOf(t, world), policy), []);

  const taken = world.log.append(
    await signStatement(
      withdrawal,
      [{ name: 'artifact', digest: { sha256: artifact.sha256 } }],
      { product: 'verifier', channel: 'stable', sequence: 7, reason: 'defect', issuedAt: finishedOn },
      world.signer('releaser'),
    ),
  );
  assert.deepEqual(await activeIn(await logOf(t, world), policy), [
    { kind: 'withdrawal', index: taken, about: artifact.sha256 },
  ]);
});
