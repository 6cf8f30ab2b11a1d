// What could stand where the reader types: words of the language, then what there is: products, languages,
// files, symbols. All of it comes from what is open to the reader alone.

import type { Suggestion } from '../contract/search.ts';
import type { Searcher } from './execute.ts';
import { fieldNames } from './query.ts';
import { patternOf } from './pattern.ts';
import { OpenPlaces, type Scope } from './scope.ts';

export interface SuggestQuestion {
  /** What stands in the query box up to the cursor. */
  readonly text: string;
}

const most = { all: 10, files: 6, names: 200 } as const;

export function suggest(searcher: Searcher, { text }: SuggestQuestion, scope: Scope): readonly Suggestion[] {
  searcher.catalog.refresh();
  const word = /(?:^|[\s(])(-?)([^\s()"]*)$/.exec(text);
  const typed = word?.[2] ?? '';
  if (word === null || typed === '') return [];
  const before = text.slice(0, text.length - typed.length);
  const take = (kind: Suggestion['kind'], label: string, taken: string, end = ' '): Suggestion => ({
    kind,
    label,
    query: `${before}${taken}${end}`,
  });
  const named = /^([a-z]+):(.*)$/i.exec(typed);
  const field = named?.[1]?.toLowerCase();
  const value = named?.[2] ?? typed;
  switch (field) {
    case 'repo':
      return products(searcher, scope)
        .filter((product) => product.startsWith(value))
        .slice(0, most.all)
        .map((product) => take('product', product, `repo:${product}`));
    case 'lang':
      return openLanguages(searcher, scope)
        .filter((name) => name.toLowerCase().startsWith(value.toLowerCase()))
        .slice(0, most.all)
        .map((name) => take('language', name, `lang:${quoted(name.toLowerCase())}`));
    case 'case':
      return ['yes', 'no', 'auto']
        .filter((each) => each.startsWith(value))
        .map((each) => take('word', `case:${each}`, `case:${each}`));
    case 'file':
      return value === ''
        ? []
        : files(searcher, scope, value, most.all).map((path) => take('file', path, `file:${quoted(path)}`));
    case 'sym':
      return value === ''
        ? []
        : symbols(searcher, scope, value, most.all).map((name) =>
            take('symbol', name, `sym:${quoted(name)}`),
          );
    default: {
      if (typed.length < 2 || field !== undefined)
        return fields(typed).map((name) => take('word', `${name}:`, `${name}:`, ''));
      return [
        ...fields(typed).map((name) => take('word', `${name}:`, `${name}:`, '')),
        ...symbols(searcher, scope, typed, most.all - most.files).map((name) =>
          take('symbol', name, `sym:${quoted(name)}`),
        ),
        ...files(searcher, scope, typed, most.files).map((path) =>
          take('file', path, `file:${quoted(path)}`),
        ),
      ].slice(0, most.all);
    }
  }
}

function fields(typed: string): readonly string[] {
  return fieldNames.filter((name) => name.startsWith(typed.toLowerCase()));
}

function quoted(text: string): string {
  return /^[\w./@+#-]+$/.test(text) && !text.startsWith('/')
    ? text
    : `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** A product is named only if something of it can be read. */
function products(searcher: Searcher, scope: Scope): readonly string[] {
  const open = new OpenPlaces(scope);
  const found = new Set<string>();
  for (const tree of searcher.catalog.trees) {
    const isOpen = open.of(tree.digest);
    if (isOpen !== undefined && tree.paths.some(isOpen))
      for (const product of tree.meta.products) found.add(product);
  }
  return [...found].sort();
}

function openLanguages(searcher: Searcher, scope: Scope): readonly string[] {
  return [...new Set(openPaths(searcher, scope).map((path) => searcher.catalog.language(path)))].sort();
}

function openPaths(searcher: Searcher, scope: Scope): readonly number[] {
  const open = new OpenPlaces(scope);
  const found = new Set<number>();
  for (const tree of searcher.catalog.trees) {
    const isOpen = open.of(tree.digest);
    if (isOpen !== undefined) for (const path of tree.paths) if (isOpen(path)) found.add(path);
  }
  return [...found];
}

/** Names that begin with it before those that hold it, the shorter first. */
function files(searcher: Searcher, scope: Scope, value: string, limit: number): readonly string[] {
  const lower = value.toLowerCase();
  const ranked: { readonly path: string; readonly rank: number }[] = [];
  for (const path of openPaths(searcher, scope)) {
    const shown = searcher.catalog.shown(path);
    const text = shown.toLowerCase();
    if (!text.includes(lower)) continue;
    const name = text.slice(text.lastIndexOf('/') + 1);
    ranked.push({ path: shown, rank: name.startsWith(lower) ? 0 : name.includes(lower) ? 1 : 2 });
  }
  return ranked
    .sort((a, b) => a.rank - b.rank || a.path.length - b.path.length || (a.path < b.path ? -1 : 1))
    .slice(0, limit)
    .map(({ path }) => path);
}

function symbols(searcher: Searcher, scope: Scope, value: string, limit: number): readonly string[] {
  const pattern = patternOf({ form: 'text', text: value, at: 0 }, 'auto');
  const lower = value.toLowerCase();
  const matching = searcher.names
    .matching(pattern)
    .map(({ id, name }) => ({ id, name, rank: name.toLowerCase().startsWith(lower) ? 0 : 1 }))
    .sort((a, b) => a.rank - b.rank || a.name.length - b.name.length || (a.name < b.name ? -1 : 1))
    .slice(0, most.names);
  const readable = openBlobs(searcher, scope);
  const defines = searcher.database.prepare('SELECT blob FROM mention WHERE name = ? AND role = 0');
  const found: string[] = [];
  for (const { id, name } of matching) {
    if (found.length === limit) break;
    for (const { blob } of defines.iterate(id)) {
      if (!readable.has(blob as number)) continue;
      found.push(name);
      break;
    }
  }
  return found;
}

function openBlobs(searcher: Searcher, scope: Scope): ReadonlySet<number> {
  const open = new OpenPlaces(scope);
  const found = new Set<number>();
  for (const tree of searcher.catalog.trees) {
    const isOpen = open.of(tree.digest);
    if (isOpen === undefined) continue;
    for (const [i, path] of tree.paths.entries()) if (isOpen(path)) found.add(tree.blobs[i] as number);
  }
  return found;
}
