// The queue of rebuilds (D14): every order of the log is built again here as soon as it is seen, and our
// own digest is on record before any provenance is looked at. A kill at any moment loses at most the
// build that was running: what was said stands in its slot of the outbox and is never said twice.

import type { DatabaseSync } from 'node:sqlite';
import {
  expectKind,
  order as orderKind,
  parseOutputs,
  provenance as provenanceKind,
  rebuild as rebuildKind,
  sameDigest,
  statementOf,
  subjectOf,
  type Envelope,
  type Isolation,
  type Order,
  type Rebuild,
  type Signer,
} from '@vitrine/evidence';
import {
  isOrderFault,
  rebuild,
  type Appender,
  type Authority,
  type LogView,
  type OwnBuild,
  type Sandbox,
} from '@vitrine/conveyor';
import { transaction, type Clock } from '@vitrine/host';
import type { Claim, Claims } from './claims.ts';
import { fail } from './codes.ts';
import { text, whole, type Row } from './database.ts';
import type { Findings } from './findings.ts';
import type { Holdings, Stores } from './holdings.ts';
import type { Outbox, Submit } from './outbox.ts';
import { troubleOf, waitAfter } from './retry.ts';
import type { Tail } from './tail.ts';

export type OrderState = 'queued' | 'built' | 'reproduced' | 'differs' | 'cannot-build' | 'void';

export interface OrderRecord {
  readonly orderId: string;
  readonly sourceId: string;
  readonly index: number;
  readonly state: OrderState;
  /** Our own outputs manifest. */
  readonly outputs: string | undefined;
  readonly isolation: Isolation | undefined;
  readonly trouble: string | undefined;
}

export interface OrdersOptions {
  readonly database: DatabaseSync;
  readonly claims: Claims;
  readonly tail: Tail;
  readonly outbox: Outbox;
  readonly submit: Submit;
  readonly findings: Findings;
  readonly holdings: Holdings;
  readonly stores: Stores;
  readonly authority: Authority;
  readonly sandbox: Sandbox;
  readonly signer: Signer;
  readonly operator: string;
  /** Reasons of builds that failed and openings of differences: our own folder. */
  readonly notes: string;
  readonly clock: Clock;
  readonly onLog?: ((log: string) => void) | undefined;
}

const manifestBytes = 1 << 20;
/** How long a rebuild waits for the log to publish what it said; then it goes on later. */
const publishMs = 20_000;

export class Orders {
  readonly #options: OrdersOptions;

  constructor(options: OrdersOptions) {
    this.#options = options;
  }

  /** Inside the transaction that records the claim. */
  enqueue(claim: Claim<Order>): void {
    this.#options.database
      .prepare("INSERT OR IGNORE INTO rebuild (order_id, source_id, idx, state) VALUES (?, ?, ?, 'queued')")
      .run(claim.id, claim.statement.predicate.source, claim.index);
  }

  /** Who was not entitled to an order, or to its source, may be under another policy. */
  reconsider(): void {
    this.#options.database.exec("UPDATE rebuild SET state = 'queued', due = 0 WHERE state = 'void'");
    this.#options.database.exec('UPDATE rebuild SET compared = 0');
  }

  /** One order that can be built or compared now; answers whether there was one. */
  async workOnDue(): Promise<boolean> {
    const row = this.#due();
    if (row === undefined) return false;
    const orderId = String(row['order_id']);
    try {
      await this.#work(readRecord(row));
    } catch (error) {
      // It may have missed an order whose entries were forgotten meanwhile: that is for the next policy to say.
      if (this.#options.tail.isRetired) return false;
      const attempts = Number(row['attempts']) + 1;
      // The order itself is at fault, and not what it names: nobody can build it, so nothing is said of it.
      const state = isOrderFault(error) ? 'void' : String(row['state']);
      this.#options.database
        .prepare('UPDATE rebuild SET attempts = ?, due = ?, trouble = ?, state = ? WHERE order_id = ?')
        .run(attempts, this.#options.clock.now() + waitAfter(attempts), troubleOf(error), state, orderId);
    }
    return true;
  }

  /**
   * Queued, with everything stored that order and source name (D12), or found unsound, which the build will
   * say; or built, with a provenance that has not been compared yet.
   */
  #due(): Row | undefined {
    return this.#options.database
      .prepare(
        `SELECT * FROM rebuild r WHERE due <= ? AND (
           (state = 'queued' AND NOT EXISTS (
              SELECT 1 FROM holding h WHERE h.statement IN (r.order_id, r.source_id) AND h.state = 'wanted'))
           OR (outputs IS NOT NULL AND EXISTS (
              SELECT 1 FROM claim c WHERE c.kind = 'provenance' AND c.about = r.order_id AND c.idx >= r.compared)))
         ORDER BY idx LIMIT 1`,
      )
      .get(this.#options.clock.now());
  }

  async #work(record: OrderRecord): Promise<void> {
    const { database, claims, stores, holdings, tail } = this.#options;
    const { orderId } = record;
    const compared = tail.next();
    const known = await this.#known(record);
    // Nothing new can follow once a difference is on record: it holds until a supervisor resolves it.
    if (record.state !== 'differs') {
      const { authority, sandbox, signer, operator, clock, onLog } = this.#options;
      await rebuild({
        orderId,
        known,
        authority,
        sandbox,
        signer,
        operator,
        clock,
        onLog,
        log: this.#log(orderId),
        objects: holdings.objects(),
        source: stores.source,
        blobs: stores.blobs,
        keep: this.#options.notes,
        wait: { timeoutMs: 0, pollMs: 0 },
      });
    }
    await this.#reportDifference(orderId, claims);
    if (tail.isRetired) return; // `reconsider` has its say: the next policy compares everything again.
    database
      .prepare('UPDATE rebuild SET compared = ?, attempts = 0, due = 0, trouble = NULL WHERE order_id = ?')
      .run(compared, orderId);
  }

  /** What an earlier run gave, from our own store: it is not built again. */
  async #known({ outputs, isolation }: OrderRecord): Promise<OwnBuild | undefined> {
    if (outputs === undefined || isolation === undefined) return undefined;
    const manifestBytesOfOurs = await this.#options.stores.blobs.get(outputs, { maxBytes: manifestBytes });
    return {
      manifest: parseOutputs(manifestBytesOfOurs),
      manifestBytes: manifestBytesOfOurs,
      digest: outputs,
      isolation,
    };
  }

  /** The log as conveyor's rebuild uses it: our verified copy, and an append that goes through the outbox. */
  #log(orderId: string): LogView & Appender {
    const { tail } = this.#options;
    return { entries: (from) => tail.entries(from), append: (envelope) => this.#append(orderId, envelope) };
  }

  async #append(orderId: string, envelope: Envelope): Promise<{ readonly index: number }> {
    const { outbox, submit, tail } = this.#options;
    const statement = transaction(this.#options.database, () => {
      const kept = outbox.put(slotOf(orderId, readRebuild(envelope).result), envelope);
      this.#record(orderId, kept.envelope);
      return kept;
    });
    if (statement.index !== undefined) return { index: statement.index };
    await outbox.sendOne(statement, (sent) => submit(sent, publishMs));
    await tail.advance();
    const index = outbox.find(statement.id)?.index;
    if (index === undefined)
      throw fail('supervisor.unlogged', `the log does not show the rebuild of ${orderId} yet`);
    return { index };
  }

  /** In one transaction with the statement: state and digest are what we said, and we said them once. */
  #record(orderId: string, envelope: Envelope): void {
    const { result, isolation } = readRebuild(envelope);
    const outputs = subjectOf(statementOf(envelope), 'outputs') ?? null;
    this.#options.database
      .prepare(
        'UPDATE rebuild SET state = ?, outputs = COALESCE(outputs, ?), isolation = ? WHERE order_id = ?',
      )
      .run(result, outputs, isolation, orderId);
  }

  async #reportDifference(orderId: string, claims: Claims): Promise<void> {
    const record = this.get(orderId);
    if (record?.outputs === undefined) return;
    for (const claim of claims.of(provenanceKind, orderId)) {
      const theirs = subjectOf(claim.statement, 'outputs') ?? '';
      if (sameDigest(theirs, record.outputs)) continue;
      const detail = { order: orderId, provenance: claim.id, own: record.outputs, theirs };
      await this.#options.findings.raise('rebuild-differs', claim.id, detail);
    }
  }

  get(orderId: string): OrderRecord | undefined {
    const row = this.#options.database.prepare('SELECT * FROM rebuild WHERE order_id = ?').get(orderId);
    return row === undefined ? undefined : readRecord(row);
  }

  list(): readonly OrderRecord[] {
    return this.#options.database.prepare('SELECT * FROM rebuild ORDER BY idx').all().map(readRecord);
  }

  /** Whether our own digest is in the log before the first provenance of the order (D14). */
  isBlind(orderId: string): boolean {
    const { claims, outbox } = this.#options;
    const built = outbox.get(slotOf(orderId, 'built'))?.index;
    const [first] = claims.of(provenanceKind, orderId);
    return built !== undefined && (first === undefined || built < first.index);
  }

  /** Where the log holds our word that the order gives these bytes. */
  agreementIn(orderId: string): number | undefined {
    return this.#options.outbox.get(slotOf(orderId, 'reproduced'))?.index;
  }

  order(orderId: string): Claim<Order> | undefined {
    return this.#options.claims.find(orderId, orderKind);
  }
}

function slotOf(orderId: string, result: Rebuild['result']): string {
  return `rebuild/${orderId}/${result}`;
}

function readRebuild(envelope: Envelope): Rebuild {
  return expectKind(statementOf(envelope), rebuildKind).predicate;
}

function readRecord(row: Row): OrderRecord {
  return {
    orderId: text(row, 'order_id') ?? '',
    sourceId: text(row, 'source_id') ?? '',
    index: whole(row, 'idx') ?? 0,
    state: text(row, 'state') as OrderState,
    outputs: text(row, 'outputs'),
    isolation: text(row, 'isolation') as Isolation | undefined,
    trouble: text(row, 'trouble'),
  };
}
