// A store from a backup, the current copy of the keys, and the ledgers, which cannot be taken back (D24).
//
//   read both to their end, before anything is written
//   leaves: from the backup; those after it from the ledger's own bundles, so that the ledger goes on
//   subjects: restriction and consent as the copy of the keys says that they are now
//   records: those whose half is in the copy and whose day has not come; the others were erased, or expired
//   last, together: the sizes of the ledgers, tombstones of what expired unseen, the salts of the marks
//
// What was stored after the backup is lost, and said to be: its leaves stand in the ledger for ever.

import { fields, quote, schema } from '@vitrine/evidence';
import type { LogReader } from '@vitrine/log';
import { dayOf, parseEntry } from '@vitrine/reports';
import { fail } from '../codes.ts';
import { buryExpired } from '../retention.ts';
import { hasNoRecord, opensNothing } from '../store/emptied.ts';
import { insertRows } from '../store/insert.ts';
import type { Store, Writing } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { KeysCopy, requireKeys, type CopiedSalt, type CopiedSubject } from './copy.ts';
import { formOf, requireWhole, textLines } from './lines.ts';
import { backupTables, parseLine, type BackupRow, type BackupTable } from './rows.ts';

export interface RestoreOptions {
  /** New and empty, of this center. */
  readonly store: Store;
  readonly center: string;
  readonly backup: string;
  readonly keys: string;
  /**
   * The ledgers as they were signed last (`openSigned`): up to there and no less they go on, although witnesses
   * were away and nobody was shown it. Undefined where nothing was ever signed.
   */
  readonly custody: LogReader | undefined;
  readonly access: LogReader | undefined;
  /** Seconds since 1970: what is due today is not restored. */
  readonly now: number;
}

export interface Restored {
  readonly records: number;
  /** In the backup, and without a key now, or due: erased or expired since. */
  readonly gone: number;
  /** Record entries of the ledger after the backup. */
  readonly lost: number;
}

const rowsAtOnce = 2_000;
/** Of one tombstone. */
const indicesAtOnce = 5_000;

export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { store, center, backup, keys, now } = options;
  await requireKeys(keys, center);
  const { custody, access } = await requireBackup(backup, center);
  await requireEmpty(store);
  // A data center that runs on it, or another restore, must not write beside this one, nor have done so just now.
  await store.own();
  await requireEmpty(store);
  const day = dayOf(now);
  const ledgers = await restoreLeaves(options, { custody, access });
  const target = new Target(store, keys, { day, buried: ledgers.buried });
  for await (const row of rowsOf(backup)) if (!isLeaf(row)) await target.add(row);
  const { records, gone, due, salts } = await target.end();
  await store.write('finish a restore', async (tx) => {
    for (const name of ['custody', 'access'] as const)
      await tx.updateTable('ledger').set({ size: ledgers.sizes[name] }).where('name', '=', name).execute();
    for (let at = 0; at < due.length; at += indicesAtOnce)
      await buryExpired(tx, day, due.slice(at, at + indicesAtOnce));
    for (const { key, salt, until } of salts)
      await tx.insertInto('sealing_key').values({ id: key, salt, grace_until: until }).execute();
  });
  await clearEmptied(store);
  return { records, gone, lost: ledgers.lost };
}

/** What is due, and what of it the ledger has a tombstone for already. */
interface Retention {
  readonly day: string;
  /** The last day of which the ledger has one: all that was due by then is in one. */
  readonly buried: string;
}

/** Takes rows in the order of the backup; writes those that are still to be there. */
class Target {
  readonly #store: Store;
  readonly #retention: Retention;
  readonly #copy: KeysCopy;
  readonly #strangers: CopiedSubject[] = [];
  readonly #salts: CopiedSalt[] = [];
  /** Records whose day came and that no tombstone covers. */
  readonly #due: number[] = [];
  #rows: BackupRow[] = [];
  #records = 0;
  #gone = 0;

  constructor(store: Store, keys: string, retention: Retention) {
    this.#store = store;
    this.#retention = retention;
    this.#copy = new KeysCopy(keys, (row) => {
      // A half without a row in the backup is of a later key, and of no use without it.
      if (row.table === 'subject') this.#strangers.push(row);
      if (row.table === 'salt') this.#salts.push(row);
    });
  }

  async add(row: BackupRow): Promise<void> {
    const [first] = this.#rows;
    if (this.#rows.length >= rowsAtOnce || (first !== undefined && first.table !== row.table))
      await this.#flush();
    this.#rows.push(row);
  }

  async end(): Promise<{
    readonly records: number;
    readonly gone: number;
    readonly due: readonly number[];
    readonly salts: readonly CopiedSalt[];
  }> {
    await this.#flush();
    await this.#copy.end();
    await this.#keepStrangers();
    return { records: this.#records, gone: this.#gone, due: this.#due, salts: this.#salts };
  }

  async #flush(): Promise<void> {
    const rows = this.#rows;
    this.#rows = [];
    const [first] = rows;
    if (first === undefined) return;
    const { table } = first;
    const kept = await this.#judge(
      table,
      rows.map(({ row }) => row),
    );
    // Named, and not taken from a row: what a backup leaves out of a table comes from the copy.
    const columns = [...Object.keys(backupTables[table]), ...(fromCopy[table] ?? [])];
    await this.#store.write('restore rows', (tx) => insertRows(tx, table, columns as never, kept as never));
    await this.#keepStrangers();
  }

  async #judge(table: BackupTable, rows: readonly Row[]): Promise<readonly Row[]> {
    if (table === 'subject') return this.#subjects(rows);
    if (table === 'day_key') return this.#keys(rows);
    if (table === 'report') return this.#reports(rows);
    if (table === 'record') return this.#recordsOf(rows);
    return rows;
  }

  /** Subjects are never deleted by the data center: one that is not in the copy was, by its operator. */
  async #subjects(rows: readonly Row[]): Promise<readonly Row[]> {
    const kept: Row[] = [];
    for (const row of rows) {
      const now = await this.#copy.subject(String(row['pseudonym']));
      if (now !== undefined) kept.push({ ...row, digest: now.digest, restricted: now.restricted });
    }
    return kept;
  }

  async #keys(rows: readonly Row[]): Promise<readonly Row[]> {
    const kept: Row[] = [];
    for (const row of rows) {
      const half = await this.#copy.half(String(row['ref']));
      if (half !== undefined) kept.push({ ...row, half });
    }
    return kept;
  }

  /** Of a report whose key is gone the mark is left, as after an erasure. */
  async #reports(rows: readonly Row[]): Promise<readonly Row[]> {
    const refs = [...new Set(rows.map((row) => row['day_key']).filter((ref) => typeof ref === 'string'))];
    const there = await this.#store.read('look up restored keys', async (db) =>
      refs.length === 0 ? [] : db.selectFrom('day_key').select('ref').where('ref', 'in', refs).execute(),
    );
    const opens = new Set<unknown>(there.map(({ ref }) => ref));
    return rows.map((row) => (opens.has(row['day_key']) ? row : { ...row, subject: null, day_key: null }));
  }

  async #recordsOf(rows: readonly Row[]): Promise<readonly Row[]> {
    const firsts = [...new Set(rows.map((row) => Number(row['report'])))];
    const there = await this.#store.read('look up restored reports', (db) =>
      db
        .selectFrom('report')
        .select('first')
        .where('first', 'in', firsts)
        .where('day_key', 'is not', null)
        .execute(),
    );
    const opens = new Set(there.map(({ first }) => first));
    const { day, buried } = this.#retention;
    const kept = rows.filter((row) => {
      if (!opens.has(Number(row['report']))) return false;
      const expires = String(row['expires']);
      if (expires > day) return true;
      if (expires > buried) this.#due.push(Number(row['idx']));
      return false;
    });
    this.#records += kept.length;
    this.#gone += rows.length - kept.length;
    return kept;
  }

  /** Subjects that the copy knows and the backup does not: what they restricted or withdrew holds all the same. */
  async #keepStrangers(): Promise<void> {
    const rows = this.#strangers.splice(0).map(({ key, digest, restricted }) => ({
      pseudonym: key,
      consent: new Uint8Array(0),
      digest,
      restricted,
    }));
    if (rows.length === 0) return;
    await this.#store.write('restore subjects', (tx) =>
      insertRows(tx, 'subject', ['pseudonym', 'consent', 'digest', 'restricted'], rows),
    );
  }
}

type Row = BackupRow['row'];

/** Columns that no backup has. */
const fromCopy: { readonly [Name in BackupTable]?: readonly (keyof Tables[Name])[] } = {
  subject: ['digest'],
  day_key: ['half'],
};

interface Sizes {
  readonly custody: number;
  readonly access: number;
}

interface Ledgers {
  readonly sizes: Sizes;
  /** Records that nobody has any more. */
  readonly lost: number;
  readonly buried: string;
}

/** Writes the leaves of both ledgers up to the size that was signed. */
async function restoreLeaves(
  { store, backup, custody, access }: RestoreOptions,
  sizes: Sizes,
): Promise<Ledgers> {
  const sized = { ...sizes };
  let lost = 0;
  let buried = '';
  const bury = (data: Uint8Array): boolean => {
    const entry = parseEntry(data);
    if (entry.type === 'tombstone' && entry.reason === 'expired' && entry.day > buried) buried = entry.day;
    return entry.type === 'record';
  };
  const leaves = new Leaves(store);
  for await (const row of rowsOf(backup)) {
    if (!isLeaf(row)) break;
    const data = row.row['data'] as Uint8Array;
    if (row.table === 'custody_leaf') formOf(() => bury(data));
    await leaves.add(row.table, { idx: Number(row.row['idx']), data });
  }
  for (const [name, table, reader] of [
    ['custody', 'custody_leaf', custody],
    ['access', 'access_leaf', access],
  ] as const) {
    const from = sizes[name];
    const size = Math.max(from, reader?.head().checkpoint.size ?? 0);
    if (reader !== undefined && size > from)
      for await (const { index, entry } of reader.entries(from, size)) {
        if (name === 'custody' && bury(entry)) lost++;
        await leaves.add(table, { idx: index, data: entry });
      }
    sized[name] = size;
  }
  await leaves.flush();
  return { sizes: sized, lost, buried };
}

type LeafTableName = 'custody_leaf' | 'access_leaf';

class Leaves {
  readonly #store: Store;
  #table: LeafTableName = 'custody_leaf';
  #rows: Tables[LeafTableName][] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  async add(table: LeafTableName, row: Tables[LeafTableName]): Promise<void> {
    if (table !== this.#table || this.#rows.length >= rowsAtOnce) await this.flush();
    this.#table = table;
    this.#rows.push(row);
  }

  async flush(): Promise<void> {
    const [table, rows] = [this.#table, this.#rows];
    this.#rows = [];
    await this.#store.write('restore leaves', (tx: Writing) => insertRows(tx, table, ['idx', 'data'], rows));
  }
}

/** Reports whose records were all due, and keys under which nothing is left: as retention leaves them. */
async function clearEmptied(store: Store): Promise<void> {
  for (let after = -1; ;) {
    const last = await store.write('clear restored reports', async (tx) => {
      const page = await tx
        .selectFrom('report')
        .select('first')
        .where('first', '>', after)
        .orderBy('first')
        .limit(rowsAtOnce)
        .execute();
      const end = page.at(-1)?.first;
      if (end === undefined) return undefined;
      await tx
        .deleteFrom('report')
        .where('first', '>', after)
        .where('first', '<=', end)
        .where('sealing_key', 'not in', tx.selectFrom('sealing_key').select('id'))
        .where(hasNoRecord)
        .execute();
      return end;
    });
    if (last === undefined) break;
    after = last;
  }
  for (let after = ''; ;) {
    const last = await store.write('clear restored keys', async (tx) => {
      const page = await tx
        .selectFrom('day_key')
        .select('ref')
        .where('ref', '>', after)
        .orderBy('ref')
        .limit(rowsAtOnce)
        .execute();
      const end = page.at(-1)?.ref;
      if (end === undefined) return undefined;
      await tx
        .deleteFrom('day_key')
        .where('ref', '>', after)
        .where('ref', '<=', end)
        .where(opensNothing)
        .execute();
      return end;
    });
    if (last === undefined) break;
    after = last;
  }
}

async function requireEmpty(store: Store): Promise<void> {
  const row = await store.read('look into the store', (db) =>
    db.selectFrom('ledger').select('name').where('size', '>', 0).executeTakeFirst(),
  );
  const leaf = await store.read('look into the store', (db) =>
    db.selectFrom('custody_leaf').select('idx').limit(1).executeTakeFirst(),
  );
  if (row !== undefined || leaf !== undefined)
    throw fail('backup.not-empty', 'a backup is restored into a new store alone');
}

const header = schema.object({
  v: schema.oneOf(1),
  center: fields.name,
  custody: fields.size,
  access: fields.size,
});

async function requireBackup(path: string, center: string): Promise<Sizes> {
  const head = await requireWhole(path, header, parseLine);
  if (head.center !== center)
    throw fail('custody.other-center', `a backup of ${quote(head.center, 64)}, not of ${quote(center, 64)}`);
  return head;
}

async function* rowsOf(path: string): AsyncGenerator<BackupRow> {
  for await (const line of textLines(path)) {
    const parsed = formOf(() => parseLine(line));
    if (isRow(parsed)) yield parsed;
  }
}

function isRow(parsed: BackupRow | object): parsed is BackupRow {
  return 'table' in parsed && typeof parsed.table === 'string' && parsed.table in backupTables;
}

function isLeaf(row: BackupRow): row is BackupRow & { readonly table: LeafTableName } {
  return row.table === 'custody_leaf' || row.table === 'access_leaf';
}
