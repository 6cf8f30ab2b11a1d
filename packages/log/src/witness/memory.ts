// What a witness remembers, in witness.db.

import type { DatabaseSync } from 'node:sqlite';
import { equal, type Checkpoint } from '@vitrine/evidence';
import { transaction } from '@vitrine/host';

/** The last checkpoint of one log that this witness cosigned. */
export interface Seen {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  readonly note: Uint8Array;
  /** Seconds since 1970. */
  readonly time: number;
}

/**
 * Two checkpoints under one log key. `root`: same size, two roots; the pair alone proves the fork.
 * `unproven`: somebody offered a validly signed larger checkpoint without a proof that it extends
 * ours; suspicious, but a bad proof proves nothing.
 */
export interface Fork {
  readonly origin: string;
  readonly conflict: 'root' | 'unproven';
  readonly seen: Uint8Array;
  readonly offered: Uint8Array;
  readonly time: number;
}

/** Kept per log: a proof of one fork is enough, and anybody can send bad proofs. */
const most = { root: 64, unproven: 8 } as const;

export class WitnessMemory {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  read(origin: string): Seen | undefined {
    const row = this.#database
      .prepare('SELECT origin, size, root, note, time FROM seen WHERE origin = ?')
      .get(origin);
    return row === undefined ? undefined : (row as unknown as Seen);
  }

  all(): readonly Seen[] {
    return this.#database
      .prepare('SELECT origin, size, root, note, time FROM seen ORDER BY origin')
      .all() as unknown as readonly Seen[];
  }

  /**
   * Compare and set, durable when it returns true: the log is still where `before` says. False: a
   * request in parallel was faster, and what was signed for this one must never leave the process.
   */
  replace(before: Seen | undefined, next: Seen): boolean {
    return transaction(this.#database, () => {
      const now = this.read(next.origin);
      const isSame =
        now === undefined
          ? before === undefined
          : before !== undefined && now.size === before.size && equal(now.root, before.root);
      if (!isSame) return false;
      this.#database
        .prepare('INSERT OR REPLACE INTO seen (origin, size, root, note, time) VALUES (?, ?, ?, ?, ?)')
        .run(next.origin, next.size, next.root, next.note, next.time);
      this.#database
        .prepare(`DELETE FROM fork WHERE origin = ? AND conflict = 'unproven' AND size = ? AND root = ?`)
        .run(next.origin, next.size, next.root);
      return true;
    });
  }

  /** Keeps both checkpoints, once. */
  keepFork(
    conflict: Fork['conflict'],
    seen: Seen,
    { size, root }: Checkpoint,
    offered: Uint8Array,
    time: number,
  ): void {
    transaction(this.#database, () => {
      const kept = this.#database
        .prepare('SELECT count(*) AS n FROM fork WHERE origin = ? AND conflict = ?')
        .get(seen.origin, conflict);
      if (Number(kept?.['n']) >= most[conflict]) return;
      this.#database
        .prepare(
          'INSERT INTO fork (origin, conflict, seen, size, root, offered, time) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
        )
        .run(seen.origin, conflict, seen.note, size, root, offered, time);
    });
  }

  forks(): readonly Fork[] {
    return this.#database
      .prepare('SELECT origin, conflict, seen, offered, time FROM fork ORDER BY id')
      .all() as unknown as readonly Fork[];
  }
}
