// One step, watched from outside from its start until nothing of it is left: the same for builder and
// rebuilder, with a sandbox and without. The first limit that it exceeds is why it ends; nothing it does
// can take that back. Owned by run-step.ts; not durable.

import { writeFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { VitrineError } from '@vitrine/evidence';
import type { RunningChild } from '@vitrine/host';
import { fail } from '../codes.ts';
import {
  Family,
  isSame,
  memoryOf,
  namelessBytes,
  readProcess,
  tasksOfMachine,
  type Process,
} from './processes.ts';
import type { BuildFolders, Step } from './sandbox.ts';
import { WrittenWatch, type Written } from './written.ts';

/**
 * How often to look. A glance costs next to nothing; a look reads every process of the machine, and may
 * take a twentieth of the time.
 */
const pace = { glanceMs: 10, lookMs: 100, share: 20 } as const;
/** How long what a command started may take to end after it. */
const graceMs = 1_000;

export interface Watched {
  /** Processes of the sandbox itself: bubblewrap twice and the shell, or the shell alone. */
  readonly own: number;
  /** By which processes that left the family are known; absent where none can leave. */
  readonly marker?: string;
  /** The number of the sandbox's first process once it is known: all others end before it does. */
  readonly init?: () => number | undefined;
}

export class Watch {
  readonly #watched: Watched;
  readonly #step: Step;
  readonly #folders: readonly string[];
  readonly #most: Written;
  readonly #written: WrittenWatch;
  #child: RunningChild | undefined;
  #family: Family | undefined;
  /** bubblewrap or the shell: the program that was started. */
  #leader: Process | undefined;
  #init: Process | undefined;
  #stopped: VitrineError | undefined;
  #over = false;
  #timer: NodeJS.Timeout | undefined;
  #nextLook = 0;
  /** What the machine had at the last look, and how much of what is allowed was left. */
  #machine = glance();
  #left: Load;
  #walk: Promise<void> = Promise.resolve();
  #walking = false;
  #report = '';
  #settling: Promise<void> | undefined;

  constructor(watched: Watched, folders: BuildFolders, step: Step) {
    const { limits, placed } = step;
    this.#watched = watched;
    this.#step = step;
    this.#folders = [folders.tree, folders.out, folders.home, folders.temporary];
    this.#most = { files: limits.files + placed.files, bytes: limits.diskBytes + placed.bytes };
    this.#written = new WrittenWatch(this.#folders, this.#most, placed);
    this.#left = { tasks: limits.processes, memory: limits.memoryBytes };
  }

  begin(child: RunningChild): void {
    this.#child = child;
    this.#leader = readProcess(child.pid);
    this.#family = new Family(child.pid, this.#watched.marker);
    sacrificeFirst(child.pid);
    this.#schedule();
  }

  /** Ends the step for this reason, unless there is one already. */
  stop(reason: VitrineError): void {
    if (this.#over) return;
    this.#stopped ??= reason;
    this.#kill();
  }

  /** The shell's word on descriptor 3: the command has ended, the shell waits to be killed. */
  reported(chunk: Uint8Array): void {
    this.#report = (this.#report + Buffer.from(chunk).toString('latin1')).slice(0, 16);
    if (this.#report.includes('\n')) this.#settling ??= this.#settle();
  }

  /** The exit status of the command; undefined when the shell was killed before it could say it. */
  get code(): number | undefined {
    const said = /^([0-9]{1,3})\n/.exec(this.#report)?.[1];
    return said === undefined ? undefined : Number(said);
  }

  /** After the step's first process has ended: resolves when nothing of it is left. */
  async end(): Promise<VitrineError | undefined> {
    clearTimeout(this.#timer);
    this.#family?.leaderEnded();
    await this.#settling;
    await this.#gone();
    this.#over = true;
    clearTimeout(this.#timer);
    await this.#walk;
    // Once more, now that it stands still: what was polled before was a sample.
    this.#stopped ??= this.#excess(await this.#written.walk());
    return this.#stopped;
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      if (this.#isSudden()) this.#lookWhileHeld();
      else if (performance.now() >= this.#nextLook) this.#look();
      this.#measureIfDue();
      if (!this.#over && this.#stopped === undefined) this.#schedule();
    }, pace.glanceMs);
  }

  /** Whether so much was added to the machine since the last look that it could be too much of ours. */
  #isSudden(): boolean {
    const now = glance();
    return (
      now.tasks - this.#machine.tasks > this.#left.tasks ||
      now.memory - this.#machine.memory > this.#left.memory
    );
  }

  /** Counting takes longer than multiplying: nothing may go on until it is done. */
  #lookWhileHeld(): void {
    this.#toGroup('SIGSTOP');
    this.#look();
    if (this.#stopped === undefined) this.#toGroup('SIGCONT');
  }

  /**
   * A signal to the group that the sandbox's first process, or the shell, leads. The kernel hits all of a
   * group at once, also who is just being born; one by one, those who multiply would be faster.
   */
  #toGroup(name: NodeJS.Signals): void {
    const known = this.#watched.init === undefined ? this.#leader : this.#first();
    const leader = known && readProcess(known.pid);
    if (leader !== undefined && isSame(leader, known) && leader.group === leader.pid)
      signal(-leader.pid, name);
  }

  #look(): void {
    const { limits, endBy } = this.#step;
    const started = performance.now();
    this.#machine = glance();
    const alive = this.#family?.look() ?? [];
    this.#first();
    const tasks = alive.reduce((sum, { threads }) => sum + threads, 0) - this.#watched.own;
    const memory = this.#memory(alive);
    this.#left = { tasks: limits.processes - tasks, memory: limits.memoryBytes - memory };
    if (started >= endBy) {
      this.stop(fail('build.time-limit', `the build took longer than ${limits.seconds} seconds`));
    } else if (this.#left.tasks < 0) {
      this.stop(
        fail(
          'build.process-limit',
          `the build had ${tasks} processes and threads; at most ${limits.processes}`,
        ),
      );
    } else if (this.#left.memory < 0) {
      this.stop(fail('build.memory-limit', `the build held more than ${limits.memoryBytes} bytes of memory`));
    }
    const now = performance.now();
    this.#nextLook = Math.min(endBy, now + Math.max(pace.lookMs, pace.share * (now - started)));
  }

  /** Cheaply a bound, which files that are mapped make too large; exactly only where that is too much. */
  #memory(alive: readonly Process[]): number {
    const bound = alive.reduce((sum, { residentBytes }) => sum + residentBytes, 0);
    return bound <= this.#step.limits.memoryBytes ? bound : memoryOf(alive);
  }

  #measureIfDue(): void {
    if (this.#stopped !== undefined) return;
    if (this.#written.isAlmostFull())
      return this.stop(fail('sandbox.disk-full', 'the file system of the build is almost full'));
    if (this.#walking || !this.#written.isDue()) return;
    this.#walking = true;
    this.#walk = this.#measure().finally(() => (this.#walking = false));
  }

  async #measure(): Promise<void> {
    const { limits } = this.#step;
    const alive = this.#family?.look() ?? [];
    const nameless = namelessBytes(alive);
    if (nameless.memory > 0 && nameless.memory + memoryOf(alive) > limits.memoryBytes)
      this.stop(fail('build.memory-limit', `the build held more than ${limits.memoryBytes} bytes of memory`));
    try {
      const { files, bytes } = await this.#written.walk();
      const excess = this.#excess({ files, bytes: bytes + nameless.disk });
      if (excess !== undefined) this.stop(excess);
    } catch (error) {
      this.stop(fail('sandbox.failed', "couldn't measure what the build has written", { cause: error }));
    }
  }

  #excess({ files, bytes }: Written): VitrineError | undefined {
    const { limits } = this.#step;
    if (files === Infinity)
      return fail('build.file-limit', 'the build nested folders deeper than a path can name');
    if (files > this.#most.files) {
      return fail('build.file-limit', `the build wrote more than ${limits.files} files, folders and links`);
    }
    if (bytes > this.#most.bytes)
      return fail('build.disk-limit', `the build wrote more than ${limits.diskBytes} bytes`);
    return undefined;
  }

  /** What the command left has a moment to end by itself; then the step has failed. */
  async #settle(): Promise<void> {
    const until = performance.now() + graceMs;
    while (this.code === 0 && this.#stopped === undefined) {
      const left = (this.#family?.look({ thorough: true }).length ?? 0) - this.#watched.own;
      if (left <= 0) break;
      if (performance.now() >= until) {
        this.stop(fail('build.left-running', `the command ended and left ${left} processes running`));
        return;
      }
      await sleep(10);
    }
    this.#kill();
  }

  /** In a sandbox the kernel ends everything with its first process; else everything that is found. */
  #kill(): void {
    const init = this.#first();
    this.#toGroup('SIGKILL');
    if (init !== undefined) return killAll([init]);
    if (this.#watched.marker !== undefined) killAll(this.#family?.look() ?? []);
    this.#child?.kill();
  }

  /** The sandbox's first process, known for good from when its starter was seen to be its parent. */
  #first(): Process | undefined {
    const pid = this.#watched.init?.();
    if (this.#init !== undefined || pid === undefined) return this.#init;
    const found = readProcess(pid);
    if (found?.parent === this.#child?.pid) this.#init = found;
    return this.#init;
  }

  /** bubblewrap itself may die before what it started has: wait for all that was seen, not for the starter. */
  async #gone(): Promise<void> {
    const thorough = this.#watched.marker !== undefined;
    for (let round = 0; round < 500; round++) {
      const left = [...(this.#family?.look({ thorough }) ?? [])];
      const init = this.#init && readProcess(this.#init.pid);
      if (init !== undefined && !init.dead && isSame(init, this.#init)) left.push(init);
      if (left.length === 0) return;
      killAll(left);
      await sleep(Math.min(round, 50));
    }
    throw fail('sandbox.failed', "couldn't end what the build started");
  }
}

interface Load {
  /** Processes and threads. */
  readonly tasks: number;
  /** Bytes in use. */
  readonly memory: number;
}

/** What the whole machine runs and uses. */
function glance(): Load {
  return { tasks: tasksOfMachine(), memory: totalmem() - freemem() };
}

/** First held, so that none can have a child that is not seen. */
function killAll(processes: readonly Process[]): void {
  for (const name of ['SIGSTOP', 'SIGKILL'] as const) {
    for (const one of processes) if (isSame(one, readProcess(one.pid))) signal(one.pid, name);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Ended meanwhile.
  }
}

/** If the machine runs out of memory, the kernel is to take the build and not us. */
function sacrificeFirst(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, '1000');
  } catch {
    // Ended already, or no /proc here.
  }
}
