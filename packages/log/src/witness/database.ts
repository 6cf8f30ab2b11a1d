import type { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { openDatabase } from '@vitrine/host';

export const witnessDatabase = 'witness.db';

/** What a witness must never forget: for each log the largest tree that it has vouched for. */
const migrations: readonly string[] = [
  `CREATE TABLE witness (
     one INTEGER PRIMARY KEY CHECK (one = 1),
     vkeys TEXT NOT NULL
   ) STRICT;
   CREATE TABLE seen (
     origin TEXT PRIMARY KEY,
     size INTEGER NOT NULL,
     root BLOB NOT NULL,
     -- The log's checkpoint with our own cosignatures.
     note BLOB NOT NULL,
     time INTEGER NOT NULL
   ) STRICT;
   -- Pairs of validly signed checkpoints that do not fit together.
   CREATE TABLE fork (
     id INTEGER PRIMARY KEY,
     origin TEXT NOT NULL,
     conflict TEXT NOT NULL CHECK (conflict IN ('root', 'unproven')),
     seen BLOB NOT NULL,
     size INTEGER NOT NULL,
     root BLOB NOT NULL,
     offered BLOB NOT NULL,
     time INTEGER NOT NULL,
     UNIQUE (origin, conflict, size, root)
   ) STRICT;`,
];

export function openWitnessDatabase(folder: string): DatabaseSync {
  return openDatabase(join(folder, witnessDatabase), { migrations });
}
