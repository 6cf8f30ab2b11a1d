// Configuration files: TOML, checked against a schema; unknown keys are errors.

import { parse, TomlError } from 'smol-toml';
import { fromUtf8, isVitrineError, type Json, type Schema } from '@vitrine/evidence';
import { fail } from './codes.ts';
import { readFile } from './files.ts';

export async function readToml<T>(path: string, schema: Schema<T>): Promise<T> {
  const text = fromUtf8(await readFile(path, 1 << 18));
  let value: Json;
  try {
    value = parse(text) as unknown as Json;
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    throw fail('cli.config', `${path}: ${cause.message.split('\n')[0] ?? 'not TOML'}`, {
      at: `line ${cause.line}, column ${cause.column}`,
      cause,
    });
  }
  try {
    return schema.check(value);
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('cli.config', `${path}: ${cause.message}`, { at: cause.at, cause });
  }
}

export type TomlEntries = readonly (readonly [string, string | number | readonly string[]])[];

/** A TOML document: plain entries, then arrays of tables. */
export function formatToml(
  entries: TomlEntries,
  tables: Readonly<Record<string, readonly TomlEntries[]>> = {},
): string {
  const lines = (some: TomlEntries): string =>
    some.map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`).join('');
  const blocks = Object.entries(tables).flatMap(([name, all]) =>
    all.map((one) => `\n[[${name}]]\n${lines(one)}`),
  );
  return lines(entries) + blocks.join('');
}
