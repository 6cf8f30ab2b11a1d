// Backups that keep erasure true (D19). A backup has records, leaves and consents, and no key: without the
// halves, which are kept beside the store in one current copy and no older one, its records are noise. What
// was erased since is therefore erased in every backup, too.
//
//   backup: sizes of the ledgers → rows below them, table by table → end. It may take hours; what is
//   deleted meanwhile is in it with or without its key, and restoring treats it as erased.
//   keys: halves and salts, written whole and renamed over the copy before.

import { createHash } from 'node:crypto';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { canonicalJson, toBase64, toHex, utf8 } from '@vitrine/evidence';
import { fileFault, sha256, syncDirectory, temporaryPath, writeDurable } from '@vitrine/host';
import { sql } from 'kysely';
import type { Store } from '../store/store.ts';
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
  const temporary = temporaryPath(path);
  const digest = createHash('sha256');
  let rows = 0;
  try {
    await using file = await open(temporary, 'wx', 0o600);
    const write = async (lines: readonly string[]): Promise<void> => {
      const bytes = utf8(lines.map((line) => `${line}\n`).join(''));
      digest.update(bytes);
      await file.writeFile(bytes);
    };
    await write([JSON.stringify({ v: 1, center, ...sizes })]);
    for (const table of tableNames)
      for await (const page of pages(store, table, sizes)) {
        await write(page.map((row) => formatRow({ table, row })));
        rows += page.length;
      }
    await write([JSON.stringify({ rows, sha256: digest.copy().digest('hex') })]);
    await file.sync();
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    throw fileFault('write', path, error);
  }
  return { rows, ...sizes };
}

/** One copy, always the current one: the data center writes it before it confirms an erasure, and when it sweeps. */
export async function writeKeys(store: Store, center: string, path: string): Promise<number> {
  const { halves, salts } = await store.read('read keys', async (db) => ({
    halves: await db.selectFrom('day_key').select(['ref', 'half']).orderBy('ref').execute(),
    salts: await db.selectFrom('sealing_key').selectAll().orderBy('id').execute(),
  }));
  const body = {
    v: 1,
    center,
    halves: halves.map(({ ref, half }) => [ref, toBase64(half)]),
    salts: salts.map(({ id, salt, grace_until: until }) => [id, toBase64(salt), until]),
  };
  const bytes = canonicalJson(body);
  await writeDurable(path, utf8(`${toHex(sha256(bytes))}\n${new TextDecoder().decode(bytes)}`));
  return halves.length;
}

async function ledgerSizes(store: Store): Promise<{ readonly custody: number; readonly access: number }> {
  const rows = await store.read('read the sizes of the ledgers', (db) =>
    db.selectFrom('ledger').selectAll().execute(),
  );
  const size = (name: string): number => rows.find((row) => row.name === name)?.size ?? 0;
  return { custody: size('custody'), access: size('access') };
}

/** Rows in the order of their key, those of the ledgers below the sizes alone. */
async function* pages(
  store: Store,
  table: BackupTable,
  sizes: { readonly custody: number; readonly access: number },
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
