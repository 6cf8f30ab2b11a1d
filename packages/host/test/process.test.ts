import assert from 'node:assert/strict';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setImmediate as immediately } from 'node:timers/promises';
import { run, startDaemon, type Daemon, type DaemonOptions, type RunOptions } from '@vitrine/host';
import { eventually, temporaryDirectory } from '@vitrine/testkit';

const skip = process.platform === 'win32' && 'needs POSIX signals';
const options: RunOptions = { env: {}, timeoutMs: 60_000, maxOutputBytes: 100_000 };

/** Runs Node on a program of a few lines. */
const node = (program: string, more: Partial<RunOptions> = {}): ReturnType<typeof run> =>
  run(process.execPath, ['-e', program], { ...options, ...more });

const forEver = 'setInterval(() => {}, 1 << 30);';
/** In a program: starts another one that runs for ever and does not hold this one up, and answers its id. */
const startAnother = `const another = (options) => {
  const child = require('node:child_process').spawn(process.execPath, ['-e', '${forEver}'], options);
  child.unref();
  return child.pid;
};`;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie that nobody has reaped yet still answers.
    return !/^\d+ \([^)]*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Fails unless the process ends soon. */
async function ends(pid: number): Promise<void> {
  await eventually(() => !isAlive(pid));
}

test('a program answers its status and both outputs', { skip }, async () => {
  const result = await node(`console.log('out'); console.error('err'); process.exitCode = 7;`);
  assert.deepEqual(
    [result.code, result.signal, result.stdout, result.stderr, result.truncated],
    [7, null, 'out\n', 'err\n', false],
  );
  assert.deepEqual((await node(`process.kill(process.pid, 'SIGTERM'); ${forEver}`)).signal, 'SIGTERM');
});

test('nothing of our environment is inherited', { skip }, async (t) => {
  process.env['VITRINE_LEAK'] = 'secret';
  t.after(() => delete process.env['VITRINE_LEAK']);
  const { stdout } = await node('console.log(JSON.stringify(process.env))', { env: { GIVEN: 'yes' } });
  const { __CF_USER_TEXT_ENCODING: _, ...env } = JSON.parse(stdout) as Record<string, string>; // macOS adds it.
  assert.deepEqual(env, { GIVEN: 'yes' });
});

test('standard input is what is given, else at its end', { skip }, async () => {
  const copy = 'process.stdin.pipe(process.stdout)';
  assert.equal((await node(copy, { stdin: 'given' })).stdout, 'given');
  assert.equal((await node(copy)).stdout, '');
  // A child that does not read a large input is no error.
  assert.equal((await node('process.exit(0)', { stdin: new Uint8Array(1_000_000) })).code, 0);
});

test('output over the limit is cut, says so, and the program still ends', { skip }, async () => {
  const { stdout, stdoutBytes, code, truncated } = await node(
    `process.stdout.write('x\\n'.repeat(500_000))`,
    { maxOutputBytes: 11 },
  );
  assert.equal(stdout, 'x\nx\nx\nx\nx\nx\n[output cut at 11 bytes]\n');
  assert.equal(stdoutBytes.length, 11);
  assert.deepEqual([code, truncated], [0, true]);
});

test('lines come one by one, from both outputs', { skip }, async () => {
  const lines: string[] = [];
  await node(`process.stdout.write('a\\nb\\r\\n\\nc'); process.stderr.write('e\\n');`, {
    onLine: (line, stream) => lines.push(`${stream} ${line}`),
  });
  assert.deepEqual(lines.toSorted(), ['stderr e', 'stdout ', 'stdout a', 'stdout b', 'stdout c']);
});

test('an endless line is handed on in pieces', { skip }, async () => {
  const lengths: number[] = [];
  await node(`process.stdout.write('x'.repeat(200_000))`, {
    maxOutputBytes: 10,
    onLine: (line) => lengths.push(line.length),
  });
  assert.equal(
    lengths.reduce((sum, length) => sum + length, 0),
    200_000,
  );
  assert.ok(Math.max(...lengths) <= 65_536);
});

test('extra descriptors are written, read and inherited', { skip }, async (t) => {
  const path = join(temporaryDirectory(t), 'file');
  writeFileSync(path, 'inherited');
  const inherit = openSync(path, 'r');
  t.after(() => closeSync(inherit));
  const program = `const { readFileSync, writeSync } = require('node:fs');
    process.stdout.write(readFileSync(3)); writeSync(4, 'status\\n'); process.stdout.write(readFileSync(5));`;
  const { stdout, extra } = await node(program, {
    extraFds: [{ write: Buffer.from('args\0') }, { read: true }, { inherit }],
  });
  assert.equal(stdout, 'args\0inherited');
  assert.deepEqual(
    extra.map((bytes) => Buffer.from(bytes).toString()),
    ['status\n'],
  );
});

/**
 * Runs a program that says when it is ready, and only then lets its time pass. A time-out by the clock
 * would strike, on a busy machine, before there is anything to kill.
 */
async function timeOutWhenReady(t: TestContext, program: string): Promise<string> {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let said = '';
  const running = node(program, {
    onLine: (line) => {
      said = line;
      t.mock.timers.tick(options.timeoutMs);
    },
  });
  await assert.rejects(running, { code: 'process.timeout', exit: 1 });
  t.mock.timers.reset();
  return said;
}

test('a time-out kills the program and everything it started', { skip }, async (t) => {
  const said = await timeOutWhenReady(
    t,
    `${startAnother} console.log(process.pid, another({}), another({ stdio: 'inherit' })); ${forEver}`,
  );
  const pids = said.split(' ').map(Number);
  assert.equal(pids.length, 3);
  for (const pid of pids) await ends(pid);
});

test('a program that ignores SIGTERM is killed all the same', { skip }, async (t) => {
  const deaf = `for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => {});`;
  await ends(Number(await timeOutWhenReady(t, `${deaf} console.log(process.pid); ${forEver}`)));
});

test(
  'what a program leaves running in the background ends with it and does not hold us up',
  { skip },
  async () => {
    const { stdout, code } = await node(`${startAnother} console.log(another({ stdio: 'inherit' }));`);
    assert.equal(code, 0);
    await ends(Number(stdout));
  },
);

test('a descendant that leaves the group cannot hold our pipes', { skip }, async (t) => {
  const { stdout, code } = await node(
    `${startAnother} console.log(another({ stdio: 'inherit', detached: true }));`,
  );
  const pid = Number(stdout);
  t.after(() => process.kill(pid, 'SIGKILL'));
  assert.equal(code, 0);
  assert.ok(isAlive(pid), 'it has the pipes and runs on');
});

test(
  'a missing program, one that may not run and a missing folder are three refusals',
  { skip },
  async (t) => {
    const folder = temporaryDirectory(t);
    const file = join(folder, 'file');
    writeFileSync(file, 'not a program');
    await assert.rejects(run('no-such-program', [], options), { code: 'process.not-found' });
    await assert.rejects(run(join(folder, 'absent'), [], options), { code: 'process.not-found' });
    await assert.rejects(run(file, [], options), { code: 'process.not-started' });
    await assert.rejects(node('', { cwd: join(folder, 'absent') }), { code: 'file.missing' });
    await assert.rejects(run('no-such-program', [], { ...options, cwd: join(folder, 'absent') }), {
      code: 'file.missing',
    });
  },
);

test('a program is looked up on the PATH it is given, not on ours', { skip }, async (t) => {
  const bin = join(temporaryDirectory(t), 'bin');
  mkdirSync(bin);
  symlinkSync(process.execPath, join(bin, 'greet'));
  const greet = ['-e', `console.log('hello')`];
  assert.equal((await run('greet', greet, { ...options, env: { PATH: bin } })).stdout, 'hello\n');
  await assert.rejects(run('greet', greet, { ...options, env: { PATH: join(bin, 'absent') } }), {
    code: 'process.not-found',
  });
});

test('arguments reach the program as they are', { skip }, async () => {
  const args = ['', ' ', '$HOME', '"quoted"', "it's", '*', 'ä\n', '-n'];
  const program = 'console.log(JSON.stringify(process.argv.slice(1)))';
  const { stdout } = await run(process.execPath, ['-e', program, '--', ...args], options);
  assert.deepEqual(JSON.parse(stdout), args);
});

test(
  'another user runs the program',
  {
    skip:
      skip ||
      (process.getuid?.() !== 0 && 'only root may change users') ||
      (!existsSync('/proc/self/status') && 'no /proc'),
  },
  async () => {
    // The other user may not reach our Node, but a shell has its one place.
    const script =
      'while read -r name ids; do case $name in Uid:|Gid:) echo "$name" $ids;; esac; done < /proc/self/status';
    const { stdout } = await run('/bin/sh', ['-c', script], { ...options, uid: 65_534, gid: 65_534 });
    assert.equal(stdout, 'Uid: 65534 65534 65534 65534\nGid: 65534 65534 65534 65534\n');
  },
);

test('children die with the process that exits', { skip }, async () => {
  const source = `
    import { run } from '@vitrine/host';
    void run(process.execPath, ['-e', 'console.log(process.pid); ${forEver}'], {
      env: {}, timeoutMs: 60000, maxOutputBytes: 100,
      onLine: (line) => { process.stdout.write(line, () => process.exit(3)); },
    });`;
  const { stdout, code } = await run(process.execPath, ['--input-type=module', '-e', source], {
    ...options,
    cwd: import.meta.dirname,
  });
  assert.equal(code, 3);
  await ends(Number(stdout));
});

const daemon = { env: {}, ready: /^ready on (\d+)$/, timeoutMs: 60_000 };
const start = (program: string, more: Partial<DaemonOptions> = {}): Promise<Daemon> =>
  startDaemon(process.execPath, ['-e', program], { ...daemon, ...more });

test('a daemon is there once it says so, and stops when asked', { skip }, async (t) => {
  const logFile = join(temporaryDirectory(t), 'log');
  const child = await start(
    `process.on('SIGTERM', () => { console.log('bye'); process.exit(0); });
    console.log('starting'); console.log('ready on 42'); console.log('more'); console.error('noise'); ${forEver}`,
    { logFile },
  );
  assert.equal(child.line, 'ready on 42');
  assert.ok(isAlive(child.pid));
  await eventually(() => readFileSync(logFile, 'utf8').includes('noise'));
  assert.deepEqual(await child.stop(), { code: 0, signal: null });
  assert.deepEqual(await child.exited, { code: 0, signal: null });
  await eventually(() => readFileSync(logFile, 'utf8').includes('bye'));
  assert.deepEqual(readFileSync(logFile, 'utf8').trim().split('\n').toSorted(), [
    'bye',
    'more',
    'noise',
    'ready on 42',
    'starting',
  ]);
});

test('kill9 takes the daemon and its children at once', { skip }, async () => {
  const child = await start(
    `${startAnother} process.on('SIGTERM', () => {}); console.log('ready on ' + another({})); ${forEver}`,
  );
  assert.deepEqual(await child.kill9(), { code: null, signal: 'SIGKILL' });
  await ends(Number(child.line.split(' ')[2]));
  assert.deepEqual(await child.kill9(), { code: null, signal: 'SIGKILL' });
});

test('a daemon that does not stop when asked is killed after its grace', { skip }, async () => {
  const child = await start(`process.on('SIGTERM', () => {}); console.log('ready on 1'); ${forEver}`);
  assert.deepEqual(await child.stop('SIGTERM', 100), { code: null, signal: 'SIGKILL' });
});

test(
  'a daemon that ends or stays silent before it is ready is an error with its last words',
  { skip },
  async (t) => {
    const folder = temporaryDirectory(t);
    symlinkSync(process.execPath, join(folder, 'serve'));
    const named = { ...daemon, env: { PATH: folder } };
    await assert.rejects(startDaemon('serve', ['-e', `console.error('no luck'); process.exit(3)`], named), {
      code: 'process.not-ready',
      message: '"serve" ended with 3 before it was ready; it said "no luck"',
    });
    await assert.rejects(startDaemon('no-such-program', [], named), { code: 'process.not-found' });
    await assert.rejects(start('', { logFile: '/no-such-folder/log' }), { code: 'file.missing' });

    // Its time passes once its words are in the log: by the clock they might come too late.
    const logFile = join(folder, 'log');
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const silent = startDaemon('serve', ['-e', `console.error('hm'); ${forEver}`], { ...named, logFile });
    const refused = assert.rejects(silent, {
      code: 'process.not-ready',
      message: '"serve" was not ready within 60000 ms; it said "hm"',
    });
    while (!existsSync(logFile) || readFileSync(logFile, 'utf8') !== 'hm\n') await immediately();
    t.mock.timers.tick(daemon.timeoutMs);
    await refused;
  },
);
