// Group commit: reports that arrive while the database is busy are written together, in one transaction.
// In it, or not at all: the keys of the day, the leaves of the ledger, the reports and their records.

import { insertRows } from '../store/insert.ts';
import type { Store, Writing } from '../store/store.ts';
import type { RecordTable, ReportTable } from '../store/tables.ts';
import { writeLeaves } from '../ledger/leaves.ts';
import type { DayKey } from '../keys/day-keys.ts';

/** A report that was opened, judged and encrypted: all but its place in the ledger. */
export interface Prepared {
  /** Two messages with one are one report. */
  readonly id: string;
  /** Under which marks it may be there already: one for each sealing key that is not dead. */
  readonly marks: readonly string[];
  readonly report: Omit<ReportTable, 'first' | 'count'>;
  readonly dayKey: DayKey;
  readonly records: readonly Omit<RecordTable, 'idx' | 'report'>[];
  readonly leaves: readonly Uint8Array[];
}

/** `stale`: its key died meanwhile, prepare it again. */
export type Written = 'stored' | 'replay' | 'stale';

interface Waiting {
  readonly prepared: Prepared;
  readonly resolve: (written: Written) => void;
  readonly reject: (error: unknown) => void;
}

/** Records of one transaction: bounds how long others wait for it. */
const recordsPerBatch = 2_000;

/** A sync of the disk costs as much for one report as for thirty: so long a batch waits for company, in ms. */
const patience = 10;

export class Writer {
  readonly #store: Store;
  readonly #waiting: Waiting[] = [];
  /** Being encrypted; they will wait soon. */
  #preparing = 0;
  #hurry: () => void = () => {};
  /** A batch is on its way that takes what waits then. */
  #scheduled = false;
  /** One after the other, in the order in which they came: batches, and what must run alone. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Resolves once it is durable, or is known to be there already. */
  async submit(prepare: () => Promise<Prepared>): Promise<Written> {
    let prepared: Prepared;
    this.#preparing++;
    try {
      prepared = await prepare();
    } finally {
      this.#preparing--;
      // The last that the others waited for may be one that failed.
      if (this.#preparing === 0) this.#hurry();
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ prepared, resolve, reject });
      this.#schedule();
    });
  }

  /** What must not run beside a batch (an erasure) runs between two. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {}); // Whoever asked for it is told.
    return done;
  }

  async drained(): Promise<void> {
    for (let last; last !== this.#last;) {
      last = this.#last;
      await last;
    }
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    void this.alone(async () => {
      await this.#company();
      this.#scheduled = false;
      const batch = this.#take();
      if (this.#waiting.length > 0) this.#schedule();
      try {
        await this.#writeBatch(batch);
      } catch (error) {
        for (const { prepared, reject } of batch) {
          // Whether the row of a new key is there, nobody can say of a commit whose answer was lost.
          if (prepared.dayKey.unwritten !== null) prepared.dayKey.dead = true;
          reject(error);
        }
      }
    });
  }

  /** Waits a little for those that are being prepared, and a turn of the event loop for those that are ready. */
  async #company(): Promise<void> {
    if (this.#preparing > 0)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, patience);
        this.#hurry = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    this.#hurry = () => {};
    await new Promise(setImmediate);
  }

  #take(): readonly Waiting[] {
    let records = 0;
    let end = 0;
    while (end < this.#waiting.length && (end === 0 || records < recordsPerBatch))
      records += this.#waiting[end++]?.prepared.records.length ?? 0;
    return this.#waiting.splice(0, end);
  }

  async #writeBatch(batch: readonly Waiting[]): Promise<void> {
    const fresh = new Map<string, Waiting>();
    const again: Waiting[] = [];
    const stale: Waiting[] = [];
    for (const waiting of batch) {
      const { dayKey, id } = waiting.prepared;
      if (dayKey.dead) stale.push(waiting);
      else if (fresh.has(id)) again.push(waiting);
      else fresh.set(id, waiting);
    }
    if (fresh.size > 0) {
      const stored = await this.#store.write('store reports', (tx) =>
        storeReports(
          tx,
          [...fresh.values()].map(({ prepared }) => prepared),
        ),
      );
      for (const [id, { prepared, resolve }] of fresh) {
        if (stored.has(id)) prepared.dayKey.unwritten = null;
        resolve(stored.has(id) ? 'stored' : 'replay');
      }
    }
    for (const { resolve } of again) resolve('replay');
    for (const { resolve } of stale) resolve('stale');
  }
}

/** Answers the ids that are new; those that were there before are left alone. */
async function storeReports(tx: Writing, batch: readonly Prepared[]): Promise<ReadonlySet<string>> {
  const known = await tx
    .selectFrom('report')
    .select('mark')
    .where(
      'mark',
      'in',
      batch.flatMap(({ marks }) => marks),
    )
    .execute();
  const taken = new Set(known.map(({ mark }) => mark));
  const fresh = batch.filter(({ marks }) => !marks.some((mark) => taken.has(mark)));
  if (fresh.length === 0) return new Set();

  const first = await writeLeaves(
    tx,
    'custody',
    fresh.flatMap(({ leaves }) => leaves),
  );
  const newKeys = new Set(
    fresh.flatMap(({ dayKey: { unwritten } }) => (unwritten === null ? [] : [unwritten])),
  );
  await insertRows(tx, 'day_key', ['ref', 'subject', 'day', 'part', 'half', 'sealed'], [...newKeys]);

  const reports: ReportTable[] = [];
  const records: RecordTable[] = [];
  let next = first;
  for (const { report, records: of } of fresh) {
    reports.push({ ...report, first: next, count: of.length });
    for (const [i, record] of of.entries()) records.push({ ...record, idx: next + i, report: next });
    next += of.length;
  }
  await insertRows(
    tx,
    'report',
    ['first', 'count', 'mark', 'sealing_key', 'subject', 'day_key', 'country', 'day', 'at', 'deadline'],
    reports,
  );
  await insertRows(tx, 'record', ['idx', 'report', 'kind', 'expires', 'projection', 'ciphertext'], records);
  return new Set(fresh.map(({ id }) => id));
}
