// The verdict of a release's page: on that release and no other, with the same bytes released again or not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectKind, release, signStatement, statementOf, type Release } from '@vitrine/evidence';
import { makeWorld, worldTime, type World } from '@vitrine/testkit';
import { verifyExactly, type ExactOutcome, type Named } from '../web/src/releases/exact.ts';

const released = (world: World): Release =>
  expectKind(statementOf(world.envelopes.release), release).predicate;

async function releaseAgain(world: World, change: Partial<Release>): Promise<void> {
  const about = [{ name: 'artifact', digest: { sha256: world.artifact.sha256 } }];
  world.log.append(
    await signStatement(release, about, { ...released(world), ...change }, world.signer('releaser')),
  );
}

async function ask(world: World, change: Partial<Named> = {}): Promise<ExactOutcome> {
  const { sha256, bytes } = world.artifact;
  return verifyExactly(
    {
      artifact: { sha256, size: bytes.length },
      publication: await world.publish(),
      evidence: await world.evidence({ indices: [...world.log.entries.keys()] }),
      policy: world.policyBytes,
      root: world.root,
      now: worldTime,
    },
    { ...released(world), ...change },
  );
}

test('the release that is asked for is accepted', async () => {
  const world = await makeWorld();
  const { verdict, other } = await ask(world);
  assert.deepEqual([verdict, other], ['accepted', undefined]);
});

test('a newer release in place of the one that is asked for is refused, and named', async () => {
  const world = await makeWorld();
  const { sequence } = released(world);
  const { verdict, other } = await ask(world, { sequence: sequence - 1 });
  assert.deepEqual([verdict, other?.sequence], ['refused', sequence]);
});

test('another version than the one that is asked for is refused, and named', async () => {
  const world = await makeWorld();
  const { verdict, other } = await ask(world, { version: '9.9.9' });
  assert.deepEqual([verdict, other?.version], ['refused', released(world).version]);
});

test('bytes that were released again are each of their releases, and no third one', async () => {
  const world = await makeWorld();
  const { sequence } = released(world);
  await releaseAgain(world, { sequence: sequence + 2 });
  for (const one of [sequence, sequence + 2]) {
    const { verdict, release: found } = await ask(world, { sequence: one });
    assert.deepEqual([verdict, found?.sequence], ['accepted', one]);
  }
  const { verdict, other } = await ask(world, { sequence: sequence + 1 });
  assert.deepEqual([verdict, other?.sequence], ['refused', sequence + 2]);
});

test('an older release in place of the one that is asked for is refused by the verdict itself', async () => {
  const world = await makeWorld();
  const { verdict, code } = await ask(world, { sequence: released(world).sequence + 1 });
  assert.deepEqual([verdict, code], ['refused', 'verdict.sequence']);
});
