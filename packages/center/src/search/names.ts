// Names of symbols, in memory of a search thread: read again when the index has grown.

import type { DatabaseSync } from 'node:sqlite';
import { fail } from './codes.ts';
import { Matcher, type Pattern } from './pattern.ts';

const mostNames = 5_000;

export class Names {
  readonly #database: DatabaseSync;
  readonly #names: string[] = [];
  readonly #ids: number[] = [];
  #last = 0;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** The blobs that define a name in which the pattern occurs. */
  defining(pattern: Pattern): ReadonlySet<number> {
    const found = this.matching(pattern);
    if (found.length > mostNames)
      throw fail(
        'search.query',
        `query: sym: matches more than ${mostNames.toLocaleString('en')} names; write more of the name`,
      );
    const rows = this.#database.prepare('SELECT blob FROM mention WHERE name = ? AND role = 0');
    const blobs = new Set<number>();
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
