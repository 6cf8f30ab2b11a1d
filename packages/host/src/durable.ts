// Files that are there, whole, after a power cut. The system calls of one `writeDurable`, in order
// (test/durable-calls.faults.ts reads them back under strace):
//
//   openat(DIR/.NAME.tmp, O_WRONLY|O_CREAT|O_EXCL)   nothing visible yet
//   [fchmod]                                         where a mode is demanded
//   write | pwrite64 …
//   fsync(temp)                                      the bytes are durable, the name is not
//   close(temp)
//   rename(temp, PATH)                               overwrite; readers see the old or the new file
//   | link(temp, PATH), unlink(temp)                 overwrite: false; EEXIST refuses
//   openat(DIR, O_RDONLY), fsync(DIR), close(DIR)    the name is durable: only now is it acknowledged
//
// A file whose fsync failed is never renamed: after such an error the page cache may show bytes that
// the disk does not hold, so those bytes are thrown away instead of being synced again.
// A process killed in between leaves at most a `.NAME.tmp`, which `removeTemporaries` sweeps.

import { randomBytes } from 'node:crypto';
import {
  constants,
  link,
  mkdir,
  open,
  readdir,
  rename,
  rm,
  stat,
  unlink,
  type FileHandle,
} from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { equal, isVitrineError, quote } from '@vitrine/evidence';
import { readHandle } from './bounded.ts';
import { fail } from './codes.ts';
import { errnoOf, fileFault } from './fault.ts';
import { eachBounded } from './parallel.ts';

export interface DurableOptions {
  /** Exact permission bits, whatever the umask; without it 0666 less the umask. */
  readonly mode?: number | undefined;
  /** Default true. With false an existing file is refused (`file.exists`), without a race. */
  readonly overwrite?: boolean | undefined;
}

export interface DurableFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface DurableManyOptions {
  readonly mode?: number | undefined;
  /** Paths that are written once: the same bytes again are fine, others are refused (`file.exists`). */
  readonly immutable?: boolean | undefined;
}

const parallelFiles = 8;

/** When this resolves, `path` holds exactly `bytes` and still does after a power cut. */
export async function writeDurable(
  path: string,
  bytes: Uint8Array,
  options: DurableOptions = {},
): Promise<void> {
  try {
    const temporary = await writeTemporary(path, bytes, options.mode);
    if (options.overwrite === false) await linkInto(temporary, path);
    else await renameInto(temporary, { path });
    await syncDirectory(dirname(path));
  } catch (error) {
    throw fileFault('write', path, error);
  }
}

/**
 * Many files at the price of few waits: every file is durable under its temporary name before the
 * first gets its own, and each directory is synced once. A crash leaves some named and some not;
 * the caller repeats the call. Directories must exist.
 */
export async function writeDurableMany(
  files: readonly DurableFile[],
  options: DurableManyOptions = {},
): Promise<void> {
  /** Written and synced, not yet named. What is left here when something fails is thrown away. */
  const pending = new Map<DurableFile, string>();
  try {
    await eachBounded(files, parallelFiles, async (file) => {
      pending.set(file, await writeTemporary(file.path, file.bytes, options.mode).catch(writeFault(file)));
    });
    await eachBounded([...pending], parallelFiles, async ([file, temporary]) => {
      pending.delete(file);
      const name = options.immutable === true ? linkIntoOrSame : renameInto;
      await name(temporary, file).catch(writeFault(file));
    });
  } catch (error) {
    await Promise.all(pending.values().map((temporary) => rm(temporary, { force: true })));
    throw error;
  }
  const directories = new Set(files.map((file) => dirname(file.path)));
  await eachBounded([...directories], parallelFiles, syncDirectory);
}

function writeFault({ path }: DurableFile): (error: unknown) => never {
  return (error) => {
    throw fileFault('write', path, error);
  };
}

/** The name `writeDurable` first tries for its temporary file. */
export function temporaryPath(path: string): string {
  return join(dirname(path), `.${basename(path).slice(0, 200)}.tmp`);
}

async function writeTemporary(path: string, bytes: Uint8Array, mode: number | undefined): Promise<string> {
  const { handle, temporary } = await createTemporary(path, mode);
  try {
    try {
      if (mode !== undefined) await handle.chmod(mode);
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return temporary;
}

/**
 * O_EXCL: never a file, or a link, that somebody else put there. The second name serves concurrent
 * writers.
 */
export async function createTemporary(
  path: string,
  mode = 0o666,
): Promise<{ readonly handle: FileHandle; readonly temporary: string }> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  const first = temporaryPath(path);
  try {
    return { handle: await open(first, flags, mode), temporary: first };
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    const other = first.replace(/tmp$/, `${randomBytes(8).toString('hex')}.tmp`);
    return { handle: await open(other, flags, mode), temporary: other };
  }
}

export async function renameInto(temporary: string, { path }: Pick<DurableFile, 'path'>): Promise<void> {
  try {
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function linkInto(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } finally {
    await unlink(temporary);
  }
}

async function linkIntoOrSame(temporary: string, file: DurableFile): Promise<void> {
  try {
    await linkInto(temporary, file.path);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    await requireSame(file);
  }
}

/** An earlier run may have been killed after it named the file and before the name was durable. */
async function requireSame({ path, bytes }: DurableFile): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const present = await readHandle(handle, path, bytes.length).catch((error: unknown) => {
      if (isVitrineError(error, 'file.too-large')) return undefined;
      throw error;
    });
    if (present === undefined || !equal(present, bytes)) {
      throw fail('file.exists', `couldn't write ${quote(path, 400)}: other bytes are already there`, {
        at: path,
      });
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes names in this directory (created, renamed, removed) durable. */
export async function syncDirectory(path: string): Promise<void> {
  // Windows has no directory handle to sync; NTFS journals names itself.
  if (process.platform === 'win32') return;
  try {
    const handle = await open(path, constants.O_RDONLY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileFault('sync folder', path, error);
  }
}

/**
 * The directory and its missing parents, durable. An existing one is fine, but its name is synced
 * again: whoever made it may have been killed first. Hot paths remember what they made.
 */
export async function makeDurableDirectory(
  path: string,
  options: { readonly mode?: number } = {},
): Promise<void> {
  const whole = resolve(path);
  const parent = dirname(whole);
  try {
    try {
      await mkdir(whole, options);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT' && parent !== whole) {
        await makeDurableDirectory(parent, options);
        return await makeDurableDirectory(whole, options);
      }
      if (errnoOf(error) !== 'EEXIST' || !(await stat(whole)).isDirectory()) throw error;
    }
    if (parent !== whole) await syncDirectory(parent);
  } catch (error) {
    throw fileFault('create folder', whole, error);
  }
}

/** Removes a file for good. One that is already gone is fine; its absence is made durable all the same. */
export async function removeDurable(path: string): Promise<void> {
  try {
    await rm(path, { force: true });
    await syncDirectory(dirname(path));
  } catch (error) {
    throw fileFault('remove', path, error);
  }
}

/**
 * Sweeps what a killed writer left in this folder and below. Only for the holder of its lease; `apart`, folders
 * below that have leases of their own, are for others to sweep: there the writers may live.
 */
export async function removeTemporaries(directory: string, ...apart: readonly string[]): Promise<number> {
  const others = apart.map((name) => join(directory, name) + sep);
  let removed = 0;
  try {
    for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.startsWith('.') || !entry.name.endsWith('.tmp')) continue;
      const path = join(entry.parentPath, entry.name);
      if (others.some((other) => path.startsWith(other))) continue;
      await rm(path, { force: true });
      removed++;
    }
  } catch (error) {
    throw fileFault('sweep folder', directory, error);
  }
  return removed;
}
