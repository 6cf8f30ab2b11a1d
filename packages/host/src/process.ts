import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { statSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { quote } from '@vitrine/evidence';
import { fail } from './codes.ts';
import { errnoOf, fileFault } from './fault.ts';
import { killGroup, track } from './group.ts';
import { Capture, lineSplitter } from './output.ts';

/**
 * What stands behind the child's descriptors 3, 4 …: bytes it may read, a pipe we read (told to `onData`
 * as it comes), or a descriptor of ours.
 */
export type ExtraFd =
  | { readonly write: Uint8Array }
  | { readonly read: true; readonly onData?: (chunk: Uint8Array) => void }
  | { readonly inherit: number };

export interface RunningChild {
  readonly pid: number;
  /** SIGKILL to its process group. */
  kill(): void;
}

export interface RunOptions {
  /** The whole environment: nothing is inherited. Programs are looked up on its PATH. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Of stdout, of stderr and of each extra descriptor; the rest is read and dropped. */
  readonly maxOutputBytes: number;
  readonly cwd?: string | undefined;
  /** Without it the child reads end of file. */
  readonly stdin?: Uint8Array | string | undefined;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  readonly extraFds?: readonly ExtraFd[] | undefined;
  /** Told once the program runs. */
  readonly onStart?: ((child: RunningChild) => void) | undefined;
  /** Each line as it comes, without its end, cut at 64 KiB. */
  readonly onLine?: ((line: string, stream: 'stdout' | 'stderr') => void) | undefined;
}

export interface RunResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Text, with a marker line where it was cut. */
  readonly stdout: string;
  readonly stderr: string;
  /** As it came, cut without a marker. */
  readonly stdoutBytes: Uint8Array;
  /** What came through each `{ read: true }`, in order. */
  readonly extra: readonly Uint8Array[];
  readonly truncated: boolean;
}

/** How long the pipes of a dead child may stay open in the hands of a process that left its group. */
const orphanGraceMs = 1_000;

/**
 * Runs a program to its end. Any exit status is an answer; not starting and not ending are errors.
 * When this settles, nothing of the child's process group is left.
 */
export function run(command: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  const extraFds = options.extraFds ?? [];
  const stdio: StdioOptions = [
    options.stdin === undefined ? 'ignore' : 'pipe',
    'pipe',
    'pipe',
    ...extraFds.map((fd) => ('inherit' in fd ? fd.inherit : 'pipe')),
  ];
  return new Promise((resolve, reject) => {
    let child: ChildProcess;
    try {
      child = start(command, args, options, stdio);
    } catch (error) {
      return reject(startFault(command, options.cwd, error));
    }
    const stdout = new Capture(options.maxOutputBytes);
    const stderr = new Capture(options.maxOutputBytes);
    const extra: Capture[] = [];
    drain(child.stdout, stdout, options.onLine && ((line) => options.onLine?.(line, 'stdout')));
    drain(child.stderr, stderr, options.onLine && ((line) => options.onLine?.(line, 'stderr')));
    if (options.stdin !== undefined) feed(child.stdin, options.stdin);
    for (const [i, fd] of extraFds.entries()) {
      const stream = child.stdio[3 + i];
      if ('write' in fd) feed(stream as Writable, fd.write);
      if ('read' in fd) {
        const capture = new Capture(options.maxOutputBytes);
        extra.push(capture);
        drain(stream as Readable, capture);
        if (fd.onData !== undefined) stream?.on('data', fd.onData);
      }
    }
    if (child.pid !== undefined) options.onStart?.({ pid: child.pid, kill: () => killGroup(child) });

    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup(child);
    }, options.timeoutMs);
    let orphans: NodeJS.Timeout | undefined;
    child.once('error', (error) => {
      if (child.pid !== undefined) return; // A kill that failed; the exit is still to come.
      clearTimeout(timer);
      reject(startFault(command, options.cwd, error));
    });
    child.once('exit', () => {
      clearTimeout(timer);
      killGroup(child);
      orphans = setTimeout(() => {
        for (const stream of child.stdio) stream?.destroy();
      }, orphanGraceMs);
    });
    child.once('close', (code, signal) => {
      clearTimeout(orphans);
      if (timedOut) {
        return reject(
          fail('process.timeout', `couldn't finish ${quote(command)} within ${options.timeoutMs} ms`),
        );
      }
      resolve({
        code,
        signal,
        stdout: stdout.text(),
        stderr: stderr.text(),
        stdoutBytes: stdout.bytes(),
        extra: extra.map((capture) => capture.bytes()),
        truncated: stdout.truncated || stderr.truncated || extra.some((capture) => capture.truncated),
      });
    });
  });
}

type StartOptions = Pick<RunOptions, 'env' | 'cwd' | 'uid' | 'gid'>;

export function start(
  command: string,
  args: readonly string[],
  options: StartOptions,
  stdio: StdioOptions,
): ChildProcess {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    stdio,
    detached: true,
    windowsHide: true,
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
  });
  track(child);
  return child;
}

export function startFault(command: string, cwd: string | undefined, error: unknown): Error {
  const errno = errnoOf(error);
  // The system answers ENOENT for a missing working directory too.
  if (cwd !== undefined && statSync(cwd, { throwIfNoEntry: false }) === undefined) {
    return fileFault('start a program in', cwd, error);
  }
  if (errno === 'ENOENT') {
    return fail('process.not-found', `couldn't find the program ${quote(command, 400)}`, { cause: error });
  }
  return fail(
    'process.not-started',
    `couldn't start ${quote(command, 400)}: ${errno ?? 'unexpected error'}`,
    { cause: error },
  );
}

function drain(stream: Readable | null, capture: Capture, onLine?: (line: string) => void): void {
  const lines = onLine === undefined ? undefined : lineSplitter(onLine);
  stream?.on('data', (chunk: Buffer) => {
    capture.add(chunk);
    lines?.add(chunk);
  });
  stream?.on('end', () => lines?.end());
  stream?.on('error', () => {}); // The child's end is gone; its exit says the rest.
}

function feed(stream: Writable | null, bytes: Uint8Array | string): void {
  stream?.on('error', () => {}); // EPIPE: a child need not read what it is given.
  stream?.end(bytes);
}
