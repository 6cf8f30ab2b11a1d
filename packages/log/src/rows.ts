// Our own sequencer: rows in log.db, numbered as they are written. One transaction, one sync of the
// disk, for all rows of a batch (group commit).
//
// Deduplication keys are random: put into their index one by one, each would rewrite a page of it.
// So a key first stands in its row, and in memory; the index takes thousands at a time, in its order.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { transaction } from '@vitrine/host';
import { fail } from './codes.ts';
import { fatal, fatalUnlessFull } from './fatal.ts';
import type { Appender, Row } from './sequencer.ts';

/** Rows are dropped, and keys filed, when there are so many. */
const enough = { rows: 4_096, keys: 65_536 } as const;

export class SqliteRows implements Appender {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #recall: StatementSync;
  readonly #select: StatementSync;
  /** The three follow the database: moved only after a commit. */
  #size: number;
  #released: number;
  /** Keys of the rows that are not yet in the index. */
  readonly #fresh = new Map<string, number>();

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#insert = database.prepare('INSERT INTO entries (idx, data, key) VALUES (?, ?, ?)');
    this.#recall = database.prepare('SELECT idx FROM seen WHERE key = ?');
    this.#select = database.prepare('SELECT data FROM entries WHERE idx >= ? AND idx < ? ORDER BY idx');
    const state = database
      .prepare(
        'SELECT coalesce((SELECT max(idx) + 1 FROM entries), released) AS size, released, filed FROM log',
      )
      .get() as { size: number; released: number; filed: number };
    this.#size = state.size;
    this.#released = state.released;
    const fresh = database.prepare('SELECT idx, key FROM entries WHERE idx >= ? AND key IS NOT NULL');
    for (const { idx, key } of fresh.iterate(state.filed) as Iterable<{ idx: number; key: Uint8Array }>) {
      this.#fresh.set(nameOf(key), idx);
    }
  }

  size(): number {
    return this.#size;
  }

  async append(rows: readonly Row[]): Promise<readonly number[]> {
    const indices: number[] = [];
    const added = new Map<string, number>();
    try {
      const size = transaction(this.#database, () => {
        let next = this.#size;
        for (const { data, key } of rows) {
          const name = key === undefined ? undefined : nameOf(key);
          const first = name === undefined ? undefined : (added.get(name) ?? this.#find(name, key));
          if (first === undefined) {
            this.#insert.run(next, data, key ?? null);
            if (name !== undefined) added.set(name, next);
          }
          indices.push(first ?? next++);
        }
        return next;
      });
      // Durable from here on.
      this.#size = size;
      for (const [name, index] of added) this.#fresh.set(name, index);
      return indices;
    } catch (error) {
      throw fatalUnlessFull(error);
    }
  }

  #find(name: string, key: Uint8Array | undefined): number | undefined {
    const fresh = this.#fresh.get(name);
    if (fresh !== undefined || key === undefined) return fresh;
    const row = this.#recall.get(key);
    return row === undefined ? undefined : Number(row['idx']);
  }

  async number(): Promise<number> {
    if (this.#fresh.size >= enough.keys) this.#write(() => this.#file());
    return this.#size;
  }

  async read(start: number, end: number): Promise<readonly Uint8Array[]> {
    const rows = this.#select.all(start, end).map((row) => row['data'] as Uint8Array);
    if (rows.length === end - start) return rows;
    throw fatal(
      fail('log.rows', `couldn't read the rows ${start} to ${end}: ${end - start - rows.length} are missing`),
    );
  }

  async release(size: number): Promise<void> {
    if (size - this.#released < enough.rows) return;
    this.#write(() => {
      this.#file();
      this.#database.prepare('DELETE FROM entries WHERE idx < ?').run(size);
      this.#database.prepare('UPDATE log SET released = ?').run(size);
    });
    this.#released = size;
  }

  /** Within a transaction: the keys of all rows into the index, sorted. */
  #file(): void {
    this.#database.exec(
      `INSERT INTO seen (key, idx) SELECT key, idx FROM entries
         WHERE idx >= (SELECT filed FROM log) AND key IS NOT NULL ORDER BY key;
       UPDATE log SET filed = ${this.#size}`,
    );
  }

  #write(work: () => void): void {
    try {
      transaction(this.#database, work);
    } catch (error) {
      throw fatalUnlessFull(error);
    }
    this.#fresh.clear(); // Every such transaction files.
  }
}

/** A key as a name of a map: one character for each of its 32 bytes. */
function nameOf(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1');
}
