// TOML values as JSON values, so that one schema checks both, and the line a key stands on.

import type { Json } from '@vitrine/evidence';
import type { TomlTable, TomlValue } from 'smol-toml';
import { fail } from './codes.ts';

/** Integers come as BigInt (`integersAsBigInt`); numbers with a fraction and dates have no place in a recipe. */
export function tomlToJson(value: TomlValue | TomlTable, at: string): Json {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') {
    const number = Number(value);
    if (!Number.isSafeInteger(number)) throw fail('recipe.field', `${at}: an integer out of range`, { at });
    return number;
  }
  if (Array.isArray(value)) return value.map((item, i) => tomlToJson(item, `${at}/${i}`));
  if (isTable(value)) {
    const object: Record<string, Json> = {};
    for (const [key, member] of Object.entries(value)) object[key] = tomlToJson(member, `${at}/${key}`);
    return object;
  }
  throw fail('recipe.field', `${at}: neither a text, an integer, a flag, a list nor a table`, { at });
}

function isTable(value: TomlValue | TomlTable): value is TomlTable {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date);
}

/**
 * The line of the key that a JSON pointer names, or of its table, as far as plain `[table]` and
 * `key = value` lines tell. A help for the reader: nothing is decided by it.
 */
export function lineOfKey(text: string, pointer: string): number | undefined {
  const wanted = pointer.split('/').slice(1);
  let table: readonly string[] = [];
  let found: number | undefined;
  let depth = 0;
  for (const [i, line] of text.split('\n').entries()) {
    const header = /^\s*\[([A-Za-z0-9_.-]+)\]/.exec(line)?.[1];
    const key = /^\s*([A-Za-z0-9_.-]+)\s*=/.exec(line)?.[1];
    if (header !== undefined) table = header.split('.');
    const path = header !== undefined ? table : key !== undefined ? [...table, ...key.split('.')] : [];
    const matches = path.length <= wanted.length && path.every((part, n) => part === wanted[n]);
    if (matches && path.length > depth) {
      depth = path.length;
      found = i + 1;
    }
  }
  return found;
}
