// The one writer of search.db. Every change is one transaction: a tree with its places; a batch of blobs with
// their text and postings; a merge of two segments. Killed at any moment, it goes on where the last one ended.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { constants, zstdCompressSync } from 'node:zlib';
import { isVitrineError, type TreeFile } from '@vitrine/evidence';
import { eachBounded, transaction } from '@vitrine/host';
import { languageOf } from '../source/languages.ts';
import { grammarOf } from '../symbols/languages.ts';
import { indexLimits } from './limits.ts';
import { encodeSegment, mergeRows } from './postings.ts';
import { openIndexWriter } from './schema.ts';
import { foldText, NumberList, TrigramScanner } from './trigrams.ts';

/** Which releases a tree stands for; all of it is public. */
export interface TreeMeta {
  readonly products: readonly string[];
  readonly releases: readonly {
    readonly product: string;
    readonly channel: string;
    readonly sequence: number;
    readonly version: string;
  }[];
}

export interface TreeToIndex {
  /** Hex tree digest. */
  readonly digest: string;
  readonly meta: TreeMeta;
  /** Grows from tree to tree: the index of the newest entry about it. */
  readonly age: number;
}

export type ReadBlob = (sha256: string, maxBytes: number) => Promise<Uint8Array>;

export interface IndexProgress {
  readonly trees: number;
  /** Trees of which no file waits. */
  readonly whole: number;
  readonly blobs: number;
  readonly waiting: number;
  readonly binary: number;
  readonly large: number;
  readonly missing: number;
  readonly symbolsWaiting: number;
}

interface Waiting {
  readonly id: number;
  readonly sha256: string;
  readonly size: number;
}

interface Read extends Waiting {
  readonly state: 'text' | 'binary' | 'large' | 'missing';
  readonly bytes: Uint8Array;
}

export class IndexWriter implements Disposable {
  readonly database: DatabaseSync;
  readonly #read: ReadBlob;
  readonly #scanner = new TrigramScanner();
  readonly #sql: Record<'blob' | 'path' | 'content' | 'state' | 'posting', StatementSync>;

  private constructor(database: DatabaseSync, read: ReadBlob) {
    this.database = database;
    this.#read = read;
    this.#sql = {
      blob: database.prepare(
        'INSERT INTO blob (sha256, size, state, language, symbols) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
      ),
      path: database.prepare('INSERT INTO path (path) VALUES (?) ON CONFLICT DO NOTHING'),
      content: database.prepare('INSERT INTO content (blob, zstd) VALUES (?, ?)'),
      state: database.prepare('UPDATE blob SET state = ?, symbols = ? WHERE id = ?'),
      posting: database.prepare('INSERT INTO posting (prefix, segment, lists) VALUES (?, ?, ?)'),
    };
  }

  static async open(path: string, read: ReadBlob): Promise<IndexWriter> {
    return new IndexWriter(await openIndexWriter(path), read);
  }

  knownTrees(): readonly string[] {
    return this.database
      .prepare('SELECT digest FROM tree')
      .all()
      .map((row) => row['digest'] as string);
  }

  /** What a known tree is released as may have grown. */
  describe(trees: readonly TreeToIndex[]): void {
    const update = this.database.prepare(
      'UPDATE tree SET meta = ?1, age = ?2 WHERE digest = ?3 AND (meta <> ?1 OR age <> ?2)',
    );
    transaction(this.database, () => {
      for (const { digest, meta, age } of trees) update.run(JSON.stringify(meta), age, digest);
    });
  }

  /** Trees that the log does not name any more are not searched any more. */
  keepOnly(digests: ReadonlySet<string>): void {
    // A log that was not read yet names none: nothing is dropped for that.
    if (digests.size === 0) return;
    const gone = this.knownTrees().filter((digest) => !digests.has(digest));
    if (gone.length === 0) return;
    const remove = this.database.prepare('DELETE FROM tree WHERE digest = ?');
    transaction(this.database, () => {
      for (const digest of gone) remove.run(digest);
    });
  }

  /** A tree is there as a whole or not at all; its blobs that are new wait to be indexed. */
  addTree({ digest, meta, age }: TreeToIndex, files: readonly TreeFile[]): void {
    const { database } = this;
    const pathId = database.prepare('SELECT id FROM path WHERE path = ?');
    const blobId = database.prepare('SELECT id FROM blob WHERE sha256 = ?');
    transaction(database, () => {
      const places = new Uint8Array(files.length * 8);
      const view = new DataView(places.buffer);
      let last = 0;
      for (const [i, { path, sha256, size }] of files.entries()) {
        const language = languageOf(path).name;
        const state = size > indexLimits.fileBytes ? 'large' : 'waiting';
        this.#sql.path.run(path);
        this.#sql.blob.run(sha256, size, state, language, 'none');
        view.setUint32(i * 8, pathId.get(path)?.['id'] as number, true);
        const blob = blobId.get(sha256)?.['id'] as number;
        view.setUint32(i * 8 + 4, blob, true);
        last = Math.max(last, blob);
      }
      database
        .prepare(
          'INSERT INTO tree (digest, meta, age, last, places) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
        )
        .run(digest, JSON.stringify(meta), age, last, places);
    });
  }

  /** Indexes one batch of waiting blobs; false when none waits. */
  async indexBatch(): Promise<boolean> {
    const batch = this.#nextBatch();
    if (batch.length === 0) return false;
    const read = await this.#readAll(batch);
    const trigrams = new NumberList();
    const ends: number[] = [];
    const numbers: number[] = [];
    const texts: { readonly id: number; readonly zstd: Uint8Array }[] = [];
    for (const { id, state, bytes } of read) {
      if (state !== 'text') continue;
      this.#scanner.scan(foldedBytes(bytes), trigrams);
      ends.push(trigrams.length);
      numbers.push(id);
      texts.push({ id, zstd: zstdCompressSync(bytes, fast) });
    }
    transaction(this.database, () => {
      if (numbers.length > 0) this.#writeSegment({ trigrams: trigrams.items, ends, numbers });
      for (const { id, zstd } of texts) this.#sql.content.run(id, zstd);
      for (const { id, state } of read) this.#sql.state.run(state, this.#symbolsOf(id, state), id);
    });
    this.#mergeSegments();
    return true;
  }

  /**
   * Blobs that the source store did not hold are asked for again. They get a new number, because postings
   * ascend; the trees that hold them follow in the same transaction.
   */
  async retryMissing(): Promise<void> {
    const { database } = this;
    const missing = database
      .prepare("SELECT id, sha256, size, language FROM blob WHERE state = 'missing' LIMIT 1000")
      .all();
    for (const { id, sha256, size, language } of missing) {
      if ((await this.#readOne(sha256 as string)) === undefined) continue;
      transaction(database, () => {
        database.prepare('DELETE FROM blob WHERE id = ?').run(id as number);
        const { lastInsertRowid } = database
          .prepare(
            "INSERT INTO blob (id, sha256, size, state, language, symbols) SELECT max(?, coalesce(max(id), 0)) + 1, ?, ?, 'waiting', ?, 'none' FROM blob",
          )
          .run(id as number, sha256 as string, size as number, language as string);
        this.#renumber(id as number, Number(lastInsertRowid));
      });
    }
  }

  progress(): IndexProgress {
    const count = (sql: string): number => Number(this.database.prepare(sql).get()?.['n']);
    const states = new Map(
      this.database
        .prepare('SELECT state, count(*) AS n FROM blob GROUP BY state')
        .all()
        .map((row) => [row['state'] as string, Number(row['n'])]),
    );
    return {
      trees: count('SELECT count(*) AS n FROM tree'),
      whole: count(
        "SELECT count(*) AS n FROM tree WHERE last < coalesce((SELECT min(id) FROM blob WHERE state = 'waiting'), last + 1)",
      ),
      blobs: states.values().reduce((sum, n) => sum + n, 0),
      waiting: states.get('waiting') ?? 0,
      binary: states.get('binary') ?? 0,
      large: states.get('large') ?? 0,
      missing: states.get('missing') ?? 0,
      symbolsWaiting: count("SELECT count(*) AS n FROM blob WHERE symbols = 'waiting'"),
    };
  }

  [Symbol.dispose](): void {
    if (this.database.isOpen) this.database.close();
  }

  #nextBatch(): readonly Waiting[] {
    const batch: Waiting[] = [];
    let bytes = 0;
    const rows = this.database.prepare(
      "SELECT id, sha256, size FROM blob WHERE state = 'waiting' ORDER BY id LIMIT ?",
    );
    for (const row of rows.iterate(indexLimits.batchBlobs)) {
      batch.push({ id: row['id'] as number, sha256: row['sha256'] as string, size: row['size'] as number });
      bytes += row['size'] as number;
      if (bytes >= indexLimits.batchBytes) break;
    }
    return batch;
  }

  async #readAll(batch: readonly Waiting[]): Promise<readonly Read[]> {
    const read: Read[] = [];
    await eachBounded(batch, 8, async (waiting) => {
      const bytes = await this.#readOne(waiting.sha256);
      if (bytes === undefined) read.push({ ...waiting, state: 'missing', bytes: nothing });
      else read.push({ ...waiting, state: isBinary(bytes) ? 'binary' : 'text', bytes });
    });
    return read.sort((a, b) => a.id - b.id);
  }

  /** Undefined where the store does not hold it, or holds other bytes: the page then says "missing". */
  async #readOne(sha256: string): Promise<Uint8Array | undefined> {
    try {
      return await this.#read(sha256, indexLimits.fileBytes);
    } catch (error) {
      if (isVitrineError(error) && /^(?:source|store)\./.test(error.code)) return undefined;
      throw error;
    }
  }

  #symbolsOf(id: number, state: Read['state']): string {
    if (state !== 'text') return 'none';
    const row = this.database.prepare('SELECT language FROM blob WHERE id = ?').get(id);
    return grammarOf(row?.['language'] as string) === undefined ? 'none' : 'waiting';
  }

  #writeSegment(scanned: { trigrams: Uint32Array; ends: number[]; numbers: number[] }): void {
    const id = Number(
      this.database.prepare('SELECT coalesce(max(id), 0) + 1 AS id FROM segment').get()?.['id'],
    );
    let bytes = 0;
    for (const { prefix, bytes: lists } of encodeSegment(scanned)) {
      this.#sql.posting.run(prefix, id, lists);
      bytes += lists.length;
    }
    this.#addSegment(id, scanned.numbers[0] as number, scanned.numbers.at(-1) as number, bytes);
  }

  #addSegment(id: number, first: number, last: number, bytes: number): void {
    this.database
      .prepare('INSERT INTO segment (id, first, last, bytes) VALUES (?, ?, ?, ?)')
      .run(id, first, last, bytes);
  }

  /** Keeps the number of segments at the logarithm of what they hold. */
  #mergeSegments(): void {
    const { database } = this;
    for (;;) {
      const [newer, older] = database
        .prepare('SELECT id, first, last, bytes FROM segment ORDER BY id DESC LIMIT 2')
        .all();
      if (newer === undefined || older === undefined) return;
      if (Number(older['bytes']) > 2 * Number(newer['bytes'])) return;
      transaction(database, () => {
        const id = Number(newer['id']) + 1;
        let bytes = 0;
        const rowOf = database.prepare('SELECT lists FROM posting WHERE prefix = ? AND segment = ?');
        for (let prefix = 0; prefix < 4096; prefix++) {
          const [a, b] = [older, newer].map(
            (segment) => rowOf.get(prefix, segment['id'] as number)?.['lists'] as Uint8Array | undefined,
          );
          const lists = a === undefined ? b : b === undefined ? a : mergeRows(a, b);
          if (lists === undefined) continue;
          this.#sql.posting.run(prefix, id, lists);
          bytes += lists.length;
        }
        for (const segment of [older, newer]) {
          database.prepare('DELETE FROM posting WHERE segment = ?').run(segment['id'] as number);
          database.prepare('DELETE FROM segment WHERE id = ?').run(segment['id'] as number);
        }
        this.#addSegment(id, Number(older['first']), Number(newer['last']), bytes);
      });
    }
  }

  #renumber(from: number, to: number): void {
    const update = this.database.prepare(
      'UPDATE tree SET places = ?, last = max(last, ?), revision = revision + 1 WHERE id = ?',
    );
    for (const { id, places } of this.database.prepare('SELECT id, places FROM tree').all()) {
      const view = new DataView((places as Uint8Array).slice().buffer);
      let changed = false;
      for (let at = 4; at < view.byteLength; at += 8) {
        if (view.getUint32(at, true) !== from) continue;
        view.setUint32(at, to, true);
        changed = true;
      }
      if (changed) update.run(new Uint8Array(view.buffer), to, id as number);
    }
  }
}

const nothing = new Uint8Array();
/** Level 1: five times faster than the default, a quarter of the size of the text all the same. */
const fast = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** As git decides it: a NUL byte near the beginning. */
function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 8_000).includes(0);
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** What is indexed is what is matched: the decoded text, so that a byte that is no UTF-8 is U+FFFD here too. */
function foldedBytes(bytes: Uint8Array): Uint8Array {
  if (isAscii(bytes)) return bytes;
  return new TextEncoder().encode(foldText(decoder.decode(bytes)));
}

function isAscii(bytes: Uint8Array): boolean {
  return (
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
      .toString('latin1')
      .search(/[\x80-\xff]/) < 0
  );
}
