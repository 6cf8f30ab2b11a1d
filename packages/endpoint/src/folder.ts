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
import { equal, isVitrineError } from '@vitrine/evidence';
import {
  acquireLease,
  errnoOf,
  fileFault,
  makeDurableDirectory,
  readBounded,
  removeTemporaries,
  sha256Hex,
  syncDirectory,
  temporaryPath,
  writeDurable,
  writeDurableMany,
  type DurableFile,
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
  /** The verified bytes: an altered or lost object is `endpoint.state`. */
  object(sha256: string): Promise<Uint8Array>;
  /** Durable when it resolves; answers the digests. */
  keep(...objects: readonly Uint8Array[]): Promise<readonly string[]>;
  /** Removes objects that neither generation names. */
  sweep(memory: Memory): Promise<void>;
  lock(): Lease;
}

export function openFolder(path: string): Folder {
  const state = join(path, 'state.json');
  const previous = join(path, 'state.previous.json');
  const objects = join(path, 'objects');
  /** Objects that this process made durable. Owned by `keep`. */
  const durable = new Set<string>();

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
      const bytes = await readObject(join(objects, sha256));
      if (sha256Hex(bytes) === sha256) return bytes;
      throw fail('endpoint.state', `the remembered file ${sha256} was altered`, { at: sha256 });
    },
    async keep(...kept) {
      const named = kept.map((bytes) => ({ bytes, sha256: sha256Hex(bytes) }));
      const fresh = named.filter(({ sha256 }) => !durable.has(sha256));
      const missing: DurableFile[] = [];
      for (const { bytes, sha256 } of fresh) {
        const file = join(objects, sha256);
        if (!(await isThere(file, bytes))) missing.push({ path: file, bytes });
      }
      if (missing.length > 0) {
        await makeDurableDirectory(objects);
        await writeDurableMany(missing, { mode: 0o600 });
      } else if (fresh.length > 0) {
        // Whoever wrote them may have been killed before the names were durable.
        await syncDirectory(objects);
      }
      for (const { sha256 } of fresh) durable.add(sha256);
      return named.map(({ sha256 }) => sha256);
    },
    async sweep(memory) {
      const needed = new Set(objectsOf(memory));
      const before = await readState(previous).then(parseMemory, () => undefined);
      for (const one of before === undefined ? [] : objectsOf(before)) needed.add(one);
      for (const one of await namesIn(objects)) {
        if (needed.has(one)) continue;
        durable.delete(one);
        await removeFile(join(objects, one));
      }
    },
    lock: () => acquireLease(path, 'agent'),
  };
}

async function readObject(file: string): Promise<Uint8Array> {
  try {
    return await readBounded(file, objectLimit);
  } catch (error) {
    if (!isVitrineError(error)) throw error;
    throw fail('endpoint.state', `couldn't use a remembered file: ${error.message}`, { cause: error });
  }
}

async function isThere(file: string, bytes: Uint8Array): Promise<boolean> {
  try {
    return equal(await readBounded(file, bytes.length), bytes);
  } catch (error) {
    if (isVitrineError(error)) return false;
    throw error;
  }
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

/** What a killed run left half-written. Only for the holder of the lease, which is not that of sharing or of `run`. */
export async function sweepTemporaries({ path }: Folder): Promise<void> {
  await removeTemporaries(path, 'sharing', 'run');
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

export async function keepOne(folder: Folder, bytes: Uint8Array): Promise<string> {
  const [digest] = await folder.keep(bytes);
  return digest ?? '';
}
