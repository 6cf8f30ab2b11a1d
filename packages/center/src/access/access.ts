// The one place that decides and records: what a reader may see, and that it was seen.

import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '@vitrine/host';
import { fail } from '../codes.ts';
import type { Access, PathFilter, Reader, SourceRead } from '../context.ts';
import { nobody } from './decide.ts';
import { openAccessFile, type TableInForce } from './file.ts';
import { openReadRecord, type ReadRecord } from './record.ts';

/** What `context.access` is, with what only this area uses. */
export interface AccessControl extends Access {
  /** The table as it is now. */
  inForce(): TableInForce;
  readonly reads: ReadRecord;
}

export interface AccessOptions {
  /** Holds access.toml. */
  readonly folder: string;
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly keepDays: number;
}

export function openAccess({ folder, database, clock, keepDays }: AccessOptions): AccessControl {
  const file = openAccessFile(join(folder, 'access.toml'));
  const reads = openReadRecord(database, { clock, keepDays });
  const filter = (reader: Reader, products: readonly string[]): PathFilter =>
    file.inForce().decide(reader, products, clock.now());
  return {
    reads,
    filter,
    inForce: () => file.inForce(),
    record(reader, read) {
      const all: readonly SourceRead[] = [read].flat();
      const restricted = all.filter(({ product, path }) => !filter(nobody, [product]).allows(path));
      if (restricted.length === 0) return;
      if (reader.account === undefined)
        throw fail('access.unrecorded', 'restricted source is only answered to readers with an account');
      reads.add(reader.account, restricted);
    },
  };
}
