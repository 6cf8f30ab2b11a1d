// Which blob stands where: every tree's places in memory, read once for each tree. Each search thread has its
// own, and so has the main thread, which needs the paths to ask what a reader may read.

import type { DatabaseSync } from 'node:sqlite';
import { decodePath } from '@vitrine/evidence';
import { languageOf } from '../source/languages.ts';
import type { TreeMeta } from './writer.ts';

export interface CatalogTree {
  readonly id: number;
  readonly digest: string;
  readonly meta: TreeMeta;
  readonly age: number;
  /** Place i: path and blob, by number, in listing order. */
  readonly paths: Uint32Array;
  readonly blobs: Uint32Array;
}

export class Catalog {
  readonly #database: DatabaseSync;
  #version: unknown;
  /** Newest first. */
  trees: readonly CatalogTree[] = [];
  /** Encoded paths by number. */
  readonly paths: string[] = [];
  readonly #shown: string[] = [];
  readonly #languages: string[] = [];
  /** The blob of each unit, and the first unit of each blob; 0 where there is none. Both grow. */
  readonly #blobOf = new Numbers();
  readonly #firstOf = new Numbers();
  #lastUnit = 0;
  #lastPath = 0;
  /** Grows with every change. */
  version = 0;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Looks whether the writer has committed something; cheap when it has not. */
  refresh(): void {
    const version = this.#database.prepare('PRAGMA data_version').get()?.['data_version'];
    if (version === this.#version) return;
    const database = this.#database;
    // One snapshot: trees, paths and texts that belong together.
    database.exec('BEGIN');
    try {
      this.#readPaths();
      this.#readTrees();
      this.#readUnits();
    } finally {
      database.exec('COMMIT');
    }
    this.#version = version;
    this.version++;
  }

  /** The path as a person reads it: bytes that are no UTF-8 become U+FFFD. */
  shown(path: number): string {
    const known = this.#shown[path];
    if (known !== undefined) return known;
    const encoded = this.paths[path] as string;
    const text = encoded.includes('%') ? decoder.decode(decodePath(encoded)) : encoded;
    this.#shown[path] = text;
    return text;
  }

  language(path: number): string {
    return (this.#languages[path] ??= languageOf(this.paths[path] as string).name);
  }

  /** Whether it is text that was indexed. */
  isIndexed(blob: number): boolean {
    return this.#firstOf.at(blob) !== 0;
  }

  blobOf(unit: number): number {
    return this.#blobOf.at(unit);
  }

  /** The units of a blob, in their order. */
  *unitsOf(blob: number): Generator<number> {
    const first = this.#firstOf.at(blob);
    if (first === 0) return;
    for (let unit = first; this.#blobOf.at(unit) === blob; unit++) yield unit;
  }

  tree(digest: string): CatalogTree | undefined {
    return this.trees.find((tree) => tree.digest === digest);
  }

  #readPaths(): void {
    const rows = this.#database.prepare('SELECT id, path FROM path WHERE id > ? ORDER BY id');
    for (const { id, path } of rows.iterate(this.#lastPath)) {
      this.paths[id as number] = path as string;
      this.#lastPath = id as number;
    }
  }

  #readTrees(): void {
    const known = new Map(this.trees.map((tree) => [tree.id, tree]));
    const places = this.#database.prepare('SELECT places FROM tree WHERE id = ?');
    const trees = this.#database
      .prepare('SELECT id, digest, meta, age FROM tree')
      .all()
      .map((row): CatalogTree => {
        const id = row['id'] as number;
        const same = known.get(id);
        const read = {
          id,
          digest: row['digest'] as string,
          meta: JSON.parse(row['meta'] as string) as TreeMeta,
          age: row['age'] as number,
        };
        if (same !== undefined && same.digest === read.digest)
          return { ...read, paths: same.paths, blobs: same.blobs };
        return { ...read, ...pairs(places.get(id)?.['places'] as Uint8Array) };
      });
    this.trees = trees.sort((a, b) => b.age - a.age || (a.digest < b.digest ? -1 : 1));
  }

  #readUnits(): void {
    const rows = this.#database.prepare('SELECT id, blob FROM unit WHERE id > ? ORDER BY id');
    for (const row of rows.iterate(this.#lastUnit)) {
      const [unit, blob] = [row['id'] as number, row['blob'] as number];
      this.#blobOf.set(unit, blob);
      if (this.#firstOf.at(blob) === 0) this.#firstOf.set(blob, unit);
      this.#lastUnit = unit;
    }
  }
}

/** Numbers by number, 0 where nothing was set. */
class Numbers {
  #items = new Uint32Array(1024);

  at(index: number): number {
    return this.#items[index] ?? 0;
  }

  set(index: number, value: number): void {
    if (index >= this.#items.length) {
      const grown = new Uint32Array(Math.max(2 * this.#items.length, index + 1));
      grown.set(this.#items);
      this.#items = grown;
    }
    this.#items[index] = value;
  }
}

const decoder = new TextDecoder();

function pairs(places: Uint8Array): { readonly paths: Uint32Array; readonly blobs: Uint32Array } {
  const view = new DataView(places.buffer, places.byteOffset, places.byteLength);
  const count = places.byteLength / 8;
  const paths = new Uint32Array(count);
  const blobs = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    paths[i] = view.getUint32(i * 8, true);
    blobs[i] = view.getUint32(i * 8 + 4, true);
  }
  return { paths, blobs };
}
