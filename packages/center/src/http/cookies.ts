// The two cookies of the Center. `__Host-`: only over a safe channel (browsers count http://localhost as
// one), for this host alone, set by nobody beside it. Lax, because the issuer of OpenID Connect sends
// readers back from its own site; changes are protected by more than that (csrf.ts).

import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';

const names = { session: '__Host-vitrine-session', flow: '__Host-vitrine-flow' } as const;
export type CookieName = keyof typeof names;

export function readCookie(c: Context, name: CookieName): string | undefined {
  return getCookie(c, names[name]);
}

export function writeCookie(c: Context, name: CookieName, value: string, maxAgeMs: number): void {
  setCookie(c, names[name], value, {
    path: '/',
    secure: true,
    httpOnly: true,
    sameSite: 'Lax',
    maxAge: Math.floor(maxAgeMs / 1_000),
  });
}

export function dropCookie(c: Context, name: CookieName): void {
  deleteCookie(c, names[name], { path: '/', secure: true });
}
