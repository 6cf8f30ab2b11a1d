// How much an export may be. A data center that never comes to an end would fill memory and disk, so what it sends
// is counted against what the own ledger says was sent there, and a margin that is stated here and in
// docs/endpoint.md. Whoever recovered a subject on another machine knows of nothing, and takes more.

import type { ExportPage, OwnEntry } from '@vitrine/reports';
import { fail } from '../codes.ts';
import type { AskedSubject } from './rights.ts';

/** Beyond what is known: records of another machine with the same code, readings by others. */
const margin = { records: 10_000, readings: 2_000, bytes: 128 << 20 } as const;
/** Of a subject that the own ledger has no report of. */
const unknown = { records: 1_000_000, readings: 100_000, bytes: 1 << 30 } as const;
/** Of one record on its page: the largest piece of a sample, and anything else. */
const recordBytes = { sample: 600_000, other: 16_384 } as const;
/** How often others read each record, on an average. */
const readingsEach = 10;
/** Frame, keys and readings of one page. */
const pageBytes = 65_536;

export class ExportBounds {
  readonly #center: string;
  readonly #most: { readonly records: number; readonly readings: number; readonly bytes: number };
  #records = 0;
  #readings = 0;
  #bytes = 0;

  /** `entries`: of the own ledger, whole. */
  constructor(entries: readonly OwnEntry[], { center, generation }: AskedSubject) {
    const sent = entries.flatMap((entry) =>
      entry.type === 'report' && entry.center === center && entry.generation === generation
        ? entry.records
        : [],
    );
    const samples = sent.filter(({ kind }) => kind === 'sample').length;
    this.#center = center;
    this.#most =
      sent.length === 0
        ? unknown
        : {
            records: sent.length + margin.records,
            readings: readingsEach * sent.length + margin.readings,
            bytes: samples * recordBytes.sample + (sent.length - samples) * recordBytes.other + margin.bytes,
          };
  }

  /** Throws `endpoint.export-endless` before a page more than that is kept. `bytes`: as it came, opened. */
  take({ page, records, reads }: ExportPage, bytes: number): void {
    this.#records += records.length;
    this.#readings += reads.length;
    this.#bytes += Math.max(0, bytes - pageBytes);
    const { records: most, readings, bytes: mostBytes } = this.#most;
    if (this.#records <= most && this.#readings <= readings && this.#bytes <= mostBytes) return;
    throw fail(
      'endpoint.export-endless',
      `page ${page} of the export by ${this.#center}: ${this.#records} records, ${this.#readings} readings and ${this.#bytes} bytes so far; at most ${most}, ${readings} and ${mostBytes} are taken`,
      { at: page },
    );
  }
}
