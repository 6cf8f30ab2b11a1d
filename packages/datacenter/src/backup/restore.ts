// A store from a backup, the current copy of the keys, and the ledgers, which cannot be taken back (D24).
//
//   read both to their end, before anything is written
//   leaves: from the backup; those after it from the ledger's own bundles, so that the ledger goes on
//   records: those whose half is in the copy of the keys; without it they were erased, or expired
//
// What was stored after the backup is lost, and said to be: its leaves stand in the ledger for ever.

import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import {
  fromBase64,
  fromUtf8,
  isVitrineError,
  parseCanonicalJson,
  quote,
  schema,
  fields,
  toHex,
  utf8,
} from '@vitrine/evidence';
import { fileFault, readBounded, sha256 } from '@vitrine/host';
import type { LogReader } from '@vitrine/log';
import { parseEntry } from '@vitrine/reports';
import { fail } from '../codes.ts';
import { insertRows } from '../store/insert.ts';
import type { Store, Writing } from '../store/store.ts';
import { backupTables, parseLine, type BackupRow, type BackupTable } from './rows.ts';

export interface RestoreOptions {
  /** New and empty, of this center. */
  readonly store: Store;
  readonly center: string;
  readonly backup: string;
  readonly keys: string;
  /** The published ledgers; undefined where one was never published. */
  readonly custody: LogReader | undefined;
  readonly access: LogReader | undefined;
}

export interface Restored {
  readonly records: number;
  /** In the backup, and without a key now: erased or expired since. */
  readonly gone: number;
  /** Record entries of the ledger after the backup. */
  readonly lost: number;
}

const rowsAtOnce = 2_000;

export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { store, center, backup, keys } = options;
  const known = await readKeys(keys, center);
  const sizes = await requireWhole(backup, center);
  await requireEmpty(store);
  const target = new Target(store, known);
  for await (const parsed of lines(backup)) if (isRow(parsed)) await target.add(parsed);
  await target.flush();
  const { records, gone } = target;
  const lost = await restoreLeaves(options, sizes);
  await store.write('restore salts', async (tx) => {
    for (const [id, salt, until] of known.salts)
      await tx
        .insertInto('sealing_key')
        .values({ id, salt: fromBase64(salt), grace_until: until })
        .execute();
  });
  return { records, gone, lost };
}

/** Takes rows in the order of the backup; writes those that still have a key. */
class Target {
  readonly #store: Store;
  readonly #halves: ReadonlyMap<string, Uint8Array>;
  /** Reports that were written with their subject; their records follow. */
  readonly #open = new Set<number>();
  #rows: BackupRow[] = [];
  records = 0;
  gone = 0;

  constructor(store: Store, { halves }: Keys) {
    this.#store = store;
    this.#halves = new Map(halves.map(([ref, half]) => [ref, fromBase64(half)]));
  }

  async add(read: BackupRow): Promise<void> {
    const kept = this.#judge(read);
    if (kept === undefined) return;
    if (
      this.#rows.length >= rowsAtOnce ||
      (this.#rows[0] !== undefined && this.#rows[0].table !== kept.table)
    )
      await this.flush();
    this.#rows.push(kept);
  }

  async flush(): Promise<void> {
    const rows = this.#rows;
    this.#rows = [];
    const [first] = rows;
    if (first === undefined) return;
    const columns = Object.keys(first.row);
    await this.#store.write('restore rows', (tx) =>
      insertRows(tx, first.table, columns as never, rows.map(({ row }) => row) as never),
    );
  }

  #judge({ table, row }: BackupRow): BackupRow | undefined {
    if (table === 'day_key') {
      const half = this.#halves.get(String(row['ref']));
      return half === undefined ? undefined : { table, row: { ...row, half } };
    }
    if (table === 'report') {
      const ref = row['day_key'];
      const opens = typeof ref === 'string' && this.#halves.has(ref);
      if (opens) this.#open.add(Number(row['first']));
      return { table, row: opens ? row : { ...row, subject: null, day_key: null } };
    }
    if (table === 'record') {
      const opens = this.#open.has(Number(row['report']));
      if (opens) this.records++;
      else this.gone++;
      return opens ? { table, row } : undefined;
    }
    return { table, row };
  }
}

/** Brings both ledgers to the size that was published; answers how many records nobody has any more. */
async function restoreLeaves(
  { store, custody, access }: RestoreOptions,
  sizes: { readonly custody: number; readonly access: number },
): Promise<number> {
  let lost = 0;
  for (const [name, reader] of [
    ['custody', custody],
    ['access', access],
  ] as const) {
    const from = sizes[name];
    const size = Math.max(from, reader?.head().checkpoint.size ?? 0);
    const table: BackupTable = name === 'custody' ? 'custody_leaf' : 'access_leaf';
    let batch: { readonly idx: number; readonly data: Uint8Array }[] = [];
    const flush = async (tx: Writing): Promise<void> => insertRows(tx, table, ['idx', 'data'], batch);
    if (reader !== undefined && size > from)
      for await (const { index, entry } of reader.entries(from, size)) {
        if (name === 'custody' && parseEntry(entry).type === 'record') lost++;
        batch.push({ idx: index, data: entry });
        if (batch.length < rowsAtOnce) continue;
        await store.write('restore leaves', flush);
        batch = [];
      }
    await store.write('restore leaves', async (tx) => {
      await flush(tx);
      await tx.updateTable('ledger').set({ size }).where('name', '=', name).execute();
    });
  }
  return lost;
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
const footer = schema.object({ rows: fields.size, sha256: fields.sha256Hex });

/** A backup that was cut short, or altered, is refused before a row of it is used. */
async function requireWhole(
  path: string,
  center: string,
): Promise<{ readonly custody: number; readonly access: number }> {
  const digest = createHash('sha256');
  let first: string | undefined;
  let last: string | undefined;
  let rows = -1;
  for await (const line of textLines(path)) {
    if (last !== undefined) digest.update(`${last}\n`);
    first ??= line;
    last = line;
    rows++;
  }
  if (first === undefined || last === undefined || rows < 1) throw fail('backup.form', 'the backup is empty');
  const { rows: said, sha256: expected } = formOf(() => footer.check(parseLine(last) as never));
  if (said !== rows - 1 || digest.digest('hex') !== expected)
    throw fail('backup.form', `a backup of ${said} rows that has ${rows - 1}, or others`);
  const head = formOf(() => header.check(parseLine(first) as never));
  if (head.center !== center)
    throw fail('custody.other-center', `a backup of ${quote(head.center, 64)}, not of ${quote(center, 64)}`);
  return head;
}

async function* lines(path: string): AsyncGenerator<BackupRow | object> {
  for await (const line of textLines(path)) yield formOf(() => parseLine(line));
}

async function* textLines(path: string): AsyncGenerator<string> {
  try {
    await using file = await open(path);
    yield* file.readLines();
  } catch (error) {
    throw fileFault('read', path, error);
  }
}

function isRow(parsed: BackupRow | object): parsed is BackupRow {
  return 'table' in parsed && typeof parsed.table === 'string' && parsed.table in backupTables;
}

interface Keys {
  readonly halves: readonly (readonly [string, string])[];
  readonly salts: readonly (readonly [string, string, number])[];
}

async function readKeys(path: string, center: string): Promise<Keys> {
  const text = fromUtf8(await readBounded(path, 1 << 30));
  const body = utf8(text.slice(65));
  if (text.slice(0, 65) !== `${toHex(sha256(body))}\n`)
    throw fail('backup.form', 'the copy of the keys is damaged');
  const value = parseCanonicalJson(body, { bytes: 1 << 30, depth: 4 }) as unknown as Keys & {
    center: string;
  };
  if (value.center !== center) throw fail('custody.other-center', 'the keys of another data center');
  return value;
}

function formOf<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!isVitrineError(cause) || cause.code === 'backup.form') throw cause;
    throw fail('backup.form', cause.message, { at: cause.at, cause });
  }
}
