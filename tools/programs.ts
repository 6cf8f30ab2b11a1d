// Starts the programs that the tools need: always the pinned Node, always from the repository's root.
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { repositoryRoot } from './repository.ts';

export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** Runs Node on a script and keeps what it writes, in order: all of it, or standard output alone. */
export async function runNode(args: readonly string[], keep: 'all' | 'stdout' = 'all'): Promise<Ended> {
  const child = spawn(process.execPath, args, {
    cwd: repositoryRoot,
    stdio: ['ignore', 'pipe', keep === 'all' ? 'pipe' : 'inherit'],
  });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  }
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.on('error', reject);
  // A signal is a failure: no program of ours ends by one on purpose.
  child.on('close', (code) => {
    resolve(code ?? 1);
  });
  return { code: await promise, output: Buffer.concat(chunks).toString('utf8') };
}

/** A script that a development dependency brings, by the package's name: `typescript`, `bin/tsc`. */
export function scriptOf(name: string, path: string): string {
  return join(repositoryRoot, 'node_modules', name, path);
}

/** Whether a program of this name is on the PATH. */
export function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
