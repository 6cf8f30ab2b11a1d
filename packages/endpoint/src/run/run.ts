// The agent by itself (D3, D21): a cycle at an interval, by chance within a fifth of it, so that endpoints spread;
// sooner where a half could not be done or proofs are promised. Killed at any moment it loses nothing: a cycle is
// made of what the single commands do, each of which is safe against that, and their leases are taken cycle by
// cycle, so that they can be used beside it.

import { realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isVitrineError } from '@vitrine/evidence';
import { openFolder } from '../folder.ts';
import { secondsOf, type Agent } from '../session.ts';
import { exitOf, runHalf, type Ended } from './cycle.ts';
import { RestingHosts } from './hosts.ts';
import {
  freshRun,
  halfNames,
  lockRun,
  readRun,
  writeRun,
  type Half,
  type HalfName,
  type Rest,
  type RunState,
} from './state.ts';

/** Seconds between cycles: not so often that it burdens whoever serves, not so rarely that all is stale (D3). */
export const intervals = { least: 60, most: 86_400, usual: 3_600 } as const;
/** Seconds: before a half that was cut short, gave way or found its lease taken is tried again; and between any two. */
const soon = 60;

export type RunEvent =
  | { readonly event: 'started'; readonly next: number }
  | ({ readonly event: 'half' } & Ended)
  | { readonly event: 'host'; readonly host: string; readonly rest: Rest }
  | { readonly event: 'next'; readonly next: number }
  | { readonly event: 'replaced' }
  | { readonly event: 'stopped' };

export interface RunOptions {
  /** Seconds between cycles; undefined: one cycle, now. */
  readonly every: number | undefined;
  /** The file that runs: once another version is in its place, it ends. */
  readonly file: string;
  readonly stop: AbortSignal;
  readonly tell: (event: RunEvent) => void;
  /** From 0 to 1. */
  readonly random?: (() => number) | undefined;
  /** Resolves after this time, or once the signal says so. */
  readonly sleep?: ((milliseconds: number, stop: AbortSignal) => Promise<void>) | undefined;
}

/** Answers the exit code of its only cycle; 0 where it was stopped, or where a newer version is to go on. */
export async function runByItself(agent: Agent, options: RunOptions): Promise<number> {
  await openFolder(agent.folder).read(); // Only an endpoint that is enrolled runs.
  const lease = await lockRun(agent.folder);
  const run = new Run(agent, options, (await readRun(agent.folder)) ?? freshRun);
  try {
    return await (options.every === undefined ? run.once() : run.go(options.every));
  } finally {
    run.close();
    lease.release();
  }
}

/** Owns the state; what a cycle did is durable when its events are told. */
class Run {
  readonly #agent: Agent;
  readonly #options: RunOptions;
  readonly #hosts: RestingHosts;
  readonly #random: () => number;
  readonly #onStop = (): void => {
    this.#hosts.stop();
  };
  #state: RunState;

  constructor(agent: Agent, options: RunOptions, state: RunState) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
    this.#state = state;
    this.#hosts = new RestingHosts({
      rests: state.hosts,
      now: () => secondsOf(agent.clock),
      random: this.#random,
      onRest: (host, rest) => {
        options.tell({ event: 'host', host, rest });
      },
    });
    this.#agent = { ...agent, limits: { ...agent.limits, hosts: this.#hosts } };
    options.stop.addEventListener('abort', this.#onStop);
    if (options.stop.aborted) this.#hosts.stop();
  }

  close(): void {
    this.#options.stop.removeEventListener('abort', this.#onStop);
  }

  async once(): Promise<number> {
    const { every: _, next: __, stoppedAt: ___, ...rest } = this.#state;
    this.#state = rest;
    const ended = await this.#cycle(halfNames);
    if (!this.#options.stop.aborted) return exitOf(ended);
    this.#options.tell({ event: 'stopped' });
    return 130;
  }

  async go(every: number): Promise<number> {
    const { tell, stop } = this.#options;
    const { stoppedAt: _, ...before } = this.#state;
    const next = this.#firstCycle(every);
    await this.#remember({ ...before, every, next });
    tell({ event: 'started', next: this.#due() });
    for (;;) {
      await this.#sleepUntilDue();
      if (!stop.aborted) await this.#dueCycle(every);
      if (stop.aborted) break;
      if (await this.#isReplaced()) {
        tell({ event: 'replaced' });
        return 0;
      }
      tell({ event: 'next', next: this.#due() });
    }
    await this.#remember({ ...this.#state, stoppedAt: this.#now() });
    tell({ event: 'stopped' });
    return 0;
  }

  /** Whoever starts it for the first time sees it work; many that start with their machines spread. */
  #firstCycle(every: number): number {
    const { next } = this.#state;
    if (next === undefined) return this.#now();
    return this.#isAhead(next, every) ? next : this.#now() + Math.floor(this.#random() * soon);
  }

  #now(): number {
    return secondsOf(this.#agent.clock);
  }

  #dueOf(half: HalfName): number {
    const { next = 0, halves } = this.#state;
    return Math.min(next, halves[half]?.again ?? next);
  }

  #due(): number {
    return Math.min(...halfNames.map((half) => this.#dueOf(half)));
  }

  /** In short sleeps: a machine that slept, or whose clock was set, is seen soon. */
  async #sleepUntilDue(): Promise<void> {
    const { stop, sleep = sleepUnlessStopped } = this.#options;
    const { every = 0 } = this.#state;
    while (!stop.aborted && this.#isAhead(this.#due(), every)) {
      const wait = this.#due() - this.#now();
      await sleep(Math.min(wait, soon) * 1000, stop);
    }
  }

  /** What is further away than it was ever planned is due: the clock was put back. */
  #isAhead(at: number, every: number): boolean {
    const now = this.#now();
    return at > now && at <= now + 2 * every;
  }

  /** A whole cycle at its time; before it, the half that is due. */
  async #dueCycle(every: number): Promise<void> {
    const now = this.#now();
    const { next = 0 } = this.#state;
    const isBefore = this.#isAhead(next, every) && next - now > soon;
    const halves = isBefore ? halfNames.filter((half) => this.#dueOf(half) <= now) : halfNames;
    if (!isBefore) {
      const chance = 1 - spread + 2 * spread * this.#random();
      this.#state = { ...this.#state, next: now + Math.floor(every * chance) };
    }
    await this.#cycle(halves);
  }

  async #cycle(halves: readonly HalfName[]): Promise<readonly Ended[]> {
    // First the intent: a run that is killed here again and again comes back no faster than this.
    const beganAt = this.#now();
    for (const half of halves) {
      const { failure } = this.#state.halves[half] ?? {};
      this.#setHalf(half, { beganAt, again: beganAt + soon, ...(failure === undefined ? {} : { failure }) });
    }
    await this.#remember(this.#state);
    const all: Ended[] = [];
    for (const half of halves) {
      if (this.#options.stop.aborted) break;
      this.#hosts.begin();
      const ended = await runHalf(this.#agent, half);
      // Cut short: it is done soon after the next start.
      if (this.#options.stop.aborted && ended?.exit === 5) break;
      this.#setHalf(half, this.#afterHalf(half, beganAt, ended));
      await this.#remember(this.#state);
      if (ended === undefined) continue;
      all.push(ended);
      this.#options.tell({ event: 'half', ...ended });
    }
    return all;
  }

  #afterHalf(half: HalfName, beganAt: number, ended: Ended | undefined): Half {
    const endedAt = this.#now();
    if (ended === undefined) return { beganAt, endedAt, exit: 0 };
    const { exit, failed, proofsAt } = ended;
    const before = this.#state.halves[half]?.failure;
    const failure =
      failed === undefined
        ? undefined
        : // Why a host is left alone says more than that it is.
          failed.code === 'endpoint.host-rests' && before !== undefined
          ? before
          : { at: endedAt, code: failed.code, remedy: failed.remedy };
    const again = [this.#retryAt(exit, failed?.code), proofsAt].filter((at) => at !== undefined);
    return {
      beganAt,
      endedAt,
      exit,
      ...(failure === undefined ? {} : { failure }),
      ...(again.length === 0 ? {} : { again: Math.max(Math.min(...again), endedAt + soon) }),
    };
  }

  /** Who answered is not asked again before the next cycle; who could not be asked is, once the host may be. */
  #retryAt(exit: number, code: string | undefined): number | undefined {
    if (code === 'lease.held' || code === 'endpoint.gives-way') return this.#now() + soon;
    return exit === 5 ? this.#hosts.retryAt() : undefined;
  }

  #setHalf(name: HalfName, half: Half): void {
    this.#state = { ...this.#state, halves: { ...this.#state.halves, [name]: half } };
  }

  async #remember(state: RunState): Promise<void> {
    this.#state = { ...state, hosts: this.#hosts.rests };
    await writeRun(this.#agent.folder, this.#state);
  }

  /** Started from the versions of this folder, and no longer the one that runs here. */
  async #isReplaced(): Promise<boolean> {
    const [own, ...file] = relative(versionsIn(this.#agent.folder), this.#options.file).split(sep);
    if (own === undefined || file.length === 0 || !/^[0-9a-f]{64}$/.test(own)) return false;
    try {
      const { current } = await openFolder(this.#agent.folder).read();
      return current !== undefined && current !== own;
    } catch (error) {
      if (isVitrineError(error)) return false; // The update has said what is wrong with it.
      throw error;
    }
  }
}

/** Of the interval, to both sides. */
const spread = 0.2;

function versionsIn(folder: string): string {
  try {
    return join(realpathSync(folder), 'versions');
  } catch {
    return join(folder, 'versions');
  }
}

async function sleepUnlessStopped(milliseconds: number, stop: AbortSignal): Promise<void> {
  if (stop.aborted) return;
  try {
    await pause(milliseconds, undefined, { signal: stop });
  } catch (error) {
    if (!stop.aborted) throw error;
  }
}
