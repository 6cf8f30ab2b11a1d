// A trial collects one line per check and ends at the first refusal.

import { isVitrineError, type VitrineError } from '../errors.ts';
import type { Release } from '../predicates/release.ts';
import type { State } from './state.ts';

export const checkNames = [
  'policy',
  'evidence',
  'log',
  'witnesses',
  'inclusion',
  'signatures',
  'release',
  'order',
  'source',
  'provenance',
  'rebuilds',
  'holds',
  'publication',
  'published',
  'active',
  'history',
  'freshness',
] as const;
export type CheckName = (typeof checkNames)[number];

export interface Check {
  readonly name: CheckName;
  /** `unknown`: could not be decided with what was given; `skipped`: nothing was given to decide. */
  readonly outcome: 'passed' | 'refused' | 'unknown' | 'skipped';
  /** What was found, in one line. */
  readonly detail: string;
  readonly code?: string;
  readonly remedy?: string;
}

export type Freshness = 'fresh' | 'stale' | 'unknown';

export interface Outcome {
  readonly verdict: 'accepted' | 'refused' | 'undecided';
  readonly freshness: Freshness;
  readonly checks: readonly Check[];
  /** The check that decided against, when the verdict is not `accepted`. */
  readonly code?: string;
  /** What to remember; only with an accepted verdict. */
  readonly state?: State;
  /** The release that was accepted. */
  readonly release?: Release;
}

/** What an acceptance carries. */
export interface Judged {
  readonly freshness: Freshness;
  readonly state: State;
}

/** What a check found: a value for the next checks and a line for the reader. */
export interface Finding<T> {
  readonly value: T;
  readonly detail: string;
  readonly outcome?: 'unknown' | 'skipped';
  readonly code?: string;
}

class Ended extends Error {}

export class Trial {
  readonly #checks: Check[] = [];
  #decided: VitrineError | undefined;

  async check<T>(name: CheckName, work: () => Finding<T> | Promise<Finding<T>>): Promise<T> {
    try {
      const { value, detail, outcome = 'passed', code } = await work();
      this.#checks.push({ name, outcome, detail, ...(code === undefined ? {} : { code }) });
      return value;
    } catch (error) {
      if (!isVitrineError(error)) throw error;
      const { code, message, remedy, exit } = error;
      this.#checks.push({ name, outcome: exit === 5 ? 'unknown' : 'refused', detail: message, code, remedy });
      this.#decided = error;
      throw new Ended();
    }
  }

  /** Runs the checks; `judge` answers what an acceptance carries. */
  async run<T extends Judged>(judge: () => Promise<T>): Promise<Outcome & Partial<T>> {
    try {
      return { verdict: 'accepted', checks: this.#checks, ...(await judge()) };
    } catch (error) {
      if (!(error instanceof Ended) || this.#decided === undefined) throw error;
      const { exit, code } = this.#decided;
      const ended: Outcome = {
        verdict: exit === 5 ? 'undecided' : 'refused',
        freshness: 'unknown',
        checks: this.#checks,
        code,
      };
      return ended as Outcome & Partial<T>;
    }
  }
}
