// Every page has a twin in JSON: the page P?query is drawn from P.json?query and from nothing else.

import { z, type OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { isVitrineError } from '@vitrine/evidence';
import { sha256Hex } from '@vitrine/host';
import { fail } from './codes.ts';
import type { CenterContext, CenterEnv } from './context.ts';

export interface TwinPlan<Params, Query, Answer> {
  /** Of the page, in Hono's form: `/releases/:product/:channel`. */
  readonly path: string;
  readonly summary: string;
  readonly params?: z.ZodType<Params>;
  readonly query?: z.ZodType<Query>;
  readonly answer: z.ZodType<Answer>;
}

export interface TwinInput<Params, Query> {
  readonly params: Params;
  readonly query: Query;
}

const none: z.ZodType = z.object({});

/** Where a twin is routed: `/releases.json` becomes `/twin/releases`. The rest of the address stays as it is. */
const twinRoute = (path: string): string => `/twin${path}`;

const exempt = /^\/(?:openapi\.json$|log\/files\/|repository\/|assets\/|do\/|twin\/)/;

/** The path of a request's address: as it stands there, so that guard and routes judge the same text. */
export function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('//') + 2);
  if (start < 0) return '/';
  const query = url.indexOf('?', start);
  return query < 0 ? url.slice(start) : url.slice(start, query);
}

/** Maps the path of a request to its route; hand it to Hono as `getPath`. */
export function routeOf(pathname: string): string {
  if (pathname.startsWith('/twin/')) return '/twin-is-no-address';
  if (!pathname.endsWith('.json') || exempt.test(pathname)) return pathname;
  const bare = pathname.slice(0, -'.json'.length);
  return twinRoute(bare === '/index' ? '/' : bare);
}

function register<P, Q, A>(app: OpenAPIHono<CenterEnv>, plan: TwinPlan<P, Q, A>): void {
  const page = plan.path === '/' ? '/index' : plan.path;
  app.openAPIRegistry.registerPath({
    method: 'get',
    path: `${page.replaceAll(/:([a-z]+)/g, '{$1}')}.json`,
    summary: plan.summary,
    request: {
      ...(plan.params instanceof z.ZodObject ? { params: plan.params } : {}),
      ...(plan.query instanceof z.ZodObject ? { query: plan.query } : {}),
    },
    responses: {
      200: { description: plan.summary, content: { 'application/json': { schema: plan.answer } } },
      default: { description: 'What was refused', content: { 'application/json': { schema: errorSchema } } },
    },
  });
}

function inputOf<P, Q, A>(c: Context<CenterEnv>, plan: TwinPlan<P, Q, A>): TwinInput<P, Q> {
  return {
    params: parse((plan.params ?? none) as z.ZodType<P>, c.req.param()),
    query: parse((plan.query ?? none) as z.ZodType<Q>, c.req.query()),
  };
}

/** Throws `center.request` with the place and the fault. */
export function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [first] = result.error.issues;
  const place = first === undefined ? '' : first.path.map(String).join('.');
  throw fail('center.request', `${place}: ${first?.message ?? 'not of the form it must have'}`);
}

/** A twin that is the same for everyone. `make` must not look at who asks; it runs once for each version of the log. */
export function publicTwin<P = unknown, Q = unknown, A = unknown>(
  app: OpenAPIHono<CenterEnv>,
  context: CenterContext,
  plan: TwinPlan<P, Q, A>,
  make: (input: TwinInput<P, Q>) => A | Promise<A>,
): void {
  register(app, plan);
  app.get(twinRoute(plan.path), (c) =>
    context.answers.answer(c, () => make(inputOf(c, plan)), { hasQuery: plan.query !== undefined }),
  );
}

/** A twin that depends on who asks, kept by nobody but the one who asked. */
export function readerTwin<P = unknown, Q = unknown, A = unknown>(
  app: OpenAPIHono<CenterEnv>,
  plan: TwinPlan<P, Q, A>,
  make: (c: Context<CenterEnv>, input: TwinInput<P, Q>) => A | Promise<A>,
): void {
  register(app, plan);
  app.get(twinRoute(plan.path), async (c) => {
    const body = JSON.stringify(await make(c, inputOf(c, plan)));
    return c.body(body, 200, { 'content-type': json, 'cache-control': 'private, no-store', vary: 'Cookie' });
  });
}

const json = 'application/json; charset=utf-8';

interface Kept {
  readonly version: number;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly etag: string;
}

const mostKept = 2_000;

/** Answers that are the same for everyone, by address; forgotten all at once when there are too many. */
export class PublicAnswers {
  readonly #version: () => number;
  readonly #kept = new Map<string, Kept>();

  constructor(version: () => number) {
    this.#version = version;
  }

  /**
   * `type`: of an answer that is text; by default what `make` gives is written as JSON. Without `hasQuery` the
   * query does not matter, so that nobody can fill the memory with one answer under many addresses.
   */
  async answer(
    c: Context<CenterEnv>,
    make: () => unknown,
    { type = json, hasQuery = false }: { readonly type?: string; readonly hasQuery?: boolean } = {},
  ): Promise<Response> {
    const version = this.#version();
    // The guard has seen that it is asked for by one host alone.
    const { url } = c.req;
    const query = hasQuery ? -1 : url.indexOf('?');
    const key = query < 0 ? url : url.slice(0, query);
    let kept = this.#kept.get(key);
    if (kept?.version !== version) {
      const made = await make();
      const body = Buffer.from(type !== json && typeof made === 'string' ? made : JSON.stringify(made));
      kept = { version, body: new Uint8Array(body), etag: `"${sha256Hex(body).slice(0, 32)}"` };
      if (this.#kept.size >= mostKept) this.#kept.clear();
      this.#kept.set(key, kept);
    }
    const headers = { etag: kept.etag, 'cache-control': 'public, no-cache' };
    if (c.req.header('if-none-match') === kept.etag) return c.body(null, 304, headers);
    return c.body(kept.body, 200, { ...headers, 'content-type': type });
  }
}

const errorSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) }).openapi('Error');

/** The one form of every error. Messages of our own errors are made for readers; others are not shown. */
export function errorBody(error: unknown): { readonly error: { code: string; message: string } } {
  if (isVitrineError(error)) return { error: { code: error.code, message: error.message } };
  return { error: { code: 'center.internal', message: 'the Center failed to answer' } };
}
