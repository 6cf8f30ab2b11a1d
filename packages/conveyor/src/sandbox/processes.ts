// The processes of a build as /proc shows them. They are watched from outside: cgroups need rights that
// an ordinary user does not have, RLIMIT_AS counts address space that V8 and WebAssembly reserve and never
// touch, RLIMIT_NPROC counts everything of a user. Reading is synchronous: some ten microseconds each.

import { closeSync, openSync, readdirSync, readlinkSync, readSync, statSync } from 'node:fs';

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly threads: number;
  /** In clock ticks since boot: with the pid it names a process for good. */
  readonly started: number;
  /** Upper bound of what it holds in memory, files that it maps included. */
  readonly residentBytes: number;
  /** Ended, and only waiting for its parent to notice. */
  readonly dead: boolean;
}

/** Every process that this one may see; none where there is no /proc. */
function allProcesses(): readonly Process[] {
  const found: Process[] = [];
  for (const pid of pidsIn('/proc')) {
    const process = readProcess(pid);
    if (process !== undefined) found.push(process);
  }
  return found;
}

/** Processes and threads of the whole machine; 0 where there is no /proc. */
export function tasksOfMachine(): number {
  return Number(/\/([0-9]+) /.exec(readSmall('/proc/loadavg') ?? '')?.[1] ?? 0);
}

/** Undefined when it has ended. */
export function readProcess(pid: number): Process | undefined {
  const text = readSmall(`/proc/${pid}/stat`);
  // The name of the program stands in parentheses and may hold anything.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  if (fields === undefined || fields.length < 22) return undefined;
  const [state = '', parent, group] = fields;
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    threads: Number(fields[17]),
    started: Number(fields[19]),
    residentBytes: Number(fields[21]) * pageBytes(),
    dead: state === 'Z' || state === 'X',
  };
}

/** The same process and not a later one with its number. */
export function isSame(one: Process, other: Process | undefined): boolean {
  return one.pid === other?.pid && one.started === other.started;
}

/**
 * A process and all that came of it, also what was handed on to another parent: whoever was seen once is
 * remembered, and whoever is in the group counts. Owned by the watch of one step.
 */
export class Family {
  /** The leader of the group; undefined once it has ended, because its number may become another's. */
  #root: number | undefined;
  /** Environment or working folder by which strangers are known to belong to the build. */
  readonly #marker: string | undefined;
  readonly #seen = new Map<number, number>();

  constructor(root: number, marker: string | undefined) {
    this.#root = root;
    this.#marker = marker;
  }

  leaderEnded(): void {
    this.#root = undefined;
  }

  /** Who is alive. `thorough` also looks at what every process of the machine says about itself. */
  look({ thorough = false }: { readonly thorough?: boolean } = {}): readonly Process[] {
    const all = allProcesses();
    const children = Map.groupBy(all, ({ parent }) => parent);
    const found = new Map<number, Process>();
    const add = (one: Process): void => {
      if (found.has(one.pid)) return;
      found.set(one.pid, one);
      children.get(one.pid)?.forEach(add);
    };
    for (const one of all) if (this.#belongs(one, thorough)) add(one);
    for (const { pid, started } of found.values()) this.#seen.set(pid, started);
    return [...found.values()].filter(({ dead }) => !dead);
  }

  #belongs(one: Process, thorough: boolean): boolean {
    if (this.#root !== undefined && (one.pid === this.#root || one.group === this.#root)) return true;
    if (this.#seen.get(one.pid) === one.started) return true;
    return (
      thorough && this.#marker !== undefined && one.pid !== process.pid && mentions(one.pid, this.#marker)
    );
  }
}

function mentions(pid: number, marker: string): boolean {
  return (
    readLink(`/proc/${pid}/cwd`)?.startsWith(marker) === true ||
    readSmall(`/proc/${pid}/environ`)?.includes(marker) === true
  );
}

/** What the processes hold that is not backed by a file: shared pages counted once where the kernel tells. */
export function memoryOf(processes: readonly Process[]): number {
  let bytes = 0;
  for (const { pid } of processes) {
    const exact = readSmall(`/proc/${pid}/smaps_rollup`);
    bytes +=
      exact === undefined
        ? kilobytes(readSmall(`/proc/${pid}/status`) ?? '', /^(?:RssAnon|RssShmem|VmSwap):/)
        : kilobytes(exact, /^(?:Pss_Anon|Pss_Shmem|SwapPss):/);
  }
  return bytes;
}

function kilobytes(text: string, line: RegExp): number {
  let sum = 0;
  for (const one of text.split('\n')) {
    if (line.test(one)) sum += Number(/[0-9]+/.exec(one.slice(one.indexOf(':')))?.[0] ?? 0);
  }
  return sum * 1024;
}

/** Bytes in files that have no name any more but are still open, in memory and on disk. */
export function namelessBytes(processes: readonly Process[]): {
  readonly memory: number;
  readonly disk: number;
} {
  const counted = new Set<string>();
  const sum = { memory: 0, disk: 0 };
  for (const { pid } of processes) {
    for (const fd of pidsIn(`/proc/${pid}/fd`)) {
      const path = `/proc/${pid}/fd/${fd}`;
      const target = readLink(path);
      if (target?.endsWith(' (deleted)') !== true) continue;
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat?.isFile() !== true || counted.has(`${stat.dev} ${stat.ino}`)) continue;
      counted.add(`${stat.dev} ${stat.ino}`);
      sum[target.startsWith('/memfd:') ? 'memory' : 'disk'] += stat.blocks * 512;
    }
  }
  return sum;
}

/** The numbers among the names of a folder. */
function pidsIn(folder: string): readonly number[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^[0-9]+$/.test(name))
      .map(Number);
  } catch {
    return []; // Ended meanwhile, another user's, or no /proc at all.
  }
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

const buffer = Buffer.alloc(1 << 16);

/** The first 64 KiB; undefined where the process has ended or is not ours to read. */
function readSmall(path: string): string | undefined {
  return readBytes(path)?.toString('latin1');
}

function readBytes(path: string): Buffer | undefined {
  try {
    const fd = openSync(path, 'r');
    try {
      return buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, 0));
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}

let page: number | undefined;

/** The kernel tells it to every program it starts: entry 6 of the auxiliary vector. */
function pageBytes(): number {
  if (page !== undefined) return page;
  page = 4096;
  const vector = readBytes('/proc/self/auxv') ?? Buffer.alloc(0);
  for (let at = 0; at + 16 <= vector.length; at += 16) {
    if (vector.readBigUInt64LE(at) === 6n) page = Number(vector.readBigUInt64LE(at + 8));
  }
  return page;
}
