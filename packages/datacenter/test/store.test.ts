import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import test from 'node:test';
import { openStore, sqliteDatabase } from './databases.ts';
import { storeCases } from './store-cases.ts';

storeCases('SQLite', sqliteDatabase);

test('a journal that another process is reading is not called empty', async (t) => {
  const options = { file: '', ...(await sqliteDatabase(t)), busyMs: 20 };
  const store = await openStore(t, options);
  const reader = new DatabaseSync(options.file, { readOnly: true });
  t.after(() => reader.close());
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM record').get();
  const write = (day: string): Promise<unknown> =>
    store.write('write', (tx) => tx.insertInto('refusal').values({ day, code: 'x', count: 1 }).execute());
  await write('2026-11-26');
  await assert.rejects(store.afterErasure(), { code: 'custody.journal' });
  reader.exec('COMMIT');
  await store.afterErasure();
  // And it waits for a transaction that is under way, instead of failing within it.
  const writes = Array.from({ length: 30 }, (_, i) => write(`2026-12-${10 + i}`));
  await Promise.all([...writes, store.afterErasure(), store.afterErasure()]);
});
