// search.db: made from the source store alone, so it may be deleted and is then made again. One thread
// writes it (index-worker.ts); search threads read it.

import { rm } from 'node:fs/promises';
import type { DatabaseSync } from 'node:sqlite';
import { isVitrineError, utf8 } from '@vitrine/evidence';
import { openDatabase, sha256Hex } from '@vitrine/host';

/**
 * Text is indexed in units: runs of whole lines of one blob, some 32 kB each, so that a large file is a
 * candidate only where all of a word's trigrams stand near each other. Units ascend in the order in which they
 * are indexed, those of a blob side by side; a segment holds the postings of the units [first, last]. A blob has
 * units exactly if it is text and its postings are committed.
 */
const first = `
CREATE TABLE tree (
  id INTEGER PRIMARY KEY,
  digest TEXT NOT NULL UNIQUE,
  -- JSON: products, and releases of this tree.
  meta TEXT NOT NULL,
  -- The place of its first entry in the log: later trees are shown first.
  age INTEGER NOT NULL,
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
CREATE TABLE unit (id INTEGER PRIMARY KEY, blob INTEGER NOT NULL) STRICT;
CREATE INDEX unit_blob ON unit (blob);
CREATE TABLE content (unit INTEGER PRIMARY KEY, zstd BLOB NOT NULL) STRICT;
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

/** Grows with every change of how files are read: folding, units, grammars. */
const reading = 1;

/** Stands in the file; an index that was made otherwise, or with other tables, is made anew. */
const indexVersion = Number.parseInt(sha256Hex(utf8(`${String(reading)} ${first}`)).slice(0, 7), 16);

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
