import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { utf8 } from '@vitrine/evidence';
import { fetchBytes, sha256Hex } from '@vitrine/host';
import { eventually } from '@vitrine/testkit';

const limits = { maxBytes: 1_000, timeoutMs: 5_000 };
const closedByClient: string[] = [];

const routes: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>> = {
  '/hello': (_, response) => void response.end('hello'),
  '/echo': (request, response) => {
    const body: Buffer[] = [];
    request.on('data', (chunk: Buffer) => body.push(chunk));
    request.on('end', () =>
      response.end(
        `${request.method} ${String(request.headers['x-test'])} ${Buffer.concat(body).toString()}`,
      ),
    );
  },
  '/large': (_, response) => void response.end(Buffer.alloc(1_001)),
  '/endless': (request, response) => {
    const timer = setInterval(() => response.write(Buffer.alloc(400)), 1);
    request.socket.on('close', () => {
      closedByClient.push(request.url ?? '');
      clearInterval(timer);
    });
  },
  '/bomb': (_, response) => {
    response.setHeader('content-encoding', 'gzip');
    response.end(gzipSync(Buffer.alloc(1_000_000)));
  },
  '/silent': () => {},
  '/drip': (request, response) => {
    const timer = setInterval(() => response.write('x'), 10);
    request.socket.on('close', () => clearInterval(timer));
  },
  '/cut': (_, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('short');
    setTimeout(() => response.destroy(), 20);
  },
  '/absent': (_, response) => {
    response.statusCode = 404;
    response.end('no such thing');
  },
  '/empty': (_, response) => {
    response.statusCode = 204;
    response.end();
  },
  '/moved': (_, response) => {
    response.writeHead(302, { location: 'http://169.254.169.254/secrets' });
    response.end();
  },
};

const server = createServer((request, response) => routes[request.url ?? '']?.(request, response));
let base = '';

before(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

after(() => {
  server.close();
  server.closeAllConnections();
});

test('an answer comes back with status, headers and bytes', async () => {
  const { status, headers, bytes } = await fetchBytes(`${base}/hello`, limits);
  assert.deepEqual([status, headers.get('content-length'), bytes], [200, '5', utf8('hello')]);
});

test('method, headers and body are sent', async () => {
  const { bytes } = await fetchBytes(`${base}/echo`, {
    ...limits,
    method: 'POST',
    headers: { 'x-test': 'yes' },
    body: utf8('body'),
  });
  assert.deepEqual(bytes, utf8('POST yes body'));
});

test('the digest decides', async () => {
  const sha256 = sha256Hex(utf8('hello'));
  await fetchBytes(`${base}/hello`, { ...limits, sha256 });
  await assert.rejects(fetchBytes(`${base}/hello`, { ...limits, sha256: sha256Hex(utf8('hellO')) }), {
    code: 'fetch.digest',
    exit: 3,
  });
});

test('only 200 is an answer unless the caller expects another', async () => {
  await assert.rejects(fetchBytes(`${base}/absent`, limits), { code: 'fetch.status', at: 404 });
  await assert.rejects(fetchBytes(`${base}/hello`, { ...limits, expectStatus: 204 }), {
    code: 'fetch.status',
    at: 200,
  });
  await assert.rejects(fetchBytes(`${base}/absent`, limits), /status 404, "no such thing"$/);
  const long = fetchBytes(`${base}/large`, { ...limits, expectStatus: 204 });
  await assert.rejects(long, ({ message }: Error) => message.length < 500);
  const { bytes } = await fetchBytes(`${base}/absent`, { ...limits, expectStatus: [200, 404] });
  assert.deepEqual(bytes, utf8('no such thing'));
  assert.equal((await fetchBytes(`${base}/absent`, { ...limits, expectStatus: 'any' })).status, 404);
  assert.equal((await fetchBytes(`${base}/empty`, { ...limits, expectStatus: 204 })).bytes.length, 0);
});

test('a redirect is never followed, even when any status is expected', async () => {
  for (const expectStatus of [undefined, 302, 'any'] as const) {
    await assert.rejects(fetchBytes(`${base}/moved`, { ...limits, expectStatus }), {
      code: 'fetch.redirect',
      at: 302,
    });
  }
});

test('the limit holds to the byte, for endless answers and for compressed ones', async () => {
  assert.equal((await fetchBytes(`${base}/large`, { ...limits, maxBytes: 1_001 })).bytes.length, 1_001);
  for (const path of ['/large', '/endless', '/bomb']) {
    await assert.rejects(fetchBytes(base + path, limits), { code: 'fetch.too-large' });
  }
  // The connection is given up, not read on in the background.
  await eventually(() => closedByClient.length === 1);
});

test('silence and dripping both run into the time limit', async () => {
  for (const path of ['/silent', '/drip']) {
    const started = performance.now();
    await assert.rejects(fetchBytes(base + path, { ...limits, timeoutMs: 150 }), {
      code: 'fetch.timeout',
      exit: 5,
    });
    assert.ok(performance.now() - started < 3_000);
  }
});

test('a caller can give up', async () => {
  const signal = AbortSignal.timeout(50);
  await assert.rejects(fetchBytes(`${base}/silent`, { ...limits, signal }), { code: 'fetch.aborted' });
});

test('a broken answer and a closed port are both unreachable', async () => {
  await assert.rejects(fetchBytes(`${base}/cut`, limits), { code: 'fetch.unreachable', exit: 5 });
  const closed = createServer();
  await new Promise<void>((resolve) => {
    closed.listen(0, '127.0.0.1', resolve);
  });
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => {
    closed.close(resolve);
  });
  await assert.rejects(fetchBytes(`http://127.0.0.1:${port}/`, limits), {
    code: 'fetch.unreachable',
    message: `couldn't reach "http://127.0.0.1:${port}/": ECONNREFUSED`,
  });
});

const addresses = [
  '',
  'hello',
  '/hello',
  'ftp://example.com/',
  'file:///etc/passwd',
  'data:,x',
  'http://',
  'javascript:1',
  'blob:x',
];
for (const address of addresses) {
  test(`${JSON.stringify(address)} is refused as an address`, async () => {
    await assert.rejects(fetchBytes(address, limits), { code: 'fetch.url', exit: 2 });
  });
}

test('an address with a password is refused and not repeated', async () => {
  await assert.rejects(
    fetchBytes('http://user:secret@example.com/', limits),
    (error: Error & { code: string }) => {
      assert.equal(error.code, 'fetch.url');
      assert.doesNotMatch(error.message, /secret|user:/);
      return true;
    },
  );
});
