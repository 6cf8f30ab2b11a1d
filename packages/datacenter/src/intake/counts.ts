// Refusals, counted: by day and code, in memory first, in the store every few seconds. A count is all that
// is kept of what was refused.

import { dayOf } from '@vitrine/reports';
import type { Store } from '../store/store.ts';

export class RefusalCounts {
  readonly #store: Store;
  #counts = new Map<string, number>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** `code` comes from our own tables, so there are few. */
  add(code: string, seconds: number): void {
    const name = `${dayOf(seconds)} ${code}`;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  async flush(): Promise<void> {
    const counts = this.#counts;
    if (counts.size === 0) return;
    this.#counts = new Map();
    try {
      await this.#store.write('count refusals', async (tx) => {
        for (const [name, count] of counts) {
          const [day = '', code = ''] = name.split(' ');
          await tx
            .insertInto('refusal')
            .values({ day, code, count })
            .onConflict((conflict) =>
              conflict
                .columns(['day', 'code'])
                .doUpdateSet(({ eb }) => ({ count: eb('refusal.count', '+', count) })),
            )
            .execute();
        }
      });
    } catch (error) {
      for (const [name, count] of counts) this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
      throw error;
    }
  }
}
