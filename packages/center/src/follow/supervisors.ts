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
import { fetchBytes, type Clock } from '@vitrine/host';
import { judgeEntry } from '@vitrine/log/monitor';
import { fail } from '../codes.ts';
import type { SupervisorAddress } from '../context.ts';
import {
  signedAnswer,
  statementsAnswer,
  statusAnswer,
  type ListedStatement,
  type SignedVersion,
  type SupervisorStatus,
} from './answers.ts';
import type { Follower } from './follower.ts';

/** A statement that a supervisor published under its own key. */
export interface PublishedStatement {
  readonly id: string;
  readonly kind: string;
  readonly operator: string;
  readonly keyid: string;
  /** When the Center first saw it, in seconds. */
  readonly seen: number;
}

export interface SupervisorReport extends SupervisorAddress {
  /** Seconds: when it last answered all that it was asked. */
  readonly reached: number | undefined;
  readonly trouble: { readonly code: string; readonly message: string; readonly since: number } | undefined;
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
const envelopeBytes = 1 << 17;
/** In one look, so that a supervisor with a long history does not keep the others waiting. */
const statementsAtOnce = 500;
const signedShown = 20;
const unloggedShown = 100;

export class Supervisors {
  readonly #options: SupervisorsOptions;
  readonly #database: DatabaseSync;

  constructor(options: SupervisorsOptions) {
    this.#options = options;
    this.#database = options.follower.database;
  }

  /** Asks each of them. One that fails, or lies, does not stop the others. */
  async poll(): Promise<void> {
    for (const address of this.#options.addresses) {
      this.#database.prepare('INSERT OR IGNORE INTO supervisor (url) VALUES (?)').run(address.url);
      try {
        await this.#read(address);
        this.#answered(address);
      } catch (error) {
        if (!isVitrineError(error)) throw error;
        this.#failed(address, error.code, error.message);
      }
    }
  }

  async #read(address: SupervisorAddress): Promise<void> {
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
    await this.#readStatements(address);
    await this.#compareHead(address);
  }

  async #readStatements(address: SupervisorAddress): Promise<void> {
    for (let read = 0; read < statementsAtOnce;) {
      const from = this.#place(address) + 1;
      const { statements } = await this.#ask(address, `statements?from=${from}`, statementsAnswer);
      if (statements.length === 0) return;
      for (const listed of statements) {
        if (listed.n < this.#place(address) + 1)
          throw fail('center.supervisor', `${address.operator} lists statement ${listed.n} after ${from}`);
        await this.#take(address, listed);
        read++;
      }
    }
  }

  /** Only what the supervisor itself signed, under a key that the policy lists for that kind. */
  async #take({ url, operator }: SupervisorAddress, { n, id }: ListedStatement): Promise<void> {
    const { follower, policy, clock } = this.#options;
    const bytes = await this.#get(url, `statement/${id}`, envelopeBytes);
    const judged = await judgeEntry({ index: follower.next(), bytes }, policy);
    if (judged.objection !== undefined || judged.operator !== operator || judged.id !== id)
      throw fail('center.supervisor', `${operator} serves ${quote(id)}, which is not its own word`);
    this.#database
      .prepare('INSERT OR IGNORE INTO published VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
      .run(url, id, n, operator, judged.keyid, judged.kind.kind, seconds(clock), bytes);
    this.#database.prepare('UPDATE supervisor SET place = ? WHERE url = ?').run(n, url);
    follower.changed();
  }

  /** Two supervisors that were shown two histories are a fork that both can prove. */
  async #compareHead({ url }: SupervisorAddress): Promise<void> {
    const { status, bytes } = await this.#fetch(url, 'checkpoint', envelopeBytes, [200, 404]);
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
    const { timeoutMs = 10_000 } = this.#options;
    return fetchBytes(`${url.replace(/\/$/, '')}/${path}`, { maxBytes, timeoutMs, expectStatus });
  }

  #place({ url }: SupervisorAddress): number {
    return Number(
      this.#database.prepare('SELECT place FROM supervisor WHERE url = ?').get(url)?.['place'] ?? 0,
    );
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
        since === undefined
          ? undefined
          : { code: String(row?.['trouble_code']), message: String(row?.['trouble']), since },
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
