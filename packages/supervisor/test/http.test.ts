// The supervisor's own address, as its clients may and may not use it.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { parseEnvelope, parseSignedCheckpoint, statementIdOf } from '@vitrine/evidence';
import { sha256Hex } from '@vitrine/host';
import type { Fetcher } from '@vitrine/tuf';
import { eventually } from '@vitrine/testkit';
import { build, commit, makeWorld, postRole, roleDraft, sign, vendorRole, type World } from './world.ts';

const patience = 30_000;

describe('a supervisor over HTTP', () => {
  test('answers with what it said, signed and stored, and where it runs', async (t) => {
    const world = await makeWorld(t);
    commit(world, 'cat in.txt > $OUT/tiny.txt');
    const produced = await build(world);
    const a = await world.open(t, 'supervisor-a');
    await eventually(
      () =>
        a.supervisor.status().rebuilds[0]?.result === 'reproduced' && a.supervisor.status().unlogged === 0,
      patience,
    );
    const get = async (path: string): Promise<Response> => {
      const response = await fetch(a.url + path);
      assert.equal(response.status, 200, path);
      return response;
    };
    const { statements } = (await (await get('/statements')).json()) as {
      statements: { n: number; id: string; kind: string; index: number }[];
    };
    assert.deepEqual(
      statements.map(({ n, kind, index }) => [n, kind, index]),
      [[1, 'rebuild', 3]],
    );
    const envelope = parseEnvelope(await (await get(`/statement/${statements[0]?.id}`)).bytes());
    assert.equal(statementIdOf(envelope), statements[0]?.id);
    assert.deepEqual(await (await get('/statements?from=2')).json(), { statements: [] });
    assert.deepEqual(await (await get('/signed')).json(), []);

    const manifest = await (await get(`/blob/${produced.result.digest}`)).bytes();
    assert.equal(sha256Hex(manifest), produced.result.digest);
    const head = await fetch(`${a.url}/blob/${produced.result.digest}`, { method: 'HEAD' });
    assert.equal(head.headers.get('content-length'), String(manifest.length));
    const { checkpoint } = parseSignedCheckpoint(await (await get('/checkpoint')).bytes());
    assert.equal(checkpoint.size, 4);

    const status = (await (await get('/status')).json()) as Record<string, unknown>;
    assert.deepEqual(
      [status['node'], status['user'], status['directory'], status['isolation'], status['operator']],
      [process.version, 'test', a.folder, 'none', 'supervisor-a'],
    );
    const said = Buffer.from(envelope.payload, 'base64').toString();
    for (const own of [a.folder, process.version])
      assert.ok(!said.includes(own), 'a statement tells nothing about the machine');
  });

  test('knows its paths and methods, and no source', async (t) => {
    const world = await makeWorld(t);
    const a = await world.open(t, 'supervisor-a');
    const digest = 'a'.repeat(64);
    const cases = [
      ['GET', '/', 404],
      ['GET', `/blob/${digest}`, 404],
      ['GET', `/source/${digest}`, 404],
      ['GET', `/statement/${digest}`, 404],
      ['GET', '/blob/../supervisor.db', 404],
      ['GET', '/statements?from=x', 400],
      ['GET', '/role', 405],
      ['POST', '/signed', 405],
      ['DELETE', '/status', 405],
    ] as const;
    for (const [method, path, status] of cases)
      assert.equal((await fetch(a.url + path, { method })).status, status, `${method} ${path}`);
  });

  test('takes no role that is too large or too slow, and not too many', async (t) => {
    const world = await makeWorld(t);
    const a = await world.open(t, 'supervisor-a', { bodyMs: 200, rate: { perSecond: 0, burst: 3 } });
    const large = await postRole(a.url, new Uint8Array(1_048_577));
    assert.deepEqual([large.status, large.code], [413, 'http.body-too-large']);

    const socket = connect(Number(new URL(a.url).port), '127.0.0.1');
    socket.write('POST /role HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"signatures":[');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1\.1 408 /);
    socket.destroy();

    const file = await sign(roleDraft(1, {}), [vendorRole]);
    assert.equal((await postRole(a.url, file, 'tiny-stable')).status, 200);
    const busy = await postRole(a.url, file, 'tiny-stable');
    assert.deepEqual([busy.status, busy.code], [429, 'cosign.busy']);
  });

  test('lets sixteen roles wait, and no junk among them', async (t) => {
    const world = await makeWorld(t);
    const { repository, gate } = gated(world);
    const a = await world.open(t, 'supervisor-a', { repository });
    const file = await sign(roleDraft(1, {}), [vendorRole]);
    const answers = Array.from({ length: 19 }, () => postRole(a.url, file, 'tiny-stable'));
    const early = await Promise.race(answers);
    assert.deepEqual([early.status, early.code], [429, 'cosign.busy']);
    const junk = await postRole(a.url, Buffer.from('{}'));
    assert.deepEqual([junk.status, junk.code], [400, 'schema.mismatch']);
    gate.resolve();
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    assert.equal(statuses.filter((status) => status === 200).length, 16);
    assert.equal(statuses.filter((status) => status === 429).length, 3);
  });

  test('signs nothing for a client that has gone', async (t) => {
    const world = await makeWorld(t);
    const { repository, gate, asked } = gated(world);
    const a = await world.open(t, 'supervisor-a', { repository });
    const [first, second, other] = (await Promise.all(
      [roleDraft(1, {}), roleDraft(2, {}), roleDraft(2, {}, Math.floor(Date.now() / 1000) + 60_000)].map(
        (draft) => sign(draft, [vendorRole]),
      ),
    )) as [Uint8Array, Uint8Array, Uint8Array];
    const answer = postRole(a.url, first, 'tiny-stable');
    await asked.promise;

    const arrived = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<void>();
    const server = createServer((request, response) => {
      request.once('end', () => arrived.resolve());
      response.once('close', () => gone.resolve());
      void a.supervisor.handler(request, response);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    t.after(() => server.close());
    const hangUp = new AbortController();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/role?name=tiny-stable`;
    const body = Buffer.from(second);
    const unanswered = assert.rejects(fetch(url, { method: 'POST', body, signal: hangUp.signal }));
    await arrived.promise;
    hangUp.abort();
    await Promise.all([unanswered, gone.promise]);

    gate.resolve();
    assert.equal((await answer).status, 200);
    assert.equal((await postRole(a.url, other, 'tiny-stable')).status, 200, 'its version is free');
  });
});

/** A repository that answers nothing until its gate is open. */
function gated(world: World): {
  readonly repository: Fetcher;
  readonly gate: PromiseWithResolvers<void>;
  readonly asked: PromiseWithResolvers<void>;
} {
  const { repository } = world.options('supervisor-a');
  const gate = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const fetcher: Fetcher = {
    async fetch(path, maxBytes) {
      asked.resolve();
      await gate.promise;
      return repository.fetch(path, maxBytes);
    },
  };
  return { repository: fetcher, gate, asked };
}
