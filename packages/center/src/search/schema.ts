// search.db: made from the source store alone, so it may be deleted and is then made again. One thread
// writes it (index-worker.ts); search threads read it.

import { rm } from 'node:fs/promises';
import type { DatabaseSync } from 'node:sqlite';
import { isVitrineError } from '@vitrine/evidence';
import { openDatabase } from '@vitrine/host';

/**
 * Numbers of blobs ascend in the order in which they are indexed; a segment holds the postings of the blobs
 * [first, last]. A blob is in `content` exactly if it is text and its postings are committed.
 */
const first = `
CREATE TABLE tree (
  id INTEGER PRIMARY KEY,
  digest TEXT NOT NULL UNIQUE,
  -- JSON: products, and releases of this tree.
  meta TEXT NOT NULL,
  -- The place of its first entry in the log: later trees are shown first.
  age INTEGER NOT NULL,
  -- Grows when places change: a reader that holds another one reads them again.
  revision INTEGER NOT NULL DEFAULT 1,
  -- The highest number of its blobs: once no blob up to it waits, all of the tree is indexed.
  last INTEGER NOT NULL,
  -- Pairs of little-endian 32-bit numbers, path and blob, in listing order.
  places BLOB NOT NULL
) STRICT;
CREATE TABLE path (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE blob (
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,
  size INTEGER NOT NULL,
  -- waiting | text | binary | large | missing
  state TEXT NOT NULL,
  -- The language of the path it was first seen under.
  language TEXT NOT NULL,
  -- none (no grammar) | waiting | done | partly | failed
  symbols TEXT NOT NULL
) STRICT;
CREATE INDEX blob_waiting ON blob (state) WHERE state = 'waiting';
CREATE INDEX blob_symbols_waiting ON blob (symbols) WHERE symbols = 'waiting';
CREATE TABLE content (blob INTEGER PRIMARY KEY, zstd BLOB NOT NULL) STRICT;
CREATE TABLE segment (id INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
CREATE TABLE posting (
  prefix INTEGER NOT NULL, segment INTEGER NOT NULL, lists BLOB NOT NULL, PRIMARY KEY (prefix, segment)
) STRICT, WITHOUT ROWID;
CREATE INDEX posting_segment ON posting (segment);
CREATE TABLE name (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
-- Which blobs define (role 0) and use (role 1) a name.
CREATE TABLE mention (
  name INTEGER NOT NULL, role INTEGER NOT NULL, blob INTEGER NOT NULL, PRIMARY KEY (name, role, blob)
) STRICT, WITHOUT ROWID;
-- JSON: the symbols of a blob in their order, and why not all of them are there.
CREATE TABLE outline (blob INTEGER PRIMARY KEY, symbols TEXT NOT NULL, fault TEXT) STRICT;
`;

const migrations: readonly string[] = [first];

/** Grows with every change of how blobs are read: another number makes the index anew. */
export const indexVersion = 1;

export function openIndexReader(path: string): DatabaseSync {
  const database = openDatabase(path, { migrations, readonly: true });
  // Postings are read at random; the pages of the operating system are near enough.
  database.exec('PRAGMA mmap_size = 1073741824; PRAGMA cache_size = -16384');
  return database;
}

/** Opens the index for its one writer. What is damaged or of another version is removed and begun again. */
export async function openIndexWriter(path: string): Promise<DatabaseSync> {
  try {
    const database = openDatabase(path, { migrations });
    const version = database.prepare('PRAGMA application_id').get()?.['application_id'];
    if (version === indexVersion) return database;
    if (version === 0 && database.prepare('SELECT 1 FROM tree').get() === undefined) return marked(database);
    database.close();
  } catch (error) {
    if (!isVitrineError(error, 'database.damaged') && !isVitrineError(error, 'database.newer')) throw error;
  }
  await removeIndex(path);
  return marked(openDatabase(path, { migrations }));
}

function marked(database: DatabaseSync): DatabaseSync {
  database.exec(`PRAGMA application_id = ${String(indexVersion)}`);
  return database;
}

export async function removeIndex(path: string): Promise<void> {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) await rm(file, { force: true });
}
