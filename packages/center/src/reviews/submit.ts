// Signed reviews on their way into the log. The queue is the table: what is signed there is sent until the
// log answers with its number. The log gives one statement by one key one number for ever, so sending
// again after a crash, or after an answer that was lost, logs nothing twice.

import { isVitrineError, parseJson, schema } from '@vitrine/evidence';
import { fetchBytes, type Clock } from '@vitrine/host';
import { publicWords } from '../public-words.ts';
import type { Answered, KeptReview, ReviewStore } from './reviews.ts';

export interface SubmitOptions {
  /** Address of the log. */
  readonly log: string;
  readonly store: ReviewStore;
  readonly clock: Clock;
  /** Ends what is under way; it is sent again after the next start. */
  readonly signal: AbortSignal;
  /** What the operator should see: authors are told the rule. */
  readonly report: (line: string) => void;
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

/** Between two attempts to send one review; it doubles with each. */
const firstWaitMs = 5_000;
const longestWaitMs = 600_000;

export class Submitter {
  readonly #options: SubmitOptions;
  /** What is being sent, by review. */
  readonly #sending = new Map<string, Promise<void>>();
  /** How often the log did not take a review since this process started, and when it is sent again. */
  readonly #waiting = new Map<string, { readonly attempts: number; readonly due: number }>();
  /** Why the log could not be asked, as the operator was told it last. */
  #said: string | undefined;

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

  /** Sends those that are due. */
  async all(waitMs: number): Promise<void> {
    const { store, clock } = this.#options;
    const queued = new Set(store.queued());
    for (const id of this.#waiting.keys()) if (!queued.has(id)) this.#waiting.delete(id);
    for (const id of queued)
      if ((this.#waiting.get(id)?.due ?? 0) <= clock.now()) await this.submit(id, waitMs);
  }

  async #send(id: string, waitMs: number): Promise<void> {
    const { store } = this.#options;
    const review = store.get(id);
    if (review?.state !== 'signed' || review.envelope === undefined) return;
    const answered = await this.#ask(review, review.envelope, waitMs);
    store.answered(id, answered);
    if (answered.trouble === undefined) this.#waiting.delete(id);
    else this.#wait(id);
  }

  #wait(id: string): void {
    const attempts = (this.#waiting.get(id)?.attempts ?? 0) + 1;
    const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(attempts - 1, 20));
    this.#waiting.set(id, { attempts, due: this.#options.clock.now() + waitMs });
  }

  #tell(line: string): void {
    if (line !== this.#said) this.#options.report(line);
    this.#said = line;
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
      this.#said = undefined;
      if (status !== 200 && status !== 202) return { trouble: troubleOf(status, bytes) };
      const { index, statementId } = accepted.check(parseJson(bytes));
      if (statementId !== review.statement)
        return { trouble: { code: 'review.log', message: 'the log answered about another statement' } };
      return { index };
    } catch (error) {
      if (!isVitrineError(error)) throw error;
      if (!this.#options.signal.aborted) this.#tell(`reviews: ${error.code}: ${error.message}`);
      return { trouble: publicWords(error) };
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
