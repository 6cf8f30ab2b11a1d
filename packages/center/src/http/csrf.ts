// A change is made by our own pages or by a program, never by another site in a reader's browser: three
// things that such a site cannot have. Browsers say where a request comes from (Origin, Sec-Fetch-Site);
// JSON cannot be sent by a form; and the header is one that only our own script, which read it from the
// frame of this session, can send.

import { timingSafeEqual } from 'node:crypto';
import { utf8 } from '@vitrine/evidence';
import { fail } from '../codes.ts';

const csrfHeader = 'x-vitrine-csrf';
/** The header's value of somebody without a session: its presence says that no form sent it. */
export const withoutSession = 'none';

export interface ChangeRequest {
  readonly header: (name: string) => string | undefined;
  /** Of the session that the cookie brought, if any. */
  readonly csrf: string | undefined;
}

export function requireOwnRequest({ header, csrf }: ChangeRequest, origin: URL): void {
  if (header('origin') !== origin.origin)
    throw fail('center.csrf', 'a change comes from a page of this Center; the header Origin says another');
  const site = header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin')
    throw fail('center.csrf', 'a change comes from a page of this Center; the browser says it is another');
  if (!/^application\/json(?:;|$)/.test(header('content-type') ?? ''))
    throw fail('center.csrf', 'a change is sent as application/json');
  if (!same(header(csrfHeader) ?? '', csrf ?? withoutSession))
    throw fail('center.csrf', `the header ${csrfHeader} is not the one of this session; load the page again`);
}

function same(a: string, b: string): boolean {
  const [left, right] = [utf8(a), utf8(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
