import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';

export function accountRoutes(parent: AnyRoute): readonly AnyRoute[] {
  const getParentRoute = (): AnyRoute => parent;
  return [
    createRoute({
      getParentRoute,
      path: '/sign-in',
      component: lazyRouteComponent(() => import('./SignInPage.tsx'), 'SignInPage'),
    }),
    createRoute({
      getParentRoute,
      path: '/invitation/$token',
      component: lazyRouteComponent(() => import('./InvitationPage.tsx'), 'InvitationPage'),
    }),
    createRoute({
      getParentRoute,
      path: '/account',
      component: lazyRouteComponent(() => import('./AccountPage.tsx'), 'AccountPage'),
    }),
  ];
}
