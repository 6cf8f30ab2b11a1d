import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '@vitrine/testkit';
import {
  build,
  commit,
  makeWorld,
  postRole,
  publish,
  release,
  roleDraft,
  sign,
  vendorRole,
} from './world.ts';

const honest = 'cat in.txt > $OUT/tiny.txt';

test('an order is rebuilt blind, compared, and its release co-signed', async (t) => {
  const world = await makeWorld(t);
  const a = await world.open(t, 'supervisor-a');
  commit(world, honest);
  const resultOf = (orderId: string): string | undefined =>
    a.supervisor.status().rebuilds.find(({ order }) => order === orderId)?.result;
  const produced = await build(world, (orderId) => eventually(() => resultOf(orderId) === 'built', 20_000));
  const orderId = produced.statements.order.id;
  await eventually(() => resultOf(orderId) === 'reproduced', 20_000);
  assert.equal(a.supervisor.status().rebuilds[0]?.blind, true);

  const { path, planned } = await release(world, produced, 1);
  const draft = roleDraft(1, { [path]: planned });
  const file = await sign(draft, [vendorRole]);
  await eventually(async () => (await postRole(a.url, file)).status === 200, 20_000);
  const first = await postRole(a.url, file);
  const again = await postRole(a.url, file);
  assert.deepEqual(again, first);

  await publish(world, draft, ['supervisor-a'], 1, null);
  await eventually(() => a.supervisor.status().log.read === world.log.size(), 20_000);
  assert.deepEqual(a.supervisor.status().findings, { note: 0, minor: 0, major: 0, critical: 0 });
});
