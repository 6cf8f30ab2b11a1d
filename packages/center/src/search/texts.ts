// The texts of blobs, decoded; the ones that were wanted last are kept. One for each search thread.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { zstdDecompressSync } from 'node:zlib';
import { indexLimits } from './limits.ts';

/** In UTF-16 units; plain ASCII takes a byte for each. */
const mostKept = 96 << 20;

export class Texts {
  readonly #row: StatementSync;
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  /** Least recently used first. */
  readonly #kept = new Map<number, string>();
  #bytes = 0;

  constructor(database: DatabaseSync) {
    this.#row = database.prepare('SELECT zstd FROM content WHERE blob = ?');
  }

  get(blob: number): string {
    const known = this.#kept.get(blob);
    if (known !== undefined) {
      this.#kept.delete(blob);
      this.#kept.set(blob, known);
      return known;
    }
    const zstd = this.#row.get(blob)?.['zstd'] as Uint8Array | undefined;
    if (zstd === undefined) return '';
    const text = this.#decoder.decode(zstdDecompressSync(zstd, { maxOutputLength: indexLimits.fileBytes }));
    this.#kept.set(blob, text);
    this.#bytes += text.length;
    for (const [oldest, { length }] of this.#kept) {
      if (this.#bytes <= mostKept) break;
      this.#kept.delete(oldest);
      this.#bytes -= length;
    }
    return text;
  }
}
