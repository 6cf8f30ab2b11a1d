import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { plantWithTools, runTool, type Planted, type Tree } from './planted.ts';

const manifest = (short: string, exports: unknown = './src/index.ts'): string =>
  JSON.stringify({ name: `@vitrine/${short}`, type: 'module', exports });
const row = (meaning: string): string => `{ exit: 3, meaning: '${meaning}', remedy: 'Fetch it again.' }`;

const tree: Tree = {
  'packages/evidence/package.json': manifest('evidence'),
  'packages/evidence/src/codes.ts': `export const evidenceErrors = {
    'note.text': ${row('A note is not UTF-8.')}, 'bytes.hex': ${row('Not a|b.')} };`,
  'packages/evidence/src/index.ts': `export { evidenceErrors } from './codes.ts';`,
  'packages/log/package.json': manifest('log', { '.': './src/index.ts', './witness': './src/witness.ts' }),
  'packages/log/src/codes.ts': `export const logErrors = { 'log.full': ${row('The disk is full.')} };`,
  'packages/log/src/index.ts': `export { logErrors } from './codes.ts';`,
  'packages/log/src/witness.ts': `export { logErrors } from './codes.ts';`,
  'packages/vitrine/package.json': JSON.stringify({ name: '@vitrine/vitrine', type: 'module' }),
  'packages/vitrine/src/codes.ts': `export const vitrineErrors = { 'port.taken': ${row('In use.')} };`,
};

const read = ({ root }: Planted, path: string): string => readFileSync(join(root, path), 'utf8');

test('errors.md lists every code once, sorted, and --check notices when it is out of date', () => {
  using planted = plantWithTools(tree);
  assert.equal(runTool(planted, ['docs.ts', '--check']).code, 1);
  const written = runTool(planted, ['docs.ts']);
  assert.equal(written.code, 0, written.stderr);
  assert.equal(written.stdout, 'docs/errors.md\n');
  assert.ok(
    read(planted, 'docs/errors.md').endsWith(
      '| --- | --- | --- | --- |\n' +
        '| `bytes.hex` | 3 | Not a\\|b. | Fetch it again. |\n' +
        '| `log.full` | 3 | The disk is full. | Fetch it again. |\n' +
        '| `note.text` | 3 | A note is not UTF-8. | Fetch it again. |\n' +
        '| `port.taken` | 3 | In use. | Fetch it again. |\n',
    ),
  );
  assert.equal(runTool(planted, ['docs.ts', '--check']).code, 0);
  writeFileSync(join(planted.root, 'docs/errors.md'), 'by hand');
  const stale = runTool(planted, ['docs.ts', '--check']);
  assert.equal(stale.code, 1);
  assert.match(stale.stderr, /docs\/errors\.md is out of date; run "npm run docs"/);
});

const refused: readonly { readonly what: string; readonly change: Tree; readonly says: RegExp }[] = [
  {
    what: 'a code in two tables',
    change: { 'packages/log/src/codes.ts': `export const logErrors = { 'bytes.hex': ${row('Other.')} };` },
    says: /"bytes\.hex" stands in packages\/evidence: evidenceErrors and in packages\/log: logErrors/,
  },
  {
    what: 'a table that its package does not export',
    change: { 'packages/log/src/index.ts': '', 'packages/log/src/witness.ts': '' },
    says: /packages\/log\/src\/codes\.ts: no entry point of packages\/log exports logErrors/,
  },
  {
    what: 'a code of another form',
    change: { 'packages/log/src/codes.ts': `export const logErrors = { LogFull: ${row('Full.')} };` },
    says: /"LogFull" wants the form noun\.fault/,
  },
  {
    what: 'a meaning that is no sentence',
    change: { 'packages/log/src/codes.ts': `export const logErrors = { 'log.full': ${row('full')} };` },
    says: /"log\.full" wants/,
  },
];

for (const { what, change, says } of refused) {
  test(`the error codes are refused with ${what}, and nothing is written`, () => {
    using planted = plantWithTools({ ...tree, ...change });
    for (const args of [['docs.ts', '--codes'], ['docs.ts']]) {
      const { code, stderr } = runTool(planted, args);
      assert.equal(code, 1);
      assert.match(stderr, says);
    }
    assert.ok(!existsSync(join(planted.root, 'docs')));
  });
}

test('a package without source is named and left out', () => {
  using planted = plantWithTools({ ...tree, 'packages/host/package.json': manifest('host') });
  const { code, stderr } = runTool(planted, ['docs.ts', '--codes']);
  assert.equal(code, 0);
  assert.match(stderr, /packages\/host \(\.\/src\/index\.ts\) has no source yet/);
});

const specified = (status: string, title: string): Tree => ({
  ...tree,
  'packages/evidence/src/specifications.ts': `export const specifications = [
      { kind: 'order', predicateType: 'urn:x', status: '${status}', schema: { title: '${title}' }, example: { a: 1 } },
    ];`,
  'docs/spec/order.md': '# order',
});

test('each specified format gets its schema and its example', () => {
  using planted = plantWithTools(specified('provisional', 'one'));
  const written = runTool(planted, ['docs.ts']);
  assert.equal(written.code, 0, written.stderr);
  assert.equal(read(planted, 'docs/spec/order.schema.json'), '{\n  "title": "one"\n}\n');
  assert.equal(read(planted, 'docs/spec/order.example.json'), '{\n  "a": 1\n}\n');
  assert.equal(runTool(planted, ['docs.ts', '--check']).code, 0);
});

test('a provisional format is written anew; a frozen one is never', () => {
  for (const status of ['provisional', 'frozen']) {
    using planted = plantWithTools({
      ...specified(status, 'two'),
      'docs/spec/order.schema.json': '{\n  "title": "one"\n}\n',
    });
    const { code, stderr } = runTool(planted, ['docs.ts']);
    assert.equal(code, status === 'frozen' ? 1 : 0);
    if (status === 'frozen') assert.match(stderr, /order\.schema\.json is frozen and the code differs/);
    assert.match(read(planted, 'docs/spec/order.schema.json'), status === 'frozen' ? /one/ : /two/);
  }
});

test('a format without its page and a schema without its format are named', () => {
  using planted = plantWithTools({
    ...specified('frozen', 'one'),
    'docs/spec/older.schema.json': '{}',
    'packages/evidence/src/specifications.ts': `export const specifications = [{ kind: 'note', status: 'frozen', schema: {}, example: {} }];`,
  });
  const { code, stderr } = runTool(planted, ['docs.ts']);
  assert.equal(code, 1);
  assert.match(stderr, /docs\/spec\/note\.md is missing/);
  assert.match(stderr, /docs\/spec\/older\.schema\.json belongs to no specification/);
});
