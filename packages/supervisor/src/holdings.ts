// What statements name, stored here (D12): the files of a source, the materials of an order, the outputs
// of a provenance. A supervisor vouches for nothing whose bytes it could not show tomorrow.

import type { DatabaseSync } from 'node:sqlite';
import {
  isVitrineError,
  order as orderKind,
  parseOutputs,
  provenance as provenanceKind,
  source as sourceKind,
  subjectOf,
  type Order,
  type Provenance,
  type Source,
} from '@vitrine/evidence';
import { fetchMaterials, fetchSource, isOrderFault, type ObjectFetcher } from '@vitrine/conveyor';
import type { Clock, Store } from '@vitrine/host';
import type { Claim, Claims } from './claims.ts';
import { fail } from './codes.ts';
import type { Findings } from './findings.ts';
import { troubleOf, waitAfter } from './retry.ts';

export interface Stores {
  readonly source: Store;
  readonly blobs: Store;
}

export interface HoldingsOptions {
  readonly database: DatabaseSync;
  readonly claims: Claims;
  readonly stores: Stores;
  readonly objects: ObjectFetcher;
  readonly findings: Findings;
  readonly clock: Clock;
  /** How long an object may be out of reach before that is a finding. */
  readonly graceMs: number;
}

export type HoldingState = 'wanted' | 'stored' | 'unsound';

/** A manifest lists at most so many bytes of names and digests. */
const manifestBytes = 1 << 20;
/** Outputs of one order; each is held in memory while its digest is checked. */
const outputBytes = 1_073_741_824;

export class Holdings {
  readonly #options: HoldingsOptions;
  readonly #objects: ObjectFetcher;

  constructor(options: HoldingsOptions) {
    this.#options = options;
    this.#objects = storedFirst(options.objects, options.stores);
  }

  /** The fetcher of everything here: an object that is stored is not fetched again. */
  objects(): ObjectFetcher {
    return this.#objects;
  }

  /** Inside the transaction that records the claim. */
  want(claim: Claim): void {
    const isNeeded = [sourceKind, orderKind, provenanceKind].some(({ kind }) => kind === claim.kind);
    if (!isNeeded) return;
    const afterOrder = claim.kind === provenanceKind.kind ? orderOf(claim as Claim<Provenance>) : null;
    this.#options.database
      .prepare(
        "INSERT OR IGNORE INTO holding (statement, kind, idx, after_order, state) VALUES (?, ?, ?, ?, 'wanted')",
      )
      .run(claim.id, claim.kind, claim.index, afterOrder);
  }

  state(statement: string): HoldingState | undefined {
    const row = this.#options.database
      .prepare('SELECT state FROM holding WHERE statement = ?')
      .get(statement);
    return row?.['state'] as HoldingState | undefined;
  }

  /** Obtains what is due, in the order of the log; answers whether anything was tried. */
  async obtainDue(): Promise<boolean> {
    const { database, clock } = this.#options;
    // The builder's outputs are not looked at before our own digest of that order is on record (D14).
    const row = database
      .prepare(
        `SELECT statement, kind, attempts, since FROM holding h WHERE state = 'wanted' AND due <= ?
           AND EXISTS (SELECT 1 FROM claim c WHERE c.id = h.statement AND c.kind = h.kind)
           AND NOT EXISTS (SELECT 1 FROM rebuild r WHERE r.order_id = h.after_order AND r.state = 'queued')
         ORDER BY idx LIMIT 1`,
      )
      .get(clock.now());
    if (row === undefined) return false;
    const statement = String(row['statement']);
    try {
      await this.#obtain(statement, String(row['kind']));
      this.#settle(statement, 'stored', null);
    } catch (error) {
      if (isOrderFault(error) || isVitrineError(error, 'blob.limit')) await this.#unsound(statement, error);
      else await this.#failed(statement, Number(row['attempts']) + 1, row['since'], error);
    }
    return true;
  }

  async #obtain(statement: string, kind: string): Promise<void> {
    const { claims, stores } = this.#options;
    const source = kind === sourceKind.kind ? claims.find(statement, sourceKind) : undefined;
    if (source !== undefined) return obtainSource(source, this.#objects, stores);
    const order = kind === orderKind.kind ? claims.find(statement, orderKind) : undefined;
    if (order !== undefined) return obtainMaterials(order, this.#objects, stores);
    const provenance = claims.find(statement, provenanceKind);
    if (provenance === undefined) throw new TypeError(`no claim ${statement} of the kind ${kind}`);
    const limits = claims.find(orderOf(provenance), orderKind)?.statement.predicate.limits;
    await obtainOutputs(provenance, limits?.outputBytes ?? outputBytes, this.#objects, stores);
  }

  #settle(statement: string, state: HoldingState, trouble: string | null): void {
    this.#options.database
      .prepare('UPDATE holding SET state = ?, trouble = ? WHERE statement = ?')
      .run(state, trouble, statement);
  }

  /** Bytes that were served and are not what the statement says: no retry mends them. */
  async #unsound(statement: string, error: unknown): Promise<void> {
    await this.#options.findings.raise('blob-not-served', statement, { reason: troubleOf(error) });
    this.#settle(statement, 'unsound', troubleOf(error));
  }

  async #failed(statement: string, attempts: number, since: unknown, error: unknown): Promise<void> {
    const { database, clock, findings, graceMs } = this.#options;
    const trouble = troubleOf(error);
    const now = clock.now();
    const first = typeof since === 'number' ? since : now;
    if (now - first >= graceMs) await findings.raise('blob-not-served', statement, { reason: trouble });
    database
      .prepare('UPDATE holding SET attempts = ?, since = ?, due = ?, trouble = ? WHERE statement = ?')
      .run(attempts, first, now + waitAfter(attempts), trouble, statement);
  }
}

function orderOf({ statement }: Claim<Provenance>): string {
  return statement.predicate.buildDefinition.externalParameters.order;
}

async function obtainSource(
  { statement }: Claim<Source>,
  objects: ObjectFetcher,
  { source }: Stores,
): Promise<void> {
  const treeDigest = subjectOf(statement, 'tree') ?? '';
  await fetchSource({ source: statement.predicate, treeDigest }, objects, source);
}

async function obtainMaterials(
  { statement }: Claim<Order>,
  objects: ObjectFetcher,
  { blobs }: Stores,
): Promise<void> {
  await fetchMaterials(statement.predicate, objects, blobs);
}

async function obtainOutputs(
  { statement }: Claim<Provenance>,
  ordered: number,
  objects: ObjectFetcher,
  { blobs }: Stores,
): Promise<void> {
  const manifest = await objects.blob(subjectOf(statement, 'outputs') ?? '', manifestBytes);
  const { outputs } = parseOutputs(manifest);
  const most = Math.min(ordered, outputBytes);
  const total = outputs.reduce((sum, { size }) => sum + size, 0);
  if (total > most) throw fail('blob.limit', `outputs of ${total} bytes; at most ${most} are stored`);
  for (const { sha256, size } of outputs) await blobs.put(await objects.blob(sha256, size));
  await blobs.put(manifest);
}

/** Everything is hashed again when it is read from the store, so an altered object is fetched anew. */
function storedFirst(objects: ObjectFetcher, { source, blobs }: Stores): ObjectFetcher {
  const through =
    (store: Store, fetch: ObjectFetcher['blob']): ObjectFetcher['blob'] =>
    async (sha256, maxBytes) => {
      try {
        return await store.get(sha256, { maxBytes });
      } catch (error) {
        if (!isVitrineError(error, 'store.missing') && !isVitrineError(error, 'store.altered')) throw error;
        return fetch(sha256, maxBytes);
      }
    };
  return {
    blob: through(blobs, (sha256, maxBytes) => objects.blob(sha256, maxBytes)),
    source: through(source, (sha256, maxBytes) => objects.source(sha256, maxBytes)),
  };
}
