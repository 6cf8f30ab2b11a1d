// Reading single records (D11, D18). A record opens with the center's half and the shares of enough
// supervisors, and a supervisor gives its share for a grant that stands in the public log and for no other
// reason. There is no second path: whoever runs this process, with all of its keys, opens nothing alone.
//
//   ask: which keys → the supervisors' shares → read: judge → ledger → open
//
// The entry of the access ledger is durable before the record is shown to anybody.

import { randomBytes } from 'node:crypto';
import { formatTime, parseCanonicalJson } from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import {
  checkObservation,
  formatAccess,
  openRecord,
  parseHalves,
  readCommitment,
  recordKeyFromHalves,
  type NumberedShare,
  type Observation,
  type SealedHalves,
} from '@vitrine/reports';
import { fail } from '../codes.ts';
import { nodeCipher, unwrapHalf } from '../keys/cipher.ts';
import type { Writer } from '../intake/writer.ts';
import { writeLeaves } from '../ledger/leaves.ts';
import type { Store } from '../store/store.ts';

/** What supervisors agreed to, as the composition read and verified it from the log. */
export interface Grant {
  /** Statement identifier of the `access-grant` in the public log. */
  readonly statement: string;
  /** Indices in the custody ledger. */
  readonly records: ReadonlySet<number>;
  /** Seconds since 1970. */
  readonly until: number;
  /** By `keyRef`. */
  readonly shares: ReadonlyMap<string, readonly NumberedShare[]>;
}

export interface AccessOptions {
  readonly store: Store;
  /** Of the intake: erasures and restrictions run through it, too. */
  readonly writer: Writer;
  readonly master: Uint8Array;
  /** Seconds since 1970. */
  readonly now: () => number;
}

/** A record that can be asked for: its key, as supervisors know it. No pseudonym goes with it. */
export interface AskedRecord {
  readonly index: number;
  readonly sealed: SealedHalves;
}

export class Access {
  readonly #options: AccessOptions;

  constructor(options: AccessOptions) {
    this.#options = options;
  }

  /** What the supervisors are shown: for each record the sealed halves of its key. Records that are gone are left out. */
  async ask(indices: readonly number[]): Promise<readonly AskedRecord[]> {
    if (indices.length === 0) return [];
    const rows = await this.#options.store.read('look up keys of records', (db) =>
      db
        .selectFrom('record')
        .innerJoin('report', 'report.first', 'record.report')
        .innerJoin('day_key', 'day_key.ref', 'report.day_key')
        .select(['record.idx', 'day_key.sealed'])
        .where('record.idx', 'in', indices)
        .orderBy('record.idx')
        .execute(),
    );
    return rows.map(({ idx, sealed }) => ({ index: idx, sealed: parseHalves(sealed) }));
  }

  /** One record under a grant. That it was read is in the ledger, whatever becomes of the answer. */
  async read(grant: Grant, index: number): Promise<Observation> {
    const { master, now } = this.#options;
    if (!grant.records.has(index)) throw fail('grant.outside', `the grant does not name the record ${index}`);
    if (now() >= grant.until) throw fail('grant.over', `the grant ended at ${formatTime(grant.until)}`);
    const row = await this.#find(index);
    const sealed = parseHalves(row.sealed);
    const half = unwrapHalf(master, sealed.key, row.half);
    const key = await recordKeyFromHalves(sealed, half, grant.shares.get(sealed.key) ?? [], sha256);
    try {
      const { record } = await openRecord(key, sealed.key, row.ciphertext, nodeCipher);
      const observation = checkObservation(parseCanonicalJson(record));
      await this.#enter(grant, index);
      return observation;
    } finally {
      half.fill(0);
      key.fill(0);
    }
  }

  /**
   * Between two batches, so that no erasure is confirmed while a reading that began before it is not: whoever is
   * told that a record is gone must not learn that it was shown afterwards.
   */
  async #enter(grant: Grant, index: number): Promise<void> {
    const { store, writer, now } = this.#options;
    await writer.alone(() =>
      store.write('enter a reading', async (tx) => {
        // It may have been erased, or restricted, since it was looked up.
        const still = await tx
          .selectFrom('record')
          .innerJoin('report', 'report.first', 'record.report')
          .innerJoin('subject', 'subject.pseudonym', 'report.subject')
          .select('subject.restricted')
          .where('record.idx', '=', index)
          .executeTakeFirst();
        if (still === undefined) throw gone(index);
        if (still.restricted === 1) throw restricted(index);
        const salt = new Uint8Array(randomBytes(32));
        const entry = formatAccess({
          type: 'read',
          v: 1,
          grant: grant.statement,
          at: formatTime(now()),
          record: readCommitment(salt, index, sha256),
        });
        const idx = await writeLeaves(tx, 'access', [entry]);
        await tx.insertInto('reading').values({ idx, record: index, salt }).execute();
      }),
    );
  }

  async #find(
    index: number,
  ): Promise<{ readonly ciphertext: Uint8Array; readonly half: Uint8Array; readonly sealed: Uint8Array }> {
    const row = await this.#options.store.read('look up a record', (db) =>
      db
        .selectFrom('record')
        .innerJoin('report', 'report.first', 'record.report')
        .innerJoin('day_key', 'day_key.ref', 'report.day_key')
        .innerJoin('subject', 'subject.pseudonym', 'report.subject')
        .select(['record.ciphertext', 'day_key.half', 'day_key.sealed', 'subject.restricted'])
        .where('record.idx', '=', index)
        .executeTakeFirst(),
    );
    if (row === undefined) throw gone(index);
    if (row.restricted === 1) throw restricted(index);
    return row;
  }
}

function gone(index: number): Error {
  return fail('grant.gone', `the record ${index} is erased or expired`);
}

function restricted(index: number): Error {
  return fail('grant.restricted', `the subject of the record ${index} restricted it`);
}
