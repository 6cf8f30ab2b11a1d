// `vitrine supervisor` as an operator uses it: a folder, keys, a daemon, and commands beside it.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { statusAnswer, type SupervisorStatus } from '@vitrine/center/testing';
import { parseJson, statementKeyOf, toBase64, type Role, type StatementKey } from '@vitrine/evidence';
import { createSecret, run, startDaemon, type Daemon, type RunResult } from '@vitrine/host';
import { generateKey } from '@vitrine/keys';
import { eventually, makeWorld, temporaryDirectory, worldOrigin } from '@vitrine/testkit';

const main = fileURLToPath(new URL('../src/start.mjs', import.meta.url));
const env = (folder: string): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: folder,
  NO_COLOR: '1',
  VITRINE_SANDBOX: 'none',
});

function vitrine(folder: string, ...args: readonly string[]): Promise<RunResult> {
  return run(process.execPath, [main, ...args], {
    cwd: folder,
    env: env(folder),
    timeoutMs: 60_000,
    maxOutputBytes: 1 << 20,
  });
}

/** A supervisor's folder whose keys the policy lists, of a vendor that cannot be reached. */
async function makeFolder(t: TestContext, listed = true, more = ''): Promise<string> {
  const folder = temporaryDirectory(t);
  const own = join(folder, 'S');
  mkdirSync(join(own, 'keys'), { recursive: true });
  const [rebuilder, supervisor] = await Promise.all(
    ['rebuilder', 'supervisor', 'cosigner'].map((name) =>
      generateKey(join(own, 'keys', `${name}.key`), 'ed25519'),
    ),
  );
  assert.ok(rebuilder !== undefined && supervisor !== undefined);
  await createSecret(join(own, 'keys', 'halves.secret'), 32);
  const entry = (role: Role, signer: typeof rebuilder): StatementKey => ({
    ...statementKeyOf(signer),
    operator: 'supervisor-a',
    role,
    from: { origin: worldOrigin, index: 0 },
  });
  const world = await makeWorld({
    policy: (document) => ({
      ...document,
      keys: [
        ...document.keys.filter(
          ({ operator, role }) =>
            !listed || operator !== 'supervisor-a' || (role !== 'rebuilder' && role !== 'supervisor'),
        ),
        ...(listed ? [entry('rebuilder', rebuilder), entry('supervisor', supervisor)] : []),
      ].sort((a, b) => (a.keyid < b.keyid ? -1 : 1)),
    }),
  });
  writeFileSync(join(own, 'root.json'), world.root);
  writeFileSync(join(own, 'policy.json'), world.policyBytes);
  writeFileSync(
    join(own, 'supervisor.toml'),
    `operator = "supervisor-a"
listen = "127.0.0.1:0"
${more}
[vendor]
log = "http://127.0.0.1:9"
repository = "http://127.0.0.1:9"
root = "root.json"
policy = "policy.json"
`,
  );
  writeFileSync(join(folder, 'why.txt'), 'an explanation');
  return folder;
}

async function start(
  t: TestContext,
  folder: string,
): Promise<{ readonly url: string; readonly daemon: Daemon }> {
  const daemon = await startDaemon(process.execPath, [main, 'supervisor', 'run', 'S'], {
    cwd: folder,
    env: env(folder),
    ready: /serves at http/,
    timeoutMs: 30_000,
    logFile: join(folder, 'daemon.log'),
  });
  t.after(() => daemon.stop());
  return { url: /http:\/\/[^\s,]+/.exec(daemon.line)?.[0] ?? '', daemon };
}

test('a supervisor runs while its vendor is away, says so, and ends in order', async (t) => {
  const folder = await makeFolder(t);
  const { url, daemon } = await start(t, folder);
  assert.match(daemon.line, /^supervisor supervisor-a serves at http:\/\/127\.0\.0\.1:\d+, isolation none$/);
  const shown = await vitrine(folder, 'supervisor', 'status', url);
  assert.equal(shown.code, 0, shown.stderr);
  assert.match(shown.stdout, /^supervisor-a, Node v[0-9.]+, isolation none\n/);
  assert.match(shown.stdout, /findings {2}0 critical, 0 major, 0 minor, 0 note\n/);
  const json = JSON.parse((await vitrine(folder, 'supervisor', 'status', url, '--json')).stdout) as {
    directory: string;
    log: { origin: string; size: number | null };
  };
  assert.deepEqual([json.directory, json.log.origin, json.log.size], [join(folder, 'S'), worldOrigin, null]);

  // The Center reads the very bytes, with the trouble that they tell.
  const read = async (): Promise<SupervisorStatus> =>
    statusAnswer.check(parseJson(new Uint8Array(await (await fetch(`${url}/status`)).arrayBuffer())));
  await eventually(async () => (await read()).log.trouble !== null);
  const { operator, isolation, log } = await read();
  assert.deepEqual([operator, isolation, log.origin, log.size], ['supervisor-a', 'none', worldOrigin, null]);
  assert.match(log.trouble ?? '', /^fetch\./);

  // Its signer holds the secret of its halves; until a residency policy was accepted nobody may ask for them.
  assert.match(shown.stdout, /access {4}0 requests wait for a decision, 0 are granted\n/);
  assert.match(shown.stdout, /policy {4}1 under root 1\n/);
  const asked = await fetch(`${url}/access`, { method: 'POST', body: '{}' });
  assert.deepEqual([asked.status, /desk\.closed/.test(await asked.text())], [503, true]);

  // What is put into its folder is looked at while it runs.
  const policy = readFileSync(join(folder, 'S', 'policy.json'));
  writeFileSync(join(folder, 'S', 'policy.json'), '{}');
  const told = async (): Promise<string> => (await vitrine(folder, 'supervisor', 'status', url)).stdout;
  await eventually(async () => /not taken schema\.mismatch/.test(await told()));
  writeFileSync(join(folder, 'S', 'policy.json'), policy);

  const second = await vitrine(folder, 'supervisor', 'run', 'S');
  assert.deepEqual([second.code, /lease\.held/.test(second.stderr)], [1, true], second.stderr);
  // Beside the running daemon.
  const listed = await vitrine(folder, 'supervisor', 'finding', 'S');
  assert.deepEqual([listed.code, listed.stdout, listed.stderr], [0, '', '']);
  const resolved = ['supervisor', 'resolve', 'S', '3', '--outcome', 'cleared', '--explanation', 'why.txt'];
  const refused = await vitrine(folder, ...resolved);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /supervisor\.resolution/);
  assert.deepEqual(await daemon.stop('SIGTERM'), { code: 0, signal: null });
});

test('a supervisor whose keys the policy does not list is refused', async (t) => {
  const folder = await makeFolder(t, false);
  const { code, stderr } = await vitrine(folder, 'supervisor', 'run', 'S');
  assert.equal(code, 4, stderr);
  assert.match(stderr, /supervisor\.key/);
});

test('a supervisor builds nothing without bubblewrap, unless it is told to by name', async (t) => {
  const folder = await makeFolder(t);
  const { code, stderr } = await run(process.execPath, [main, 'supervisor', 'run', 'S'], {
    cwd: folder,
    env: { PATH: folder, HOME: folder, NO_COLOR: '1' }, // No bwrap on this PATH.
    timeoutMs: 60_000,
    maxOutputBytes: 1 << 16,
  });
  assert.equal(code, 1);
  assert.match(stderr, /sandbox\.unavailable/);
});

test('a supervisor varies what its file says, and is refused what cannot be varied here', async (t) => {
  const varying = await makeFolder(t, true, 'vary = ["umask", "directory"]\n');
  const { daemon } = await start(t, varying);
  assert.match(readFileSync(join(varying, 'daemon.log'), 'utf8'), /building with another directory, umask\n/);
  assert.deepEqual(await daemon.stop('SIGTERM'), { code: 0, signal: null });

  const impossible = await vitrine(
    await makeFolder(t, true, 'vary = ["directory", "user"]\n'),
    'supervisor',
    'run',
    'S',
  );
  assert.equal(impossible.code, 1);
  assert.match(impossible.stderr, /couldn't vary user: there is no sandbox/);
  assert.match(impossible.stderr, /sandbox\.variation at user\n +hint: /);
  const unknown = await vitrine(await makeFolder(t, true, 'vary = ["moon"]\n'), 'supervisor', 'run', 'S');
  assert.equal(unknown.code, 2, unknown.stderr);
  assert.match(unknown.stderr, /\/vary\/0/);
});

test('what is not understood is a usage error that says what is', async (t) => {
  const folder = await makeFolder(t);
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['finding', 'S', 'x'], /a commitment|64 hex digits/],
    [['finding', 'S', toBase64(new Uint8Array(3))], /64 hex digits/],
    [['finding', 'S', 'a'.repeat(64)], /supervisor\.finding/],
    [['resolve', 'S', 'x', '--outcome', 'cleared', '--explanation', 'why.txt'], /index of an entry/],
    [['resolve', 'S', '1', '--outcome', 'maybe', '--explanation', 'why.txt'], /cleared or upheld/],
    [['resolve', 'S', '1', '--outcome', 'cleared'], /--explanation/],
  ];
  for (const [args, message] of cases) {
    const { code, stderr } = await vitrine(folder, 'supervisor', ...args);
    assert.equal(code, 2, args.join(' '));
    assert.match(stderr, message);
  }
});
