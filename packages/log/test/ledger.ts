// A foreign store (D17), like a custody ledger: its owner writes business data and the leaf of the log
// in one transaction of its own, and knows nothing of trees. Rows get their log number later.

import { DatabaseSync } from 'node:sqlite';
import { transaction } from '@vitrine/host';
import type { Sequencer } from '@vitrine/log';

export class Ledger implements Sequencer {
  readonly #database: DatabaseSync;

  constructor(path: string) {
    this.#database = new DatabaseSync(path);
    this.#database.exec(`
      PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      CREATE TABLE IF NOT EXISTS balance (account TEXT PRIMARY KEY, amount INTEGER NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS leaf (id INTEGER PRIMARY KEY AUTOINCREMENT, data BLOB NOT NULL, idx INTEGER UNIQUE) STRICT;`);
  }

  /** Both or neither: a transfer that is rolled back leaves no leaf. */
  transfer(account: string, amount: number, leaf: Uint8Array): void {
    transaction(this.#database, () => {
      this.#database
        .prepare(
          'INSERT INTO balance VALUES (?, ?) ON CONFLICT (account) DO UPDATE SET amount = amount + excluded.amount',
        )
        .run(account, amount);
      this.#database.prepare('INSERT INTO leaf (data) VALUES (?)').run(leaf);
      const { amount: left } = this.#database
        .prepare('SELECT amount FROM balance WHERE account = ?')
        .get(account) as { amount: number };
      if (left < 0) throw new RangeError('not enough');
    });
  }

  /** Writers are serialised by the database, so the order of ids is the order of commits. */
  number(limit: number): Promise<number> {
    const size = transaction(this.#database, () => {
      const { size: before } = this.#database
        .prepare('SELECT coalesce(max(idx) + 1, 0) AS size FROM leaf')
        .get() as { size: number };
      const fresh = this.#database
        .prepare('SELECT id FROM leaf WHERE idx IS NULL ORDER BY id LIMIT ?')
        .all(limit) as { id: number }[];
      const number = this.#database.prepare('UPDATE leaf SET idx = ? WHERE id = ?');
      for (const [i, { id }] of fresh.entries()) number.run(before + i, id);
      return before + fresh.length;
    });
    return Promise.resolve(size);
  }

  read(start: number, end: number): Promise<readonly Uint8Array[]> {
    const rows = this.#database
      .prepare('SELECT data FROM leaf WHERE idx >= ? AND idx < ? ORDER BY idx')
      .all(start, end);
    return Promise.resolve(rows.map(({ data }) => data as Uint8Array));
  }

  release(): Promise<void> {
    return Promise.resolve(); // A ledger keeps its rows.
  }

  /** For tests of what must never happen. */
  forget(index: number): void {
    this.#database.prepare('DELETE FROM leaf WHERE idx >= ?').run(index);
  }

  close(): void {
    this.#database.close();
  }
}
