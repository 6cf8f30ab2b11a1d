// Leaves of a ledger as rows of the store (D17): written in the transaction of what they are about.
// An uncommitted leaf does not exist for the ledger; a committed one gets its number from the integrator.

import { leafHash, toHex } from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import type { Sequencer } from '@vitrine/log';
import { sql } from 'kysely';
import { fail } from '../codes.ts';
import type { Store, Writing } from '../store/store.ts';
import type { LedgerName } from '../store/tables.ts';

export interface WrittenLeaf {
  readonly id: number;
  /** Hex leaf hash. */
  readonly hash: string;
}

export function leafHashOf(data: Uint8Array): string {
  return toHex(leafHash(data, sha256));
}

/** In the caller's transaction. Every leaf carries something random: two equal ones are a mistake. */
export async function writeLeaves(
  tx: Writing,
  ledger: LedgerName,
  leaves: readonly Uint8Array[],
): Promise<readonly WrittenLeaf[]> {
  if (leaves.length === 0) return [];
  const rows = leaves.map((data) => ({ ledger, idx: null, hash: leafHashOf(data), data }));
  const written = await tx.insertInto('leaf').values(rows).returning(['id', 'hash']).execute();
  // Neither database promises an order of what it returns.
  const ids = new Map(written.map(({ id, hash }) => [hash, id]));
  if (ids.size !== rows.length) throw new TypeError('two leaves of one transaction are equal');
  return rows.map(({ hash }) => ({ id: ids.get(hash) as number, hash }));
}

/** The seam to the log: reads and numbers leaves, in transactions of its own. */
export class LeafSequencer implements Sequencer {
  readonly #store: Store;
  readonly #ledger: LedgerName;

  constructor(store: Store, ledger: LedgerName) {
    this.#store = store;
    this.#ledger = ledger;
  }

  /**
   * One statement on either database. Where several transactions commit at once, a lower id may become
   * visible after a higher one was numbered; it then gets the next number, and no number changes.
   */
  async number(limit: number): Promise<number> {
    const ledger = this.#ledger;
    const next = sql<number>`(SELECT coalesce(max(idx), -1) + 1 FROM leaf WHERE ledger = ${ledger} AND idx IS NOT NULL)`;
    const { fresh, size } = await this.#store.read('look for new leaves', (db) =>
      db
        .selectNoFrom([
          sql<number | null>`(SELECT min(id) FROM leaf WHERE ledger = ${ledger} AND idx IS NULL)`.as('fresh'),
          next.as('size'),
        ])
        .executeTakeFirstOrThrow(),
    );
    if (fresh === null || limit === 0) return size;
    return this.#store.write('number leaves', async (tx) => {
      await sql`
        WITH fresh AS (
          SELECT id, row_number() OVER (ORDER BY id) - 1 AS place
          FROM leaf WHERE ledger = ${ledger} AND idx IS NULL ORDER BY id LIMIT ${limit}
        ), base AS (SELECT ${next} AS size)
        UPDATE leaf SET idx = base.size + fresh.place FROM fresh, base WHERE leaf.id = fresh.id`.execute(tx);
      const row = await tx.selectNoFrom(next.as('size')).executeTakeFirstOrThrow();
      return row.size;
    });
  }

  async read(start: number, end: number): Promise<readonly Uint8Array[]> {
    const rows = await this.#store.read('read leaves', (db) =>
      db
        .selectFrom('leaf')
        .select('data')
        .where('ledger', '=', this.#ledger)
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

  /** Leaves stay: receipts and audits look them up here. */
  release(): Promise<void> {
    return Promise.resolve();
  }
}
