import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, parseTrace, testSigner } from '@vitrine/testkit';

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
