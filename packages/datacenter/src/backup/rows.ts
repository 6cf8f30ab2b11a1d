// Rows of a backup as lines of JSON. What is not listed here is in no backup: halves of keys and the salts
// of marks (D19), counts, and answers.

import {
  fromBase64,
  parseJson,
  quote,
  schema,
  toBase64,
  utf8,
  type JsonObject,
  type Schema,
} from '@vitrine/evidence';
import { fail } from '../codes.ts';
import type { Tables } from '../store/tables.ts';

type Column = 'number' | 'text' | 'bytes' | 'text?';

export type BackupTable = Exclude<keyof Tables, 'center' | 'ledger' | 'request' | 'sealing_key' | 'refusal'>;

/** In the order in which they are written, and can be inserted. The first column is the primary key. */
export const backupTables: Readonly<Record<BackupTable, Readonly<Record<string, Column>>>> = {
  custody_leaf: { idx: 'number', data: 'bytes' },
  access_leaf: { idx: 'number', data: 'bytes' },
  subject: { pseudonym: 'text', consent: 'bytes', restricted: 'number' },
  day_key: { ref: 'text', subject: 'text', day: 'text', part: 'number', sealed: 'bytes' },
  report: {
    first: 'number',
    count: 'number',
    mark: 'text',
    sealing_key: 'text',
    subject: 'text?',
    day_key: 'text?',
    country: 'text',
    day: 'text',
    at: 'number',
    deadline: 'number',
  },
  record: {
    idx: 'number',
    report: 'number',
    kind: 'text',
    expires: 'text',
    projection: 'bytes',
    ciphertext: 'bytes',
  },
  tombstone: { idx: 'number', salt: 'bytes', covers: 'bytes' },
  reading: { idx: 'number', record: 'number', salt: 'bytes' },
};

export const tableNames: readonly BackupTable[] = Object.keys(backupTables) as BackupTable[];

export interface BackupRow {
  readonly table: BackupTable;
  readonly row: Readonly<Record<string, number | string | Uint8Array | null>>;
}

/** A record of a large sample in base64, and room. */
const lineBytes = 2 << 20;

export function formatRow({ table, row }: BackupRow): string {
  const plain = Object.keys(backupTables[table]).map((column) => {
    const value = row[column];
    return value instanceof Uint8Array ? toBase64(value) : value;
  });
  return JSON.stringify([table, ...plain]);
}

const forms: Readonly<Record<Column, Schema<number | string | null>>> = {
  number: schema.integer(0),
  text: schema.text(/^[!-~]{1,200}$/, 200, 'a text of a row'),
  bytes: schema.text(/^[A-Za-z0-9+/]*={0,2}$/, lineBytes, 'bytes in base64'),
  'text?': schema.nullable(schema.text(/^[!-~]{1,200}$/, 200, 'a text of a row')),
};

export function parseLine(line: string): BackupRow | JsonObject {
  const value = parseJson(utf8(line), { bytes: lineBytes, depth: 3 });
  if (!Array.isArray(value)) return value as JsonObject;
  const [name, ...cells] = value as readonly unknown[];
  const table = tableNames.find((known) => known === name);
  if (table === undefined) throw fail('backup.form', `a row of the unknown table ${quote(String(name), 40)}`);
  const columns = Object.entries(backupTables[table]);
  if (cells.length !== columns.length)
    throw fail('backup.form', `a row of ${table} with ${cells.length} columns`);
  const row = columns.map(([column, form], i) => {
    const cell = forms[form].check(cells[i] as never, `/${column}`);
    return [column, form === 'bytes' ? fromBase64(cell as string) : cell] as const;
  });
  return { table, row: Object.fromEntries(row) };
}
