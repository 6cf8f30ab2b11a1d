// The tables of log.db against the entries of the log: rows that are still kept, and the index by
// which a statement is logged once.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { concat, equal, fromHex, parseEnvelope, statementIdOf } from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import type { LogFolder } from '../folder.ts';
import type { Problems } from './problems.ts';

export class RowCheck {
  readonly #database: DatabaseSync;
  readonly #problems: Problems;
  readonly #isAdmission: boolean;
  readonly #row: StatementSync;
  readonly #seen: StatementSync;
  #size = 0;

  constructor({ database, identity }: LogFolder, problems: Problems) {
    this.#database = database;
    this.#problems = problems;
    this.#isAdmission = identity.mode === 'admission';
    this.#row = database.prepare('SELECT data FROM entries WHERE idx = ?');
    // Keys stand in their rows until they are filed.
    this.#seen = database.prepare(
      `SELECT idx FROM seen WHERE key = ?1
       UNION ALL SELECT idx FROM entries WHERE idx = ?2 AND idx >= (SELECT filed FROM log) AND key = ?1`,
    );
  }

  /** To be called with every entry of the tree, in order. */
  async compare(index: number, entry: Uint8Array): Promise<void> {
    const row = this.#row.get(index)?.['data'];
    if (row !== undefined && !equal(row as Uint8Array, entry))
      this.#problems.add(`log.db, entry ${index}`, 'it is not the entry in the bundle');
    await this.#requireSeen(index, entry);
  }

  /** Rows that no checkpoint covers yet, then the totals. */
  async finish(committed: number): Promise<void> {
    const { size, released } = this.#database
      .prepare('SELECT coalesce((SELECT max(idx) + 1 FROM entries), released) AS size, released FROM log')
      .get() as { size: number; released: number };
    const { least, count } = this.#database
      .prepare('SELECT coalesce(min(idx), 0) AS least, count(*) AS count FROM entries')
      .get() as { least: number; count: number };
    if (count > 0 && (least !== released || count !== size - released)) {
      this.#problems.add(
        'log.db, entries',
        `${count} rows from ${least} on, where ${released} to ${size} should be`,
      );
    }
    if (size < committed) this.#problems.add('log.db, entries', `${size} rows, but ${committed} are signed`);
    for (const { idx, data } of this.#database
      .prepare('SELECT idx, data FROM entries WHERE idx >= ? ORDER BY idx')
      .iterate(committed) as Iterable<{ idx: number; data: Uint8Array }>) {
      await this.#requireSeen(idx, data);
    }
    const { n } = this.#database
      .prepare(
        `SELECT (SELECT count(*) FROM seen) + count(key) AS n FROM entries
           WHERE idx >= (SELECT filed FROM log)`,
      )
      .get() as { n: number };
    const expected = this.#isAdmission ? this.#size : 0;
    if (n !== expected) this.#problems.add('log.db, seen', `${n} keys for ${expected} statements`);
  }

  async #requireSeen(index: number, entry: Uint8Array): Promise<void> {
    this.#size++;
    if (!this.#isAdmission) return;
    await this.#problems.attempt(`entry ${index}`, () => {
      const envelope = parseEnvelope(entry);
      const keyid = envelope.signatures[0]?.keyid ?? '';
      const key = sha256(concat(fromHex(statementIdOf(envelope, sha256)), fromHex(keyid)));
      const first = this.#seen.get(key, index)?.['idx'];
      if (first !== index)
        this.#problems.add(
          `log.db, seen`,
          `entry ${index} is filed under ${first === undefined ? 'nothing' : Number(first)}`,
        );
    });
  }
}
