// Questions and answers on lines: /questions.json, /questions/:id.json, and the changes below /do/questions.

import { z } from '@hono/zod-openapi';
import { reviewLimits, textFault } from './review-text.ts';

export type ThreadState = 'open' | 'answered' | 'closed';

export interface ThreadLine {
  readonly id: string;
  readonly state: ThreadState;
  readonly tree: string;
  readonly products: readonly string[];
  readonly path: string;
  readonly first: number;
  readonly last: number;
  /** SHA-256 of the file: the lines are those of these bytes. */
  readonly blob: string;
  /** A pseudonym. */
  readonly author: string;
  readonly mine: boolean;
  /** The beginning of the question. */
  readonly excerpt: string;
  readonly posts: number;
  /** Seconds. */
  readonly asked: number;
  readonly changed: number;
}

export interface Post {
  readonly id: number;
  readonly author: string;
  /** Somebody of the vendor. */
  readonly vendor: boolean;
  readonly mine: boolean;
  readonly text: string;
  readonly written: number;
  /** What stood there before, oldest first. */
  readonly earlier: readonly { readonly text: string; readonly written: number }[];
}

export interface Questions {
  readonly threads: readonly ThreadLine[];
  readonly counts: { readonly open: number; readonly answered: number; readonly closed: number };
  /** May write here: signed in, and (with a path) may read the file. */
  readonly mayAsk: boolean;
}

export interface Thread {
  readonly thread: ThreadLine;
  readonly posts: readonly Post[];
  readonly may: { readonly post: boolean; readonly close: boolean; readonly reopen: boolean };
}

const digest = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hex');
const path = z.string().min(1).max(4_096);
const id = z.string().regex(/^[0-9a-f]{20}$/, 'the name of a thread');
const state = z.enum(['open', 'answered', 'closed']);
const line = z.number().int().min(1).max(10_000_000);

export function written(most: number): z.ZodType<string> {
  return z.string().superRefine((text, context) => {
    const fault = textFault(text, most);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
  });
}

const threadLine: z.ZodType<ThreadLine> = z
  .object({
    id,
    state,
    tree: digest,
    products: z.array(z.string()),
    path,
    first: line,
    last: line,
    blob: digest,
    author: z.string(),
    mine: z.boolean(),
    excerpt: z.string(),
    posts: z.number().int(),
    asked: z.number().int(),
    changed: z.number().int(),
  })
  .openapi('ThreadLine');

export const questionsSchema: z.ZodType<Questions> = z
  .object({
    threads: z.array(threadLine),
    counts: z.object({ open: z.number().int(), answered: z.number().int(), closed: z.number().int() }),
    mayAsk: z.boolean(),
  })
  .openapi('Questions');

export const threadSchema: z.ZodType<Thread> = z
  .object({
    thread: threadLine,
    posts: z.array(
      z.object({
        id: z.number().int(),
        author: z.string(),
        vendor: z.boolean(),
        mine: z.boolean(),
        text: z.string(),
        written: z.number().int(),
        earlier: z.array(z.object({ text: z.string(), written: z.number().int() })),
      }),
    ),
    may: z.object({ post: z.boolean(), close: z.boolean(), reopen: z.boolean() }),
  })
  .openapi('Thread');

export interface QuestionsQuery {
  readonly tree?: string | undefined;
  readonly path?: string | undefined;
  readonly state?: ThreadState | undefined;
}

export const questionsQuery: z.ZodType<QuestionsQuery> = z
  .object({ tree: digest.optional(), path: path.optional(), state: state.optional() })
  .refine((query) => query.path === undefined || query.tree !== undefined, 'path needs tree');

export const threadParams: z.ZodType<{ readonly id: string }> = z.object({ id });

export interface Ask {
  readonly tree: string;
  readonly path: string;
  readonly first: number;
  readonly last: number;
  readonly text: string;
}

export const askBody: z.ZodType<Ask> = z.strictObject({
  tree: digest,
  path,
  first: line,
  last: line,
  text: written(reviewLimits.post),
});

export const postBody: z.ZodType<{ readonly id: string; readonly text: string }> = z.strictObject({
  id,
  text: written(reviewLimits.post),
});

export const editBody: z.ZodType<{ readonly post: number; readonly text: string }> = z.strictObject({
  post: z.number().int().min(1),
  text: written(reviewLimits.post),
});

export const stateBody: z.ZodType<{ readonly id: string; readonly state: 'open' | 'closed' }> =
  z.strictObject({ id, state: z.enum(['open', 'closed']) });

export const askedSchema: z.ZodType<{ readonly id: string }> = z.object({ id }).openapi('Asked');
