// What is proven now, what is not, what is late; each with the page that holds its evidence.

import { z } from '@hono/zod-openapi';

/**
 * `proven`: checked here, by what anyone may fetch. `open`: not proven, or not yet. `late`: due by the policy
 * and not there.
 */
export type Group = 'proven' | 'open' | 'late';
export type TileMark = 'ok' | 'bad' | 'warn' | 'wait' | 'info';

/** `topic` says which sentence it is; the numbers and names in it stand beside it. */
export interface OverviewTile {
  readonly topic: Topic;
  readonly group: Group;
  readonly mark: TileMark;
  /** The page with the evidence. */
  readonly to: string;
  /** What the sentence is about: a product and version, an operator, a role. */
  readonly about: string;
  /** Seconds: since when, or until when, as the topic has it. */
  readonly at: number | null;
  readonly count: number;
  readonly of: number;
  /** A message of an error, or a claim made of the policy. */
  readonly detail: string;
}

export const topics = [
  'log-consistent',
  'log-trouble',
  'log-witness-late',
  'witness-late',
  'release-proven',
  'release-unrebuilt',
  'release-unpublished',
  'release-held',
  'release-withdrawn',
  'rebuilds-outstanding',
  'difference-open',
  'difference-overdue',
  'publication-fresh',
  'publication-late',
  'publication-stale',
  'publication-missing',
  'active-true',
  'active-false',
  'repository-verified',
  'repository-trouble',
  'role-expiring',
  'role-expired',
  'supervisor-agrees',
  'supervisor-unreachable',
  'statement-unlogged',
  'statement-overdue',
  'findings',
  'policy-newer',
  'reviews-none',
  'residency-proven',
  'residency-trouble',
  'milestone-overdue',
  'ledger-contradicts',
] as const;
export type Topic = (typeof topics)[number];

export interface Overview {
  readonly vendor: string;
  readonly log: { readonly origin: string; readonly size: number; readonly witnessTime: number | null };
  readonly asOf: number;
  readonly tiles: readonly OverviewTile[];
  /** The newest release of each product and channel, and its state. */
  readonly releases: readonly {
    readonly product: string;
    readonly channel: string;
    readonly sequence: number;
    readonly version: string;
    readonly state: string;
    readonly seenAt: number;
    readonly agreeing: number;
    readonly threshold: number;
  }[];
  /** What the repository's metadata is signed as, and when each role ends. */
  readonly roles: readonly { readonly name: string; readonly version: number; readonly expires: number }[];
  readonly maxAge: number;
  /** The page of the newest one-file verifier, where this log has released one. */
  readonly verifier: string | null;
}

const seconds = z.number().int();
const count = z.number().int().nonnegative();

export const overviewSchema: z.ZodType<Overview> = z
  .object({
    vendor: z.string(),
    log: z.object({ origin: z.string(), size: count, witnessTime: seconds.nullable() }),
    asOf: seconds,
    tiles: z.array(
      z.object({
        topic: z.enum(topics),
        group: z.enum(['proven', 'open', 'late']),
        mark: z.enum(['ok', 'bad', 'warn', 'wait', 'info']),
        to: z.string(),
        about: z.string(),
        at: seconds.nullable(),
        count,
        of: count,
        detail: z.string(),
      }),
    ),
    releases: z.array(
      z.object({
        product: z.string(),
        channel: z.string(),
        sequence: count,
        version: z.string(),
        state: z.string(),
        seenAt: seconds,
        agreeing: count,
        threshold: count,
      }),
    ),
    roles: z.array(z.object({ name: z.string(), version: count, expires: seconds })),
    maxAge: count,
    verifier: z.string().nullable(),
  })
  .openapi('Overview');
