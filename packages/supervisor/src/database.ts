// supervisor.db: everything that the supervisor must not forget. One process writes it (a lease); the
// commands of its operator add statements beside it, in transactions of their own.

import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { join } from 'node:path';
import { openDatabase } from '@vitrine/host';

const migrations: readonly string[] = [
  `CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;

   -- Entries of the log that a key of the policy signed for its role at its place (D10). Written by the
   -- tail alone, in one transaction with the position it has reached.
   CREATE TABLE claim (
     idx INTEGER PRIMARY KEY,
     id TEXT NOT NULL,
     keyid TEXT NOT NULL,
     kind TEXT NOT NULL,
     operator TEXT NOT NULL,
     -- The order, for what is about one; else the first subject.
     about TEXT NOT NULL,
     entry BLOB NOT NULL
   ) STRICT;
   CREATE INDEX claim_by_kind ON claim (kind, about, idx);
   CREATE INDEX claim_by_id ON claim (id, keyid);

   -- What a statement names must be stored here (D12).
   CREATE TABLE holding (
     statement TEXT PRIMARY KEY,
     kind TEXT NOT NULL CHECK (kind IN ('source', 'order', 'provenance')),
     idx INTEGER NOT NULL,
     -- Of a provenance: waits until our own digest is on record.
     after_order TEXT,
     state TEXT NOT NULL CHECK (state IN ('wanted', 'stored', 'unsound')),
     since INTEGER,
     attempts INTEGER NOT NULL DEFAULT 0,
     due INTEGER NOT NULL DEFAULT 0,
     trouble TEXT
   ) STRICT, WITHOUT ROWID;

   -- The queue of rebuilds, and what came of them (D14).
   CREATE TABLE rebuild (
     order_id TEXT PRIMARY KEY,
     source_id TEXT NOT NULL,
     idx INTEGER NOT NULL,
     state TEXT NOT NULL
       CHECK (state IN ('queued', 'built', 'reproduced', 'differs', 'cannot-build', 'void')),
     -- Our own outputs manifest: never written twice.
     outputs TEXT,
     isolation TEXT,
     -- Provenances below this index have been compared with it.
     compared INTEGER NOT NULL DEFAULT 0,
     attempts INTEGER NOT NULL DEFAULT 0,
     due INTEGER NOT NULL DEFAULT 0,
     trouble TEXT
   ) STRICT, WITHOUT ROWID;

   -- Our own statements, in the order in which they were made. A slot is filled once and for ever: that is
   -- what keeps a restart from saying the same thing twice.
   CREATE TABLE statement (
     n INTEGER PRIMARY KEY AUTOINCREMENT,
     slot TEXT NOT NULL UNIQUE,
     -- Over the payload alone: two supervisors may say the same, each under its own key.
     id TEXT NOT NULL UNIQUE,
     keyid TEXT NOT NULL,
     kind TEXT NOT NULL,
     envelope BLOB NOT NULL,
     made INTEGER NOT NULL,
     -- Where our own verified view of the log shows it.
     idx INTEGER,
     attempts INTEGER NOT NULL DEFAULT 0,
     due INTEGER NOT NULL DEFAULT 0,
     trouble TEXT
   ) STRICT;

   -- Statements of other supervisors, from their own addresses (D8).
   CREATE TABLE relayed (
     id TEXT NOT NULL,
     operator TEXT NOT NULL,
     envelope BLOB NOT NULL,
     seen INTEGER NOT NULL,
     idx INTEGER,
     attempts INTEGER NOT NULL DEFAULT 0,
     due INTEGER NOT NULL DEFAULT 0,
     trouble TEXT,
     PRIMARY KEY (id, operator)
   ) STRICT, WITHOUT ROWID;

   -- One row for each finding; its salt and body are a file, and nowhere else.
   CREATE TABLE finding (
     code TEXT NOT NULL,
     about TEXT NOT NULL,
     severity TEXT NOT NULL,
     commitment TEXT NOT NULL,
     raised INTEGER NOT NULL,
     PRIMARY KEY (code, about)
   ) STRICT, WITHOUT ROWID;

   CREATE TABLE publication (
     idx INTEGER PRIMARY KEY,
     seq INTEGER NOT NULL,
     version INTEGER NOT NULL,
     snapshot TEXT NOT NULL,
     -- Witness times: of the newest head seen without the entry, and of the first seen with it.
     after_time INTEGER,
     before_time INTEGER,
     state TEXT NOT NULL CHECK (state IN ('new', 'judged', 'read')),
     since INTEGER,
     attempts INTEGER NOT NULL DEFAULT 0,
     due INTEGER NOT NULL DEFAULT 0,
     trouble TEXT
   ) STRICT;

   -- Versions of roles that publications brought.
   CREATE TABLE published (
     role TEXT NOT NULL,
     version INTEGER NOT NULL,
     -- SHA-256 of the file.
     sha256 TEXT NOT NULL,
     idx INTEGER NOT NULL,
     PRIMARY KEY (role, version)
   ) STRICT, WITHOUT ROWID;

   -- Everything that the cosigner key ever signed (D15). A row is durable before its signature is made, and
   -- never changes but to take the signature and the publication that brought it, and to lose its bytes to
   -- the version after it.
   CREATE TABLE signed (
     role TEXT NOT NULL,
     version INTEGER NOT NULL,
     -- SHA-256 of the canonical signed part; what was judged of the file: that part and the vendor's signatures.
     sha256 TEXT NOT NULL,
     bytes BLOB,
     keyid TEXT NOT NULL,
     sig TEXT,
     at INTEGER NOT NULL,
     published INTEGER,
     PRIMARY KEY (role, version)
   ) STRICT, WITHOUT ROWID;

   -- The newest release that was signed at each path, also of paths that were removed since.
   CREATE TABLE path (
     role TEXT NOT NULL,
     path TEXT NOT NULL,
     sequence INTEGER NOT NULL,
     sha256 TEXT NOT NULL,
     PRIMARY KEY (role, path)
   ) STRICT, WITHOUT ROWID;`,

  `-- What data centers asked to read, and what the operator decided (D18). The statement of a grant is in
   -- the outbox, its salt and body are a file, and nowhere else.
   CREATE TABLE access_request (
     digest TEXT PRIMARY KEY,
     center TEXT NOT NULL,
     envelope BLOB NOT NULL,
     -- Seconds since 1970.
     until INTEGER NOT NULL,
     received INTEGER NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('waiting', 'approved', 'granted', 'denied', 'revoked')),
     decided INTEGER,
     why TEXT,
     commitment TEXT
   ) STRICT, WITHOUT ROWID;`,
];

export function openRecords(folder: string): DatabaseSync {
  return openDatabase(join(folder, 'supervisor.db'), { migrations });
}

/** Small values under a name: the head of the log, the versions of metadata, positions in lists of others. */
export class Meta {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  bytes(name: string): Uint8Array | undefined {
    const value = this.#database.prepare('SELECT value FROM meta WHERE name = ?').get(name)?.['value'];
    return value instanceof Uint8Array ? new Uint8Array(value) : undefined;
  }

  number(name: string): number | undefined {
    const value = this.#database.prepare('SELECT value FROM meta WHERE name = ?').get(name)?.['value'];
    return value instanceof Uint8Array ? Number(Buffer.from(value).toString('latin1')) : undefined;
  }

  set(name: string, value: Uint8Array | number): void {
    const bytes = typeof value === 'number' ? Buffer.from(String(value), 'latin1') : value;
    this.#database
      .prepare('INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value')
      .run(name, bytes);
  }
}

export type Row = Readonly<Record<string, SQLOutputValue>>;

/** A column of text; undefined where it is null. */
export function text(row: Row, name: string): string | undefined {
  const value = row[name];
  return typeof value === 'string' ? value : undefined;
}

/** A column of whole numbers; undefined where it is null. */
export function whole(row: Row, name: string): number | undefined {
  const value = row[name];
  return typeof value === 'number' ? value : undefined;
}

export function blob(row: Row, name: string): Uint8Array {
  const value = row[name];
  // A copy: SQLite's own bytes belong to the row.
  return value instanceof Uint8Array ? new Uint8Array(value) : new Uint8Array();
}
