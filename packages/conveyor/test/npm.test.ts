// The npm road without a registry: the npm of this machine installs from archives that are in the store.

import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { temporaryDirectory } from '@vitrine/testkit';
import { create } from 'tar';
import { build, chooseSandbox, hostPlatform, integrityOf } from '../src/index.ts';
import {
  commitAll,
  makeRepository,
  makeVendor,
  memoryLog,
  produceTiny,
  refusal,
  writeFiles,
} from './helpers.ts';
import { tarball } from './tar.ts';

/** The folder of the npm that runs this test, or else of the one on the PATH; undefined where there is none. */
function installedNpm(): string | undefined {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'npm'));
  return [process.env['npm_execpath'] ?? '', ...onPath]
    .filter((path) => existsSync(path))
    .map((path) => dirname(dirname(realpathSync(path))))
    .find((folder) => existsSync(join(folder, 'bin/npm-cli.js')));
}

/** As the registry would serve it: without the links of its .bin folders. */
function archiveOf(folder: string): Uint8Array {
  const packed = create(
    {
      cwd: folder,
      prefix: 'package',
      gzip: { level: 1 },
      portable: true,
      sync: true,
      filter: (_path, stat) => !('isSymbolicLink' in stat && stat.isSymbolicLink()),
    },
    ['package.json', 'bin', 'lib', 'node_modules'],
  );
  return new Uint8Array(packed.read() ?? []);
}

const npm = installedNpm();

describe('the npm road', { skip: npm === undefined ? 'no npm is installed here' : false }, () => {
  const platform = hostPlatform();
  // In place of the real one, which is large: without a sandbox a script can start it where it is.
  const shim = `#!/bin/sh\nexec '${process.execPath}' "$@"\n`;
  const tools = {
    node: tarball([{ path: 'package/bin/node', content: shim, mode: 0o755 }]),
    npm: npm === undefined ? new Uint8Array(0) : archiveOf(npm),
  };
  const dependency = tarball([
    {
      path: 'package/package.json',
      content:
        '{"name":"dep","version":"1.0.0","exports":"./index.js","scripts":{"install":"touch /tmp/vitrine-never"}}',
    },
    { path: 'package/index.js', content: 'module.exports = 42;' },
  ]);

  async function project(t: TestContext): Promise<Parameters<typeof produceTiny>> {
    const folder = temporaryDirectory(t);
    const entry = { version: '1.0.0', integrity: integrityOf(dependency), dev: true };
    const nowhere = { version: '1.0.0', integrity: `sha512-${'A'.repeat(86)}==`, dev: true };
    const manifest = {
      name: 'part',
      version: '1.0.0',
      devDependencies: { dep: '1.0.0' },
      optionalDependencies: { other: '1.0.0' },
    };
    const root = {
      name: 'root',
      workspaces: ['part'],
      devDependencies: { unused: '1.0.0' },
      optionalDependencies: { [platform.nodePackage]: '26.10.0' },
    };
    const lockfile = {
      name: 'root',
      lockfileVersion: 3,
      requires: true,
      packages: {
        '': root,
        part: manifest,
        'node_modules/part': { resolved: 'part', link: true },
        'node_modules/dep': { ...entry, hasInstallScript: true },
        'node_modules/unused': nowhere,
        'node_modules/other': { ...nowhere, dev: false, optional: true, os: ['plan9'] },
        [`node_modules/${platform.nodePackage}`]: {
          version: '26.10.0',
          integrity: integrityOf(tools.node),
          optional: true,
          os: [platform.os],
          cpu: [platform.cpu],
        },
      },
    };
    const recipe = `recipe = 1
product.name = "part"
build.command = ["node", "build.mjs"]
build.outputs = ["tiny.txt"]
npm.workspace = "part"
toolchain.node.version = "26.10.0"
toolchain.npm = { version = "1.0.0", integrity = "${integrityOf(tools.npm)}" }
`;
    makeRepository(join(folder, 'repository'), {
      'package.json': JSON.stringify(root),
      'package-lock.json': JSON.stringify(lockfile),
      'part/package.json': JSON.stringify(manifest),
      'conveyor.toml': recipe.replace('npm.workspace', 'product.version = "1.0.0"\nnpm.workspace'),
      'build.mjs': `import { readFileSync, writeFileSync, readdirSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
const dep = createRequire(new URL('part/x.js', import.meta.url))('dep');
const lock = readFileSync('package-lock.json', 'utf8');
const hidden = readFileSync('node_modules/.package-lock.json', 'utf8');
writeFileSync(process.env.OUT + '/tiny.txt', JSON.stringify([dep, readdirSync('node_modules').sort(), lock.includes('file:'), hidden, process.version]));
`,
    });
    const vendor = makeVendor(join(folder, 'vendor'));
    await vendor.materials.keep(integrityOf(dependency), dependency);
    await vendor.materials.keep(integrityOf(tools.node), tools.node);
    await vendor.materials.keep(integrityOf(tools.npm), tools.npm);
    const { sandbox } = await chooseSandbox('none');
    return [join(folder, 'repository'), vendor, memoryLog(), sandbox];
  }

  test('installs one workspace from archives alone, runs no script, and shows the build the committed lockfile', async (t) => {
    const [repository, vendor, log, sandbox] = await project(t);
    const produced = await produceTiny(repository, vendor, log, sandbox);
    assert.deepEqual(
      produced.materials.map(({ id, opaque }) => [id, opaque]),
      [
        ['npm:dep@1.0.0', false],
        [`npm:${platform.nodePackage}@26.10.0`, true],
        ['npm:npm@1.0.0', false],
      ],
    );
    const [output] = produced.result.manifest.outputs;
    const bytes = await vendor.blobs.get(output?.sha256 ?? '', { maxBytes: 100_000 });
    const [value, installed, rewritten, hidden, version] = JSON.parse(Buffer.from(bytes).toString()) as [
      number,
      string[],
      boolean,
      string,
      string,
    ];
    assert.equal(value, 42);
    assert.deepEqual(
      installed.filter((name) => !name.startsWith('.')),
      ['dep', 'part'],
    );
    assert.equal(rewritten, false);
    assert.match(hidden, new RegExp(`"file:\\.\\./materials/${produced.materials[0]?.sha256 ?? ''}\\.tgz"`));
    assert.equal(version, process.version);
    assert.ok(!existsSync('/tmp/vitrine-never'));
    const again = await build(produced.order, {
      tree: produced.tree.listing,
      materials: produced.materials,
      source: vendor.source,
      blobs: vendor.blobs,
      sandbox,
    });
    assert.equal(again.digest, produced.result.digest, 'the same bytes from other folders');
  });

  test('tells npm of no place but the tree and the archives', async (t) => {
    const [repository, vendor, log, sandbox] = await project(t);
    // In npm's place: what the lockfile that it is given says.
    const cli = tarball([
      {
        path: 'package/bin/npm-cli.js',
        content: `const { packages } = JSON.parse(require('node:fs').readFileSync('package-lock.json', 'utf8'));
const places = Object.entries(packages).map(([at, { resolved }]) => [at, resolved]).filter(([, resolved]) => resolved !== undefined);
require('node:fs').writeFileSync('places.json', JSON.stringify(places));`,
      },
    ]);
    await vendor.materials.keep(integrityOf(cli), cli);
    const read = (name: string): string => readFileSync(join(repository, name), 'utf8');
    const lockfile = JSON.parse(read('package-lock.json')) as { packages: Record<string, object> };
    Object.assign(lockfile.packages['node_modules/unused'] ?? {}, { resolved: 'https://evil.example/x.tgz' });
    Object.assign(lockfile.packages['node_modules/dep'] ?? {}, {
      resolved: 'https://registry.example/x.tgz',
    });
    writeFiles(repository, {
      'package-lock.json': JSON.stringify(lockfile),
      'conveyor.toml': read('conveyor.toml').replace(integrityOf(tools.npm), integrityOf(cli)),
      'build.mjs': `import { copyFileSync } from 'node:fs';
copyFileSync('places.json', process.env.OUT + '/tiny.txt');`,
    });
    commitAll(repository);
    const { result, materials } = await produceTiny(repository, vendor, log, sandbox);
    const places = await vendor.blobs.get(result.manifest.outputs[0]?.sha256 ?? '', { maxBytes: 10_000 });
    const at = (name: string): string =>
      `file:../materials/${materials.find((one) => one.name === name)?.sha256 ?? ''}.tgz`;
    assert.deepEqual(JSON.parse(Buffer.from(places).toString()), [
      ['node_modules/part', 'part'],
      ['node_modules/dep', at('dep')],
      [`node_modules/${platform.nodePackage}`, at(platform.nodePackage)],
    ]);
    writeFiles(repository, { 'npm-shrinkwrap.json': read('package-lock.json') });
    commitAll(repository);
    await assert.rejects(
      produceTiny(repository, vendor, log, sandbox),
      refusal('lockfile.syntax', 'npm-shrinkwrap.json'),
    );
  });

  test('ends in EINTEGRITY when an archive is another one than the lockfile says', async (t) => {
    const [repository, vendor, log, sandbox] = await project(t);
    const produced = await produceTiny(repository, vendor, log, sandbox);
    const evil = tarball([{ path: 'package/package.json', content: '{"name":"dep","version":"1.0.0"}' }]);
    const sha256 = await vendor.blobs.put(evil);
    const materials = produced.materials.map((material) =>
      material.name === 'dep' ? { ...material, sha256, size: evil.length } : material,
    );
    const attempt = build(produced.order, {
      tree: produced.tree.listing,
      materials,
      source: vendor.source,
      blobs: vendor.blobs,
      sandbox,
    });
    await assert.rejects(
      attempt,
      (error: unknown) => refusal('build.install')(error) && /EINTEGRITY/.test(String(error)),
    );
  });

  test('stops before anything runs when a material is altered in the store, or missing', async (t) => {
    const [repository, vendor, log, sandbox] = await project(t);
    const { order, tree, materials } = await produceTiny(repository, vendor, log, sandbox);
    const attempt = (): Promise<unknown> =>
      build(order, { tree: tree.listing, materials, source: vendor.source, blobs: vendor.blobs, sandbox });
    const path = vendor.blobs.path(materials[0]?.sha256 ?? '');
    copyFileSync(path, `${path}.copy`);
    chmodSync(path, 0o600);
    writeFileSync(path, 'altered');
    await assert.rejects(attempt(), refusal('store.altered'));
    const fewer = build(order, {
      tree: tree.listing,
      materials: materials.slice(1),
      source: vendor.source,
      blobs: vendor.blobs,
      sandbox,
    });
    await assert.rejects(fewer, refusal('material.mismatch', 'npm:dep@1.0.0'));
    const called = materials.map((material) => ({ ...material, opaque: false }));
    const open = build(order, {
      tree: tree.listing,
      materials: called,
      source: vendor.source,
      blobs: vendor.blobs,
      sandbox,
    });
    await assert.rejects(open, refusal('material.mismatch', `npm:${platform.nodePackage}@26.10.0`));
  });
});
