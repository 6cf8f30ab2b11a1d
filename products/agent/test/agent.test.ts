// The agent as an endpoint has it: a process that enrols, updates itself from a vendor over HTTP, and is asked.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { listen, serveStatic } from '@vitrine/host';
import { makeWorld, openVendor, temporaryDirectory, type Vendor } from '@vitrine/testkit';
import { buildAgent, runProgram, type Ended } from './helpers.ts';

const built = await buildAgent({ after });
const script = new Uint8Array(readFileSync(built.script));
const now = (): number => Math.floor(Date.now() / 1000);

const home = temporaryDirectory({ after });
const vendor: Vendor = await openVendor(join(home, 'public'), await makeWorld(), now);
const server = await listen(serveStatic(vendor.folder), { port: 0 });
after(() => server.close());
const folder = join(home, 'endpoint');
writeFileSync(join(home, 'root.json'), vendor.world.root);
writeFileSync(join(home, 'policy.json'), vendor.world.policyBytes);

/** The agent that came with the vendor's package. */
const first = (...args: readonly string[]): Promise<Ended> =>
  runProgram(process.execPath, [built.script, ...args], { env: {} });
/** The agent that the endpoint installed. */
const current = (...args: readonly string[]): Promise<Ended> =>
  runProgram(process.execPath, [join(folder, 'current', 'agent.mjs'), ...args], { env: {} });

const enrolment = [
  ['--repository', server.url],
  ['--log', `${server.url}/log`],
  ['--product', 'agent'],
  ['--channel', 'stable'],
  ['--platform', 'any'],
  ['--root', join(home, 'root.json')],
  ['--policy', join(home, 'policy.json')],
  ['--folder', folder],
].flat();

/** The same program, as another version. */
function versioned(version: string): Uint8Array {
  const text = Buffer.from(script).toString();
  const other = text.replace(/(var version = |version: )"0\.1\.0"/g, `$1"${version}"`);
  assert.notEqual(other, text);
  return new Uint8Array(Buffer.from(other));
}

test('an endpoint enrols, installs the agent, and goes on with the agent that it installed', async () => {
  const enrolled = await first('enrol', ...enrolment);
  assert.equal(enrolled.code, 0, enrolled.stderr);
  assert.match(enrolled.stdout, new RegExp(`digest ${vendor.world.policy.digest}`));
  assert.match((await first('status', '--folder', folder)).stdout, /nothing yet/);

  const early = await first('update', '--folder', folder, '--json');
  assert.equal(early.code, 5);
  const { error } = JSON.parse(early.stdout) as { error: Record<string, string> };
  assert.deepEqual(Object.keys(error), ['code', 'message', 'remedy', 'step']);
  assert.deepEqual([error['code'], error['step']], ['tuf.missing', 'metadata']);

  await vendor.stage({ bytes: script, version: '0.1.0', sequence: 1 });
  await vendor.publish();
  const updated = await first('update', '--folder', folder);
  assert.equal(updated.code, 0, updated.stderr);
  assert.match(updated.stdout, /^installed version 0\.1\.0, sequence 1 \([0-9a-f]{16}…\)\n$/);

  // Its folder follows from where it lies.
  const again = await current('update');
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stdout, /^up to date: version 0\.1\.0/);
});

test('a new version of the agent takes over, and says so', async () => {
  await vendor.stage({ bytes: versioned('0.2.0'), version: '0.2.0', sequence: 2 });
  await vendor.publish();
  const checked = await current('update', '--check');
  assert.match(checked.stdout, /^accepted, and not installed: version 0\.2\.0/);
  const updated = await current('update', '--json');
  assert.equal(updated.code, 0, updated.stderr);
  const { result, version } = JSON.parse(updated.stdout) as { result: string; version: { version: string } };
  assert.deepEqual([result, version.version], ['installed', '0.2.0']);
  assert.equal((await current('version')).stdout, 'agent 0.2.0\n');
});

test('the status is one page, and one document', async () => {
  const { stdout, code } = await current('status');
  assert.equal(code, 0);
  assert.ok(stdout.split('\n').length < 30);
  for (const line of [
    /^agent {5}0\.2\.0$/m,
    /^product {3}agent, stable, any$/m,
    /^running {3}version 0\.2\.0, sequence 2 /m,
    /^published 2 \(snapshot 2\), .*, \d+ s old, at most 24 h$/m,
    /^log {7}log\.example\/vitrine, size \d+$/m,
    /^policy {4}version 1 under root 1, [0-9a-f]{64}$/m,
    /^changed {3}.* installed: [0-9a-f]{16}… → [0-9a-f]{16}…$/m,
  ])
    assert.match(stdout, line);
  const document = JSON.parse((await current('status', '--json')).stdout) as Record<string, unknown>;
  assert.deepEqual(Object.keys(document).toSorted(), [
    'agent',
    'changes',
    'checkedAt',
    'enrolment',
    'folder',
    'log',
    'policy',
    'published',
    'running',
    'sequences',
    'versions',
  ]);
});

test('a version that cannot start is refused by name, and what runs goes on', async () => {
  const broken = new Uint8Array(Buffer.from('process.exit(7);\n'));
  await vendor.stage({ bytes: broken, version: '0.3.0', sequence: 3 });
  await vendor.publish();
  const { code, stderr } = await current('update');
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^vitrine-agent: version 0\.3\.0 ended with exit code 7\n {2}endpoint\.load-test, at the step "load-test"\n/,
  );
  const { stdout } = await current('status');
  assert.match(stdout, /^refused .*0\.3\.0 ended with exit code 7$/m);
  assert.match(stdout, /^running {3}version 0\.2\.0/m);
});

test('rollback asks for --yes, and status shows what was done', async () => {
  const asked = await current('rollback');
  assert.equal(asked.code, 2);
  assert.match(asked.stderr, /would go from version 0\.2\.0 back to 0\.1\.0 \(sequence 1\)/);
  const done = await current('rollback', '--yes');
  assert.equal(done.code, 0, done.stderr);
  assert.equal((await current('version')).stdout, 'agent 0.1.0\n');
  assert.match((await current('status')).stdout, /rolled-back: /);
});

test('a state that was damaged is refused with what to do', async () => {
  const copy = join(home, 'damaged');
  cpSync(folder, copy, { recursive: true, verbatimSymlinks: true });
  writeFileSync(join(copy, 'state.json'), '{}');
  for (const command of ['update', 'status', 'rollback']) {
    const { code, stderr } = await first(command, '--folder', copy);
    assert.equal(code, 1);
    assert.match(stderr, /endpoint\.state/);
    assert.match(stderr, /Copy state\.previous\.json over state\.json/);
  }
});

const usageErrors: readonly (readonly [args: readonly string[], says: RegExp])[] = [
  [['upgrade'], /there is no command "upgrade"/],
  [['update', '--yes'], /"update" has no option --yes/],
  [['update', '--chekc'], /unknown option '--chekc'/],
  [['update'], /--folder DIR is missing/],
  [['update', '--folder', 'a', '--folder', 'b'], /--folder stands twice/],
  [['update', 'now', '--folder', 'a'], /what is "now"\?/],
  [['policy', 'accept', '--folder', 'a'], /is not the digest of a policy/],
  [['policy', 'show', 'x', '--folder', 'a'], /write "policy accept DIGEST"/],
  [['enrol', '--folder', 'a'], /--product is missing/],
  [['enrol', ...enrolment, '--output', '../x'], /the enrolment: .*expected a path that a target can have/],
  [
    ['enrol', ...enrolment.map((one) => (one === server.url ? 'file:///x' : one)), '--output', 'y'],
    /expected an http or https address/,
  ],
];

for (const [args, says] of usageErrors) {
  test(`"${args.slice(0, 3).join(' ')}" is wrong usage: ${says.source}`, async () => {
    const fresh = args.map((one) => (one === folder ? join(home, 'fresh') : one));
    const { code, stderr, stdout } = await first(...fresh);
    assert.equal(code, 2, stderr);
    assert.match(stderr, says);
    assert.equal(stdout, '');
  });
}

test('an interrupted update ends with 130 and keeps what it had', async () => {
  const asked = Promise.withResolvers<void>();
  const askedAgain = Promise.withResolvers<void>();
  let requests = 0;
  const slow = await listen(
    () => {
      if (++requests === 1) asked.resolve();
      else askedAgain.resolve();
      return new Promise<boolean>(() => {});
    },
    { port: 0, graceMs: 10 },
  );
  after(() => slow.close());
  const stuck = join(home, 'stuck');
  const args = enrolment.map((one) => (one === server.url ? slow.url : one === folder ? stuck : one));
  assert.equal((await first('enrol', ...args)).code, 0);
  const child = spawn(process.execPath, [built.script, 'update', '--folder', stuck], {
    env: {},
    stdio: 'ignore',
  });
  const exited = once(child, 'exit') as Promise<[number]>;
  // Once it asks, it holds its lease; an answer never comes.
  await Promise.race([asked.promise, exited]);
  assert.match((await first('rollback', '--folder', stuck)).stderr, /lease\.held/);
  child.kill('SIGINT');
  assert.equal((await exited)[0], 130);
  assert.equal((await first('status', '--folder', stuck)).code, 0);

  // By itself, it stops in the middle of a cycle, and says so.
  const daemon = spawn(process.execPath, [built.script, 'run', '--json', '--folder', stuck], {
    env: {},
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(daemon, 'exit') as Promise<[number]>;
  const said: string[] = [];
  daemon.stdout.setEncoding('utf8').on('data', (chunk: string) => said.push(chunk));
  await askedAgain.promise;
  const second = await first('run', '--once', '--folder', stuck);
  assert.equal(second.code, 1);
  assert.match(second.stderr, /lease\.held/);
  assert.match((await first('status', '--folder', stuck)).stdout, /^last {6}update began .*, under way/m);
  daemon.kill('SIGTERM');
  assert.equal((await ended)[0], 0);
  const events = said.join('').trimEnd().split('\n');
  assert.deepEqual(
    events.map((line) => (JSON.parse(line) as { event: string }).event),
    ['started', 'stopped'],
  );
  const { stdout } = await first('status', '--folder', stuck);
  assert.match(stdout, /^by itself no: stopped /m);
  assert.doesNotMatch(stdout, /^refused/m);
});
