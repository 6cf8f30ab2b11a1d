// Whether the inputs of a build are what they were. In a sandbox they cannot be written; without one, the
// file system tells: no ordinary user can write to a file and keep its change time (ctime).

import { createHash } from 'node:crypto';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileFault } from '@vitrine/host';
import { fail } from './codes.ts';

/** One word for every name, size and change below the folders. */
async function stateOf(folders: readonly string[]): Promise<string> {
  const digest = createHash('sha256');
  for (const folder of folders) {
    try {
      const names = await readdir(folder, { recursive: true });
      for (const name of ['', ...names.toSorted()]) {
        const { ino, mode, size, ctimeNs } = await lstat(join(folder, name), { bigint: true });
        digest.update(`${name}\0${ino}\0${mode}\0${size}\0${ctimeNs}\0`);
      }
    } catch (error) {
      throw fileFault('read', folder, error);
    }
  }
  return digest.digest('hex');
}

/** Runs `use` and refuses its result if something below the folders was written meanwhile. */
export async function requireUntouched<T>(folders: readonly string[], use: () => Promise<T>): Promise<T> {
  const before = await stateOf(folders);
  const result = await use();
  if ((await stateOf(folders)) === before) return result;
  throw fail('build.inputs-altered', 'the build wrote to its materials or to its tools');
}
