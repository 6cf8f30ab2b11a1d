// Looking at something of others again and again: one look at a time, until it is closed.

import { setTimeout as delay } from 'node:timers/promises';

export class Rounds {
  readonly #look: () => Promise<void>;
  readonly #stopping = new AbortController();
  #looking: Promise<void> | undefined;
  #loop: Promise<void> | undefined;

  /** `look`: throws for nothing that others do; what it waits for ends with `signal`. */
  constructor(look: () => Promise<void>) {
    this.#look = look;
  }

  /** Aborted from `close` on: what fails then says nothing of others. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Who asks while a look is under way waits for that one. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  start(everyMs: number): void {
    this.#loop ??= (async () => {
      const { signal } = this;
      while (!signal.aborted) {
        await this.look();
        await delay(everyMs, undefined, { signal, ref: false }).catch(() => {});
      }
    })();
  }

  /** Resolves once nothing is under way any more. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    await this.#looking;
  }
}
