// The entries of the log that somebody entitled signed: what a supervisor judges by, kept as its own copy.

import type { DatabaseSync } from 'node:sqlite';
import {
  expectKind,
  formatEnvelope,
  parseEnvelope,
  provenance as provenanceKind,
  rebuild as rebuildKind,
  statementOf,
  type Envelope,
  type Kind,
  type LoggedStatement,
  type Provenance,
  type Rebuild,
  type Statement,
  type TrustPolicy,
} from '@vitrine/evidence';
import { judgeEntry } from '@vitrine/log/monitor';
import { blob, text, whole, type Row } from './database.ts';

export interface Claim<Predicate = unknown> {
  readonly index: number;
  /** Statement identifier. */
  readonly id: string;
  readonly keyid: string;
  readonly kind: string;
  readonly operator: string;
  readonly envelope: Envelope;
  readonly statement: Statement<Predicate>;
}

export interface Entry {
  readonly index: number;
  readonly bytes: Uint8Array;
}

/**
 * `stranger`: not an envelope, or by nobody of the policy for that role at that place; it says nothing.
 * `forged`: under a listed key that did not sign it; a log that admits signatures does not hold such entries.
 */
export type Judged = Claim | 'stranger' | 'forged';

export async function judge(entry: Entry, policy: TrustPolicy): Promise<Judged> {
  const { objection, envelope, keyid, id, statement, kind, operator } = await judgeEntry(entry, policy);
  if (objection === 'bad-signature') return 'forged';
  if (objection !== undefined) return 'stranger';
  return { index: entry.index, id, keyid, kind: kind.kind, operator, envelope, statement };
}

/** The order that a claim is about, where it is about one; else its first subject. */
function aboutOf({ kind, statement }: Claim): string {
  switch (kind) {
    case provenanceKind.kind:
      return (statement.predicate as Provenance).buildDefinition.externalParameters.order;
    case rebuildKind.kind:
      return (statement.predicate as Rebuild).order;
    default:
      // Of a resolution it is the order.
      return statement.subject[0]?.digest.sha256 ?? '';
  }
}

/** Rows are written by the tail, inside its transaction; everyone else reads. */
export class Claims {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  insert(claim: Claim): void {
    const { index, id, keyid, kind, operator, envelope } = claim;
    this.#database
      .prepare('INSERT OR IGNORE INTO claim VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(index, id, keyid, kind, operator, aboutOf(claim), formatEnvelope(envelope));
  }

  /** All claims of a kind, or those about one thing, by ascending index. */
  of<Predicate>(kind: Kind<Predicate>, about?: string): readonly Claim<Predicate>[] {
    const rows =
      about === undefined
        ? this.#database.prepare('SELECT * FROM claim WHERE kind = ? ORDER BY idx').all(kind.kind)
        : this.#database
            .prepare('SELECT * FROM claim WHERE kind = ? AND about = ? ORDER BY idx')
            .all(kind.kind, about);
    return rows.map((row) => readClaim(row, kind));
  }

  at<Predicate>(index: number, kind: Kind<Predicate>): Claim<Predicate> | undefined {
    const row = this.#database
      .prepare('SELECT * FROM claim WHERE idx = ? AND kind = ?')
      .get(index, kind.kind);
    return row === undefined ? undefined : readClaim(row, kind);
  }

  find<Predicate>(id: string, kind: Kind<Predicate>): Claim<Predicate> | undefined {
    const row = this.#database
      .prepare('SELECT * FROM claim WHERE id = ? AND kind = ? ORDER BY idx LIMIT 1')
      .get(id, kind.kind);
    return row === undefined ? undefined : readClaim(row, kind);
  }

  /** Where the log holds this statement by this key. */
  indexOf(id: string, keyid: string): number | undefined {
    const row = this.#database.prepare('SELECT idx FROM claim WHERE id = ? AND keyid = ?').get(id, keyid);
    return row === undefined ? undefined : Number(row['idx']);
  }

  /** Everything from `from` on, as it stands in the log. */
  *entries(from: number): Generator<LoggedStatement, void, undefined> {
    for (let next = from; ;) {
      const rows = this.#database
        .prepare('SELECT idx, entry FROM claim WHERE idx >= ? ORDER BY idx LIMIT 256')
        .all(next);
      for (const row of rows) {
        const index = Number(row['idx']);
        next = index + 1;
        yield { index, envelope: parseEnvelope(blob(row, 'entry')) };
      }
      if (rows.length < 256) return;
    }
  }

  /** The claims of these kinds below an index: enough for what is a function of these kinds alone. */
  below(end: number, kinds: readonly Kind<unknown>[]): readonly LoggedStatement[] {
    const marks = kinds.map(() => '?').join(', ');
    return this.#database
      .prepare(`SELECT idx, entry FROM claim WHERE idx < ? AND kind IN (${marks}) ORDER BY idx`)
      .all(end, ...kinds.map(({ kind }) => kind))
      .map((row) => ({
        index: Number(row['idx']),
        envelope: parseEnvelope(blob(row, 'entry')),
      }));
  }
}

function readClaim<Predicate>(row: Row, kind: Kind<Predicate>): Claim<Predicate> {
  const envelope = parseEnvelope(blob(row, 'entry'));
  return {
    index: whole(row, 'idx') ?? 0,
    id: text(row, 'id') ?? '',
    keyid: text(row, 'keyid') ?? '',
    kind: kind.kind,
    operator: text(row, 'operator') ?? '',
    envelope,
    statement: expectKind(statementOf(envelope), kind),
  };
}
