/** The one source of the time of day. Code that decides by time takes a clock, so that tests own time. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

export interface FakeClock extends Clock {
  advance(milliseconds: number): void;
  set(milliseconds: number): void;
}

/** Stands still until it is told otherwise. */
export function fakeClock(start = 0): FakeClock {
  let time = start;
  return {
    now: () => time,
    advance(milliseconds) {
      time += milliseconds;
    },
    set(milliseconds) {
      time = milliseconds;
    },
  };
}
