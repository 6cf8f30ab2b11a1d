// log.db: the log as pages search it. All of it can be computed again from the log and the policy, so it may
// be deleted; what may not be forgotten is beside it (memory.ts). The follower alone writes.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { isVitrineError } from '@vitrine/evidence';
import { checkDatabase, openDatabase } from '@vitrine/host';

const migrations: readonly string[] = [
  `-- How far the log has been read, and under which policy: one row.
   CREATE TABLE progress (
     one INTEGER PRIMARY KEY CHECK (one = 1),
     origin TEXT NOT NULL,
     policy TEXT NOT NULL,
     -- Entries below have been judged.
     next INTEGER NOT NULL,
     -- The newest checkpoint whose entries have all been judged, and its witnesses' time in seconds.
     head BLOB,
     head_time INTEGER
   ) STRICT;

   CREATE TABLE entry (
     idx INTEGER PRIMARY KEY,
     -- Hex of RFC 6962.
     leaf TEXT NOT NULL,
     kind TEXT NOT NULL,
     id TEXT,
     keyid TEXT,
     operator TEXT,
     role TEXT,
     -- Why it does not count under the policy; null where it does (D10).
     objection TEXT,
     product TEXT,
     channel TEXT,
     sequence INTEGER,
     -- Witness times in seconds: of the last checkpoint without it, and of the first one seen with it.
     seen_after INTEGER,
     seen_at INTEGER NOT NULL,
     bytes BLOB NOT NULL
   ) STRICT;
   CREATE INDEX entry_by_kind ON entry (kind, idx);
   CREATE INDEX entry_by_id ON entry (id, keyid);
   CREATE INDEX entry_by_keyid ON entry (keyid, idx);
   CREATE INDEX entry_by_operator ON entry (operator, idx);
   CREATE INDEX entry_by_product ON entry (product, channel, idx);

   -- Every SHA-256 by which an entry can be found. 'named': somewhere in its predicate.
   CREATE TABLE digest (
     digest TEXT NOT NULL,
     idx INTEGER NOT NULL,
     part TEXT NOT NULL CHECK (part IN ('subject', 'statement', 'leaf', 'named')),
     PRIMARY KEY (digest, idx, part)
   ) STRICT, WITHOUT ROWID;

   -- Of each key, the newest checkpoint that was seen with its cosignature.
   CREATE TABLE witness (
     vkey TEXT PRIMARY KEY,
     time INTEGER NOT NULL,
     size INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;

   -- What supervisors publish at their own addresses (D8).
   CREATE TABLE supervisor (
     url TEXT PRIMARY KEY,
     -- The place in its list of statements up to which all have been read.
     place INTEGER NOT NULL DEFAULT 0,
     -- Seconds: when all that was asked was answered well, and since when it has not been.
     reached INTEGER,
     trouble_since INTEGER,
     trouble_code TEXT,
     trouble TEXT,
     -- JSON, checked when it came.
     status TEXT,
     signed TEXT
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE published (
     url TEXT NOT NULL,
     id TEXT NOT NULL,
     n INTEGER NOT NULL,
     operator TEXT NOT NULL,
     keyid TEXT NOT NULL,
     kind TEXT NOT NULL,
     seen INTEGER NOT NULL,
     envelope BLOB NOT NULL,
     PRIMARY KEY (url, id)
   ) STRICT, WITHOUT ROWID;`,
  // How far a list was read is known by what was read of it.
  'ALTER TABLE supervisor DROP COLUMN place;',
];

/** A damaged or newer file is replaced by an empty one: the log is read again. */
export function openIndex(folder: string): DatabaseSync {
  const path = join(folder, 'log.db');
  try {
    const database = openDatabase(path, { migrations });
    try {
      checkDatabase(database);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    const rebuildable = isVitrineError(error, 'database.damaged') || isVitrineError(error, 'database.newer');
    if (!rebuildable) throw error;
    for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
    return openDatabase(path, { migrations });
  }
}
