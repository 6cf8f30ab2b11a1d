// What the operator of a Center may choose (docs/spec/center-toml.md), with what holds where it does not.

import type { OidcOptions } from './accounts/oidc.ts';
import type { BucketOptions } from './http/rate-limit.ts';

export interface CenterSettings {
  /** Whose Center this is; authenticators show it. */
  readonly name?: string | undefined;
  readonly sessions?:
    | { readonly idleMinutes?: number | undefined; readonly hours?: number | undefined }
    | undefined;
  /** Proxies whose X-Forwarded-For is believed: addresses, or networks as address/bits. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** For how long the record of reads is kept. */
  readonly keepReadsDays?: number | undefined;
  readonly oidc?: OidcOptions | undefined;
  /** By client address: reading pages, and trying to come in. */
  readonly limits?: { readonly reading?: BucketOptions; readonly entry?: BucketOptions } | undefined;
  /** For one request. */
  readonly timeoutMs?: number | undefined;
}

export const defaults = {
  name: 'Transparency Center',
  /** Two hours. */
  idleMs: 7_200_000,
  /** Twelve hours. */
  sessionMs: 43_200_000,
  keepReadsDays: 1_095,
  reading: { capacity: 1_500, perSecond: 25 },
  entry: { capacity: 60, perSecond: 0.2 },
  timeoutMs: 30_000,
  bodyBytes: 262_144,
} as const;
