// Rights of a subject (D18, D21): a request signed by its key, sealed like a report, answered sealed to it.
//
//   open → verify the request → do it, with its answer, in one transaction → answer
//
// What changed something is remembered with its answer, so that a request that is sent twice is done once
// and confirmed both times.

import { fields, formatEnvelope } from '@vitrine/evidence';
import { sha256, verifySignature } from '@vitrine/host';
import {
  dayOf,
  formatExport,
  readRequest,
  requestAge,
  sealAnswer,
  signConfirmation,
  type Erasure,
  type VerifiedRequest,
} from '@vitrine/reports';
import type { Intake } from '../intake/intake.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Store, Writing } from '../store/store.ts';
import { eraseSubject } from './erase.ts';
import { exportPage } from './export.ts';
import type { Settling } from './settling.ts';

export interface RightsOptions {
  readonly center: string;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly intake: Intake;
  /** Awaited before an erasure is confirmed. */
  readonly settling: Settling;
  /** How long a backup is kept: after it an erasure is final (D19). Default 30 days. */
  readonly backupSeconds?: number | undefined;
}

/** Of an export: which page, and what came before it. */
export interface PageAsked {
  readonly page: number;
  /** Index of the last record that came, and of the last reading; -1 where none has. */
  readonly after: number;
  readonly read: number;
}

export class Rights {
  readonly #options: RightsOptions;

  constructor(options: RightsOptions) {
    this.#options = options;
  }

  async take(message: Uint8Array, asked: PageAsked = { page: 0, after: -1, read: -1 }): Promise<Uint8Array> {
    const { intake, center, settling } = this.#options;
    const { isErasure, answer } = await intake.within(async () => {
      const { body } = await intake.openAs('request', message);
      const verified = await readRequest(body, center, intake.now(), verifySignature, sha256);
      const { act } = verified.request;
      return {
        isErasure: act === 'erase',
        answer: await (act === 'export' ? this.#export(verified, asked) : this.#change(verified)),
      };
    });
    // Not within: it takes long, and what others send must not wait for it. Also where the erasure was done
    // before, because the process may have died in between; where nothing is left to settle, at once.
    if (isErasure) await settling.settled();
    return answer;
  }

  /** Forgets answers of requests that are too old to be sent again. */
  async forget(): Promise<void> {
    const before = this.#options.intake.now() - requestAge.most - requestAge.ahead;
    await this.#options.store.write('forget answers', (tx) =>
      tx.deleteFrom('request').where('at', '<', before).execute(),
    );
  }

  async #export({ request, pseudonym, digest }: VerifiedRequest, asked: PageAsked): Promise<Uint8Array> {
    const { store, center, ledger } = this.#options;
    const page = await store.read('export a subject', (db) =>
      exportPage(db, { pseudonym, center, ledger: ledger.origin, request: digest, ...asked }),
    );
    return sealAnswer(formatExport(page), request.subject.sealing, digest);
  }

  /** Between two batches of the intake: a report that is on its way is stored before, or under a new key after. */
  async #change(verified: VerifiedRequest): Promise<Uint8Array> {
    const { store, intake, settling } = this.#options;
    const { digest, pseudonym, request } = verified;
    return intake.writer.alone(async () => {
      if (request.act === 'erase') intake.keys.forget(pseudonym);
      let erased = false;
      try {
        return await store.write('do what a subject asks', async (tx) => {
          const before = await tx
            .selectFrom('request')
            .select('answer')
            .where('id', '=', digest)
            .executeTakeFirst();
          if (before !== undefined) return before.answer;
          const done = await this.#do(tx, verified);
          erased = done.erased;
          await tx
            .insertInto('request')
            .values({ id: digest, act: request.act, at: intake.now(), answer: done.answer })
            .execute();
          return done.answer;
        });
      } finally {
        // Of a commit whose answer was lost, too: nobody can say whether it is there.
        if (erased) settling.erased();
      }
    });
  }

  async #do(
    tx: Writing,
    { request, pseudonym, digest }: VerifiedRequest,
  ): Promise<{ readonly answer: Uint8Array; readonly erased: boolean }> {
    const { center, ledger, intake, backupSeconds = 30 * 86_400 } = this.#options;
    const now = intake.now();
    let erasures: readonly Erasure[] = [];
    let records: number;
    let erased = false;
    if (request.act === 'erase') {
      const { erasure, changed } = await eraseSubject(tx, pseudonym, dayOf(now));
      erasures = erasure === undefined ? [] : [erasure];
      records = erasure?.indices.length ?? 0;
      erased = changed;
    } else {
      const restricted = request.act === 'restrict' ? 1 : 0;
      await tx.updateTable('subject').set({ restricted }).where('pseudonym', '=', pseudonym).execute();
      records = await recordsOf(tx, pseudonym);
    }
    const confirmation = await signConfirmation(
      {
        v: 1,
        center,
        ledger: ledger.origin,
        request: digest,
        act: request.act,
        at: fields.formatTime(now),
        records,
        erasures,
        ...(request.act === 'erase' ? { finalAt: fields.formatTime(now + backupSeconds) } : {}),
      },
      ledger.signer,
    );
    const answer = await sealAnswer(formatEnvelope(confirmation), request.subject.sealing, digest);
    return { answer, erased };
  }
}

async function recordsOf(tx: Writing, pseudonym: string): Promise<number> {
  const { count } = await tx
    .selectFrom('record')
    .innerJoin('report', 'report.first', 'record.report')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('report.subject', '=', pseudonym)
    .executeTakeFirstOrThrow();
  return count;
}
