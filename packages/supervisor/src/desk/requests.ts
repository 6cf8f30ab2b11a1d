// What data centers asked to read, and what was decided. The daemon takes requests and makes grants; the
// operator's commands decide beside it, in transactions of their own.
//
//   waiting → approved → granted → revoked
//          ↘ denied    ↘ denied
//
// `approved` is a decision without its statement yet; whatever is not revoked ends with its time.

import type { DatabaseSync } from 'node:sqlite';
import { parseTime } from '@vitrine/evidence';
import { sha256, transaction } from '@vitrine/host';
import { parseAccessRequest, type SignedAccessRequest } from '@vitrine/reports';
import { blob, text, whole, type Row } from '../database.ts';
import { fail } from '../codes.ts';

type Decision = 'waiting' | 'approved' | 'granted' | 'denied' | 'revoked';
/** `ended`: its time is over, whatever was decided. */
export type RequestState = Decision | 'ended';

export interface DeskRequest {
  readonly signed: SignedAccessRequest;
  readonly state: RequestState;
  /** Milliseconds since 1970. */
  readonly received: number;
  readonly decided: number | undefined;
  /** Of a denial or revocation. */
  readonly why: string | undefined;
  /** Of a grant: the name of its opening. */
  readonly commitment: string | undefined;
}

/** Of one data center that nobody has decided on. */
const mostWaiting = 200;
/** Milliseconds that requests without a grant are kept beyond their end. */
const keepMs = 30 * 86_400_000;

export class Requests {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Keeps a request once; a second time changes nothing. Durable when it returns. */
  take(signed: SignedAccessRequest, body: Uint8Array, now: number): void {
    transaction(this.#database, () => {
      if (this.find(signed.digest, now) !== undefined) return;
      const { center, until } = signed.request;
      const row = this.#database
        .prepare(
          "SELECT count(*) AS n FROM access_request WHERE center = ? AND state = 'waiting' AND until > ?",
        )
        .get(center, now / 1000);
      if (Number(row?.['n']) >= mostWaiting)
        throw fail('desk.busy', `${mostWaiting} requests of ${center} wait for a decision`);
      this.#database
        .prepare(
          "INSERT INTO access_request (digest, center, envelope, until, received, state) VALUES (?, ?, ?, ?, ?, 'waiting')",
        )
        .run(signed.digest, center, body, parseTime(until), now);
    });
  }

  find(digest: string, now: number): DeskRequest | undefined {
    const row = this.#database.prepare('SELECT * FROM access_request WHERE digest = ?').get(digest);
    return row === undefined ? undefined : readRow(row, now);
  }

  /** By a digest or the beginning of one. */
  named(start: string, now: number): DeskRequest {
    if (!/^[0-9a-f]{8,64}$/.test(start))
      throw fail('desk.request', `"${start.slice(0, 80)}" is not 8 to 64 hex digits of a request`);
    const [found, ...more] = this.list(now).filter(({ signed }) => signed.digest.startsWith(start));
    if (found === undefined || more.length > 0)
      throw fail(
        'desk.request',
        `${found === undefined ? 'no request' : 'more than one'} begins with ${start}`,
      );
    return found;
  }

  /** Oldest first. */
  list(now: number): readonly DeskRequest[] {
    return this.#database
      .prepare('SELECT * FROM access_request ORDER BY received, digest')
      .all()
      .map((row) => readRow(row, now));
  }

  /** What the daemon has to make statements of. */
  approved(now: number): readonly DeskRequest[] {
    return this.#database
      .prepare(
        "SELECT * FROM access_request WHERE state = 'approved' AND until > ? ORDER BY received, digest",
      )
      .all(now / 1000)
      .map((row) => readRow(row, now));
  }

  /** How many of those that have not ended are in each state. */
  counts(now: number): ReadonlyMap<string, number> {
    const rows = this.#database
      .prepare('SELECT state, count(*) AS n FROM access_request WHERE until > ? GROUP BY state')
      .all(now / 1000);
    return new Map(rows.map((row) => [text(row, 'state') ?? '', whole(row, 'n') ?? 0]));
  }

  /** Moves on from one of these states; throws `desk.decided` where somebody else was first. */
  decide(
    digest: string,
    from: readonly Decision[],
    to: Decision,
    change: { readonly now: number; readonly why?: string; readonly commitment?: string },
  ): void {
    const { now, why = null, commitment = null } = change;
    const states = from.map((state) => `'${state}'`).join(', ');
    const { changes } = this.#database
      .prepare(
        `UPDATE access_request SET state = ?, decided = ?, why = ?, commitment = coalesce(?, commitment)
           WHERE digest = ? AND state IN (${states})`,
      )
      .run(to, now, why, commitment, digest);
    if (Number(changes) !== 1)
      throw fail('desk.decided', `the request ${digest} is not ${from.join(' or ')}`);
  }

  holds(commitment: string): boolean {
    const row = this.#database.prepare('SELECT 1 FROM access_request WHERE commitment = ?').get(commitment);
    return row !== undefined;
  }

  /** What nobody granted is forgotten with who asked and why; a grant is held for as long as the folder. */
  forget(now: number): void {
    this.#database
      .prepare('DELETE FROM access_request WHERE commitment IS NULL AND until < ?')
      .run((now - keepMs) / 1000);
  }
}

function readRow(row: Row, now: number): DeskRequest {
  const signed = parseAccessRequest(blob(row, 'envelope'), sha256);
  const decision = text(row, 'state') as Decision;
  const isOver = (whole(row, 'until') ?? 0) * 1000 <= now;
  return {
    signed,
    state: isOver && decision !== 'denied' && decision !== 'revoked' ? 'ended' : decision,
    received: whole(row, 'received') ?? 0,
    decided: whole(row, 'decided'),
    why: text(row, 'why'),
    commitment: text(row, 'commitment'),
  };
}
