// Every case of the store runs on both databases: `onDatabases` hands out new, empty stores.

import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Store, type StoreOptions } from '@vitrine/datacenter';
import { temporaryDirectory } from '@vitrine/testkit';

export const center = 'zurich';

/** Where a new database of one kind is. */
export type NewDatabase = (t: TestContext) => Promise<StoreOptions>;

export const sqliteDatabase: NewDatabase = async (t) => ({
  file: join(mkdtempSync(join(temporaryDirectory(t), 'store-')), 'custody.db'),
});

export async function openStore(t: TestContext, options: StoreOptions): Promise<Store> {
  const store = await Store.open(options, center);
  t.after(() => store.close());
  return store;
}
