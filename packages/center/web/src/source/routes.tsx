import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';

export function sourceRoutes(parent: AnyRoute): readonly AnyRoute[] {
  const getParentRoute = (): AnyRoute => parent;
  return [
    createRoute({
      getParentRoute,
      path: '/source',
      component: lazyRouteComponent(() => import('./CataloguePage.tsx'), 'CataloguePage'),
    }),
    createRoute({
      getParentRoute,
      path: '/source/compare',
      component: lazyRouteComponent(() => import('./compare/ComparePage.tsx'), 'ComparePage'),
    }),
    createRoute({
      getParentRoute,
      path: '/source/$tree',
      component: lazyRouteComponent(() => import('./TreePage.tsx'), 'TreePage'),
    }),
    createRoute({
      getParentRoute,
      path: '/source/$tree/file',
      component: lazyRouteComponent(() => import('./FilePage.tsx'), 'FilePage'),
    }),
    createRoute({
      getParentRoute,
      path: '/source/$tree/history',
      component: lazyRouteComponent(() => import('./HistoryPage.tsx'), 'HistoryPage'),
    }),
    createRoute({
      getParentRoute,
      path: '/source/$tree/blame',
      component: lazyRouteComponent(() => import('./BlamePage.tsx'), 'BlamePage'),
    }),
  ];
}
