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
import { initLedger, LeafSequencer, Ledger, Store, writeLeaves } from '@vitrine/datacenter';
import { openLog } from '@vitrine/log';
import { temporaryDirectory, testSigner } from '@vitrine/testkit';
import { center, openStore, type NewDatabase } from './databases.ts';

const ledgerSigner: NoteSigner = noteSigner(
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
      const rows = new LeafSequencer(store, 'custody');
      assert.equal(await rows.number(), 1);
      assert.deepEqual(await rows.read(0, 1), [leaf(0)]);
    });

    test('numbers leaves without gaps, though many transactions write at once and some fail', async (t) => {
      const store = await openStore(t, await database(t));
      const rows = new LeafSequencer(store, 'custody');
      const write = async (text: string, fails: boolean): Promise<void> => {
        const written = store.write('write', async (tx) => {
          await writeLeaves(tx, 'custody', [leaf(text), leaf(`${text}b`)]);
          await writeLeaves(tx, 'access', [leaf(text)]);
          if (fails) throw new RangeError('no');
        });
        await (fails ? assert.rejects(written, RangeError) : written);
      };
      const seen: number[] = [];
      const writers = Array.from({ length: 8 }, async (_, w) => {
        for (let i = 0; i < 10; i++) {
          await write(`${w}-${i}`, i % 5 === 4);
          // Whatever size is seen, all rows below it are there.
          const size = await rows.number();
          assert.equal((await rows.read(0, size)).length, size);
          seen.push(size);
        }
      });
      await Promise.all(writers);
      assert.equal(await rows.number(), 128);
      assert.equal(await new LeafSequencer(store, 'access').number(), 64);
      const texts = (await rows.read(0, 128)).map((data) => Buffer.from(data).toString());
      assert.equal(new Set(texts).size, 128);
      assert.equal(seen.length, 80);
      await assert.rejects(rows.read(100, 129), (error) => isVitrineError(error, 'custody.rows'));
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
      await ledger.log.publishNow();
      for (const i of [0, 255, 256, 299]) {
        const { index, path, head } = await ledger.prove(i);
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
