// The one place that decides and records: what a reader may see, and that it was seen.

import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '@vitrine/host';
import { fail } from '../codes.ts';
import { nobody, type PathFilter, type Reader } from './decide.ts';
import { openAccessFile, type TableInForce } from './file.ts';
import { openReadRecord, type Read, type ReadRecord } from './record.ts';

export interface Access {
  /**
   * What the reader may see of a tree that is of these products, now: ask again at each request, for
   * grants end with time and the table may have been replaced.
   */
  filter(reader: Reader, products: readonly string[]): PathFilter;
  /**
   * Records reads of restricted source, before any byte of them is answered: when this returns they are
   * durable, and when it throws nothing may be answered. What `anyone` may read is not recorded.
   */
  record(reader: Reader, read: Read | readonly Read[]): void;
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

export function openAccess({ folder, database, clock, keepDays }: AccessOptions): Access {
  const file = openAccessFile(join(folder, 'access.toml'));
  const reads = openReadRecord(database, { clock, keepDays });
  const filter = (reader: Reader, products: readonly string[]): PathFilter =>
    file.inForce().decide(reader, products, clock.now());
  return {
    reads,
    filter,
    inForce: () => file.inForce(),
    record(reader, read) {
      const restricted = [read].flat().filter(({ product, path }) => !filter(nobody, [product]).allows(path));
      if (restricted.length === 0) return;
      if (reader.account === undefined)
        throw fail('access.unrecorded', 'restricted source is only answered to readers with an account');
      reads.add(reader.account, restricted);
    },
  };
}
