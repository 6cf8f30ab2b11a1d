import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';

export function logRoutes(parent: AnyRoute): readonly AnyRoute[] {
  const getParentRoute = (): AnyRoute => parent;
  return [
    createRoute({
      getParentRoute,
      path: '/log',
      component: lazyRouteComponent(() => import('./LogPage.tsx'), 'LogPage'),
    }),
    createRoute({
      getParentRoute,
      path: '/log/entries/$index',
      component: lazyRouteComponent(() => import('./EntryPage.tsx'), 'EntryPage'),
    }),
    createRoute({
      getParentRoute,
      path: '/log/witnesses',
      component: lazyRouteComponent(() => import('./WitnessesPage.tsx'), 'WitnessesPage'),
    }),
  ];
}
