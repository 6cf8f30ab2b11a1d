import assert from 'node:assert/strict';
import { execFileSync, type ExecFileSyncOptions } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import test, { after } from 'node:test';
import { repositoryRoot, temporaryDirectory } from '@vitrine/testkit';
import { buildVerifier } from './helpers.ts';

const built = await buildVerifier({ after });
const outputs = ['verifier.html', 'verifier.mjs'];
const folder = temporaryDirectory({ after });

/** The parts of the tree that the build reads, and a node_modules as npm lays it out. */
function copyTree(to: string): string {
  for (const part of ['packages/evidence', 'products/verifier', 'package.json', 'tsconfig.base.json']) {
    cpSync(join(repositoryRoot, part), join(to, part), {
      recursive: true,
      filter: (path) => basename(path) !== 'node_modules',
    });
  }
  mkdirSync(join(to, 'node_modules/@vitrine'), { recursive: true });
  symlinkSync('../../packages/evidence', join(to, 'node_modules/@vitrine/evidence'));
  // The bundler is no part of the output, so it may lie elsewhere; our sources may not.
  const rolldown = realpathSync(join(repositoryRoot, 'node_modules/rolldown'));
  symlinkSync(rolldown, join(to, 'node_modules/rolldown'));
  return to;
}

interface Surroundings {
  readonly name: string;
  readonly tree: string;
  /** Below the tree; the conveyor starts the build in the recipe's folder. */
  readonly cwd: string;
  readonly umask: number;
  readonly env: Readonly<Record<string, string>>;
}

const linked = join(folder, 'linked');
const surroundings: readonly Surroundings[] = [
  {
    name: 'a short path, UTC, the folder of the recipe',
    tree: copyTree(join(folder, 'a')),
    cwd: 'products/verifier',
    umask: 0o022,
    env: { TZ: 'UTC', LANG: 'C', SOURCE_DATE_EPOCH: '1', HOME: '/nonexistent' },
  },
  {
    name: 'a long path with spaces, another time zone and locale, a private umask, the root of the tree',
    tree: copyTree(join(folder, 'a much longer place', 'ünïcode # %20', 'tree')),
    cwd: '',
    umask: 0o077,
    env: {
      TZ: 'Asia/Kathmandu',
      LANG: 'tr_TR.UTF-8',
      LC_ALL: 'tr_TR.UTF-8',
      SOURCE_DATE_EPOCH: '1795510800',
      HOME: folder,
      USER: 'somebody',
      NODE_ENV: 'production',
      FORCE_COLOR: '1',
    },
  },
  {
    name: 'a tree behind a symbolic link, one thread',
    tree: linked,
    cwd: '',
    umask: 0o002,
    env: { RAYON_NUM_THREADS: '1' },
  },
];
symlinkSync(join(folder, 'a'), linked);

function build(tree: string, options: Pick<ExecFileSyncOptions, 'cwd' | 'env'>): void {
  execFileSync(process.execPath, [join(tree, 'products/verifier/build.mjs')], options);
}

for (const [i, { name, tree, cwd, umask, env }] of surroundings.entries()) {
  test(`The bytes are the same from ${name}.`, () => {
    const out = join(folder, `out-${i}`);
    const own = process.umask(umask);
    try {
      build(tree, { cwd: join(tree, cwd), env: { ...env, OUT: out } });
    } finally {
      process.umask(own);
    }
    assert.deepEqual(readdirSync(out).toSorted(), outputs);
    for (const output of outputs) {
      const bytes = readFileSync(join(out, output));
      assert.ok(bytes.equals(readFileSync(output === 'verifier.mjs' ? built.script : built.page)), output);
    }
  });
}

test('A change of one source changes the bytes: the copies above are not built from this tree.', () => {
  const tree = copyTree(join(folder, 'changed'));
  const source = join(tree, 'packages/evidence/src/verdict/report.ts');
  const out = join(folder, 'out-changed');
  const text = readFileSync(source, 'utf8');
  writeFileSync(source, text.replace(`'accepted, fresh'`, `'accepted, FRESH'`));
  build(tree, { env: { OUT: out } });
  for (const output of outputs) assert.match(readFileSync(join(out, output), 'utf8'), /accepted, FRESH/);
});

test('Neither output names a place on the machine that built it.', () => {
  for (const path of [built.script, built.page]) {
    const text = readFileSync(path, 'utf8');
    for (const place of [repositoryRoot, folder, 'node_modules', 'file:///'])
      assert.ok(!text.includes(place), place);
  }
});

test('The script reads no module but those of Node, the page none at all, and both name no network.', () => {
  const script = readFileSync(built.script, 'utf8');
  const imports = new Set([...script.matchAll(/^import .* from "(.*)";$/gm)].map(([, name]) => name));
  assert.deepEqual(imports, new Set(['node:crypto', 'node:fs', 'node:fs/promises', 'node:util']));
  const page = readFileSync(built.page, 'utf8');
  assert.ok(!/^import |\bimport\(/m.test(page));
  for (const text of [script, page]) assert.ok(!/\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon/.test(text));
});

test('The policy of the page allows its own script, its own style and nothing else.', () => {
  const page = readFileSync(built.page, 'utf8');
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];
  const digestOf = (element: RegExp): string => {
    const [content, ...others] = [...page.matchAll(element)].map(([, inner]) => inner ?? '');
    assert.ok(content !== undefined && content.length > 1000 && others.length === 0);
    return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
  };
  assert.equal(
    policy,
    [
      "default-src 'none'",
      `script-src ${digestOf(/<script\b[^>]*>(.*?)<\/script>/gs)}`,
      `style-src ${digestOf(/<style\b[^>]*>(.*?)<\/style>/gs)}`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ].join('; '),
  );
  for (const [, value = ''] of page.matchAll(/\b(?:src|href|action|srcset)="([^"]*)"/g))
    assert.match(value, /^data:/);
});
