// Symbols in search.db, written by the index thread once the text of a blob is indexed.

import type { DatabaseSync } from 'node:sqlite';
import { zstdDecompressSync } from 'node:zlib';
import { transaction } from '@vitrine/host';
import { indexLimits } from '../search/limits.ts';
import { Extractor, type Outline } from './extract.ts';
import { grammarOf, type GrammarName } from './languages.ts';

/** One transaction. */
const batch = { blobs: 64, bytes: 2 << 20 } as const;

interface Waiting {
  readonly id: number;
  readonly grammar: GrammarName;
  readonly text: string;
}

export class SymbolWriter {
  readonly #database: DatabaseSync;
  readonly #extractor = new Extractor();
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #careful: boolean;

  /**
   * `careful`: the thread before this one died in a grammar. Files are then looked at one by one, each counted
   * as failed before it is tried, so that none is tried twice.
   */
  constructor(database: DatabaseSync, careful: boolean) {
    this.#database = database;
    this.#careful = careful;
  }

  /** False when no file waits. */
  async step(): Promise<boolean> {
    const waiting = this.#next();
    if (waiting.length === 0) return false;
    if (this.#careful) this.#write(waiting.map(({ id }) => ({ id, outline: died })));
    const written: { id: number; outline: Outline }[] = [];
    for (const { id, grammar, text } of waiting)
      written.push({ id, outline: await this.#extractor.extract(grammar, text) });
    this.#write(written);
    return true;
  }

  #next(): readonly Waiting[] {
    const rows = this.#database.prepare(
      "SELECT id, language, size, zstd FROM blob JOIN content ON blob = id WHERE symbols = 'waiting' ORDER BY id LIMIT ?",
    );
    const waiting: Waiting[] = [];
    let bytes = 0;
    for (const { id, language, size, zstd } of rows.iterate(this.#careful ? 1 : batch.blobs)) {
      const plain = zstdDecompressSync(zstd as Uint8Array, { maxOutputLength: indexLimits.fileBytes });
      const grammar = grammarOf(language as string);
      if (grammar !== undefined)
        waiting.push({ id: id as number, grammar, text: this.#decoder.decode(plain) });
      bytes += size as number;
      if (bytes >= batch.bytes) break;
    }
    return waiting;
  }

  #write(outlines: readonly { readonly id: number; readonly outline: Outline }[]): void {
    const database = this.#database;
    const state = database.prepare('UPDATE blob SET symbols = ? WHERE id = ?');
    const outlineRow = database.prepare(
      'INSERT INTO outline (blob, symbols, fault) VALUES (?1, ?2, ?3) ON CONFLICT (blob) DO UPDATE SET symbols = ?2, fault = ?3',
    );
    const addName = database.prepare('INSERT INTO name (name) VALUES (?) ON CONFLICT DO NOTHING');
    const nameId = database.prepare('SELECT id FROM name WHERE name = ?');
    const mention = database.prepare(
      'INSERT INTO mention (name, role, blob) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    );
    transaction(database, () => {
      for (const { id, outline } of outlines) {
        state.run(outline.state, id);
        outlineRow.run(id, JSON.stringify(outline.rows), outline.fault);
        for (const key of new Set(outline.rows.map(([name, role]) => `${String(role)}${name}`))) {
          const name = key.slice(1);
          addName.run(name);
          mention.run(nameId.get(name)?.['id'] as number, Number(key[0]), id);
        }
      }
    });
  }
}

const died: Outline = { state: 'failed', rows: [], fault: 'the grammar could not read it' };
