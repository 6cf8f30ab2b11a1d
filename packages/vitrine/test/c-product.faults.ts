// A product in C, by the commands alone: built, rebuilt, compared with a build of altered source, and swept.
// The compiler is the machine's, so this is no part of `npm test`.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadPolicy } from '@vitrine/evidence';
import { chooseSandbox, sourceGate } from '@vitrine/conveyor';
import {
  listen,
  openStore,
  run,
  sha256 as digest,
  startDaemon,
  verifySignature,
  type Listener,
  type RunResult,
} from '@vitrine/host';
import { temporaryDirectory } from '@vitrine/testkit';
import { openStores } from '../src/commands/build.ts';
import { siteHandler } from '../src/site.ts';
import { builderId, makeCast, type Cast } from '../src/tour/cast.ts';
import type { Service } from '../src/tour/processes.ts';
import { startServices } from '../src/tour/services.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const main = at('../src/main.ts');

async function compilerMissing(): Promise<string | false> {
  try {
    const { code } = await run('/bin/sh', ['-c', 'command -v cc'], {
      env: { PATH: '/usr/bin:/bin' },
      timeoutMs: 10_000,
      maxOutputBytes: 1024,
    });
    return code === 0
      ? false
      : 'no C compiler is called cc in /usr/bin or /bin (apt-get install gcc libc6-dev)';
  } catch (error) {
    return `no shell here: ${String(error)}`;
  }
}

interface World {
  readonly folder: string;
  readonly cast: Cast;
  readonly logUrl: string;
  readonly siteUrl: string;
  /** Runs a command; its exit code must be this one. Answers what it printed as JSON. */
  readonly vitrine: (exit: number, ...args: readonly string[]) => Promise<Record<string, unknown>>;
}

async function start(t: TestContext): Promise<World> {
  const folder = temporaryDirectory(t);
  const folders = {
    data: folder,
    log: join(folder, 'log'),
    logs: join(folder, 'logs'),
    home: join(folder, 'home'),
  };
  for (const path of [folders.logs, folders.home, join(folder, 'public')]) mkdirSync(path);
  const cast = await makeCast(join(folder, 'keys'));
  const policy = await loadPolicy(
    readFileSync(cast.policyFile),
    readFileSync(cast.rootFile),
    verifySignature,
    digest,
  );
  const services = await startServices(cast, policy, folders, (service: Service) =>
    t.after(() => service.stop()),
  );
  const gate = sourceGate({ policy: () => policy, hosts: () => [new URL(site.url).host] });
  const stores = await openStores(join(folder, 'vendor'));
  const site: Listener = await listen(siteHandler({ ...stores, gate, files: join(folder, 'public') }), {
    port: 0,
  });
  t.after(() => site.close());
  const { sandbox, why } = await chooseSandbox('auto');
  if (why !== undefined) t.diagnostic(`built with isolation none: ${why}`);
  return {
    folder,
    cast,
    logUrl: services.log.url,
    siteUrl: site.url,
    async vitrine(exit, ...args) {
      const { code, stdout, stderr }: RunResult = await run(process.execPath, [main, ...args, '--json'], {
        cwd: folder,
        env: { PATH: process.env['PATH'] ?? '', HOME: folders.home, VITRINE_SANDBOX: sandbox.isolation },
        timeoutMs: 120_000,
        maxOutputBytes: 1 << 20,
      });
      assert.equal(code, exit, `vitrine ${args.join(' ')}\n${stdout}${stderr}`);
      return JSON.parse(stdout) as Record<string, unknown>;
    },
  };
}

function git(folder: string, ...args: readonly string[]): void {
  const who = ['-c', 'user.name=A', '-c', 'user.email=a@example.org'];
  execFileSync('git', ['-C', folder, ...who, ...args], {
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' },
  });
}

test('a product in C is built, rebuilt, compared and swept', { skip: await compilerMissing() }, async (t) => {
  const { folder, cast, logUrl, siteUrl, vitrine } = await start(t);
  const repository = join(folder, 'hello');
  cpSync(at('./testdata/c-product'), repository, { recursive: true });
  git(folder, 'init', '-q', '-b', 'main', repository);
  git(repository, 'add', '-A');
  git(repository, 'commit', '-q', '-m', 'hello');

  const trust = ['--log', logUrl, '--policy', cast.policyFile, '--root', cast.rootFile];
  const keys = (['source', 'order', 'builder'] as const).flatMap((role) => [
    `--${role}-key`,
    cast.keyFile(role),
  ]);
  const build = (exit: number, ...more: readonly string[]): ReturnType<typeof vitrine> =>
    vitrine(
      exit,
      'build',
      repository,
      '--recipe',
      'conveyor.toml',
      ...trust,
      '--builder-id',
      builderId,
      '--data',
      'vendor',
      ...more,
    );
  const rebuild = (order: unknown, data: string, ...key: readonly string[]): ReturnType<typeof vitrine> =>
    vitrine(0, 'rebuild', String(order), ...trust, '--repository', siteUrl, '--data', data, ...key);

  // The compiler's bytes, from the commands alone.
  const first = await build(0, ...keys);
  const [program] = first['files'] as readonly { readonly path: string; readonly sha256: string }[];
  assert.equal(program?.path, 'hello');
  const blobs = openStore(join(folder, 'vendor', 'blob'));
  const copy = join(folder, 'program');
  writeFileSync(copy, await blobs.get(program.sha256, { maxBytes: 1 << 20 }), { mode: 0o755 });
  assert.equal(execFileSync(copy, ['world']).toString(), 'hello world\n1 words, the longest of 5\n');
  assert.equal(readdirSync(join(folder, 'vendor', 'logs')).length, 1, 'what it printed is kept');

  // Rebuilt from the log's entry, source by signed requests; the key behind a socket.
  const socket = join(folder, 'signer.sock');
  const held = `rebuilder,source-request=${cast.keyFile('rebuilder')}`;
  const signer = await startDaemon(
    process.execPath,
    [main, 'signer', 'run', '--socket', socket, '--key', held],
    {
      env: {},
      ready: /listens at/,
      timeoutMs: 30_000,
    },
  );
  t.after(() => signer.stop());
  const again = await rebuild(first['order'], 'rebuilder', '--signer', socket);
  assert.deepEqual([again['result'], again['outputs']], ['reproduced', first['outputs']]);

  // An uncommitted change is not built, and says so; committed it gives other bytes, in named places.
  const source = join(repository, 'hello.c');
  writeFileSync(source, readFileSync(source, 'utf8').replace('"hello"', '"howdy"'));
  const refused = await build(2, ...keys);
  assert.equal((refused['error'] as { code: string }).code, 'source.dirty');
  git(repository, 'commit', '-q', '-a', '-m', 'howdy');
  const second = await build(0, ...keys);
  assert.notEqual(second['outputs'], first['outputs']);
  const [other] = second['files'] as readonly { readonly sha256: string }[];
  const { differences, differing, explained } = (await vitrine(
    3,
    'compare',
    blobs.path(program.sha256),
    blobs.path(other?.sha256 ?? ''),
  )) as {
    differences: readonly [{ as: string; parts: readonly { name: string }[] }];
    differing: number;
    explained: number;
  };
  assert.equal(differences[0].as, 'elf');
  assert.ok(
    differences[0].parts.some(({ name }) => name.startsWith('.rodata')),
    JSON.stringify(differences[0].parts),
  );
  assert.deepEqual([differing > 0, explained], [true, differing]);
  assert.equal((await vitrine(0, 'compare', copy, blobs.path(program.sha256)))['equal'], true);

  // A sweep takes what nothing in the log names, and both orders can still be rebuilt.
  const stray = await blobs.put(Buffer.from('left by a build that failed'));
  for (const sha256 of await blobs.list()) utimesSync(blobs.path(sha256), 1, 1);
  const gc = ['store', 'gc', 'vendor', ...trust];
  const dry = (await vitrine(0, ...gc, '--dry-run')) as {
    blobs: { removed: number };
    source: { removed: number };
  };
  assert.deepEqual([dry.blobs.removed, dry.source.removed, await blobs.has(stray)], [1, 0, true]);
  await vitrine(0, ...gc, '--yes');
  assert.equal(await blobs.has(stray), false);
  assert.deepEqual((await vitrine(0, 'store', 'check', 'vendor'))['altered'], []);
  for (const [i, { order }] of [first, second].entries())
    assert.equal(
      (await rebuild(order, `fresh-${i}`, '--key', cast.keyFile('rebuilder')))['result'],
      'reproduced',
    );
});
