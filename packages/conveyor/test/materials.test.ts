// Fetching without a registry: a made-up npm that copies archives out of a folder.

import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { openStore } from '@vitrine/host';
import { temporaryDirectory } from '@vitrine/testkit';
import {
  integrityOf,
  obtainMaterials,
  openMaterialCache,
  type MaterialCache,
  type NeededMaterial,
} from '../src/index.ts';
import { refusal } from './helpers.ts';
import { tarball } from './tar.ts';

const archive = (name: string): Uint8Array =>
  tarball([{ path: 'package/package.json', content: JSON.stringify({ name, version: '1.0.0' }) }]);

function need(name: string, bytes: Uint8Array): NeededMaterial {
  return {
    id: `npm:${name}@1.0.0`,
    kind: 'npm',
    name,
    version: '1.0.0',
    integrity: integrityOf(bytes),
    opaque: false,
  };
}

interface Registry {
  readonly cache: MaterialCache;
  readonly folder: string;
  /** What npm was called with, one call a line. */
  readonly calls: () => readonly string[];
}

/** `npm pack … --pack-destination TO -- NAME@VERSION …` copies each NAME, under the name that npm gives it. */
const npm = `import { appendFileSync, copyFileSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
const args = process.argv.slice(2);
appendFileSync('FOLDER/calls', args.join(' ') + '\\n');
SCRIPT
const to = args[args.indexOf('--pack-destination') + 1];
for (const spec of args.slice(args.indexOf('--') + 1)) {
  const name = spec.slice(0, spec.lastIndexOf('@'));
  const archive = 'FOLDER/' + name.replaceAll('/', '%');
  if (!existsSync(archive)) {
    console.error("npm error 404 '" + spec + "' is not in this registry");
    process.exit(1);
  }
  copyFileSync(archive, to + '/' + name.replaceAll('@', '').replaceAll('/', '-') + '-1.0.0.tgz');
}`;

/** A registry in a folder, and an npm on the PATH that fetches from it after it has run a script. */
function registry(t: TestContext, packages: Readonly<Record<string, Uint8Array>>, script = ''): Registry {
  const folder = temporaryDirectory(t);
  mkdirSync(join(folder, 'bin'));
  for (const [name, bytes] of Object.entries(packages))
    writeFileSync(join(folder, name.replaceAll('/', '%')), bytes);
  const program = join(folder, 'npm.mjs');
  writeFileSync(program, npm.replace('SCRIPT', () => script).replaceAll('FOLDER', folder));
  writeFileSync(join(folder, 'bin/npm'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(join(folder, 'bin/npm'), 0o755);
  const path = process.env['PATH'];
  t.after(() => (process.env['PATH'] = path));
  process.env['PATH'] = join(folder, 'bin');
  return {
    folder,
    cache: openMaterialCache(openStore(join(folder, 'store')), join(folder, 'integrity')),
    calls: () =>
      existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n') : [],
  };
}

describe('materials', () => {
  test('are fetched once, in one call, without running scripts, and checked', async (t) => {
    const packages = { plain: archive('plain'), '@s/scoped': archive('@s/scoped') };
    const { cache, calls } = registry(t, packages);
    const needed = Object.entries(packages).map(([name, bytes]) => need(name, bytes));
    const [first, second] = await obtainMaterials(needed, cache);
    assert.deepEqual([first?.size, second?.size], [packages.plain.length, packages['@s/scoped'].length]);
    assert.equal(calls().length, 1);
    assert.match(calls()[0] ?? '', /^pack --ignore-scripts .* -- plain@1\.0\.0 @s\/scoped@1\.0\.0$/);
    assert.deepEqual(await obtainMaterials(needed, cache), [first, second]);
    assert.equal(calls().length, 1, 'the second time from the store');
  });

  test('are fetched from an empty folder, with nothing of our environment but what npm needs', async (t) => {
    const { cache, folder } = registry(
      t,
      { plain: archive('plain') },
      `const env = Object.entries(process.env).map(([name, value]) => name + '=' + value + '\\n');
      writeFileSync('FOLDER/env', env.join(''));
      writeFileSync('FOLDER/pwd', process.cwd());
      writeFileSync('FOLDER/ls', readdirSync('.').join());`,
    );
    const given = {
      VENDOR_SECRET: 'hunter2',
      AWS_SECRET_ACCESS_KEY: 'hunter2',
      npm_package_name: 'caller',
      npm_config_workspace: 'caller',
      npm_config_registry: 'https://registry.example/',
      https_proxy: 'http://proxy.example',
      NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
    };
    const before = { ...process.env };
    t.after(() => {
      for (const name of Object.keys(given)) {
        const value = before[name];
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    });
    Object.assign(process.env, given);
    await obtainMaterials([need('plain', archive('plain'))], cache);
    const env = readFileSync(join(folder, 'env'), 'utf8');
    assert.doesNotMatch(env, /hunter2|caller/);
    assert.match(env, /^npm_config_registry=https:\/\/registry\.example\/$/m);
    assert.match(env, /^https_proxy=http:\/\/proxy\.example$/m);
    assert.match(env, /^NODE_EXTRA_CA_CERTS=\/etc\/ca\.pem$/m);
    assert.match(env, /^PATH=/m);
    assert.equal(readFileSync(join(folder, 'ls'), 'utf8'), '');
    const at = readFileSync(join(folder, 'pwd'), 'utf8');
    assert.match(at, /vitrine-materials-/);
    assert.ok(
      readFileSync(join(folder, 'calls'), 'utf8').includes(`--prefix ${at} `),
      'nor a folder above it',
    );
  });

  test('whose archives get the same file name are fetched one by one', async (t) => {
    const packages = { '@a/b-c': archive('@a/b-c'), '@a-b/c': archive('@a-b/c') };
    const { cache, calls } = registry(t, packages);
    const found = await obtainMaterials(
      Object.entries(packages).map(([name, bytes]) => need(name, bytes)),
      cache,
    );
    assert.equal(new Set(found.map(({ sha256 }) => sha256)).size, 2);
    assert.equal(calls().length, 2);
  });

  test('with another integrity than the locked one are refused, and not kept', async (t) => {
    const { cache, folder } = registry(t, { plain: archive('evil') });
    await assert.rejects(
      obtainMaterials([need('plain', archive('plain'))], cache),
      refusal('material.integrity', 'npm:plain@1.0.0'),
    );
    assert.ok(!existsSync(join(folder, 'store')));
  });

  test('that are damaged in the store are fetched again', async (t) => {
    const { cache, calls } = registry(t, { plain: archive('plain') });
    const needed = [need('plain', archive('plain'))];
    const [material] = await obtainMaterials(needed, cache);
    const path = cache.store.path(material?.sha256 ?? '');
    chmodSync(path, 0o600);
    writeFileSync(path, 'damaged');
    assert.deepEqual(await obtainMaterials(needed, cache), [material]);
    assert.equal(calls().length, 2);
  });

  test('that a lying note names are not believed', async (t) => {
    const { cache, folder, calls } = registry(t, { plain: archive('plain') });
    const other = await cache.store.put(Buffer.from('other'));
    const needed = [need('plain', archive('plain'))];
    await obtainMaterials(needed, cache);
    const [note] = readdirSync(join(folder, 'integrity'));
    writeFileSync(join(folder, 'integrity', note ?? ''), other);
    const [material] = await obtainMaterials(needed, cache);
    assert.notEqual(material?.sha256, other);
    assert.equal(calls().length, 2);
  });

  test('cannot be had where the registry lacks one, npm hangs, or there is no npm', async (t) => {
    const missing = registry(t, {});
    await assert.rejects(
      obtainMaterials([need('plain', archive('plain'))], missing.cache),
      /'plain@1\.0\.0' is not in this registry/,
    );
    const slow = registry(
      t,
      { plain: archive('plain') },
      'await new Promise(() => setInterval(() => {}, 1 << 30));',
    );
    await assert.rejects(
      obtainMaterials([need('plain', archive('plain'))], slow.cache, { timeoutMs: 200 }),
      refusal('material.unavailable'),
    );
    process.env['PATH'] = join(slow.folder, 'nothing');
    await assert.rejects(
      obtainMaterials([need('plain', archive('plain'))], slow.cache),
      refusal('material.unavailable'),
    );
  });
});
