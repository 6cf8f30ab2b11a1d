import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { KeysProvider } from './ui/keys.tsx';
import { router } from './router.tsx';
import { TwinError } from './twin.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/frame.css';
import './styles/ui.css';

/** What was refused is refused again; what was not reached, or failed, may be there the second time. */
const tryAgain = (failures: number, error: Error): boolean =>
  failures < 1 && !(error instanceof TwinError && error.refusal.status >= 400 && error.refusal.status < 500);

const client = new QueryClient({
  defaultOptions: { queries: { retry: tryAgain, staleTime: 5_000, refetchOnWindowFocus: true } },
});
const root = document.getElementById('root');
if (root === null) throw new Error('the page has no place to be drawn in');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <KeysProvider>
        <RouterProvider router={router} />
      </KeysProvider>
    </QueryClientProvider>
  </StrictMode>,
);
