// Every page by its address. Areas add their own; each page is loaded when it is first visited.

import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type AnyRouter,
} from '@tanstack/react-router';
import { accessRoutes } from './access/routes.tsx';
import { accountRoutes } from './account/routes.tsx';
import { findingRoutes } from './findings/routes.tsx';
import { Frame } from './frame/Frame.tsx';
import { NotFound } from './frame/NotFound.tsx';
import { logRoutes } from './log/routes.tsx';
import { overviewRoutes } from './overview/routes.tsx';
import { rebuildRoutes } from './rebuilds/routes.tsx';
import { releaseRoutes } from './releases/routes.tsx';
import { residencyRoutes } from './residency/routes.tsx';
import { reviewRoutes } from './reviews/routes.tsx';
import { searchRoutes } from './search/routes.tsx';
import { searchOf } from './search-text.ts';
import { sourceRoutes } from './source/routes.tsx';

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound });

const keys = createRoute({
  getParentRoute: () => root,
  path: '/help/keys',
  component: lazyRouteComponent(() => import('./frame/KeysPage.tsx'), 'KeysPage'),
});

export const router: AnyRouter = createRouter({
  routeTree: root.addChildren([
    keys,
    ...overviewRoutes(root),
    ...releaseRoutes(root),
    ...rebuildRoutes(root),
    ...logRoutes(root),
    ...findingRoutes(root),
    ...residencyRoutes(root),
    ...accessRoutes(root),
    ...accountRoutes(root),
    ...searchRoutes(root),
    ...reviewRoutes(root),
    ...sourceRoutes(root),
  ]),
  defaultPreload: 'intent',
  scrollRestoration: true,
  // Addresses are the server's: ?path=a%20b stays text, numbers are not guessed.
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: searchOf,
});
