import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';

export function releaseRoutes(parent: AnyRoute): readonly AnyRoute[] {
  const getParentRoute = (): AnyRoute => parent;
  return [
    createRoute({
      getParentRoute,
      path: '/releases',
      component: lazyRouteComponent(() => import('./ReleasesPage.tsx'), 'ReleasesPage'),
    }),
    createRoute({
      getParentRoute,
      path: '/releases/$product/$channel',
      component: lazyRouteComponent(() => import('./ReleasesPage.tsx'), 'ChannelPage'),
    }),
    createRoute({
      getParentRoute,
      path: '/releases/$product/$channel/$sequence',
      component: lazyRouteComponent(() => import('./ReleasePage.tsx'), 'ReleasePage'),
    }),
  ];
}
