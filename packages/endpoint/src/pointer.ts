// What runs: `current`, a symbolic link to versions/<sha256>, replaced by rename, so that it leads to the old
// version or to the new one at every moment. Where links cannot be replaced so (Windows), a file that holds
// the same path.
//
//   symlink(versions/<sha256>, .current.tmp)   nothing visible yet
//   rename(.current.tmp, current)              the old or the new one
//   fsync(folder)                              the new one, also after a power cut

import { readlink, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fromUtf8, isVitrineError, utf8 } from '@vitrine/evidence';
import {
  errnoOf,
  fileFault,
  readBounded,
  removeDurable,
  syncDirectory,
  temporaryPath,
  writeDurable,
} from '@vitrine/host';

export interface Pointer {
  /** The version that it leads to; undefined where there is none, or something else. */
  read(): Promise<string | undefined>;
  /** Durable when it resolves. */
  set(sha256: string): Promise<void>;
  remove(): Promise<void>;
  /** The folder to start from, as whoever follows the pointer sees it. */
  follow(): Promise<string>;
}

export function openPointer(folder: string, platform: NodeJS.Platform = process.platform): Pointer {
  return platform === 'win32' ? filePointer(folder) : linkPointer(folder);
}

function linkPointer(folder: string): Pointer {
  const path = join(folder, 'current');
  return {
    read: async () => versionIn(await readLink(path)),
    async set(sha256) {
      const temporary = temporaryPath(path);
      try {
        await rm(temporary, { force: true });
        await symlink(join('versions', sha256), temporary);
        await rename(temporary, path);
        await syncDirectory(folder);
      } catch (error) {
        throw fileFault('set', path, error);
      }
    },
    remove: () => removeDurable(path),
    follow: () => Promise.resolve(path),
  };
}

function filePointer(folder: string): Pointer {
  const path = join(folder, 'current.txt');
  const read = async (): Promise<string | undefined> => {
    try {
      return versionIn(fromUtf8(await readBounded(path, 256)).trimEnd());
    } catch (error) {
      if (isVitrineError(error)) return undefined;
      throw error;
    }
  };
  return {
    read,
    set: (sha256) => writeDurable(path, utf8(`versions/${sha256}\n`)),
    remove: () => removeDurable(path),
    follow: async () => join(folder, 'versions', (await read()) ?? ''),
  };
}

async function readLink(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'EINVAL') return undefined;
    throw fileFault('read', path, error);
  }
}

function versionIn(target: string | undefined): string | undefined {
  return /^versions[/\\]([0-9a-f]{64})$/.exec(target ?? '')?.[1];
}
