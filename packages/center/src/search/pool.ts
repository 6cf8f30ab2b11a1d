// Search threads and who waits for them. One question at a time for each thread and for each asker, so that
// whoever asks hard questions waits for himself; a thread that does not answer in time is ended and replaced.

import { Worker } from 'node:worker_threads';
import { fail, isSearchCode } from './codes.ts';
import { tooSlow } from './execute.ts';
import type { Ask, Questions, Reply, SearchJob } from './search-worker.ts';
import type { Scope } from './scope.ts';

export interface PoolOptions {
  readonly path: string;
  readonly threads?: number | undefined;
  /** Questions that wait at most. */
  readonly waiting?: number | undefined;
  /** What a question may take once it has a thread; it is ended by force a little later. */
  readonly milliseconds?: number | undefined;
}

interface Job {
  readonly asker: string;
  readonly message: Ask;
  readonly settle: (reply: Reply | Error) => void;
}

interface Thread {
  readonly worker: Worker;
  ready: boolean;
  job: Job | undefined;
  timer: NodeJS.Timeout | undefined;
}

/** Between the deadline that a thread keeps by itself and its end. */
const graceMs = 250;
/** Of those that wait, how many may be of one asker. */
const mostOfOne = 4;

export class SearchPool {
  readonly #job: SearchJob;
  readonly #most: number;
  readonly #threads = new Set<Thread>();
  readonly #waiting: Job[] = [];
  #closing = false;
  /** How many threads in a row ended before they were ready: the index cannot be read. */
  #stillborn = 0;

  constructor({ path, threads = 2, waiting = 32, milliseconds = 1_500 }: PoolOptions) {
    this.#job = { path, milliseconds };
    this.#most = waiting;
    for (let i = 0; i < threads; i++) this.#start();
  }

  async ask<Kind extends keyof Questions>(
    asker: string,
    kind: Kind,
    scope: Scope,
    ask: Questions[Kind]['ask'],
  ): Promise<Questions[Kind]['answer']> {
    if (this.#closing || this.#threads.size === 0) throw fail('search.index', 'the search is not running');
    const own = this.#waiting.filter((job) => job.asker === asker).length;
    if (this.#waiting.length >= this.#most || own >= mostOfOne)
      throw fail('search.busy', `${String(this.#waiting.length)} searches are waiting`);
    const reply = await new Promise<Reply>((resolve, reject) => {
      const settle = (result: Reply | Error): void => {
        if (result instanceof Error) reject(result);
        else resolve(result);
      };
      this.#waiting.push({ asker, message: { kind, scope, ask } as Ask, settle });
      this.#next();
    });
    if (reply.ok) return reply.answer;
    if (isSearchCode(reply.code)) throw fail(reply.code, reply.message);
    throw fail('search.index', `the search index could not be read: ${reply.message}`);
  }

  async close(): Promise<void> {
    this.#closing = true;
    for (const job of this.#waiting.splice(0)) job.settle(fail('search.index', 'the search is ending'));
    await Promise.all([...this.#threads].map(({ worker }) => worker.terminate()));
  }

  #start(): void {
    const worker = new Worker(new URL('search-worker.ts', import.meta.url), {
      workerData: this.#job,
      resourceLimits: { maxOldGenerationSizeMb: 768 },
    });
    const thread: Thread = { worker, ready: false, job: undefined, timer: undefined };
    this.#threads.add(thread);
    worker.on('message', (message: Reply | 'ready') => {
      if (message === 'ready') {
        thread.ready = true;
        this.#stillborn = 0;
      } else this.#finish(thread, message);
      this.#next();
    });
    worker.on('error', (error) =>
      this.#finish(thread, fail('search.index', `a search thread died: ${String(error)}`)),
    );
    worker.on('exit', () => this.#ended(thread));
  }

  #ended(thread: Thread): void {
    this.#threads.delete(thread);
    this.#finish(thread, fail('search.index', 'a search thread died'));
    if (this.#closing) return;
    // An index that cannot be opened would be tried for ever.
    if (!thread.ready && ++this.#stillborn > 4) {
      if (this.#threads.size === 0)
        for (const job of this.#waiting.splice(0))
          job.settle(fail('search.index', 'the search index cannot be opened'));
      return;
    }
    this.#start();
  }

  /** The first that waits and whose asker has no thread already. */
  #next(): void {
    for (const thread of this.#threads) {
      if (!thread.ready || thread.job !== undefined) continue;
      const running = new Set([...this.#threads].map(({ job }) => job?.asker));
      const at = this.#waiting.findIndex(({ asker }) => !running.has(asker));
      const [job] = at < 0 ? [] : this.#waiting.splice(at, 1);
      if (job === undefined) return;
      thread.job = job;
      thread.timer = setTimeout(() => this.#kill(thread), this.#job.milliseconds + graceMs);
      thread.worker.postMessage(job.message);
    }
  }

  #kill(thread: Thread): void {
    thread.ready = false;
    this.#finish(thread, tooSlow(this.#job.milliseconds));
    // Counts as one that was ready: it is the question that was bad.
    this.#stillborn = Math.max(0, this.#stillborn - 1);
    void thread.worker.terminate();
  }

  #finish(thread: Thread, result: Reply | Error): void {
    clearTimeout(thread.timer);
    const { job } = thread;
    thread.job = undefined;
    job?.settle(result);
  }
}
