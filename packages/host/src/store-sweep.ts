// Removing the objects of a store that nobody wants any more, beside processes that read and put.
//
//   rename(OBJECT, .trash/SHA)      taken: nobody renews it by its path any more
//   stat(.trash/SHA)                its time is final: old, or renewed just before it was taken
//   link(.trash/SHA, OBJECT)        if renewed: given back (store.ts does the same for who asks for it)
//   unlink(.trash/SHA)              gone
//
// A `put` that found the object and set its time before the rename is seen by the stat; one that comes
// after it finds nothing and writes anew. A sweep that is killed leaves objects in .trash, which are found
// there by whoever asks, and settled by the next sweep. Objects are removed for their time and for what
// the caller wants kept; whether what is kept is sound is not asked here.

import { link, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncDirectory } from './durable.ts';
import { errnoOf, fileFault } from './fault.ts';
import { acquireLease } from './lease.ts';
import { objectPath, openStore, restore, trashPath } from './store.ts';

export interface SweepOptions {
  /** What is referenced. Whatever it does not name and is older than `before` is removed. */
  readonly keep: (sha256: string) => boolean;
  /** Milliseconds since 1970. Younger objects stay: a build may have put them and not yet said so. */
  readonly before: number;
  /** Only says what would be removed. */
  readonly dryRun: boolean;
}

export interface Swept {
  readonly objects: number;
  readonly kept: number;
  /** Unreferenced, but young. */
  readonly young: number;
  readonly removed: number;
  readonly removedBytes: number;
}

/** One sweep at a time (`lease.held`). What it has removed when it is killed is removed. */
export async function sweepStore(directory: string, options: SweepOptions): Promise<Swept> {
  using _ = acquireLease(directory, 'sweep');
  if (!options.dryRun) await settleTrash(directory, options);
  const names = await openStore(directory).list();
  const tally = { kept: 0, young: 0, removed: 0, removedBytes: 0 };
  for (const sha256 of names) {
    if (options.keep(sha256)) {
      tally.kept++;
      continue;
    }
    const bytes = await sweepOne(directory, sha256, options);
    if (bytes === undefined) tally.young++;
    else {
      tally.removed++;
      tally.removedBytes += bytes;
    }
  }
  if (!options.dryRun) await sweepTemporaries(directory, options.before);
  return { objects: names.length, ...tally };
}

/** The size of what was removed, or would be; undefined for what is young, or gone already. */
async function sweepOne(
  directory: string,
  sha256: string,
  { before, dryRun }: SweepOptions,
): Promise<number | undefined> {
  const path = objectPath(directory, sha256);
  const seen = await statOf(path);
  if (seen === undefined || seen.mtimeMs >= before) return undefined;
  if (dryRun) return seen.size;
  const trash = trashPath(directory, sha256);
  try {
    await mkdir(dirname(trash), { recursive: true });
    await rename(path, trash);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw fileFault('remove', path, error);
  }
  return settle(directory, sha256, before);
}

/** What was taken is given back if it was renewed meanwhile, and removed if not. */
async function settle(directory: string, sha256: string, before: number): Promise<number | undefined> {
  const trash = trashPath(directory, sha256);
  const taken = await statOf(trash);
  if (taken === undefined) return undefined;
  const isYoung = taken.mtimeMs >= before;
  if (isYoung) {
    await link(trash, objectPath(directory, sha256)).catch((error: unknown) => {
      if (errnoOf(error) !== 'EEXIST') throw fileFault('bring back', trash, error);
    });
    await syncDirectory(dirname(objectPath(directory, sha256)));
  }
  await rm(trash, { force: true });
  return isYoung ? undefined : taken.size;
}

/** Left by a sweep that was killed. What has been referenced since is given back first. */
async function settleTrash(directory: string, { keep, before }: SweepOptions): Promise<void> {
  const names = await readdir(join(directory, '.trash')).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw fileFault('list', join(directory, '.trash'), error);
  });
  for (const sha256 of names) {
    if (!/^[0-9a-f]{64}$/.test(sha256)) continue;
    if (keep(sha256)) await restore(directory, sha256);
    await settle(directory, sha256, before);
  }
}

/** What killed writers left, once nobody can be writing it any more. */
async function sweepTemporaries(directory: string, before: number): Promise<void> {
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/^\..*\.tmp$/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const seen = await statOf(path);
    if (seen !== undefined && seen.mtimeMs < before) await rm(path, { force: true });
  }
}

async function statOf(
  path: string,
): Promise<{ readonly mtimeMs: number; readonly size: number } | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw fileFault('look at', path, error);
  }
}
