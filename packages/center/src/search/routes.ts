import { z, type OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { IncomingMessage } from 'node:http';
import type { CenterContext, CenterEnv } from '../context.ts';
import {
  fileSymbolsSchema,
  searchPageSchema,
  suggestionsSchema,
  symbolsPageSchema,
  type SearchPage,
} from '../contract/search.ts';
import { clientAddressOf, limitKey } from '../http/client-address.ts';
import { openFile, pathQuery, record, treeParams, type SourceArea } from '../source/reading.ts';
import { readerTwin } from '../twin.ts';
import { isVitrineError } from '@vitrine/evidence';
import type { Asker, Search } from './service.ts';

const searchQuery = z.object({
  q: z.string().max(1_000).optional(),
  page: z.coerce.number().int().min(1).max(1_000).optional(),
});
const suggestQuery = z.object({ q: z.string().max(1_000) });
const symbolsQuery = z.object({
  name: z.string().min(1).max(200),
  tree: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  /** path:line of the place from which it is asked. */
  from: z.string().max(4_200).optional(),
});

export function addSearch(
  app: OpenAPIHono<CenterEnv>,
  context: CenterContext,
  { search, source }: { readonly search: Search; readonly source: SourceArea },
): void {
  const addressOf = clientAddressOf(context.options.settings?.trustedProxies ?? []);
  const askerOf = (c: Context<CenterEnv>): Asker => {
    const reader = c.get('reader');
    // Absent where the app is asked without a connection.
    const { incoming } = (c.env ?? {}) as { readonly incoming?: IncomingMessage };
    const address = addressOf(incoming?.socket.remoteAddress, c.req.header('x-forwarded-for'));
    return { reader, turn: reader.account ?? `address ${limitKey(address)}` };
  };

  readerTwin(
    app,
    {
      path: '/search',
      summary: 'Search in the source that you may read',
      query: searchQuery,
      answer: searchPageSchema,
    },
    (c, { query: { q = '', page = 1 } }) =>
      q.trim() === '' ? nothingAsked(search) : retryLater(c, search.search(askerOf(c), q, page)),
  );
  readerTwin(
    app,
    {
      path: '/search/suggest',
      summary: 'How a query could go on',
      query: suggestQuery,
      answer: suggestionsSchema,
    },
    (c, { query: { q } }) => retryLater(c, search.suggest(askerOf(c), q)),
  );
  readerTwin(
    app,
    {
      path: '/symbols',
      summary: 'Where a name is defined and used',
      query: symbolsQuery,
      answer: symbolsPageSchema,
    },
    (c, { query: { name, tree, from } }) =>
      retryLater(c, search.symbols(askerOf(c), name, tree, from?.replace(/:\d+$/, ''))),
  );
  readerTwin(
    app,
    {
      path: '/source/:tree/symbols',
      summary: 'The symbols of a file',
      params: treeParams,
      query: pathQuery,
      answer: fileSymbolsSchema,
    },
    async (c, { params, query }) => {
      const opened = await openFile(source, c, params.tree, query.path);
      record(source, opened, 'symbols', query.path);
      return retryLater(c, search.fileSymbols(askerOf(c), opened.file.sha256));
    },
  );
}

function nothingAsked(search: Search): SearchPage {
  return {
    query: '',
    page: 1,
    pages: 0,
    files: 0,
    more: false,
    facets: { product: [], language: [], folder: [] },
    results: [],
    index: search.state(),
  };
}

async function retryLater<T>(c: Context, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (isVitrineError(error, 'search.busy')) c.header('retry-after', '1');
    throw error;
  }
}
