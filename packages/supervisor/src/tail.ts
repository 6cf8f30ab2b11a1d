// Following the log: each checkpoint by its signatures and its consistency with the one before, each entry
// by its hash, each statement by the policy. What was read is durable together with how far it was read.

import type { DatabaseSync } from 'node:sqlite';
import {
  equal,
  fromHex,
  fromUtf8,
  isVitrineError,
  parseSignedCheckpoint,
  toBase64,
  witnessTime,
  type LoggedStatement,
  type TrustPolicy,
} from '@vitrine/evidence';
import { transaction } from '@vitrine/host';
import type { LogReader, ReaderOptions, VerifiedHead } from '@vitrine/log';
import { judge, type Claim, type Claims, type Entry, type Judged } from './claims.ts';
import { fail } from './codes.ts';
import { Meta } from './database.ts';

/** Opens the log under the policy: a checkpoint counts if the policy's log key and witness quorum signed it. */
type OpenLog = (more: Pick<ReaderOptions, 'trusted' | 'onHead'>) => Promise<LogReader>;

/** Between which witness times an entry came into the log, as far as this reader can tell. */
export interface Moment {
  readonly after: number | undefined;
  readonly before: number | undefined;
}

export interface TailOptions {
  readonly database: DatabaseSync;
  readonly claims: Claims;
  readonly policy: TrustPolicy;
  readonly open: OpenLog;
  /** Inside the transaction that records the claim: what it does is durable with it. */
  readonly onClaim: (claim: Claim, moment: Moment) => void;
}

/** Two signed checkpoints of which one at most can be true. */
export interface Contradiction {
  readonly code: 'reader.fork' | 'reader.rollback';
  readonly message: string;
  /** The note that we stand on, and the one that does not go with it. */
  readonly ours: Uint8Array;
  readonly theirs: Uint8Array;
}

const batchSize = 256;

export class Tail {
  readonly #options: TailOptions;
  readonly #meta: Meta;
  #reader: LogReader | undefined;
  /** The last checkpoint with valid signatures, whether or not it goes with the one before. */
  #seen: VerifiedHead | undefined;
  /** One at a time; whoever asks while another runs gets a run that starts later. */
  #running: Promise<unknown> = Promise.resolve();
  readonly #forged = new Set<number>();
  #isRetired = false;

  constructor(options: TailOptions) {
    this.#options = options;
    this.#meta = new Meta(options.database);
  }

  /**
   * Under another policy than before other keys were entitled: every entry is judged again. `change` is what
   * else depends on it, in the same transaction.
   */
  forgetOtherPolicy(change: () => void): void {
    const { database, policy } = this.#options;
    const digest = fromHex(policy.digest);
    const known = this.#meta.bytes('policy');
    if (known !== undefined && equal(known, digest)) return;
    transaction(database, () => {
      database.exec('DELETE FROM claim');
      this.#meta.set('next', 0);
      this.#meta.set('policy', digest);
      change();
    });
  }

  /** Entries below this index have been judged. */
  next(): number {
    return this.#meta.number('next') ?? 0;
  }

  /** The newest checkpoint whose entries have all been judged. */
  note(): Uint8Array | undefined {
    return this.#meta.bytes('head');
  }

  /** What its witnesses attest as the time, in seconds. */
  time(): number | undefined {
    return this.#meta.number('head-time');
  }

  reader(): LogReader | undefined {
    return this.#reader;
  }

  /** Indices of forged entries that have been met since the last call. */
  takeForged(): readonly number[] {
    const found = [...this.#forged];
    this.#forged.clear();
    return found;
  }

  /** Reads to the newest checkpoint. Throws what the reader throws: unreachable, or evidence against the log. */
  advance(): Promise<void> {
    const run = this.#running.then(() => this.#advance());
    this.#running = run.catch(() => undefined);
    return run;
  }

  /** Another policy comes: resolves when this one writes no more. Whatever of it still runs gets no further. */
  async retire(): Promise<void> {
    this.#isRetired = true;
    await this.#running;
  }

  /** What is read by it since may be half of one policy and half of the next. */
  get isRetired(): boolean {
    return this.#isRetired;
  }

  #requireInOffice(): void {
    if (this.#isRetired) throw fail('supervisor.retired', 'another trust policy was accepted meanwhile');
  }

  async #advance(): Promise<void> {
    this.#requireInOffice();
    const head = await this.#refresh();
    const reader = this.#reader as LogReader;
    const moment: Moment = { after: this.time(), before: this.#timeOf(head) };
    let batch: Entry[] = [];
    for await (const { index, entry } of reader.entries(this.next(), head.checkpoint.size)) {
      batch.push({ index, bytes: entry });
      if (batch.length < batchSize) continue;
      await this.#take(batch, moment);
      batch = [];
    }
    await this.#take(batch, moment);
    if (equal(this.note() ?? new Uint8Array(), head.bytes)) return;
    transaction(this.#options.database, () => {
      this.#meta.set('head', head.bytes);
      if (moment.before !== undefined) this.#meta.set('head-time', moment.before);
    });
  }

  async #refresh(): Promise<VerifiedHead> {
    if (this.#reader !== undefined) return this.#reader.refresh();
    this.#reader = await this.#options.open({
      trusted: trusted(this.note()),
      onHead: (head) => {
        this.#seen = head;
      },
    });
    return this.#reader.head();
  }

  #timeOf(head: VerifiedHead): number | undefined {
    return witnessTime(head.signatures, this.#options.policy, head.checkpoint);
  }

  async #take(batch: readonly Entry[], moment: Moment): Promise<void> {
    const last = batch.at(-1);
    if (last === undefined) return;
    const { database, claims, policy, onClaim } = this.#options;
    const judged = await Promise.all(
      batch.map(async (entry): Promise<readonly [Entry, Judged]> => [entry, await judge(entry, policy)]),
    );
    this.#requireInOffice();
    transaction(database, () => {
      for (const [, one] of judged) {
        if (typeof one === 'string') continue;
        claims.insert(one);
        onClaim(one, moment);
      }
      this.#meta.set('next', last.index + 1);
    });
    for (const [{ index }, one] of judged) if (one === 'forged') this.#forged.add(index);
  }

  /** An entry's place under the newest head, for whoever does not follow the log itself. */
  async proof(index: number): Promise<{ readonly checkpoint: string; readonly path: readonly string[] }> {
    const reader = this.#reader;
    if (reader === undefined || index >= reader.head().checkpoint.size)
      throw fail('supervisor.unlogged', `entry ${index} of the log was not read since the start`);
    const { bytes, checkpoint } = reader.head();
    const path = await reader.inclusion(index, checkpoint.size);
    return { checkpoint: fromUtf8(bytes), path: path.map(toBase64) };
  }

  /** What an error of `advance` proves against the log, if it does. */
  contradictionIn(error: unknown): Contradiction | undefined {
    if (!isVitrineError(error) || (error.code !== 'reader.fork' && error.code !== 'reader.rollback'))
      return undefined;
    const ours = this.#reader?.head().bytes ?? this.note();
    const theirs = this.#seen?.bytes;
    if (ours === undefined || theirs === undefined) return undefined;
    return { code: error.code, message: error.message, ours, theirs };
  }

  /** Our own copy as conveyor reads a log: it moves forward when a reading begins. */
  async *entries(from: number): AsyncGenerator<LoggedStatement, void, undefined> {
    await this.advance();
    yield* this.#options.claims.entries(from);
  }
}

/** A note that this reader has verified before and kept in its own database. */
function trusted(bytes: Uint8Array | undefined): VerifiedHead | undefined {
  return bytes === undefined ? undefined : { ...parseSignedCheckpoint(bytes), bytes, signatures: [] };
}
