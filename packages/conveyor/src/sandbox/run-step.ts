// Starts a step and watches it to its end, whatever keeps it apart.

import { run, type ExtraFd } from '@vitrine/host';
import { fail } from '../codes.ts';
import { stepLog } from './log.ts';
import type { BuildFolders, Step, StepResult } from './sandbox.ts';
import { Watch, type Watched } from './watch.ts';
import { killedBySize } from './wrapper.ts';

export interface Launch extends Watched {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Descriptors 4 and up; 3 is the shell's (wrapper.ts). */
  readonly extraFds?: readonly ExtraFd[];
}

export interface Launched extends StepResult {
  /** Of the program that was launched, not of the step. */
  readonly stderr: string;
}

/** When this settles, nothing that the step started is left. */
export async function runStep(launch: Launch, folders: BuildFolders, step: Step): Promise<Launched> {
  const { limits, endBy } = step;
  const watch = new Watch(launch, folders, step);
  const log = stepLog(limits.logBytes, () =>
    watch.stop(fail('build.log-limit', `the build printed more than ${limits.logBytes} bytes`)),
  );
  const [program = '', ...args] = launch.command;
  const ended = await run(program, args, {
    cwd: launch.cwd,
    env: launch.env,
    // The watch ends the step in time; this is for a watch that cannot.
    timeoutMs: Math.min(Math.max(0, endBy - performance.now()) + 60_000, 2 ** 31 - 1),
    maxOutputBytes: 4096,
    extraFds: [{ read: true, onData: (chunk) => watch.reported(chunk) }, ...(launch.extraFds ?? [])],
    onStart: (child) => watch.begin(child),
    onLine: (line) => log.add(line),
  }).catch(async (error: unknown) => {
    await watch.end();
    throw error;
  });
  let stopped = await watch.end();
  const code = watch.code ?? ended.code;
  const signal = watch.code === undefined ? ended.signal : null;
  if (stopped === undefined && (signal === 'SIGXFSZ' || code === killedBySize))
    stopped = fail('build.disk-limit', `the build wrote a file of more than ${limits.diskBytes} bytes`);
  return { code, signal, log: log.text(), stopped, stderr: ended.stderr };
}
