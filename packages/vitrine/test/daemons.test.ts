// The log and its witnesses as an operator runs them: folders, configuration files, processes.

import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { formatEnvelope, formatVkey, noteTypes, verifierKey, parseSpki, fromBase64 } from '@vitrine/evidence';
import { run, startDaemon, type Daemon, type RunResult } from '@vitrine/host';
import { freePort, makeWorld, temporaryDirectory, worldOrigin, type World } from '@vitrine/testkit';

const main = fileURLToPath(new URL('../src/start.mjs', import.meta.url));

function vitrine(folder: string, ...args: readonly string[]): Promise<RunResult> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, NO_COLOR: '1' };
  return run(process.execPath, [main, ...args], {
    cwd: folder,
    env,
    timeoutMs: 60_000,
    maxOutputBytes: 1 << 20,
  });
}

async function serve(
  t: TestContext,
  folder: string,
  ...args: readonly string[]
): Promise<{ readonly url: string; readonly daemon: Daemon }> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder };
  const daemon = await startDaemon(process.execPath, [main, ...args], {
    cwd: folder,
    env,
    ready: /serves at http/,
    timeoutMs: 30_000,
  });
  t.after(() => daemon.stop());
  return { url: /http:\/\/[^\s,]+/.exec(daemon.line)?.[0] ?? '', daemon };
}

interface KeyFile {
  readonly path: string;
  readonly publicKey: string;
}

async function makeKey(folder: string, name: string): Promise<KeyFile> {
  const { stdout } = await vitrine(folder, 'keys', 'generate', `${name}.key`, '--json');
  return { path: `${name}.key`, publicKey: (JSON.parse(stdout) as { publicKey: string }).publicKey };
}

function vkeyOf(
  { publicKey }: KeyFile,
  name: string,
  type: (typeof noteTypes)['log'] | (typeof noteTypes)['cosignature'],
): string {
  return formatVkey(verifierKey(name, type, parseSpki(fromBase64(publicKey)).raw));
}

/** A log of the world's policy with one witness, both configured and not yet running. */
async function makeLogAndWitness(t: TestContext): Promise<{
  readonly folder: string;
  readonly world: World;
  readonly witness: string;
  readonly logVkey: string;
}> {
  const folder = temporaryDirectory(t);
  const world = await makeWorld();
  writeFileSync(join(folder, 'policy.json'), world.policyBytes);
  writeFileSync(join(folder, 'root.json'), world.root);
  const logKey = await makeKey(folder, 'log');
  const witnessKey = await makeKey(folder, 'witness');
  const logVkey = vkeyOf(logKey, worldOrigin, noteTypes.log);
  const made = await vitrine(
    folder,
    'log',
    'init',
    'L',
    '--origin',
    worldOrigin,
    '--key',
    'log.key',
    '--policy',
    'policy.json',
    '--root',
    'root.json',
    '--listen',
    '127.0.0.1:0',
  );
  assert.equal(made.code, 0, made.stderr);
  assert.match(made.stdout, new RegExp(`verifier key: ${worldOrigin.replace('/', '\\/')}`));
  const name = 'supervisor-a.example/witness';
  assert.equal(
    (
      await vitrine(
        folder,
        'witness',
        'init',
        'W',
        '--name',
        name,
        '--key',
        'witness.key',
        '--listen',
        // It is killed and comes back there: no connection may be given its port meanwhile.
        `127.0.0.1:${await freePort()}`,
      )
    ).code,
    0,
  );
  const config = readFileSync(join(folder, 'W/witness.toml'), 'utf8').replace('logs = []\n', '');
  writeFileSync(
    join(folder, 'W/witness.toml'),
    `${config}\n[[logs]]\norigin = "${worldOrigin}"\nkeys = ["${logVkey}"]\n`,
  );
  return { folder, world, witness: vkeyOf(witnessKey, name, noteTypes.cosignature), logVkey };
}

function listWitness(folder: string, url: string, vkey: string): void {
  const path = join(folder, 'L/log.toml');
  writeFileSync(path, readFileSync(path, 'utf8').replace('quorum = 0', 'quorum = 1'));
  appendFileSync(path, `\n[[witnesses]]\noperator = "supervisor-a"\nurl = "${url}"\nvkey = "${vkey}"\n`);
}

test('a statement that is acknowledged survives kill -9 of log and witness, and is proven afterwards', async (t) => {
  const { folder, world, witness, logVkey } = await makeLogAndWitness(t);
  const witnessed = await serve(t, folder, 'witness', 'run', 'W');
  listWitness(folder, witnessed.url, witness);
  const log = await serve(t, folder, 'log', 'run', 'L');
  writeFileSync(join(folder, 'source.json'), formatEnvelope(world.envelopes.source));
  writeFileSync(join(folder, 'order.json'), formatEnvelope(world.envelopes.order));

  const first = await vitrine(folder, 'log', 'add', log.url, 'source.json');
  assert.deepEqual([first.code, first.stdout], [0, 'entry 0 is covered by a published checkpoint\n']);
  const second = await vitrine(folder, 'log', 'add', log.url, 'order.json', '--wait', '0');
  assert.equal(second.code, 0);
  assert.match(second.stdout, /^entry 1 is (?:durable|covered)/);
  await log.daemon.kill9();
  await witnessed.daemon.kill9();

  const again = await serve(t, folder, 'witness', 'run', 'W', '--listen', new URL(witnessed.url).host);
  const restarted = await serve(t, folder, 'log', 'run', 'L');
  const repeated = await vitrine(folder, 'log', 'add', restarted.url, 'order.json');
  assert.deepEqual([repeated.code, repeated.stdout], [0, 'entry 1 is covered by a published checkpoint\n']);

  const proof = await vitrine(folder, 'log', 'proof', restarted.url, '1', '--vkey', logVkey);
  assert.equal(proof.code, 0, proof.stderr);
  assert.match(proof.stdout, /^c2sp\.org\/tlog-proof@v1\nindex 1\n/);
  const status = await vitrine(folder, 'witness', 'status', again.url, '--origin', worldOrigin);
  assert.match(status.stdout, /size 2 root/);
  const doctor = await vitrine(folder, 'doctor', '--log', restarted.url, '--key', 'log.key', '--json');
  const findings = JSON.parse(doctor.stdout) as { name: string; state: string; detail: string }[];
  assert.equal(findings.find(({ name }) => name === 'log')?.state, 'ok', doctor.stdout);

  await restarted.daemon.stop();
  const checked = await vitrine(folder, 'log', 'fsck', 'L');
  assert.deepEqual([checked.code, checked.stderr], [0, '']);
});

test('a log without its quorum acknowledges, but publishes nothing', async (t) => {
  const { folder, world, witness } = await makeLogAndWitness(t);
  const witnessed = await serve(t, folder, 'witness', 'run', 'W');
  listWitness(folder, witnessed.url, witness);
  const log = await serve(t, folder, 'log', 'run', 'L');
  await witnessed.daemon.kill9();
  writeFileSync(join(folder, 'source.json'), formatEnvelope(world.envelopes.source));
  const added = await vitrine(folder, 'log', 'add', log.url, 'source.json', '--wait', '1500');
  assert.deepEqual(
    [added.code, added.stdout],
    [0, 'entry 0 is durable; no published checkpoint covers it yet\n'],
  );
  const bytes = await fetch(`${log.url}/tile/entries/000.p/1`);
  assert.equal(bytes.status, 404, 'nothing beyond the published checkpoint is served');
});

test('a statement by a key that is not admitted is refused with exit code 4', async (t) => {
  const { folder } = await makeLogAndWitness(t);
  const log = await serve(t, folder, 'log', 'run', 'L');
  const stranger = await makeWorld();
  const envelope = stranger.envelopes.source;
  const keyid = 'f'.repeat(64);
  writeFileSync(
    join(folder, 'stranger.json'),
    formatEnvelope({ ...envelope, signatures: [{ keyid, sig: envelope.signatures[0]?.sig ?? '' }] }),
  );
  const added = await vitrine(folder, 'log', 'add', log.url, 'stranger.json');
  assert.equal(added.code, 4);
  assert.match(added.stderr, /admission\.signer/);
});

test('two logs cannot run in one folder, nor two servers on one port, nor with a key that others can read', async (t) => {
  const { folder } = await makeLogAndWitness(t);
  const log = await serve(t, folder, 'log', 'run', 'L');
  const second = await vitrine(folder, 'log', 'run', 'L');
  assert.equal(second.code, 1);
  assert.match(second.stderr, /lease\.held/);
  const taken = await vitrine(folder, 'witness', 'run', 'W', '--listen', new URL(log.url).host);
  assert.equal(taken.code, 1);
  assert.match(taken.stderr, /http\.port-in-use/);
  chmodSync(join(folder, 'witness.key'), 0o640);
  const loose = await vitrine(folder, 'witness', 'run', 'W');
  assert.equal(loose.code, 4);
  assert.match(loose.stderr, /key\.permissions[^]*chmod 600/);
});

test('SIGTERM ends a daemon in order and with 0', async (t) => {
  const { folder } = await makeLogAndWitness(t);
  const log = await serve(t, folder, 'log', 'run', 'L');
  assert.deepEqual(await log.daemon.stop('SIGTERM'), { code: 0, signal: null });
});
