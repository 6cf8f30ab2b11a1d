// The store of one data center: every query of this package runs through `read` or `write`, so that
// failures are typed in one place and a transaction is the only way to write.

import { isVitrineError, quote } from '@vitrine/evidence';
import { CompiledQuery, Kysely, type Transaction } from 'kysely';
import { fail } from '../codes.ts';
import type { Dialect } from './dialect.ts';
import { migrations } from './migrations.ts';
import { postgresDialect, type PostgresOptions } from './postgres.ts';
import { sqliteDialect, type SqliteOptions } from './sqlite.ts';
import type { Tables } from './tables.ts';

export type Reading = Kysely<Tables>;
export type Writing = Transaction<Tables>;

export type StoreOptions = SqliteOptions | PostgresOptions;

export class Store {
  readonly #dialect: Dialect;
  readonly #kysely: Kysely<Tables>;
  /** Which taking over is ours; undefined where this process only looks in. */
  #epoch: number | undefined;

  private constructor(dialect: Dialect) {
    this.#dialect = dialect;
    this.#kysely = new Kysely<Tables>({ dialect: dialect.kysely });
  }

  /** Opens, and brings the schema up to date. A store that belongs to another center is refused. */
  static async open(options: StoreOptions, center: string): Promise<Store> {
    const store = new Store('file' in options ? sqliteDialect(options) : postgresDialect(options));
    try {
      await store.write('migrate the store', (tx) => migrate(tx, store.#dialect));
      await store.write('name the store', (tx) => claim(tx, center));
      return store;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /**
   * From here on whoever owned the store before writes nothing any more (`custody.taken-over`). A data center
   * keeps consents and keys in memory: two that write to one store would each go by what the other has changed.
   */
  async own(): Promise<void> {
    this.#epoch = undefined;
    this.#epoch = await this.write('take the store over', async (tx) => {
      await this.#dialect.settle(tx);
      const { epoch } = await tx
        .updateTable('center')
        .set(({ eb }) => ({ epoch: eb('epoch', '+', 1) }))
        .returning('epoch')
        .executeTakeFirstOrThrow();
      return epoch;
    });
  }

  get database(): 'sqlite' | 'postgres' {
    return this.#dialect.name;
  }

  /** `verb` completes "couldn't …". */
  async read<T>(verb: string, work: (db: Reading) => Promise<T>): Promise<T> {
    try {
      return await work(this.#kysely);
    } catch (error) {
      throw this.#fault(verb, error);
    }
  }

  /** One transaction: durable when it resolves, nothing of it there when it rejects. */
  async write<T>(verb: string, work: (tx: Writing) => Promise<T>): Promise<T> {
    try {
      return await this.#kysely.transaction().execute(async (tx) => {
        await this.#requireOwn(tx);
        return work(tx);
      });
    } catch (error) {
      throw this.#fault(verb, error);
    }
  }

  /** After rows were deleted for ever: out of the write-ahead log, and of free pages. */
  async afterErasure(): Promise<void> {
    try {
      await this.#dialect.afterErasure(this.#kysely);
    } catch (error) {
      throw this.#fault('clean up after an erasure', error);
    }
  }

  close(): Promise<void> {
    return this.#kysely.destroy();
  }

  async #requireOwn(tx: Writing): Promise<void> {
    if (this.#epoch === undefined) return;
    const { epoch } = await tx.selectFrom('center').select('epoch').executeTakeFirstOrThrow();
    if (epoch !== this.#epoch) throw fail('custody.taken-over', 'another process has taken the store over');
  }

  #fault(verb: string, error: unknown): unknown {
    return isVitrineError(error) ? error : this.#dialect.fault(verb, error);
  }
}

async function migrate(tx: Writing, { types, prepare }: Dialect): Promise<void> {
  await prepare(tx);
  await tx.executeQuery(
    CompiledQuery.raw(`CREATE TABLE IF NOT EXISTS version (version ${types.integer} NOT NULL)`),
  );
  const { rows } = await tx.executeQuery<{ version: number }>(
    CompiledQuery.raw('SELECT version FROM version'),
  );
  const version = rows[0]?.version ?? 0;
  if (version > migrations.length)
    throw fail(
      'custody.newer',
      `couldn't open the store: version ${version}, known are up to ${migrations.length}`,
    );
  if (rows.length > 0 && version === migrations.length) return;
  for (const migration of migrations.slice(version))
    for (const statement of migration(types)) await tx.executeQuery(CompiledQuery.raw(statement));
  await tx.executeQuery(CompiledQuery.raw('DELETE FROM version'));
  await tx.executeQuery(CompiledQuery.raw(`INSERT INTO version VALUES (${migrations.length})`));
}

async function claim(tx: Writing, id: string): Promise<void> {
  await tx
    .insertInto('center')
    .values({ one: 1, id, epoch: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = await tx.selectFrom('center').select('id').executeTakeFirstOrThrow();
  if (row.id !== id)
    throw fail(
      'custody.other-center',
      `couldn't open the store: it belongs to ${quote(row.id, 100)}, not to ${quote(id, 100)}`,
    );
}
