// Where a name is defined and used, in one tree or in all that are open to the reader.

import type { FileSymbols, SymbolPlace } from '../contract/search.ts';
import { releasesOf, type Searcher } from '../search/execute.ts';
import { lineAt, lineStarts, shownLine } from '../search/lines.ts';
import { OpenPlaces, type Scope } from '../search/scope.ts';
import type { Place } from '../search/truth.ts';

export interface SymbolQuestion {
  readonly name: string;
  /** Undefined: everywhere, each file once. */
  readonly tree: string | undefined;
  /** The encoded path from which it is asked: what is near comes first. */
  readonly from: string | undefined;
}

const most = { definitions: 100, references: 200, files: 200 } as const;

export interface SymbolAnswer {
  readonly definitions: readonly SymbolPlace[];
  readonly references: readonly SymbolPlace[];
  readonly more: boolean;
}

export function findSymbols(
  searcher: Searcher,
  { name, tree, from }: SymbolQuestion,
  scope: Scope,
): SymbolAnswer {
  searcher.catalog.refresh();
  const { catalog, database } = searcher;
  const id = database.prepare('SELECT id FROM name WHERE name = ?').get(name)?.['id'] as number | undefined;
  if (id === undefined) return { definitions: [], references: [], more: false };
  const blobs = new Set(
    database
      .prepare('SELECT blob FROM mention WHERE name = ?')
      .all(id)
      .map(({ blob }) => blob as number),
  );
  const places = openPlacesOf(searcher, blobs, tree, scope).sort(
    (a, b) =>
      distance(catalog.paths[a.first.path] as string, from) -
      distance(catalog.paths[b.first.path] as string, from),
  );
  const definitions: SymbolPlace[] = [];
  const references: SymbolPlace[] = [];
  let more = places.length > most.files;
  for (const { first, all } of places.slice(0, most.files)) {
    const text = searcher.texts.get(first.blob);
    const starts = lineStarts(text);
    for (const symbol of searcher.outline(first.blob).symbols) {
      if (symbol.name !== name) continue;
      const [list, limit] =
        symbol.role === 'definition' ? [definitions, most.definitions] : [references, most.references];
      if (list.length === limit) {
        more = true;
        continue;
      }
      list.push({
        tree: first.tree.digest,
        path: catalog.paths[first.path] as string,
        sha256: searcher.digestOf(first.blob),
        language: catalog.language(first.path),
        releases: releasesOf(all),
        role: symbol.role,
        kind: symbol.kind,
        line: symbol.line,
        column: symbol.column,
        text: shownLine(lineAt(text, starts, symbol.line), symbol.line, [
          [symbol.column - 1, symbol.column - 1],
        ]).text,
      });
    }
  }
  return { definitions, references, more };
}

/** Each blob once, newest tree first and in path order. */
function openPlacesOf(
  { catalog }: Searcher,
  blobs: ReadonlySet<number>,
  only: string | undefined,
  scope: Scope,
): { readonly first: Place; readonly all: Place[] }[] {
  const open = new OpenPlaces(scope);
  const byBlob = new Map<number, { readonly first: Place; readonly all: Place[] }>();
  for (const tree of catalog.trees) {
    const isOpen = only === undefined || only === tree.digest ? open.of(tree.digest) : undefined;
    if (isOpen === undefined) continue;
    for (let i = 0; i < tree.blobs.length; i++) {
      const blob = tree.blobs[i] as number;
      const path = tree.paths[i] as number;
      if (!blobs.has(blob) || !isOpen(path)) continue;
      const place = { tree, path, blob };
      const known = byBlob.get(blob);
      if (known === undefined) byBlob.set(blob, { first: place, all: [place] });
      else known.all.push(place);
    }
  }
  return [...byBlob.values()];
}

/** 0 in the same file, then by how many folders lie between; files of other languages last. */
function distance(path: string, from: string | undefined): number {
  if (from === undefined || path === from) return 0;
  const [a, b] = [path.split('/'), from.split('/')];
  let same = 0;
  while (same < a.length && a[same] === b[same]) same++;
  const ending = (text: string): string => text.slice(text.lastIndexOf('.') + 1);
  return a.length + b.length - 2 * same + (ending(path) === ending(from) ? 0 : 1_000);
}

export function symbolsOfFile(searcher: Searcher, sha256: string): FileSymbols {
  searcher.catalog.refresh();
  const row = searcher.database.prepare('SELECT id, state, symbols FROM blob WHERE sha256 = ?').get(sha256);
  if (row === undefined || row['state'] === 'waiting') return { state: 'waiting', fault: null, symbols: [] };
  return { state: row['symbols'] as FileSymbols['state'], ...searcher.outline(row['id'] as number) };
}
