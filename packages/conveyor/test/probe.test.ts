import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chooseSandbox } from '../src/index.ts';
import { refusal } from './helpers.ts';
import { describeProbe, inNode, probeOf } from './surroundings.ts';

const { sandbox: plain } = await chooseSandbox('none');

describeProbe('without a sandbox', plain, inNode, false);

describe('a probe', () => {
  test('accuses no variation of what differs by itself', async (t) => {
    const chance = await probeOf(
      t,
      plain,
      inNode.recipe({ a: `require('node:crypto').randomBytes(16).toString('hex')`, b: inNode.shows.umask }),
    );
    assert.deepEqual(chance.itself, { result: 'differs', files: ['a'] });
    assert.deepEqual(chance.causes, ['umask']);
    // Written in whole seconds: the probe lets one go by between its builds.
    const clock = await probeOf(t, plain, inNode.recipe({ 'tiny.txt': `Math.floor(Date.now() / 1000)` }));
    assert.deepEqual([clock.itself?.result, clock.causes, clock.builds], ['differs', [], 3]);
    assert.ok(clock.variations.every(({ result }) => result === 'not-varied'));
  });

  test('says which variation makes the build fail', async (t) => {
    const recipe = inNode.recipe({ 'tiny.txt': `env.TZ === 'UTC' ? 'sound' : process.exit(1)` });
    const probed = await probeOf(t, plain, recipe);
    assert.equal(probed.together.result, 'fails');
    assert.deepEqual(probed.causes, ['time-zone']);
    const found = probed.variations.find(({ variation }) => variation === 'time-zone');
    assert.ok(found?.result === 'fails' && found.reason.code === 'build.command');
  });

  test('says when it takes two at once', async (t) => {
    const recipe = inNode.recipe({
      'tiny.txt': `env.TZ !== 'UTC' && process.umask() !== 0o022 ? 'odd' : 'even'`,
    });
    const probed = await probeOf(t, plain, recipe);
    assert.deepEqual(
      [probed.together.result, probed.itself?.result, probed.causes],
      ['differs', 'equal', []],
    );
  });

  test('fails as the build as ordered does', async (t) => {
    const recipe = inNode.recipe({ 'tiny.txt': 'process.exit(1)' });
    await assert.rejects(probeOf(t, plain, recipe), refusal('build.command'));
  });
});
