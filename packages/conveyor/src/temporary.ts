// Folders that live as long as one piece of work.

import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errnoOf, fileFault } from '@vitrine/host';

/** A fresh folder for `use`, gone when it has settled. */
export async function withTemporary<T>(name: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), `vitrine-${name}-`)).catch((error: unknown) => {
    throw fileFault('create a folder in', tmpdir(), error);
  });
  try {
    return await use(folder);
  } finally {
    await removeFolder(folder);
  }
}

/** Removes what a build left, also folders that it made read-only. Nothing is followed. */
export async function removeFolder(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(async (error: unknown) => {
      if (errnoOf(error) !== 'EACCES') throw error;
      await openFolders(folder);
      await rm(folder, { recursive: true, force: true });
    });
  } catch (error) {
    throw fileFault('remove', folder, error);
  }
}

async function openFolders(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await openFolders(join(folder, entry.name));
  }
}
