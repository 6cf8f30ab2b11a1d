// The npm road without a registry: a made-up npm for fetching, the real one of this machine for installing.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { openStore } from '@vitrine/host';
import { temporaryDirectory } from '@vitrine/testkit';
import { create } from 'tar';
import {
  build,
  chooseSandbox,
  hostPlatform,
  integrityOf,
  obtainMaterials,
  openMaterialCache,
  type MaterialCache,
  type NeededMaterial,
} from '../src/index.ts';
import { makeRepository, makeVendor, memoryLog, produceTiny, refusal } from './helpers.ts';
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

/** A registry in a folder: `npm pack NAME@VERSION` copies NAME with slashes and "@" as npm writes file names. */
function registry(t: TestContext, packages: Readonly<Record<string, Uint8Array>>, script = ''): Registry {
  const folder = temporaryDirectory(t);
  mkdirSync(join(folder, 'bin'));
  for (const [name, bytes] of Object.entries(packages))
    writeFileSync(join(folder, name.replaceAll('/', '%')), bytes);
  writeFileSync(
    join(folder, 'bin/npm'),
    `#!/bin/sh
echo "$*" >> ${folder}/calls
${script}
to=; specs=
while [ $# -gt 0 ]; do case "$1" in --pack-destination) to=$2; shift;; --) shift; specs="$*"; break;; esac; shift; done
for spec in $specs; do
  name=$(echo "\${spec%@*}" | tr / %)
  test -e "${folder}/$name" || { echo "npm error 404 '$spec' is not in this registry" >&2; exit 1; }
  cp "${folder}/$name" "$to/$(echo "\${spec%@*}" | tr -d @ | tr / -)-1.0.0.tgz"
done
`,
  );
  chmodSync(join(folder, 'bin/npm'), 0o755);
  const path = process.env['PATH'];
  t.after(() => (process.env['PATH'] = path));
  process.env['PATH'] = `${folder}/bin:${path ?? ''}`;
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
    const slow = registry(t, { plain: archive('plain') }, 'sleep 20');
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

/** The npm that came with this machine's Node; undefined where there is none. */
function installedNpm(): string | undefined {
  try {
    const script = realpathSync(
      execFileSync('/bin/sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim(),
    );
    const folder = dirname(dirname(script));
    return existsSync(join(folder, 'bin/npm-cli.js')) ? folder : undefined;
  } catch {
    return undefined;
  }
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
