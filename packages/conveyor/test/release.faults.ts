// Publishing after a failure at each of its steps: every run ends in the same published state.

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { parseEvidence, utf8 } from '@vitrine/evidence';
import { publish, type Publisher } from '../src/index.ts';
import { Client, statementsOf } from './release-client.ts';
import { filesIn, makeReleaseWorld } from './release-world.ts';

const quick = { timeoutMs: 5_000, patienceMs: 0, pollMs: 5 };

test('whatever fails, running it again ends in the same published state', async (t) => {
  const reference = await runWithFailure(t, Number.POSITIVE_INFINITY);
  assert.ok(reference.calls > 25, `${reference.calls} steps`);
  for (let failing = 1; failing <= reference.calls; failing++) {
    const { state, failed } = await runWithFailure(t, failing);
    assert.ok(failed, `step ${failing} did not fail`);
    assert.deepEqual(state, reference.state, `after a failure at step ${failing}`);
  }
});

/** One time for all runs, within what clocks may differ by. */
const start = Date.now() + 60_000;

interface Run {
  readonly calls: number;
  readonly failed: boolean;
  readonly state: object;
}

/** Every call that leaves the function, into repository, log, stores or supervisors, fails once: before or after it was done. */
async function runWithFailure(t: TestContext, failing: number): Promise<Run> {
  const world = await makeReleaseWorld(t, start);
  const order = await world.build('first');
  const client = new Client(world);
  const lost = new Error('the power is gone');
  let calls = 0;
  const step = (): void => {
    calls++;
    if (calls === failing) throw lost;
  };
  const interrupted = <T extends object>(object: T): T =>
    new Proxy(object, {
      get(target, name, receiver) {
        const member: unknown = Reflect.get(target, name, receiver);
        if (typeof member !== 'function') return member;
        return async (...args: readonly unknown[]): Promise<unknown> => {
          step();
          const answer: unknown = await Reflect.apply(member, target, args);
          step();
          return answer;
        };
      },
    });
  const publisher: Publisher = {
    ...world.publisher,
    repository: interrupted(world.publisher.repository),
    appender: interrupted(world.publisher.appender),
    cosigners: world.publisher.cosigners.map((one) => interrupted(one)),
    onStep: step,
  };
  let failed = false;
  try {
    await publish(publisher, { order, channel: 'stable' }, quick);
  } catch (error) {
    if (error !== lost) throw error;
    failed = true;
    // Nothing half-published: a client sees nothing at all, or all of it.
    const seen = filesIn(world.publisher.folder).has('metadata/timestamp.json')
      ? await client.update()
      : undefined;
    assert.ok(seen === undefined || seen === 'first', String(seen));
  }
  const done = await publish(world.publisher, { order, channel: 'stable' }, quick);
  assert.equal(await client.update(), 'first');
  const files = filesIn(world.publisher.folder);
  return {
    calls: failing === Number.POSITIVE_INFINITY ? calls : 0,
    failed,
    state: {
      done,
      log: await statementsOf(world),
      names: [...files.keys()],
      metadata: [...files].filter(([path]) => path.startsWith('metadata/')),
      evidence: [...files]
        .filter(([path]) => path.startsWith('evidence/'))
        .map(([, text]) => parseEvidence(utf8(text)).statements.map(({ index }) => index)),
      drafts: [...filesIn(world.publisher.drafts).keys()].filter((name) => name.endsWith('.json')),
    },
  };
}
