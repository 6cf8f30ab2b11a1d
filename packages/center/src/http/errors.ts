// Errors as answers: JSON for twins and changes, a page for people. Our own say what and why; of any other
// nobody is told more than the request's id, under which the operator finds it.

import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { isVitrineError } from '@vitrine/evidence';
import { fail } from '../codes.ts';
import type { CenterEnv, CenterOptions } from '../context.ts';
import { publicWords } from '../public-words.ts';
import { errorBody } from '../twin.ts';
import type { WebFiles } from '../web.ts';

const statuses: Readonly<Record<string, ContentfulStatusCode>> = {
  'center.not-found': 404,
  'center.request': 400,
  'center.method': 405,
  'center.host': 421,
  'center.csrf': 403,
  'center.tier': 403,
  'center.body': 413,
  'center.busy': 429,
  'center.timeout': 503,
  'access.record-full': 429,
  'access.unrecorded': 403,
  'account.signed-out': 401,
  'account.not-fresh': 403,
  'account.passkey': 403,
  'account.invitation': 410,
  'account.ceremony': 409,
  'account.unknown': 404,
  'account.issuer': 403,
  'account.oidc': 403,
  'review.refused': 403,
  'review.key': 403,
  'review.state': 409,
  'review.too-many': 429,
  'account.oidc-unreachable': 503,
  'database.busy': 503,
  'source.store-lies': 502,
  'source.store-missing': 503,
  'source.too-large': 413,
  'source.git': 503,
  'source.worker': 503,
  'search.timeout': 503,
  'search.busy': 503,
  'search.index': 503,
};

/** The HTTP status of an error, by its code; whatever is not ours is our fault. */
function statusOf(error: unknown): ContentfulStatusCode {
  if (!isVitrineError(error)) return 500;
  return statuses[error.code] ?? (error.exit === 2 ? 400 : error.exit === 5 ? 503 : 500);
}

function bodyOf(error: unknown, status: number): ReturnType<typeof errorBody> {
  if (status === 500 || !isVitrineError(error)) return errorBody(undefined);
  return { error: publicWords(error) };
}

type Report = (line: string) => void;

export function reportOf({ report }: Pick<CenterOptions, 'report'>): Report {
  return report ?? ((line) => process.stderr.write(`${line}\n`));
}

export interface ErrorAnswers {
  onError(error: unknown, c: Context<CenterEnv>): Response;
  notFound(c: Context<CenterEnv>): Response;
}

export function errorAnswers(web: WebFiles, report: Report): ErrorAnswers {
  const stylesheets = sheetsOf(web);
  const answer = (error: unknown, c: Context<CenterEnv>): Response => {
    const status = statusOf(error);
    c.header('cache-control', 'private, no-store');
    c.header('vary', 'Cookie');
    const body = bodyOf(error, status);
    if (!wantsPage(c)) return c.json(body, status);
    // The pages draw what is not there themselves, with the way back.
    if (status === 404) {
      const headers = { 'content-type': web.page.type };
      return c.body(web.page.bytes, 404, headers);
    }
    const { code, message } = body.error;
    return c.html(page(stylesheets, status, code, message, c.get('requestId')), status);
  };
  return {
    onError(error, c) {
      // An error of ours with status 500 is as much a defect as one of somebody else's.
      if (statusOf(error) === 500) report(`request ${c.get('requestId')}: ${detailOf(error)}`);
      return answer(error, c);
    },
    notFound: (c) => answer(fail('center.not-found', 'there is no such page'), c),
  };
}

/** Where it happened; what was asked for stays out of the log, for it may be a reader's. */
function detailOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = isVitrineError(error) ? ` ${error.code}` : '';
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return `${error.name}${code}\n${places.slice(0, 12).join('\n')}`;
}

function wantsPage(c: Context): boolean {
  const { pathname } = new URL(c.req.url);
  return (
    (c.req.method === 'GET' || c.req.method === 'HEAD') &&
    !pathname.endsWith('.json') &&
    /\btext\/html\b/.test(c.req.header('accept') ?? '')
  );
}

function sheetsOf({ page: shell }: WebFiles): readonly string[] {
  const html = Buffer.from(shell.bytes).toString('utf8');
  return [...html.matchAll(/<link [^>]*href="(\/assets\/[A-Za-z0-9_.-]+\.css)"/g)].map(
    ([, href]) => href ?? '',
  );
}

const titles: Readonly<Record<number, string>> = {
  400: 'The request is not understood',
  401: 'Sign in first',
  403: 'This is not open to you',
  405: 'The request is not understood',
  421: 'This is another host',
  429: 'Too many requests',
  503: 'Not available now',
};

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

function page(
  sheets: readonly string[],
  status: number,
  code: string,
  message: string,
  request: string,
): string {
  const title = titles[status] ?? 'The Center failed to answer';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Transparency Center</title>
${sheets.map((href) => `<link rel="stylesheet" href="${href}">`).join('\n')}
</head>
<body>
<div class="frame">
<main id="page">
<h1>${title}</h1>
<section class="state">
<p>${escape(message)}</p>
<p><code>${escape(code)}</code> · request <code>${escape(request)}</code></p>
<p><a href="/">To the overview</a></p>
</section>
</main>
</div>
</body>
</html>
`;
}
