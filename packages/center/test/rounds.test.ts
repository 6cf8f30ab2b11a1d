// One look at a time, again and again.

import assert from 'node:assert/strict';
import test from 'node:test';
import { Rounds } from '../src/rounds.ts';

test('who asks while a look is under way gets that one, and the next one afterwards', async () => {
  let looks = 0;
  let end: () => void = () => {};
  const rounds = new Rounds(() => {
    looks++;
    return new Promise((resolve) => (end = resolve));
  });
  const first = rounds.look();
  assert.equal(rounds.look(), first);
  end();
  await first;
  const second = rounds.look();
  end();
  await second;
  assert.equal(looks, 2);
});

test('it looks again by itself until it is closed, and closed means that nothing is under way', async () => {
  const alive = setInterval(() => {}, 1_000); // The pause of the rounds keeps no process up.
  let looks = 0;
  let under = 0;
  let third: () => void = () => {};
  const reached = new Promise<void>((resolve) => (third = resolve));
  const rounds = new Rounds(async () => {
    under++;
    if (++looks === 3) third();
    await Promise.resolve();
    under--;
  });
  rounds.start(1);
  rounds.start(1);
  await reached;
  const asked = rounds.look();
  await rounds.close();
  assert.equal(under, 0);
  await asked;
  const at = looks;
  assert.ok(rounds.signal.aborted);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(looks, at);
  clearInterval(alive);
});
