import type { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { openDatabase } from '@vitrine/host';

export const databaseName = 'log.db';

/** log.db: the only authority about a log. Files beside it are derived from it and written after it. */
const migrations: readonly string[] = [
  `CREATE TABLE log (
     one INTEGER PRIMARY KEY CHECK (one = 1),
     origin TEXT NOT NULL,
     vkeys TEXT NOT NULL,
     mode TEXT NOT NULL CHECK (mode IN ('admission', 'raw', 'foreign')),
     -- Rows below it stand in full bundles only.
     released INTEGER NOT NULL,
     -- Keys of rows below it stand in seen.
     filed INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE entries (idx INTEGER PRIMARY KEY, data BLOB NOT NULL, key BLOB) STRICT;
   -- Deduplication keys in full: with a part of the hash, collisions could be computed in advance.
   CREATE TABLE seen (key BLOB PRIMARY KEY, idx INTEGER NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE head (
     state TEXT PRIMARY KEY CHECK (state IN ('committed', 'applied', 'published')),
     size INTEGER NOT NULL,
     root BLOB NOT NULL,
     note BLOB NOT NULL
   ) STRICT;`,
];

export function openLogDatabase(folder: string): DatabaseSync {
  const database = openDatabase(join(folder, databaseName), { migrations });
  // In kilobytes: a key is looked up at a random place of `seen` for every new entry.
  database.exec('PRAGMA cache_size = -32768');
  return database;
}

/** What `init` fixed for the life of the log. */
export interface LogIdentity {
  readonly origin: string;
  readonly vkeys: readonly string[];
  readonly mode: LogMode;
}

/** `foreign`: another store owns the rows. */
export type LogMode = 'admission' | 'raw' | 'foreign';

export function readIdentity(database: DatabaseSync): LogIdentity | undefined {
  const row = database.prepare('SELECT origin, vkeys, mode FROM log').get();
  if (row === undefined) return undefined;
  return {
    origin: String(row['origin']),
    vkeys: String(row['vkeys']).split('\n'),
    mode: row['mode'] as LogMode,
  };
}

export function writeIdentity(database: DatabaseSync, { origin, vkeys, mode }: LogIdentity): void {
  database
    .prepare('INSERT INTO log (one, origin, vkeys, mode, released, filed) VALUES (1, ?, ?, ?, 0, 0)')
    .run(origin, vkeys.join('\n'), mode);
}
