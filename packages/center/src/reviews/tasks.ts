// A task is an address that lets a program hand in one signed review for one draft, for an hour: the
// command line has a key file, and no session. What is kept of the address is a hash.

import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { utf8 } from '@vitrine/evidence';
import { sha256Hex, type Clock } from '@vitrine/host';

const lifeMs = 3_600_000;

export class Tasks {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;

  constructor(database: DatabaseSync, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** The secret of a new task; the one before it ends. */
  make(review: string): string {
    const secret = randomBytes(32).toString('base64url');
    this.#database
      .prepare('DELETE FROM reviews_tasks WHERE review = ? OR expires <= ?')
      .run(review, this.#clock.now());
    this.#database
      .prepare('INSERT INTO reviews_tasks (secret, review, expires) VALUES (?, ?, ?)')
      .run(sha256Hex(utf8(secret)), review, this.#clock.now() + lifeMs);
    return secret;
  }

  /** The review that it is for. It outlives the signing, so that an answer that was lost is asked for again. */
  reviewOf(secret: string): string | undefined {
    const row = this.#database
      .prepare('SELECT review FROM reviews_tasks WHERE secret = ? AND expires > ?')
      .get(sha256Hex(utf8(secret)), this.#clock.now());
    return row === undefined ? undefined : String(row['review']);
  }
}
