// A database server that crashes and comes back. It is one of its own: recovery syncs every file of every
// database that it has.

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { isVitrineError, utf8 } from '@vitrine/evidence';
import { LeafSequencer, Store, writeLeaves } from '@vitrine/datacenter';
import { fileSeen, postgresSkipReason, startPostgres, type TestPostgres } from '@vitrine/datacenter/testing';
import { center, openStore } from './databases.ts';
import { endpoint, now, startCenter } from './world.ts';

const skip = postgresSkipReason();
const server = skip === false ? await startPostgres() : undefined;
after(() => server?.stop());

function running(): TestPostgres {
  if (server === undefined) throw new Error('no server');
  return server;
}

test(
  'a database that goes away is a typed error, and what was acknowledged is there when it is back',
  { skip },
  async (t) => {
    const store = await openStore(t, { url: await running().database() });
    const write = (text: string): Promise<unknown> =>
      store.write('write', (tx) => writeLeaves(tx, 'custody', [utf8(text)]));
    await write('before');
    await running().crash();
    // The first finds its connection cut, the next finds no server.
    for (let i = 0; i < 2; i++)
      await assert.rejects(write('while it is away'), (error) => {
        assert.ok(isVitrineError(error, 'custody.unreachable'), String(error));
        assert.doesNotMatch(error.message, /127\.0\.0\.1|postgres@/);
        return true;
      });
    await running().start();
    await write('after');
    const rows = new LeafSequencer(store, 'custody');
    assert.equal(await rows.number(), 2);
  },
);

test('a database that could lose a commit, or show what was before, is refused', { skip }, async (t) => {
  const url = await running().database();
  for (const setting of [
    'synchronous_commit%3Doff',
    'default_transaction_isolation%3Drepeatable%5C%20read',
    'default_transaction_isolation%3Dserializable',
  ])
    await assert.rejects(Store.open({ url: `${url}?options=-c%20${setting}` }, center), (error) =>
      isVitrineError(error, 'custody.settings'),
    );
  await openStore(t, { url });
});

test(
  'an intake whose database is away answers 503 with a time, and takes the same report when it is back',
  { skip },
  async (t) => {
    const started = await startCenter(t, async () => ({ url: await running().database(), timeoutMs: 2_000 }));
    const one = await endpoint('one');
    await started.consent(one);
    const message = await one.seal(one.report([fileSeen('x', now)], now));
    await running().crash();
    for (let i = 0; i < 2; i++) {
      const answer = await started.post('/v1/reports', message);
      assert.equal(answer.status, 503);
      assert.ok(Number(answer.headers.get('retry-after')) > 0);
      assert.doesNotMatch(await answer.text(), /127\.0\.0\.1|postgres|57P|ECONN/);
    }
    assert.equal(
      started.trouble.every((error) => isVitrineError(error, 'custody.unreachable')),
      true,
    );
    await running().start();
    assert.equal((await started.post('/v1/reports', message)).status, 201);
    assert.equal((await started.post('/v1/reports', message)).status, 409);
  },
);
