// The audit of a custody ledger, by whoever may read its entries: every entry is one that the format knows and
// hashes to its place under a checkpoint, and the sums must fit what the data center says it holds.

import { parseEntry } from '@vitrine/reports';
import type { LogReader } from '@vitrine/log';

export interface CustodySums {
  /** Entries that were read. */
  readonly entries: number;
  readonly records: number;
  readonly imports: number;
  readonly erased: number;
  readonly expired: number;
  readonly exports: number;
  /** What must be stored now: records and imports without those that are gone. */
  readonly live: number;
  /** Records by country. */
  readonly countries: ReadonlyMap<string, number>;
}

/** Throws what the reader or the format objects to, with the index of the entry. */
export async function auditCustody(reader: LogReader, from = 0): Promise<CustodySums> {
  const { size } = reader.head().checkpoint;
  const sums = { records: 0, imports: 0, erased: 0, expired: 0, exports: 0 };
  const countries = new Map<string, number>();
  for await (const { entry } of reader.entries(from, size)) {
    const parsed = parseEntry(entry);
    if (parsed.type === 'tombstone') sums[parsed.reason] += parsed.count;
    else if (parsed.type === 'export') sums.exports++;
    else {
      sums[parsed.type === 'record' ? 'records' : 'imports']++;
      countries.set(parsed.country, (countries.get(parsed.country) ?? 0) + 1);
    }
  }
  const live = sums.records + sums.imports - sums.erased - sums.expired;
  return { entries: size - from, ...sums, live, countries };
}
