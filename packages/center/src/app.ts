// The whole of what the Center answers, area by area. Middlewares come first, then twins, then the pages
// that are drawn from them.

import { OpenAPIHono } from '@hono/zod-openapi';
import { addAccess } from './access/routes.ts';
import { addAccounts } from './accounts/routes.ts';
import type { CenterContext, CenterEnv } from './context.ts';
import { addFrame } from './frame.ts';
import { addLog } from './log/routes.ts';
import { errorAnswers, reportOf } from './http/errors.ts';
import { addGuard } from './http/guard.ts';
import { addOverview } from './overview/routes.ts';
import { pagePaths } from './pages.ts';
import { addRebuilds } from './rebuilds/routes.ts';
import { addReleases } from './releases/routes.ts';
import { addRepositoryProxy } from './repository/proxy.ts';
import { addResidency } from './residency/routes.ts';
import { addQuestions, addReviews, type ReviewArea } from './reviews/index.ts';
import { addSearch, type Search } from './search/index.ts';
import { addSource, type SourceArea } from './source/index.ts';
import { pathOf, routeOf } from './twin.ts';
import type { Asset, WebFiles } from './web.ts';

/** What areas have opened besides the context. */
export interface Areas {
  readonly source: SourceArea;
  readonly search: Search;
  readonly reviews: ReviewArea;
}

export function centerApp(context: CenterContext, areas: Areas, web: WebFiles): OpenAPIHono<CenterEnv> {
  const app = new OpenAPIHono<CenterEnv>({ getPath: (request) => routeOf(pathOf(request.url)) });

  const errors = errorAnswers(web, reportOf(context.options));
  app.onError((error, c) => errors.onError(error, c));
  app.notFound((c) => errors.notFound(c));
  addGuard(app, context);

  addFrame(app, context);
  addOverview(app, context);
  addReleases(app, context);
  addRebuilds(app, context);
  addRepositoryProxy(app, context);
  addLog(app, context);
  addResidency(app, context);
  addAccounts(app, context, areas.reviews);
  addAccess(app, context);
  addSource(app, areas.source);
  addSearch(app, context, areas);
  addQuestions(app, areas.reviews);
  addReviews(app, areas.reviews);

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
