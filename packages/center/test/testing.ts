// For benchmarks and tests of other packages: the parts of the Center that are measured one by one, and a world
// to stand it in.

import { OpenAPIHono } from '@hono/zod-openapi';
import type { Center } from '../src/center.ts';
import type { CenterEnv } from '../src/context.ts';

export { statusAnswer, type SupervisorStatus } from '../src/follow/answers.ts';
export { Searcher } from '../src/search/execute.ts';
export { openIndexReader } from '../src/search/schema.ts';
export type { Scope } from '../src/search/scope.ts';
export { parseQuery } from '../src/search/query.ts';
export { SearchPool } from '../src/search/pool.ts';
export { IndexWriter } from '../src/search/writer.ts';
export { SymbolWriter } from '../src/symbols/store.ts';
export { makeCenterWorld, type CenterWorld } from './world.ts';
export type { WorldTree } from './world/source.ts';

/**
 * A Center that answers one address with bytes and does nothing else, but for the headers that every answer has:
 * the floor that pages are measured against.
 */
export function staticApp(body: Uint8Array<ArrayBuffer>, headers: Center['headers']): Center {
  const app = new OpenAPIHono<CenterEnv>();
  app.get('/static', (c) => c.body(body, 200, { 'content-type': 'application/json; charset=utf-8' }));
  return {
    headers,
    app,
    look: () => Promise.resolve(),
    stopped: Promise.resolve(undefined),
    close: () => Promise.resolve(),
  };
}
