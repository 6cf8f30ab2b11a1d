// What commands do on the folder of a Center, also while it runs: the Center sees it at its next request.
// Nothing here loads what only a running Center needs.

import { open, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import {
  checkDatabase,
  openDatabase,
  syncDirectory,
  systemClock,
  temporaryPath,
  type Clock,
} from '@vitrine/host';
import { openInvitations, type Invitations } from './accounts/invitations.ts';
import { openPeople, type People } from './accounts/people.ts';
import { centerDatabaseName, centerMigrations, openCenterDatabase } from './database.ts';

export { parseAccessTable, tableBytes, type AccessTable } from './access/table.ts';
export { tableInWords } from './access/words.ts';
export type { Account } from './accounts/people.ts';
export type { Invitation, InvitationState } from './accounts/invitations.ts';

export interface Management {
  readonly people: People;
  readonly invitations: Invitations;
  close(): void;
}

export function openManagement(folder: string, clock: Clock = systemClock): Management {
  const database = openCenterDatabase(folder);
  const people = openPeople(database, clock);
  const invitations = openInvitations(database, clock, people);
  return { people, invitations, close: () => database.close() };
}

/**
 * All of center.db as it was at one moment, in one file, while the Center goes on writing. The file gets its
 * name when it is whole, checked and durable; whatever had the name before stays until then.
 */
export async function backUpCenter(folder: string, file: string): Promise<void> {
  const target = resolve(file);
  const partial = temporaryPath(target);
  const asItIs = { migrations: centerMigrations, readonly: true };
  const source = openDatabase(join(folder, centerDatabaseName), asItIs);
  try {
    // What an interrupted backup left.
    await rm(partial, { force: true });
    // SQLite would make it readable for everybody.
    await (await open(partial, 'wx', 0o600)).close();
    await backup(source, partial);
    const copy = new DatabaseSync(partial);
    try {
      // One file, without the two beside it that a database in use has.
      copy.exec('PRAGMA journal_mode = DELETE');
      checkDatabase(copy);
    } finally {
      copy.close();
    }
    const handle = await open(partial, 'r+');
    await handle.sync();
    await handle.close();
    await rename(partial, target);
    await syncDirectory(dirname(target));
  } finally {
    source.close();
    await rm(partial, { force: true });
  }
}
