// A page's data: the JSON twin of its own address, and nothing else.

import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useMatch } from '@tanstack/react-router';
import { searchOf } from './search-text.ts';

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** What the server said instead of an answer; status 0 when nothing could be reached. */
export class TwinError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

export function twinOf(pathname: string, search: string): string {
  const bare = pathname.replace(/\/+$/, '');
  return `${bare === '' ? '/index' : bare}.json${search}`;
}

export async function getJson<T>(address: string, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(address, {
      headers: { accept: 'application/json' },
      ...(signal ? { signal } : {}),
    });
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    throw new TwinError({ status: 0, code: 'offline', message: 'the Center could not be reached' });
  }
  if (response.ok) return (await response.json()) as T;
  throw new TwinError(await refusalOf(response));
}

/** `csrf` from the frame. Answers what the server answered; throws TwinError otherwise. */
export async function postJson<T>(address: string, body: unknown, csrf: string): Promise<T> {
  let response: Response;
  try {
    response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-vitrine-csrf': csrf },
      body: JSON.stringify(body),
    });
  } catch {
    throw new TwinError({ status: 0, code: 'offline', message: 'the Center could not be reached' });
  }
  if (response.ok) return (await response.json()) as T;
  throw new TwinError(await refusalOf(response));
}

async function refusalOf(response: Response): Promise<Refusal> {
  const { status } = response;
  const body: unknown = await response.json().catch(() => undefined);
  const error = (body as { error?: { code?: unknown; message?: unknown } } | undefined)?.error;
  return {
    status,
    code: typeof error?.code === 'string' ? error.code : `http.${status}`,
    message: typeof error?.message === 'string' ? error.message : `the Center answered with ${status}`,
  };
}

/** The twin of the page that is shown; `T` is the type of its schema in src/contract. */
export function useTwin<T>(): UseQueryResult<T> {
  // Of the match that this page was drawn for: the location is that of the next page already while its code
  // is on the way, and this page would be given an answer that is not its own.
  const { pathname, search }: { readonly pathname: string; readonly search: Record<string, unknown> } =
    useMatch({
      strict: false,
    });
  return useAddress<T>(twinOf(pathname, searchOf(search)));
}

export function useAddress<T>(address: string): UseQueryResult<T> {
  return useQuery<T>({ queryKey: [address], queryFn: ({ signal }) => getJson<T>(address, signal) });
}
