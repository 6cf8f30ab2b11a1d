// Work that goes on for as long as the supervisor runs.

import { setTimeout as delay } from 'node:timers/promises';

export interface Loop {
  /** Looks again at once instead of at the next tick. */
  poke(): void;
  /** Resolves when the work that was running has ended; none begins after it. */
  stop(): Promise<void>;
}

/**
 * Calls `work` until it answers false, then waits. What it throws is a fault of ours: the loop ends, and
 * `onFatal` is told, because a supervisor that has silently stopped one of its duties is worse than none.
 * `before`: whose work must have ended first.
 */
export function loop(
  pollMs: number,
  work: () => Promise<boolean | void>,
  onFatal: (error: unknown) => void,
  before?: Loop,
): Loop {
  const stopping = new AbortController();
  let wake = Promise.withResolvers<void>();
  const run = async (): Promise<void> => {
    await before?.stop();
    while (!stopping.signal.aborted) {
      if ((await work()) === true) continue;
      await Promise.race([
        delay(pollMs, undefined, { signal: stopping.signal }).catch(() => {}),
        wake.promise,
      ]);
      wake = Promise.withResolvers<void>();
    }
  };
  const ended = run().catch(onFatal);
  return {
    poke: () => wake.resolve(),
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}
