// A child that is spoken to over its stdin and stdout for as long as it lives. It learns from the end of
// its input that this process is gone, also by kill -9.

import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { DaemonExit } from './daemon.ts';
import { killGroup } from './group.ts';
import { lineSplitter } from './output.ts';
import { start, startFault } from './process.ts';

export interface Piped {
  readonly pid: number;
  readonly input: Writable;
  readonly output: Readable;
  /** Resolves when the process has ended and its output was read, with the last lines of its stderr. */
  readonly exited: Promise<DaemonExit & { readonly lastWords: readonly string[] }>;
  /** SIGKILL to the whole group, at once. */
  kill(): void;
}

/** Resolves when the program runs. The caller reads `output` and ends `input`. */
export async function startPiped(
  command: string,
  args: readonly string[],
  options: { readonly env: Readonly<Record<string, string>>; readonly cwd?: string | undefined },
): Promise<Piped> {
  const child = start(command, args, options, ['pipe', 'pipe', 'pipe']);
  const lastWords: string[] = [];
  const lines = lineSplitter((line) => {
    lastWords.push(line);
    if (lastWords.length > 5) lastWords.shift();
  });
  child.stderr?.on('data', (chunk: Buffer) => lines.add(chunk));
  child.stderr?.on('end', () => lines.end());
  child.stdin?.on('error', () => {}); // EPIPE: the exit says what happened.
  const exited = new Promise<DaemonExit & { readonly lastWords: readonly string[] }>((resolve) => {
    child.once('exit', () => killGroup(child));
    child.once('close', (code, signal) => resolve({ code, signal, lastWords }));
  });
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw startFault(command, options.cwd, error);
  }
  return {
    pid: child.pid as number,
    input: child.stdin as Writable,
    output: child.stdout as Readable,
    exited,
    kill: () => killGroup(child),
  };
}
