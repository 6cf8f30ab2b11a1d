// The checkpoints that a log remembers, in log.db.

import type { DatabaseSync } from 'node:sqlite';
import { transaction } from '@vitrine/host';
import { fail } from './codes.ts';
import { fatal } from './fatal.ts';

export interface SignedHead {
  readonly size: number;
  readonly root: Uint8Array;
  /** The whole note: committed with the log's own signatures, published with those of witnesses too. */
  readonly note: Uint8Array;
}

/**
 * `committed`: no other checkpoint of this size can be signed. `applied`: the one committed before it;
 * all its files are durable, or nothing further would have been committed. `published`: readers may
 * be shown it.
 */
type State = 'committed' | 'applied' | 'published';

export class Heads {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  read(state: State): SignedHead | undefined {
    const row = this.#database.prepare('SELECT size, root, note FROM head WHERE state = ?').get(state);
    if (row === undefined) return undefined;
    return { size: Number(row['size']), root: row['root'] as Uint8Array, note: row['note'] as Uint8Array };
  }

  /**
   * The commit point: once this returns, `head` is the only checkpoint of its size that this log can
   * ever sign. `previous` is the committed size that it extends, undefined for the first checkpoint.
   */
  commit(head: SignedHead, previous: number | undefined): void {
    transaction(this.#database, () => {
      const committed = this.read('committed');
      if (committed?.size !== previous || (previous !== undefined && head.size <= previous)) {
        throw fatal(
          fail(
            'log.tree',
            `couldn't commit size ${head.size} after ${previous}: the disk says ${committed?.size}`,
          ),
        );
      }
      if (committed !== undefined) this.#write('applied', committed);
      this.#write('committed', head);
    });
  }

  /** From here on readers may be shown `head`. */
  publish(head: SignedHead): void {
    transaction(this.#database, () => this.#write('published', head));
  }

  #write(state: State, { size, root, note }: SignedHead): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO head (state, size, root, note) VALUES (?, ?, ?, ?)')
      .run(state, size, root, note);
  }
}
