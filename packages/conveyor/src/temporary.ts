// Folders that live as long as one piece of work.

import { chmod, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errnoOf, fileFault } from '@vitrine/host';

/** A fresh folder for `use`, gone when it has settled. */
export async function withTemporary<T>(
  name: string,
  use: (folder: string) => Promise<T>,
  parent: string = tmpdir(),
): Promise<T> {
  const folder = await mkdtemp(join(parent, `vitrine-${name}-`)).catch((error: unknown) => {
    throw fileFault('create a folder in', parent, error);
  });
  try {
    return await use(folder);
  } finally {
    await removeFolder(folder);
  }
}

/**
 * Removes what a build left, also folders that it made read-only, and those that it nested until no path
 * can name them. Nothing is followed.
 */
export async function removeFolder(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(async (error: unknown) => {
      if (!['EACCES', 'EPERM', 'ENAMETOOLONG'].includes(errnoOf(error) ?? '')) throw error;
      await openFolders(folder);
      await rm(folder, { recursive: true, force: true });
    });
  } catch (error) {
    throw fileFault('remove', folder, error);
  }
}

/** Far below what a path may have, 4,096 bytes. */
const longPath = 2_000;

/** Makes every folder ours, and moves up what lies too deep. */
async function openFolders(root: string): Promise<void> {
  let moved = 0;
  const open = [root];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    await chmod(folder, 0o700);
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue;
      const path = join(folder, entry.name);
      if (path.length < root.length + longPath) {
        open.push(path);
        continue;
      }
      const higher = join(root, `moved-by-vitrine-${moved++}`);
      await rename(path, higher);
      open.push(higher);
    }
  }
}
