// What the overview says is proven, open and late, as the world changes under it.

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Overview, OverviewTile } from '../src/contract/overview.ts';
import { openPortal, type Portal } from './portal.ts';
import { makeCenterWorld, type CenterWorldOptions, type CenterWorld } from './world.ts';
import { findingAbout } from './world/release.ts';

interface Opened {
  readonly world: CenterWorld;
  readonly portal: Portal;
  /** After a look at everything. */
  readonly tiles: () => Promise<readonly OverviewTile[]>;
}

async function opened(
  t: Parameters<typeof makeCenterWorld>[0],
  options: CenterWorldOptions = {},
): Promise<Opened> {
  const world = await makeCenterWorld(t, options);
  const portal = await openPortal(t, world);
  return {
    world,
    portal,
    async tiles() {
      await portal.center.look();
      portal.clock.advance(10_000);
      return (await portal.browser().json<Overview>('/index.json')).tiles;
    },
  };
}

const topics = (tiles: readonly OverviewTile[], group: OverviewTile['group']): readonly string[] =>
  tiles.filter((one) => one.group === group).map(({ topic }) => topic);

test('of a world without trouble everything that can be proven is, and nothing is late', async (t) => {
  const { tiles } = await opened(t, { trouble: false });
  const all = await tiles();
  assert.deepEqual(topics(all, 'proven').toSorted(), [
    'active-true',
    'log-consistent',
    'publication-fresh',
    'release-proven',
    'repository-verified',
    'supervisor-agrees',
    'supervisor-agrees',
  ]);
  assert.deepEqual(topics(all, 'open'), ['reviews-none']);
  assert.deepEqual(topics(all, 'late'), []);
});

test('a release that is held, its difference and the finding stand where nobody overlooks them', async (t) => {
  const { tiles, world } = await opened(t);
  const all = await tiles();
  const held = all.find(({ topic }) => topic === 'release-held');
  assert.deepEqual([held?.about, held?.to, held?.mark], ['sample 1.2.0', '/releases/sample/stable/3', 'bad']);
  const difference = all.find(({ topic }) => topic === 'difference-open');
  assert.deepEqual([difference?.group, difference?.detail], ['open', 'supervisor-b']);
  assert.equal(all.find(({ topic }) => topic === 'findings')?.count, 1);
  assert.equal(all.find(({ topic }) => topic === 'active-true')?.count, 2);
  // 1.0.0 was withdrawn and superseded: nobody has to be told on the first page.
  assert(!all.some(({ topic }) => topic === 'release-withdrawn'));
  const third = world.releases[2];
  assert(third !== undefined);
  await world.resolve(third, 'cleared');
  await world.repository.publish();
  assert(!(await tiles()).some(({ topic }) => topic === 'difference-open' || topic === 'release-held'));
});

test('what the policy gives a time for becomes late by the clock alone', async (t) => {
  const { tiles, portal } = await opened(t);
  const hour = 3_600_000;
  assert.deepEqual(topics(await tiles(), 'late'), []);
  portal.clock.advance(7 * hour);
  assert.deepEqual(topics(await tiles(), 'late'), ['log-witness-late', 'publication-late']);
  portal.clock.advance(18 * hour);
  const stale = await tiles();
  assert(topics(stale, 'late').includes('publication-stale'));
  assert.equal(stale.find(({ topic }) => topic === 'log-witness-late')?.mark, 'bad');
  portal.clock.advance(30 * hour);
  assert(topics(await tiles(), 'late').includes('role-expired'));
  portal.clock.advance(6 * 24 * hour);
  const week = await tiles();
  assert(topics(week, 'late').includes('difference-overdue'));
  assert(!topics(week, 'open').includes('difference-open'));
});

test('a supervisor that cannot be read, and one whose words are missing from the log, are named', async (t) => {
  const { tiles, world, portal } = await opened(t, { trouble: false });
  const [first, second] = world.supervisors;
  assert(first !== undefined && second !== undefined);
  first.gate.state = 'down';
  const about = world.releases[0]?.orderId ?? '';
  second.unlogged.push(
    await findingAbout(about, 'major', 'kept out', { operator: 'supervisor-b', clock: world.clock }),
  );
  const early = await tiles();
  const unreachable = early.find(({ topic }) => topic === 'supervisor-unreachable');
  assert.deepEqual([unreachable?.about, unreachable?.group], ['supervisor-a', 'late']);
  assert.equal(early.find(({ topic }) => topic === 'statement-unlogged')?.about, 'supervisor-b');
  portal.clock.advance(11 * 60_000);
  const overdue = (await tiles()).find(({ topic }) => topic === 'statement-overdue');
  assert.deepEqual([overdue?.about, overdue?.group, overdue?.count], ['supervisor-b', 'late', 1]);
});

test('with a log that is down the pages say so and go on showing what was verified', async (t) => {
  const { tiles, world, portal } = await opened(t);
  await tiles();
  world.log.gate.state = 'down';
  const all = await tiles();
  const trouble = all.find(({ topic }) => topic === 'log-trouble');
  assert.deepEqual([trouble?.group, trouble?.mark], ['late', 'bad']);
  const answer = await portal.browser().get('/releases/sample/stable/2.json');
  assert.equal(answer.status, 200);
  assert.doesNotMatch(await answer.text(), /at .*\.ts:\d/);
});

test('with a log that lies nothing is claimed of one history', async (t) => {
  const { tiles, world } = await opened(t);
  await tiles();
  const older = (await world.log.checkpoint()).replace(/^(.*\n)\d+\n/, '$11\n');
  world.log.gate.lies.set('/checkpoint', Buffer.from(older));
  const all = await tiles();
  const trouble = all.find(({ topic }) => topic === 'log-trouble');
  assert.equal(trouble?.group, 'open');
  assert(!all.some(({ topic }) => topic === 'log-consistent'));
});

test('before anything was read of a log, nothing of it is claimed', async (t) => {
  const world = await makeCenterWorld(t, { trouble: false });
  world.log.gate.state = 'down';
  const portal = await openPortal(t, world);
  await portal.center.look();
  const { tiles, log, releases } = await portal.browser().json<Overview>('/index.json');
  assert.equal(log.size, 0);
  assert.deepEqual(releases, []);
  assert(topics(tiles, 'late').includes('log-trouble'));
  assert(topics(tiles, 'open').includes('publication-missing'));
  assert(!topics(tiles, 'proven').some((topic) => topic.startsWith('log') || topic.startsWith('release')));
});
