// Releases and the chain of one release, as their twins say it. Times are seconds; digests lower-case hex.

import { z } from '@hono/zod-openapi';
import { voteSchema, type Vote } from './rebuilds.ts';

/** `announced`: in the log, in no publication yet. */
export type ReleaseState = 'announced' | 'published' | 'superseded' | 'held' | 'withdrawn';

/** An entry of the log, and who signed it. */
export interface EntryAt {
  readonly index: number;
  readonly operator: string;
  readonly seenAt: number;
}

export interface ReleaseRow {
  readonly product: string;
  readonly channel: string;
  readonly sequence: number;
  readonly version: string;
  readonly platforms: readonly string[];
  readonly state: ReleaseState;
  readonly entry: EntryAt;
  /** When it was first announced as published, by the publisher's clock; null before that. */
  readonly publishedAt: number | null;
  /** Operators that rebuilt the same bytes, and how many the policy asks for. */
  readonly agreeing: number;
  readonly threshold: number;
  readonly artifacts: readonly { readonly output: string; readonly sha256: string }[];
}

export interface Releases {
  readonly size: number;
  readonly releases: readonly ReleaseRow[];
}

export interface Artifact extends EntryAt {
  readonly output: string;
  readonly platform: string;
  readonly sha256: string;
  /** From the outputs manifest, where the repository serves it. */
  readonly size: number | null;
  readonly purl: string;
  /** Below /repository/. */
  readonly path: string;
  /** Whether the verified metadata of the repository lists exactly this file; null when it could not be read. */
  readonly offered: boolean | null;
  /** To fetch what a verdict needs, and to judge it; for a POSIX shell. */
  readonly fetch: string;
  readonly verify: string;
}

export interface Publication extends EntryAt {
  readonly seq: number;
  readonly snapshot: string;
  readonly asOf: number;
  readonly issuedAt: number;
}

export interface Sealed extends EntryAt {
  readonly commitment: string;
  readonly heldBy: string;
  readonly issuedAt: number;
}

export interface Material {
  readonly id: string;
  readonly sha256: string;
  readonly size: number;
}

export interface ReleasePage {
  readonly product: string;
  readonly channel: string;
  readonly sequence: number;
  readonly version: string;
  readonly platforms: readonly string[];
  readonly state: ReleaseState;
  readonly vendor: { readonly id: string; readonly name: string };
  /** Neighbours in the channel, by sequence. */
  readonly previous: number | null;
  readonly next: number | null;
  readonly artifacts: readonly Artifact[];
  readonly source:
    | (EntryAt & {
        readonly tree: string;
        readonly gitCommit: string;
        readonly files: number;
        readonly bytes: number;
      })
    | null;
  readonly order:
    | (EntryAt & {
        readonly id: string;
        readonly recipe: { readonly path: string; readonly sha256: string };
        readonly platform: string;
        readonly root: string;
        readonly sandbox: boolean;
        readonly clock: number;
        readonly parameters: Readonly<Record<string, string>>;
        readonly materials: string;
      })
    | null;
  /** Null where the repository does not serve the manifest that the order names. */
  readonly materials: { readonly count: number; readonly opaque: readonly Material[] } | null;
  readonly build:
    | (EntryAt & {
        readonly outputs: string;
        readonly builder: string;
        readonly isolation: string;
        readonly startedOn: number;
        readonly finishedOn: number;
      })
    | null;
  readonly log: {
    readonly origin: string;
    readonly size: number;
    readonly root: string | null;
    readonly witnessTime: number | null;
    /** Everything that counts about this release, in the order in which it was logged. */
    readonly entries: readonly {
      readonly index: number;
      readonly kind: string;
      readonly operator: string;
      readonly seenAt: number;
    }[];
  };
  readonly witnesses: {
    readonly quorum: number;
    readonly claim: string;
    readonly operators: readonly {
      readonly id: string;
      readonly name: string;
      readonly jurisdiction: string;
      readonly part: string;
      readonly time: number | null;
    }[];
  };
  readonly rebuilds: {
    readonly threshold: number;
    /** Whether the policy counts only what was logged before the provenance. */
    readonly blind: boolean;
    readonly agreeing: number;
    readonly outputs: string | null;
    readonly votes: readonly Vote[];
  };
  readonly reviews: readonly Sealed[];
  readonly findings: readonly (Sealed & { readonly severity: string })[];
  readonly publication: {
    readonly first: Publication | null;
    readonly latest: Publication | null;
    readonly maxAge: number;
    /** From the end of the build to the first publication. */
    readonly secondsFromBuild: number | null;
  };
  readonly withdrawals: readonly (EntryAt & {
    readonly reason: string;
    readonly issuedAt: number;
    readonly replacement: string | null;
    /** The release that the replacement is. */
    readonly replacedBy: number | null;
  })[];
  readonly holds: readonly { readonly index: number }[];
  readonly check: {
    /** Below /repository/: files that a verdict needs. Null where the repository could not be read. */
    readonly publication: string | null;
    readonly rebuild: string | null;
    /** The newest release of the one-file verifier that nothing speaks against. */
    readonly verifier: {
      readonly version: string;
      readonly sequence: number;
      readonly channel: string;
      readonly page: { readonly path: string; readonly output: string; readonly sha256: string } | null;
      readonly program: { readonly path: string; readonly output: string; readonly sha256: string } | null;
    } | null;
  };
  /** What of the repository could not be read or verified. */
  readonly trouble: { readonly code: string; readonly message: string } | null;
}

const digest = z.string().length(64);
const seconds = z.number().int();
const count = z.number().int().nonnegative();
const entryAt = { index: count, operator: z.string(), seenAt: seconds };
const sealed = { ...entryAt, commitment: digest, heldBy: z.string(), issuedAt: seconds };
const state = z.enum(['announced', 'published', 'superseded', 'held', 'withdrawn']);
const head = {
  product: z.string(),
  channel: z.string(),
  sequence: count,
  version: z.string(),
  platforms: z.array(z.string()),
  state,
};
const publication = z.object({ ...entryAt, seq: count, snapshot: digest, asOf: count, issuedAt: seconds });
const file = z.object({ path: z.string(), output: z.string(), sha256: digest });

export const releasesSchema: z.ZodType<Releases> = z
  .object({
    size: count,
    releases: z.array(
      z.object({
        ...head,
        entry: z.object(entryAt),
        publishedAt: seconds.nullable(),
        agreeing: count,
        threshold: count,
        artifacts: z.array(z.object({ output: z.string(), sha256: digest })),
      }),
    ),
  })
  .openapi('Releases');

export const releasePageSchema: z.ZodType<ReleasePage> = z
  .object({
    ...head,
    vendor: z.object({ id: z.string(), name: z.string() }),
    previous: count.nullable(),
    next: count.nullable(),
    artifacts: z.array(
      z.object({
        ...entryAt,
        output: z.string(),
        platform: z.string(),
        sha256: digest,
        size: count.nullable(),
        purl: z.string(),
        path: z.string(),
        offered: z.boolean().nullable(),
        fetch: z.string(),
        verify: z.string(),
      }),
    ),
    source: z
      .object({ ...entryAt, tree: digest, gitCommit: z.string(), files: count, bytes: count })
      .nullable(),
    order: z
      .object({
        ...entryAt,
        id: digest,
        recipe: z.object({ path: z.string(), sha256: digest }),
        platform: z.string(),
        root: z.string(),
        sandbox: z.boolean(),
        clock: seconds,
        parameters: z.record(z.string(), z.string()),
        materials: digest,
      })
      .nullable(),
    materials: z
      .object({ count, opaque: z.array(z.object({ id: z.string(), sha256: digest, size: count })) })
      .nullable(),
    build: z
      .object({
        ...entryAt,
        outputs: digest,
        builder: z.string(),
        isolation: z.string(),
        startedOn: seconds,
        finishedOn: seconds,
      })
      .nullable(),
    log: z.object({
      origin: z.string(),
      size: count,
      root: digest.nullable(),
      witnessTime: seconds.nullable(),
      entries: z.array(z.object({ ...entryAt, kind: z.string() })),
    }),
    witnesses: z.object({
      quorum: count,
      claim: z.string(),
      operators: z.array(
        z.object({
          id: z.string(),
          name: z.string(),
          jurisdiction: z.string(),
          part: z.string(),
          time: seconds.nullable(),
        }),
      ),
    }),
    rebuilds: z.object({
      threshold: count,
      blind: z.boolean(),
      agreeing: count,
      outputs: digest.nullable(),
      votes: z.array(voteSchema),
    }),
    reviews: z.array(z.object(sealed)),
    findings: z.array(z.object({ ...sealed, severity: z.string() })),
    publication: z.object({
      first: publication.nullable(),
      latest: publication.nullable(),
      maxAge: count,
      secondsFromBuild: count.nullable(),
    }),
    withdrawals: z.array(
      z.object({
        ...entryAt,
        reason: z.string(),
        issuedAt: seconds,
        replacement: digest.nullable(),
        replacedBy: count.nullable(),
      }),
    ),
    holds: z.array(z.object({ index: count })),
    check: z.object({
      publication: z.string().nullable(),
      rebuild: z.string().nullable(),
      verifier: z
        .object({
          version: z.string(),
          sequence: count,
          channel: z.string(),
          page: file.nullable(),
          program: file.nullable(),
        })
        .nullable(),
    }),
    trouble: z.object({ code: z.string(), message: z.string() }).nullable(),
  })
  .openapi('ReleasePage');
