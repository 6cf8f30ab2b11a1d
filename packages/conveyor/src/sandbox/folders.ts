import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileFault } from '@vitrine/host';
import { removeFolder, withTemporary } from '../temporary.ts';
import type { BuildFolders } from './sandbox.ts';
import { asOrdered, type Surroundings } from './surroundings.ts';

/** Fresh folders for a build, gone when `use` has settled. */
export function withFolders<T>(
  use: (folders: BuildFolders) => Promise<T>,
  { root: fixed, place, home, unpacking }: Surroundings = asOrdered,
): Promise<T> {
  return withRoot(fixed, async (root) => {
    const base = join(root, place);
    await mkdir(base, { recursive: true });
    const make = async (name: string, below = base): Promise<string> => {
      await makeFolder(join(below, name));
      return join(below, name);
    };
    const folders = {
      materials: await make('materials'),
      tools: await make('tools'),
      out: await make('out'),
      home: await make(home),
      temporary: await make('tmp'),
    };
    if (unpacking.folder === undefined) return use({ ...folders, tree: await make('tree') });
    return withTemporary(
      'build',
      async (other) => {
        // The archives are beside the tree wherever it lies (install.ts).
        await symlink(folders.materials, join(other, 'materials'));
        return use({ ...folders, tree: await make('tree', other) });
      },
      unpacking.folder,
    );
  });
}

async function withRoot<T>(fixed: string | undefined, use: (root: string) => Promise<T>): Promise<T> {
  if (fixed === undefined) return withTemporary('build', use);
  const root = join(fixed, 'build');
  await makeFolder(root);
  try {
    return await use(root);
  } finally {
    await removeFolder(root);
  }
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
