// Kysely on node:sqlite: what better-sqlite3's interface asks of a database, in a few lines.

import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { quote } from '@vitrine/evidence';
import { databaseFault, openDatabase } from '@vitrine/host';
import { CompiledQuery, SqliteDialect, type SqliteDatabase, type SqliteStatement } from 'kysely';
import { fail } from '../codes.ts';
import type { Dialect } from './dialect.ts';

const pageSize = 4096;
/** Texts of statements differ by their number of rows: this many are kept ready. */
const mostPrepared = 256;

export interface SqliteOptions {
  readonly file: string;
  /** The file grows no further: what does not fit is refused as on a full disk. Default: no limit of ours. */
  readonly maxBytes?: number | undefined;
  /** How long to wait for the lock of another process, a reader's too. Default 5,000. */
  readonly busyMs?: number | undefined;
}

/** The file must not be in use by another process: the data center holds the lease of its folder. */
export function sqliteDialect({ file: path, maxBytes, busyMs }: SqliteOptions): Dialect {
  // secure_delete: what was erased must not stand in free pages (D19). The schema is not host's business.
  const database = openDatabase(path, { migrations: [], secureDelete: true, busyMs });
  database.exec('PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4000');
  if (maxBytes !== undefined) database.exec(`PRAGMA max_page_count = ${Math.ceil(maxBytes / pageSize)}`);
  return {
    name: 'sqlite',
    kysely: new SqliteDialect({ database: adapt(database) }),
    types: {
      integer: 'INTEGER',
      text: 'TEXT',
      bytes: 'BLOB',
      strict: 'STRICT',
    },
    prepare: () => Promise.resolve(),
    // `begin immediate`: there is no other transaction.
    settle: () => Promise.resolve(),
    fault: (verb, error) => databaseFault(verb, path, error),
    // The write-ahead log still holds pages as they were before. On Kysely's connection, so that it waits for
    // the transaction of another: within one, SQLite refuses it.
    afterErasure: (db) =>
      db.connection().execute(async (connection) => {
        const { rows } = await connection.executeQuery<{ busy: number }>(
          CompiledQuery.raw('PRAGMA wal_checkpoint(TRUNCATE)'),
        );
        // Not an error to SQLite, but to us: pages of what was erased are still there.
        if (rows[0]?.busy !== 0)
          throw fail(
            'custody.journal',
            `couldn't empty the journal of ${quote(path, 400)}: it is being read`,
          );
      }),
  };
}

function adapt(database: DatabaseSync): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare(sql) {
      const known = prepared.get(sql);
      if (known !== undefined) return known;
      const statement = adaptStatement(database.prepare(textFor(sql)));
      const [oldest] = prepared.keys();
      if (prepared.size >= mostPrepared && oldest !== undefined) prepared.delete(oldest);
      prepared.set(sql, statement);
      return statement;
    },
  };
}

function textFor(sql: string): string {
  // `begin` alone would take the write lock at the first write, where it can no longer wait for it.
  if (sql === 'begin') return 'begin immediate';
  // Places written by hand as PostgreSQL numbers them (insert.ts), in ascending order.
  return sql.replaceAll(/\$[0-9]+/g, '?');
}

function adaptStatement(statement: StatementSync): SqliteStatement {
  const values = (parameters: readonly unknown[]): SQLInputValue[] => parameters as SQLInputValue[];
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...values(parameters)),
    run: (parameters) => statement.run(...values(parameters)),
    iterate: (parameters) => statement.iterate(...values(parameters)),
  };
}
