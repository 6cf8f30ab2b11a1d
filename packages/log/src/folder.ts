// A log folder taken into use: the single writer's lease, log.db, and the keys it was made with.

import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { formatVkey, quote, type NoteSigner } from '@vitrine/evidence';
import { acquireLease } from '@vitrine/host';
import { fail } from './codes.ts';
import { databaseName, openLogDatabase, readIdentity, type LogIdentity } from './database.ts';

export interface LogFolder extends Disposable {
  readonly path: string;
  readonly database: DatabaseSync;
  readonly identity: LogIdentity;
}

/** Refuses a folder that is missing or no log (`log.missing`) and one that has a writer (`lease.held`). */
export function openLogFolder(path: string): LogFolder {
  requireLog(path);
  const lease = acquireLease(path, 'log');
  try {
    const database = openLogDatabase(path);
    const identity = readIdentity(database);
    if (identity === undefined) {
      database.close();
      throw fail('log.missing', `couldn't open ${quote(path, 400)}: its "init" was cut short`, { at: path });
    }
    const close = (): void => {
      if (database.isOpen) database.close();
      lease.release();
    };
    return { path, database, identity, [Symbol.dispose]: close };
  } catch (error) {
    lease.release();
    throw error;
  }
}

function requireLog(path: string): void {
  if (statSync(join(path, databaseName), { throwIfNoEntry: false })?.isFile() !== true) {
    throw fail('log.missing', `couldn't open a log in ${quote(path, 400)}: no ${databaseName} there`, {
      at: path,
    });
  }
}

/** The keys are fixed with the log: another key is another log (D24). */
export function requireSameKeys({ origin, vkeys }: LogIdentity, signers: readonly NoteSigner[]): void {
  const given = signers.map(({ key }) => formatVkey(key));
  if (given.length !== vkeys.length || !vkeys.every((vkey) => given.includes(vkey))) {
    throw fail(
      'log.key',
      `couldn't open the log ${quote(origin, 255)}: its keys are not the ${given.length} given`,
    );
  }
}
