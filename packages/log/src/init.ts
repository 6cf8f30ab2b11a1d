// A log is made once, by hand. A running log never makes one: an empty folder where the log was is a
// volume that is not mounted, and a new log under an old key is a fork.

import { mkdir, readdir } from 'node:fs/promises';
import { noteTypes, parseVkey, quote, type VerifierKey } from '@vitrine/evidence';
import { errnoOf, fileFault, makeDurableDirectory, transaction } from '@vitrine/host';
import { fail } from './codes.ts';
import { databaseName, openLogDatabase, writeIdentity, type LogMode } from './database.ts';

export interface NewLog {
  readonly origin: string;
  /** The log key (type 01, Ed25519), and optionally its ML-DSA-44 key (type 06). Named like the origin. */
  readonly vkeys: readonly string[];
  /** Default `admission`. */
  readonly mode?: LogMode | undefined;
}

/** Makes a log in an empty folder, or in a new one below a folder that exists. */
export async function initLog(folder: string, { origin, vkeys, mode = 'admission' }: NewLog): Promise<void> {
  requireLogKeys(
    origin,
    vkeys.map((vkey) => parseVkey(vkey)),
  );
  await requireEmpty(folder, 'log.exists', databaseName);
  await makeDurableDirectory(folder);
  const database = openLogDatabase(folder);
  try {
    transaction(database, () => writeIdentity(database, { origin, vkeys, mode }));
  } finally {
    database.close();
  }
}

function requireLogKeys(origin: string, keys: readonly VerifierKey[]): void {
  const types = keys.map(({ type }) => type);
  const isSet =
    types.includes(noteTypes.log) &&
    new Set(types).size === types.length &&
    !types.includes(noteTypes.cosignature);
  if (!isSet)
    throw fail(
      'log.key',
      'a log signs with one Ed25519 log key (type 01) and at most one ML-DSA-44 key (type 06)',
    );
  const other = keys.find(({ name }) => name !== origin);
  if (other !== undefined)
    throw fail('log.origin', `the key ${quote(other.name)} is not named like the origin ${quote(origin)}`);
}

/** Refuses a folder with anything in it; makes a missing one, but not its parents. */
export async function requireEmpty(
  folder: string,
  taken: 'log.exists' | 'witness.exists',
  database: string,
): Promise<void> {
  let names: readonly string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw fileFault('look into', folder, error);
    await mkdir(folder).catch((cause: unknown) => {
      throw fileFault('create folder', folder, cause);
    });
    return;
  }
  if (names.includes(database))
    throw fail(taken, `couldn't use ${quote(folder, 400)}: it holds ${database}`, { at: folder });
  if (names.length > 0)
    throw fail('log.not-empty', `couldn't use ${quote(folder, 400)}: it is not empty`, { at: folder });
}
