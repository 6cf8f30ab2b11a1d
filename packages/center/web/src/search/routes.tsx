import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';

export function searchRoutes(parent: AnyRoute): readonly AnyRoute[] {
  const getParentRoute = (): AnyRoute => parent;
  return [
    createRoute({
      getParentRoute,
      path: '/search',
      component: lazyRouteComponent(() => import('./SearchPage.tsx'), 'SearchPage'),
    }),
    createRoute({
      getParentRoute,
      path: '/symbols',
      component: lazyRouteComponent(() => import('./SymbolsPage.tsx'), 'SymbolsPage'),
    }),
  ];
}
