// How many messages one network address may send. The address is used for this, in memory, and stands
// nowhere else: neither beside a report nor in a log.

import { fail } from '../codes.ts';

export interface RateLimits {
  readonly perSecond: number;
  readonly burst: number;
}

interface Bucket {
  tokens: number;
  /** Milliseconds of `performance.now`. */
  at: number;
}

const mostAddresses = 100_000;

export class Rate {
  readonly #limits: RateLimits;
  /** The least recently seen first. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(limits: RateLimits) {
    this.#limits = limits;
  }

  /** 0 if it may, else the seconds after which it may. */
  take(address: string, now: number = performance.now()): number {
    const { perSecond, burst } = this.#limits;
    const bucket = this.#buckets.get(address) ?? { tokens: burst, at: now };
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    this.#buckets.delete(address);
    this.#buckets.set(address, bucket);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > mostAddresses && oldest !== undefined) this.#buckets.delete(oldest);
    if (bucket.tokens < 1) return Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond));
    bucket.tokens -= 1;
    return 0;
  }
}

/** How many messages are being read at once: bounds what slow clients can hold, one address and all of them. */
export class Readers {
  readonly #most: number;
  readonly #mostEach: number;
  readonly #each = new Map<string, number>();
  #all = 0;

  constructor(most: number, mostEach: number) {
    this.#most = most;
    this.#mostEach = mostEach;
  }

  async read<T>(address: string, work: () => Promise<T>): Promise<T> {
    const mine = this.#each.get(address) ?? 0;
    if (mine >= this.#mostEach) throw fail('intake.rate', `${mine} messages of one address are being read`);
    if (this.#all >= this.#most) throw fail('intake.overloaded', `${this.#all} messages are being read`);
    this.#each.set(address, mine + 1);
    this.#all++;
    try {
      return await work();
    } finally {
      const left = (this.#each.get(address) ?? 1) - 1;
      if (left === 0) this.#each.delete(address);
      else this.#each.set(address, left);
      this.#all--;
    }
  }
}
