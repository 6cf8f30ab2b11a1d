import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  countCalls,
  eventually,
  parseTrace,
  runWithFault,
  straceAvailable,
  straceSkipReason,
  temporaryDirectory,
  testSigner,
  traceCalls,
} from '@vitrine/testkit';

const skip = straceSkipReason();
const env = { PATH: '/usr/local/bin:/usr/bin:/bin' };

test('strace is available or the reason is printed', () => {
  assert.equal(straceAvailable(), skip === false);
});

test('a trace is read, interrupted and unfinished calls too', () => {
  const trace = `10 openat(AT_FDCWD</w>, "/w/a (1)", O_RDONLY) = 3</w/a (1)>
11 fsync(4</w/b> <unfinished ...>
10 write(1<pipe:[5]>, "x) = y", 6) = 6
11 <... fsync resumed>) = -1 EIO (Input/output error) (INJECTED)
10 fsync(3</w/a (1)>)             = ?
12 rename("/w/c", "/w/d" <unfinished ...>
10 +++ killed by SIGKILL +++
`;
  assert.deepEqual(parseTrace(trace), [
    { thread: 10, name: 'openat', args: 'AT_FDCWD</w>, "/w/a (1)", O_RDONLY', result: '3</w/a (1)>' },
    { thread: 10, name: 'write', args: '1<pipe:[5]>, "x) = y", 6', result: '6' },
    { thread: 11, name: 'fsync', args: '4</w/b>', result: '-1 EIO (Input/output error) (INJECTED)' },
    { thread: 10, name: 'fsync', args: '3</w/a (1)>', result: '?' },
    { thread: 12, name: 'rename', args: '"/w/c", "/w/d"', result: '?' },
  ]);
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

test('a test signer is the same each time and another for each name and scheme', () => {
  assert.equal(testSigner('log').keyid, testSigner('log', 'ed25519').keyid);
  const keyids = [
    testSigner('log'),
    testSigner('witness'),
    testSigner('log', 'ecdsa-p256'),
    testSigner('log', 'ml-dsa-44'),
  ];
  assert.equal(new Set(keyids.map(({ keyid }) => keyid)).size, 4);
});

test('eventually waits for what nothing announces, and not for ever', async () => {
  let calls = 0;
  await eventually(() => ++calls === 3);
  assert.equal(calls, 3);
  await assert.rejects(
    eventually(() => Promise.resolve(false), 30),
    /did not come true within 30 ms/,
  );
});
