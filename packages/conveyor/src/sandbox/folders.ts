import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileFault } from '@vitrine/host';
import { removeFolder, withTemporary } from '../temporary.ts';
import type { BuildFolders } from './sandbox.ts';

/** Fresh folders for a build, gone when `use` has settled. */
export function withFolders<T>(use: (folders: BuildFolders) => Promise<T>): Promise<T> {
  return withTemporary('build', async (root) => {
    const make = async (name: string): Promise<string> => {
      await makeFolder(join(root, name));
      return join(root, name);
    };
    return use({
      tree: await make('tree'),
      materials: await make('materials'),
      tools: await make('tools'),
      out: await make('out'),
      home: await make('home'),
      temporary: await make('tmp'),
    });
  });
}

/** Leaves nothing in a folder that a step has written to. */
export async function emptyFolder(folder: string): Promise<void> {
  await removeFolder(folder);
  await makeFolder(folder);
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder).catch((error: unknown) => {
    throw fileFault('create folder', folder, error);
  });
}
