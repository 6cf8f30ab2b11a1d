// Kysely on PostgreSQL. Types of answers are made those of SQLite here, and nowhere else.

import { fromHex, quote } from '@vitrine/evidence';
import { CompiledQuery, PostgresDialect } from 'kysely';
import pg from 'pg';
import { fail } from '../codes.ts';
import type { Dialect, Executor } from './dialect.ts';

export interface PostgresOptions {
  /** `postgres://…`; a password in it is never shown. */
  readonly url: string;
  /** Default 8. */
  readonly connections?: number | undefined;
  /** For a connection, and for one statement. Default 10,000. */
  readonly timeoutMs?: number | undefined;
}

export function postgresDialect({ url, connections = 8, timeoutMs = 10_000 }: PostgresOptions): Dialect {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: timeoutMs,
    statement_timeout: timeoutMs,
    // A transaction whose process hangs must not hold its locks for ever.
    idle_in_transaction_session_timeout: timeoutMs,
    application_name: 'vitrine datacenter',
    types: { getTypeParser: parserOf },
  });
  // An idle connection that breaks is replaced by the next query; unheard, the event would end the process.
  pool.on('error', () => {});
  return {
    name: 'postgres',
    kysely: new PostgresDialect({ pool }),
    types: {
      integer: 'BIGINT',
      text: 'TEXT COLLATE "C"',
      bytes: 'BYTEA',
      strict: '',
    },
    async prepare(tx) {
      await requireSettings(tx);
      // Several processes may open at once: one migrates.
      await tx.executeQuery(CompiledQuery.raw('SELECT pg_advisory_xact_lock(6272019)'));
    },
    async settle(tx) {
      // Whoever has read from it holds a lock on it until its transaction ends, and this one excludes all.
      await tx.executeQuery(CompiledQuery.raw('LOCK TABLE center IN ACCESS EXCLUSIVE MODE'));
    },
    fault: postgresFault,
    // Dead rows stay in the file until they are vacuumed, and VACUUM frees their room without overwriting it:
    // the bytes go when the server writes there again. Keys are vacuumed at once, because without them records
    // are noise; those are left to the server's own vacuum.
    async afterErasure() {
      const client = await pool.connect();
      try {
        await client.query('SET statement_timeout = 0');
        await client.query('VACUUM day_key');
      } finally {
        client.release(true);
      }
    },
  };
}

const exactly: Readonly<Record<string, string>> = {
  server_encoding: 'UTF8',
  default_transaction_isolation: 'read committed',
};

/**
 * An acknowledgement must survive a power cut, texts must be UTF-8, and what a transaction waited for must be what it
 * then reads: under another isolation it would see the epoch of before (`settle`), and pass.
 */
async function requireSettings(tx: Executor): Promise<void> {
  const { rows } = await tx.executeQuery<{ name: string; setting: string }>(
    CompiledQuery.raw(
      `SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'server_encoding', 'default_transaction_isolation')`,
    ),
  );
  for (const { name, setting } of rows) {
    const only = exactly[name];
    if (only === undefined ? setting === 'off' || setting === 'local' : setting !== only)
      throw fail('custody.settings', `couldn't use the database: ${name} is ${quote(setting, 40)}`, {
        at: name,
      });
  }
}

type Parser = (text: string) => unknown;

const parsers: Readonly<Record<number, Parser>> = {
  [pg.types.builtins.INT8]: safeInteger,
  [pg.types.builtins.NUMERIC]: safeInteger, // sum() of bigint
  [pg.types.builtins.BYTEA]: bytes,
};

function parserOf(type: number, format?: 'text' | 'binary'): Parser {
  const own = format === 'binary' ? undefined : parsers[type];
  return own ?? (pg.types.getTypeParser(type, format) as Parser);
}

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('the database answered a number beyond 2^53');
  return value;
}

function bytes(text: string): Uint8Array {
  if (!text.startsWith('\\x')) throw new TypeError('bytea_output is not hex');
  return fromHex(text.slice(2));
}

/** SQLSTATE, by class or whole: what comes from the machine and not from the SQL. */
const states = [
  [/^53100$/, 'custody.full'],
  [/^(?:08|57|53|28|3D)/, 'custody.unreachable'],
  [/^(?:40|55)/, 'custody.busy'],
  [/^(?:25006)$/, 'custody.unreachable'],
] as const;

function postgresFault(verb: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const state = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  // Messages of the server may quote values of rows: they stay in `cause`, which is never shown.
  const known = state === undefined ? undefined : states.find(([pattern]) => pattern.test(state))?.[1];
  if (known !== undefined)
    return fail(known, `couldn't ${verb}: the database says ${state}`, { cause: error });
  const isConnection =
    state === undefined ? /connect|terminated|timeout|ended/i.test(error.message) : /^E[A-Z]+$/.test(state);
  if (isConnection)
    return fail(
      'custody.unreachable',
      `couldn't ${verb}: no connection to the database (${state ?? 'lost'})`,
      {
        cause: error,
      },
    );
  return error;
}
