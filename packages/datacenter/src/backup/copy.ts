// The one current copy of what no backup has (D19): halves and salts, and of each subject what must not be taken
// back, its restriction and the consent in force. Lines of JSON, in the order in which a backup asks for them:
// subjects and halves each ascending by their key, as a backup has them, so that both are read side by side.

import { fields, fromBase64, parseJson, quote, schema, toBase64, utf8, type Json } from '@vitrine/evidence';
import { fail } from '../codes.ts';
import type { Reading, Store } from '../store/store.ts';
import { formOf, requireWhole, textLines, writeLines } from './lines.ts';

const rowsAtOnce = 2_000;

export interface CopiedSubject {
  readonly table: 'subject';
  readonly key: string;
  /** Statement identifier of the consent in force. */
  readonly digest: string;
  readonly restricted: number;
}

interface CopiedHalf {
  readonly table: 'half';
  /** `keyRef`. */
  readonly key: string;
  readonly half: Uint8Array;
}

export interface CopiedSalt {
  readonly table: 'salt';
  /** Of the sealing key. */
  readonly key: string;
  readonly salt: Uint8Array;
  readonly until: number;
}

type Copied = CopiedSubject | CopiedHalf | CopiedSalt;
const order: readonly Copied['table'][] = ['subject', 'half', 'salt'];

/**
 * The data center writes it before it confirms an erasure, and when it sweeps; answers how many rows. What is
 * erased before it begins is not in it, whatever is written meanwhile.
 */
export function writeKeys(store: Store, center: string, path: string): Promise<number> {
  return writeLines(path, { v: 2, center }, copyPages(store));
}

async function* copyPages(store: Store): AsyncGenerator<readonly string[]> {
  yield* pagesOf(
    store,
    'pseudonym',
    (db, after) =>
      db
        .selectFrom('subject')
        .select(['pseudonym', 'digest', 'restricted'])
        .where('pseudonym', '>', after)
        .orderBy('pseudonym')
        .limit(rowsAtOnce)
        .execute(),
    ({ pseudonym, digest, restricted }) => ['subject', pseudonym, digest, restricted],
  );
  yield* pagesOf(
    store,
    'ref',
    (db, after) =>
      db
        .selectFrom('day_key')
        .select(['ref', 'half'])
        .where('ref', '>', after)
        .orderBy('ref')
        .limit(rowsAtOnce)
        .execute(),
    ({ ref, half }) => ['half', ref, toBase64(half)],
  );
  yield* pagesOf(
    store,
    'id',
    (db, after) =>
      db
        .selectFrom('sealing_key')
        .selectAll()
        .where('id', '>', after)
        .orderBy('id')
        .limit(rowsAtOnce)
        .execute(),
    ({ id, salt, grace_until: until }) => ['salt', id, toBase64(salt), until],
  );
}

async function* pagesOf<Key extends string, Row extends Readonly<Record<Key, string>>>(
  store: Store,
  key: Key,
  read: (db: Reading, after: string) => Promise<readonly Row[]>,
  line: (row: Row) => readonly (string | number)[],
): AsyncGenerator<readonly string[]> {
  for (let after = ''; ;) {
    const from = after;
    const rows = await store.read('read keys', (db) => read(db, from));
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.map((row) => JSON.stringify(line(row)));
    after = last[key];
  }
}

const lineLimits = { bytes: 4_096, depth: 3 };
const header = schema.object({ v: schema.oneOf(2), center: fields.name });
const bytes = schema.text(/^[A-Za-z0-9+/]*={0,2}$/, 400, 'bytes in base64');
const flag = schema.integer(0, 1);

/** Read to its end first. */
export async function requireKeys(path: string, center: string): Promise<void> {
  const { center: of } = await requireWhole(path, header, (line) => parseJson(utf8(line), lineLimits));
  if (of !== center)
    throw fail('custody.other-center', `keys of ${quote(of, 64)}, not of ${quote(center, 64)}`);
}

/** A copy, read forward. */
export class KeysCopy {
  readonly #rows: AsyncGenerator<Copied>;
  /** Takes the rows that were passed and not asked for. */
  readonly #passed: (row: Copied) => void;
  #row: Copied | undefined;

  constructor(path: string, passed: (row: Copied) => void) {
    this.#rows = rowsOf(path);
    this.#passed = passed;
  }

  async subject(pseudonym: string): Promise<CopiedSubject | undefined> {
    const row = await this.#find('subject', pseudonym);
    return row?.table === 'subject' ? row : undefined;
  }

  async half(ref: string): Promise<Uint8Array | undefined> {
    const row = await this.#find('half', ref);
    return row?.table === 'half' ? row.half : undefined;
  }

  /** Passes what is left. */
  async end(): Promise<void> {
    await this.#find('salt', '\u{ffff}');
  }

  /** To be asked in the order of the copy. */
  async #find(table: Copied['table'], key: string): Promise<Copied | undefined> {
    for (;;) {
      this.#row ??= (await this.#rows.next()).value as Copied | undefined;
      const row = this.#row;
      if (row === undefined) return undefined;
      const ahead = order.indexOf(row.table) - order.indexOf(table);
      if (ahead > 0 || (ahead === 0 && row.key > key)) return undefined;
      this.#row = undefined;
      if (ahead === 0 && row.key === key) return row;
      this.#passed(row);
    }
  }
}

async function* rowsOf(path: string): AsyncGenerator<Copied, undefined> {
  for await (const line of textLines(path)) {
    const value = formOf(() => parseJson(utf8(line), lineLimits));
    if (Array.isArray(value)) yield formOf(() => rowOf(value));
  }
  return undefined;
}

function rowOf([table, key = '', one = '', two = 0]: readonly Json[]): Copied {
  const text = fields.sha256Hex.check(key);
  if (table === 'subject')
    return { table, key: text, digest: fields.sha256Hex.check(one), restricted: flag.check(two) };
  if (table === 'half') return { table, key: text, half: fromBase64(bytes.check(one)) };
  if (table === 'salt')
    return { table, key: text, salt: fromBase64(bytes.check(one)), until: fields.size.check(two) };
  throw fail('backup.form', 'a row of the copy of the keys that is of no kind');
}
