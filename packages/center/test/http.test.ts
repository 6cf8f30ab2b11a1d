import assert from 'node:assert/strict';
import { request, type IncomingHttpHeaders } from 'node:http';
import test, { after } from 'node:test';
import fc from 'fast-check';
import { isVitrineError, raiser } from '@vitrine/evidence';
import { fakeClock, hostErrors } from '@vitrine/host';
import { freePort } from '@vitrine/testkit';
import { clientAddressOf, limitKey } from '../src/http/client-address.ts';
import { requireOwnRequest } from '../src/http/csrf.ts';
import { securityHeaders } from '../src/http/headers.ts';
import { costOf, openLimiter } from '../src/http/rate-limit.ts';
import { serveCenter } from '../src/serve.ts';
import { openPortal, portalOrigin } from './portal.ts';
import { makeCenterWorld } from './world.ts';

const world = await makeCenterWorld({ after }, { trouble: false });

const addresses: readonly (readonly [
  string,
  readonly string[],
  string | undefined,
  string | undefined,
  string,
])[] = [
  ['without proxies the header says nothing', [], '192.0.2.1', '198.51.100.7', '192.0.2.1'],
  ['a trusted proxy names its client', ['127.0.0.1'], '127.0.0.1', '198.51.100.7', '198.51.100.7'],
  [
    'what a client wrote stands left and is not believed',
    ['127.0.0.1'],
    '127.0.0.1',
    '10.9.9.9, 198.51.100.7',
    '198.51.100.7',
  ],
  [
    'a chain is walked while it is trusted',
    ['127.0.0.1', '10.0.0.0/8'],
    '127.0.0.1',
    '203.0.113.9, 198.51.100.7, 10.1.2.3',
    '198.51.100.7',
  ],
  ['a stranger names nobody', ['127.0.0.1'], '192.0.2.1', '198.51.100.7', '192.0.2.1'],
  ['nonsense ends the walk', ['127.0.0.1'], '127.0.0.1', '198.51.100.7, "><script>', '127.0.0.1'],
  ['IPv4 in IPv6 is IPv4', ['127.0.0.1'], '::ffff:127.0.0.1', '::ffff:198.51.100.7', '198.51.100.7'],
  ['ports and brackets are left away', ['::1'], '::1', '[2001:db8::1]:4711', '2001:db8::1'],
  ['an IPv4 port too', ['::1'], '::1', '198.51.100.7:80', '198.51.100.7'],
  ['networks of IPv6', ['fd00::/8'], 'fd12::1', '2001:db8::1', '2001:db8::1'],
  ['no connection at all', ['127.0.0.1'], undefined, '198.51.100.7', 'unknown'],
];

for (const [what, trusted, peer, header, client] of addresses) {
  test(`client addresses: ${what}`, () => {
    assert.equal(clientAddressOf(trusted)(peer, header), client);
  });
}

test('whatever a header says, a client address is an address, and soon found', () => {
  const addressOf = clientAddressOf(['10.0.0.0/8']);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 5_000 }), (header) => {
      assert.match(addressOf('10.0.0.1', header), /^[0-9a-f.:]+$/);
    }),
  );
});

test('a trusted proxy that is no address is refused', () => {
  for (const one of ['localhost', '10.0.0.0/33', '10.0.0.0/', '::1/129', '10.0.0.0/-1', ''])
    assert.throws(
      () => clientAddressOf([one]),
      (error) => isVitrineError(error, 'center.proxy'),
    );
});

test('one subscriber of IPv6 is one client', () => {
  assert.equal(limitKey('2001:db8:1:2:aaaa::1'), limitKey('2001:db8:1:2:bbbb:1:2:3'));
  assert.equal(limitKey('2001:db8::1'), limitKey('2001:0db8:0000:0000:1234::'));
  assert.notEqual(limitKey('2001:db8:1:2::1'), limitKey('2001:db8:1:3::1'));
  assert.equal(limitKey('192.0.2.1'), '192.0.2.1');
});

test('a bucket gives what it holds, then as much as comes back', () => {
  const clock = fakeClock(0);
  const limiter = openLimiter({ capacity: 10, perSecond: 2 }, clock);
  for (let i = 0; i < 10; i++) assert.equal(limiter.take('a', 1), 0);
  assert.equal(limiter.take('a', 1), 1);
  assert.equal(limiter.take('a', 10), 5);
  assert.equal(limiter.take('b', 10), 0, 'another client has its own');
  clock.advance(1_000);
  assert.equal(limiter.take('a', 2), 0);
  assert.equal(limiter.take('a', 1), 1);
  clock.set(0);
  assert.equal(limiter.take('a', 1), 1, 'a clock that was set back gives nothing');
  clock.set(1_000_000);
  assert.equal(limiter.take('a', 10), 0);
  assert.equal(limiter.take('a', 1), 1, 'a bucket holds no more than its capacity');
});

test('the memory of a limiter is bounded, and who was refused stays refused while there is room', () => {
  const clock = fakeClock(0);
  const limiter = openLimiter({ capacity: 5, perSecond: 1, mostClients: 100 }, clock);
  for (let i = 0; i < 5; i++) limiter.take('a', 1);
  for (let i = 0; i < 99; i++) limiter.take(`client ${i}`, 5);
  assert.equal(limiter.take('a', 1), 1);
  for (let i = 0; i < 10_000; i++) limiter.take(`more ${i}`, 1);
  assert.ok(limiter.clients <= 101);
  clock.advance(60_000);
  for (let i = 0; i < 200; i++) limiter.take('b', 0);
  for (let i = 0; i < 60; i++) limiter.take(`later ${i}`, 1);
  assert.ok(limiter.clients <= 62, 'full buckets are forgotten');
});

test('searching and comparing cost more than reading, and doors have a bucket of their own', () => {
  const cost = (path: string, method = 'GET'): number => costOf(method, path).cost;
  for (const dear of ['/search.json', '/symbols.json', '/source/compare.json', '/source/00/blame.json'])
    assert.ok(cost(dear) > cost('/source/00/file.json'), dear);
  for (const door of [
    '/do/account/sign-in',
    '/do/account/sign-in/options',
    '/do/account/invitation/accept',
    '/do/account/oidc',
  ])
    assert.equal(costOf('POST', door).limiter, 'entry', door);
  assert.equal(costOf('GET', '/invitation/guess.json').limiter, 'entry');
  assert.equal(costOf('GET', '/sign-in/callback').limiter, 'entry');
});

const own = {
  origin: portalOrigin,
  'content-type': 'application/json',
  'x-vitrine-csrf': 'secret',
};
const forged: readonly (readonly [string, Readonly<Record<string, string | undefined>>])[] = [
  ['from another origin', { origin: 'https://evil.example' }],
  ['from the same host at another port', { origin: 'http://localhost:7441' }],
  ['from a sandboxed frame', { origin: 'null' }],
  ['without an origin', { origin: undefined }],
  ['that a browser calls cross-site', { 'sec-fetch-site': 'cross-site' }],
  ['that a browser calls same-site', { 'sec-fetch-site': 'same-site' }],
  ['of a form', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['of a form that looks like JSON', { 'content-type': 'text/plain' }],
  ['without a type', { 'content-type': undefined }],
  ['without the header', { 'x-vitrine-csrf': undefined }],
  ['with the header of nobody', { 'x-vitrine-csrf': 'none' }],
  ['with the header of another session', { 'x-vitrine-csrf': 'secres' }],
];

for (const [what, changed] of forged) {
  test(`a change ${what} is refused`, () => {
    const headers: Readonly<Record<string, string | undefined>> = { ...own, ...changed };
    const change = { header: (name: string) => headers[name], csrf: 'secret' };
    assert.throws(
      () => requireOwnRequest(change, new URL(portalOrigin)),
      (error) => isVitrineError(error, 'center.csrf'),
    );
  });
}

test('a change of our own page passes, in JSON and from the same origin', () => {
  const headers: Readonly<Record<string, string>> = { ...own, 'sec-fetch-site': 'same-origin' };
  requireOwnRequest({ header: (name) => headers[name], csrf: 'secret' }, new URL(portalOrigin));
});

test('a forged change changes nothing: the session it would have ended goes on', async (t) => {
  const portal = await openPortal(t, world);
  const { browser } = await portal.reader();
  for (const headers of [
    { origin: 'https://evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    { 'x-vitrine-csrf': 'none' },
    { 'content-type': 'text/plain' },
  ]) {
    const response = await browser.post('/do/account/sign-out', {}, headers);
    assert.equal(response.status, 403);
  }
  assert.equal((await browser.get('/account.json')).status, 200);
});

test('a request that is too often, too large, for another host or by another method is refused as such', async (t) => {
  const portal = await openPortal(t, world, {
    settings: { limits: { reading: { capacity: 60, perSecond: 1 }, entry: { capacity: 3, perSecond: 1 } } },
  });
  const browser = portal.browser();
  const answer = async (response: Response): Promise<string> => {
    const { error } = (await response.json()) as { readonly error: { readonly code: string } };
    return `${response.status} ${error.code}`;
  };
  assert.equal(await answer(await browser.get('/', { host: 'evil.example' })), '421 center.host');
  const { app } = portal.center;
  const by = (method: string, path: string): Promise<Response> =>
    Promise.resolve(app.request(`${portalOrigin}${path}`, { method }));
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS'])
    assert.equal(await answer(await by(method, '/account.json')), '405 center.method');
  assert.equal(await answer(await by('POST', '/')), '405 center.method');
  const large = { more: 'x'.repeat(300_000) };
  assert.equal(await answer(await browser.post('/do/account/sign-in/options', large)), '413 center.body');

  for (let i = 0; i < 2; i++) assert.equal((await browser.get('/invitation/guess.json')).status, 200);
  const guess = await browser.get('/invitation/guess.json');
  assert.equal(guess.headers.get('retry-after'), '1');
  assert.equal(await answer(guess), '429 center.busy');
  assert.equal((await browser.get('/frame.json')).status, 200, 'reading goes on');
  let refused = 0;
  for (let i = 0; i < 60; i++) if ((await browser.get('/frame.json')).status === 429) refused++;
  assert.ok(refused > 0);
  assert.equal((await browser.get('/assets/index-1.css')).status, 200, 'the page that says so has its looks');
});

test('an error that is not ours shows the id of the request and nothing else, and the report no address', async (t) => {
  const portal = await openPortal(t, world);
  const secret = 'C'.repeat(43);
  portal.center.app.get('/twin/broken/:secret', () => {
    throw new Error(`could not read /etc/${secret}`);
  });
  const browser = portal.browser();
  const response = await browser.get(`/broken/${secret}.json`);
  const text = await response.text();
  assert.equal(response.status, 500);
  assert.deepEqual(JSON.parse(text), {
    error: { code: 'center.internal', message: 'the Center failed to answer' },
  });
  assert.equal(portal.reported.length, 1);
  assert.doesNotMatch(portal.reported.join(), new RegExp(secret));
  assert.match(portal.reported.join(), /^request [0-9a-f]{12}-\d+: Error\n\s+at /);
});

test('what the machine says of its files and addresses is told to nobody', async (t) => {
  const portal = await openPortal(t, world);
  const { app } = portal.center;
  app.get('/twin/full', () => {
    throw raiser(hostErrors)('file.no-space', "couldn't write /srv/center/center.db");
  });
  app.get('/twin/away', () => {
    throw raiser(hostErrors)('fetch.unreachable', "couldn't reach http://10.0.0.7/");
  });
  const browser = portal.browser();
  const full = await browser.get('/full.json');
  assert.equal(full.status, 500);
  assert.match(await full.text(), /center\.internal/);
  assert.match(portal.reported.join(), /file\.no-space/);
  const away = await browser.get('/away.json');
  assert.equal(away.status, 503);
  assert.deepEqual(await away.json(), {
    error: { code: 'fetch.unreachable', message: 'A server cannot be reached, or broke off its answer.' },
  });
});

test('people get a page for what is refused, and it says what it shows as text', async (t) => {
  const portal = await openPortal(t, world);
  const browser = portal.browser();
  const html = { accept: 'text/html' };
  const refused = await browser.get('/', { ...html, host: 'evil.example' });
  assert.equal(refused.status, 421);
  const page = await refused.text();
  assert.match(page, /<h1>This is another host<\/h1>/);
  assert.match(page, /<link rel="stylesheet" href="\/assets\/index-1\.css">/);
  assert.doesNotMatch(page, /<script|style=|\n\s+at /);
  const missing = await browser.get('/nothing/<script>alert(1)</script>', html);
  assert.equal(missing.status, 404);
  const text = await missing.text();
  assert.match(text, /id="root"/, 'the pages draw it themselves');
  assert.doesNotMatch(text, /alert/);
  const twin = await browser.get('/account.json', html);
  assert.equal(twin.headers.get('content-type'), 'application/json', 'a twin is for machines');
});

test('a request that takes too long is answered, and said to have', async (t) => {
  const portal = await openPortal(t, world, { settings: { timeoutMs: 20 } });
  portal.center.app.get('/twin/slow', () => new Promise<never>(() => {}));
  const response = await portal.browser().get('/slow.json');
  assert.equal(response.status, 503);
  assert.match(await response.text(), /center\.timeout/);
});

interface Raw {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Over the wire, with a path that no client library has tidied. */
function ask(port: number, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const asked = request({ port, path, host: '127.0.0.1', headers }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    asked.on('error', reject).end();
  });
}

test('every answer has the headers that keep it in its place, errors too', async (t) => {
  const port = await freePort();
  const host = `localhost:${port}`;
  const portal = await openPortal(t, world, { origin: `http://${host}` });
  const served = await serveCenter(portal.center, '127.0.0.1', port);
  t.after(() => served.close());
  for (const path of [
    '/',
    '/frame.json',
    '/nothing',
    '/assets/index-1.css',
    '/account.json',
    '/access/access.toml',
  ]) {
    const { headers } = await ask(port, path, { host });
    for (const [name, value] of Object.entries(portal.center.headers)) {
      if (name !== 'cache-control') assert.equal(headers[name], value, `${name} of ${path}`);
    }
    assert.ok(headers['cache-control'], path);
  }
  const { headers } = await ask(port, '/', { host: 'evil.example' });
  assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/);
});

test('the content policy allows nothing inline, nothing foreign and no frame', () => {
  const policy = securityHeaders(new URL('https://center.example'))['content-security-policy'] ?? '';
  assert.doesNotMatch(policy, /unsafe|https?:|\*|blob:/);
  for (const directive of [
    "default-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "worker-src 'self'",
  ])
    assert.ok(policy.includes(directive), directive);
  assert.ok(securityHeaders(new URL('https://center.example'))['strict-transport-security']);
  assert.equal(securityHeaders(new URL('http://localhost:1'))['strict-transport-security'], undefined);
});

test('no path leads out of what is served', async (t) => {
  const port = await freePort();
  const host = `localhost:${port}`;
  const portal = await openPortal(t, world, { origin: `http://${host}` });
  const served = await serveCenter(portal.center, '127.0.0.1', port);
  t.after(() => served.close());
  const traversals = [
    '/assets/../center.toml',
    '/assets/..%2f..%2fcenter.db',
    '/assets/%2e%2e/%2e%2e/etc/passwd',
    '/assets/....//....//etc/passwd',
    '/assets/..%5c..%5ccenter.db',
    '/assets/%00',
    '/access/../center.db',
    '/access/..%2fcenter.db',
    '/log/files/../../center.db',
    '/log/files/tile/..%2f..%2fcenter.db',
    '/log/files/%2e%2e%2fcenter.db',
    '/repository/../center.db',
    '/repository/evidence/..%2f..%2fvendor.toml',
    '/repository/%2e%2e/%2e%2e/etc/passwd',
    '/twin/account',
    '/twin/account/reads',
    '//evil.example/x',
    '/source/..%2f..%2fetc/file.json?path=passwd',
    '/source/compare.json?from=../..&to=../..',
  ];
  for (const path of traversals) {
    const { status, body } = await ask(port, path, { host, accept: 'application/json' });
    assert.ok(status === 404 || status === 400, `${path}: ${status}`);
    assert.doesNotMatch(body, /root:|SQLite|origin =/, path);
  }
});

test('what is being answered is finished before the Center ends, and nothing new is begun', async (t) => {
  const port = await freePort();
  const host = `localhost:${port}`;
  const portal = await openPortal(t, world, { origin: `http://${host}` });
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const { promise: finish, resolve: go } = Promise.withResolvers<void>();
  portal.center.app.get('/twin/long', async (c) => {
    begin();
    await finish;
    return c.json({ whole: true });
  });
  const served = await serveCenter(portal.center, '127.0.0.1', port);
  const answer = ask(port, '/long.json', { host });
  await begun;
  let closed = false;
  const closing = served.close().then(() => (closed = true));
  await assert.rejects(ask(port, '/frame.json', { host }), { code: 'ECONNREFUSED' });
  assert.equal(closed, false);
  go();
  assert.equal((await answer).body, '{"whole":true}');
  await closing;
});
