import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { plantWithTools, runTool, type Tree } from './planted.ts';

const file = (body: string): string => `import { test } from 'node:test';\n${body}\n`;
const passing = file(`test('it holds', () => {});`);

test('the tests of packages, products and tools run, and a path selects among them', () => {
  using planted = plantWithTools({
    'packages/a/test/one.test.ts': file(`import { mkdtempSync, writeFileSync } from 'node:fs';
      import { tmpdir } from 'node:os';
      test('it leaves a folder', () => writeFileSync('left', mkdtempSync(tmpdir() + '/left-')));`),
    'products/b/test/two.test.ts': passing,
    'tools/test/three.test.ts': passing,
    'packages/a/test/one.faults.ts': file(`test('never', () => { throw new Error('never'); });`),
  });
  const every = runTool(planted, ['test.ts']);
  assert.equal(every.code, 0, every.stdout + every.stderr);
  assert.match(every.stdout, /tests 3\n/);
  // What a test left behind went with the folder of the run.
  const left = readFileSync(join(planted.root, 'left'), 'utf8');
  assert.match(left, /left-\w+$/);
  assert.equal(existsSync(left), false);
  const one = runTool(planted, ['test.ts', 'products/']);
  assert.equal(one.code, 0);
  assert.match(one.stdout, /tests 1\n/);
  assert.equal(runTool(planted, ['test.ts', 'nowhere']).code, 2);
});

const notGreen: readonly { readonly what: string; readonly tree: Tree; readonly says: RegExp }[] = [
  {
    what: 'a failing test',
    tree: { 'packages/a/test/a.test.ts': file(`test('it breaks', () => { throw new Error('x'); });`) },
    says: /it breaks/,
  },
  { what: 'no test file', tree: {}, says: /no \*\.test\.ts file/ },
  {
    what: 'a file without a test beside one with a test',
    tree: { 'packages/a/test/a.test.ts': passing, 'packages/a/test/b.test.ts': 'export {};' },
    says: /b\.test\.ts holds no test/,
  },
  {
    what: 'nothing but skipped tests',
    tree: { 'packages/a/test/a.test.ts': file(`test('it waits', { skip: 'no such tool' }, () => {});`) },
    says: /skipped 1: no such tool[^]*no test ran/,
  },
  {
    what: 'a test whose parts are all skipped',
    tree: {
      'packages/a/test/a.test.ts': file(
        `test('it waits', async (t) => { await t.test('part', { skip: true }, () => {}); });`,
      ),
    },
    says: /no test ran/,
  },
];

for (const { what, tree, says } of notGreen) {
  test(`a run is not green with ${what}`, () => {
    using planted = plantWithTools(tree);
    const { code, stdout, stderr } = runTool(planted, ['test.ts']);
    assert.equal(code, 1);
    assert.match(stdout + stderr, says);
  });
}

test('a suite whose tool is missing fails and says how to install it, after what could run', () => {
  using planted = plantWithTools({ 'packages/a/test/a.faults.ts': passing });
  const { code, stdout, stderr } = runTool(planted, ['test.ts', 'faults'], '/nowhere');
  assert.equal(code, 1);
  assert.match(stdout, /pass 1\n/);
  assert.match(stderr, /strace is missing: .*apt-get install strace/);
});

const benchmarks: Tree = {
  'bench/fast.ts': `export default async (report) => {
    report({ name: 'ratio', value: 0.9, unit: '', goal: 0.8, better: 'higher' });
    report({ name: 'floor', value: 12345.6, unit: '1/s', goal: null, better: 'higher' });
    setInterval(() => {}, 1000);
  };`,
  'bench/slow.ts': `export default async (report) => {
    report({ name: 'time', value: 12, unit: 'ms', goal: 10, better: 'lower' });
  };`,
  'bench/void.ts': `export default async () => {};`,
};

test('bench prints each value with its goal, and its JSON holds the rows and nothing else', () => {
  using planted = plantWithTools(benchmarks);
  const shown = runTool(planted, ['bench.ts', 'fast']);
  assert.equal(shown.code, 0, shown.stderr);
  assert.match(shown.stdout, /ratio +0\.9 +0\.8 +ok\n +floor +12,346 +1\/s\n/);
  assert.deepEqual(JSON.parse(runTool(planted, ['bench.ts', 'fast', '--json']).stdout), {
    rows: [
      { name: 'ratio', value: 0.9, unit: '', goal: 0.8, ok: true },
      { name: 'floor', value: 12345.6, unit: '1/s', goal: null, ok: true },
    ],
  });
});

test('bench fails on a missed goal and on a benchmark that measured nothing, and still runs the others', () => {
  using planted = plantWithTools(benchmarks);
  const slow = runTool(planted, ['bench.ts', 'slow']);
  assert.equal(slow.code, 1);
  assert.match(slow.stdout, /MISSED/);
  const all = runTool(planted, ['bench.ts', '--json']);
  assert.equal(all.code, 1);
  assert.match(all.stderr, /bench void reported no row/);
  const { rows } = JSON.parse(all.stdout) as { readonly rows: readonly { readonly name: string }[] };
  assert.deepEqual(
    rows.map(({ name }) => name),
    ['ratio', 'floor', 'time'],
  );
});

test('soak hands over its limits, and one that rejects fails the run', () => {
  using planted = plantWithTools({
    'soak/kill.ts': `export default async ({ count, minutes, log }) => {
      log(count + ' ' + minutes);
      if (count === 3) throw new Error('an entry was lost');
    };`,
  });
  const sound = runTool(planted, ['soak.ts', 'kill', '--count', '2', '--minutes', '0.5']);
  assert.equal(sound.code, 0, sound.stderr);
  assert.match(sound.stdout, /^kill: 2 0\.5\nkill: ok, /);
  const broken = runTool(planted, ['soak.ts', '--count', '3']);
  assert.equal(broken.code, 1);
  assert.match(broken.stdout, /FAILED[^]*an entry was lost/);
  assert.equal(runTool(planted, ['soak.ts', '--count', 'x']).code, 2);
});

test('an unknown name lists what there is and ends with 2', () => {
  using planted = plantWithTools(benchmarks);
  const { code, stderr } = runTool(planted, ['bench.ts', 'fats']);
  assert.equal(code, 2);
  assert.match(stderr, /no bench "fats"; there is: fast, slow, void/);
});
