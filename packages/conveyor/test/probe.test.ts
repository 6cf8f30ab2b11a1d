import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { temporaryDirectory } from '@vitrine/testkit';
import { chooseSandbox, probe, variations, variationsHere, type Probed, type Sandbox } from '../src/index.ts';
import { makeRepository, makeVendor, refusal, shellRecipe } from './helpers.ts';
import { names, shows } from './shows.ts';

const { sandbox: auto, why } = await chooseSandbox('auto');
const skip = auto.isolation === 'bubblewrap' ? false : `not isolated here: ${why ?? ''}`;
const { sandbox: plain } = await chooseSandbox('none');

function probeOf(t: TestContext, sandbox: Sandbox, script: string, outputs = ['tiny.txt']): Promise<Probed> {
  const folder = temporaryDirectory(t);
  const recipe = shellRecipe(script).replace('["tiny.txt"]', JSON.stringify(outputs));
  makeRepository(join(folder, 'r'), { 'conveyor.toml': recipe, ...names });
  const { source, materials } = makeVendor(join(folder, 'v'));
  return probe({
    repository: join(folder, 'r'),
    revision: 'HEAD',
    recipePath: 'conveyor.toml',
    source,
    materials,
    sandbox,
  });
}

for (const [name, sandbox, skipped] of [
  ['without a sandbox', plain, false],
  ['in bubblewrap', auto, skip],
] as const) {
  describe(`a probe ${name}`, { skip: skipped }, async () => {
    const here = skipped === false ? await variationsHere(sandbox) : [];
    const possible = here.filter(({ why: no }) => no === undefined).map(({ variation }) => variation);

    test('finds a build stable that shows nothing of its surroundings, after two builds', async (t) => {
      const probed = await probeOf(t, sandbox, 'cat conveyor.toml > $OUT/tiny.txt');
      assert.deepEqual(
        [probed.together.result, probed.itself, probed.causes, probed.builds],
        ['equal', undefined, [], 2],
      );
      assert.deepEqual(
        probed.variations.map(({ variation, result }) => [variation, result]),
        variations.map((one) => [one, possible.includes(one) ? 'equal' : 'not-varied']),
      );
    });

    test('names every variation that makes another file, and that file', async (t) => {
      const outputs = ['sound', ...possible];
      const lines = possible.map((one) => `{ ${shows[one]}; true; } > $OUT/${one}`);
      const probed = await probeOf(t, sandbox, ['echo sound > $OUT/sound', ...lines].join('\n'), outputs);
      assert.deepEqual(probed.itself, { result: 'equal' });
      assert.deepEqual(probed.causes, possible);
      for (const found of probed.variations) {
        if (found.result === 'not-varied') continue;
        assert.ok(found.result === 'differs', found.variation);
        assert.deepEqual(found.files, [found.variation]);
        assert.notEqual(found.ordered, found.varied);
      }
    });
  });
}

describe('a probe', () => {
  test('accuses no variation of what differs by itself', async (t) => {
    const script = 'head -c 16 /dev/urandom > $OUT/a; umask > $OUT/b';
    const chance = await probeOf(t, plain, script, ['a', 'b']);
    assert.deepEqual(chance.itself, { result: 'differs', files: ['a'] });
    assert.deepEqual(chance.causes, ['umask']);
    // Each build is over in less than a second.
    const clock = await probeOf(t, plain, 'date +%s > $OUT/tiny.txt');
    assert.deepEqual([clock.itself?.result, clock.causes, clock.builds], ['differs', [], 3]);
    assert.ok(clock.variations.every(({ result }) => result === 'not-varied'));
  });

  test('says which variation makes the build fail', async (t) => {
    const probed = await probeOf(t, plain, 'test $TZ = UTC || exit 1; echo sound > $OUT/tiny.txt');
    assert.equal(probed.together.result, 'fails');
    assert.deepEqual(probed.causes, ['time-zone']);
    const found = probed.variations.find(({ variation }) => variation === 'time-zone');
    assert.ok(found?.result === 'fails' && found.reason.code === 'build.command');
  });

  test('says when it takes two at once', async (t) => {
    const script =
      'if [ $TZ != UTC ] && [ $(umask) != 0022 ]; then echo odd; else echo even; fi > $OUT/tiny.txt';
    const probed = await probeOf(t, plain, script);
    assert.deepEqual(
      [probed.together.result, probed.itself?.result, probed.causes],
      ['differs', 'equal', []],
    );
  });

  test('fails as the build as ordered does', async (t) => {
    await assert.rejects(probeOf(t, plain, 'exit 1'), refusal('build.command'));
  });
});
