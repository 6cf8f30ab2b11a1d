// The Center's own, verified view of the log and of what supervisors publish, kept up to date for as long as the
// Center runs.

import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '@vitrine/host';
import type { SupervisorAddress } from '../context.ts';
import { Follower, type FollowerOptions } from './follower.ts';
import { Supervisors } from './supervisors.ts';

export interface FollowOptions extends FollowerOptions {
  readonly supervisors: readonly SupervisorAddress[];
  /** Between two looks at the log. Default 2,000. */
  readonly pollMs?: number | undefined;
  /** Between two looks at the supervisors. Default 15,000. */
  readonly supervisorMs?: number | undefined;
  /** How long `close` waits for an answer that is on its way. Default 1,000. */
  readonly closeMs?: number | undefined;
  readonly clock: Clock;
}

export interface Following {
  readonly log: Follower;
  readonly supervisors: Supervisors;
  /** Looks at the log and the supervisors once. */
  look(): Promise<void>;
  /**
   * Begins to look by itself; not before, so that a test looks when it wants to. Resolves after the first
   * look at the log, or after two seconds: pages are answered then, whatever the log does.
   */
  start(): Promise<void>;
  /** Resolves with the fault of ours after which it had to stop, or with undefined after `close`. */
  readonly stopped: Promise<unknown>;
  close(): Promise<void>;
}

const firstLookMs = 2_000;

/** Answers at once with what was kept; a log that is down keeps nobody from reading the pages. */
export async function openFollowing(options: FollowOptions): Promise<Following> {
  const log = await Follower.open(options);
  const { supervisors: addresses, policy, clock, timeoutMs, closeMs = 1_000 } = options;
  const supervisors = new Supervisors({ addresses, policy, follower: log, clock, timeoutMs });
  const stopping = new AbortController();
  const { promise: stopped, resolve: end } = Promise.withResolvers<unknown>();
  const loops: Promise<void>[] = [];
  const loop = async (everyMs: number, work: () => Promise<void>): Promise<void> => {
    while (!stopping.signal.aborted) {
      await work();
      await delay(everyMs, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
    }
  };
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    stopping.abort();
    end(undefined);
    // A server that does not answer is not waited for: what it would have said is asked again at the next start.
    await Promise.race([Promise.all(loops), delay(closeMs, undefined, { ref: false })]);
    log.close();
  };
  return {
    log,
    supervisors,
    stopped,
    async look() {
      await log.advance();
      await supervisors.poll();
    },
    async start() {
      if (loops.length > 0) return;
      const first = log.advance();
      first.catch(end);
      await Promise.race([first, delay(firstLookMs, undefined, { ref: false })]);
      loops.push(
        loop(options.pollMs ?? 2_000, () => log.advance()).catch(end),
        loop(options.supervisorMs ?? 15_000, () => supervisors.poll()).catch(end),
      );
    },
    close: () => (closed ??= close()),
  };
}
