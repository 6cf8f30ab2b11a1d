import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';

export function residencyRoutes(parent: AnyRoute): readonly AnyRoute[] {
  const getParentRoute = (): AnyRoute => parent;
  return [
    createRoute({
      getParentRoute,
      path: '/residency',
      component: lazyRouteComponent(() => import('./ResidencyPage.tsx'), 'ResidencyPage'),
    }),
    createRoute({
      getParentRoute,
      path: '/residency/centers/$id',
      component: lazyRouteComponent(() => import('./CenterPage.tsx'), 'CenterPage'),
    }),
    createRoute({
      getParentRoute,
      path: '/consent',
      component: lazyRouteComponent(() => import('./ConsentPage.tsx'), 'ConsentPage'),
    }),
    createRoute({
      getParentRoute,
      path: '/grants',
      component: lazyRouteComponent(() => import('./GrantsPage.tsx'), 'GrantsPage'),
    }),
    // Alone loads the code that judges reports.
    createRoute({
      getParentRoute,
      path: '/my-data',
      component: lazyRouteComponent(() => import('../mydata/MyDataPage.tsx'), 'MyDataPage'),
    }),
  ];
}
