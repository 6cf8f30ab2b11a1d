// The rows of log.db as the log's entries. `EntryRows` writes inside the follower's transaction; everyone
// else asks.

import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { parseEnvelope, parseStatement, payloadOf, type Statement } from '@vitrine/evidence';
import type { Judgement, Objection } from '@vitrine/log/monitor';
import type { EntryQuery, LoggedEntry } from '../context.ts';
import { productReader, readEntry, type DigestPart } from './reading.ts';

export interface Seen {
  /** Witness time of the last checkpoint that was seen without the entry. */
  readonly after: number | undefined;
  readonly at: number;
}

/** An entry as it stands in the log, whatever it is. */
export interface EntryRow {
  readonly index: number;
  readonly leaf: string;
  /** `other`: a statement of a kind that is not ours. `unreadable`: no statement at all. */
  readonly kind: string;
  readonly id: string | undefined;
  readonly keyid: string | undefined;
  readonly operator: string | undefined;
  readonly role: string | undefined;
  readonly objection: Objection | undefined;
  readonly product: string | undefined;
  readonly channel: string | undefined;
  readonly sequence: number | undefined;
  readonly seen: Seen;
  readonly bytes: Uint8Array;
}

/** More ways to search than `EntryQuery` has: what the log explorer offers. */
export interface RowQuery extends EntryQuery {
  /** Any SHA-256 of the entry: subject, statement identifier, leaf, or named in the predicate. */
  readonly digest?: string | undefined;
  /** How such a digest, or the keyid, begins; in lower-case hex. */
  readonly prefix?: string | undefined;
  /** An operator or a keyid. */
  readonly signer?: string | undefined;
  readonly skip?: number | undefined;
}

export interface Mention extends Pick<EntryRow, 'index' | 'kind' | 'product' | 'channel' | 'sequence'> {
  readonly part: DigestPart;
  readonly counts: boolean;
}

export class EntryRows {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #productOf: (digest: string) => string | undefined;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#productOf = productReader(database);
  }

  insert(judged: Judgement, bytes: Uint8Array, seen: Seen): void {
    const { index, id, keyid, operator, role, objection } = judged;
    const { leaf, kind, product, channel, sequence, digests } = readEntry(judged, bytes, this.#productOf);
    this.#run('INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', [
      index,
      leaf,
      kind,
      id ?? null,
      keyid ?? null,
      operator ?? null,
      role ?? null,
      objection ?? null,
      product ?? null,
      channel ?? null,
      sequence ?? null,
      seen.after ?? null,
      seen.at,
      bytes,
    ]);
    for (const { digest, part } of digests)
      this.#run('INSERT OR IGNORE INTO digest VALUES (?, ?, ?)', [digest, index, part]);
  }

  clear(): void {
    this.#database.exec('DELETE FROM entry; DELETE FROM digest');
  }

  /** From an index on, in order. */
  take(from: number, most: number): readonly EntryRow[] {
    return this.#all('SELECT * FROM entry WHERE idx >= ? ORDER BY idx LIMIT ?', [from, most]);
  }

  remove(index: number): void {
    this.#run('DELETE FROM digest WHERE idx = ?', [index]);
    this.#run('DELETE FROM entry WHERE idx = ?', [index]);
  }

  at(index: number): EntryRow | undefined {
    return this.#all('SELECT * FROM entry WHERE idx = ?', [index])[0];
  }

  /** Where the log holds this statement by this key. */
  indexOf(id: string, keyid: string): number | undefined {
    const row = this.#prepare('SELECT min(idx) AS idx FROM entry WHERE id = ? AND keyid = ?').get(id, keyid);
    return whole(row?.['idx'] ?? null);
  }

  find(query: RowQuery): readonly EntryRow[] {
    const { where, values } = conditions(query);
    const order = query.newestFirst === true ? 'DESC' : 'ASC';
    return this.#all(`SELECT entry.* FROM entry ${where} ORDER BY idx ${order} LIMIT ? OFFSET ?`, [
      ...values,
      query.limit ?? -1,
      query.skip ?? 0,
    ]);
  }

  count(query: RowQuery): number {
    const { where, values } = conditions(query);
    return Number(this.#prepare(`SELECT count(*) AS n FROM entry ${where}`).get(...values)?.['n']);
  }

  /** Where a digest stands, and as what. */
  mentions(digest: string, most: number): readonly Mention[] {
    return this.#prepare(
      `SELECT idx, kind, part, objection, product, channel, sequence FROM digest JOIN entry USING (idx)
       WHERE digest = ? ORDER BY idx LIMIT ?`,
    )
      .all(digest, most)
      .map((row) => ({
        index: Number(row['idx']),
        kind: String(row['kind']),
        part: String(row['part']) as DigestPart,
        counts: row['objection'] === null,
        product: text(row['product']),
        channel: text(row['channel']),
        sequence: whole(row['sequence']),
      }));
  }

  mentionCount(digest: string): number {
    return Number(
      this.#prepare('SELECT count(DISTINCT idx) AS n FROM digest WHERE digest = ?').get(digest)?.['n'],
    );
  }

  /** The values that a column takes, for choosing from. */
  values(column: 'kind' | 'operator' | 'product' | 'channel'): readonly string[] {
    return this.#prepare(`SELECT DISTINCT ${column} AS v FROM entry WHERE ${column} IS NOT NULL ORDER BY v`)
      .all()
      .map((row) => String(row['v']));
  }

  #all(sql: string, values: readonly SQLInputValue[]): readonly EntryRow[] {
    return this.#prepare(sql)
      .all(...values)
      .map(readRow);
  }

  #run(sql: string, values: readonly SQLInputValue[]): void {
    this.#prepare(sql).run(...values);
  }

  /** There are as many as there are kinds of questions. */
  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) this.#statements.set(sql, (statement = this.#database.prepare(sql)));
    return statement;
  }
}

/** Every condition is one of a fixed set of texts; values are always bound. */
function conditions(query: RowQuery): { readonly where: string; readonly values: readonly SQLInputValue[] } {
  const parts: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (condition: string, value: string | number | undefined): void => {
    if (value === undefined) return;
    parts.push(condition);
    values.push(value);
  };
  add("idx IN (SELECT idx FROM digest WHERE digest = ? AND part = 'subject')", query.about);
  add('idx IN (SELECT idx FROM digest WHERE digest = ?)', query.digest);
  add('kind = ?', query.kind);
  add('keyid = ?', query.keyid);
  add('operator = ?', query.operator);
  add('product = ?', query.product);
  add('channel = ?', query.channel);
  add('idx >= ?', query.from);
  add('idx < ?', query.to);
  const { prefix, signer } = query;
  if (prefix !== undefined) {
    // Every hex digit is below 'g'.
    parts.push(
      '(idx IN (SELECT idx FROM digest WHERE digest >= ? AND digest < ?) OR (keyid >= ? AND keyid < ?))',
    );
    values.push(prefix, `${prefix}g`, prefix, `${prefix}g`);
  }
  if (signer !== undefined) {
    parts.push('(operator = ? OR keyid = ?)');
    values.push(signer, signer);
  }
  if (query.counts !== undefined) parts.push(`objection IS ${query.counts ? '' : 'NOT '}NULL`);
  return { where: parts.length === 0 ? '' : `WHERE ${parts.join(' AND ')}`, values };
}

function readRow(row: Readonly<Record<string, SQLOutputValue>>): EntryRow {
  const bytes = row['bytes'];
  return {
    index: Number(row['idx']),
    leaf: String(row['leaf']),
    kind: String(row['kind']),
    id: text(row['id']),
    keyid: text(row['keyid']),
    operator: text(row['operator']),
    role: text(row['role']),
    objection: text(row['objection']) as Objection | undefined,
    product: text(row['product']),
    channel: text(row['channel']),
    sequence: whole(row['sequence']),
    seen: { after: whole(row['seen_after']), at: Number(row['seen_at']) },
    // A copy: SQLite's own bytes belong to the row.
    bytes: bytes instanceof Uint8Array ? new Uint8Array(bytes) : new Uint8Array(),
  };
}

function text(value: SQLOutputValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function whole(value: SQLOutputValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** Undefined where the entry is no statement. */
export function loggedEntry(row: EntryRow): LoggedEntry | undefined {
  const { index, kind, id, keyid, operator, objection, bytes, seen } = row;
  if (id === undefined || keyid === undefined || kind === 'unreadable') return undefined;
  const statement: Statement = parseStatement(payloadOf(parseEnvelope(bytes)));
  return {
    index,
    kind,
    id,
    keyid,
    operator,
    counts: objection === undefined,
    statement,
    envelope: bytes,
    seenAt: seen.at,
  };
}
