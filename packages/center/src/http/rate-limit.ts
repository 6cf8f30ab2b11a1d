// Token buckets by client address. A request takes what its class costs; what costs the Center more, or
// could be guessed at, is dearer. Memory is bounded: buckets that are full again are forgotten, and when
// there are too many clients at once the longest idle one is.

import type { Clock } from '@vitrine/host';

export interface BucketOptions {
  readonly capacity: number;
  /** Tokens that come back in a second. */
  readonly perSecond: number;
  readonly mostClients?: number;
}

export interface Limiter {
  /** 0 when the cost was taken; else the whole seconds after which it can be. Nothing is taken then. */
  take(client: string, cost: number): number;
  readonly clients: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

export function openLimiter(
  { capacity, perSecond, mostClients = 50_000 }: BucketOptions,
  clock: Clock,
): Limiter {
  /** In the order of their last use: a Map keeps it when an entry is put in again. */
  const buckets = new Map<string, Bucket>();
  return {
    get clients() {
      return buckets.size;
    },
    take(client, cost) {
      const now = clock.now();
      const known = buckets.get(client);
      const bucket = known ?? { tokens: capacity, at: now };
      // A clock that was set back gives nothing and takes nothing.
      const passed = Math.max(0, now - bucket.at) / 1_000;
      bucket.tokens = Math.min(capacity, bucket.tokens + passed * perSecond);
      bucket.at = now;
      buckets.delete(client);
      buckets.set(client, bucket);
      if (known === undefined) forget(buckets, now, { capacity, perSecond, mostClients });
      if (bucket.tokens < cost) return Math.max(1, Math.ceil((cost - bucket.tokens) / perSecond));
      bucket.tokens -= cost;
      return 0;
    },
  };
}

/** Looks at the few that were idle longest, so that a new client costs the same however many there are. */
function forget(
  buckets: Map<string, Bucket>,
  now: number,
  { capacity, perSecond, mostClients }: Required<BucketOptions>,
): void {
  let looked = 0;
  for (const [client, { tokens, at }] of buckets) {
    const full = tokens + ((now - at) / 1_000) * perSecond >= capacity;
    if (++looked > 2 && buckets.size <= mostClients) return;
    if (buckets.size <= 1 || (!full && buckets.size <= mostClients)) return;
    buckets.delete(client);
  }
}

export interface RouteCost {
  readonly limiter: 'reading' | 'entry';
  readonly cost: number;
}

/** What a request costs, by its address. */
export function costOf(method: string, path: string): RouteCost {
  if (method === 'POST') {
    const enters = /^\/do\/account\/(?:sign-in|invitation|oidc)/.test(path);
    return enters ? { limiter: 'entry', cost: 1 } : { limiter: 'reading', cost: 10 };
  }
  // Each of these is a guess at a secret.
  if (/^\/(?:invitation\/[^/]+\.json$|sign-in\/callback)/.test(path)) return { limiter: 'entry', cost: 1 };
  if (/^\/(?:search|symbols)/.test(path))
    return { limiter: 'reading', cost: path.includes('suggest') ? 2 : 10 };
  if (/^\/source\/(?:compare|[^/]+\/(?:blame|history))/.test(path)) return { limiter: 'reading', cost: 10 };
  if (path.startsWith('/account/reads')) return { limiter: 'reading', cost: 20 };
  return { limiter: 'reading', cost: 1 };
}
