import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { listen, serveStatic } from '@vitrine/host';
import { temporaryDirectory } from '@vitrine/testkit';

const digest = 'ab'.repeat(32);
const large = Buffer.from(Array.from({ length: 200_000 }, (_, i) => i % 251));
const top = temporaryDirectory({ after });
const root = join(top, 'root');
const outside = join(top, 'outside');
for (const path of [root, outside, join(root, 'sub'), join(root, '.hidden'), `${root}-sibling`])
  mkdirSync(path);
writeFileSync(join(outside, 'secret'), 'secret');
writeFileSync(join(`${root}-sibling`, 'secret'), 'secret');
writeFileSync(join(root, 'checkpoint'), 'checkpoint\n');
writeFileSync(join(root, 'empty.txt'), '');
writeFileSync(join(root, 'index.html'), '<p>index');
writeFileSync(join(root, 'sub', 'a b.json'), '{}');
writeFileSync(join(root, `${digest}.tgz`), 'tgz');
writeFileSync(join(root, 'large'), large);
writeFileSync(join(root, '.dot'), 'secret');
writeFileSync(join(root, '.hidden', 'secret'), 'secret');
symlinkSync(join(outside, 'secret'), join(root, 'link-out'));
symlinkSync(outside, join(root, 'folder-out'));
symlinkSync(join(root, '.hidden', 'secret'), join(root, 'link-hidden'));
symlinkSync(`${root}-sibling/secret`, join(root, 'link-sibling'));
symlinkSync('checkpoint', join(root, 'link-in'));
symlinkSync('loop', join(root, 'loop'));
const socket = createServer();
if (process.platform !== 'win32') await once(socket.listen(join(root, 'socket')), 'listening');
const listener = await listen(serveStatic(root), { port: 0 });

after(async () => {
  socket.close();
  await listener.close();
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

/** Sends the target as it is: `fetch` would tidy `..` away. */
function get(target: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port: listener.port, path: target, headers, method },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
        );
      },
    );
    request.on('error', reject).end();
  });
}

const served = [
  ['/checkpoint', 'application/octet-stream', 'no-cache', 'checkpoint\n'],
  ['/checkpoint?x=1', 'application/octet-stream', 'no-cache', 'checkpoint\n'],
  ['/sub/a%20b.json', 'application/json', 'no-cache', '{}'],
  ['/', 'text/html; charset=utf-8', 'no-cache', '<p>index'],
  [`/${digest}.tgz`, 'application/gzip', 'public, max-age=31536000, immutable', 'tgz'],
  ['/empty.txt', 'text/plain; charset=utf-8', 'no-cache', ''],
  ['/link-in', 'application/octet-stream', 'no-cache', 'checkpoint\n'],
] as const;

for (const [target, type, cache, body] of served) {
  test(`${target} is served as ${type}`, async () => {
    const answer = await get(target);
    assert.deepEqual(
      [
        answer.status,
        answer.headers['content-type'],
        answer.headers['cache-control'],
        answer.body.toString(),
      ],
      [200, type, cache, body],
    );
    assert.equal(answer.headers['x-content-type-options'], 'nosniff');
  });
}

const refused = [
  '/../outside/secret',
  '/sub/../../outside/secret',
  '/sub/../checkpoint',
  '/./checkpoint',
  '//checkpoint',
  '//etc/passwd',
  '/sub//a%20b.json',
  '/%2e%2e/outside/secret',
  '/..%2foutside%2fsecret',
  '/..%5coutside%5csecret',
  '/sub%2fa%20b.json',
  '/..%c0%afoutside',
  '/%252e%252e/outside/secret',
  '/checkpoint%00',
  '/checkpoint%0a',
  '/%zz',
  '/%',
  '/.dot',
  '/.hidden/secret',
  '/link-out',
  '/folder-out/secret',
  '/link-hidden',
  '/link-sibling',
  '/loop',
  '/socket',
  '/sub',
  '/sub/',
  '/checkpoint/',
  '/checkpoint/x',
  '/absent',
  `/${'a'.repeat(300)}`,
  `/${'a/'.repeat(1500)}`,
  '*',
  'http://127.0.0.1/checkpoint',
];

for (const target of refused) {
  test(`${target.slice(0, 60)} is not found`, async () => {
    const { status, body } = await get(target);
    assert.deepEqual([status, body.toString()], [404, 'not found\n']);
  });
}

for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
  test(`${method} is not for static files`, async () => {
    assert.equal((await get('/checkpoint', {}, method)).status, 404);
  });
}

test('HEAD answers the length and nothing else', async () => {
  const { status, headers, body } = await get('/large', {}, 'HEAD');
  assert.deepEqual([status, headers['content-length'], body.length], [200, '200000', 0]);
});

test('a large file comes whole', async () => {
  assert.ok((await get('/large')).body.equals(large));
});

test('an unchanged file is not sent again', async () => {
  const first = await get('/checkpoint');
  const etag = String(first.headers['etag']);
  const second = await get('/checkpoint', { 'if-none-match': `"other", ${etag}` });
  assert.deepEqual([second.status, second.body.length, second.headers['etag']], [304, 0, etag]);
  assert.equal((await get('/checkpoint', { 'if-none-match': '"other"' })).status, 200);
});

const ranges = [
  ['bytes=0-0', 0, 0],
  ['bytes=0-99', 0, 99],
  ['bytes=199999-', 199_999, 199_999],
  ['bytes=100-', 100, 199_999],
  ['bytes=-1', 199_999, 199_999],
  ['bytes=-500000', 0, 199_999],
  ['bytes=199990-999999999', 199_990, 199_999],
] as const;

for (const [range, start, end] of ranges) {
  test(`the range ${range} is bytes ${start} to ${end}`, async () => {
    const { status, headers, body } = await get('/large', { range });
    assert.deepEqual([status, headers['content-range']], [206, `bytes ${start}-${end}/200000`]);
    assert.ok(body.equals(large.subarray(start, end + 1)));
  });
}

for (const range of ['bytes=200000-', 'bytes=-0', 'bytes=999999-1000000']) {
  test(`the range ${range} cannot be satisfied`, async () => {
    const { status, headers, body } = await get('/large', { range });
    assert.deepEqual([status, headers['content-range'], body.length], [416, 'bytes */200000', 0]);
  });
}

for (const range of [
  'bytes=5-1',
  'bytes=-',
  'bytes=a-b',
  'bytes=0-1,3-4',
  'lines=0-1',
  'bytes=0-9999999999999999',
  '',
]) {
  test(`the range ${JSON.stringify(range)} is ignored`, async () => {
    const { status, body } = await get('/large', { range });
    assert.deepEqual([status, body.length], [200, 200_000]);
  });
}

test('a range of another version is answered with the whole file', async () => {
  const { headers } = await get('/large');
  assert.equal(
    (await get('/large', { range: 'bytes=0-0', 'if-range': String(headers['etag']) })).status,
    206,
  );
  assert.equal((await get('/large', { range: 'bytes=0-0', 'if-range': '"other"' })).status, 200);
});

test('caching and types can be set by path', async (t) => {
  const folder = temporaryDirectory(t);
  writeFileSync(join(folder, 'checkpoint'), 'x');
  const handler = serveStatic(folder, {
    cacheControl: (path) => (path === '/checkpoint' ? 'max-age=1' : 'no-store'),
    contentType: (path) => (path === '/checkpoint' ? 'text/plain; charset=utf-8' : undefined),
  });
  const other = await listen(handler, { port: 0 });
  t.after(() => other.close());
  const { headers } = await fetch(`${other.url}/checkpoint`);
  assert.deepEqual(
    [headers.get('cache-control'), headers.get('content-type')],
    ['max-age=1', 'text/plain; charset=utf-8'],
  );
});

test('a reader that goes away mid-file harms nobody', async () => {
  await new Promise<void>((resolve) => {
    const request = httpRequest({ host: '127.0.0.1', port: listener.port, path: '/large' }, (response) => {
      response.once('data', () => {
        response.destroy();
        resolve();
      });
    });
    request.on('error', () => {});
    request.end();
  });
  assert.equal((await get('/checkpoint')).status, 200);
});
