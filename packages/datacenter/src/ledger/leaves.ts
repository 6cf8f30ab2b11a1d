// Leaves of a ledger as rows of the store (D17): written, and numbered, in the transaction of what they are
// about. The row of the ledger's size is held until that transaction ends, so numbers have no gaps and no
// reader ever sees a number before a smaller one.

import type { Sequencer } from '@vitrine/log';
import { fail } from '../codes.ts';
import { insertRows } from '../store/insert.ts';
import type { Store, Writing } from '../store/store.ts';
import type { LedgerName } from '../store/tables.ts';

const tables = { custody: 'custody_leaf', access: 'access_leaf' } as const;

/** In the caller's transaction; answers the index of the first, the others follow. */
export async function writeLeaves(
  tx: Writing,
  ledger: LedgerName,
  leaves: readonly Uint8Array[],
): Promise<number> {
  const { size } = await tx
    .updateTable('ledger')
    .set(({ eb }) => ({ size: eb('size', '+', leaves.length) }))
    .where('name', '=', ledger)
    .returning('size')
    .executeTakeFirstOrThrow();
  const first = size - leaves.length;
  await insertRows(
    tx,
    tables[ledger],
    ['idx', 'data'],
    leaves.map((data, i) => ({ idx: first + i, data })),
  );
  return first;
}

/** The seam to the log. Rows have their numbers already. */
export class LeafSequencer implements Sequencer {
  readonly #store: Store;
  readonly #ledger: LedgerName;

  constructor(store: Store, ledger: LedgerName) {
    this.#store = store;
    this.#ledger = ledger;
  }

  async number(): Promise<number> {
    const row = await this.#store.read('read the size of a ledger', (db) =>
      db.selectFrom('ledger').select('size').where('name', '=', this.#ledger).executeTakeFirstOrThrow(),
    );
    return row.size;
  }

  async read(start: number, end: number): Promise<readonly Uint8Array[]> {
    const rows = await this.#store.read('read leaves', (db) =>
      db
        .selectFrom(tables[this.#ledger])
        .select('data')
        .where('idx', '>=', start)
        .where('idx', '<', end)
        .orderBy('idx')
        .execute(),
    );
    if (rows.length === end - start) return rows.map(({ data }) => data);
    throw fail(
      'custody.rows',
      `couldn't read the leaves ${start} to ${end} of the ${this.#ledger} ledger: ${end - start - rows.length} are missing`,
    );
  }

  /** Leaves stay: a restart of the log, and an audit, may need them. */
  release(): Promise<void> {
    return Promise.resolve();
  }
}
