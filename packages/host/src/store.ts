// Objects named by their SHA-256: `DIR/aa/aabb….` A name is never trusted: every read hashes again.

import { createHash } from 'node:crypto';
import { access, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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
  /** Hashes the object in place and answers its size: for one that is used by path, not by `get`. */
  check(sha256: string): Promise<number>;
  /** Where the object is or would be. Not verified: see `check`. */
  path(sha256: string): string;
  /** The names of all objects, sorted. */
  list(): Promise<readonly string[]>;
}

const digestName = /^[0-9a-f]{64}$/;
const objectMode = 0o444;

/** Folders are made when the first object needs them. */
export function openStore(directory: string): Store {
  /** Folders this process has made durable. Owned by this store. */
  const made = new Set<string>();

  async function makeFolder(folder: string): Promise<void> {
    if (made.has(folder)) return;
    await makeDurableDirectory(folder);
    made.add(folder);
  }

  function path(sha256: string): string {
    if (!digestName.test(sha256))
      throw fail('store.name', `couldn't name an object ${quote(sha256)}: not a SHA-256 in hex`);
    return join(directory, sha256.slice(0, 2), sha256);
  }

  async function put(bytes: Uint8Array): Promise<string> {
    const sha256 = sha256Hex(bytes);
    const target = path(sha256);
    await makeFolder(dirname(target));
    if (await holds(target, bytes)) await syncDirectory(dirname(target));
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
    const bytes = await readBounded(path(sha256), maxBytes).catch((error: unknown) => {
      throw asStoreError(sha256, error);
    });
    if (sha256Hex(bytes) !== sha256) throw altered(sha256);
    return bytes;
  }

  async function check(sha256: string): Promise<number> {
    const found = await hashFile(path(sha256)).catch((error: unknown) => {
      throw asStoreError(sha256, error);
    });
    if (found.sha256 !== sha256) throw altered(sha256);
    return found.size;
  }

  async function has(sha256: string): Promise<boolean> {
    try {
      await access(path(sha256));
      return true;
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return false;
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

  return { put, putStream, get, has, check, path, list };
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
