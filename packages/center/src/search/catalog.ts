// Which blob stands where: every tree's places in memory, read once for each tree. Each search thread has its
// own, and so has the main thread, which needs the paths to ask what a reader may read.

import type { DatabaseSync } from 'node:sqlite';
import { decodePath } from '@vitrine/evidence';
import { languageOf } from '../source/languages.ts';
import type { TreeMeta } from './writer.ts';

export interface CatalogTree {
  readonly id: number;
  readonly digest: string;
  readonly revision: number;
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
  /** 1 for each blob whose text is indexed. Grows; blobs beyond its end are not. */
  indexed: Uint8Array = new Uint8Array(1024);
  #lastContent = 0;
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
      this.#readIndexed();
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

  isIndexed(blob: number): boolean {
    return this.indexed[blob] === 1;
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
      .prepare('SELECT id, digest, meta, age, revision FROM tree')
      .all()
      .map((row): CatalogTree => {
        const id = row['id'] as number;
        const same = known.get(id);
        const read = {
          id,
          digest: row['digest'] as string,
          revision: row['revision'] as number,
          meta: JSON.parse(row['meta'] as string) as TreeMeta,
          age: row['age'] as number,
        };
        if (same !== undefined && same.digest === read.digest && same.revision === read.revision)
          return { ...read, paths: same.paths, blobs: same.blobs };
        return { ...read, ...pairs(places.get(id)?.['places'] as Uint8Array) };
      });
    this.trees = trees.sort((a, b) => b.age - a.age || (a.digest < b.digest ? -1 : 1));
  }

  #readIndexed(): void {
    const rows = this.#database.prepare('SELECT blob FROM content WHERE blob > ? ORDER BY blob');
    for (const row of rows.iterate(this.#lastContent)) {
      const blob = row['blob'] as number;
      if (blob >= this.indexed.length) {
        const grown = new Uint8Array(Math.max(2 * this.indexed.length, blob + 1));
        grown.set(this.indexed);
        this.indexed = grown;
      }
      this.indexed[blob] = 1;
      this.#lastContent = blob;
    }
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
