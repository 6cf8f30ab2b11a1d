// The folder of an endpoint:
//
//   state.json            the memory; replaced by rename, so it is always one whole generation
//   state.previous.json   the generation before: at every moment both names lead to whole files
//   objects/              metadata, policies, publications, evidence, named by their digest
//   downloads/            what has come of an artifact so far, named by the digest that it must have
//   versions/<sha256>/    installed versions, never changed
//   current               leads to one of them (pointer.ts)
//
// An object is durable before a memory names it. One process writes (the lease); readers take what they see.

import { link, readdir, rename, rm } from 'node:fs/promises';
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
  temporaryPath,
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
      await keepPrevious(state, previous);
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
        if (!needed.has(one)) await removeFile(store.path(one));
      }
    },
    lock: () => acquireLease(path, 'agent'),
  };
}

/**
 * The generation that is there gets a second name: its bytes are durable already, and the name becomes so
 * with the folder, which the write of the next generation syncs.
 */
async function keepPrevious(state: string, previous: string): Promise<void> {
  const temporary = temporaryPath(previous);
  try {
    await rm(temporary, { force: true });
    await link(state, temporary);
    await rename(temporary, previous);
    // Two names of one file, after a run that was killed here: then rename leaves both.
    await rm(temporary, { force: true });
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw fileFault('keep', previous, error);
  }
}

export async function removeFile(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    throw fileFault('remove', path, error);
  }
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
