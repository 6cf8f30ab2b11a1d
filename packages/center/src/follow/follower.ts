// Following the log: each checkpoint by its signatures, its witnesses and its consistency with the one before,
// each entry by its hash, each statement by the policy. What was read is durable in one transaction with how
// far it was read. A log that is down or lies changes nothing but what is said of it.

import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import {
  equal,
  formatVkey,
  isVitrineError,
  parseSignedCheckpoint,
  rootVersion,
  toHex,
  trustPolicy,
  witnessTime,
  type RootVersion,
  type TrustPolicy,
  type TrustPolicyDocument,
  type VitrineError,
} from '@vitrine/evidence';
import { makeDurableDirectory, transaction, type Clock } from '@vitrine/host';
import { headRulesOf, openLog, verifyHead, type LogReader, type VerifiedHead } from '@vitrine/log';
import { judgeEntry, type JudgedEntry, type Judgement } from '@vitrine/log/monitor';
import type { EntryQuery, LoggedEntry, LogIndex, LogState, Trouble } from '../context.ts';
import { openIndex } from './database.ts';
import { publicWords } from '../public-words.ts';
import { EntryRows, type Seen } from './entries.ts';
import { LogMemory, type Contradiction } from './memory.ts';

export interface FollowerOptions {
  /** The Center's folder: log.db, and the folder `log` with what may not be forgotten. */
  readonly folder: string;
  readonly policy: TrustPolicy;
  /** The address of the log. */
  readonly log: string;
  readonly clock: Clock;
  /** For one file of the log. Default 15,000. */
  readonly timeoutMs?: number | undefined;
  /** What the operator should see: the trouble itself, of which pages show the rule. Default: nobody is told. */
  readonly report?: ((line: string) => void) | undefined;
}

const batchSize = 256;

export class Follower implements LogIndex {
  readonly rows: EntryRows;
  readonly database: DatabaseSync;
  readonly #options: FollowerOptions;
  readonly #memory: LogMemory;
  #reader: LogReader | undefined;
  /** The newest checkpoint that was ever verified: what the log shows next must extend it. */
  #trusted: VerifiedHead | undefined;
  /** The last checkpoint with valid signatures, whether or not it goes with the one before. */
  #shown: VerifiedHead | undefined;
  #trouble: Trouble | undefined;
  /** The last line of it that the operator was told. */
  #said: string | undefined;
  #checkedAt: number | undefined;
  #version = 0;
  #state: LogState | undefined;
  /** One at a time; whoever asks while another runs gets a run that starts later. */
  #running: Promise<unknown> = Promise.resolve();

  private constructor(options: FollowerOptions, database: DatabaseSync, memory: LogMemory) {
    this.#options = options;
    this.#memory = memory;
    this.database = database;
    this.rows = new EntryRows(database);
    this.changed();
  }

  /** Reads what was kept; the log itself is not asked for anything yet. */
  static async open(options: FollowerOptions): Promise<Follower> {
    const folder = join(options.folder, 'log');
    await makeDurableDirectory(folder);
    const memory = await LogMemory.open(folder, options.policy.document.log.origin);
    const database = openIndex(options.folder);
    try {
      const follower = new Follower(options, database, memory);
      follower.#trusted = await memory.head();
      await follower.#applyPolicy();
      return follower;
    } catch (error) {
      database.close();
      throw error;
    }
  }

  get version(): number {
    return this.#version;
  }

  /** Also across restarts, so that nothing cached by an earlier version can be taken for this one. */
  changed(): void {
    this.#version = Math.max(this.#version + 1, this.#options.clock.now());
    this.#state = undefined;
  }

  /**
   * Under another policy than before other keys are entitled: every entry is judged again, from the bytes
   * that are here. Another log begins from nothing.
   */
  async #applyPolicy(): Promise<void> {
    const { policy } = this.#options;
    const { origin } = policy.document.log;
    const known = this.database.prepare('SELECT origin, policy FROM progress').get();
    if (known?.['origin'] === origin && known['policy'] === policy.digest) return;
    if (known?.['origin'] !== origin) {
      transaction(this.database, () => {
        this.rows.clear();
        this.database.exec('DELETE FROM progress; DELETE FROM witness');
        this.database
          .prepare('INSERT INTO progress VALUES (1, ?, ?, 0, NULL, NULL)')
          .run(origin, policy.digest);
      });
      return;
    }
    // Until all are judged the policy is none: a Center that is killed in between begins again.
    this.database.exec("UPDATE progress SET policy = ''");
    for (let from = 0; ;) {
      const batch = this.rows.take(from, batchSize);
      const last = batch.at(-1);
      if (last === undefined) break;
      const judged = await judgeAll(batch, policy);
      transaction(this.database, () => {
        batch.forEach((row, i) => {
          this.rows.remove(row.index);
          this.rows.insert(judged[i] as Judgement, row.bytes, row.seen);
        });
      });
      from = last.index + 1;
    }
    this.database.prepare('UPDATE progress SET policy = ?').run(policy.digest);
  }

  /** Reads to the newest checkpoint. What the log does wrong is in `state().trouble`; only faults of ours are thrown. */
  advance(): Promise<void> {
    const run = this.#running.then(() => this.#advance());
    this.#running = run.catch(() => undefined);
    return run;
  }

  async #advance(): Promise<void> {
    try {
      await this.#readOn(await this.#refresh());
      if (this.#trouble !== undefined) this.changed();
      this.#trouble = undefined;
      this.#said = undefined;
    } catch (error) {
      if (!isVitrineError(error)) throw error;
      await this.#note(error);
    }
    this.#checkedAt = seconds(this.#options.clock);
    this.#state = undefined;
  }

  async #refresh(): Promise<VerifiedHead> {
    const { log, policy, timeoutMs } = this.#options;
    if (this.#reader === undefined) {
      this.#reader = await openLog(log, {
        ...headRulesOf(policy),
        trusted: this.#trusted,
        timeoutMs,
        onHead: (head) => {
          this.#shown = head;
        },
      });
    } else {
      await this.#reader.refresh();
    }
    const head = this.#reader.head();
    if (this.#trusted === undefined || !equal(head.bytes, this.#trusted.bytes)) {
      await this.#memory.keepHead(head);
      this.#trusted = head;
    }
    return head;
  }

  async #readOn(head: VerifiedHead): Promise<void> {
    const reader = this.#reader as LogReader;
    const time = witnessTime(head.signatures, this.#options.policy, head.checkpoint);
    const seen: Seen = { after: this.#headTime(), at: time ?? seconds(this.#options.clock) };
    let batch: JudgedEntry[] = [];
    for await (const { index, entry } of reader.entries(this.next(), head.checkpoint.size)) {
      batch.push({ index, bytes: entry });
      if (batch.length < batchSize) continue;
      await this.#take(batch, seen);
      batch = [];
    }
    await this.#take(batch, seen);
    if (equal(this.#checkpoint() ?? new Uint8Array(), head.bytes)) return;
    transaction(this.database, () => {
      this.database.prepare('UPDATE progress SET head = ?, head_time = ?').run(head.bytes, time ?? null);
      this.#keepWitnesses(head);
    });
    this.changed();
  }

  async #take(batch: readonly JudgedEntry[], seen: Seen): Promise<void> {
    const last = batch.at(-1);
    if (last === undefined) return;
    const judged = await judgeAll(batch, this.#options.policy);
    transaction(this.database, () => {
      // A command beside the Center reads the same log into the same index: each entry is written once.
      const next = this.next();
      if (next > last.index) return;
      batch.forEach(({ index, bytes }, i) => {
        if (index >= next) this.rows.insert(judged[i] as Judgement, bytes, seen);
      });
      this.database.prepare('UPDATE progress SET next = ?').run(last.index + 1);
    });
  }

  #keepWitnesses({ signatures, checkpoint }: VerifiedHead): void {
    const keep = this.database.prepare(
      `INSERT INTO witness VALUES (?, ?, ?) ON CONFLICT (vkey) DO UPDATE
       SET time = excluded.time, size = excluded.size WHERE excluded.time >= time`,
    );
    for (const { key, time } of signatures)
      if (time !== undefined) keep.run(formatVkey(key), time, checkpoint.size);
  }

  /** Both halves of a contradiction are durable before it is spoken of. */
  async #note(error: VitrineError): Promise<void> {
    const { code, message } = error;
    const { clock, log } = this.#options;
    if (code === 'reader.fork' || code === 'reader.rollback') {
      const ours = this.#trusted?.bytes;
      const theirs = this.#shown?.bytes;
      if (ours !== undefined && theirs !== undefined)
        await this.keepContradiction({ code, message, from: log, seenAt: seconds(clock), ours, theirs });
    }
    const kind = kindOf(error);
    const before = this.#trouble;
    const said = `the log cannot be followed: ${code}: ${message}`;
    if (said === this.#said) return;
    this.#said = said;
    this.report(said);
    // Since when: a log that is down for one reason and then another has been down all the time.
    const since = before?.kind === kind ? before.since : seconds(clock);
    this.#trouble = { ...publicWords(error), kind, since };
    this.changed();
  }

  /** What the operator should see. */
  report(line: string): void {
    this.#options.report?.(line);
  }

  async keepContradiction(found: Omit<Contradiction, 'id'>): Promise<void> {
    if (await this.#memory.keepContradiction(found)) this.changed();
  }

  contradictions(): readonly Contradiction[] {
    return this.#memory.contradictions();
  }

  /** A checkpoint that somebody else was shown, against our own tree of that size. */
  async compare(bytes: Uint8Array, from: string): Promise<void> {
    const { policy, clock } = this.#options;
    const theirs = await verifyHead(bytes, headRulesOf(policy));
    const reader = this.#reader;
    const { size, root } = theirs.checkpoint;
    if (reader === undefined || size > reader.head().checkpoint.size) return; // Compared the next time.
    const own = await reader.root(size);
    if (equal(own, root)) return;
    await this.keepContradiction({
      code: 'reader.fork',
      message: `another tree of size ${size} was shown to ${from}: its root is ${toHex(root)}, ours ${toHex(own)}`,
      from,
      seenAt: seconds(clock),
      ours: reader.head().bytes,
      theirs: bytes,
    });
  }

  next(): number {
    return Number(this.database.prepare('SELECT next FROM progress').get()?.['next'] ?? 0);
  }

  #checkpoint(): Uint8Array | undefined {
    const value = this.database.prepare('SELECT head FROM progress').get()?.['head'];
    return value instanceof Uint8Array ? new Uint8Array(value) : undefined;
  }

  #headTime(): number | undefined {
    const value = this.database.prepare('SELECT head_time FROM progress').get()?.['head_time'];
    return typeof value === 'number' ? value : undefined;
  }

  state(): LogState {
    return (this.#state ??= this.#makeState());
  }

  #makeState(): LogState {
    const { origin } = this.#options.policy.document.log;
    const checkpoint = this.#checkpoint();
    const head = checkpoint === undefined ? undefined : parseSignedCheckpoint(checkpoint).checkpoint;
    return {
      origin,
      size: head?.size ?? 0,
      root: head === undefined ? undefined : toHex(head.root),
      witnessTime: this.#headTime(),
      checkpoint,
      checkedAt: this.#checkedAt,
      witnesses: this.#witnesses(),
      newer: this.#newer(),
      ...(this.#trouble === undefined ? {} : { trouble: this.#trouble }),
    };
  }

  #witnesses(): LogState['witnesses'] {
    const { policy } = this.#options;
    const find = this.database.prepare('SELECT time, size FROM witness WHERE vkey = ?');
    return policy.witnessKeys.map(({ key, vkey, operator, from, until }) => {
      const row = find.get(vkey);
      return {
        operator,
        name: key.name,
        scheme: key.scheme,
        vkey,
        from: from.index,
        until: until?.index,
        time: row === undefined ? undefined : Number(row['time']),
        size: row === undefined ? undefined : Number(row['size']),
      };
    });
  }

  /**
   * D5: a policy or root that the log holds and that is newer than the one in force here. Whoever runs the
   * Center decides when it goes over; until then it says so.
   */
  #newer(): LogState['newer'] {
    const { document, root } = this.#options.policy;
    return [
      ...this.#versions(trustPolicy.kind).filter(({ version }) => version > document.version),
      ...this.#versions(rootVersion.kind).filter(({ version }) => version > root.version),
    ];
  }

  #versions(kind: string): LogState['newer'] {
    return this.entries({ kind, counts: true }).map(({ index, statement }) => ({
      kind,
      index,
      version: (statement.predicate as unknown as TrustPolicyDocument | RootVersion).version,
    }));
  }

  entry(index: number): LoggedEntry | undefined {
    const row = this.rows.at(index);
    return row === undefined ? undefined : this.rows.parse(row);
  }

  entries(query: EntryQuery): readonly LoggedEntry[] {
    return this.rows.find(query).flatMap((row) => this.rows.parse(row) ?? []);
  }

  async inclusion(index: number, size: number): Promise<readonly Uint8Array[]> {
    return (await this.#opened()).inclusion(index, size);
  }

  async consistency(from: number, to: number): Promise<readonly Uint8Array[]> {
    return (await this.#opened()).consistency(from, to);
  }

  async #opened(): Promise<LogReader> {
    if (this.#reader === undefined) await this.#refresh();
    return this.#reader as LogReader;
  }

  close(): void {
    this.database.close();
  }
}

function judgeAll(batch: readonly JudgedEntry[], policy: TrustPolicy): Promise<readonly Judgement[]> {
  return Promise.all(batch.map((entry) => judgeEntry(entry, policy)));
}

/** Exit 5 is "cannot tell"; a file or a database that fails is our own machine. */
export function kindOf({ code, exit }: VitrineError): Trouble['kind'] {
  if (code.startsWith('file.') || code.startsWith('database.')) return 'ours';
  return exit === 5 ? 'down' : 'lies';
}

function seconds(clock: Clock): number {
  return Math.floor(clock.now() / 1000);
}
