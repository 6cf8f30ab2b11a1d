import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';

export function reviewRoutes(parent: AnyRoute): readonly AnyRoute[] {
  const getParentRoute = (): AnyRoute => parent;
  return [
    createRoute({
      getParentRoute,
      path: '/reviews',
      component: lazyRouteComponent(() => import('./ReviewsPage.tsx'), 'ReviewsPage'),
    }),
    createRoute({
      getParentRoute,
      path: '/reviews/$id',
      component: lazyRouteComponent(() => import('./ReviewPage.tsx'), 'ReviewPage'),
    }),
    createRoute({
      getParentRoute,
      path: '/questions',
      component: lazyRouteComponent(() => import('./QuestionsPage.tsx'), 'QuestionsPage'),
    }),
    createRoute({
      getParentRoute,
      path: '/questions/$id',
      component: lazyRouteComponent(() => import('./ThreadPage.tsx'), 'ThreadPage'),
    }),
  ];
}
