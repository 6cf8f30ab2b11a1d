import assert from 'node:assert/strict';
import { test } from 'node:test';
import { violations } from '../arrows.ts';
import { plant, type Tree } from './planted.ts';

function manifest(short: string, extra: object = {}): string {
  return JSON.stringify({ name: `@vitrine/${short}`, version: '1.0.0', exports: './src/index.ts', ...extra });
}

const uses = (...shorts: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(shorts.map((short) => [`@vitrine/${short}`, '1.0.0']));

/** A small repository without a fault: each case below plants one. */
const sound: Tree = {
  'package.json': JSON.stringify({ name: 'root', devDependencies: { 'fast-check': '1.0.0' } }),
  'packages/evidence/package.json': manifest('evidence', { devDependencies: uses('testkit') }),
  'packages/evidence/src/index.ts': `export { a } from './a.ts';`,
  'packages/evidence/src/a.ts': `export const a = 1; // not an import: import 'node:fs'`,
  'packages/evidence/test/a.test.ts':
    `import { readFileSync } from 'node:fs'; import fc from 'fast-check';\n` +
    `import { a } from '@vitrine/evidence'; import { b } from '@vitrine/testkit';`,
  'packages/host/package.json': manifest('host', { dependencies: uses('evidence') }),
  'packages/host/src/index.ts': `import { a } from '@vitrine/evidence'; import 'node:fs/promises';`,
  'packages/keys/package.json': manifest('keys', { dependencies: uses('evidence') }),
  'packages/keys/src/index.ts': `import type { a } from '@vitrine/evidence';`,
  'packages/log/package.json': manifest('log', {
    exports: {
      '.': './src/index.ts',
      './witness': './src/witness/index.ts',
      './testing': './src/testing/index.ts',
    },
    dependencies: { ...uses('evidence'), tar: '1.0.0' },
    optionalDependencies: { program: '1.0.0' },
  }),
  'packages/log/src/index.ts': `import { a } from '@vitrine/evidence'; import tar from 'tar'; start('program');`,
  'packages/log/src/witness/index.ts': `export * from '../index.ts';`,
  'packages/log/src/testing/index.ts': `export * from '../index.ts';`,
  'packages/testkit/package.json': manifest('testkit', { dependencies: uses('keys') }),
  'packages/testkit/src/index.ts': `export { k } from '@vitrine/keys';`,
  'packages/vitrine/package.json': manifest('vitrine', { dependencies: uses('keys', 'log') }),
  'packages/vitrine/src/index.ts': `import '@vitrine/keys'; const w = await import('@vitrine/log/witness');`,
  'packages/vitrine/src/tour/fork.ts': `import '@vitrine/log/testing';`,
  'packages/vitrine/bin/vitrine.mjs': `import { runPinned } from '../../../tools/node.mjs';`,
  'products/verifier/package.json': manifest('verifier', {
    exports: {},
    dependencies: uses('evidence'),
    devDependencies: { ...uses('log'), bundler: '1.0.0' },
  }),
  'products/verifier/conveyor.toml': `run = ["bundler"]`,
  'products/verifier/src/page.ts': `import { a } from '@vitrine/evidence';`,
  'products/verifier/test/page.test.ts': `import '@vitrine/log';`,
  'tools/x.ts': `import './y.ts'; const any = await import(name);`,
  'bench/log.ts': `import '../tools/x.ts'; import '@vitrine/keys'; import '@vitrine/log/witness';`,
};

function violationsOf(changes: Tree): readonly string[] {
  using planted = plant({ ...sound, ...changes });
  return violations(planted.root);
}

test('a sound tree has no violation', () => {
  assert.deepEqual(violationsOf({}), []);
});

interface Case {
  readonly fault: string;
  readonly planted: Tree;
  /** What the only line must contain. */
  readonly named: readonly string[];
}

const log = 'packages/log/src/index.ts';
const logText = sound[log] ?? '';
const cases: readonly Case[] = [
  {
    fault: 'an arrow that the table does not have',
    planted: { 'packages/host/src/b.ts': `\nexport { x } from '@vitrine/log';` },
    named: ['packages/host/src/b.ts:2', 'no arrow from host to log'],
  },
  {
    fault: 'a type is an arrow too',
    planted: { 'packages/host/src/b.ts': `import type { X } from '@vitrine/log';` },
    named: ['packages/host/src/b.ts:1', 'no arrow from host to log'],
  },
  {
    fault: 'the log reaching a private key',
    planted: { 'packages/log/src/b.ts': `const k = await import('@vitrine/keys');` },
    named: ['packages/log/src/b.ts:1', 'no arrow from log to keys'],
  },
  {
    fault: 'a test reaching a private key past testkit',
    planted: { 'packages/log/test/b.test.ts': `import { k } from '@vitrine/keys';` },
    named: ['packages/log/test/b.test.ts:1', 'use testkit'],
  },
  {
    fault: "a product's test reaching a private key",
    planted: { 'products/verifier/test/b.test.ts': `import { k } from '@vitrine/keys';` },
    named: ['products/verifier/test/b.test.ts:1', 'use testkit'],
  },
  {
    fault: 'a product importing more than its row',
    planted: { 'products/verifier/src/b.ts': `import '@vitrine/log';` },
    named: ['products/verifier/src/b.ts:1', 'no arrow from verifier to log'],
  },
  {
    fault: 'source importing testkit',
    planted: { 'packages/vitrine/src/b.ts': `import '@vitrine/testkit';` },
    named: ['packages/vitrine/src/b.ts:1', 'only tests may'],
  },
  {
    fault: 'source importing fakes',
    planted: { 'packages/vitrine/src/b.ts': `import '@vitrine/log/testing';` },
    named: ['packages/vitrine/src/b.ts:1', 'only tests and the tour may'],
  },
  {
    fault: 'the launcher imported by a library',
    planted: { 'packages/log/src/b.ts': `import '../../../tools/node.mjs';` },
    named: ['packages/log/src/b.ts:1', 'reaches out of its package to tools/node.mjs'],
  },
  {
    fault: 'source importing its own tests',
    planted: { 'packages/log/src/b.ts': `import '../test/x.ts';` },
    named: ['packages/log/src/b.ts:1', 'source may not use tests'],
  },
  {
    fault: 'Node in browser-pure source',
    planted: { 'packages/evidence/src/b.ts': `import type { Stats } from 'node:fs';` },
    named: ['packages/evidence/src/b.ts:1', '"node:fs"', 'browser'],
  },
  {
    fault: 'Node without its prefix in browser-pure source',
    planted: { 'packages/evidence/src/b.ts': `import 'fs';` },
    named: ['packages/evidence/src/b.ts:1', '"fs"', 'browser'],
  },
  {
    fault: "Node's types in browser-pure source",
    planted: { 'packages/evidence/src/b.ts': `/// <reference types="node" />` },
    named: ['packages/evidence/src/b.ts:1', '"node"', 'browser'],
  },
  {
    fault: 'Node through the back door in browser-pure source',
    planted: { 'packages/evidence/src/b.ts': `process.getBuiltinModule('node:fs');` },
    named: ['packages/evidence/src/b.ts:1', 'names "node:fs"'],
  },
  {
    fault: 'Node without its prefix elsewhere',
    planted: { 'packages/host/src/b.ts': `import 'fs';` },
    named: ['packages/host/src/b.ts:1', 'write "node:fs"'],
  },
  {
    fault: 'a computed import in source',
    planted: { 'packages/host/src/b.ts': `await import(name);` },
    named: ['packages/host/src/b.ts:1', 'computed'],
  },
  {
    fault: "another package's file by its name",
    planted: { 'packages/log/src/b.ts': `import '@vitrine/evidence/src/a.ts';` },
    named: ['packages/log/src/b.ts:1', 'reaches into packages/evidence', 'entry points: @vitrine/evidence'],
  },
  {
    fault: "another package's file by a path",
    planted: { 'packages/log/src/b.ts': `import '../../evidence/src/a.ts';` },
    named: ['packages/log/src/b.ts:1', 'reaches into packages/evidence/src/a.ts'],
  },
  {
    fault: "a package's file from a benchmark",
    planted: { 'bench/b.ts': `import '../packages/log/src/index.ts';` },
    named: ['bench/b.ts:1', 'reaches into packages/log/src/index.ts'],
  },
  {
    fault: 'a file outside every package',
    planted: { 'packages/log/src/b.ts': `import '../../../tools/x.ts';` },
    named: ['packages/log/src/b.ts:1', 'reaches out of its package to tools/x.ts'],
  },
  {
    fault: 'an address',
    planted: { 'packages/log/src/b.ts': `import 'data:text/javascript,1';` },
    named: ['packages/log/src/b.ts:1', 'relative path or a package'],
  },
  {
    fault: 'its own package by name in source',
    planted: { 'packages/log/src/b.ts': `import '@vitrine/log/witness';` },
    named: ['packages/log/src/b.ts:1', 'own package by name'],
  },
  {
    fault: 'a package of ours that does not exist',
    planted: { 'bench/b.ts': `import '@vitrine/nothing';` },
    named: ['bench/b.ts:1', 'no package here'],
  },
  {
    fault: 'a dependency used but not declared',
    planted: { 'packages/log/src/b.ts': `import 'left/pad';` },
    named: ['packages/log/src/b.ts:1', 'imports left', 'does not list in dependencies'],
  },
  {
    fault: 'a development dependency used in source',
    planted: { 'packages/evidence/src/b.ts': `import 'fast-check';` },
    named: ['packages/evidence/src/b.ts:1', 'imports fast-check', 'does not list in dependencies'],
  },
  {
    fault: 'a dependency declared but not used',
    planted: { [log]: logText.replace(`import tar from 'tar';`, '') },
    named: ['packages/log/package.json', 'declares tar in dependencies and does not use it'],
  },
  {
    fault: 'an arrow declared but not used',
    planted: { [log]: logText.replace(`import { a } from '@vitrine/evidence';`, '') },
    named: ['packages/log/package.json', 'declares @vitrine/evidence in dependencies and does not use it'],
  },
  {
    fault: 'any dependency of evidence',
    planted: {
      'packages/evidence/package.json': manifest('evidence', { dependencies: { hashes: '1.0.0' } }),
      'packages/evidence/src/b.ts': `import 'hashes';`,
      'packages/evidence/test/a.test.ts': '',
    },
    named: ['packages/evidence/package.json', 'declares hashes', 'no dependency'],
  },
  {
    fault: 'an entry point without a file',
    planted: {
      'packages/keys/package.json': manifest('keys', {
        exports: { '.': './src/index.ts', './x': './src/x.ts' },
        dependencies: uses('evidence'),
      }),
    },
    named: ['packages/keys/package.json', 'exports "./x" as packages/keys/src/x.ts', 'does not exist'],
  },
  {
    fault: 'a version that would be fetched from a registry',
    planted: {
      'packages/keys/package.json': manifest('keys', { dependencies: { '@vitrine/evidence': '1.0.1' } }),
    },
    named: ['packages/keys/package.json', 'wants @vitrine/evidence 1.0.1; here it is 1.0.0'],
  },
  {
    fault: 'a package under another name',
    planted: {
      'packages/host/package.json': JSON.stringify({ name: '@vitrine/hast', dependencies: uses('evidence') }),
    },
    named: ['packages/host/package.json', 'is named "@vitrine/hast"'],
  },
  {
    fault: 'a package that the table does not know',
    planted: { 'packages/gossip/package.json': manifest('gossip'), 'packages/gossip/src/index.ts': '' },
    named: ['packages/gossip', 'no row in the table'],
  },
  {
    fault: 'code that belongs to no package',
    planted: { 'packages/stray/x.ts': '' },
    named: ['packages/stray/x.ts', 'belongs to no package'],
  },
];

for (const { fault, planted, named } of cases) {
  test(`a violation is named: ${fault}`, () => {
    const found = violationsOf(planted);
    assert.equal(found.length, 1, found.join('\n'));
    for (const part of named)
      assert.ok(found[0]?.includes(part), `${String(found[0])} does not say: ${part}`);
  });
}

test('an arrow that may start in one folder only is refused elsewhere', () => {
  const tuf = {
    'packages/tuf/package.json': manifest('tuf', { dependencies: uses('host') }),
    'packages/tuf/src/index.ts': '',
    'packages/tuf/src/repository/index.ts': `import '@vitrine/host';`,
  };
  assert.deepEqual(violationsOf(tuf), []);
  assert.match(
    violationsOf({ ...tuf, 'packages/tuf/src/client.ts': `import '@vitrine/host';` }).join('\n'),
    /^packages\/tuf\/src\/client\.ts:1: .*from tuf to host outside packages\/tuf\/src\/repository$/,
  );
});
