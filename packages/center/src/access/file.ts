// The table in force is the file as it is now: replaced, it counts from the next request on, without a
// restart. A file that is gone or does not parse closes everything until it is mended: the table before it
// may have opened what this one was meant to close.

import { closeSync, constants, fstatSync, openSync, readSync, statSync, type BigIntStats } from 'node:fs';
import { VitrineError, toHex } from '@vitrine/evidence';
import { errnoOf, sha256 } from '@vitrine/host';
import { fail } from '../codes.ts';
import { decider, closed, type Decide } from './decide.ts';
import { parseAccessTable, tableBytes, type AccessTable } from './table.ts';

export interface TableInForce {
  /** Absent where there is no file that could be read. */
  readonly file: { readonly bytes: Uint8Array; readonly sha256: string } | undefined;
  /** Absent where all is closed, which `trouble` explains. */
  readonly table: AccessTable | undefined;
  readonly trouble: VitrineError | undefined;
  readonly decide: Decide;
}

export interface AccessFile {
  inForce(): TableInForce;
}

/** Looks at the file at every call, and reads it where it is another one. */
export function openAccessFile(path: string): AccessFile {
  let known: string | undefined;
  let current: TableInForce | undefined;
  return {
    inForce() {
      const found = fingerprint(path);
      if (current === undefined || found !== known) {
        current = read(path);
        known = found;
      }
      return current;
    },
  };
}

/** What changes whenever the bytes may have changed. */
function fingerprint(path: string): string {
  try {
    return identity(statSync(path, { bigint: true }));
  } catch (error) {
    return errnoOf(error) ?? 'unreadable';
  }
}

function identity({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}

function read(path: string): TableInForce {
  let file: TableInForce['file'];
  try {
    const bytes = readBytes(path);
    file = { bytes, sha256: toHex(sha256(bytes)) };
    const table = parseAccessTable(bytes);
    return { file, table, trouble: undefined, decide: decider(table) };
  } catch (error) {
    const trouble =
      error instanceof VitrineError
        ? error
        : fail('access.table', `the access table cannot be read: ${errnoOf(error) ?? 'unknown'}`, {
            cause: error,
          });
    return { file, table: undefined, trouble, decide: () => closed };
  }
}

/** Synchronously: a decision must not wait between the look at the file and the answer. */
function readBytes(path: string): Uint8Array {
  const handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!fstatSync(handle).isFile()) throw fail('access.table', 'the access table is not a regular file');
    const bytes = new Uint8Array(tableBytes + 1);
    let length = 0;
    for (;;) {
      const count = readSync(handle, bytes, length, bytes.length - length, length);
      length += count;
      if (count === 0 || length === bytes.length) return bytes.slice(0, length);
    }
  } finally {
    closeSync(handle);
  }
}
