import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite } from 'node:test';
import {
  formatVkey,
  isVitrineError,
  leafHash,
  noteSigner,
  noteTypes,
  utf8,
  verifyInclusion,
  type NoteSigner,
} from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { initLedger, LeafSequencer, leafHashOf, Ledger, Store, writeLeaves } from '@vitrine/datacenter';
import { openLog } from '@vitrine/log';
import { temporaryDirectory, testSigner } from '@vitrine/testkit';
import { center, openStore, type NewDatabase } from './databases.ts';

export const ledgerSigner: NoteSigner = noteSigner(
  'zurich.example/custody',
  noteTypes.log,
  testSigner('custody ledger'),
);

const leaf = (i: number | string): Uint8Array => utf8(`leaf ${i}`);

export function storeCases(name: string, database: NewDatabase, skip: string | false = false): void {
  suite(`a store on ${name}`, { skip }, () => {
    test('opens again what it made, and refuses to be the store of another center', async (t) => {
      const options = await database(t);
      await (await Store.open(options, center)).close();
      await (await Store.open(options, center)).close();
      await assert.rejects(Store.open(options, 'singapore'), (error) =>
        isVitrineError(error, 'custody.other-center'),
      );
    });

    test('answers bytes, numbers beyond 2^31 and text exactly as they were written', async (t) => {
      const store = await openStore(t, await database(t));
      const salt = Uint8Array.from({ length: 256 }, (_, i) => i);
      const grace = Number.MAX_SAFE_INTEGER;
      const ids = ['B', 'a', 'A', 'ä', 'z', "'; DROP TABLE record; --", '../../etc/passwd', '%_\\', '𝕏'];
      await store.write('write', (tx) =>
        tx
          .insertInto('sealing_key')
          .values(ids.map((id) => ({ id, salt, grace_until: grace })))
          .execute(),
      );
      const rows = await store.read('read', (db) =>
        db.selectFrom('sealing_key').selectAll().orderBy('id').execute(),
      );
      // By bytes, in whatever locale the server runs.
      assert.deepEqual(
        rows.map(({ id }) => id),
        ids.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
      );
      for (const row of rows) {
        assert.equal(row.grace_until, grace);
        assert.equal(Object.getPrototypeOf(row.salt), Uint8Array.prototype);
        assert.deepEqual(row.salt, salt);
      }
      const sum = await store.read('count', (db) =>
        db
          .selectFrom('sealing_key')
          .select(({ fn }) => [fn.countAll<number>().as('count')])
          .executeTakeFirstOrThrow(),
      );
      assert.equal(sum.count, ids.length);
    });

    test('keeps nothing of a transaction that fails, and takes the next one', async (t) => {
      const store = await openStore(t, await database(t));
      const write = (fails: boolean): Promise<void> =>
        store.write('write', async (tx) => {
          await writeLeaves(tx, 'custody', [leaf(Number(fails))]);
          await tx.insertInto('refusal').values({ day: '2026-11-26', code: 'x', count: 1 }).execute();
          if (fails) throw new RangeError('no');
        });
      await assert.rejects(write(true), RangeError);
      await write(false);
      const rows = await store.read('read', (db) => db.selectFrom('leaf').select('hash').execute());
      assert.deepEqual(
        rows.map(({ hash }) => hash),
        [leafHashOf(leaf(0))],
      );
    });

    test('gives every committed leaf one number for ever, in rounds of any size', async (t) => {
      const store = await openStore(t, await database(t));
      const rows = new LeafSequencer(store, 'custody');
      const write = (ledger: 'custody' | 'access', from: number, to: number): Promise<unknown> =>
        store.write('write', (tx) =>
          writeLeaves(
            tx,
            ledger,
            Array.from({ length: to - from }, (_, i) => leaf(from + i)),
          ),
        );
      assert.equal(await rows.number(10), 0);
      await write('custody', 0, 5);
      await write('access', 5, 7);
      await write('custody', 7, 12);
      assert.equal(await rows.number(0), 0);
      assert.equal(await rows.number(3), 3);
      const first = await rows.read(0, 3);
      assert.equal(await rows.number(100), 10);
      assert.equal(await rows.number(100), 10);
      const all = await rows.read(0, 10);
      assert.deepEqual(all.slice(0, 3), first);
      assert.deepEqual(new Set(all.map((data) => Buffer.from(data).toString())).size, 10);
      assert.equal(await new LeafSequencer(store, 'access').number(10), 2);
      await assert.rejects(rows.read(8, 11), (error) => isVitrineError(error, 'custody.rows'));
    });

    test('numbers leaves that many transactions commit at once', async (t) => {
      const store = await openStore(t, await database(t));
      const rows = new LeafSequencer(store, 'custody');
      let size = 0;
      const writers = Array.from({ length: 8 }, async (_, w) => {
        for (let i = 0; i < 10; i++)
          await store.write('write', (tx) =>
            writeLeaves(tx, 'custody', [leaf(`${w}-${i}`), leaf(`${w}-${i}b`)]),
          );
      });
      const numbering = (async () => {
        while (size < 160) size = await rows.number(7);
      })();
      await Promise.all([...writers, numbering]);
      const texts = (await rows.read(0, 160)).map((data) => Buffer.from(data).toString());
      assert.equal(new Set(texts).size, 160);
    });

    test('a ledger over the store proves every leaf under its published checkpoint', async (t) => {
      const store = await openStore(t, await database(t));
      const dir = join(mkdtempSync(join(temporaryDirectory(t), 'ledger-')), 'custody');
      await initLedger(dir, ledgerSigner);
      const ledger = await Ledger.open({
        dir,
        name: 'custody',
        store,
        signer: ledgerSigner,
        intervalMs: 60_000,
      });
      const leaves = Array.from({ length: 300 }, (_, i) => leaf(i));
      await store.write('write', (tx) => writeLeaves(tx, 'custody', leaves));
      const hash = leafHashOf(leaf(299));
      assert.deepEqual(await ledger.find(hash), { state: 'waiting' });
      assert.deepEqual(await ledger.find(leafHashOf(leaf('other'))), { state: 'unknown' });
      await ledger.log.publishNow();
      for (const i of [0, 255, 256, 299]) {
        const found = await ledger.find(leafHashOf(leaf(i)));
        assert.equal(found.state, 'proven');
        if (found.state !== 'proven') continue;
        const { index, path, head } = found.proof;
        const { size, root } = head.checkpoint;
        verifyInclusion(path, index, size, leafHash(leaf(i), sha256), root, sha256);
      }
      assert.deepEqual(await ledger.entries(0, 300), leaves);
      assert.ok((await ledger.file('tile/0/000', { entries: false })) !== undefined);
      for (const path of ['tile/entries/000', 'tile/entries/001.p/44'])
        assert.equal(await ledger.file(path, { entries: false }), undefined);
      for (const path of ['log.db', '../custody.db', 'tile/../log.db', 'tile/0/001', 'tile/0/x'])
        assert.equal(await ledger.file(path, { entries: true }), undefined, path);
      await ledger.close();

      const reader = await openLog(dir, { origin: ledger.origin, logKeys: [ledgerSigner.key] });
      assert.equal(reader.head().checkpoint.size, 300);
      assert.equal(formatVkey(ledgerSigner.key).startsWith(ledger.origin), true);
    });
  });
}
