// The index thread as the main thread sees it: tells it which trees the log names, gives it the files of those
// it does not know, starts it again when it dies, and knows how far it is.

import { Worker } from 'node:worker_threads';
import type { TreeFile } from '@vitrine/evidence';
import type { IndexState } from '../contract/search.ts';
import { publicWords } from '../public-words.ts';
import { fail } from './codes.ts';
import type { FromIndexer, IndexJob, ToIndexer } from './index-worker.ts';
import type { IndexProgress, TreeToIndex } from './writer.ts';

export interface IndexingOptions {
  readonly path: string;
  readonly store: string;
  /** The listing of a tree; may throw where the source store does not hold it. */
  readonly files: (tree: string) => Promise<readonly TreeFile[] | undefined>;
  /** After every step. */
  readonly onProgress?: ((progress: IndexProgress) => void) | undefined;
  /** What the operator should see: of trouble of ours, pages show the rule. Default: nobody is told. */
  readonly report?: ((line: string) => void) | undefined;
}

const mostDeaths = 20;
/** Of our own errors a thread tells the class by its name alone, and the code as it is. */
const isOurs = (cause: unknown): cause is Error & { readonly code: string } =>
  cause instanceof Error && cause.name === 'VitrineError' && 'code' in cause;

const restartMs = 250;
const againMs = 2_000;

export class Indexing {
  readonly #options: IndexingOptions;
  #worker: Worker | undefined;
  #deaths = 0;
  #again: NodeJS.Timeout | undefined;
  #closing = false;
  #trees: readonly TreeToIndex[] = [];
  #progress: IndexProgress | undefined;
  #unreadable = 0;
  #trouble: string | undefined;
  /** The last line of it that the operator was told. */
  #said: string | undefined;
  /** Whether the thread has nothing to do, and who waits for that. */
  #idle = false;
  #waiting: (() => void)[] = [];

  constructor(options: IndexingOptions) {
    this.#options = options;
    this.#start(false);
  }

  /** The trees that there are; what is new among them is indexed. */
  setTrees(trees: readonly TreeToIndex[]): void {
    this.#trees = trees;
    this.#idle = false;
    this.#send({ kind: 'trees', trees });
  }

  state(): IndexState {
    const progress = this.#progress;
    const known = this.#trees.length;
    const waiting = progress?.waiting ?? 0;
    const blobs = progress?.blobs ?? 0;
    const trees = progress?.trees ?? 0;
    // A tree whose files are not even listed yet counts as nothing; one that cannot be read is trouble, not work.
    const listed = known === 0 ? 1 : Math.min(trees + this.#unreadable, known) / known;
    const percent = 100 * listed * (blobs === 0 ? 1 : 1 - waiting / blobs);
    const missing = progress?.missing ?? 0;
    return {
      trees: { known, whole: Math.min(progress?.whole ?? 0, known) },
      // Whole numbers, rounded down: 100 is said of what is complete alone.
      percent: Math.floor(percent),
      symbolsPercent:
        blobs === 0
          ? Math.floor(percent)
          : Math.floor((100 * (blobs - waiting - (progress?.symbolsWaiting ?? 0))) / blobs),
      trouble:
        this.#trouble ??
        (this.#unreadable + missing === 0
          ? null
          : `the source store does not hold ${String(this.#unreadable)} listings and ${String(missing)} files that the log names`),
    };
  }

  /** Resolves when all of it is indexed, symbols too. Rejects when indexing has given up. */
  async whole(): Promise<IndexProgress | undefined> {
    while (!this.#idle) {
      if (this.#trouble !== undefined) throw fail('search.index', this.#trouble);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this.#progress;
  }

  /** Resolves once search.db is there and of this version. */
  async begun(): Promise<void> {
    while (this.#progress === undefined) {
      if (this.#trouble !== undefined || this.#closing)
        throw fail('search.index', this.#trouble ?? 'the search is ending');
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#again);
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    this.#send({ kind: 'close' });
    await ended;
  }

  #send(message: ToIndexer): void {
    this.#worker?.postMessage(message);
  }

  #start(careful: boolean): void {
    const { path, store } = this.#options;
    const job: IndexJob = { path, store, careful };
    const worker = new Worker(new URL('index-worker.ts', import.meta.url), { workerData: job });
    this.#worker = worker;
    let cause: unknown;
    worker.on('message', (message: FromIndexer) => void this.#hear(message));
    worker.on('error', (error) => (cause = error));
    worker.on('exit', () => {
      this.#worker = undefined;
      if (this.#closing) this.#wake();
      else this.#restart(cause);
    });
  }

  /** What it had committed is kept; the file on which it died is passed over. */
  #restart(cause: unknown): void {
    // Ours: another process writes, the disk is full. Tried again for as long as the Center runs.
    if (isOurs(cause)) {
      this.#trouble = `nothing is indexed now: ${publicWords(cause).message}`;
      const said = `search: ${cause.code}: ${cause.message}`;
      if (said !== this.#said) this.#options.report?.(said);
      this.#said = said;
    } else if (++this.#deaths > mostDeaths) {
      this.#trouble = 'indexing has stopped: its thread died again and again';
      this.#wake();
      return;
    }
    this.#again = setTimeout(
      () => {
        this.#start(!isOurs(cause));
        if (this.#trees.length > 0) this.setTrees(this.#trees);
      },
      isOurs(cause) ? againMs : restartMs,
    );
    this.#wake();
  }

  async #hear(message: FromIndexer): Promise<void> {
    if (message.kind === 'unknown') {
      this.#unreadable = 0;
      for (const digest of message.trees) await this.#give(digest);
      return;
    }
    this.#progress = message.progress;
    this.#trouble = undefined;
    this.#said = undefined;
    this.#options.onProgress?.(message.progress);
    this.#idle = message.kind === 'idle' && this.#given();
    this.#wake();
  }

  /** Whether it has been given every tree that can be read. */
  #given(): boolean {
    return (this.#progress?.trees ?? 0) + this.#unreadable >= this.#trees.length;
  }

  async #give(digest: string): Promise<void> {
    const tree = this.#trees.find((one) => one.digest === digest);
    if (tree === undefined) return;
    try {
      const files = await this.#options.files(digest);
      if (files === undefined) this.#unreadable++;
      else this.#send({ kind: 'tree', tree, files });
    } catch {
      // The page of the tree says what is wrong with it; here it is one that cannot be searched.
      this.#unreadable++;
    }
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
