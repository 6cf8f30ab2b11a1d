// The texts of units, decoded; the ones that were wanted last are kept. One for each search thread.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { zstdDecompressSync } from 'node:zlib';
import type { Catalog } from './catalog.ts';
import { indexLimits } from './limits.ts';

/** In UTF-16 units; plain ASCII takes a byte for each. */
const mostKept = 96 << 20;

export class Texts {
  readonly #row: StatementSync;
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  /** Least recently used first. */
  readonly #kept = new Map<number, string>();
  #bytes = 0;

  readonly #catalog: Catalog;

  constructor(database: DatabaseSync, catalog: Catalog) {
    this.#catalog = catalog;
    this.#row = database.prepare('SELECT zstd FROM content WHERE unit = ?');
  }

  unit(unit: number): string {
    const known = this.#kept.get(unit);
    if (known !== undefined) {
      this.#kept.delete(unit);
      this.#kept.set(unit, known);
      return known;
    }
    const zstd = this.#row.get(unit)?.['zstd'] as Uint8Array | undefined;
    if (zstd === undefined) return '';
    const text = this.#decoder.decode(zstdDecompressSync(zstd, { maxOutputLength: indexLimits.fileBytes }));
    this.#kept.set(unit, text);
    this.#bytes += text.length;
    for (const [oldest, { length }] of this.#kept) {
      if (this.#bytes <= mostKept) break;
      this.#kept.delete(oldest);
      this.#bytes -= length;
    }
    return text;
  }

  /** All of a blob; not kept, because few are shown. */
  whole(blob: number): string {
    return Array.from(this.#catalog.unitsOf(blob), (unit) => this.unit(unit)).join('');
  }
}
