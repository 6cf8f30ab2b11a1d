import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { temporaryDirectory } from '@vitrine/testkit';
import { build, chooseSandbox, variations, variationsHere, varySandbox, type Sandbox } from '../src/index.ts';
import { makeRepository, makeVendor, memoryLog, produceTiny, refusal, shellRecipe } from './helpers.ts';
import { names, shows } from './shows.ts';

const { sandbox: auto, why } = await chooseSandbox('auto');
const skip = auto.isolation === 'bubblewrap' ? false : `not isolated here: ${why ?? ''}`;
const { sandbox: plain } = await chooseSandbox('none');

interface Made {
  /** Builds in this sandbox and answers what the build showed. */
  readonly shown: (sandbox: Sandbox) => Promise<string>;
}

async function make(t: TestContext, script: string): Promise<Made> {
  const folder = temporaryDirectory(t);
  const repository = join(folder, 'repository');
  const recipe = shellRecipe(`{ ${script}; true; } > $OUT/tiny.txt`);
  makeRepository(repository, { 'conveyor.toml': recipe, ...names });
  const vendor = makeVendor(join(folder, 'vendor'));
  const { order, tree } = await produceTiny(repository, vendor, memoryLog(), plain);
  const shown = async (sandbox: Sandbox): Promise<string> => {
    const { manifest, varied } = await build(order, {
      tree: tree.listing,
      materials: [],
      source: vendor.source,
      blobs: vendor.blobs,
      sandbox,
    });
    assert.deepEqual(varied, sandbox.varied);
    const [output] = manifest.outputs;
    const bytes = await vendor.blobs.get(output?.sha256 ?? '', { maxBytes: 100_000 });
    return Buffer.from(bytes).toString('utf8');
  };
  return { shown };
}

for (const [name, sandbox, skipped] of [
  ['without a sandbox', plain, false],
  ['in bubblewrap', auto, skip],
] as const) {
  describe(`a variation ${name}`, { skip: skipped }, async () => {
    const here = skipped === false ? await variationsHere(sandbox) : [];
    for (const { variation, why: impossible } of here) {
      if (impossible !== undefined) {
        test(`of ${variation} is refused: ${impossible}`, async () => {
          await assert.rejects(varySandbox(sandbox, [variation]), refusal('sandbox.variation', variation));
        });
        continue;
      }
      test(`of ${variation} is seen by the build`, async (t) => {
        const { shown } = await make(t, shows[variation]);
        const varied = await varySandbox(sandbox, [variation]);
        assert.deepEqual(varied.varied, [variation]);
        assert.notEqual(await shown(varied), await shown(sandbox));
        // And each alone: what another one would change stays as ordered.
        assert.equal(varied.surroundings.umask === '0022', variation !== 'umask');
      });
    }

    test('keeps the clock of the order, the parameters and the outputs’ place', async (t) => {
      const possible = here.filter(({ why: no }) => no === undefined).map(({ variation }) => variation);
      const all = await varySandbox(sandbox, possible);
      const { shown } = await make(
        t,
        'echo $SOURCE_DATE_EPOCH; test -w $OUT -a -w $HOME -a -w $TMPDIR && echo ok',
      );
      assert.equal(await shown(all), '1700000123\nok\n');
      assert.deepEqual(all.varied, possible);
      assert.equal(all.isolation, sandbox.isolation);
    });

    test('adds up with another', async () => {
      const one = await varySandbox(sandbox, ['umask']);
      assert.deepEqual((await varySandbox(one, ['home'])).varied, ['home', 'umask']);
    });
  });
}

test('the two kinds of sandbox differ in what they can vary, and say why', async () => {
  const impossible = (await variationsHere(plain)).filter(({ why: no }) => no === 'there is no sandbox');
  assert.deepEqual(
    impossible.map(({ variation }) => variation),
    ['user', 'host-name'],
  );
  assert.equal((await variationsHere(plain)).length, variations.length);
});

test('a varied build leaves no folder behind', async (t) => {
  const { shown } = await make(t, 'pwd');
  const folder = join(temporaryDirectory(t), 'tmp');
  mkdirSync(folder);
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  t.after(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  });
  const listed = await shown(await varySandbox(plain, ['directory', 'home']));
  assert.ok(listed.startsWith(folder), listed);
  assert.deepEqual(readdirSync(folder), []);
});
