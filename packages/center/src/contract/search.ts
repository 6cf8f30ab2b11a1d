// The JSON twins of /search and /symbols. Paths are encoded as in docs/spec/tree.md; lines and columns count
// from 1, columns and offsets in UTF-16 units.

import { z } from '@hono/zod-openapi';

export interface SearchRelease {
  readonly product: string;
  readonly channel: string;
  readonly sequence: number;
  readonly version: string;
  /** Tree digest, hex. */
  readonly tree: string;
}

const release: z.ZodType<SearchRelease> = z.object({
  product: z.string(),
  channel: z.string(),
  sequence: z.number().int(),
  version: z.string(),
  tree: z.string(),
});

export interface SearchLine {
  readonly number: number;
  /** The line, or the part of a long line around its first match. */
  readonly text: string;
  /** How much of the line stands before `text`. */
  readonly from: number;
  /** Whether the line goes on after `text`. */
  readonly more: boolean;
  /** Matches in `text` as offsets [from, to). Empty for a line of context. */
  readonly ranges: readonly (readonly [number, number])[];
}

const line: z.ZodType<SearchLine> = z.object({
  number: z.number().int(),
  text: z.string(),
  from: z.number().int(),
  more: z.boolean(),
  ranges: z.array(z.tuple([z.number().int(), z.number().int()])),
});

export interface SearchFile {
  /** The newest tree that holds it under this path. */
  readonly tree: string;
  readonly path: string;
  readonly sha256: string;
  readonly language: string;
  readonly products: readonly string[];
  /** Every release that holds these bytes where the reader may read them, newest first. */
  readonly releases: readonly SearchRelease[];
  /** The same bytes under other paths. */
  readonly also: readonly { readonly tree: string; readonly path: string }[];
  /** Matching lines, counted up to 1,000. */
  readonly matches: number;
  /** Runs of lines: matching ones, and two around each. */
  readonly chunks: readonly (readonly SearchLine[])[];
}

const file: z.ZodType<SearchFile> = z.object({
  tree: z.string(),
  path: z.string(),
  sha256: z.string(),
  language: z.string(),
  products: z.array(z.string()),
  releases: z.array(release),
  also: z.array(z.object({ tree: z.string(), path: z.string() })),
  matches: z.number().int(),
  chunks: z.array(z.array(line)),
});

export type Facet = readonly { readonly value: string; readonly files: number }[];

const facet: z.ZodType<Facet> = z.array(z.object({ value: z.string(), files: z.number().int() }));

export interface IndexState {
  readonly trees: { readonly known: number; readonly whole: number };
  /** How much of the released source is indexed: below 100 results are not complete. */
  readonly percent: number;
  readonly symbolsPercent: number;
  readonly trouble: string | null;
}

const indexState: z.ZodType<IndexState> = z.object({
  trees: z.object({ known: z.number().int(), whole: z.number().int() }),
  percent: z.number().int(),
  symbolsPercent: z.number().int(),
  trouble: z.string().nullable(),
});

export interface SearchPage {
  readonly query: string;
  readonly page: number;
  readonly pages: number;
  /** Files that match; counting ends at a limit, and `more` says so. */
  readonly files: number;
  readonly more: boolean;
  readonly facets: { readonly product: Facet; readonly language: Facet; readonly folder: Facet };
  readonly results: readonly SearchFile[];
  readonly index: IndexState;
}

export const searchPageSchema: z.ZodType<SearchPage> = z.object({
  query: z.string(),
  page: z.number().int(),
  pages: z.number().int(),
  files: z.number().int(),
  more: z.boolean(),
  facets: z.object({ product: facet, language: facet, folder: facet }),
  results: z.array(file),
  index: indexState,
});

export interface Suggestion {
  readonly kind: 'word' | 'product' | 'language' | 'file' | 'symbol';
  readonly label: string;
  /** The whole query with the suggestion taken. */
  readonly query: string;
}

export interface Suggestions {
  readonly suggestions: readonly Suggestion[];
}

export const suggestionsSchema: z.ZodType<Suggestions> = z.object({
  suggestions: z.array(
    z.object({
      kind: z.enum(['word', 'product', 'language', 'file', 'symbol']),
      label: z.string(),
      query: z.string(),
    }),
  ),
});

export type SymbolRole = 'definition' | 'reference';
const role = z.enum(['definition', 'reference']);

export interface SymbolPlace {
  readonly tree: string;
  readonly path: string;
  readonly sha256: string;
  readonly language: string;
  readonly releases: readonly SearchRelease[];
  readonly role: SymbolRole;
  /** function, class, method, type, constant, call … as the grammar calls it. */
  readonly kind: string;
  readonly line: number;
  readonly column: number;
  /** The line. */
  readonly text: string;
}

const place: z.ZodType<SymbolPlace> = z.object({
  tree: z.string(),
  path: z.string(),
  sha256: z.string(),
  language: z.string(),
  releases: z.array(release),
  role,
  kind: z.string(),
  line: z.number().int(),
  column: z.number().int(),
  text: z.string(),
});

export interface SymbolsPage {
  readonly name: string;
  readonly tree: string | null;
  /** What is nearest to where it was asked from comes first. */
  readonly definitions: readonly SymbolPlace[];
  readonly references: readonly SymbolPlace[];
  readonly more: boolean;
  readonly index: IndexState;
}

export const symbolsPageSchema: z.ZodType<SymbolsPage> = z.object({
  name: z.string(),
  tree: z.string().nullable(),
  definitions: z.array(place),
  references: z.array(place),
  more: z.boolean(),
  index: indexState,
});

export interface SymbolInFile {
  readonly name: string;
  readonly role: SymbolRole;
  readonly kind: string;
  readonly line: number;
  readonly column: number;
}

/** `/source/:tree/symbols.json?path=` */
export interface FileSymbols {
  /** `partly`: some may be missing, `failed`: all are, `none`: no grammar knows this language. */
  readonly state: 'done' | 'partly' | 'failed' | 'waiting' | 'none';
  /** Why symbols are missing, in words. */
  readonly fault: string | null;
  readonly symbols: readonly SymbolInFile[];
}

export const fileSymbolsSchema: z.ZodType<FileSymbols> = z.object({
  state: z.enum(['done', 'partly', 'failed', 'waiting', 'none']),
  fault: z.string().nullable(),
  symbols: z.array(
    z.object({
      name: z.string(),
      role,
      kind: z.string(),
      line: z.number().int(),
      column: z.number().int(),
    }),
  ),
});
