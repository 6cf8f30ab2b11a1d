// Whether a query holds for a blob at a place. Everything is asked once: a pattern of each path, of each text.

import type { Catalog, CatalogTree } from './catalog.ts';
import type { Names } from './names.ts';
import { Matcher } from './pattern.ts';
import type { Query, RepoTerm } from './query.ts';
import type { Texts } from './texts.ts';

export interface Place {
  readonly tree: CatalogTree;
  readonly path: number;
  readonly blob: number;
}

export type Truth = (place: Place) => boolean;

export interface Sources {
  readonly catalog: Catalog;
  readonly texts: Texts;
  readonly names: Names;
  /** Called before each text is read: throws when the time is over. */
  readonly spend: () => void;
}

export function truthOf(query: Query, sources: Sources): Truth {
  const { catalog, texts, names, spend } = sources;
  switch (query.kind) {
    case 'and': {
      const parts = cheapFirst(query.parts).map((part) => truthOf(part, sources));
      return (place) => parts.every((part) => part(place));
    }
    case 'or': {
      const parts = cheapFirst(query.parts).map((part) => truthOf(part, sources));
      return (place) => parts.some((part) => part(place));
    }
    case 'not': {
      const part = truthOf(query.part, sources);
      return (place) => !part(place);
    }
    case 'text': {
      const matcher = new Matcher(query.pattern);
      return once(
        ({ blob }) => blob,
        ({ blob }) => {
          if (!catalog.isIndexed(blob)) return false;
          spend();
          return matcher.occursIn(texts.get(blob));
        },
      );
    }
    case 'file': {
      const matcher = new Matcher(query.pattern);
      return once(
        ({ path }) => path,
        ({ path }) => matcher.test(catalog.shown(path)),
      );
    }
    case 'sym': {
      let blobs: ReadonlySet<number> | undefined;
      return ({ blob }) => (blobs ??= names.defining(query.pattern)).has(blob);
    }
    case 'lang':
      return ({ path }) => catalog.language(path) === query.language;
    case 'repo':
      return once(
        ({ tree }) => tree.id,
        ({ tree }) => isOf(tree, query),
      );
  }
}

function isOf({ meta }: CatalogTree, { product, channel, sequence }: RepoTerm): boolean {
  if (channel === undefined) return meta.products.includes(product);
  return meta.releases.some(
    (release) =>
      release.product === product &&
      release.channel === channel &&
      (sequence === undefined || release.sequence === sequence),
  );
}

const costs = { lang: 0, repo: 0, file: 1, sym: 2, text: 3 } as const;

function costOf(query: Query): number {
  switch (query.kind) {
    case 'and':
    case 'or':
      return Math.max(...query.parts.map(costOf));
    case 'not':
      return costOf(query.part);
    case 'text':
    case 'file':
    case 'sym':
    case 'lang':
    case 'repo':
      return costs[query.kind];
  }
}

function cheapFirst(parts: readonly Query[]): readonly Query[] {
  return parts.toSorted((a, b) => costOf(a) - costOf(b));
}

function once(key: (place: Place) => number, ask: Truth): Truth {
  const known: (boolean | undefined)[] = [];
  return (place) => (known[key(place)] ??= ask(place));
}

/** Whether anything in the query is about what a file holds. */
export function asksForContent(query: Query): boolean {
  switch (query.kind) {
    case 'and':
    case 'or':
      return query.parts.some(asksForContent);
    case 'not':
      return asksForContent(query.part);
    case 'text':
    case 'sym':
      return true;
    case 'file':
    case 'lang':
    case 'repo':
      return false;
  }
}

/** The patterns whose matches are shown: those that are not negated. */
export function shownPatterns(query: Query): readonly Extract<Query, { kind: 'text' | 'sym' }>[] {
  switch (query.kind) {
    case 'and':
    case 'or':
      return query.parts.flatMap(shownPatterns);
    case 'text':
    case 'sym':
      return [query];
    case 'not':
    case 'file':
    case 'lang':
    case 'repo':
      return [];
  }
}
