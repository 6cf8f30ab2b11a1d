// The folder of an endpoint:
//
//   state.json            the memory; replaced by rename, so it is always one whole generation
//   state.previous.json   the generation before, written first: at every moment one of the two is good
//   objects/              metadata, policies, publications, evidence, named by their digest
//   downloads/            what has come of an artifact so far, named by the digest that it must have
//   versions/<sha256>/    installed versions, never changed
//   current               leads to one of them (pointer.ts)
//
// An object is durable before a memory names it. One process writes (the lease); readers take what they see.

import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isVitrineError } from '@vitrine/evidence';
import {
  acquireLease,
  errnoOf,
  fileFault,
  makeDurableDirectory,
  openStore,
  readBounded,
  removeTemporaries,
  writeDurable,
  type Lease,
} from '@vitrine/host';
import { fail } from './codes.ts';
import { formatMemory, memoryLimit, objectsOf, parseMemory, type Memory } from './memory.ts';

/** Of a metadata file, policy, publication or evidence. */
const objectLimit = 1 << 24;

export interface Folder {
  readonly path: string;
  /** Absent with `endpoint.not-enrolled`, damaged with `endpoint.state`: never reset. */
  read(): Promise<Memory>;
  /** Durable when it resolves; before that the memory is the old one. */
  write(memory: Memory): Promise<void>;
  object(sha256: string): Promise<Uint8Array>;
  keep(bytes: Uint8Array): Promise<string>;
  /** Removes objects that neither generation names. */
  sweep(memory: Memory): Promise<void>;
  lock(): Lease;
}

export function openFolder(path: string): Folder {
  const state = join(path, 'state.json');
  const previous = join(path, 'state.previous.json');
  const store = openStore(join(path, 'objects'));

  async function readState(file: string): Promise<Uint8Array> {
    try {
      return await readBounded(file, memoryLimit);
    } catch (error) {
      if (isVitrineError(error, 'file.missing'))
        throw fail('endpoint.not-enrolled', `there is no ${file}`, { at: file, cause: error });
      throw error;
    }
  }

  return {
    path,
    async read() {
      const bytes = await readState(state);
      try {
        return parseMemory(bytes);
      } catch (error) {
        if (!isVitrineError(error)) throw error;
        throw fail('endpoint.state', `couldn't use ${state}: ${error.message}`, { at: state, cause: error });
      }
    },
    async write(memory) {
      const bytes = formatMemory(memory);
      const last = await readState(state).catch((error: unknown) => {
        if (isVitrineError(error, 'endpoint.not-enrolled')) return undefined;
        throw error;
      });
      if (last !== undefined) await writeDurable(previous, last, { mode: 0o600 });
      await writeDurable(state, bytes, { mode: 0o600 });
    },
    async object(sha256) {
      try {
        return await store.get(sha256, { maxBytes: objectLimit });
      } catch (error) {
        if (!isVitrineError(error)) throw error;
        throw fail('endpoint.state', `couldn't use a remembered file: ${error.message}`, { cause: error });
      }
    },
    keep: (bytes) => store.put(bytes),
    async sweep(memory) {
      const needed = new Set(objectsOf(memory));
      const before = await readState(previous).then(parseMemory, () => undefined);
      for (const one of before === undefined ? [] : objectsOf(before)) needed.add(one);
      for (const one of await store.list()) {
        if (!needed.has(one)) await rm(store.path(one), { force: true });
      }
    },
    lock: () => acquireLease(path, 'agent'),
  };
}

/** What a killed run left half-written. Only for the holder of the lease. */
export async function sweepTemporaries({ path }: Folder): Promise<void> {
  await removeTemporaries(path);
}

export async function makeFolder(path: string): Promise<void> {
  await makeDurableDirectory(path, { mode: 0o755 });
}

export async function namesIn(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw fileFault('list', path, error);
  }
}
