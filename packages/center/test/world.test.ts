// The world that the Center's tests stand on holds together: an endpoint would judge it as it was meant.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { verifyFiles } from '@vitrine/evidence';
import { headRulesOf, openLog } from '@vitrine/log';
import { parseTimestamp } from '@vitrine/tuf';
import { makeCenterWorld, type CenterWorld } from './world.ts';

async function verdictOf(world: CenterWorld, version: string): Promise<{ verdict: string; code: string }> {
  const { artifact } = world.releases.find((one) => one.version === version) ?? {};
  if (artifact === undefined) throw new Error('no such release');
  const { folder } = world.repository;
  const { sha256: snapshot } = parseTimestamp(readFileSync(join(folder, 'metadata/timestamp.json'))).signed
    .snapshot;
  const { verdict, code } = await verifyFiles({
    artifact,
    evidence: readFileSync(join(folder, 'evidence', `${artifact.sha256}.json`)),
    publication: readFileSync(join(folder, 'publication', `${snapshot}.json`)),
    policy: world.policyBytes,
    root: world.root,
    now: world.clock.now() / 1000,
  });
  return { verdict, code: code ?? '' };
}

test('of the releases of the world one is withdrawn, one is accepted and one is held', async (t) => {
  const world = await makeCenterWorld(t);
  assert.deepEqual(await verdictOf(world, '1.0.0'), { verdict: 'refused', code: 'verdict.withdrawn' });
  assert.deepEqual(await verdictOf(world, '1.1.0'), { verdict: 'accepted', code: '' });
  assert.deepEqual(await verdictOf(world, '1.2.0'), { verdict: 'refused', code: 'verdict.differs' });
});

test('a difference that another supervisor clears no longer holds the release', async (t) => {
  const world = await makeCenterWorld(t);
  const held = world.releases[2];
  assert(held !== undefined);
  await world.resolve(held, 'cleared');
  await world.repository.writeEvidence(held);
  await world.repository.publish();
  // Nor is it a vote: the one that is left does not reach the threshold of two.
  assert.deepEqual(await verdictOf(world, '1.2.0'), { verdict: 'refused', code: 'verdict.rebuilds' });
});

test('the log of the world can be read over HTTP by the rules of its policy, and its gate closed', async (t) => {
  const world = await makeCenterWorld(t, { trouble: false });
  const reader = await openLog(world.log.url, headRulesOf(world.policy));
  assert.equal(reader.head().checkpoint.size, world.log.statements.length);
  assert.equal(world.releases.length, 2);
  world.log.gate.state = 'down';
  await assert.rejects(reader.refresh(), { exit: 5 });
});
