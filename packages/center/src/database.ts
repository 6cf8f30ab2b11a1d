// center.db: what cannot be made again from the log and the repository. Each area has its own tables, with
// its own list of migrations. The Center and the commands beside it may have it open at once.

import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { openDatabase, transaction } from '@vitrine/host';
import { accountMigrations } from './accounts/migrations.ts';
import { recordMigrations } from './access/record.ts';
import { fail } from './codes.ts';

/** Of the file itself; each area has its own list beside it. */
export const centerMigrations: readonly string[] = [
  'CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;',
  'CREATE TABLE areas (name TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT, WITHOUT ROWID;',
];

export const centerDatabaseName = 'center.db';

/** Sessions and invitations are deleted, so what is deleted is overwritten. */
export function openCenterDatabase(folder: string): DatabaseSync {
  const database = openDatabase(join(folder, centerDatabaseName), {
    migrations: centerMigrations,
    secureDelete: true,
  });
  try {
    migrateArea(database, 'accounts', accountMigrations);
    migrateArea(database, 'access', recordMigrations);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Brings the tables of one area up to date, in a transaction of their own. Append only, as in `host`. */
export function migrateArea(database: DatabaseSync, area: string, migrations: readonly string[]): void {
  const version = (): number =>
    Number(database.prepare('SELECT version FROM areas WHERE name = ?').get(area)?.['version'] ?? 0);
  if (version() === migrations.length) return;
  transaction(database, () => {
    const from = version();
    if (from > migrations.length)
      throw fail(
        'center.newer',
        `the tables of ${area} are of version ${from}, known are ${migrations.length}`,
      );
    for (const migration of migrations.slice(from)) database.exec(migration);
    database
      .prepare('INSERT INTO areas VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET version = excluded.version')
      .run(area, migrations.length);
  });
}
