import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';

export function rebuildRoutes(parent: AnyRoute): readonly AnyRoute[] {
  const getParentRoute = (): AnyRoute => parent;
  return [
    createRoute({
      getParentRoute,
      path: '/rebuilds',
      component: lazyRouteComponent(() => import('./RebuildsPage.tsx'), 'RebuildsPage'),
    }),
    createRoute({
      getParentRoute,
      path: '/rebuilds/$product/$channel/$sequence',
      component: lazyRouteComponent(() => import('./ReleaseRebuildsPage.tsx'), 'ReleaseRebuildsPage'),
    }),
  ];
}
