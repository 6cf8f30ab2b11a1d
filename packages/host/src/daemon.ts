// Long-lived children that say on stdout when they are ready. They die with this process when it exits;
// a main that dies by a signal must turn it into an exit (SIGINT: 130), for they have their own groups.

import type { ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { quote } from '@vitrine/evidence';
import { fail } from './codes.ts';
import { fileFault } from './fault.ts';
import { killGroup } from './group.ts';
import { lineSplitter } from './output.ts';
import { start, startFault } from './process.ts';

export interface DaemonOptions {
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string | undefined;
  /** Matches the line of stdout that says the daemon serves. */
  readonly ready: RegExp;
  /** Until that line. */
  readonly timeoutMs: number;
  /** Takes stdout and stderr, appended. Without it both are read and dropped. */
  readonly logFile?: string | undefined;
}

export interface DaemonExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Daemon {
  readonly pid: number;
  /** The ready line. */
  readonly line: string;
  /** Resolves when the process has ended, whoever ended it. */
  readonly exited: Promise<DaemonExit>;
  /** SIGTERM (or another) to the leader; after `graceMs` SIGKILL to the whole group. */
  stop(signal?: NodeJS.Signals, graceMs?: number): Promise<DaemonExit>;
  /** SIGKILL to the whole group, at once. */
  kill9(): Promise<DaemonExit>;
}

/** Resolves once the daemon is ready; if it ends or stays silent, its group is killed and this rejects. */
export async function startDaemon(
  command: string,
  args: readonly string[],
  options: DaemonOptions,
): Promise<Daemon> {
  const log = options.logFile === undefined ? undefined : await openLog(options.logFile);
  let child: ChildProcess;
  try {
    child = start(command, args, options, ['ignore', 'pipe', 'pipe']);
  } catch (error) {
    log?.end();
    throw startFault(command, options.cwd, error);
  }
  const exited = new Promise<DaemonExit>((resolve) => {
    child.once('exit', (code, signal) => {
      killGroup(child);
      resolve({ code, signal });
    });
  });
  child.once('close', () => log?.end());
  const lastWords: string[] = [];
  const stderr = lineSplitter((line) => {
    lastWords.push(line);
    if (lastWords.length > 5) lastWords.shift();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    log?.write(chunk);
    stderr.add(chunk);
  });
  child.stdout?.on('data', (chunk: Buffer) => log?.write(chunk));

  const line = await readyLine(command, child, options, lastWords);
  const kill9 = (): Promise<DaemonExit> => {
    killGroup(child);
    return exited;
  };
  const stop = async (signal: NodeJS.Signals = 'SIGTERM', graceMs = 10_000): Promise<DaemonExit> => {
    child.kill(signal);
    const timer = setTimeout(() => killGroup(child), graceMs);
    const exit = await exited;
    clearTimeout(timer);
    return exit;
  };
  return { pid: child.pid as number, line, exited, stop, kill9 };
}

function readyLine(
  command: string,
  child: ChildProcess,
  { ready, timeoutMs, cwd }: DaemonOptions,
  lastWords: readonly string[],
): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      killGroup(child);
      reject(
        fail('process.not-ready', `${quote(command)} was not ready within ${timeoutMs} ms${said(lastWords)}`),
      );
    }, timeoutMs);
    child.once('error', (error) => {
      if (child.pid !== undefined) return;
      clearTimeout(timer);
      reject(startFault(command, cwd, error));
    });
    // 'close' and not 'exit': its last words have then been read.
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      reject(
        fail(
          'process.not-ready',
          `${quote(command)} ended with ${signal ?? code} before it was ready${said(lastWords)}`,
        ),
      );
    });
    let found = false;
    const lines = lineSplitter((line) => {
      if (found || !ready.test(line)) return;
      found = true;
      clearTimeout(timer);
      resolve(line);
    });
    child.stdout?.on('data', (chunk: Buffer) => {
      if (!found) lines.add(chunk);
    });
  });
}

function said(lastWords: readonly string[]): string {
  return lastWords.length === 0 ? '' : `; it said ${quote(lastWords.join('\n'), 1000)}`;
}

async function openLog(path: string): Promise<ReturnType<typeof createWriteStream>> {
  try {
    const stream = (await open(path, 'a')).createWriteStream();
    stream.on('error', () => {}); // A full disk must not stop the daemon's supervisor.
    return stream;
  } catch (error) {
    throw fileFault('write', path, error);
  }
}
