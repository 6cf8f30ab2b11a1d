import assert from 'node:assert/strict';
import { existsSync, openSync, readFileSync, writeFileSync, closeSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { run, startDaemon, type RunOptions } from '@vitrine/host';
import { eventually, temporaryDirectory } from '@vitrine/testkit';

const skip = process.platform === 'win32' && 'needs a POSIX shell';
const options: RunOptions = {
  env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
  timeoutMs: 20_000,
  maxOutputBytes: 100_000,
};
const sh = (script: string, more: Partial<RunOptions> = {}): ReturnType<typeof run> =>
  run('sh', ['-c', script], { ...options, ...more });

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
  const result = await sh('echo out; echo err >&2; exit 7');
  assert.deepEqual(
    [result.code, result.signal, result.stdout, result.stderr, result.truncated],
    [7, null, 'out\n', 'err\n', false],
  );
  assert.deepEqual((await sh('kill -TERM $$')).signal, 'SIGTERM');
});

test('nothing of our environment is inherited', { skip }, async (t) => {
  process.env['VITRINE_LEAK'] = 'secret';
  t.after(() => delete process.env['VITRINE_LEAK']);
  const { stdout } = await sh('env', { env: { ...options.env, GIVEN: 'yes' } });
  const names = stdout.split('\n').map((line) => line.split('=')[0]);
  assert.ok(names.includes('GIVEN'));
  assert.deepEqual(
    names.filter((name) => !['GIVEN', 'PATH', 'PWD', 'SHLVL', '_', 'OLDPWD', ''].includes(name ?? '')),
    [],
  );
});

test('standard input is what is given, else at its end', { skip }, async () => {
  assert.equal((await sh('cat', { stdin: 'given' })).stdout, 'given');
  assert.equal((await sh('cat')).stdout, '');
  // A child that does not read a large input is no error.
  assert.equal((await sh('exit 0', { stdin: new Uint8Array(1_000_000) })).code, 0);
});

test('output over the limit is cut, says so, and the program still ends', { skip }, async () => {
  const { stdout, stdoutBytes, code, truncated } = await sh('yes x | head -c 1000000', {
    maxOutputBytes: 11,
  });
  assert.equal(stdout, 'x\nx\nx\nx\nx\nx\n[output cut at 11 bytes]\n');
  assert.equal(stdoutBytes.length, 11);
  assert.deepEqual([code, truncated], [0, true]);
});

test('lines come one by one, from both outputs', { skip }, async () => {
  const lines: string[] = [];
  await sh('printf "a\\nb\\r\\n\\nc"; printf "e\\n" >&2', {
    onLine: (line, stream) => lines.push(`${stream} ${line}`),
  });
  assert.deepEqual(lines.toSorted(), ['stderr e', 'stdout ', 'stdout a', 'stdout b', 'stdout c']);
});

test('an endless line is handed on in pieces', { skip }, async () => {
  const lengths: number[] = [];
  await sh('head -c 200000 /dev/zero | tr "\\0" x', {
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
  const { stdout, extra } = await sh('cat <&3; echo status >&4; cat <&5', {
    extraFds: [{ write: Buffer.from('args\0') }, { read: true }, { inherit }],
  });
  assert.equal(stdout, 'args\0inherited');
  assert.deepEqual(
    extra.map((bytes) => Buffer.from(bytes).toString()),
    ['status\n'],
  );
});

test('a time-out kills the program and everything it started', { skip }, async (t) => {
  const path = join(temporaryDirectory(t), 'pids');
  const script = `sleep 600 & echo $! >> ${path}; (sleep 600 & echo $! >> ${path}; wait) & echo $$ >> ${path}; wait`;
  const started = performance.now();
  await assert.rejects(sh(script, { timeoutMs: 300 }), { code: 'process.timeout', exit: 1 });
  assert.ok(performance.now() - started < 5_000);
  const pids = readFileSync(path, 'utf8').trim().split('\n').map(Number);
  assert.equal(pids.length, 3);
  for (const pid of pids) await ends(pid);
});

test('a program that ignores SIGTERM is killed all the same', { skip }, async () => {
  await assert.rejects(sh('trap "" TERM INT HUP; while :; do sleep 1; done', { timeoutMs: 200 }), {
    code: 'process.timeout',
  });
});

test(
  'what a program leaves running in the background ends with it and does not hold us up',
  { skip },
  async () => {
    const started = performance.now();
    const { stdout } = await sh('sleep 600 & echo $!');
    assert.ok(performance.now() - started < 5_000);
    await ends(Number(stdout));
  },
);

test(
  'a descendant that leaves the group cannot hold our pipes',
  { skip: skip || (!existsSync('/usr/bin/setsid') && 'no setsid') },
  async (t) => {
    const started = performance.now();
    const { stdout, code } = await sh('setsid sleep 30 & echo $!');
    assert.equal(code, 0);
    assert.ok(performance.now() - started < 10_000);
    t.after(() => {
      try {
        process.kill(Number(stdout), 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    });
  },
);

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
    await assert.rejects(sh('true', { cwd: join(folder, 'absent') }), { code: 'file.missing' });
    await assert.rejects(run('sh', ['-c', 'true'], { ...options, env: {}, cwd: join(folder, 'absent') }), {
      code: 'file.missing',
    });
  },
);

test('a program is looked up on the PATH it is given, not on ours', { skip }, async (t) => {
  const bin = join(temporaryDirectory(t), 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'greet'), '#!/bin/sh\necho hello\n', { mode: 0o755 });
  assert.equal((await run('greet', [], { ...options, env: { PATH: bin } })).stdout, 'hello\n');
  await assert.rejects(run('greet', [], options), { code: 'process.not-found' });
});

test('arguments reach the program as they are', { skip }, async () => {
  const args = ['', ' ', '$HOME', '"quoted"', "it's", '*', 'ä\n', '-n'];
  const { stdout } = await run('sh', ['-c', 'printf "[%s]" "$@"', 'sh', ...args], options);
  assert.equal(stdout, args.map((arg) => `[${arg}]`).join(''));
});

test(
  'another user runs the program',
  { skip: skip || (process.getuid?.() !== 0 && 'only root may change users') },
  async () => {
    const { stdout } = await sh('id -u; id -g', { uid: 65_534, gid: 65_534 });
    assert.equal(stdout, '65534\n65534\n');
  },
);

test('children die with the process that exits', { skip }, async () => {
  const source = `
    import { run } from '@vitrine/host';
    void run('sh', ['-c', 'echo $$; exec sleep 600'], {
      env: { PATH: '/usr/bin:/bin' }, timeoutMs: 60000, maxOutputBytes: 100,
      onLine: (line) => { process.stdout.write(line, () => process.exit(3)); },
    });`;
  const { stdout, code } = await run(process.execPath, ['--input-type=module', '-e', source], {
    ...options,
    cwd: import.meta.dirname,
  });
  assert.equal(code, 3);
  await ends(Number(stdout));
});

const daemon = { env: options.env, ready: /^ready on (\d+)$/, timeoutMs: 10_000 };

test('a daemon is there once it says so, and stops when asked', { skip }, async (t) => {
  const logFile = join(temporaryDirectory(t), 'log');
  const script =
    'echo starting; echo "ready on 42"; echo more; echo noise >&2; trap "echo bye; exit 0" TERM; while :; do sleep 0.05; done';
  const child = await startDaemon('sh', ['-c', script], { ...daemon, logFile });
  assert.equal(child.line, 'ready on 42');
  assert.ok(isAlive(child.pid));
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
  const child = await startDaemon(
    'sh',
    ['-c', 'sleep 600 & echo "ready on $!"; trap "" TERM; wait; sleep 600'],
    daemon,
  );
  assert.deepEqual(await child.kill9(), { code: null, signal: 'SIGKILL' });
  await ends(Number(child.line.split(' ')[2]));
  assert.deepEqual(await child.kill9(), { code: null, signal: 'SIGKILL' });
});

test('a daemon that does not stop when asked is killed after its grace', { skip }, async () => {
  const child = await startDaemon(
    'sh',
    ['-c', 'trap "" TERM; echo ready on 1; while :; do sleep 0.05; done'],
    daemon,
  );
  assert.deepEqual(await child.stop('SIGTERM', 100), { code: null, signal: 'SIGKILL' });
});

test(
  'a daemon that ends or stays silent before it is ready is an error with its last words',
  { skip },
  async () => {
    await assert.rejects(startDaemon('sh', ['-c', 'echo no luck >&2; exit 3'], daemon), {
      code: 'process.not-ready',
      message: '"sh" ended with 3 before it was ready; it said "no luck"',
    });
    await assert.rejects(startDaemon('sh', ['-c', 'echo hm >&2; sleep 600'], { ...daemon, timeoutMs: 200 }), {
      code: 'process.not-ready',
      message: '"sh" was not ready within 200 ms; it said "hm"',
    });
    await assert.rejects(startDaemon('no-such-program', [], daemon), { code: 'process.not-found' });
    await assert.rejects(startDaemon('sh', [], { ...daemon, logFile: '/no-such-folder/log' }), {
      code: 'file.missing',
    });
  },
);
