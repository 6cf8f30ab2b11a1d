// Files of lines that are there whole or not at all: a header, one row a line, and an end that says how many
// there are and their digest. Written and read as a stream, because neither has a bound.

import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fields, isVitrineError, schema, utf8, type Json, type Schema } from '@vitrine/evidence';
import { fileFault, syncDirectory, temporaryPath } from '@vitrine/host';
import { fail } from '../codes.ts';

/** Answers how many rows were written. One process writes a path at a time. */
export async function writeLines(
  path: string,
  header: object,
  pages: AsyncIterable<readonly string[]>,
): Promise<number> {
  const temporary = temporaryPath(path);
  const digest = createHash('sha256');
  let rows = 0;
  try {
    // A writer that was killed may have left keys in it that are erased by now.
    await rm(temporary, { force: true });
    {
      await using file = await open(temporary, 'wx', 0o600);
      const write = async (lines: readonly string[]): Promise<void> => {
        const bytes = utf8(lines.map((line) => `${line}\n`).join(''));
        digest.update(bytes);
        await file.writeFile(bytes);
      };
      await write([JSON.stringify(header)]);
      for await (const page of pages) {
        await write(page);
        rows += page.length;
      }
      await write([JSON.stringify({ rows, sha256: digest.copy().digest('hex') })]);
      await file.sync();
    }
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw fileFault('write', path, error);
  }
  return rows;
}

const footer = schema.object({ rows: fields.size, sha256: fields.sha256Hex });

/** Reads all of it and answers the header: what was cut short, or altered, is refused before a row of it is used. */
export async function requireWhole<T>(
  path: string,
  header: Schema<T>,
  parse: (line: string) => unknown,
): Promise<T> {
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
  if (first === undefined || last === undefined || rows < 1) throw fail('backup.form', 'the file is empty');
  const { rows: said, sha256: expected } = formOf(() => footer.check(parse(last) as Json));
  if (said !== rows - 1 || digest.digest('hex') !== expected)
    throw fail('backup.form', `a file of ${said} rows that has ${rows - 1}, or others`);
  return formOf(() => header.check(parse(first) as Json));
}

export async function* textLines(path: string): AsyncGenerator<string> {
  try {
    await using file = await open(path);
    yield* file.readLines();
  } catch (error) {
    throw fileFault('read', path, error);
  }
}

export function formOf<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!isVitrineError(cause) || cause.code === 'backup.form') throw cause;
    throw fail('backup.form', cause.message, { at: cause.at, cause });
  }
}
