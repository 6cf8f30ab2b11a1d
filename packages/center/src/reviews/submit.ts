// Signed reviews on their way into the log. The queue is the table: what is signed there is sent until the
// log answers with its number. The log gives one statement by one key one number for ever, so sending
// again after a crash, or after an answer that was lost, logs nothing twice.

import { isVitrineError, parseJson, schema } from '@vitrine/evidence';
import { fetchBytes } from '@vitrine/host';
import type { Answered, KeptReview, ReviewStore } from './reviews.ts';

export interface SubmitOptions {
  /** Address of the log. */
  readonly log: string;
  readonly store: ReviewStore;
  /** Ends what is under way; it is sent again after the next start. */
  readonly signal: AbortSignal;
}

const accepted = schema.object(
  { index: schema.integer(0), statementId: schema.text(/^[0-9a-f]{64}$/, 64, 'a statement identifier') },
  {},
  { open: true },
);
const refusal = schema.object(
  { code: schema.text(/^[a-z.-]+$/, 64, 'a code'), message: schema.text(/^[^\0]*$/, 4096, 'a message') },
  {},
  { open: true },
);

export class Submitter {
  readonly #options: SubmitOptions;
  /** What is being sent, by review. */
  readonly #sending = new Map<string, Promise<void>>();

  constructor(options: SubmitOptions) {
    this.#options = options;
  }

  /** Sends it once; what came of it is in the store. Never rejects for what the log does. */
  submit(id: string, waitMs: number): Promise<void> {
    let sending = this.#sending.get(id);
    if (sending === undefined) {
      sending = this.#send(id, waitMs).finally(() => this.#sending.delete(id));
      this.#sending.set(id, sending);
    }
    return sending;
  }

  async all(waitMs: number): Promise<void> {
    for (const { id } of this.#options.store.queued()) await this.submit(id, waitMs);
  }

  async #send(id: string, waitMs: number): Promise<void> {
    const { store } = this.#options;
    const review = store.get(id);
    if (review?.state !== 'signed' || review.envelope === undefined) return;
    store.answered(id, await this.#ask(review, review.envelope, waitMs));
  }

  async #ask(review: KeptReview, envelope: Uint8Array, waitMs: number): Promise<Answered> {
    try {
      const { status, bytes } = await fetchBytes(
        `${this.#options.log.replace(/\/$/, '')}/add?wait=${waitMs}`,
        {
          method: 'POST',
          body: envelope,
          maxBytes: 65_536,
          timeoutMs: waitMs + 10_000,
          expectStatus: 'any',
          signal: this.#options.signal,
        },
      );
      if (status !== 200 && status !== 202) return { trouble: troubleOf(status, bytes) };
      const { index, statementId } = accepted.check(parseJson(bytes));
      if (statementId !== review.statement)
        return { trouble: { code: 'review.log', message: 'the log answered about another statement' } };
      return { index };
    } catch (error) {
      if (!isVitrineError(error)) throw error;
      return { trouble: { code: error.code, message: error.message } };
    }
  }
}

function troubleOf(status: number, bytes: Uint8Array): { readonly code: string; readonly message: string } {
  try {
    const { code, message } = refusal.check(parseJson(bytes));
    return { code, message };
  } catch {
    return { code: 'review.log', message: `the log answered with ${status}` };
  }
}
