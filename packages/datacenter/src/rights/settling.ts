// What was erased, taken out of journals and copies (D19): one run after the other, because a copy of the keys
// that was read earlier must not be the last that is written. A run takes long and serves everybody: whoever
// comes while one is on its way shares the next.

export class Settling {
  readonly #work: () => Promise<void>;
  /** Erasures that were committed. From 1: what the process before us erased, it may not have settled. */
  #erased = 1;
  /** How many of them the last run that succeeded found. */
  #settled = 0;
  #next: Promise<void> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(work: () => Promise<void>) {
    this.#work = work;
  }

  /** To be called when something was erased, after its commit. */
  erased(): void {
    this.#erased++;
  }

  /** Resolves when nothing of what was erased until now is left; at once where that is so already. */
  async settled(): Promise<void> {
    if (this.#settled < this.#erased) await this.run();
  }

  /** In any case: the copy of the keys has those that came since, too. */
  run(): Promise<void> {
    if (this.#next === undefined) {
      const next = this.#last.then(async () => {
        this.#next = undefined;
        const found = this.#erased;
        await this.#work();
        this.#settled = found;
      });
      this.#next = next;
      this.#last = next.catch(() => {}); // Whoever waits for it is told.
    }
    return this.#next;
  }

  async drained(): Promise<void> {
    for (let last; last !== this.#last;) {
      last = this.#last;
      await last;
    }
  }
}
