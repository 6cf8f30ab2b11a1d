import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import test, { after } from 'node:test';
import { hashFile, sha256Hex } from '@vitrine/host';
import { repositoryRoot, temporaryDirectory } from '@vitrine/testkit';
import { build, buildAgent, runProgram, type Surroundings } from './helpers.ts';

const built = await buildAgent({ after });
const folder = temporaryDirectory({ after });
chmodSync(folder, 0o755);
const outputs = ['agent', 'agent.mjs'];
const packages = ['endpoint', 'evidence', 'host', 'log', 'reports', 'tuf'];

/** The parts of the tree that the build reads, and a node_modules as npm lays it out. */
function copyTree(to: string): string {
  for (const part of [
    ...packages.map((name) => `packages/${name}`),
    'products/agent',
    'package.json',
    'tsconfig.base.json',
  ]) {
    cpSync(join(repositoryRoot, part), join(to, part), {
      recursive: true,
      filter: (path) => basename(path) !== 'node_modules',
    });
  }
  mkdirSync(join(to, 'node_modules/@vitrine'), { recursive: true });
  for (const name of packages) symlinkSync(`../../packages/${name}`, join(to, 'node_modules/@vitrine', name));
  // HPKE is a part of the output; its sources name no place.
  cpSync(join(repositoryRoot, 'node_modules/@hpke'), join(to, 'node_modules/@hpke'), { recursive: true });
  // The bundler is no part of the output, so it may lie elsewhere; our sources may not.
  symlinkSync(realpathSync(join(repositoryRoot, 'node_modules/rolldown')), join(to, 'node_modules/rolldown'));
  return to;
}

interface Place extends Surroundings {
  readonly name: string;
  readonly tree: string;
}

/** Only root can build as another user, and only with a Node that others may reach. */
const otherUser = 12_345;
const canBeAnother = process.getuid?.() === 0 && isOpenToOthers(process.execPath);

function isOpenToOthers(path: string): boolean {
  if ((statSync(path).mode & 0o001) === 0) return false;
  return dirname(path) === path || isOpenToOthers(dirname(path));
}

const places: readonly Place[] = [
  {
    name: 'a short path, UTC, the folder of the recipe',
    tree: copyTree(join(folder, 'a')),
    env: { PATH: '/usr/bin:/bin', TZ: 'UTC', LANG: 'C', SOURCE_DATE_EPOCH: '1', HOME: '/nonexistent' },
  },
  {
    name: 'a long path with spaces, another time zone and locale, another user where that can be, the root of the file system',
    tree: copyTree(join(folder, 'a much longer place', 'ünïcode # %20', 'tree')),
    cwd: '/',
    env: {
      PATH: '/usr/bin:/bin',
      TZ: 'Asia/Kathmandu',
      LANG: 'tr_TR.UTF-8',
      LC_ALL: 'tr_TR.UTF-8',
      SOURCE_DATE_EPOCH: '1795510800',
      USER: 'somebody',
      NODE_ENV: 'production',
      FORCE_COLOR: '1',
      RAYON_NUM_THREADS: '1',
    },
    ...(canBeAnother ? { uid: otherUser } : {}),
  },
];

for (const [i, { name, tree, ...surroundings }] of places.entries()) {
  test(`The bytes are the same from ${name}.`, async () => {
    const out = join(folder, `out-${i}`);
    mkdirSync(out);
    if (surroundings.uid !== undefined) chownSync(out, surroundings.uid, surroundings.uid);
    await build(join(tree, 'products/agent/build.mjs'), out, {
      cwd: join(tree, 'products/agent'),
      ...surroundings,
    });
    assert.deepEqual(readdirSync(out).toSorted(), outputs);
    for (const output of outputs) {
      const original = output === 'agent' ? built.executable : built.script;
      assert.deepEqual(await hashFile(join(out, output)), await hashFile(original), output);
    }
    rmSync(out, { recursive: true });
  });
}

test('A change of one source changes the bytes: the copies above are not built from this tree.', async () => {
  const tree = copyTree(join(folder, 'changed'));
  const source = join(tree, 'packages/endpoint/src/command/arguments.ts');
  const text = readFileSync(source, 'utf8');
  writeFileSync(source, text.replace('Keeps one product', 'KEEPS one product'));
  const out = join(folder, 'out-changed');
  await build(join(tree, 'products/agent/build.mjs'), out);
  assert.match(readFileSync(join(out, 'agent.mjs'), 'utf8'), /KEEPS one product/);
  assert.notDeepEqual(await hashFile(join(out, 'agent')), await hashFile(built.executable));
});

test('The script names no place on the machine that built it, and imports no module but those of Node.', () => {
  const script = readFileSync(built.script, 'utf8');
  for (const place of [repositoryRoot, folder, '/node_modules', 'file:///'])
    assert.ok(!script.includes(place), place);
  const imports = [...script.matchAll(/^import .* from "(.*)";$/gm)].map(([, name = '']) => name);
  assert.ok(imports.length > 5 && imports.every((name) => name.startsWith('node:')));
  // HPKE asks Node for its own cryptography where a platform has no WebCrypto.
  assert.deepEqual(script.match(/\bimport\(.*?\)/g), ['import("crypto")']);
  assert.doesNotMatch(script, /createRequire/);
});

test('The agent carries no server, no database of a log and no key file: its own keys come from its recovery secret.', () => {
  const script = readFileSync(built.script, 'utf8');
  const found =
    /createServer|createPrivateKey|generateKeyPairSync|PRIVATE KEY|better-sqlite|CREATE TABLE/.exec(script);
  assert.equal(found?.[0], undefined);
});

test('Script and executable test themselves and name their own digest.', async () => {
  for (const [command, args, file] of [
    [process.execPath, [built.script], built.script],
    [built.executable, [], built.executable],
  ] as const) {
    const { code, stdout, stderr } = await runProgram(command, [...args, 'self-test'], { env: {} });
    assert.equal(code, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), {
      product: 'agent',
      version: '0.1.0',
      sha256: sha256Hex(readFileSync(file)),
    });
  }
});
