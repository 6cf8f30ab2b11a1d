// The record of reads: who read which restricted source, and when. Durable before a byte is answered, in
// center.db, which this process and its commands share. One row for each reader, file, purpose and day, so
// that a reader who reloads a page does not fill the disk; a reader who has read the most that a day may
// hold reads no more that day.

import type { DatabaseSync } from 'node:sqlite';
import { transaction, type Clock } from '@vitrine/host';
import { fail } from '../codes.ts';
import type { SourceRead } from '../context.ts';

export interface RecordedRead extends SourceRead {
  readonly id: number;
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly first: number;
  readonly last: number;
}

export interface ReadRecord {
  /** When it returns, all of them are durable. */
  add(account: string, reads: readonly SourceRead[]): void;
  /** Newest first; `after`: the last one of the page before. */
  of(account: string, limit: number, after?: RecordedRead): readonly RecordedRead[];
  count(account: string): number;
  /** Deletes what is older than the time for which it is kept. */
  forget(): number;
}

export const recordMigrations: readonly string[] = [
  `CREATE TABLE access_reads (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    day INTEGER NOT NULL,
    what TEXT NOT NULL,
    tree TEXT NOT NULL,
    path TEXT NOT NULL,
    product TEXT NOT NULL,
    count INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    UNIQUE (account, day, tree, path, what, product)
  ) STRICT;
  CREATE INDEX access_reads_by_time ON access_reads (account, last, id);
  CREATE INDEX access_reads_by_day ON access_reads (day);`,
];

const dayMs = 86_400_000;

export interface RecordOptions {
  readonly clock: Clock;
  /** For how long it is kept. */
  readonly keepDays: number;
  /** Different files and purposes that one account may read in a day. */
  readonly mostPerDay?: number;
}

export function openReadRecord(
  database: DatabaseSync,
  { clock, keepDays, mostPerDay = 100_000 }: RecordOptions,
): ReadRecord {
  const add = database.prepare(
    `INSERT INTO access_reads (account, day, what, tree, path, product, count, first, last)
     VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?)
     ON CONFLICT (account, day, tree, path, what, product)
     DO UPDATE SET count = count + 1, last = excluded.last`,
  );
  const today = database.prepare('SELECT count(*) AS n FROM access_reads WHERE account = ? AND day = ?');
  const page = database.prepare(
    `SELECT id, what, tree, path, product, count, first, last FROM access_reads
     WHERE account = ? AND (last, id) < (?, ?) ORDER BY last DESC, id DESC LIMIT ?`,
  );
  const total = database.prepare('SELECT count(*) AS n FROM access_reads WHERE account = ?');
  const old = database.prepare('DELETE FROM access_reads WHERE day < ?');
  return {
    add(account, reads) {
      if (reads.length === 0) return;
      const now = clock.now();
      const day = Math.floor(now / dayMs);
      transaction(database, () => {
        for (const { what, tree, path, product } of reads)
          add.run(account, day, what, tree, path, product, now, now);
        // Counted after writing, and rolled back with it: nothing is read that is not on record.
        if (Number(today.get(account, day)?.['n']) > mostPerDay)
          throw fail('access.record-full', `more than ${mostPerDay} different files were read today`);
      });
    },
    of(account, limit, after) {
      const { last = Number.MAX_SAFE_INTEGER, id = Number.MAX_SAFE_INTEGER } = after ?? {};
      return page.all(account, last, id, limit) as unknown as readonly RecordedRead[];
    },
    count: (account) => Number(total.get(account)?.['n']),
    forget: () => Number(old.run(Math.floor(clock.now() / dayMs) - keepDays).changes),
  };
}
