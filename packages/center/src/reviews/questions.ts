// Threads of questions and answers on lines, in center.db. A thread is pinned to the file's bytes: tree,
// path, lines, and the SHA-256 of the file, so that it says the same for ever and is found again in every
// tree that holds the same file at the same path.

import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { transaction, type Clock } from '@vitrine/host';
import type { ThreadState } from '../contract/questions.ts';
import { fail } from './codes.ts';

export interface KeptThread {
  readonly id: string;
  readonly account: string;
  readonly tree: string;
  readonly path: string;
  readonly first: number;
  readonly last: number;
  readonly blob: string;
  readonly state: ThreadState;
  readonly asked: number;
  readonly changed: number;
}

export interface KeptPost {
  readonly id: number;
  readonly thread: string;
  readonly account: string;
  readonly vendor: boolean;
  readonly text: string;
  readonly written: number;
}

export interface NewThread extends Pick<KeptThread, 'tree' | 'path' | 'first' | 'last' | 'blob'> {
  readonly text: string;
}

/** What one reader may write in a day; an edit counts, because its history is kept. */
const mostPerDay = 300;
const mostRevisions = 50;
const dayMs = 86_400_000;

export class QuestionStore {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;

  constructor(database: DatabaseSync, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Newest first. */
  all(): readonly KeptThread[] {
    return this.#threads('ORDER BY changed DESC, id');
  }

  /** Of the same file at the same path, whatever the tree. */
  ofFile(path: string, blob: string): readonly KeptThread[] {
    return this.#threads('WHERE path = ? AND blob = ? ORDER BY first, asked, id', path, blob);
  }

  get(id: string): KeptThread | undefined {
    return this.#threads('WHERE id = ?', id)[0];
  }

  posts(thread: string): readonly KeptPost[] {
    return this.#database
      .prepare('SELECT * FROM reviews_posts WHERE thread = ? ORDER BY id')
      .all(thread)
      .map(postOf);
  }

  post(id: number): KeptPost | undefined {
    const row = this.#database.prepare('SELECT * FROM reviews_posts WHERE id = ?').get(id);
    return row === undefined ? undefined : postOf(row);
  }

  revisions(post: number): readonly { readonly text: string; readonly written: number }[] {
    return this.#database
      .prepare('SELECT text, written FROM reviews_revisions WHERE post = ? ORDER BY rowid')
      .all(post) as unknown as readonly { readonly text: string; readonly written: number }[];
  }

  ask(account: string, vendor: boolean, { tree, path, first, last, blob, text }: NewThread): string {
    return transaction(this.#database, () => {
      const id = randomBytes(10).toString('hex');
      const now = this.#clock.now();
      this.#database
        .prepare(
          `INSERT INTO reviews_threads (id, account, tree, path, first, last, blob, state, asked, changed)
           VALUES (?, ?, ?, ?, ?, ?, ?, 'open', ?, ?)`,
        )
        .run(id, account, tree, path, first, last, blob, now, now);
      this.#write(id, account, vendor, text);
      return id;
    });
  }

  /** An answer by the vendor answers; a word of anybody else asks again. */
  add(id: string, account: string, vendor: boolean, text: string): void {
    transaction(this.#database, () => {
      const { changes } = this.#database
        .prepare("UPDATE reviews_threads SET state = ?, changed = ? WHERE id = ? AND state <> 'closed'")
        .run(vendor ? 'answered' : 'open', this.#clock.now(), id);
      if (changes !== 1) throw fail('review.state', 'the question is closed; open it again first');
      this.#write(id, account, vendor, text);
    });
  }

  /** What stood there is kept, and shown to whoever asks for it. */
  edit(post: KeptPost, text: string): void {
    if (post.text === text) return;
    transaction(this.#database, () => {
      this.#requireRoom(post.account);
      if (this.revisions(post.id).length >= mostRevisions)
        throw fail('review.too-many', `a text is changed at most ${mostRevisions} times`);
      const { changes } = this.#database
        .prepare(
          `UPDATE reviews_posts SET text = ?, written = ? WHERE id = ? AND text = ?
             AND thread IN (SELECT id FROM reviews_threads WHERE state <> 'closed')`,
        )
        .run(text, this.#clock.now(), post.id, post.text);
      if (changes !== 1)
        throw fail('review.state', 'the question is closed, or the text was changed elsewhere');
      this.#database
        .prepare('INSERT INTO reviews_revisions (post, text, written) VALUES (?, ?, ?)')
        .run(post.id, post.text, post.written);
    });
  }

  setState(id: string, from: readonly ThreadState[], to: ThreadState): void {
    transaction(this.#database, () => {
      const state = this.get(id)?.state;
      if (state === undefined || !from.includes(state))
        throw fail('review.state', `the question is ${state ?? 'gone'}`);
      this.#database
        .prepare('UPDATE reviews_threads SET state = ?, changed = ? WHERE id = ?')
        .run(to, this.#clock.now(), id);
    });
  }

  #write(thread: string, account: string, vendor: boolean, text: string): void {
    this.#requireRoom(account);
    this.#database
      .prepare('INSERT INTO reviews_posts (thread, account, vendor, text, written) VALUES (?, ?, ?, ?, ?)')
      .run(thread, account, vendor ? 1 : 0, text, this.#clock.now());
  }

  #requireRoom(account: string): void {
    const since = this.#clock.now() - dayMs;
    const written = this.#database
      .prepare(
        `SELECT (SELECT count(*) FROM reviews_posts WHERE account = ? AND written > ?)
              + (SELECT count(*) FROM reviews_revisions r JOIN reviews_posts p ON p.id = r.post
                 WHERE p.account = ? AND r.written > ?) AS n`,
      )
      .get(account, since, account, since);
    if (Number(written?.['n']) >= mostPerDay)
      throw fail('review.too-many', `a reader writes at most ${mostPerDay} texts a day`);
  }

  #threads(rest: string, ...values: readonly string[]): readonly KeptThread[] {
    return this.#database
      .prepare(`SELECT * FROM reviews_threads ${rest}`)
      .all(...values) as unknown as readonly KeptThread[];
  }
}

function postOf(row: Readonly<Record<string, unknown>>): KeptPost {
  return { ...(row as unknown as KeptPost), vendor: row['vendor'] === 1 };
}
