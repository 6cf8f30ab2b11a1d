// Test vectors that the project did not write, from a folder beside the repository. Where it is
// absent the tests that need it are skipped and say so.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readTarGz } from './tar.ts';

/** The repository this package lies in. */
export const repositoryRoot: string = join(import.meta.dirname, '..', '..', '..');

function dataFolder(): string {
  return join(process.env['VITRINE_SHARED'] ?? join(dirname(repositoryRoot), 'shared'), 'data');
}

const read = new Map<string, ReadonlyMap<string, Uint8Array>>();

/** The files of a .tar.gz by their path in it, e.g. `vectors('vectors/rfc6962-merkle.tar.gz')`. */
export function vectors(name: string): ReadonlyMap<string, Uint8Array> | undefined {
  const path = join(dataFolder(), name);
  let files = read.get(path);
  if (files === undefined) {
    if (!existsSync(path)) return undefined;
    files = readTarGz(readFileSync(path));
    read.set(path, files);
  }
  return files;
}

/** For node:test: `test('…', { skip: skipReason('vectors/x.tar.gz') }, …)`. False where the file is there. */
export function skipReason(name: string): string | false {
  const path = join(dataFolder(), name);
  return existsSync(path) ? false : `no ${name} in ../shared/data (set VITRINE_SHARED to its parent folder)`;
}
