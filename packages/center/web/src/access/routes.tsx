import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';

export function accessRoutes(parent: AnyRoute): readonly AnyRoute[] {
  return [
    createRoute({
      getParentRoute: (): AnyRoute => parent,
      path: '/access',
      component: lazyRouteComponent(() => import('./AccessPage.tsx'), 'AccessPage'),
    }),
  ];
}
