// Who may write a folder: one process at a time. Node has no flock, so the lease is an SQLite file
// held in an exclusive transaction: the operating system drops it when the process dies, also by
// kill -9, and there is no time-out after which a slow writer would find itself with company (D24).
//
// The locks under it are POSIX ones: they fall when this process opens and closes the same file by
// other means. The leading dot keeps static serving and tree walks away from it.

import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { isVitrineError, quote } from '@vitrine/evidence';
import { fail } from './codes.ts';
import { databaseFault } from './database.ts';

export interface Lease extends Disposable {
  readonly path: string;
  /** Ends the lease. A second call does nothing. */
  release(): void;
}

/** Takes the lease at once or refuses with `lease.held`. The folder must exist. */
export function acquireLease(directory: string, name: string): Lease {
  const path = join(directory, `.${name}.lease`);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    const fault = databaseFault('take the lease', path, error);
    if (!isVitrineError(fault, 'database.busy')) throw fault;
    throw fail(
      'lease.held',
      `couldn't take the lease ${quote(name)} of ${quote(directory, 400)}: another process holds it`,
      {
        at: path,
        cause: error,
      },
    );
  }
  const held = database;
  const release = (): void => {
    if (held.isOpen) held.close();
  };
  return { path, release, [Symbol.dispose]: release };
}
