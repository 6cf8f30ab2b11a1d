// Many rows in one statement, for the tables that grow with every record. The text of a statement depends
// on the columns and the number of rows alone, and only powers of four are used: few texts, each prepared once.
//
// Places are written as PostgreSQL numbers them; the adapter of SQLite reads them, too.

import { CompiledQuery } from 'kysely';
import type { Writing } from './store.ts';
import type { Tables } from './tables.ts';

const sizes = [256, 64, 16, 4, 1] as const;
const texts = new Map<string, string>();

export async function insertRows<Name extends keyof Tables>(
  tx: Writing,
  table: Name,
  columns: readonly (keyof Tables[Name] & string)[],
  rows: readonly Tables[Name][],
): Promise<void> {
  let at = 0;
  for (const size of sizes) {
    for (; rows.length - at >= size; at += size) {
      const values = rows.slice(at, at + size).flatMap((row) => columns.map((column) => row[column]));
      await tx.executeQuery(CompiledQuery.raw(textOf(table, columns, size), values));
    }
  }
}

function textOf(table: string, columns: readonly string[], rows: number): string {
  const name = `${table} ${columns.join()} ${rows}`;
  let text = texts.get(name);
  if (text === undefined) {
    const places = Array.from({ length: rows }, (_, row) => {
      const row1 = row * columns.length + 1;
      return `(${columns.map((_column, i) => `$${row1 + i}`).join(', ')})`;
    });
    text = `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${places.join(', ')}`;
    texts.set(name, text);
  }
  return text;
}
