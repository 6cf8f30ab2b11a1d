// Backups that keep erasure true (D19). A backup has records, leaves and consents, and no key: without the
// halves, which are kept beside the store in one current copy and no older one, its records are noise. What
// was erased since is therefore erased in every backup, too.
//
//   backup: sizes of the ledgers → rows below them, table by table → end. It may take hours; what is
//   deleted meanwhile is in it with or without its key, and restoring treats it as erased.
//   keys: copy.ts

import { sql } from 'kysely';
import type { Store } from '../store/store.ts';
import { writeLines } from './lines.ts';
import { backupTables, formatRow, tableNames, type BackupRow, type BackupTable } from './rows.ts';

export interface BackupMade {
  readonly rows: number;
  readonly custody: number;
  readonly access: number;
}

const rowsAtOnce = 500;

/** The file is there whole or not at all. */
export async function writeBackup(store: Store, center: string, path: string): Promise<BackupMade> {
  const sizes = await ledgerSizes(store);
  const rows = await writeLines(path, { v: 1, center, ...sizes }, backupPages(store, sizes));
  return { rows, ...sizes };
}

interface Sizes {
  readonly custody: number;
  readonly access: number;
}

async function ledgerSizes(store: Store): Promise<Sizes> {
  const rows = await store.read('read the sizes of the ledgers', (db) =>
    db.selectFrom('ledger').selectAll().execute(),
  );
  const size = (name: string): number => rows.find((row) => row.name === name)?.size ?? 0;
  return { custody: size('custody'), access: size('access') };
}

async function* backupPages(store: Store, sizes: Sizes): AsyncGenerator<readonly string[]> {
  for (const table of tableNames)
    for await (const page of pages(store, table, sizes)) yield page.map((row) => formatRow({ table, row }));
}

/** Rows in the order of their key, those of the ledgers below the sizes alone. */
async function* pages(
  store: Store,
  table: BackupTable,
  sizes: Sizes,
): AsyncGenerator<readonly BackupRow['row'][]> {
  const columns = Object.keys(backupTables[table]);
  const [key = ''] = columns;
  const limit = table === 'access_leaf' || table === 'reading' ? sizes.access : sizes.custody;
  const isNumbered = backupTables[table][key] === 'number';
  let after: number | string = isNumbered ? -1 : '';
  for (;;) {
    const bound = isNumbered ? sql`AND ${sql.ref(key)} < ${limit}` : sql``;
    const { rows } = await store.read('read rows for a backup', (db) =>
      sql<
        BackupRow['row']
      >`SELECT ${sql.join(columns.map((column) => sql.ref(column)))} FROM ${sql.table(table)}
        WHERE ${sql.ref(key)} > ${after} ${bound} ORDER BY ${sql.ref(key)} LIMIT ${rowsAtOnce}`.execute(db),
    );
    if (rows.length === 0) return;
    yield rows;
    after = rows.at(-1)?.[key] as number | string;
  }
}
