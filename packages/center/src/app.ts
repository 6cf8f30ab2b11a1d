// The whole of what the Center answers, area by area. Middlewares come first, then twins, then the pages
// that are drawn from them.

import { randomUUID } from 'node:crypto';
import { OpenAPIHono } from '@hono/zod-openapi';
import { isVitrineError } from '@vitrine/evidence';
import { fail } from './codes.ts';
import type { CenterContext, CenterEnv } from './context.ts';
import { addFrame } from './frame.ts';
import { addLog } from './log/routes.ts';
import { addOverview } from './overview/routes.ts';
import { pagePaths } from './pages.ts';
import { addRebuilds } from './rebuilds/routes.ts';
import { addReleases } from './releases/routes.ts';
import { addRepositoryProxy } from './repository/proxy.ts';
import { errorBody, routeOf } from './twin.ts';
import type { Asset, WebFiles } from './web.ts';

export function centerApp(context: CenterContext, web: WebFiles): OpenAPIHono<CenterEnv> {
  const app = new OpenAPIHono<CenterEnv>({ getPath: (request) => routeOf(new URL(request.url).pathname) });

  app.use(async (c, next) => {
    c.set('requestId', randomUUID());
    c.set('reader', { account: undefined, name: undefined, groups: [] });
    await next();
  });
  app.onError((error, c) => c.json(errorBody(error), statusOf(error)));
  app.notFound((c) => c.json(errorBody(fail('center.not-found', 'there is no such page')), 404));

  addFrame(app, context);
  addLog(app, context);
  addOverview(app, context);
  addReleases(app, context);
  addRebuilds(app, context);
  addRepositoryProxy(app, context);

  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'Vitrine Transparency Center', version: '1' },
  });
  for (const path of pagePaths)
    app.get(path, (c) => send(c.req.header('accept-encoding'), web.page, 'no-cache'));
  app.get('/assets/:name', (c) => {
    const found = web.assets.get(c.req.param('name'));
    if (found === undefined) return c.notFound();
    return send(c.req.header('accept-encoding'), found, 'public, max-age=31536000, immutable');
  });
  return app;
}

function send(accepts: string | undefined, asset: Asset, cache: string): Response {
  const brotli = /\bbr\b/.test(accepts ?? '');
  return new Response(brotli ? asset.brotli : asset.bytes, {
    headers: {
      'content-type': asset.type,
      'cache-control': cache,
      etag: asset.etag,
      vary: 'accept-encoding',
      ...(brotli ? { 'content-encoding': 'br' } : {}),
    },
  });
}

/** The HTTP status of an error, by its code; whatever is not ours is our fault. */
function statusOf(error: unknown): 400 | 403 | 404 | 409 | 413 | 429 | 500 | 503 {
  if (!isVitrineError(error)) return 500;
  return statuses[error.code] ?? (error.exit === 2 ? 400 : error.exit === 5 ? 503 : 500);
}

const statuses: Readonly<Record<string, 400 | 403 | 404 | 409 | 413 | 429 | 500 | 503>> = {
  'center.not-found': 404,
  'center.request': 400,
};
