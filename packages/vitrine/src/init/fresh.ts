// A folder that is either whole or not there: made beside its place and renamed into it.

import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { quote } from '@vitrine/evidence';
import { errnoOf, fileFault, syncDirectory } from '@vitrine/host';
import { fail } from '../codes.ts';

/** Refuses a folder with anything in it. `fill` writes into a folder that gets its name when it is done. */
export async function makeFolder(path: string, fill: (folder: string) => Promise<void>): Promise<void> {
  const whole = resolve(path);
  await requireFree(whole, path);
  const partial = join(dirname(whole), `.${basename(whole)}.partial`);
  try {
    // What an interrupted init left: nobody has used a key of it.
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { mode: 0o755 });
    await fill(partial);
    // An empty folder is replaced; one that was filled meanwhile is not (ENOTEMPTY).
    await rename(partial, whole);
    await syncDirectory(dirname(whole));
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw errnoOf(error) === undefined ? error : fileFault('make', path, error);
  }
}

async function requireFree(whole: string, path: string): Promise<void> {
  let names: readonly string[];
  try {
    names = await readdir(whole);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return;
    throw fileFault('look into', path, error);
  }
  if (names.length > 0)
    throw fail('init.not-empty', `couldn't use ${quote(path, 400)}: it is not empty`, { at: path });
}
