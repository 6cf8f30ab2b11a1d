// What can match: the posting lists of what a query requires, intersected and united.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { decodeList, listOf } from './postings.ts';
import type { Catalog } from './catalog.ts';
import type { Query } from './query.ts';
import type { Required } from './required.ts';
import { listsPerRow } from './trigrams.ts';

type TextTerm = Extract<Query, { kind: 'text' }>;

/**
 * For each text that is looked for, the units that may hold it, and for a query the blobs that may match. A text
 * stands on one line and so in one unit; two that are joined may stand in two units of a blob. Names and places
 * are judged elsewhere.
 */
export class Candidates {
  readonly #postings: Postings;
  readonly #catalog: Catalog;
  /** Marks by unit; undefined where every unit may hold it. */
  readonly #units = new Map<TextTerm, Uint8Array | undefined>();

  constructor(postings: Postings, catalog: Catalog) {
    this.#postings = postings;
    this.#catalog = catalog;
  }

  units(term: TextTerm): Uint8Array | undefined {
    if (!this.#units.has(term)) {
      const found = this.#postings.units(term.pattern.required);
      this.#units.set(term, found === undefined ? undefined : marked(found));
    }
    return this.#units.get(term);
  }

  /** Marks by blob; undefined where every blob may match. */
  blobs(query: Query): Uint8Array | undefined {
    switch (query.kind) {
      case 'text': {
        const units = this.units(query);
        return units === undefined ? undefined : this.#blobsOf(units);
      }
      case 'and': {
        const known = query.parts.map((part) => this.blobs(part)).filter((part) => part !== undefined);
        const [first, ...others] = known.toSorted((a, b) => a.length - b.length);
        return first?.map((mark, blob) => (others.every((other) => other[blob] === 1) ? mark : 0));
      }
      case 'or': {
        const parts = query.parts.map((part) => this.blobs(part));
        const known = parts.filter((part) => part !== undefined);
        if (known.length < parts.length) return undefined;
        const either = new Uint8Array(Math.max(...known.map(({ length }) => length)));
        for (const part of known) for (const [blob, mark] of part.entries()) if (mark === 1) either[blob] = 1;
        return either;
      }
      case 'not':
      case 'file':
      case 'sym':
      case 'lang':
      case 'repo':
        return undefined;
    }
  }

  #blobsOf(units: Uint8Array): Uint8Array {
    const blobs: number[] = [];
    for (const [unit, mark] of units.entries()) if (mark === 1) blobs.push(this.#catalog.blobOf(unit));
    return marked(blobs);
  }
}

function marked(numbers: Uint32Array | readonly number[]): Uint8Array {
  let most = 0;
  for (const number of numbers) most = Math.max(most, number);
  const marks = new Uint8Array(most + 1);
  for (const number of numbers) marks[number] = 1;
  return marks;
}

/** Intersecting goes on only while it pays: a candidate costs less than a long list. */
const fewEnough = 16;

export class Postings {
  readonly #rows: StatementSync;

  constructor(database: DatabaseSync) {
    this.#rows = database.prepare('SELECT lists FROM posting WHERE prefix = ? ORDER BY segment');
  }

  /** Units, ascending; undefined where every one may match. */
  units(required: Required): Uint32Array | undefined {
    if (required === true) return undefined;
    if ('any' in required) {
      const parts = required.any.map((part) => this.units(part));
      if (parts.includes(undefined)) return undefined;
      return union(parts as readonly Uint32Array[]);
    }
    const lists = required.all
      .filter((part) => typeof part === 'number')
      .map((trigram) => this.#encoded(trigram))
      .sort((a, b) => size(a) - size(b));
    let found: Uint32Array | undefined;
    for (const list of lists) {
      if (found !== undefined && found.length <= fewEnough) break;
      const numbers = joined(list.map(decodeList));
      found = found === undefined ? numbers : intersection(found, numbers);
    }
    for (const part of required.all) {
      if (typeof part === 'number') continue;
      const numbers = this.units(part);
      if (numbers !== undefined) found = found === undefined ? numbers : intersection(found, numbers);
    }
    return found;
  }

  /** Segment by segment: units ascend from one to the next. */
  #encoded(trigram: number): readonly Uint8Array[] {
    return this.#rows
      .all(Math.floor(trigram / listsPerRow))
      .map((row) => listOf(row['lists'] as Uint8Array, trigram % listsPerRow));
  }
}

function size(lists: readonly Uint8Array[]): number {
  return lists.reduce((sum, list) => sum + list.length, 0);
}

function joined(lists: readonly Uint32Array[]): Uint32Array {
  if (lists.length === 1) return lists[0] as Uint32Array;
  const all = new Uint32Array(lists.reduce((sum, list) => sum + list.length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}

function intersection(a: Uint32Array, b: Uint32Array): Uint32Array {
  const both = new Uint32Array(Math.min(a.length, b.length));
  let count = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const difference = (a[i] as number) - (b[j] as number);
    if (difference === 0) both[count++] = a[i] as number;
    if (difference <= 0) i++;
    if (difference >= 0) j++;
  }
  return both.subarray(0, count);
}

function union(lists: readonly Uint32Array[]): Uint32Array {
  return joined(lists)
    .sort()
    .filter((number, i, all) => i === 0 || all[i - 1] !== number);
}
