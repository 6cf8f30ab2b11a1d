// A listed tree, written out as files: for a build, in a fresh folder that nobody else can reach.

import { open, symlink, utimes, lutimes, mkdir, readdir, type FileHandle } from 'node:fs/promises';
import { decodePath, encodePath, quote, utf8, type TreeFile, type TreeListing } from '@vitrine/evidence';
import { eachBounded, errnoOf, fileFault, type Store } from '@vitrine/host';
import { fail } from './codes.ts';
import { requireInside } from './paths.ts';
import type { Written } from './sandbox/written.ts';

/** The regular file at a path of the tree. */
export function fileAt(tree: TreeListing, path: string): TreeFile | undefined {
  const encoded = encodePath(utf8(path));
  return tree.files.find((file) => file.path === encoded && file.mode !== '120000');
}

export interface UnpackOptions {
  /** Modification time of every file and folder, seconds since 1970. */
  readonly time: number;
  /** Last names first: some file systems list files in the order in which they came. */
  readonly reversed?: boolean;
}

/**
 * Unpacks a listing from the store into an empty folder. The listing was checked when it was parsed: no
 * dot segments, no file that is also a folder. Links are made last, so that nothing is written through
 * one; each must stay inside. Throws `tree.unpack`, `source.symlink`, and the store's refusals.
 */
export async function exportTree(
  listing: TreeListing,
  store: Store,
  folder: string,
  options: UnpackOptions,
): Promise<void> {
  if ((await readdir(folder)).length > 0) throw fail('tree.unpack', `${quote(folder, 200)} is not empty`);
  const folders = foldersOf(listing.files, options.reversed);
  for (const path of folders) await makeFolder(inside(folder, path));
  const listed = listing.files.filter(({ mode }) => mode !== '120000');
  const files = options.reversed === true ? listed.toReversed() : listed;
  // Eight at a time, but their names come one after the other: where a file system lists names as they came,
  // every build is to find them in the same order.
  let turn = Promise.resolve();
  await eachBounded(files, 8, async (file) => {
    const { promise: next, resolve: named } = Promise.withResolvers<void>();
    const before = turn;
    turn = next;
    try {
      await writeFile(file, store, inside(folder, file.path), options.time, { before, named });
    } finally {
      named();
    }
  });
  for (const file of listing.files) {
    if (file.mode === '120000') await writeLink(file, store, inside(folder, file.path), options.time);
  }
  for (const path of folders.toReversed()) await utimes(inside(folder, path), options.time, options.time);
}

/** Path bytes need not be UTF-8, so paths of files are buffers. */
function inside(folder: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), decodePath(path)]);
}

/** How many files, folders and links a listing unpacks to, and their lengths. */
export function writtenBy({ files }: TreeListing): Written {
  return {
    files: files.length + foldersOf(files).length,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
  };
}

/** Every folder of the files, parents first. */
function foldersOf(files: readonly TreeFile[], reversed = false): readonly string[] {
  const folders = new Set<string>();
  for (const { path } of files) {
    for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1))
      folders.add(path.slice(0, end));
  }
  const sorted = [...folders].toSorted();
  // Among folders of one depth the order is turned round; a parent stays before its children.
  return reversed ? sorted.reverse().sort((a, b) => depthOf(a) - depthOf(b)) : sorted;
}

function depthOf(path: string): number {
  return path.split('/').length;
}

async function makeFolder(path: Buffer): Promise<void> {
  try {
    await mkdir(path, 0o755);
  } catch (error) {
    throw unpackFault(path, error);
  }
}

/** When a file may be created, and who is told that it was. */
interface Turn {
  readonly before: Promise<void>;
  readonly named: () => void;
}

async function writeFile(
  file: TreeFile,
  store: Store,
  path: Buffer,
  time: number,
  { before, named }: Turn,
): Promise<void> {
  const bytes = await contentOf(file, store);
  await before;
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'wx', 0o600);
    named();
    await handle.writeFile(bytes);
    // Whatever the umask: only the executable bit is part of the tree.
    await handle.chmod(file.mode === '100755' ? 0o755 : 0o644);
    await handle.utimes(time, time);
  } catch (error) {
    throw unpackFault(path, error);
  } finally {
    await handle?.close();
  }
}

async function writeLink(file: TreeFile, store: Store, path: Buffer, time: number): Promise<void> {
  const target = await contentOf(file, store);
  requireInside(file.path, target);
  try {
    await symlink(Buffer.from(target), path);
    await lutimes(path, time, time);
  } catch (error) {
    throw unpackFault(path, error);
  }
}

async function contentOf(file: TreeFile, store: Store): Promise<Uint8Array> {
  const bytes = await store.get(file.sha256, { maxBytes: file.size });
  if (bytes.length === file.size) return bytes;
  throw fail('tree.unpack', `${quote(file.path)} has ${bytes.length} bytes, listed are ${file.size}`, {
    at: file.path,
  });
}

function unpackFault(path: Buffer, error: unknown): Error {
  const shown = path.toString('utf8');
  // EEXIST: a file system that ignores case found two names to be one.
  if (['EEXIST', 'EILSEQ', 'ENAMETOOLONG'].includes(errnoOf(error) ?? '')) {
    return fail('tree.unpack', `couldn't write ${quote(shown, 200)}: ${errnoOf(error) ?? ''}`, {
      at: shown,
      cause: error,
    });
  }
  return fileFault('write', shown, error);
}
