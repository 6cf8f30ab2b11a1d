// Which blobs can match: the posting lists of what a query requires, intersected and united.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { decodeList, listOf } from './postings.ts';
import type { Query } from './query.ts';
import { allOf, anyOf, type Required } from './required.ts';
import { listsPerRow } from './trigrams.ts';

/** What the text of a blob must hold; names and places are judged elsewhere. */
export function requiredByQuery(query: Query): Required {
  switch (query.kind) {
    case 'text':
      return query.pattern.required;
    case 'and':
      return allOf(query.parts.map(requiredByQuery));
    case 'or':
      return anyOf(query.parts.map(requiredByQuery));
    case 'not':
    case 'file':
    case 'sym':
    case 'lang':
    case 'repo':
      return true;
  }
}

/** Intersecting goes on only while it pays: a candidate costs less than a long list. */
const fewEnough = 16;

export class Postings {
  readonly #rows: StatementSync;

  constructor(database: DatabaseSync) {
    this.#rows = database.prepare('SELECT lists FROM posting WHERE prefix = ? ORDER BY segment');
  }

  /** Ascending; undefined where every blob may match. */
  candidates(required: Required): Uint32Array | undefined {
    if (required === true) return undefined;
    if ('any' in required) {
      const parts = required.any.map((part) => this.candidates(part));
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
      const numbers = this.candidates(part);
      if (numbers !== undefined) found = found === undefined ? numbers : intersection(found, numbers);
    }
    return found;
  }

  /** Segment by segment: blobs ascend from one to the next. */
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
