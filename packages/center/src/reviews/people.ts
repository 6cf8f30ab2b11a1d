// Reviewers: their pseudonyms, and the keys they sign with. A pseudonym is drawn by lot, so that nothing
// in the open leads to an account (D11); who it is stands in this table and nowhere else.

import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { keyidOf, parseSpki, type ListedSigner, type WebauthnPlace } from '@vitrine/evidence';
import { sha256, type Clock } from '@vitrine/host';
import { fail } from './codes.ts';

export interface ReviewerKey {
  readonly keyid: string;
  readonly account: string;
  readonly spki: Uint8Array;
  readonly webauthn: WebauthnPlace | undefined;
  /** Milliseconds. */
  readonly registered: number;
  readonly ended: number | undefined;
}

/** The log takes no more from one Center (docs/spec/admission.md); of one reader, so that nobody takes them all. */
const mostKeys = 1_000;
const mostKeysOfOne = 10;

interface KeyRow {
  readonly keyid: string;
  readonly account: string;
  readonly public_key: Uint8Array;
  readonly rp_id: string | null;
  readonly origin: string | null;
  readonly registered: number;
  readonly ended: number | null;
}

const keyOf = ({ keyid, account, public_key, rp_id, origin, registered, ended }: KeyRow): ReviewerKey => ({
  keyid,
  account,
  // A copy: SQLite's own bytes belong to the row.
  spki: new Uint8Array(public_key),
  webauthn: rp_id === null || origin === null ? undefined : { rpId: rp_id, origin },
  registered,
  ended: ended ?? undefined,
});

export class Reviewers {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;

  constructor(database: DatabaseSync, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  pseudonym(account: string): string | undefined {
    const row = this.#database.prepare('SELECT pseudonym FROM reviews_people WHERE account = ?').get(account);
    return row === undefined ? undefined : String(row['pseudonym']);
  }

  /** The account's pseudonym, drawn at the first time. */
  enrol(account: string): string {
    for (let i = 0; i < 20; i++) {
      const known = this.pseudonym(account);
      if (known !== undefined) return known;
      this.#database
        .prepare('INSERT OR IGNORE INTO reviews_people (account, pseudonym) VALUES (?, ?)')
        .run(account, `reviewer-${randomBytes(4).toString('hex')}`);
    }
    throw fail('review.too-many', 'no pseudonym is left');
  }

  key(keyid: string): ReviewerKey | undefined {
    const row = this.#database.prepare('SELECT * FROM reviews_keys WHERE keyid = ?').get(keyid);
    return row === undefined ? undefined : keyOf(row as unknown as KeyRow);
  }

  keysOf(account: string): readonly ReviewerKey[] {
    return this.#database
      .prepare('SELECT * FROM reviews_keys WHERE account = ? ORDER BY registered, keyid')
      .all(account)
      .map((row) => keyOf(row as unknown as KeyRow));
  }

  /** Those that have not ended, of accounts that are not revoked. */
  keysInForce(): readonly ReviewerKey[] {
    return this.#database
      .prepare(
        `SELECT k.* FROM reviews_keys k JOIN accounts_people p ON p.id = k.account
         WHERE k.ended IS NULL AND p.revoked IS NULL ORDER BY k.keyid`,
      )
      .all()
      .map((row) => keyOf(row as unknown as KeyRow));
  }

  /** Throws `review.key` unless the account may sign with this key; says nothing of whose it is otherwise. */
  requireUsable(account: string, { spki, webauthn }: ListedSigner): string {
    const keyid = keyidOf(spki, sha256);
    const { scheme } = parseSpki(spki);
    const known = this.key(keyid);
    if (known === undefined) {
      if (webauthn !== undefined && scheme !== 'ecdsa-p256')
        throw fail('review.key', 'a passkey that signs reviews has a P-256 key');
      const inForce = this.keysInForce();
      if (inForce.filter((key) => key.account === account).length >= mostKeysOfOne)
        throw fail('review.too-many', `a reader signs with ${mostKeysOfOne} keys at most; end one first`);
      if (inForce.length >= mostKeys)
        throw fail('review.too-many', `the log takes reviews by ${mostKeys} keys at most`);
      return keyid;
    }
    if (known.account !== account || (known.webauthn === undefined) !== (webauthn === undefined))
      throw fail('review.key', `the key ${keyid} is not a key of this reader`);
    if (known.ended !== undefined) throw fail('review.key', `the key ${keyid} has ended`);
    return keyid;
  }

  /** Within the transaction that keeps the first review by it. */
  register(account: string, { spki, webauthn }: ListedSigner): void {
    this.#database
      .prepare(
        `INSERT INTO reviews_keys (keyid, account, public_key, rp_id, origin, registered)
         VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (keyid) DO NOTHING`,
      )
      .run(
        keyidOf(spki, sha256),
        account,
        spki,
        webauthn?.rpId ?? null,
        webauthn?.origin ?? null,
        this.#clock.now(),
      );
  }

  /** For ever: the log takes no more reviews by it. Those that are there stay. */
  end(account: string, keyid: string): boolean {
    const { changes } = this.#database
      .prepare('UPDATE reviews_keys SET ended = ? WHERE keyid = ? AND account = ? AND ended IS NULL')
      .run(this.#clock.now(), keyid, account);
    return changes === 1;
  }
}
