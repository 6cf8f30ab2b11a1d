import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { listen, readBody, respond, type Handler, type Listener, type ListenOptions } from '@vitrine/host';
import { eventually } from '@vitrine/testkit';

async function serve(
  t: TestContext,
  handler: Handler,
  options: Partial<ListenOptions> = {},
): Promise<Listener> {
  const listener = await listen(handler, { port: 0, graceMs: 200, ...options });
  t.after(() => listener.close());
  return listener;
}

function raw(port: number, text: string): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.setEncoding('utf8');
  // A dropped connection is reset; what counts is what came before.
  socket.on('error', () => {});
  socket.write(text);
  return socket;
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
  });
}

async function readAll(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk: string) => (text += chunk));
  await closed(socket);
  return text;
}

const echoWithin =
  (timeoutMs: number): Handler =>
  async (request, response) => {
    respond(response, 200, await readBody(request, { maxBytes: 1_000, timeoutMs }));
  };
const echo = echoWithin(60_000);

test('a listener answers at the address it names', async (t) => {
  const { url, port } = await serve(t, echo);
  assert.equal(url, `http://127.0.0.1:${port}`);
  const answer = await fetch(url, { method: 'POST', body: 'hello' });
  assert.equal(await answer.text(), 'hello');
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
});

test('an address of version 6 is written in brackets', async (t) => {
  const listener = await serve(t, echo, { host: '::1' }).catch((error: Error & { code?: string }) => {
    assert.equal(error.code, 'http.address'); // No IPv6 on this machine.
    return undefined;
  });
  if (listener !== undefined) assert.equal(listener.url, `http://[::1]:${listener.port}`);
});

test('a port in use and an address of nobody are typed refusals', async (t) => {
  const { port } = await serve(t, echo);
  await assert.rejects(listen(echo, { port }), { code: 'http.port-in-use', exit: 1 });
  await assert.rejects(listen(echo, { host: '192.0.2.1', port: 0 }), { code: 'http.address' });
});

test('a body is taken up to its limit, announced or chunked', async (t) => {
  const { url } = await serve(t, echo);
  const exact = new Uint8Array(1_000).fill(97);
  assert.equal((await (await fetch(url, { method: 'POST', body: exact })).bytes()).length, 1_000);
  const over = await fetch(url, { method: 'POST', body: new Uint8Array(1_001) });
  assert.equal(over.status, 413);
  assert.equal(await over.text(), 'the request body is longer than 1000 bytes\n');
});

test('an endless chunked body gets its 413 and is cut', async (t) => {
  const { port } = await serve(t, echo);
  const socket = raw(port, 'POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n');
  const timer = setInterval(() => socket.write(`190\r\n${'x'.repeat(400)}\r\n`), 2);
  const text = await readAll(socket);
  clearInterval(timer);
  assert.match(text, /^HTTP\/1\.1 413 /);
  assert.match(text, /connection: close/i);
});

test('a slow body gets its 408', async (t) => {
  const { port } = await serve(t, echoWithin(200));
  const text = await readAll(raw(port, 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc'));
  assert.match(text, /^HTTP\/1\.1 408 /);
  assert.match(text, /took longer than 200 ms/);
});

test('a client that breaks off mid-body is a typed error and harms nobody', async (t) => {
  const seen: unknown[] = [];
  const { port, url } = await serve(t, async (request, response) => {
    try {
      const answer = echo(request, response);
      if (request.headers['content-length'] === '10') socket.destroy();
      return await answer;
    } catch (error) {
      seen.push(error);
      throw error;
    }
  });
  const socket = raw(port, 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc');
  await closed(socket);
  await eventually(() => seen.length > 0);
  assert.equal((seen[0] as { code: string }).code, 'http.body-cut');
  assert.equal((await fetch(url, { method: 'POST', body: 'x' })).status, 200);
});

test('what the handler declines is 404, what it throws is 500 without details', async (t) => {
  const errors: unknown[] = [];
  const fault = new Error('secret path /root');
  const { url } = await serve(
    t,
    (request) => {
      if (request.url === '/throw') throw fault;
      return false;
    },
    { onError: (error) => errors.push(error) },
  );
  assert.equal((await fetch(`${url}/absent`)).status, 404);
  const answer = await fetch(`${url}/throw`);
  assert.equal(answer.status, 500);
  assert.equal(await answer.text(), 'internal error\n');
  assert.deepEqual(errors, [fault]);
});

test('a handler that fails after its first byte breaks the answer off', async (t) => {
  const { url } = await serve(t, (_, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('half');
    throw new Error('late');
  });
  await assert.rejects(async () => (await fetch(url)).text());
});

test('HEAD and 204 have no body', async (t) => {
  const { port, url } = await serve(t, (request, response) =>
    respond(response, request.url === '/none' ? 204 : 200, 'body\n'),
  );
  const head = await readAll(raw(port, 'HEAD / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'));
  assert.match(head, /content-length: 5/i);
  assert.ok(head.endsWith('\r\n\r\n'));
  const none = await fetch(`${url}/none`);
  assert.deepEqual([none.status, none.headers.get('content-type'), await none.text()], [204, null, '']);
});

test('a head that is too large or never ends is cut off', async (t) => {
  const small = await serve(t, echo, { maxHeaderBytes: 1_024 });
  const large = await readAll(raw(small.port, `GET / HTTP/1.1\r\nx: ${'y'.repeat(2_000)}\r\n\r\n`));
  assert.match(large, /^HTTP\/1\.1 431 /);
  const hasty = await serve(t, echo, { requestTimeoutMs: 200 });
  const slow = await readAll(raw(hasty.port, 'GET / HTTP/1.1\r\nx: y\r\n'));
  assert.match(slow, /^HTTP\/1\.1 408 |^$/);
});

test('connections over the limit are dropped, the others live on', async (t) => {
  const { port } = await serve(t, echo, { maxConnections: 2 });
  const held = [raw(port, ''), raw(port, '')];
  for (const socket of held) await once(socket, 'connect');
  const dropped = raw(port, 'GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  assert.equal(await readAll(dropped), '');
  held[0]?.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  assert.match(await readAll(held[0] as Socket), /^HTTP\/1\.1 200 /);
  held[1]?.destroy();
});

test('close lets a running request finish and then takes no more', async (t) => {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const listener = await serve(
    t,
    async (_, response) => {
      reached.resolve();
      await released.promise;
      respond(response, 200, 'finished\n');
    },
    { graceMs: 10_000 },
  );
  const running = fetch(listener.url);
  await reached.promise;
  const closing = listener.close();
  await assert.rejects(once(connect(listener.port, '127.0.0.1'), 'connect'), { code: 'ECONNREFUSED' });
  released.resolve();
  assert.equal(await (await running).text(), 'finished\n');
  await closing;
  await listener.close();
});

test('close cuts a request that does not end within the grace', async (t) => {
  const reached = Promise.withResolvers<void>();
  const handler = (): Promise<void> => {
    reached.resolve();
    return new Promise(() => {});
  };
  const listener = await serve(t, handler, { graceMs: 50 });
  const running = fetch(listener.url);
  const refused = assert.rejects(running);
  await reached.promise;
  await listener.close();
  await refused;
});
