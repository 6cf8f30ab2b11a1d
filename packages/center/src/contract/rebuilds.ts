// Who rebuilt what, and what it gave.

import { z } from '@hono/zod-openapi';

/**
 * `built`: its own digest is logged, there is nothing to compare with yet. `cleared`: it differed, and a
 * supervisor answered that; it agrees with nobody. `no-sandbox`: the order asks for one, so it is no vote.
 */
export type VoteResult =
  | 'waiting'
  | 'built'
  | 'reproduced'
  | 'differs'
  | 'cleared'
  | 'cannot-build'
  | 'no-sandbox';

/** One logged word of a rebuilder. */
export interface RebuildWord {
  readonly index: number;
  /** What it says; whether that holds is in `agrees`. */
  readonly result: 'built' | 'reproduced' | 'differs' | 'cannot-build';
  /** The digest of its outputs manifest. */
  readonly outputs: string | null;
  readonly agrees: boolean;
  readonly blind: boolean;
  readonly isolation: string;
  readonly finishedOn: number;
  readonly seenAt: number;
  /** What differs, sealed (D11): who holds the words. */
  readonly difference: { readonly commitment: string; readonly heldBy: string } | null;
  readonly resolution: {
    readonly index: number;
    readonly operator: string;
    readonly outcome: 'cleared' | 'upheld';
  } | null;
}

export interface Vote {
  readonly operator: string;
  readonly name: string;
  readonly jurisdiction: string;
  readonly result: VoteResult;
  readonly blind: boolean;
  readonly words: readonly RebuildWord[];
}

/** One order: what builder and rebuilders started from. */
export interface RebuildRow {
  readonly order: string;
  readonly index: number;
  readonly seenAt: number;
  readonly product: string;
  readonly version: string;
  readonly outputs: string | null;
  readonly agreeing: number;
  readonly votes: readonly Vote[];
  /** Releases of what this order gave. */
  readonly releases: readonly {
    readonly channel: string;
    readonly sequence: number;
    readonly state: string;
  }[];
}

export interface Rebuilds {
  readonly size: number;
  readonly threshold: number;
  readonly blind: boolean;
  /** Seconds within which a difference is to be answered. */
  readonly resolutionDeadline: number;
  /** Those that the policy lists as rebuilders, and all that ever were. */
  readonly operators: readonly { readonly id: string; readonly name: string }[];
  /** Newest first. */
  readonly orders: readonly RebuildRow[];
}

export interface ReleaseRebuilds {
  readonly product: string;
  readonly channel: string;
  readonly sequence: number;
  readonly version: string;
  readonly threshold: number;
  readonly blind: boolean;
  readonly resolutionDeadline: number;
  readonly order: RebuildRow | null;
  readonly command: string | null;
}

const digest = z.string().length(64);
const seconds = z.number().int();
const count = z.number().int().nonnegative();

export const voteSchema: z.ZodType<Vote> = z
  .object({
    operator: z.string(),
    name: z.string(),
    jurisdiction: z.string(),
    result: z.enum(['waiting', 'built', 'reproduced', 'differs', 'cleared', 'cannot-build', 'no-sandbox']),
    blind: z.boolean(),
    words: z.array(
      z.object({
        index: count,
        result: z.enum(['built', 'reproduced', 'differs', 'cannot-build']),
        outputs: digest.nullable(),
        agrees: z.boolean(),
        blind: z.boolean(),
        isolation: z.string(),
        finishedOn: seconds,
        seenAt: seconds,
        difference: z.object({ commitment: digest, heldBy: z.string() }).nullable(),
        resolution: z
          .object({ index: count, operator: z.string(), outcome: z.enum(['cleared', 'upheld']) })
          .nullable(),
      }),
    ),
  })
  .openapi('Vote');

const row: z.ZodType<RebuildRow> = z
  .object({
    order: digest,
    index: count,
    seenAt: seconds,
    product: z.string(),
    version: z.string(),
    outputs: digest.nullable(),
    agreeing: count,
    votes: z.array(voteSchema),
    releases: z.array(z.object({ channel: z.string(), sequence: count, state: z.string() })),
  })
  .openapi('RebuildRow');

export const rebuildsSchema: z.ZodType<Rebuilds> = z
  .object({
    size: count,
    threshold: count,
    blind: z.boolean(),
    resolutionDeadline: count,
    operators: z.array(z.object({ id: z.string(), name: z.string() })),
    orders: z.array(row),
  })
  .openapi('Rebuilds');

export const releaseRebuildsSchema: z.ZodType<ReleaseRebuilds> = z
  .object({
    product: z.string(),
    channel: z.string(),
    sequence: count,
    version: z.string(),
    threshold: count,
    blind: z.boolean(),
    resolutionDeadline: count,
    order: row.nullable(),
    command: z.string().nullable(),
  })
  .openapi('ReleaseRebuilds');
