// Consents as the data center knows them (D21): of each subject the one in force, signed by both sides. A
// report is judged by it and by nothing that the report says of itself.

import { statementIdOf, type Signer } from '@vitrine/evidence';
import { sha256, verifySignature } from '@vitrine/host';
import {
  countersignConsent,
  formatConsent,
  parseConsent,
  readConsent,
  readOwnConsent,
  requireConsentSuccessor,
  requireConsentTime,
  requireOwnCountry,
  sealAnswer,
  type Consent,
  type Residency,
} from '@vitrine/reports';
import { fail } from '../codes.ts';
import type { Store, Writing } from '../store/store.ts';

/** Verified consents in memory at most: some 3 KB each, and a fifth of a millisecond to read one again. */
const mostKnown = 1_000;

export interface ConsentRules {
  readonly center: string;
  readonly residency: Residency;
  /** Seconds since 1970. */
  readonly now: number;
}

/** What the store has of a subject: after a restore perhaps not the receipt that is in force, but its digest. */
interface Kept {
  readonly pseudonym: string;
  readonly digest: string;
  readonly consent: Consent | undefined;
}

export class Consents {
  readonly #store: Store;
  readonly #signer: Signer;
  /** By pseudonym, the last used at the end. */
  readonly #known = new Map<string, Consent>();
  /** Consents that were taken: what was read before the last of them may be older than it. */
  #taken = 0;
  /** One after the other: of two that replace the same one, the second finds the first. */
  #last: Promise<unknown> = Promise.resolve();

  /** `signer` holds the custody ledger's key. */
  constructor(store: Store, signer: Signer) {
    this.#store = store;
    this.#signer = signer;
  }

  /** Rows of before their digest stood beside them. */
  async fill(): Promise<void> {
    for (let left = true; left;)
      left = await this.#store.write('fill in digests of consents', async (tx) => {
        const rows = await tx
          .selectFrom('subject')
          .select(['pseudonym', 'consent'])
          .where('digest', '=', '')
          .limit(500)
          .execute();
        for (const { pseudonym, consent } of rows)
          await tx
            .updateTable('subject')
            .set({ digest: statementIdOf(parseConsent(consent), sha256) })
            .where('pseudonym', '=', pseudonym)
            .execute();
        return rows.length > 0;
      });
  }

  async of(pseudonym: string): Promise<Consent> {
    const known = this.#known.get(pseudonym);
    if (known !== undefined) {
      this.#remember(pseudonym, known);
      return known;
    }
    const loaded = await this.#load(pseudonym);
    if (loaded === undefined) throw fail('intake.consent', 'no consent of this subject is known');
    return loaded;
  }

  /** Verifies, countersigns, replaces the one before; the same receipt again gives the same answer. */
  async take(body: Uint8Array, { center, residency, now }: ConsentRules): Promise<Uint8Array> {
    const envelope = parseConsent(body);
    const next = await readOwnConsent(envelope, verifySignature, sha256);
    const { record, digest } = next;
    if (record.controller.center !== center)
      throw fail('intake.content', 'a consent for another data center');
    // A withdrawal is taken whatever the policy now says of the country, and whatever the clock.
    if (record.act === 'given') requireOwnCountry(residency, center, record.country);
    requireConsentTime(next, now);
    const countersigned = await countersignConsent(envelope, this.#signer, verifySignature);
    const bytes = formatConsent(countersigned);
    await this.#alone(() => this.#keep(next, bytes));
    return sealAnswer(bytes, record.subject.sealing, digest);
  }

  async #keep(next: Consent, consent: Uint8Array): Promise<void> {
    const { pseudonym, digest } = next;
    try {
      await this.#store.write('keep a consent', async (tx) => {
        const before = await this.#read(tx, pseudonym);
        if (before?.consent?.digest === digest) return;
        if (before?.digest !== digest) requireConsentSuccessor(before?.consent ?? before, next);
        await tx
          .insertInto('subject')
          .values({ pseudonym, consent, digest, restricted: 0 })
          .onConflict((conflict) => conflict.column('pseudonym').doUpdateSet({ consent, digest }))
          .execute();
      });
      this.#remember(pseudonym, next);
    } catch (error) {
      // Of a commit whose answer was lost nobody can say whether it is there: it is read again.
      this.#known.delete(pseudonym);
      throw error;
    } finally {
      this.#taken++;
    }
  }

  async #load(pseudonym: string): Promise<Consent | undefined> {
    const taken = this.#taken;
    const kept = await this.#store.read('look up a consent', (db) => this.#read(db, pseudonym));
    // What was remembered meanwhile is newer, and what was taken meanwhile may be.
    const newer = this.#known.get(pseudonym);
    if (newer !== undefined) return newer;
    const consent = kept?.consent;
    if (consent !== undefined && taken === this.#taken) this.#remember(pseudonym, consent);
    return consent;
  }

  async #read(db: Pick<Writing, 'selectFrom'>, pseudonym: string): Promise<Kept | undefined> {
    const row = await db
      .selectFrom('subject')
      .select(['consent', 'digest'])
      .where('pseudonym', '=', pseudonym)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const consent =
      row.consent.length === 0
        ? undefined
        : await readConsent(parseConsent(row.consent), this.#signer.publicKey, verifySignature, sha256);
    return { pseudonym, digest: row.digest, consent: consent?.digest === row.digest ? consent : undefined };
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {}); // Whoever asked for it is told.
    return done;
  }

  #remember(pseudonym: string, consent: Consent): void {
    this.#known.delete(pseudonym);
    this.#known.set(pseudonym, consent);
    const [oldest] = this.#known.keys();
    if (this.#known.size > mostKnown && oldest !== undefined) this.#known.delete(oldest);
  }
}
