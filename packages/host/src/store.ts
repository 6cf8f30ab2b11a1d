// Objects named by their SHA-256: `DIR/aa/aabb….` A name is never trusted: every read hashes again.
//
// The time of a file says when its object was last wanted: `put` and `renew` set it, and a sweep
// (store-sweep.ts) takes only what is old. A sweep moves an object to `DIR/.trash` before it removes it;
// who asks for it in between brings it back.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  access,
  constants,
  link,
  open as openFile,
  readdir,
  rm,
  utimes,
  type FileHandle,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { equal, isVitrineError, quote } from '@vitrine/evidence';
import { readBounded } from './bounded.ts';
import { fail } from './codes.ts';
import { createTemporary, makeDurableDirectory, renameInto, syncDirectory, writeDurable } from './durable.ts';
import { errnoOf, fileFault } from './fault.ts';
import { hashFile, sha256Hex, type FileDigest } from './platform.ts';

export interface StreamLimit {
  readonly maxBytes: number;
}

export interface Store {
  /** When it resolves the object is durable. An altered object of that name is replaced by these bytes. */
  put(bytes: Uint8Array): Promise<string>;
  /** Any async iterable of bytes: a Node stream, a web stream. Refuses with `store.too-large`. */
  putStream(source: AsyncIterable<Uint8Array>, limit: StreamLimit): Promise<FileDigest>;
  /** The verified bytes; `store.missing`, `store.altered`, `store.too-large`. */
  get(sha256: string, limit: StreamLimit): Promise<Uint8Array>;
  has(sha256: string): Promise<boolean>;
  /** Whether it is there; if so it counts as new again, and no sweep takes it for a while. */
  renew(sha256: string): Promise<boolean>;
  /** The object, hashed, to be read from the same open file: `store.missing`, `store.altered`. */
  open(sha256: string): Promise<OpenObject>;
  /** Hashes the object in place and answers its size: for one that is used by path, not by `get`. */
  check(sha256: string): Promise<number>;
  /** Where the object is or would be. Not verified: see `check`. */
  path(sha256: string): string;
  /** The names of all objects, sorted. */
  list(): Promise<readonly string[]>;
}

/** The caller closes it. */
export interface OpenObject extends AsyncDisposable {
  readonly size: number;
  read(): Readable;
}

const digestName = /^[0-9a-f]{64}$/;
const objectMode = 0o444;

/** Folders are made when the first object needs them. */
export function openStore(directory: string): Store {
  /** Folders this process has made durable. Owned by this store. */
  const made = new Set<string>();
  /** What files looked like when `open` last found them sound. Owned by this store, bounded. */
  const sound = new Map<string, string>();

  async function makeFolder(folder: string): Promise<void> {
    if (made.has(folder)) return;
    await makeDurableDirectory(folder);
    made.add(folder);
  }

  const path = (sha256: string): string => objectPath(directory, sha256);

  async function put(bytes: Uint8Array): Promise<string> {
    const sha256 = sha256Hex(bytes);
    const target = path(sha256);
    await makeFolder(dirname(target));
    // In this order: a sweep that took it after it was looked at leaves nothing to set the time of.
    if ((await holds(target, bytes)) && (await touch(target))) await syncDirectory(dirname(target));
    else await writeDurable(target, bytes, { mode: objectMode });
    return sha256;
  }

  async function putStream(
    source: AsyncIterable<Uint8Array>,
    { maxBytes }: StreamLimit,
  ): Promise<FileDigest> {
    await makeFolder(directory);
    const { handle, temporary } = await createTemporary(join(directory, 'incoming')).catch(
      (error: unknown) => {
        throw fileFault('write', directory, error);
      },
    );
    const digest = createHash('sha256');
    let size = 0;
    try {
      try {
        for await (const chunk of source) {
          size += chunk.length;
          if (size > maxBytes)
            throw fail('store.too-large', `couldn't store an object: more than ${maxBytes} bytes`);
          digest.update(chunk);
          await handle.writeFile(chunk);
        }
        await handle.chmod(objectMode);
        await handle.sync();
      } finally {
        await handle.close();
      }
      const sha256 = digest.digest('hex');
      await makeFolder(dirname(path(sha256)));
      await renameInto(temporary, { path: path(sha256) });
      await syncDirectory(dirname(path(sha256)));
      return { sha256, size };
    } catch (error) {
      await rm(temporary, { force: true });
      // The source's own errors go through; those of the file system become typed.
      throw errnoOf(error) === undefined ? error : fileFault('store an object in', directory, error);
    }
  }

  async function get(sha256: string, { maxBytes }: StreamLimit): Promise<Uint8Array> {
    const bytes = await found(sha256, () => readBounded(path(sha256), maxBytes));
    if (sha256Hex(bytes) !== sha256) throw altered(sha256);
    return bytes;
  }

  async function check(sha256: string): Promise<number> {
    const hashed = await found(sha256, () => hashFile(path(sha256)));
    if (hashed.sha256 !== sha256) throw altered(sha256);
    return hashed.size;
  }

  /** Looks once more where a sweep has taken the object in the meantime. */
  async function found<T>(sha256: string, look: () => Promise<T>): Promise<T> {
    try {
      return await look().catch(async (error: unknown) => {
        if (isVitrineError(error, 'file.missing') && (await restore(directory, sha256))) return look();
        throw error;
      });
    } catch (error) {
      throw asStoreError(sha256, error);
    }
  }

  async function renew(sha256: string): Promise<boolean> {
    return (await touch(path(sha256))) || restore(directory, sha256);
  }

  async function open(sha256: string): Promise<OpenObject> {
    const handle = await found(sha256, () => openObject(path(sha256)));
    try {
      const stat = await handle.stat({ bigint: true });
      const seen = `${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`;
      // Whatever writes to a file changes its ctime: one that is as it was when it was hashed is sound.
      if (sound.get(sha256) !== seen) {
        if (!stat.isFile() || (await hashHandle(handle)) !== sha256) throw altered(sha256);
        if (sound.size >= mostSound) sound.clear();
        sound.set(sha256, seen);
      }
      return {
        size: Number(stat.size),
        read: () => createReadStream('', { fd: handle, start: 0, autoClose: false }),
        [Symbol.asyncDispose]: () => handle.close(),
      };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async function has(sha256: string): Promise<boolean> {
    try {
      await access(path(sha256));
      return true;
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return restore(directory, sha256);
      throw fileFault('look for', directory, error);
    }
  }

  async function list(): Promise<readonly string[]> {
    const names: string[] = [];
    for (const folder of await readNames(directory)) {
      if (!/^[0-9a-f]{2}$/.test(folder)) continue;
      for (const name of await readNames(join(directory, folder))) {
        if (digestName.test(name) && name.startsWith(folder)) names.push(name);
      }
    }
    return names.toSorted();
  }

  return { put, putStream, get, has, renew, open, check, path, list };
}

export function objectPath(directory: string, sha256: string): string {
  if (!digestName.test(sha256))
    throw fail('store.name', `couldn't name an object ${quote(sha256)}: not a SHA-256 in hex`);
  return join(directory, sha256.slice(0, 2), sha256);
}

/** Where a sweep puts what it is about to remove. */
export function trashPath(directory: string, sha256: string): string {
  return join(directory, '.trash', sha256);
}

/** Gives an object that a sweep has taken its name back, as new; false where there is none. */
export async function restore(directory: string, sha256: string): Promise<boolean> {
  const target = objectPath(directory, sha256);
  try {
    await link(trashPath(directory, sha256), target);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    // Somebody was faster, or has put it again.
    if (errnoOf(error) !== 'EEXIST') throw fileFault('bring back', target, error);
  }
  await syncDirectory(dirname(target));
  return touch(target);
}

/** Sets the time of a file to now; false where there is none. */
async function touch(path: string): Promise<boolean> {
  const now = new Date();
  try {
    await utimes(path, now, now);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw fileFault('renew', path, error);
  }
}

const mostSound = 16_384;

function openObject(path: string): Promise<FileHandle> {
  return openFile(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (error: unknown) => {
      throw fileFault('read', path, error);
    },
  );
}

async function hashHandle(handle: FileHandle): Promise<string> {
  const digest = createHash('sha256');
  const stream = createReadStream('', { fd: handle, start: 0, autoClose: false, highWaterMark: 1 << 20 });
  for await (const chunk of stream as AsyncIterable<Buffer>) digest.update(chunk);
  return digest.digest('hex');
}

async function holds(path: string, bytes: Uint8Array): Promise<boolean> {
  try {
    return equal(await readBounded(path, bytes.length), bytes);
  } catch (error) {
    if (isVitrineError(error, 'file.missing') || isVitrineError(error, 'file.too-large')) return false;
    throw error;
  }
}

async function readNames(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw fileFault('list', folder, error);
  }
}

function asStoreError(sha256: string, error: unknown): unknown {
  if (isVitrineError(error, 'file.missing')) {
    return fail('store.missing', `couldn't find object ${sha256}`, { cause: error });
  }
  if (isVitrineError(error, 'file.too-large')) {
    return fail('store.too-large', `couldn't read object ${sha256}: it is larger than allowed`, {
      cause: error,
    });
  }
  return error;
}

function altered(sha256: string): Error {
  return fail('store.altered', `couldn't use object ${sha256}: its bytes have another digest`);
}
