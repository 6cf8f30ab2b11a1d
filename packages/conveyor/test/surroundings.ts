// Builds that show their surroundings, written in Node where the machine is seen, else in the shell and the
// base tools of the system; and what is true of variations and probes in both kinds of sandbox.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { temporaryDirectory } from '@vitrine/testkit';
import {
  build,
  probe,
  variations,
  variationsHere,
  varySandbox,
  type Probed,
  type Sandbox,
  type Variation,
} from '../src/index.ts';
import {
  makeRepository,
  makeVendor,
  memoryLog,
  nodeRecipe,
  produceTiny,
  refusal,
  shellRecipe,
} from './helpers.ts';

type Skip = string | false;

export interface Language {
  /** What of its surroundings a build can show, by the variation that changes it: an expression. */
  readonly shows: Readonly<Record<Variation, string>>;
  /** The clock of the order, and "ok" if outputs, home and temporary files can be written. */
  readonly frame: string;
  /** Its own recipe: the same in every surroundings. */
  readonly source: string;
  /** A recipe that writes what each expression says to the output of that name. */
  readonly recipe: (expressions: Readonly<Record<string, string>>) => string;
}

const listing = `(() => {
  const folder = fs.opendirSync('names');
  const found = [];
  for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) found.push(entry.name);
  return found.join(' ');
})()`;

export const inNode: Language = {
  shows: {
    directory: `[process.cwd(), env.OUT, env.TMPDIR].join(' ')`,
    home: `path.basename(env.HOME)`,
    user: `[process.getuid(), process.getgid(), os.userInfo().username].join(' ')`,
    'host-name': `os.hostname()`,
    locale: `[env.LC_ALL, env.LANG].join(' ')`,
    'time-zone': `new Intl.DateTimeFormat().resolvedOptions().timeZone`,
    umask: `process.umask()`,
    processors: `os.availableParallelism()`,
    environment: `[env.CI, env.USER, env.MAKEFLAGS].join(' ')`,
    'file-order': listing,
  },
  frame: `[env.OUT, env.HOME, env.TMPDIR].forEach((folder) => fs.accessSync(folder, fs.constants.W_OK)),
    env.SOURCE_DATE_EPOCH + '\\nok'`,
  source: `fs.readFileSync('conveyor.toml', 'utf8')`,
  recipe: (expressions) =>
    withOutputs(
      nodeRecipe(
        `const [os, path, { env }] = [require('node:os'), require('node:path'), process];
        ${Object.entries(expressions)
          .map(
            ([name, expression]) =>
              `fs.writeFileSync(env.OUT + '/${name}', String((${expression})) + '\\n');`,
          )
          .join('\n')}`,
      ),
      expressions,
    ),
};

export const inShell: Language = {
  shows: {
    directory: 'pwd; echo $OUT $TMPDIR',
    home: 'echo ${HOME##*/}',
    user: 'id -u; id -g; id -un',
    'host-name': 'uname -n',
    locale: 'echo $LC_ALL $LANG',
    'time-zone': 'echo $TZ',
    umask: 'umask',
    processors: 'nproc',
    environment: 'echo; env | grep -E "^(CI|USER|MAKEFLAGS)="',
    'file-order': 'ls -U names',
  },
  frame: 'echo $SOURCE_DATE_EPOCH; test -w $OUT -a -w $HOME -a -w $TMPDIR && echo ok',
  source: 'cat conveyor.toml',
  recipe: (expressions) =>
    withOutputs(
      shellRecipe(
        Object.entries(expressions)
          .map(([name, commands]) => `{ ${commands}; true; } > $OUT/${name}`)
          .join('\n'),
      ),
      expressions,
    ),
};

function withOutputs(recipe: string, outputs: Readonly<Record<string, string>>): string {
  return recipe.replace('["tiny.txt"]', JSON.stringify(Object.keys(outputs)));
}

/** A folder in which an order of files can be seen. */
const names: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from({ length: 24 }, (_, i) => [`names/${String(i)}`, '']),
);

export function probeOf(t: TestContext, sandbox: Sandbox, recipe: string): Promise<Probed> {
  const folder = temporaryDirectory(t);
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

/** Builds what shows this in any sandbox, and answers what it showed. */
export async function shownBy(
  t: TestContext,
  expression: string,
  { recipe }: Language,
  first: Sandbox,
): Promise<(sandbox: Sandbox) => Promise<string>> {
  const folder = temporaryDirectory(t);
  const repository = join(folder, 'repository');
  makeRepository(repository, { 'conveyor.toml': recipe({ 'tiny.txt': expression }), ...names });
  const vendor = makeVendor(join(folder, 'vendor'));
  const produced = await produceTiny(repository, vendor, memoryLog(), first);
  return async (sandbox) => {
    const result = await build(produced.order, {
      tree: produced.tree.listing,
      materials: [],
      source: vendor.source,
      blobs: vendor.blobs,
      sandbox,
    });
    assert.deepEqual(result.varied, sandbox.varied);
    const [output] = result.manifest.outputs;
    const bytes = await vendor.blobs.get(output?.sha256 ?? '', { maxBytes: 100_000 });
    return Buffer.from(bytes).toString('utf8');
  };
}

export function describeVariations(name: string, sandbox: Sandbox, language: Language, skip: Skip): void {
  describe(`a variation ${name}`, { skip }, async () => {
    const here = skip === false ? await variationsHere(sandbox) : [];
    for (const { variation, why: impossible } of here) {
      if (impossible !== undefined) {
        test(`of ${variation} is refused: ${impossible}`, async () => {
          await assert.rejects(varySandbox(sandbox, [variation]), refusal('sandbox.variation', variation));
        });
        continue;
      }
      test(`of ${variation} is seen by the build`, async (t) => {
        const shown = await shownBy(t, language.shows[variation], language, sandbox);
        const varied = await varySandbox(sandbox, [variation]);
        assert.deepEqual(varied.varied, [variation]);
        assert.notEqual(await shown(varied), await shown(sandbox));
        // And each alone: what another one would change stays as ordered.
        assert.equal(varied.surroundings.umask === '0022', variation !== 'umask');
      });
    }

    test('keeps the clock of the order, the parameters and the outputs’ place', async (t) => {
      const possible = here.filter(({ why }) => why === undefined).map(({ variation }) => variation);
      const all = await varySandbox(sandbox, possible);
      const shown = await shownBy(t, language.frame, language, sandbox);
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

export function describeProbe(name: string, sandbox: Sandbox, language: Language, skip: Skip): void {
  describe(`a probe ${name}`, { skip }, async () => {
    const here = skip === false ? await variationsHere(sandbox) : [];
    const possible = here.filter(({ why }) => why === undefined).map(({ variation }) => variation);

    test('finds a build stable that shows nothing of its surroundings, after two builds', async (t) => {
      const probed = await probeOf(t, sandbox, language.recipe({ 'tiny.txt': language.source }));
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
      const shown = possible.map((one) => [one, language.shows[one]] as const);
      const recipe = language.recipe({ sound: language.source, ...Object.fromEntries(shown) });
      const probed = await probeOf(t, sandbox, recipe);
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
