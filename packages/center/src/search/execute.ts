// One search, in its thread: candidates from the postings → places that are open to the reader, newest tree
// first and in path order → the query, judged exactly → one page of files with their lines, counts and facets.
// What is not open is not looked at, so nothing about it is in any count.

import type { DatabaseSync } from 'node:sqlite';
import type { Facet, SearchFile, SearchPage, SymbolInFile } from '../contract/search.ts';
import type { OutlineRow } from '../symbols/extract.ts';
import { Postings, requiredByQuery } from './candidates.ts';
import { Catalog } from './catalog.ts';
import { fail } from './codes.ts';
import { shownLines, type LineSpan } from './lines.ts';
import { Names } from './names.ts';
import { Matcher } from './pattern.ts';
import type { Query } from './query.ts';
import { OpenPlaces, type Scope } from './scope.ts';
import { Texts } from './texts.ts';
import { asksForContent, shownPatterns, truthOf, type Place, type Truth } from './truth.ts';

export const searchLimits = {
  /** Files that are counted. */
  files: 500,
  page: 20,
  facet: 12,
  otherPlaces: 20,
  milliseconds: 1_500,
} as const;

export type SearchAnswer = Omit<SearchPage, 'query' | 'index'>;

export class Searcher {
  readonly database: DatabaseSync;
  readonly catalog: Catalog;
  readonly texts: Texts;
  readonly names: Names;
  readonly #postings: Postings;

  constructor(database: DatabaseSync) {
    this.database = database;
    this.catalog = new Catalog(database);
    this.texts = new Texts(database);
    this.names = new Names(database);
    this.#postings = new Postings(database);
  }

  search(
    query: Query,
    scope: Scope,
    page: number,
    milliseconds: number = searchLimits.milliseconds,
  ): SearchAnswer {
    this.catalog.refresh();
    const truth = truthOf(query, { ...this, spend: deadline(milliseconds) });
    const open = new OpenPlaces(scope);
    const { found, more } = this.#find(query, truth, open);
    const pages = Math.ceil(found.length / searchLimits.page);
    const from = (page - 1) * searchLimits.page;
    const shown = found.slice(from, from + searchLimits.page);
    const { products, places } = this.#gather(found, shown, truth, open);
    return {
      page,
      pages,
      files: found.length,
      more,
      facets: {
        product: facet(found.flatMap(({ blob }) => [...(products.get(blob) ?? [])])),
        language: facet(found.map(({ path }) => this.catalog.language(path))),
        folder: facet(found.map(({ path }) => folderOf(this.catalog.paths[path] as string))),
      },
      results: shown.map((place) => this.#file(place, places.get(place.blob) ?? [], query)),
    };
  }

  /** Each blob once, at its first place. */
  #find(
    query: Query,
    truth: Truth,
    open: OpenPlaces,
  ): { readonly found: readonly Place[]; readonly more: boolean } {
    const { catalog } = this;
    const candidates = this.#postings.candidates(requiredByQuery(query));
    const may = candidates === undefined ? undefined : marks(candidates);
    const onlyIndexed = asksForContent(query);
    const seen = new Set<number>();
    const found: Place[] = [];
    for (const tree of catalog.trees) {
      const isOpen = open.of(tree.digest);
      if (isOpen === undefined) continue;
      for (let i = 0; i < tree.blobs.length; i++) {
        const blob = tree.blobs[i] as number;
        if (may !== undefined && may[blob] !== 1) continue;
        const path = tree.paths[i] as number;
        if (seen.has(blob) || !isOpen(path)) continue;
        if (onlyIndexed && !catalog.isIndexed(blob)) continue;
        const place = { tree, path, blob };
        if (!truth(place)) continue;
        if (found.length === searchLimits.files) return { found, more: true };
        seen.add(blob);
        found.push(place);
      }
    }
    return { found, more: false };
  }

  /** Where else the found blobs stand: products for the facets, places for those that are shown. */
  #gather(
    found: readonly Place[],
    shown: readonly Place[],
    truth: Truth,
    open: OpenPlaces,
  ): {
    readonly products: ReadonlyMap<number, ReadonlySet<string>>;
    readonly places: ReadonlyMap<number, Place[]>;
  } {
    const products = new Map(found.map(({ blob }) => [blob, new Set<string>()]));
    const places = new Map(shown.map(({ blob }) => [blob, [] as Place[]]));
    for (const tree of this.catalog.trees) {
      const isOpen = open.of(tree.digest);
      if (isOpen === undefined) continue;
      for (let i = 0; i < tree.blobs.length; i++) {
        const blob = tree.blobs[i] as number;
        const ofBlob = products.get(blob);
        if (ofBlob === undefined) continue;
        const place = { tree, path: tree.paths[i] as number, blob };
        if (!isOpen(place.path) || !truth(place)) continue;
        for (const product of tree.meta.products) ofBlob.add(product);
        places.get(blob)?.push(place);
      }
    }
    return { products, places };
  }

  #file({ tree, path, blob }: Place, places: readonly Place[], query: Query): SearchFile {
    const patterns = shownPatterns(query);
    const lines =
      patterns.length === 0 || !this.catalog.isIndexed(blob)
        ? { matches: 0, chunks: [] }
        : shownLines(
            this.texts.get(blob),
            patterns.filter(({ kind }) => kind === 'text').map(({ pattern }) => new Matcher(pattern)),
            patterns
              .filter(({ kind }) => kind === 'sym')
              .flatMap(({ pattern }) => this.#definitions(blob, new Matcher(pattern))),
          );
    return {
      tree: tree.digest,
      path: this.catalog.paths[path] as string,
      sha256: this.digestOf(blob),
      language: this.catalog.language(path),
      products: [...new Set(places.flatMap((place) => place.tree.meta.products))].sort(),
      releases: releasesOf(places),
      also: places
        .filter((place) => place.path !== path)
        .filter((place, i, all) => all.findIndex((other) => other.path === place.path) === i)
        .slice(0, searchLimits.otherPlaces)
        .map((place) => ({ tree: place.tree.digest, path: this.catalog.paths[place.path] as string })),
      ...lines,
    };
  }

  #definitions(blob: number, matcher: Matcher): readonly LineSpan[] {
    return this.outline(blob)
      .symbols.filter(({ role, name }) => {
        return role === 'definition' && matcher.test(name);
      })
      .map(({ line, column, name }) => ({ line, from: column - 1, to: column - 1 + name.length }));
  }

  digestOf(blob: number): string {
    return this.database.prepare('SELECT sha256 FROM blob WHERE id = ?').get(blob)?.['sha256'] as string;
  }

  outline(blob: number): { readonly symbols: readonly SymbolInFile[]; readonly fault: string | null } {
    const row = this.database.prepare('SELECT symbols, fault FROM outline WHERE blob = ?').get(blob);
    if (row === undefined) return { symbols: [], fault: null };
    return { symbols: readOutline(row['symbols'] as string), fault: row['fault'] as string | null };
  }
}

function readOutline(json: string): readonly SymbolInFile[] {
  return (JSON.parse(json) as readonly OutlineRow[]).map(([name, role, kind, line, column]) => ({
    name,
    role: role === 0 ? 'definition' : 'reference',
    kind,
    line,
    column,
  }));
}

export function releasesOf(places: readonly Pick<Place, 'tree'>[]): SearchFile['releases'] {
  const trees = new Set(places.map(({ tree }) => tree));
  return [...trees].flatMap(({ digest, meta }) =>
    meta.releases
      .map(({ product, channel, sequence, version }) => ({
        product,
        channel,
        sequence,
        version,
        tree: digest,
      }))
      .reverse(),
  );
}

/** Time is counted in the thread that spends it, so waiting for a thread costs nothing. */
export function deadline(milliseconds: number): () => void {
  const end = performance.now() + milliseconds;
  let calls = 0;
  return () => {
    if (++calls % 8 === 0 && performance.now() > end) throw tooSlow(milliseconds);
  };
}

export function tooSlow(milliseconds: number): Error {
  return fail('search.timeout', `the search was stopped after ${(milliseconds / 1000).toFixed(1)} s`);
}

function marks(blobs: Uint32Array): Uint8Array {
  const marked = new Uint8Array((blobs.at(-1) ?? 0) + 1);
  for (const blob of blobs) marked[blob] = 1;
  return marked;
}

function facet(values: readonly string[]): Facet {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .map(([value, files]) => ({ value, files }))
    .sort((a, b) => b.files - a.files || (a.value < b.value ? -1 : 1))
    .slice(0, searchLimits.facet);
}

function folderOf(path: string): string {
  const first = path.indexOf('/');
  if (first < 0) return '';
  const second = path.indexOf('/', first + 1);
  return path.slice(0, second < 0 ? first : second);
}
