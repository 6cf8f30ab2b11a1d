// System calls, watched and made to fail, by strace (Linux).

import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, type RunResult } from '@vitrine/host';

export interface Traced {
  readonly command: string;
  readonly args: readonly string[];
  /**
   * The whole environment. UV_THREADPOOL_SIZE=1 is added: strace counts `when=` for each thread by
   * itself, and with one pool thread Node's asynchronous file operations have one order.
   */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string | undefined;
  /** Only calls on these files and folders (strace -P); a descriptor counts as its file. */
  readonly paths?: readonly string[] | undefined;
  readonly timeoutMs?: number | undefined;
}

export interface SystemCall {
  readonly thread: number;
  readonly name: string;
  /** As strace prints them, descriptors with their paths: `17</dir/file>`. */
  readonly args: string;
  /** `0`, `-1 EIO (Input/output error) (INJECTED)`, or `?` when the process died in it. */
  readonly result: string;
}

export interface TracedRun extends RunResult {
  readonly calls: readonly SystemCall[];
}

let unavailable: string | false | undefined;

/** Why faults cannot be injected here, as a node:test skip reason; false where they can. */
export function straceSkipReason(): string | false {
  if (unavailable !== undefined) return unavailable;
  const { error, status } = spawnSync('strace', ['-f', '-o', '/dev/null', 'true'], { timeout: 10_000 });
  if (error !== undefined) unavailable = 'strace is not installed';
  else unavailable = status === 0 ? false : 'strace may not trace here (ptrace is forbidden)';
  return unavailable;
}

export function straceAvailable(): boolean {
  return straceSkipReason() === false;
}

/** Runs the program and answers its calls of these kinds, e.g. `['fsync', 'rename']`, in order. */
export function traceCalls(traced: Traced, names: readonly string[]): Promise<TracedRun> {
  return strace(traced, ['-e', `trace=${names.join(',')}`]);
}

/** Of the calls 1 to `count`, `most` evenly: opening and closing what is only read can be sampled. */
export function spread(count: number, most: number): readonly number[] {
  const step = Math.max(1, count / Math.max(1, most));
  return Array.from({ length: Math.floor(count / step) }, (_, i) => 1 + Math.floor(i * step));
}

/** How often the program makes each of these calls. */
export async function countCalls(
  traced: Traced,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map(names.map((name) => [name, 0]));
  for (const { name } of (await traceCalls(traced, names)).calls)
    counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

export interface Fault extends Traced {
  /** strace's own words: `fsync:error=EIO:when=3`, `rename:signal=KILL:when=1`. */
  readonly inject: string;
}

/** Runs the program with one fault. `calls` shows where it struck: its result says INJECTED, or is `?`. */
export function runWithFault(fault: Fault): Promise<TracedRun> {
  const [names = ''] = fault.inject.split(':', 1);
  return strace(fault, ['-e', `trace=${names}`, '-e', `inject=${fault.inject}`]);
}

async function strace(traced: Traced, options: readonly string[]): Promise<TracedRun> {
  const reason = straceSkipReason();
  if (reason !== false) throw new Error(`couldn't trace: ${reason}`);
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-strace-'));
  const trace = join(folder, 'trace');
  try {
    const args = ['-f', '-qq', '-y', '-s', '64', '-o', trace, ...options];
    for (const path of traced.paths ?? []) args.push('-P', path);
    for (const [name, value] of Object.entries({ ...traced.env, UV_THREADPOOL_SIZE: '1' }))
      args.push('-E', `${name}=${value}`);
    const result = await run('strace', [...args, '--', traced.command, ...traced.args], {
      cwd: traced.cwd,
      env: { PATH: traced.env['PATH'] ?? '/usr/bin:/bin' },
      timeoutMs: traced.timeoutMs ?? 60_000,
      maxOutputBytes: 1 << 20,
    });
    return { ...result, calls: parseTrace(await readFile(trace, 'utf8')) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** `1234 fsync(17</tmp/x>) = 0`; a call that another thread interrupted comes in two lines. */
export function parseTrace(text: string): readonly SystemCall[] {
  const calls: SystemCall[] = [];
  const unfinished = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [, pid, rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (pid === undefined) continue;
    const thread = Number(pid);
    if (rest.endsWith(' <unfinished ...>')) {
      unfinished.set(thread, rest.slice(0, -' <unfinished ...>'.length));
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest);
    const whole = resumed === null ? rest : (unfinished.get(thread) ?? '') + (resumed[1] ?? '');
    unfinished.delete(thread);
    const [, name, args, result] = /^(\w+)\((.*)\) += (.*)$/.exec(whole) ?? [];
    if (name === undefined || args === undefined || result === undefined) continue;
    calls.push({ thread, name, args, result });
  }
  // A call that never returned: the process was killed in it.
  for (const [thread, start] of unfinished) {
    const [, name, args] = /^(\w+)\((.*?)\)?$/.exec(start) ?? [];
    if (name !== undefined && args !== undefined) calls.push({ thread, name, args, result: '?' });
  }
  return calls;
}
