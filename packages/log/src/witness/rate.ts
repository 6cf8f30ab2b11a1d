// Token buckets: how often each log may ask.

export interface RateLimit {
  /** Requests per second in the long run. */
  readonly perSecond: number;
  /** Requests at once after a pause. */
  readonly burst: number;
}

export class RateLimiter {
  readonly #limit: RateLimit;
  /** One bucket for each name; the caller bounds how many there are. */
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(limit: RateLimit) {
    this.#limit = limit;
  }

  /** Whether `take` would succeed. `now` in milliseconds, of any clock that does not stand still. */
  has(name: string, now: number): boolean {
    return this.#refilled(name, now) >= 1;
  }

  take(name: string, now: number): boolean {
    const tokens = this.#refilled(name, now);
    this.#buckets.set(name, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    return tokens >= 1;
  }

  #refilled(name: string, now: number): number {
    const { perSecond, burst } = this.#limit;
    const bucket = this.#buckets.get(name) ?? { tokens: burst, at: now };
    return Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * perSecond);
  }
}
