// Reviews in center.db: drafts, what was signed with the salt and the body that open it, and how far each
// is on its way into the log. What `sign` has kept is never lost: the queue is this table.

import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { emptyWriteAheadLog, transaction, type Clock } from '@vitrine/host';
import type { KeptFinding, ReviewState } from '../contract/reviews.ts';
import { reviewLimits, type ReviewFinding, type VerdictWord } from '../contract/review-text.ts';
import { fail } from './codes.ts';
import type { Reviewers } from './people.ts';
import type { VerifiedReview } from './signed.ts';

/** What lists show of a review. */
export interface ReviewSummary {
  readonly id: string;
  readonly account: string;
  readonly tree: string;
  readonly state: ReviewState;
  readonly verdict: VerdictWord;
  readonly changed: number;
  readonly keyid: string | undefined;
  readonly statement: string | undefined;
  /** Where the log says it stands. */
  readonly index: number | undefined;
}

export interface KeptReview extends ReviewSummary {
  readonly version: number;
  readonly text: string;
  readonly readPaths: readonly string[];
  readonly envelope: Uint8Array | undefined;
  readonly salt: Uint8Array | undefined;
  readonly body: Uint8Array | undefined;
  readonly trouble: { readonly code: string; readonly message: string; readonly since: number } | undefined;
}

export interface Answered {
  readonly index?: number;
  readonly trouble?: { readonly code: string; readonly message: string };
}

const mostDrafts = 50;
/** What one reader may sign in a day: each is an entry of the log for ever. */
const mostSignedPerDay = 50;
const dayMs = 86_400_000;

/** All that an index of the table has. */
const summary = 'id, account, tree, state, verdict, changed, keyid, statement, log_index';

export class ReviewStore {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;
  /** Whether the write-ahead log may still hold what was destroyed since this process started. */
  #destroying = false;

  constructor(database: DatabaseSync, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  get(id: string): KeptReview | undefined {
    const row = this.#database.prepare('SELECT * FROM reviews_reviews WHERE id = ?').get(id);
    return row === undefined ? undefined : reviewOf(row);
  }

  /** The newest of an account, drafts too. */
  of(account: string, most: number): readonly ReviewSummary[] {
    return this.#database
      .prepare(`SELECT ${summary} FROM reviews_reviews WHERE account = ? ORDER BY changed DESC, id LIMIT ?`)
      .all(account, most)
      .map(summaryOf);
  }

  /** The newest of everybody else; no drafts. */
  ofOthers(account: string | undefined, most: number): readonly ReviewSummary[] {
    return this.#database
      .prepare(
        `SELECT ${summary} FROM reviews_reviews WHERE state <> 'draft' AND account IS NOT ?
         ORDER BY changed DESC, id LIMIT ?`,
      )
      .all(account ?? null, most)
      .map(summaryOf);
  }

  /** Whether the entry of the log came from here. */
  has(statement: string, keyid: string): boolean {
    const find = 'SELECT 1 FROM reviews_reviews WHERE statement = ? AND keyid = ?';
    return this.#database.prepare(find).get(statement, keyid) !== undefined;
  }

  drafts(account: string): readonly Pick<ReviewSummary, 'id' | 'tree'>[] {
    return this.#database
      .prepare("SELECT id, tree FROM reviews_reviews WHERE account = ? AND state = 'draft'")
      .all(account)
      .map((row) => ({ id: String(row['id']), tree: String(row['tree']) }));
  }

  /** On the way into the log, oldest first. A destroyed one that never got there is not sent any more. */
  queued(): readonly string[] {
    return this.#database
      .prepare("SELECT id FROM reviews_reviews WHERE state = 'signed' ORDER BY changed, id")
      .all()
      .map((row) => String(row['id']));
  }

  /** The draft of this tree that is there, or a new one. */
  begin(account: string, tree: string, readPaths: readonly string[]): KeptReview {
    return transaction(this.#database, () => {
      const drafts = this.drafts(account);
      const known = drafts.find((one) => one.tree === tree);
      if (known !== undefined) return this.get(known.id) as KeptReview;
      if (drafts.length >= mostDrafts)
        throw fail('review.too-many', `a reader has at most ${mostDrafts} drafts`);
      const id = randomBytes(10).toString('hex');
      this.#database
        .prepare(
          `INSERT INTO reviews_reviews (id, account, tree, state, version, verdict, text, read_paths, changed)
           VALUES (?, ?, ?, 'draft', 0, 'no objection', '', ?, ?)`,
        )
        .run(id, account, tree, JSON.stringify(readPaths), this.#clock.now());
      return this.get(id) as KeptReview;
    });
  }

  /** The version that the caller saw decides: of two windows the slower one is told. */
  save(
    id: string,
    version: number,
    draft: { readonly verdict: VerdictWord; readonly text: string; readonly readPaths: readonly string[] },
  ): number {
    const { changes } = this.#database
      .prepare(
        `UPDATE reviews_reviews SET verdict = ?, text = ?, read_paths = ?, version = version + 1, changed = ?
         WHERE id = ? AND version = ? AND state = 'draft'`,
      )
      .run(draft.verdict, draft.text, JSON.stringify(draft.readPaths), this.#clock.now(), id, version);
    if (changes !== 1) throw fail('review.state', 'the draft was changed or signed elsewhere');
    return version + 1;
  }

  discard(id: string): void {
    const { changes } = this.#database
      .prepare("DELETE FROM reviews_reviews WHERE id = ? AND state = 'draft'")
      .run(id);
    if (changes !== 1) throw fail('review.state', 'only drafts are discarded');
  }

  findings(id: string): readonly KeptFinding[] {
    return this.#database
      .prepare(
        'SELECT id, severity, path, first, last, text, written FROM reviews_findings WHERE review = ? ORDER BY id',
      )
      .all(id)
      .map((row) => ({
        ...(row as unknown as KeptFinding),
        written: Math.floor(Number(row['written']) / 1000),
      }));
  }

  addFinding(id: string, { severity, path, first, last, text }: ReviewFinding): void {
    transaction(this.#database, () => {
      this.#requireDraft(id);
      if (this.findings(id).length >= reviewLimits.findings)
        throw fail('review.too-many', `a review has at most ${reviewLimits.findings} findings`);
      this.#database
        .prepare(
          'INSERT INTO reviews_findings (review, severity, path, first, last, text, written) VALUES (?, ?, ?, ?, ?, ?, ?)',
        )
        .run(id, severity, path, first, last, text, this.#clock.now());
      this.#touch(id);
    });
  }

  dropFinding(id: string, finding: number): void {
    transaction(this.#database, () => {
      this.#requireDraft(id);
      this.#database.prepare('DELETE FROM reviews_findings WHERE id = ? AND review = ?').run(finding, id);
      this.#touch(id);
    });
  }

  /** One transaction: the key is registered, and the review with all that opens it is kept. */
  sign(draft: KeptReview, verified: VerifiedReview, reviewers: Reviewers): void {
    transaction(this.#database, () => {
      this.#requireRoom(draft.account);
      reviewers.requireUsable(draft.account, verified.key);
      reviewers.register(draft.account, verified.key);
      const { changes } = this.#database
        .prepare(
          `UPDATE reviews_reviews SET state = 'signed', keyid = ?, statement = ?, envelope = ?, salt = ?,
             body = ?, changed = ?, signed = ? WHERE id = ? AND version = ? AND state = 'draft'`,
        )
        .run(
          verified.keyid,
          verified.statementId,
          verified.envelope,
          verified.salt,
          verified.body,
          this.#clock.now(),
          this.#clock.now(),
          draft.id,
          draft.version,
        );
      if (changes !== 1) throw fail('review.state', 'the draft was changed or signed elsewhere');
    });
  }

  /** What came of sending it. */
  answered(id: string, { index, trouble }: Answered): void {
    if (index !== undefined) {
      this.#database
        .prepare(
          `UPDATE reviews_reviews SET state = 'logged', log_index = ?, changed = ?,
             trouble_code = NULL, trouble_message = NULL, trouble_since = NULL
           WHERE id = ? AND state = 'signed'`,
        )
        .run(index, this.#clock.now(), id);
    } else if (trouble !== undefined) {
      this.#database
        .prepare(
          `UPDATE reviews_reviews SET trouble_code = ?, trouble_message = ?,
             trouble_since = coalesce(trouble_since, ?) WHERE id = ? AND state = 'signed'`,
        )
        .run(trouble.code, trouble.message, this.#clock.now(), id);
    }
  }

  open(id: string): void {
    const { changes } = this.#database
      .prepare("UPDATE reviews_reviews SET state = 'opened', changed = ? WHERE id = ? AND state = 'logged'")
      .run(this.#clock.now(), id);
    if (changes !== 1) throw fail('review.state', 'only a review that is in the log is opened');
  }

  /**
   * Salt, body and everything that they were made of; an entry of the log stays, and says nothing any more
   * (D11). What the log has not taken is not sent any more. Throws `database.busy` while somebody still reads
   * what was there before: the next look finishes it.
   */
  destroy(id: string): void {
    transaction(this.#database, () => {
      const { changes } = this.#database
        .prepare(
          `UPDATE reviews_reviews SET state = 'destroyed', salt = NULL, body = NULL, text = '', verdict = '',
             read_paths = '[]', changed = ? WHERE id = ? AND state IN ('signed', 'logged', 'opened')`,
        )
        .run(this.#clock.now(), id);
      if (changes !== 1) throw fail('review.state', 'only a review that was signed is destroyed');
      this.#database.prepare('DELETE FROM reviews_findings WHERE review = ?').run(id);
    });
    this.#destroying = true;
    this.finishDestroying();
  }

  /** Not only in the database: the write-ahead log still holds the pages as they were. */
  finishDestroying(): void {
    if (!this.#destroying) return;
    emptyWriteAheadLog(this.#database);
    this.#destroying = false;
  }

  #requireRoom(account: string): void {
    const signed = this.#database
      .prepare('SELECT count(*) AS n FROM reviews_reviews WHERE account = ? AND signed > ?')
      .get(account, this.#clock.now() - dayMs);
    if (Number(signed?.['n']) >= mostSignedPerDay)
      throw fail('review.too-many', `a reader signs at most ${mostSignedPerDay} reviews a day`);
  }

  #requireDraft(id: string): void {
    if (this.get(id)?.state !== 'draft') throw fail('review.state', 'the review is no draft any more');
  }

  /** Whoever signs must have seen this. */
  #touch(id: string): void {
    this.#database
      .prepare('UPDATE reviews_reviews SET version = version + 1, changed = ? WHERE id = ?')
      .run(this.#clock.now(), id);
  }
}

/** Who signed a review that was verified here, by its place in the log's own terms. */
export function reviewerOf(database: DatabaseSync): (statement: string, keyid: string) => string | undefined {
  const find = database.prepare(
    `SELECT p.pseudonym FROM reviews_reviews r JOIN reviews_people p ON p.account = r.account
     WHERE r.statement = ? AND r.keyid = ?`,
  );
  return (statement, keyid) => {
    const row = find.get(statement, keyid);
    return row === undefined ? undefined : String(row['pseudonym']);
  };
}

type Row = Readonly<Record<string, unknown>>;

function summaryOf(row: Row): ReviewSummary {
  return {
    id: String(row['id']),
    account: String(row['account']),
    tree: String(row['tree']),
    state: row['state'] as ReviewState,
    verdict: row['verdict'] as VerdictWord,
    changed: Number(row['changed']),
    keyid: (row['keyid'] ?? undefined) as string | undefined,
    statement: (row['statement'] ?? undefined) as string | undefined,
    index: (row['log_index'] ?? undefined) as number | undefined,
  };
}

function reviewOf(row: Row): KeptReview {
  const { trouble_code: code, trouble_message: message, trouble_since: since } = row;
  return {
    ...summaryOf(row),
    version: Number(row['version']),
    text: String(row['text']),
    readPaths: JSON.parse(String(row['read_paths'])) as readonly string[],
    envelope: bytesOf(row['envelope']),
    salt: bytesOf(row['salt']),
    body: bytesOf(row['body']),
    trouble:
      typeof code === 'string'
        ? { code, message: String(message), since: Math.floor(Number(since) / 1000) }
        : undefined,
  };
}

function bytesOf(value: unknown): Uint8Array | undefined {
  return value instanceof Uint8Array ? new Uint8Array(value) : undefined;
}
