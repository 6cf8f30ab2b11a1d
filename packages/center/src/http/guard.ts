// What every request passes before a route sees it: is it for us, from whom, too often, too large, and if
// it changes something, from our own page?

import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { nobody } from '../access/decide.ts';
import { fail } from '../codes.ts';
import type { CenterContext, CenterEnv } from '../context.ts';
import { defaults } from '../settings.ts';
import { pathOf } from '../twin.ts';
import { clientAddressOf, limitKey } from './client-address.ts';
import { readCookie } from './cookies.ts';
import { requireOwnRequest } from './csrf.ts';
import { costOf, openLimiter } from './rate-limit.ts';

/** Names a request in the log of the Center; a number is had for nothing, and secret it need not be. */
const started = randomBytes(6).toString('hex');
let requests = 0;

export function addGuard(app: OpenAPIHono<CenterEnv>, context: CenterContext): void {
  const { origin, clock, accounts } = context;
  const { trustedProxies = [], limits = {}, timeoutMs = defaults.timeoutMs } = context.options.settings ?? {};
  const addressOf = clientAddressOf(trustedProxies);
  const limiters = {
    reading: openLimiter(limits.reading ?? defaults.reading, clock),
    entry: openLimiter(limits.entry ?? defaults.entry, clock),
  };

  app.use(async (c, next) => {
    c.set('requestId', `${started}-${String(++requests)}`);
    c.set('reader', nobody);
    requireHost(c.req.header('host'), origin);
    const pathname = pathOf(c.req.url);
    const { limiter, cost } = costOf(c.req.method, pathname);
    const client = limitKey(addressOf(peerOf(c), c.req.header('x-forwarded-for')));
    const wait = limiters[limiter].take(client, cost);
    if (wait > 0) {
      c.header('retry-after', String(wait));
      throw fail('center.busy', `too many requests from this address; try again in ${wait} s`);
    }
    const secret = readCookie(c, 'session');
    const session = secret === undefined ? undefined : accounts.sessions.find(secret);
    if (session !== undefined) {
      const { id, name, groups } = session.account;
      c.set('session', session);
      c.set('reader', { account: id, name, groups });
    }
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
      if (c.req.method !== 'POST' || !pathname.startsWith('/do/'))
        throw fail('center.method', 'this address takes no such request');
      requireOwnRequest({ header: (name) => c.req.header(name), csrf: session?.csrf }, origin);
    }
    await within(timeoutMs, next());
  });
  app.use(
    '/do/*',
    bodyLimit({
      maxSize: defaults.bodyBytes,
      onError: () => {
        throw fail('center.body', `the body is longer than ${defaults.bodyBytes} bytes`);
      },
    }),
  );
}

/** A name that only leads here, as with DNS rebinding, makes no other page one of ours. */
function requireHost(host: string | undefined, origin: URL): void {
  if (host !== undefined && host.toLowerCase() !== origin.host)
    throw fail('center.host', `this is ${origin.host}; the request is for another host`);
}

function peerOf(c: Context<CenterEnv>): string | undefined {
  // Absent where the app is asked without a connection.
  const { incoming } = (c.env ?? {}) as { readonly incoming?: IncomingMessage };
  return incoming?.socket.remoteAddress;
}

function within(milliseconds: number, work: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(fail('center.timeout', `no answer within ${milliseconds / 1_000} s`)),
      milliseconds,
    );
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      settle();
    };
    work.then(
      () => end(resolve),
      (error: unknown) => end(() => reject(error)),
    );
  });
}
