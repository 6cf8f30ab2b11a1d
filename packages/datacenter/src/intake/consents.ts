// Consents as the data center knows them (D21): of each subject the one in force, signed by both sides. A
// report is judged by it and by nothing that the report says of itself.

import { type Signer } from '@vitrine/evidence';
import { sha256, verifySignature } from '@vitrine/host';
import {
  countersignConsent,
  formatConsent,
  parseConsent,
  readConsent,
  readOwnConsent,
  requireConsentSuccessor,
  requireOwnCountry,
  sealAnswer,
  type Consent,
  type Residency,
} from '@vitrine/reports';
import { fail } from '../codes.ts';
import type { Store, Writing } from '../store/store.ts';

/** Verified consents in memory at most. */
const mostKnown = 100_000;

export class Consents {
  readonly #store: Store;
  readonly #signer: Signer;
  readonly #known = new Map<string, Consent>();

  /** `signer` holds the custody ledger's key. */
  constructor(store: Store, signer: Signer) {
    this.#store = store;
    this.#signer = signer;
  }

  async of(pseudonym: string): Promise<Consent> {
    const known = this.#known.get(pseudonym) ?? (await this.#load(pseudonym));
    if (known === undefined) throw fail('intake.consent', 'no consent of this subject is known');
    return known;
  }

  /** Verifies, countersigns, replaces the one before; the same receipt again gives the same answer. */
  async take(body: Uint8Array, center: string, residency: Residency): Promise<Uint8Array> {
    const envelope = parseConsent(body);
    const next = await readOwnConsent(envelope, verifySignature, sha256);
    const { record, pseudonym, digest } = next;
    if (record.controller.center !== center)
      throw fail('intake.content', 'a consent for another data center');
    // A withdrawal is taken whatever the policy now says of the country.
    if (record.act === 'given') requireOwnCountry(residency, center, record.country);
    const countersigned = await countersignConsent(envelope, this.#signer, verifySignature);
    const bytes = formatConsent(countersigned);
    await this.#store.write('keep a consent', async (tx) => {
      const before = await this.#read(tx, pseudonym);
      if (before?.digest === digest) return;
      requireConsentSuccessor(before, next);
      await tx
        .insertInto('subject')
        .values({ pseudonym, consent: bytes, restricted: 0 })
        .onConflict((conflict) => conflict.column('pseudonym').doUpdateSet({ consent: bytes }))
        .execute();
    });
    this.#remember(pseudonym, next);
    return sealAnswer(bytes, record.subject.sealing, digest);
  }

  async #load(pseudonym: string): Promise<Consent | undefined> {
    const consent = await this.#store.read('look up a consent', (db) => this.#read(db, pseudonym));
    if (consent !== undefined) this.#remember(pseudonym, consent);
    return consent;
  }

  async #read(db: Pick<Writing, 'selectFrom'>, pseudonym: string): Promise<Consent | undefined> {
    const row = await db
      .selectFrom('subject')
      .select('consent')
      .where('pseudonym', '=', pseudonym)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    return readConsent(parseConsent(row.consent), this.#signer.publicKey, verifySignature, sha256);
  }

  #remember(pseudonym: string, consent: Consent): void {
    this.#known.set(pseudonym, consent);
    const [oldest] = this.#known.keys();
    if (this.#known.size > mostKnown && oldest !== undefined) this.#known.delete(oldest);
  }
}
