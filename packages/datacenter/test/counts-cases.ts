import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { checkRetention, countsOf, type Counts } from '@vitrine/datacenter';
import { fileSeen } from '@vitrine/datacenter/testing';
import type { NewDatabase } from './databases.ts';
import { endpoint, now, startCenter } from './world.ts';

export function countsCases(name: string, database: NewDatabase, skip: string | false = false): void {
  suite(`counts on ${name}`, { skip }, () => {
    test('everybody may see how many records of which country and kind there are, and what was refused', async (t) => {
      const running = await startCenter(t, database);
      const { center, url } = running;
      const read = async (): Promise<Counts> => (await (await fetch(`${url}/v1/counts`)).json()) as Counts;
      assert.deepEqual((await countsOf(center)).records, []);

      const swiss = await endpoint('swiss');
      const french = await endpoint('french', 'FR');
      for (const [one, records] of [
        [swiss, 3],
        [french, 2],
      ] as const) {
        await running.consent(one);
        const seen = Array.from({ length: records }, (_, i) => fileSeen(`${i}.exe`, now));
        assert.equal((await running.post('/v1/reports', await one.seal(one.report(seen, now)))).status, 201);
      }
      await running.post('/v1/reports', new Uint8Array(200));
      await center.custody.log.publishNow();
      const counts = await read();
      assert.equal(counts.center, 'zurich');
      assert.deepEqual(
        counts.records.map(({ kind, country, count }) => [kind, country, count]),
        [
          ['file-seen', 'CH', 3],
          ['file-seen', 'FR', 2],
        ],
      );
      const stored = await center.store.read('sum', (db) =>
        db.selectFrom('record').select('ciphertext').execute(),
      );
      assert.equal(
        counts.records.reduce((sum, { bytes }) => sum + bytes, 0),
        stored.reduce((sum, { ciphertext }) => sum + ciphertext.length, 0),
      );
      assert.deepEqual(
        counts.refusals.map(({ code, count }) => [code, count]),
        [['seal.format', 1]],
      );
      assert.deepEqual(counts.custody, center.custody.published());
      assert.equal(counts.custody.size, 5);

      // For ten seconds the same answer, whoever asks.
      await running.post('/v1/reports', new Uint8Array(200));
      assert.deepEqual(await read(), counts);
      assert.deepEqual((await countsOf(center)).refusals[0]?.count, 2);
    });

    test('a database that is gone is not remembered as a count', async (t) => {
      const { center, url } = await startCenter(t, database);
      const { store } = center;
      Object.defineProperty(store, 'read', {
        value: () => Promise.reject(new TypeError('gone')),
        configurable: true,
      });
      assert.equal((await fetch(`${url}/v1/counts`)).status, 503);
      Reflect.deleteProperty(store, 'read'); // What the class has is there again.
      assert.equal((await fetch(`${url}/v1/counts`)).status, 200);
    });

    test('the proof of retention holds before and after records expire', async (t) => {
      const running = await startCenter(t, database);
      const { center, clock } = running;
      const one = await endpoint('expires');
      await running.consent(one);
      await running.post('/v1/reports', await one.seal(one.report([fileSeen('a', now)], now)));
      const { nextDue, ...before } = await checkRetention(center.store, '2026-01-01');
      assert.deepEqual(before, { tombstones: 0, records: 0, stored: 1 });
      assert.ok(nextDue !== undefined);
      await assert.rejects(checkRetention(center.store, nextDue), { code: 'retention.proof' });
      clock.set(Date.parse(`${nextDue}T00:00:00Z`));
      assert.equal(await center.sweep(), 1);
      const after = await checkRetention(center.store, nextDue);
      assert.deepEqual(after, { tombstones: 1, records: 1, stored: 0, nextDue: undefined });
      await center.store.write('tamper', (tx) =>
        tx
          .updateTable('tombstone')
          .set({ salt: new Uint8Array(32) })
          .execute(),
      );
      await assert.rejects(checkRetention(center.store, nextDue), { code: 'custody.tombstone' });
    });
  });
}
