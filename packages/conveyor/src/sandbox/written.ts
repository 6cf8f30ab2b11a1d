// What a build has written, measured while it runs and once more when it has ended. A walk costs time, so
// it is made when it could find something: when the file system has lost as much room as is left of the
// limit, and from time to time in any case.

import { statfsSync, statSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { errnoOf } from '@vitrine/host';

export interface Written {
  /** Files, folders and links. */
  readonly files: number;
  /** Their lengths together, as a listing shows them: the same on every file system. */
  readonly bytes: number;
}

/**
 * Below the folders, themselves not counted; stops where one number is above `most`. Names are bytes. What is
 * nested deeper than a path can name cannot be counted: it is more than any number.
 */
async function measure(folders: readonly string[], most: Written): Promise<Written> {
  let files = 0;
  let bytes = 0;
  const open = folders.map((folder) => Buffer.from(folder));
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    const entries = await listed(folder);
    files += entries === 'unnameable' ? Infinity : entries.length;
    if (entries === 'unnameable') break;
    for (let i = 0; i < entries.length && files <= most.files && bytes <= most.bytes; i += 64) {
      const paths = entries.slice(i, i + 64).map(({ name, isFolder }) => ({
        path: Buffer.concat([folder, Buffer.from('/'), name]),
        isFolder,
      }));
      for (const { path, isFolder } of paths) if (isFolder) open.push(path);
      const sizes = await Promise.all(
        paths.filter(({ isFolder }) => !isFolder).map(({ path }) => lengthOf(path)),
      );
      bytes += sizes.reduce((sum, size) => sum + size, 0);
    }
    if (files > most.files || bytes > most.bytes) break;
  }
  return { files, bytes };
}

async function listed(
  folder: Buffer,
): Promise<'unnameable' | readonly { readonly name: Buffer; readonly isFolder: boolean }[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true, encoding: 'buffer' });
    return entries.map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
  } catch (error) {
    if (errnoOf(error) === 'ENAMETOOLONG') return 'unnameable';
    if (isGone(error)) return [];
    throw error;
  }
}

async function lengthOf(path: Buffer): Promise<number> {
  try {
    return (await lstat(path)).size;
  } catch (error) {
    if (isGone(error)) return 0;
    throw error;
  }
}

/** Removed since it was listed; or closed to us, its owner: then the room on the disk tells. */
function isGone(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'EACCES', 'ENAMETOOLONG'].includes(errnoOf(error) ?? '');
}

/** At least this much stays free on the file system, whatever an order allows. */
const reserve = { bytes: 128 << 20, share: 0.02 };

/** Decides when to walk. Owned by the watch of one step. */
export class WrittenWatch {
  readonly #folders: readonly string[];
  /** One folder on each file system. */
  readonly #systems: readonly string[];
  readonly #most: Written;
  #last: Written;
  #room: Written;
  #next = 0;

  /** At the start `placed` lies in the folders. */
  constructor(folders: readonly string[], most: Written, placed: Written) {
    this.#folders = folders;
    this.#systems = [...new Map(folders.map((folder) => [statSync(folder).dev, folder])).values()];
    this.#most = most;
    this.#last = placed;
    this.#room = this.#roomNow();
  }

  /** Whether a walk could find too much, or is due after the last one. */
  isDue(): boolean {
    const room = this.#roomNow();
    return (
      performance.now() >= this.#next ||
      this.#last.bytes + this.#room.bytes - room.bytes > this.#most.bytes ||
      this.#last.files + this.#room.files - room.files > this.#most.files
    );
  }

  /** The caller waits for one walk before it begins the next. */
  async walk(): Promise<Written> {
    const started = performance.now();
    const room = this.#roomNow();
    this.#last = await measure(this.#folders, this.#most);
    this.#room = room;
    const now = performance.now();
    this.#next = now + Math.max(1000, 20 * (now - started));
    return this.#last;
  }

  isAlmostFull(): boolean {
    return this.#systems.some((folder) => {
      const { bavail, blocks, bsize } = statfsSync(folder);
      return bavail * bsize < Math.min(reserve.bytes, reserve.share * blocks * bsize);
    });
  }

  #roomNow(): Written {
    const all = this.#systems.map((folder) => statfsSync(folder));
    return {
      files: all.reduce((sum, { ffree }) => sum + ffree, 0),
      bytes: all.reduce((sum, { bavail, bsize }) => sum + bavail * bsize, 0),
    };
  }
}
