// Names of symbols, in memory of a search thread: read again when the index has grown.

import type { DatabaseSync } from 'node:sqlite';
import { Matcher, type Pattern } from './pattern.ts';

/** From here on, reading all mentions costs less than asking for each name. */
const manyNames = 2_000;

export class Names {
  readonly #database: DatabaseSync;
  readonly #names: string[] = [];
  readonly #ids: number[] = [];
  #last = 0;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /**
   * The blobs that define a name in which the pattern occurs. No limit that a reader could see stands on the
   * number of names: some of them may be of source that is closed to the reader.
   */
  defining(pattern: Pattern, spend: () => void): ReadonlySet<number> {
    const found = this.matching(pattern);
    const blobs = new Set<number>();
    if (found.length > manyNames) {
      const wanted = new Set(found.map(({ id }) => id));
      const rows = this.#database.prepare('SELECT name, blob FROM mention WHERE role = 0');
      for (const { name, blob } of rows.iterate()) {
        spend();
        if (wanted.has(name as number)) blobs.add(blob as number);
      }
      return blobs;
    }
    const rows = this.#database.prepare('SELECT blob FROM mention WHERE name = ? AND role = 0');
    for (const { id } of found) for (const { blob } of rows.iterate(id)) blobs.add(blob as number);
    return blobs;
  }

  matching(pattern: Pattern): readonly { readonly id: number; readonly name: string }[] {
    this.#refresh();
    const matcher = new Matcher(pattern);
    const found: { id: number; name: string }[] = [];
    for (const [i, name] of this.#names.entries()) {
      if (matcher.test(name)) found.push({ id: this.#ids[i] as number, name });
    }
    return found;
  }

  /** Names are only ever added. */
  #refresh(): void {
    const rows = this.#database.prepare('SELECT id, name FROM name WHERE id > ? ORDER BY id');
    for (const { id, name } of rows.iterate(this.#last)) {
      this.#ids.push(id as number);
      this.#names.push(name as string);
      this.#last = id as number;
    }
  }
}
