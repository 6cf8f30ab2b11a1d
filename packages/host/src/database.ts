// SQLite as the embedded store: write-ahead log, every commit synced, one place for migrations.

import { closeSync, fsyncSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { quote, VitrineError } from '@vitrine/evidence';
import { fail, type HostCode } from './codes.ts';
import { errnoOf, fileFault } from './fault.ts';

export interface DatabaseOptions {
  /**
   * SQL that leads from version i to i + 1. Append only: a migration that has shipped never changes.
   * Each runs in a transaction together with its `user_version`.
   */
  readonly migrations: readonly string[];
  /** Reads only, and neither creates nor migrates. */
  readonly readonly?: boolean | undefined;
  /** Overwrites deleted rows with zeros, where personal data may be deleted on demand. */
  readonly secureDelete?: boolean | undefined;
  /** How long to wait for another process's lock. Default 5,000. */
  readonly busyMs?: number | undefined;
}

/** Opens, creates where it may, and brings the schema up to date; the new file's name is durable. */
export function openDatabase(path: string, options: DatabaseOptions): DatabaseSync {
  const readOnly = options.readonly === true;
  let database: DatabaseSync | undefined;
  try {
    const created = statSync(path, { throwIfNoEntry: false }) === undefined;
    if (created && readOnly) {
      throw fail('file.missing', `couldn't open database ${quote(path, 400)}: no such file`, { at: path });
    }
    database = new DatabaseSync(path, { readOnly, timeout: options.busyMs ?? 5000 });
    database.exec('PRAGMA foreign_keys = ON');
    if (readOnly) {
      requireVersion(database, path, options.migrations.length);
      return database;
    }
    // FULL: in WAL mode NORMAL would lose commits at a power cut.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON');
    if (options.secureDelete === true) database.exec('PRAGMA secure_delete = ON');
    migrate(database, path, options.migrations);
    if (created) syncFolder(dirname(path));
    return database;
  } catch (error) {
    database?.close();
    throw databaseFault('open database', path, error);
  }
}

function migrate(database: DatabaseSync, path: string, migrations: readonly string[]): void {
  if (requireVersion(database, path, migrations.length) === migrations.length) return;
  transaction(database, () => {
    // Read again under the write lock: another process may have migrated in between.
    const version = requireVersion(database, path, migrations.length);
    for (const migration of migrations.slice(version)) database.exec(migration);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

function requireVersion(database: DatabaseSync, path: string, known: number): number {
  const row = database.prepare('PRAGMA user_version').get();
  const version = Number(row?.['user_version']);
  if (version > known) {
    throw fail(
      'database.newer',
      `couldn't open database ${quote(path, 400)}: version ${version}, known are up to ${known}`,
      {
        at: path,
      },
    );
  }
  return version;
}

/**
 * BEGIN IMMEDIATE … COMMIT; whatever `work` throws rolls back and is thrown on. When it returns, the
 * change is durable. `work` is synchronous: an await inside would let others into the transaction.
 */
export function transaction<T>(database: DatabaseSync, work: () => T): T {
  try {
    database.exec('BEGIN IMMEDIATE');
  } catch (error) {
    throw databaseFault('begin a transaction in', database.location() ?? 'memory', error);
  }
  try {
    const result = work();
    if (result instanceof Promise) throw new TypeError('a transaction must not be asynchronous');
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // SQLite has already rolled back after some errors (full disk, I/O).
    if (database.isTransaction) database.exec('ROLLBACK');
    throw databaseFault('commit to', database.location() ?? 'memory', error);
  }
}

/**
 * Moves what was committed into the database and empties the write-ahead log, which holds pages as they were
 * before. Throws `database.busy` while somebody still reads or writes after the time that the database waits.
 */
export function emptyWriteAheadLog(database: DatabaseSync): void {
  const path = database.location() ?? 'memory';
  let row: Readonly<Record<string, unknown>> | undefined;
  try {
    row = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
  } catch (error) {
    throw databaseFault('empty the write-ahead log of', path, error);
  }
  if (row?.['busy'] !== 0)
    throw fail('database.busy', `couldn't empty the write-ahead log of ${quote(path, 400)}: it is in use`, {
      at: path,
    });
}

/** Reads every page and index; throws `database.damaged` with SQLite's first finding. */
export function checkDatabase(database: DatabaseSync): void {
  const path = database.location() ?? 'memory';
  let finding: unknown;
  try {
    finding = database.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check'];
  } catch (error) {
    throw databaseFault('check database', path, error);
  }
  if (finding !== 'ok') {
    throw fail(
      'database.damaged',
      `couldn't trust database ${quote(path, 400)}: ${quote(String(finding), 200)}`,
      { at: path },
    );
  }
}

/** SQLite's primary result codes that come from the machine, not from the SQL. */
const codeOfResult: Readonly<Record<number, HostCode>> = {
  3: 'file.permission',
  5: 'database.busy',
  6: 'database.busy',
  8: 'file.permission',
  10: 'file.io',
  11: 'database.damaged',
  13: 'file.no-space',
  14: 'file.permission',
  26: 'database.damaged',
};

/**
 * A failure of SQLite as a typed error. A broken constraint or wrong SQL is the caller's own affair
 * and comes back as it is.
 */
export function databaseFault(verb: string, path: string, error: unknown): unknown {
  if (error instanceof VitrineError || !(error instanceof Error)) return error;
  if (!('errcode' in error) || typeof error.errcode !== 'number') {
    return errnoOf(error) === undefined ? error : fileFault(verb, path, error);
  }
  let code = codeOfResult[error.errcode & 0xff];
  if (code === undefined) return error;
  // CANTOPEN does not say why.
  if (error.errcode === 14 && statSync(dirname(path), { throwIfNoEntry: false }) === undefined)
    code = 'file.missing';
  return fail(code, `couldn't ${verb} ${quote(path, 400)}: ${error.message}`, { at: path, cause: error });
}

function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
