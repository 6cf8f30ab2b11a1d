// When the integrator runs: soon after rows arrive, one round after the other, and again in idle
// times, so that the cosignatures of the witnesses stay fresh.

import { fail } from './codes.ts';
import { isFatal } from './fatal.ts';
import type { SignedHead } from './heads.ts';
import type { Integrator } from './integrator.ts';

export interface Rhythm {
  /** From the first new row to the round that takes it; also how often a foreign store is asked. Default 100. */
  readonly intervalMs?: number | undefined;
  /** An idle log asks its witnesses again after this time. Default 600,000. */
  readonly refreshMs?: number | undefined;
  /** After a round that failed. Default 1,000. */
  readonly retryMs?: number | undefined;
}

export interface PublisherParts extends Rhythm {
  readonly integrator: Integrator;
  /** Numbered rows as far as we know; undefined for a foreign store, which is asked again and again. */
  readonly size: (() => number) | undefined;
  readonly onRound: (milliseconds: number, error: unknown) => void;
  /** Is expected to call `stop`. */
  readonly onFatal: (error: unknown) => void;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** More rows than this are taken at once, without waiting for company. */
const backlog = 4_096;

export class Publisher {
  readonly #parts: PublisherParts & { readonly [Name in keyof Rhythm]-?: number };
  /** Wait for a published head beyond their index. */
  readonly #covered = new Map<Waiter, number>();
  /** Wait for the next round to begin and end. */
  #demands: { readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = [];
  /** The last head that was published to the end, and when. */
  #shownSize = -1;
  #shownAt = -Infinity;
  #stopped: unknown;
  /** The sleep between rounds: when it ends, and what ends it. */
  #alarm: { due: number; timer: NodeJS.Timeout; resume: () => void } | undefined;
  readonly #loop: Promise<void>;

  constructor(parts: PublisherParts) {
    const { intervalMs = 100, refreshMs = 600_000, retryMs = 1_000 } = parts;
    this.#parts = { ...parts, intervalMs, refreshMs, retryMs };
    this.#loop = this.#run();
  }

  /** There are new rows: a round within the interval. */
  poke(): void {
    this.#wakeIn(this.#parts.intervalMs);
  }

  /** Publishes everything that is sequenced now; throws what kept it from being published. */
  async now(): Promise<SignedHead> {
    const target = this.#parts.size?.() ?? 0;
    for (;;) {
      await this.#nextRound();
      const head = this.#parts.integrator.published();
      if (head !== undefined && head.size >= target) return head;
    }
  }

  /** The first published checkpoint that covers this entry, or `log.timeout`. */
  wait(index: number, timeoutMs: number): Promise<SignedHead> {
    const head = this.#parts.integrator.published();
    if (head !== undefined && index < head.size) return Promise.resolve(head);
    if (this.#stopped !== undefined) return Promise.reject(this.#stopped);
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#covered.delete(waiter);
      };
      const waiter: Waiter = {
        resolve: () => (end(), resolve(this.#parts.integrator.published() as SignedHead)),
        reject: (error) => (end(), reject(error)),
      };
      const timer = setTimeout(() => {
        waiter.reject(
          fail('log.timeout', `no published checkpoint covers entry ${index} after ${timeoutMs} ms`),
        );
      }, timeoutMs);
      this.#covered.set(waiter, index);
    });
  }

  /** No further round begins, the running one is waited for, and who waits is told the reason. */
  async stop(reason: unknown): Promise<void> {
    this.#stopped ??= reason;
    this.#wakeIn(0);
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (this.#stopped === undefined) {
      const succeeded = await this.#oneRound();
      await this.#sleep(succeeded);
    }
    for (const { reject } of this.#demands) reject(this.#stopped);
    for (const waiter of this.#covered.keys()) waiter.reject(this.#stopped);
  }

  async #oneRound(): Promise<boolean> {
    const demands = this.#demands;
    this.#demands = [];
    const start = performance.now();
    try {
      await this.#integrateAndPublish();
      this.#parts.onRound(performance.now() - start, undefined);
      for (const { resolve } of demands) resolve();
      return true;
    } catch (error) {
      this.#parts.onRound(performance.now() - start, error);
      if (isFatal(error)) this.#parts.onFatal(error);
      for (const { reject } of demands) reject(error);
      return false;
    }
  }

  async #integrateAndPublish(): Promise<void> {
    const { integrator, refreshMs } = this.#parts;
    await integrator.integrate();
    const isShown = this.#shownSize === integrator.committed().size;
    if (isShown && performance.now() - this.#shownAt < refreshMs) return;
    const { size } = await integrator.publish();
    this.#shownSize = size;
    this.#shownAt = performance.now();
    for (const [waiter, index] of this.#covered) if (index < size) waiter.resolve();
  }

  #pause(succeeded: boolean): number {
    const { integrator, size, intervalMs, refreshMs, retryMs } = this.#parts;
    if (this.#stopped !== undefined || this.#demands.length > 0) return 0;
    if (!succeeded) return retryMs;
    const behind = size === undefined ? 1 : size() - integrator.committed().size;
    if (behind > 0) return behind > backlog ? 0 : intervalMs;
    return Math.max(0, this.#shownAt + refreshMs - performance.now());
  }

  #nextRound(): Promise<void> {
    if (this.#stopped !== undefined) return Promise.reject(this.#stopped);
    return new Promise((resolve, reject) => {
      this.#demands.push({ resolve, reject });
      this.#wakeIn(0);
    });
  }

  /** What is left to do is looked at in the same step that sets the alarm: nothing can come in between. */
  #sleep(succeeded: boolean): Promise<void> {
    return new Promise((resolve) => {
      const resume = (): void => {
        this.#alarm = undefined;
        resolve();
      };
      const pause = this.#pause(succeeded);
      this.#alarm = { due: performance.now() + pause, timer: setTimeout(resume, pause), resume };
    });
  }

  /** While a round is running there is no alarm to move: its end looks at what is left to do. */
  #wakeIn(milliseconds: number): void {
    const alarm = this.#alarm;
    if (alarm === undefined || performance.now() + milliseconds >= alarm.due) return;
    clearTimeout(alarm.timer);
    this.#alarm = {
      ...alarm,
      due: performance.now() + milliseconds,
      timer: setTimeout(alarm.resume, milliseconds),
    };
  }
}
