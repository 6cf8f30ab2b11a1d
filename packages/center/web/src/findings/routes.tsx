import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';

export function findingRoutes(parent: AnyRoute): readonly AnyRoute[] {
  const getParentRoute = (): AnyRoute => parent;
  return [
    createRoute({
      getParentRoute,
      path: '/findings',
      component: lazyRouteComponent(() => import('./FindingsPage.tsx'), 'FindingsPage'),
    }),
    createRoute({
      getParentRoute,
      path: '/findings/$index',
      component: lazyRouteComponent(() => import('./FindingPage.tsx'), 'FindingPage'),
    }),
  ];
}
