// The tool that injects faults, tried on programs whose calls are known.

import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  countCalls,
  runWithFault,
  straceAvailable,
  straceSkipReason,
  temporaryDirectory,
  traceCalls,
} from '@vitrine/testkit';

const skip = straceSkipReason();
const env = { PATH: '/usr/local/bin:/usr/bin:/bin' };

test('strace is available or the reason is printed', () => {
  assert.equal(straceAvailable(), skip === false);
});

test('calls are counted, and only those on the named files', { skip }, async (t) => {
  const folder = temporaryDirectory(t);
  for (const name of ['a', 'b']) writeFileSync(join(folder, name), '');
  const traced = { command: 'cat', args: [join(folder, 'a'), join(folder, 'b'), join(folder, 'a')], env };
  assert.deepEqual(
    [...(await countCalls({ ...traced, paths: [join(folder, 'a')] }, ['openat', 'rename']))],
    [
      ['openat', 2],
      ['rename', 0],
    ],
  );
  assert.equal((await traceCalls({ ...traced, paths: [join(folder, 'b')] }, ['openat'])).calls.length, 1);
});

test('an injected error reaches the program, and the trace shows where it struck', { skip }, async (t) => {
  const path = join(temporaryDirectory(t), 'a');
  writeFileSync(path, 'content');
  const { code, stderr, calls } = await runWithFault({
    command: 'cat',
    args: [path, path],
    env,
    paths: [path],
    inject: 'openat:error=EACCES:when=2',
  });
  assert.equal(code, 1);
  assert.match(stderr, /Permission denied/);
  assert.deepEqual(
    calls.map(({ result }) => result.includes('INJECTED')),
    [false, true],
  );
});

test('an injected signal kills the program in its call', { skip }, async (t) => {
  const path = join(temporaryDirectory(t), 'a');
  const { signal, calls } = await runWithFault({
    command: 'sh',
    args: ['-c', `echo before; echo x > ${path}; echo after`],
    env,
    paths: [path],
    inject: 'openat:signal=KILL:when=1',
  });
  assert.equal(signal, 'SIGKILL');
  assert.equal(calls.length, 1);
  assert.ok(!existsSync(`${path}.after`));
});
