import type { Dialect as KyselyDialect, Kysely, Transaction } from 'kysely';
import type { ColumnTypes } from './migrations.ts';
import type { Tables } from './tables.ts';

export type Executor = Pick<Transaction<Tables>, 'executeQuery'>;

/** All in which the two databases differ. */
export interface Dialect {
  readonly name: 'sqlite' | 'postgres';
  readonly kysely: KyselyDialect;
  readonly types: ColumnTypes;
  /** First in the transaction that migrates: what must hold of the server, and who else must wait. */
  readonly prepare: (tx: Executor) => Promise<void>;
  /** Waits for the transactions of others that have looked at the table `center`, and holds up new ones. */
  readonly settle: (tx: Executor) => Promise<void>;
  /** A failure of the database as a typed error; what is our own mistake comes back as it is. */
  readonly fault: (verb: string, error: unknown) => unknown;
  /** Takes what was deleted out of the database's own journals, as far as it can; throws where it did not. */
  readonly afterErasure: (db: Kysely<Tables>) => Promise<void>;
}
