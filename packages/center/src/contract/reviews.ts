// Reviews: /reviews.json, /reviews/:id.json, and the changes below /do/reviews.

import { z } from '@hono/zod-openapi';
import { written } from './questions.ts';
import {
  reviewLimits,
  severities,
  textFault,
  verdictWords,
  type ReviewContent,
  type ReviewFinding,
  type Severity,
  type VerdictWord,
} from './review-text.ts';

/** `signed`: kept here, on its way into the log. `destroyed`: the entry stays, what it says is gone. */
export type ReviewState = 'draft' | 'signed' | 'logged' | 'opened' | 'destroyed';

export interface TreeName {
  readonly digest: string;
  readonly products: readonly string[];
  readonly releases: readonly {
    readonly product: string;
    readonly channel: string;
    readonly version: string;
  }[];
}

/** A key as the admission list names it. */
export interface ReviewKey {
  readonly keyid: string;
  /** SubjectPublicKeyInfo, base64. */
  readonly publicKey: string;
  readonly webauthn: { readonly rpId: string; readonly origin: string } | null;
}

export interface ReviewLine {
  readonly id: string;
  readonly state: ReviewState;
  readonly tree: TreeName;
  readonly author: string;
  readonly mine: boolean;
  /** Null while it is sealed for this reader. */
  readonly verdict: VerdictWord | null;
  readonly keyid: string | null;
  /** Where it stands in the log; `seen`: this Center found it there, below a witnessed checkpoint. */
  readonly logged: { readonly index: number; readonly seen: boolean } | null;
  /** Seconds. */
  readonly changed: number;
}

export interface Reviews {
  readonly me: {
    readonly pseudonym: string | null;
    /** Passkeys of the account that can sign: P-256. */
    readonly passkeys: number;
    readonly keys: readonly (ReviewKey & { readonly registered: number; readonly ended: number | null })[];
    /** Entries of the log under these keys that did not come through this Center. */
    readonly foreign: readonly number[];
  } | null;
  /** What the reader may review: released trees that are open to it. */
  readonly trees: readonly (TreeName & { readonly draft: string | null })[];
  readonly reviews: readonly ReviewLine[];
  /** Reviews in the log that were not signed here. */
  readonly elsewhere: readonly {
    readonly index: number;
    readonly tree: TreeName;
    readonly keyid: string;
    readonly operator: string | null;
    readonly issuedAt: string;
  }[];
}

export interface KeptFinding extends ReviewFinding {
  readonly id: number;
  readonly written: number;
}

export interface Review {
  readonly review: ReviewLine;
  /** For its author alone, while it is a draft. */
  readonly draft: {
    readonly version: number;
    readonly content: ReviewContent;
    readonly readPaths: readonly string[];
    readonly findings: readonly KeptFinding[];
    /** What the statement says of who holds salt and body. */
    readonly heldBy: string;
    /** Credential identifiers of the passkeys that can sign, base64url, with the keyids of their keys. */
    readonly passkeys: readonly {
      readonly id: string;
      readonly keyid: string;
      readonly registered: boolean;
    }[];
  } | null;
  /** The text, for its author, for who holds it, and for everyone once it is opened. */
  readonly body: string | null;
  /** 32 bytes, base64: with the body it opens the commitment. */
  readonly salt: string | null;
  /** The entry as it is in the log: canonical JSON, base64. */
  readonly envelope: string | null;
  readonly key: ReviewKey | null;
  /** Why it is not in the log yet. */
  readonly waiting: { readonly code: string; readonly message: string; readonly since: number } | null;
  readonly may: { readonly open: boolean; readonly destroy: boolean };
}

const digest = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hex');
const id = z.string().regex(/^[0-9a-f]{20}$/, 'the name of a review');
const base64 = (most: number): z.ZodString =>
  z
    .string()
    .max(most)
    .regex(/^[A-Za-z0-9+/]+={0,2}$/, 'base64');
const verdict = z.enum(verdictWords as readonly [VerdictWord]);
const severity = z.enum(severities as readonly [Severity]);
const line = z.number().int().min(1).max(10_000_000);
const path = z.string().min(1).max(4_096);

const releaseName = z.object({ product: z.string(), channel: z.string(), version: z.string() });
const treeName = z.object({
  digest,
  products: z.array(z.string()),
  releases: z.array(releaseName),
});
const reviewKey = z.object({
  keyid: digest,
  publicKey: z.string(),
  webauthn: z.object({ rpId: z.string(), origin: z.string() }).nullable(),
});
const findingSchema = z.object({
  severity,
  path: z.string().nullable(),
  first: line.nullable(),
  last: line.nullable(),
  text: z.string(),
});

const reviewLine: z.ZodType<ReviewLine> = z
  .object({
    id,
    state: z.enum(['draft', 'signed', 'logged', 'opened', 'destroyed']),
    tree: treeName,
    author: z.string(),
    mine: z.boolean(),
    verdict: verdict.nullable(),
    keyid: digest.nullable(),
    logged: z.object({ index: z.number().int(), seen: z.boolean() }).nullable(),
    changed: z.number().int(),
  })
  .openapi('ReviewLine');

export const reviewsSchema: z.ZodType<Reviews> = z
  .object({
    me: z
      .object({
        pseudonym: z.string().nullable(),
        passkeys: z.number().int(),
        keys: z.array(reviewKey.extend({ registered: z.number().int(), ended: z.number().int().nullable() })),
        foreign: z.array(z.number().int()),
      })
      .nullable(),
    trees: z.array(treeName.extend({ draft: id.nullable() })),
    reviews: z.array(reviewLine),
    elsewhere: z.array(
      z.object({
        index: z.number().int(),
        tree: treeName,
        keyid: digest,
        operator: z.string().nullable(),
        issuedAt: z.string(),
      }),
    ),
  })
  .openapi('Reviews');

export const reviewSchema: z.ZodType<Review> = z
  .object({
    review: reviewLine,
    draft: z
      .object({
        version: z.number().int(),
        content: z.object({
          tree: digest,
          releases: z.array(releaseName),
          verdict,
          read: z.object({ files: z.number().int(), of: z.number().int(), list: digest }),
          findings: z.array(findingSchema),
          text: z.string(),
        }),
        readPaths: z.array(z.string()),
        findings: z.array(findingSchema.extend({ id: z.number().int(), written: z.number().int() })),
        heldBy: z.string(),
        passkeys: z.array(z.object({ id: z.string(), keyid: digest, registered: z.boolean() })),
      })
      .nullable(),
    body: z.string().nullable(),
    salt: z.string().nullable(),
    envelope: z.string().nullable(),
    key: reviewKey.nullable(),
    waiting: z.object({ code: z.string(), message: z.string(), since: z.number().int() }).nullable(),
    may: z.object({ open: z.boolean(), destroy: z.boolean() }),
  })
  .openapi('Review');

export const reviewParams: z.ZodType<{ readonly id: string }> = z.object({ id });

export const beginBody: z.ZodType<{ readonly tree: string }> = z.strictObject({ tree: digest });
export const idBody: z.ZodType<{ readonly id: string }> = z.strictObject({ id });

export interface Save {
  readonly id: string;
  readonly version: number;
  readonly verdict: VerdictWord;
  readonly text: string;
}

export const saveBody: z.ZodType<Save> = z.strictObject({
  id,
  version: z.number().int().min(0),
  verdict,
  // A draft may still be empty; a review may not.
  text: z.string().superRefine((text, context) => {
    const fault = text.trim() === '' ? undefined : textFault(text, reviewLimits.text);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
  }),
});

export interface SignedReview {
  /** 32 bytes, base64. */
  readonly salt: string;
  readonly body: string;
  /** Canonical JSON of the DSSE envelope, base64. */
  readonly envelope: string;
  /** Of a key file, where it is not registered yet: SubjectPublicKeyInfo, base64. */
  readonly publicKey?: string | undefined;
}

const signed = {
  salt: base64(44),
  body: z.string().max(reviewLimits.body),
  envelope: base64(87_384),
  publicKey: base64(2_000).optional(),
};
export const signedBody: z.ZodType<SignedReview> = z.strictObject(signed);
export const signBody: z.ZodType<SignedReview & { readonly id: string }> = z.strictObject({ id, ...signed });

export interface NewFinding extends ReviewFinding {
  readonly id: string;
}

export const findingBody: z.ZodType<NewFinding> = z.strictObject({
  id,
  severity,
  path: path.nullable(),
  first: line.nullable(),
  last: line.nullable(),
  text: written(reviewLimits.finding),
});
export const dropFindingBody: z.ZodType<{ readonly id: string; readonly finding: number }> = z.strictObject({
  id,
  finding: z.number().int().min(1),
});
export const keyBody: z.ZodType<{ readonly keyid: string }> = z.strictObject({ keyid: digest });

/** What a program needs to know before it signs for a draft. */
export interface SigningTask {
  readonly tree: string;
  readonly heldBy: string;
  /** SHA-256 of the body that the draft would be signed as. */
  readonly body: string;
}

/** Where a review is on its way into the log. */
export interface Signing {
  readonly id: string;
  readonly state: ReviewState;
  readonly index: number | null;
}

export const signingSchema: z.ZodType<Signing> = z
  .object({
    id,
    state: z.enum(['draft', 'signed', 'logged', 'opened', 'destroyed']),
    index: z.number().int().nullable(),
  })
  .openapi('Signing');

export const begunSchema: z.ZodType<{ readonly id: string }> = z.object({ id }).openapi('Begun');
export const savedSchema: z.ZodType<{ readonly version: number }> = z
  .object({ version: z.number().int() })
  .openapi('Saved');
export const taskAddressSchema: z.ZodType<{ readonly address: string }> = z
  .object({ address: z.string() })
  .openapi('TaskAddress');
