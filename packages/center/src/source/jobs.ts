// What is too long for the thread that answers requests: colours and comparisons, in a worker thread. A job
// that does not end in time costs its worker, and nobody else anything.

import { Worker } from 'node:worker_threads';
import type { TextComparison } from './compare-files.ts';
import { fail } from './codes.ts';

export interface ColourJob {
  readonly kind: 'colour';
  readonly lines: readonly string[];
  readonly grammar: string;
}

export interface CompareJob {
  readonly kind: 'compare';
  readonly from: Uint8Array;
  readonly to: Uint8Array;
}

export interface ComparedTexts extends TextComparison {
  /** All lines of the newer text. */
  readonly lines: readonly string[];
  readonly fromLines: number;
}

/** One list a line: length, kind, length, kind … */
export type LineTokens = readonly (readonly number[])[];

export interface Jobs {
  colour(job: Omit<ColourJob, 'kind'>): Promise<LineTokens>;
  compare(job: Omit<CompareJob, 'kind'>): Promise<ComparedTexts>;
  close(): Promise<void>;
}

interface Waiting {
  readonly job: ColourJob | CompareJob;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

const mostWaiting = 32;

/** A worker for colours and one for comparisons, so that neither waits for the other. Started when first asked. */
export function openJobs(timeoutMs = 10_000): Jobs {
  const colours = openLane(timeoutMs);
  const comparisons = openLane(timeoutMs);
  return {
    colour: (job) => colours.ask({ kind: 'colour', ...job }) as Promise<LineTokens>,
    compare: (job) => comparisons.ask({ kind: 'compare', ...job }) as Promise<ComparedTexts>,
    close: async () => {
      await Promise.all([colours.close(), comparisons.close()]);
    },
  };
}

function openLane(timeoutMs: number): { ask(job: Waiting['job']): Promise<unknown>; close(): Promise<void> } {
  const queue: Waiting[] = [];
  let worker: Worker | undefined;
  let running: Waiting | undefined;
  let timer: NodeJS.Timeout | undefined;

  function settle(act: (waiting: Waiting) => void): void {
    clearTimeout(timer);
    const done = running;
    running = undefined;
    if (done !== undefined) act(done);
    next();
  }

  function next(): void {
    if (running !== undefined) return;
    running = queue.shift();
    if (running === undefined) return;
    worker ??= start();
    timer = setTimeout(() => drop(`it took longer than ${timeoutMs} ms`), timeoutMs);
    worker.postMessage(running.job);
  }

  /** The next job gets another worker. */
  function drop(why: string): void {
    const ended = worker;
    worker = undefined;
    void ended?.terminate();
    settle(({ reject }) => reject(fail('source.worker', `couldn't work on the file: ${why}`)));
  }

  function start(): Worker {
    const fresh = new Worker(new URL('./worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    });
    fresh.unref();
    fresh.on('message', ({ value, error }: { value?: unknown; error?: string }) => {
      if (fresh !== worker) return;
      settle(({ resolve, reject }) => {
        if (error === undefined) resolve(value);
        else reject(fail('source.worker', `couldn't work on the file: ${error}`));
      });
    });
    fresh.on('error', (error: Error) => {
      if (fresh === worker) drop(error.message);
    });
    return fresh;
  }

  return {
    ask: (job) =>
      new Promise((resolve, reject) => {
        if (queue.length >= mostWaiting) {
          reject(fail('source.worker', 'too many files are being worked on; try again'));
          return;
        }
        queue.push({ job, resolve, reject });
        next();
      }),
    async close() {
      for (const { reject } of queue.splice(0)) reject(fail('source.worker', 'the Center is closing'));
      clearTimeout(timer);
      const ended = worker;
      worker = undefined;
      await ended?.terminate();
    },
  };
}
