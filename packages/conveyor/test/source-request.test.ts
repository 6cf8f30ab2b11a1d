import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { formatTime, type Role, type Signer } from '@vitrine/evidence';
import { fakeClock, listen, verifySignature, type FakeClock } from '@vitrine/host';
import { makeWorld, repositoryRoot, testSigner, worldOrigin, worldTime, type World } from '@vitrine/testkit';
import { authorizeSource, httpObjects, sourceGate, sourceRequestText } from '../src/index.ts';
import { digestOf, refusal } from './helpers.ts';

const secret = 'the source';
const digest = digestOf(secret);
const path = `/source/${digest}`;

interface Gated {
  readonly world: World;
  readonly clock: FakeClock;
  readonly url: string;
  readonly host: string;
  /** Status and, where it is a refusal, the code. */
  readonly ask: (authorization: string | undefined, at?: string, method?: string) => Promise<string>;
  readonly authorize: (
    signer: Signer,
    target?: Partial<{ method: string; host: string; path: string }>,
  ) => Promise<string>;
}

/** A server with one object behind the gate; the supervisor's first rebuilder key has ended. */
async function gated(t: TestContext): Promise<Gated> {
  const world = await makeWorld({
    policy: (drafted) => ({
      ...drafted,
      rebuilds: { ...drafted.rebuilds, threshold: 1 },
      keys: drafted.keys.map((key) =>
        key.role === 'rebuilder' && key.operator === 'supervisor-a'
          ? { ...key, until: { origin: worldOrigin, index: 100 } }
          : key,
      ),
    }),
  });
  const clock = fakeClock(worldTime * 1000);
  let host = '';
  const gate = sourceGate({ policy: () => world.policy, hosts: () => ['source.example', host], clock });
  const server = await listen(
    async (request, response) => {
      if (await gate(request, response)) response.end(secret);
    },
    { port: 0 },
  );
  t.after(() => server.close());
  host = new URL(server.url).host;
  return {
    world,
    clock,
    url: server.url,
    host,
    async ask(authorization, at = path, method = 'GET') {
      const headers = authorization === undefined ? {} : { authorization };
      const response = await fetch(server.url + at, { method, headers });
      const body = await response.text();
      if (response.status !== 401) return `${response.status} ${body}`.trim();
      assert.equal(response.headers.get('www-authenticate'), 'Vitrine');
      assert.equal(response.headers.get('cache-control'), 'no-store');
      if (method === 'HEAD') return '401';
      assert.match(body, /^[^\n]+\n$/, 'one line');
      return `401 ${(JSON.parse(body) as { error: { code: string } }).error.code}`;
    },
    authorize: (signer, target) =>
      authorizeSource({ method: 'GET', host, path, ...target }, clock.now() / 1000, signer),
  };
}

describe('the source gate', () => {
  test('opens for every current key of the policy, whatever its role and scheme', async (t) => {
    const { world, ask, authorize } = await gated(t);
    const held: readonly (readonly [Role, string?])[] = [
      ['rebuilder', 'supervisor-b'],
      ['supervisor'],
      ['reviewer', 'trustee'],
      ['releaser'], // P-256
      ['order'],
    ];
    for (const [role, operator] of held)
      assert.equal(await ask(await authorize(world.signer(role, operator))), `200 ${secret}`, role);
    const head = await authorize(world.signer('order'), { method: 'HEAD' });
    assert.equal(await ask(head, path, 'HEAD'), '200');
  });

  test('stays shut for everyone else, each for its own reason', async (t) => {
    const { world, ask, authorize, host } = await gated(t);
    const reader = world.signer('rebuilder', 'supervisor-b');
    const good = await authorize(reader);
    const cases: readonly (readonly [string, string | undefined, string])[] = [
      ['no header', undefined, 'absent'],
      ['another scheme', 'Bearer abc', 'malformed'],
      ['a stranger', await authorize(testSigner('stranger')), 'key'],
      ['an ended key', await authorize(world.signer('rebuilder', 'supervisor-a')), 'key'],
      ['a witness key', await authorize(testSigner('supervisor-a witness')), 'key'],
      ['a root key', await authorize(testSigner('vendor root 1')), 'key'],
      ['another path', await authorize(reader, { path: `/source/${digestOf('other')}` }), 'signature'],
      ['another method', await authorize(reader, { method: 'HEAD' }), 'signature'],
      ['another host', await authorize(reader, { host: 'other.example' }), 'signature'],
      ['another of its own hosts', await authorize(reader, { host: 'source.example' }), 'signature'],
      ["another's keyid", good.replace(reader.keyid, world.signer('order').keyid), 'signature'],
      ['another time', good.replace(/time="[^"]*"/, `time="${formatTime(worldTime + 1)}"`), 'signature'],
      ['a time that is written otherwise', good.replace('Z"', '+00:00"'), 'malformed'],
      ['two signatures in one', `${good}, ${good}`, 'malformed'],
    ];
    for (const [what, header, code] of cases)
      assert.equal(await ask(header), `401 source-request.${code}`, what);
    assert.equal(await ask(good, `${path}?`), '401 source-request.signature', 'a query');
    assert.equal(await ask(good, path, 'POST'), '401 source-request.signature');
    assert.equal(await ask(undefined, path, 'HEAD'), '401');
    assert.equal(await ask(good), `200 ${secret}`, `and ${host} still opens`);
  });

  test('takes a request for five minutes either way, and no time that is none', async (t) => {
    const { world, clock, ask, authorize } = await gated(t);
    const good = await authorize(world.signer('order'));
    for (const [seconds, answer] of [
      [300, `200 ${secret}`],
      [301, '401 source-request.time'],
      [-300, `200 ${secret}`],
      [-301, '401 source-request.time'],
    ] as const) {
      clock.set((worldTime + seconds) * 1000);
      assert.equal(await ask(good), answer, `${seconds} s`);
    }
    clock.set(worldTime * 1000);
    const none = good.replace(/time="[^"]*"/, 'time="2026-13-01T00:00:00Z"');
    assert.equal(await ask(none), '401 source-request.time');
  });

  test('knows its own names and does not take them from the request', async (t) => {
    const { world, url, authorize } = await gated(t);
    const { request } = await import('node:http');
    const answer = async (host: string): Promise<string> => {
      const authorization = await authorize(world.signer('order'), { host });
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      request(url + path, { headers: { host, authorization } }, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () => resolve(`${response.statusCode} ${body}`));
      })
        .on('error', reject)
        .end();
      return promise;
    };
    assert.equal(await answer('source.example'), `200 ${secret}`);
    assert.match(await answer('evil.example'), /^401 .*source-request\.host/);
  });

  test('answers every header with 200 or 401, and 200 to nothing but the signed one', async (t) => {
    const { world, ask, authorize } = await gated(t);
    const good = await authorize(world.signer('order'));
    const altered = fc
      .tuple(fc.nat(good.length - 1), fc.stringMatching(/^[ -~]{0,2}$/))
      .map(([at, text]) => good.slice(0, at) + text + good.slice(at + 1))
      .filter((header) => header.trim() !== good); // HTTP takes spaces at the ends away.
    const garbage = fc.stringMatching(/^[!-~][ -~]{0,200}[!-~]$/);
    await fc.assert(
      fc.asyncProperty(fc.oneof(altered, garbage), async (header) => {
        assert.match(await ask(header), /^401 source-request\./);
      }),
      { numRuns: 150 },
    );
  });
});

test('text and header are those of the specification', async () => {
  const page = readFileSync(join(repositoryRoot, 'docs/spec/source-request.md'), 'utf8');
  const target = { method: 'GET', host: 'vendor.example', path };
  const text = Buffer.from(sourceRequestText(target, '2026-11-24T09:00:00Z')).toString();
  assert.ok(page.includes(`\`\`\`\n${text}\`\`\``), text);
  const signer = testSigner('reader');
  const header = await authorizeSource(target, Date.parse('2026-11-24T09:00:00.9Z') / 1000, signer);
  assert.ok(page.includes(`\`\`\`\nAuthorization: ${header}\n\`\`\``), header);
  assert.ok(page.includes(Buffer.from(signer.publicKey).toString('base64')));
  const signature = Buffer.from(/signature="([^"]*)"$/.exec(header)?.[1] ?? '', 'base64');
  assert.ok(await verifySignature('ed25519', signer.publicKey, Buffer.from(text), signature));
});

describe('fetching source', () => {
  test('signs each request when it is sent, and says why it was refused', async (t) => {
    const { world, clock, url } = await gated(t);
    const objects = httpObjects(url, { signer: world.signer('rebuilder', 'supervisor-b'), clock });
    for (let hours = 0; hours < 3; hours++) {
      assert.equal(Buffer.from(await objects.source(digest, secret.length)).toString(), secret);
      clock.advance(3_600_000);
    }
    await assert.rejects(httpObjects(url).source(digest, 100), refusal('source-request.refused'));
    await assert.rejects(httpObjects(url).source(digest, 1), /source-request\.absent/);
    const late = httpObjects(url, { signer: world.signer('order'), clock: fakeClock(worldTime * 1000) });
    await assert.rejects(late.source(digest, 100), (error: Error) => {
      assert.ok(refusal('source-request.refused')(error));
      assert.match(error.message, new RegExp(`signed at ${formatTime(worldTime)}`));
      return true;
    });
  });

  test('shows blobs no signature', async (t) => {
    const seen: (string | undefined)[] = [];
    const server = await listen(
      (request, response) => {
        seen.push(request.headers.authorization?.slice(0, 8));
        response.end(secret);
      },
      { port: 0 },
    );
    t.after(() => server.close());
    const objects = httpObjects(`${server.url}/below`, { signer: testSigner('reader') });
    await objects.blob(digest, 100);
    await objects.source(digest, 100);
    assert.deepEqual(seen, [undefined, 'Vitrine ']);
  });
});
