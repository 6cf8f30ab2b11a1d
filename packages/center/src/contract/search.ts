// The JSON twins of /search and /symbols.
import { z } from '@hono/zod-openapi';

const release = z.object({
  product: z.string(),
  channel: z.string(),
  sequence: z.int(),
  version: z.string(),
  tree: z.string().describe('Tree digest, hex.'),
});

const line = z.object({
  number: z.int().describe('From 1.'),
  text: z.string().describe('The line, or the part of a long line around its first match.'),
  from: z.int().describe('How many UTF-16 units of the line stand before `text`.'),
  more: z.boolean().describe('Whether the line goes on after `text`.'),
  ranges: z
    .array(z.tuple([z.int(), z.int()]))
    .describe('Matches in `text`, as UTF-16 offsets [from, to). Empty for a line of context.'),
});

const file = z.object({
  tree: z.string().describe('The newest tree that holds it under this path.'),
  path: z.string().describe('Encoded as in docs/spec/tree.md.'),
  sha256: z.string(),
  language: z.string(),
  products: z.array(z.string()),
  releases: z.array(release).describe('Every release that holds these bytes and may be read, newest first.'),
  also: z
    .array(z.object({ tree: z.string(), path: z.string() }))
    .describe('The same bytes under other paths.'),
  matches: z.int().describe('Matching lines, counted up to 1,000.'),
  chunks: z.array(z.array(line)).describe('Runs of lines: the matching ones and two around each.'),
});

const facet = z.array(z.object({ value: z.string(), files: z.int() }));

export const indexState = z.object({
  trees: z.object({ known: z.int(), whole: z.int() }),
  percent: z
    .number()
    .describe('How much of the released source is indexed; below 100 results are not complete.'),
  symbolsPercent: z.number(),
  trouble: z.string().nullable(),
});

export const searchPage = z.object({
  query: z.string(),
  page: z.int(),
  pages: z.int(),
  files: z.int().describe('Files that match; counting ends at 500.'),
  more: z.boolean().describe('Whether there are more than were counted.'),
  facets: z.object({ product: facet, language: facet, folder: facet }),
  results: z.array(file),
  index: indexState,
});

export const suggestions = z.object({
  suggestions: z.array(
    z.object({
      kind: z.enum(['word', 'product', 'language', 'file', 'symbol']),
      label: z.string(),
      query: z.string().describe('The whole query with the suggestion taken.'),
    }),
  ),
});

const symbol = z.object({
  name: z.string(),
  role: z.enum(['definition', 'reference']),
  kind: z.string().describe('function, class, method, type, constant, call …'),
  line: z.int(),
  column: z.int().describe('From 1, in UTF-16 units.'),
});

const place = z.object({
  tree: z.string(),
  path: z.string(),
  sha256: z.string(),
  language: z.string(),
  releases: z.array(release),
  role: symbol.shape.role,
  kind: z.string(),
  line: z.int(),
  column: z.int(),
  text: z.string(),
});

export const symbolsPage = z.object({
  name: z.string(),
  tree: z.string().nullable(),
  definitions: z.array(place),
  references: z.array(place),
  more: z.boolean(),
  index: indexState,
});

export const fileSymbols = z.object({
  state: z.enum(['done', 'partly', 'failed', 'waiting', 'none']),
  fault: z.string().nullable().describe('Why symbols are missing, in words.'),
  symbols: z.array(symbol),
});

export type SearchRelease = z.infer<typeof release>;
export type SearchLine = z.infer<typeof line>;
export type SearchFile = z.infer<typeof file>;
export type Facet = z.infer<typeof facet>;
export type IndexState = z.infer<typeof indexState>;
export type SearchPage = z.infer<typeof searchPage>;
export type Suggestions = z.infer<typeof suggestions>;
export type SymbolInFile = z.infer<typeof symbol>;
export type SymbolPlace = z.infer<typeof place>;
export type SymbolsPage = z.infer<typeof symbolsPage>;
export type FileSymbols = z.infer<typeof fileSymbols>;
