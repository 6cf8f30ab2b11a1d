// What is judged by the policy ends under the policy under which it began: a cosignature is not made half by one
// and half by the next. While another one is taken up, what comes waits.

export class Gate {
  #inside = 0;
  #opening: Promise<void> | undefined;
  #emptied: (() => void) | undefined;

  async through<T>(work: () => Promise<T>): Promise<T> {
    while (this.#opening !== undefined) await this.#opening;
    this.#inside++;
    try {
      return await work();
    } finally {
      this.#inside--;
      if (this.#inside === 0) this.#emptied?.();
    }
  }

  /** Nobody is inside while `work` runs. One at a time. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    const { promise, resolve: open } = Promise.withResolvers<void>();
    this.#opening = promise;
    try {
      if (this.#inside > 0) await new Promise<void>((resolve) => (this.#emptied = resolve));
      return await work();
    } finally {
      this.#emptied = undefined;
      this.#opening = undefined;
      open();
    }
  }
}
