import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { repositoryRoot } from '../repository.ts';
import { plantWithTools, runTool, type Tree } from './planted.ts';

const ours = (path: string): Tree => ({ [path]: readFileSync(join(repositoryRoot, path), 'utf8') });

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

const sound: Tree = {
  ...ours('.oxlintrc.json'),
  ...ours('.oxfmtrc.json'),
  ...ours('knip.json'),
  ...ours('tsconfig.base.json'),
  ...ours('tools/tsconfig.json'),
  ...ours('tools/node.mjs'),
  '.gitignore': 'node_modules\n',
  'package.json': json({
    name: 'planted',
    workspaces: ['packages/*'],
    type: 'module',
    devDependencies: { '@types/node': '1.0.0', knip: '1.0.0', typescript: '1.0.0' },
  }),
  'packages/evidence/package.json': json({
    name: '@vitrine/evidence',
    type: 'module',
    exports: './src/index.ts',
  }),
  'packages/evidence/tsconfig.json': '{ "extends": "../../tsconfig.base.json", "include": ["src"] }\n',
  'packages/evidence/src/index.ts': "export { evidenceErrors } from './codes.ts';\n",
  'packages/evidence/src/codes.ts': 'export const evidenceErrors = {} as const;\n',
};

const steps = ['types', 'lint', 'format', 'unused code', 'arrows', 'error codes', 'docs'];

/** Step to the word before its name. */
function verdicts(stdout: string): ReadonlyMap<string, string> {
  const lines = stdout.matchAll(/^(ok|FAILED) +(\S+(?: \S+)*) +\d+\.\d s$/gm);
  return new Map([...lines].map(([, verdict = '', name = '']) => [name, verdict]));
}

test('a sound repository passes every step', () => {
  using planted = plantWithTools(sound);
  assert.equal(runTool(planted, ['docs.ts']).code, 0);
  const { code, stdout } = runTool(planted, ['check.ts']);
  assert.equal(code, 0, stdout);
  assert.deepEqual([...verdicts(stdout).keys()], steps);
});

test('each step finds its fault, and a failing step does not hide the next', () => {
  using planted = plantWithTools({
    ...sound,
    'packages/evidence/src/index.ts':
      `export { evidenceErrors } from './codes.ts';\nimport { later } from './later.ts';\n` +
      `import 'node:fs';\nlater();\nexport const wrong: string = 1;\n`,
    'packages/evidence/src/later.ts': `export async function later(): Promise<void> {}\nexport const  unused = 1;\n`,
    'packages/evidence/src/codes.ts': 'export const evidenceErrors = { Bad: 1 } as const;\n',
    'packages/evidence/test/out.test.ts': 'export {};\n',
  });
  const { code, stdout } = runTool(planted, ['check.ts']);
  assert.equal(code, 1);
  assert.deepEqual(
    [...verdicts(stdout)],
    steps.map((name) => [name, 'FAILED']),
  );
  for (const finding of [
    /index\.ts\(5,14\): error TS2322/,
    /packages\/evidence\/test\/out\.test\.ts: no tsconfig\.json includes it/,
    /no-floating-promises/,
    /later\.ts \(\d+ms\)/,
    /unused +packages\/evidence\/src\/later\.ts/,
    /index\.ts:3: imports "node:fs"; a browser runs this source/,
    /"Bad" wants the form noun\.fault/,
  ]) {
    assert.match(stdout, finding);
  }
});
