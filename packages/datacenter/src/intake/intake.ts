// Intake: from a sealed message to the signed promise of its records (D17b, D18, D20).
//
//   find the key → open → read and verify → judge → encrypt → store and ledger → promise
//
// Until `store` nothing is kept, and what is refused leaves a number in a count and nothing else. After it
// records, leaves and keys are durable together; the promise can be made again from them at any time.

import {
  canonicalOfParsed,
  fromBase64,
  leafHash,
  toHex,
  utf8,
  formatTime,
  type Envelope,
} from '@vitrine/evidence';
import { sha256, sha256Hex, systemClock, verifySignature, type Clock } from '@vitrine/host';
import {
  dayOf,
  openMessage,
  projectionOf,
  promiseFor,
  readReport,
  recordBytes,
  replayMark,
  requireConsented,
  requireOwnCountry,
  requireReportTime,
  retentionClasses,
  retentionOf,
  sealedTo,
  sealRecord,
  signPromise,
  type Content,
  type CustodyPromise,
  type Observation,
  type Residency,
  type RetentionClass,
  type VerifiedReport,
} from '@vitrine/reports';
import { fail } from '../codes.ts';
import { nodeCipher } from '../keys/cipher.ts';
import { DayKeys, type DayKeyRules } from '../keys/day-keys.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Store } from '../store/store.ts';
import { Consents } from './consents.ts';
import { SealingKeys, type OpenableKey } from './sealing-keys.ts';
import { Writer, type Prepared } from './writer.ts';

export interface IntakeOptions extends DayKeyRules {
  /** Of the data center, as the residency policy names it. */
  readonly center: string;
  readonly store: Store;
  readonly ledger: Ledger;
  /** The residency policy in force at this witness time. */
  readonly residency: () => Residency;
  readonly sealingKeys: readonly OpenableKey[];
  /** From commit to a witnessed proof. Default 600 seconds. */
  readonly promiseSeconds?: number | undefined;
  /** Messages in hand at most. Default 256. */
  readonly most?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** `replay`: it was taken before; the promise is the same, or gone with its records. */
export interface Taken {
  readonly replay: boolean;
  readonly promise: Envelope | undefined;
}

export type Proofs =
  | { readonly state: 'unknown' }
  | { readonly state: 'waiting'; readonly deadline: number }
  | {
      readonly state: 'proven';
      readonly checkpoint: Uint8Array;
      readonly records: readonly { readonly index: number; readonly path: readonly Uint8Array[] }[];
    };

export interface Opened {
  readonly body: Uint8Array;
  /** The sealing key's name, and the salt of its marks. */
  readonly id: string;
  readonly salt: Uint8Array;
}

export class Intake {
  readonly keys: DayKeys;
  readonly sealing: SealingKeys;
  readonly writer: Writer;
  readonly consents: Consents;
  readonly #options: IntakeOptions;
  #held = 0;
  #closed = false;

  private constructor(options: IntakeOptions) {
    this.#options = options;
    this.keys = new DayKeys(options);
    this.sealing = new SealingKeys(options.store, options.center);
    this.writer = new Writer(options.store);
    this.consents = new Consents(options.store, options.ledger.signer);
  }

  static async open(options: IntakeOptions): Promise<Intake> {
    const intake = new Intake(options);
    for (const key of options.sealingKeys) await intake.sealing.add(key);
    await intake.consents.fill();
    return intake;
  }

  /** Whole seconds since 1970. */
  now(): number {
    return Math.floor((this.#options.clock ?? systemClock).now() / 1000);
  }

  take(message: Uint8Array): Promise<Taken> {
    return this.within(async () => {
      const opened = await this.openAs('report', message);
      return this.#takeReport(opened.body, opened);
    });
  }

  /** A consent or its withdrawal: verified, countersigned, in force; the answer is sealed to its subject. */
  takeConsent(message: Uint8Array): Promise<Uint8Array> {
    return this.within(async () => {
      const { body } = await this.openAs('consent', message);
      const { center, residency } = this.#options;
      return this.consents.take(body, { center, residency: residency(), now: this.now() });
    });
  }

  /** Finds the key and opens; a message of another type has no business where this one is taken. */
  async openAs(type: Content['type'], message: Uint8Array): Promise<Opened> {
    const known = this.sealing.find(sealedTo(message), this.now());
    const content = await openMessage(message, known.key, known.opening, sha256);
    if (content.type !== type)
      throw fail('intake.content', `a message of the type ${content.type}, where a ${type} is taken`);
    return { body: content.body, id: known.id, salt: known.salt };
  }

  /** The proofs of a report's records, under the newest published checkpoint. */
  async proofs(reportId: string): Promise<Proofs> {
    const { ledger, store } = this.#options;
    const marks = this.sealing.marksOf(reportId);
    if (marks.length === 0) return { state: 'unknown' };
    const row = await store.read('look up a report', (db) =>
      db
        .selectFrom('report')
        .select(['first', 'count', 'deadline'])
        .where('mark', 'in', marks)
        .executeTakeFirst(),
    );
    if (row === undefined) return { state: 'unknown' };
    const indices = Array.from({ length: row.count }, (_, i) => row.first + i);
    if (row.first + row.count > (ledger.published()?.size ?? 0))
      return { state: 'waiting', deadline: row.deadline };
    return { state: 'proven', ...(await ledger.proveAll(indices)) };
  }

  /** Takes no more; resolves when everything in hand is answered. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#held > 0) await new Promise(setImmediate);
    await this.writer.drained();
  }

  /** Bounds what is in hand: `intake.overloaded` before any work is spent. */
  async within<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) throw fail('intake.closed', 'the intake is closed');
    if (this.#held >= (this.#options.most ?? 256))
      throw fail('intake.overloaded', `${this.#held} messages are in hand`);
    this.#held++;
    try {
      return await work();
    } finally {
      this.#held--;
    }
  }

  async #takeReport(body: Uint8Array, { id, salt }: Opened): Promise<Taken> {
    const verified = await readReport(body, verifySignature);
    const mark = replayMark(salt, verified.report.id, sha256);
    // It may have been taken before under another key, where its endpoint sealed it again (D20).
    const marks = [...new Set([mark, ...this.sealing.marksOf(verified.report.id)])];
    try {
      await this.#judge(verified);
    } catch (refusal) {
      // Of what was taken before nobody is told that it was refused, whatever has changed since.
      const promise = await this.#promiseAgain(marks, verified);
      if (promise === undefined) throw refusal;
      return { replay: true, promise };
    }
    for (;;) {
      let promise: CustodyPromise | undefined;
      const written = await this.writer.submit(async () => {
        const made = await this.#prepare(verified, mark, id);
        promise = made.promise;
        return { ...made.prepared, id: verified.report.id, marks };
      });
      if (written === 'replay') return { replay: true, promise: await this.#promiseAgain(marks, verified) };
      if (written === 'stored' && promise !== undefined)
        return { replay: false, promise: await this.#sign(promise) };
    }
  }

  async #judge(verified: VerifiedReport): Promise<void> {
    const { center, residency } = this.#options;
    const { report, pseudonym } = verified;
    requireOwnCountry(residency(), center, report.country);
    requireReportTime(report, this.now());
    requireConsented(verified, await this.consents.of(pseudonym), center);
  }

  async #prepare(
    { report, pseudonym }: VerifiedReport,
    mark: string,
    sealingKey: string,
  ): Promise<{ readonly prepared: Omit<Prepared, 'id' | 'marks'>; readonly promise: CustodyPromise }> {
    const { ledger, promiseSeconds = 600 } = this.#options;
    const at = this.now();
    const deadline = at + promiseSeconds;
    const day = dayOf(at);
    const dayKey = await this.keys.keyFor(report.subject, pseudonym, day);
    const ciphertexts = await Promise.all(
      report.observations.map(({ salt, observation }) =>
        sealRecord(
          dayKey.key,
          dayKey.ref,
          { salt: fromBase64(salt), record: recordBytes(observation) },
          nodeCipher,
        ),
      ),
    );
    const { promise, entries } = promiseFor(
      report,
      { ledger: ledger.origin, at, deadline, ciphertexts },
      sha256,
    );
    const expires = expiryFrom(at);
    const records = report.observations.map(({ observation }, i) => ({
      kind: observation.kind,
      expires: expires[retentionOf(observation.kind)],
      projection: projectionBytes(observation),
      ciphertext: ciphertexts[i] as Uint8Array,
    }));
    const row = {
      mark,
      sealing_key: sealingKey,
      subject: pseudonym,
      day_key: dayKey.ref,
      country: report.country,
      day,
      at,
      deadline,
    };
    return { prepared: { report: row, dayKey, records, leaves: entries }, promise };
  }

  #sign(promise: CustodyPromise): Promise<Envelope> {
    return signPromise(promise, this.#options.ledger.signer);
  }

  /** The same promise from what is stored: the answer to the first may have been lost. */
  async #promiseAgain(
    marks: readonly string[],
    { report, pseudonym }: VerifiedReport,
  ): Promise<Envelope | undefined> {
    const { store, ledger, center } = this.#options;
    const stored = await store.read('look up a report', async (db) => {
      const row = await db.selectFrom('report').selectAll().where('mark', 'in', marks).executeTakeFirst();
      if (row === undefined || row.subject !== pseudonym) return undefined;
      const records = await db
        .selectFrom('record')
        .innerJoin('custody_leaf', 'custody_leaf.idx', 'record.idx')
        .select(['data', 'ciphertext'])
        .where('record.report', '=', row.first)
        .where('record.idx', '>=', row.first)
        .where('record.idx', '<', row.first + row.count)
        .orderBy('record.idx')
        .execute();
      return records.length === row.count ? { row, records } : undefined;
    });
    if (stored === undefined) return undefined;
    const { row, records } = stored;
    return this.#sign({
      v: 1,
      center,
      ledger: ledger.origin,
      report: report.id,
      day: row.day,
      at: formatTime(row.at),
      deadline: formatTime(row.deadline),
      records: records.map(({ data, ciphertext }) => ({
        leaf: toHex(leafHash(data, sha256)),
        ciphertext: sha256Hex(ciphertext),
      })),
    });
  }
}

/** By retention class: the first day on which a record that arrives now may no longer be here. */
function expiryFrom(at: number): Readonly<Record<RetentionClass, string>> {
  const after = (of: RetentionClass): string => dayOf(at + retentionClasses[of].days * 86_400);
  return { facts: after('facts'), traces: after('traces'), samples: after('samples') };
}

/** Sorted as canonical JSON is, so that nothing has to be sorted again. */
function projectionBytes(observation: Observation): Uint8Array {
  const { facts, kind } = projectionOf(observation);
  return utf8(canonicalOfParsed({ facts, kind }));
}
