// What supervisors publish at their own addresses: a statement that the log keeps out is seen here all the same
// (D8). Addresses are the operator's of the Center, fixed; answers are bounded, parsed strictly, and believed as
// far as a key of the policy signed them.

import type { DatabaseSync } from 'node:sqlite';
import {
  canonicalJson,
  fromUtf8,
  isVitrineError,
  jsonLimits,
  parseJson,
  quote,
  type Json,
  type Schema,
  type TrustPolicy,
} from '@vitrine/evidence';
import { databaseFault, fetchBytes, type Clock } from '@vitrine/host';
import { PublishedList, readPublished, type Look } from '@vitrine/log/monitor';
import { fail } from '../codes.ts';
import type { SupervisorAddress, Trouble } from '../context.ts';
import { publicWords } from '../public-words.ts';
import {
  signedAnswer,
  statementsAnswer,
  statusAnswer,
  type ListedStatement,
  type SignedVersion,
  type SupervisorStatus,
} from './answers.ts';
import { kindOf, type Follower } from './follower.ts';

/** A statement that a supervisor published under its own key. */
export interface PublishedStatement {
  readonly id: string;
  readonly kind: string;
  readonly operator: string;
  readonly keyid: string;
  /** When the Center first saw it, in seconds. */
  readonly seen: number;
}

/** Codes of files and databases are trouble of ours. `since`: in seconds. */
export type SupervisorTrouble = Omit<Trouble, 'kind'>;

export interface SupervisorReport extends SupervisorAddress {
  /** Seconds: when it last answered all that it was asked. */
  readonly reached: number | undefined;
  readonly trouble: SupervisorTrouble | undefined;
  readonly status: SupervisorStatus | undefined;
  /** How many statements it has published, and those that the log does not show. */
  readonly statements: number;
  readonly unlogged: readonly PublishedStatement[];
  /** The newest role versions that it signed, newest first; and how many there are (D15). */
  readonly signed: readonly SignedVersion[];
  readonly signedCount: number;
}

export interface SupervisorsOptions {
  readonly addresses: readonly SupervisorAddress[];
  readonly policy: TrustPolicy;
  readonly follower: Follower;
  readonly clock: Clock;
  /** For one request. Default 10,000. */
  readonly timeoutMs?: number | undefined;
}

const answerBytes = jsonLimits.bytes;
const checkpointBytes = 1 << 17;
const defaultTimeoutMs = 10_000;
/** In one look, so that a supervisor with a long history does not keep the others waiting. */
const statementsAtOnce = 500;
const signedShown = 20;
const unloggedShown = 100;

export class Supervisors {
  readonly #options: SupervisorsOptions;
  readonly #database: DatabaseSync;
  readonly #lists = new Map<string, PublishedList<ListedStatement>>();
  /** Why this machine could not keep what a supervisor answered the last time, by its address. */
  readonly #ours = new Map<string, SupervisorTrouble>();

  constructor(options: SupervisorsOptions) {
    this.#options = options;
    this.#database = options.follower.database;
  }

  /** Asks each of them. One that fails, or lies, does not stop the others; nor does a disk of ours that is full. */
  async poll(): Promise<void> {
    for (const address of this.#options.addresses) {
      try {
        await this.#look(address);
        if (this.#ours.delete(address.url)) this.#options.follower.changed();
      } catch (error) {
        if (!this.#database.isOpen) return; // Closed while an answer was on its way.
        this.#fault(address, databaseFault('write to', this.#database.location() ?? 'memory', error));
      }
    }
  }

  /** What it says of itself, what it published and which log it was shown: each whatever the others are. */
  async #look(address: SupervisorAddress): Promise<void> {
    this.#database.prepare('INSERT OR IGNORE INTO supervisor (url) VALUES (?)').run(address.url);
    const done = await Promise.allSettled([
      this.#readStatus(address),
      this.#readStatements(address),
      this.#compareHead(address),
    ]);
    const failed = done.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
    const ours = failed.find((one) => !isVitrineError(one) || kindOf(one) === 'ours');
    if (ours !== undefined) throw ours;
    const [first] = failed.filter((one) => isVitrineError(one));
    if (first === undefined) this.#answered(address);
    else this.#failed(address, first.code, first.message);
  }

  /** In memory alone: where nothing can be written, this cannot be either. */
  #fault({ url, operator }: SupervisorAddress, error: unknown): void {
    if (!isVitrineError(error)) throw error;
    const { follower, clock } = this.#options;
    const { code, message } = publicWords(error);
    const before = this.#ours.get(url);
    this.#ours.set(url, { code, message, since: before?.since ?? seconds(clock) });
    if (before?.code === code) return;
    follower.report(`what ${operator} publishes cannot be kept: ${error.code}: ${error.message}`);
    follower.changed();
  }

  async #readStatus(address: SupervisorAddress): Promise<void> {
    const status = await this.#ask(address, 'status', statusAnswer);
    if (status.operator !== address.operator)
      throw fail('center.supervisor', `${quote(address.url, 200)} says that it is ${quote(status.operator)}`);
    const signed = await this.#ask(address, 'signed', signedAnswer);
    const { changes } = this.#database
      .prepare(
        `UPDATE supervisor SET status = ?1, signed = ?2
         WHERE url = ?3 AND (status IS NOT ?1 OR signed IS NOT ?2)`,
      )
      .run(asText(shown(status)), asText(newest(signed)), address.url);
    if (changes > 0) this.#options.follower.changed();
  }

  async #readStatements(address: SupervisorAddress): Promise<void> {
    const { url, operator } = address;
    let list = this.#lists.get(url);
    if (list === undefined) this.#lists.set(url, (list = new PublishedList()));
    const refuse = (what: string): Error => fail('center.supervisor', `${operator} ${what}`);
    await list.read({
      page: async (from) =>
        (await this.#ask(address, `statements?from=${from}`, statementsAnswer)).statements,
      look: (listed) => this.#take(address, listed),
      most: statementsAtOnce,
      refuse,
    });
    const foreign = list.foreign().at(-1);
    if (foreign !== undefined)
      throw refuse(`lists ${quote(foreign)}, which it does not serve as its own word`);
  }

  /** Only what the supervisor itself signed, under a key that the policy lists for that kind. */
  async #take({ url, operator }: SupervisorAddress, { n, id }: ListedStatement): Promise<Look> {
    const { follower, policy, clock, timeoutMs = defaultTimeoutMs } = this.#options;
    const known = this.#database.prepare('SELECT 1 FROM published WHERE url = ? AND id = ?').get(url, id);
    if (known !== undefined) return 'known';
    const own = await readPublished({ url, operator, id, timeoutMs }, policy, {
      next: () => follower.next(),
      indexOf: (statement, keyid) => follower.rows.indexOf(statement, keyid),
    });
    if (own === undefined) return 'foreign';
    this.#database
      .prepare('INSERT OR IGNORE INTO published VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
      .run(url, id, n, operator, own.keyid, own.kind.kind, seconds(clock), own.bytes);
    follower.changed();
    return 'own';
  }

  /** Two supervisors that were shown two histories are a fork that both can prove. */
  async #compareHead({ url }: SupervisorAddress): Promise<void> {
    const { status, bytes } = await this.#fetch(url, 'checkpoint', checkpointBytes, [200, 404]);
    if (status === 200) await this.#options.follower.compare(bytes, url);
  }

  async #ask<T>({ url }: SupervisorAddress, path: string, answer: Schema<T>): Promise<T> {
    return answer.check(parseJson(await this.#get(url, path, answerBytes)));
  }

  async #get(url: string, path: string, maxBytes: number): Promise<Uint8Array> {
    return (await this.#fetch(url, path, maxBytes, [200])).bytes;
  }

  #fetch(
    url: string,
    path: string,
    maxBytes: number,
    expectStatus: readonly number[],
  ): ReturnType<typeof fetchBytes> {
    const { timeoutMs = defaultTimeoutMs } = this.#options;
    return fetchBytes(`${url.replace(/\/$/, '')}/${path}`, { maxBytes, timeoutMs, expectStatus });
  }

  #answered({ url }: SupervisorAddress): void {
    const before = this.#database.prepare('SELECT trouble_since FROM supervisor WHERE url = ?').get(url);
    this.#database
      .prepare(
        'UPDATE supervisor SET reached = ?, trouble = NULL, trouble_code = NULL, trouble_since = NULL WHERE url = ?',
      )
      .run(seconds(this.#options.clock), url);
    if (before?.['trouble_since'] !== null) this.#options.follower.changed();
  }

  #failed({ url }: SupervisorAddress, code: string, message: string): void {
    const before = this.#database.prepare('SELECT trouble_code FROM supervisor WHERE url = ?').get(url);
    this.#database
      .prepare(
        `UPDATE supervisor SET trouble = ?, trouble_code = ?, trouble_since = coalesce(trouble_since, ?)
         WHERE url = ?`,
      )
      .run(message.slice(0, 1_000), code, seconds(this.#options.clock), url);
    if (before?.['trouble_code'] !== code) this.#options.follower.changed();
  }

  /** The envelope of a statement as its supervisor published it: also of one that the log keeps out. */
  envelope(id: string): Uint8Array | undefined {
    const row = this.#database.prepare('SELECT envelope FROM published WHERE id = ? LIMIT 1').get(id);
    const bytes = row?.['envelope'];
    return bytes instanceof Uint8Array ? new Uint8Array(bytes) : undefined;
  }

  reports(): readonly SupervisorReport[] {
    return this.#options.addresses.map((address) => this.#report(address));
  }

  #report(address: SupervisorAddress): SupervisorReport {
    const row = this.#database.prepare('SELECT * FROM supervisor WHERE url = ?').get(address.url);
    const since = whole(row?.['trouble_since']);
    const signed = json(row?.['signed']) as { newest: readonly SignedVersion[]; count: number } | undefined;
    return {
      ...address,
      reached: whole(row?.['reached']),
      trouble:
        this.#ours.get(address.url) ??
        (since === undefined
          ? undefined
          : { code: String(row?.['trouble_code']), message: String(row?.['trouble']), since }),
      status: json(row?.['status']) as SupervisorStatus | undefined,
      statements: Number(
        this.#database.prepare('SELECT count(*) AS n FROM published WHERE url = ?').get(address.url)?.['n'],
      ),
      unlogged: this.#unlogged(address),
      signed: signed?.newest ?? [],
      signedCount: signed?.count ?? 0,
    };
  }

  /** Of another key the same words may stand in the log: that is not this supervisor's statement. */
  #unlogged({ url }: SupervisorAddress): readonly PublishedStatement[] {
    return this.#database
      .prepare(
        `SELECT id, kind, operator, keyid, seen FROM published AS p
         WHERE url = ? AND NOT EXISTS (SELECT 1 FROM entry AS e WHERE e.id = p.id AND e.keyid = p.keyid)
         ORDER BY n LIMIT ?`,
      )
      .all(url, unloggedShown)
      .map((row) => ({
        id: String(row['id']),
        kind: String(row['kind']),
        operator: String(row['operator']),
        keyid: String(row['keyid']),
        seen: Number(row['seen']),
      }));
  }
}

/** Members that we do not know are not passed on. */
function shown({ operator, node, isolation, log, rebuilds, ...rest }: SupervisorStatus): SupervisorStatus {
  const { unlogged, signed, findings, peers } = rest;
  const { origin, size, read, time, trouble } = log;
  const { note, minor, major, critical } = findings;
  return {
    operator,
    node,
    isolation,
    log: { origin, size, read, time, trouble: cut(trouble) },
    rebuilds: rebuilds.map(({ order, index, result, blind, outputs, trouble: why }) => ({
      order,
      index,
      result,
      blind,
      outputs,
      trouble: cut(why),
    })),
    unlogged,
    signed,
    findings: { note, minor, major, critical },
    peers: Object.fromEntries(Object.entries(peers).map(([url, why]) => [url, cut(why)])),
  };
}

const reasonLength = 1_000;

/** Words of somebody else: the beginning of them, without half a character at the end. */
function cut<T extends string | null>(reason: T): T;
function cut(reason: string | null): string | null {
  if (reason === null || reason.length <= reasonLength) return reason;
  return `${reason
    .slice(0, reasonLength)
    .toWellFormed()
    .replace(/\uFFFD$/, '')}…`;
}

function newest(signed: readonly SignedVersion[]): unknown {
  const some = signed.slice(-signedShown).toReversed();
  return {
    count: signed.length,
    newest: some.map(({ role, version, sha256, at }) => ({ role, version, sha256, at })),
  };
}

function asText(value: unknown): string {
  return fromUtf8(canonicalJson(value as Json));
}

/** Written by us, from what was checked. */
function json(value: unknown): unknown {
  return typeof value === 'string' ? JSON.parse(value) : undefined;
}

function whole(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function seconds(clock: Clock): number {
  return Math.floor(clock.now() / 1000);
}
