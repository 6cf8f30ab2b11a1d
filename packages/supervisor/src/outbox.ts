// The supervisor's own statements: kept before they are sent, published at its own address, and sent to
// the log until its verified tree holds them (D8). What the log answers is not believed.

import type { DatabaseSync } from 'node:sqlite';
import {
  formatEnvelope,
  kindOf,
  parseEnvelope,
  statementIdOf,
  statementOf,
  type Envelope,
} from '@vitrine/evidence';
import { sha256, type Clock } from '@vitrine/host';
import type { Claim } from './claims.ts';
import { blob, text, whole, type Row } from './database.ts';
import { troubleOf, waitAfter } from './retry.ts';

export interface OwnStatement {
  /** Its place among our own statements, from 1. */
  readonly n: number;
  readonly slot: string;
  readonly id: string;
  readonly kind: string;
  readonly envelope: Envelope;
  /** Milliseconds since 1970. */
  readonly made: number;
  readonly index: number | undefined;
  readonly trouble: string | undefined;
}

/**
 * Sends an envelope to the log, which may take up to `waitMs` to publish it. Resolving means "it was told";
 * only the tail says that it is there.
 */
export type Submit = (envelope: Envelope, waitMs?: number) => Promise<void>;

/** How long the log has to show a statement that it was told of, before it is told again. */
const showMs = 30_000;

/** The rows are shared with the operator's commands; every change is one statement of SQL. */
export class Outbox {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;

  constructor(database: DatabaseSync, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Fills a slot if it is empty, and answers what is in it: the first statement, for ever. */
  put(slot: string, envelope: Envelope): OwnStatement {
    const kind = kindOf(statementOf(envelope).predicateType)?.kind ?? '';
    this.#database
      .prepare(
        'INSERT INTO statement (slot, id, keyid, kind, envelope, made) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (slot) DO NOTHING',
      )
      .run(
        slot,
        statementIdOf(envelope, sha256),
        envelope.signatures[0]?.keyid ?? '',
        kind,
        formatEnvelope(envelope),
        this.#clock.now(),
      );
    return readStatement(this.#database.prepare('SELECT * FROM statement WHERE slot = ?').get(slot) as Row);
  }

  get(slot: string): OwnStatement | undefined {
    const row = this.#database.prepare('SELECT * FROM statement WHERE slot = ?').get(slot);
    return row === undefined ? undefined : readStatement(row);
  }

  find(id: string): OwnStatement | undefined {
    const row = this.#database.prepare('SELECT * FROM statement WHERE id = ?').get(id);
    return row === undefined ? undefined : readStatement(row);
  }

  /** From place `from` on, at most `most`. */
  list(from: number, most: number): readonly OwnStatement[] {
    return this.#database
      .prepare('SELECT * FROM statement WHERE n >= ? ORDER BY n LIMIT ?')
      .all(from, most)
      .map(readStatement);
  }

  /** The verified log holds this statement under this key; another's same words are not ours. */
  markLogged({ id, keyid, index }: Pick<Claim, 'id' | 'keyid' | 'index'>): void {
    this.#database
      .prepare('UPDATE statement SET idx = ?, trouble = NULL WHERE id = ? AND keyid = ? AND idx IS NULL')
      .run(index, id, keyid);
  }

  /** Not yet seen in the log, oldest first. */
  missing(): readonly OwnStatement[] {
    return this.#database
      .prepare('SELECT * FROM statement WHERE idx IS NULL ORDER BY n')
      .all()
      .map(readStatement);
  }

  /** Sends the statements that are due. One that fails waits longer; the others are sent all the same. */
  async send(submit: Submit): Promise<void> {
    const rows = this.#database
      .prepare('SELECT * FROM statement WHERE idx IS NULL AND due <= ? ORDER BY n LIMIT 100')
      .all(this.#clock.now());
    for (const row of rows) await this.sendOne(readStatement(row), submit, Number(row['attempts']));
  }

  async sendOne({ n, envelope }: OwnStatement, submit: Submit, attempts = 0): Promise<void> {
    try {
      await submit(envelope);
      this.#set(n, 0, showMs, null);
    } catch (error) {
      this.#set(n, attempts + 1, waitAfter(attempts + 1), troubleOf(error));
    }
  }

  #set(n: number, attempts: number, waitMs: number, trouble: string | null): void {
    this.#database
      .prepare('UPDATE statement SET attempts = ?, due = ?, trouble = ? WHERE n = ?')
      .run(attempts, this.#clock.now() + waitMs, trouble, n);
  }
}

function readStatement(row: Row): OwnStatement {
  return {
    n: whole(row, 'n') ?? 0,
    slot: text(row, 'slot') ?? '',
    id: text(row, 'id') ?? '',
    kind: text(row, 'kind') ?? '',
    envelope: parseEnvelope(blob(row, 'envelope')),
    made: whole(row, 'made') ?? 0,
    index: whole(row, 'idx'),
    trouble: text(row, 'trouble'),
  };
}
