// When a piece of work is tried again: the wait doubles, from two seconds to ten minutes.

import { isVitrineError } from '@vitrine/evidence';

const first = 2_000;
const longest = 600_000;

/** Milliseconds to wait after this many attempts have failed. */
export function waitAfter(attempts: number): number {
  return Math.min(longest, first * 2 ** Math.min(attempts - 1, 20));
}

/** What is shown of a failure: its code and message; anything that is not a typed refusal is a fault of ours. */
export function troubleOf(error: unknown): string {
  if (!isVitrineError(error)) throw error;
  return `${error.code}: ${error.message}`.slice(0, 1_000);
}
