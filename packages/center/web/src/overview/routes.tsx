import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';

export function overviewRoutes(parent: AnyRoute): readonly AnyRoute[] {
  return [
    createRoute({
      getParentRoute: () => parent,
      path: '/',
      component: lazyRouteComponent(() => import('./OverviewPage.tsx'), 'OverviewPage'),
    }),
  ];
}
