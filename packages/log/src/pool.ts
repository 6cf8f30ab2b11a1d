// Group commit: entries that arrive while the disk is busy are written together, in one transaction.
// The pool is bounded by number and by bytes; what does not fit is refused before it takes memory.

import { fail } from './codes.ts';
import { isFatal } from './fatal.ts';
import type { Appender, Row } from './sequencer.ts';

export interface PoolLimits {
  readonly entries: number;
  readonly bytes: number;
}

const poolLimits: PoolLimits = { entries: 16_384, bytes: 64 << 20 };

/**
 * How long the first entry of a batch waits for those that are being admitted, in milliseconds: a
 * sync of the disk costs as much for one entry as for a hundred.
 */
const patience = 5;

interface Waiting {
  readonly row: Row;
  readonly resolve: (index: number) => void;
  readonly reject: (error: unknown) => void;
}

export class Pool {
  readonly #rows: Appender;
  readonly #limits: PoolLimits;
  readonly #onFatal: (error: unknown) => void;
  /** From being taken in to being acknowledged. */
  readonly #held = { entries: 0, bytes: 0 };
  /** Taken in, and not yet admitted or refused. */
  #admitting = 0;
  #waiting: Waiting[] = [];
  #patience: NodeJS.Timeout | undefined;
  /** The transaction that is running or about to, if any. */
  #writing: Promise<void> | undefined;

  constructor(rows: Appender, onFatal: (error: unknown) => void, limits: PoolLimits = poolLimits) {
    this.#rows = rows;
    this.#limits = limits;
    this.#onFatal = onFatal;
  }

  /**
   * The index of the row that `admit` makes, once it is durable. `log.overloaded`, before any work is
   * spent on it, when there is no room for its bytes.
   */
  async append(bytes: number, admit: () => Row | Promise<Row>): Promise<number> {
    const { entries, bytes: most } = this.#limits;
    if (this.#held.entries >= entries || this.#held.bytes + bytes > most) {
      throw fail('log.overloaded', `couldn't take an entry: ${this.#held.entries} wait for the disk`);
    }
    this.#held.entries++;
    this.#held.bytes += bytes;
    try {
      let row: Row;
      this.#admitting++;
      try {
        row = await admit();
      } finally {
        this.#admitting--;
        // A refusal may have been the last that the others waited for.
        this.#arrange();
      }
      return await this.#enqueue(row);
    } finally {
      this.#held.entries--;
      this.#held.bytes -= bytes;
    }
  }

  /** Resolves when nothing waits any more. */
  async drained(): Promise<void> {
    while (this.#held.entries > 0) await new Promise(setImmediate);
    await this.#writing;
  }

  #enqueue(row: Row): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ row, resolve, reject });
      this.#arrange();
    });
  }

  /** Begins to write when nobody else is on the way, or the patience of the first has ended. */
  #arrange(): void {
    if (this.#writing !== undefined || this.#waiting.length === 0) return;
    if (this.#admitting === 0) this.#begin();
    else this.#patience ??= setTimeout(() => this.#begin(), patience);
  }

  #begin(): void {
    this.#writing ??= this.#write();
  }

  async #write(): Promise<void> {
    clearTimeout(this.#patience);
    // One turn of the event loop: what has already arrived comes along.
    await new Promise(setImmediate);
    const batch = this.#waiting;
    this.#waiting = [];
    try {
      const indices = await this.#rows.append(batch.map(({ row }) => row));
      batch.forEach(({ resolve }, i) => resolve(indices[i] as number));
    } catch (error) {
      if (isFatal(error)) this.#onFatal(error);
      for (const { reject } of batch) reject(error);
    }
    this.#writing = undefined;
    this.#patience = undefined;
    this.#arrange();
  }
}
