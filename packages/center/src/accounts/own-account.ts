// /account: the reader's own passkeys, sessions and record of reads.

import { z, type OpenAPIHono } from '@hono/zod-openapi';
import { transaction } from '@vitrine/host';
import type { Context } from 'hono';
import { fail } from '../codes.ts';
import type { CenterContext, CenterEnv } from '../context.ts';
import {
  accountSchema,
  browserOptionsSchema,
  doneSchema,
  labelSchema,
  registrationSchema,
  type AccountPage,
  type Done,
} from '../contract/account.ts';
import { changeRoute } from '../do.ts';
import { dropCookie } from '../http/cookies.ts';
import { endPasskey, type ReviewArea } from '../reviews/area.ts';
import { defaults } from '../settings.ts';
import { readerTwin } from '../twin.ts';
import { readLine, readsAsCsv, readsAsJson } from './reads-export.ts';
import { asOptions, registrationOf } from './browser.ts';
import type { Flow } from './routes.ts';
import type { Session } from './sessions.ts';

/** Passkeys change within this time of signing in: a browser left open must not give away an account. */
const freshMs = 15 * 60_000;
const done: Done = { done: true };

/** Throws `account.signed-out`. */
export function requireSession(c: Context<CenterEnv>): Session {
  const session = c.get('session');
  if (session === undefined) throw fail('account.signed-out', 'sign in to see this');
  return session;
}

export function addOwnAccount(
  app: OpenAPIHono<CenterEnv>,
  context: CenterContext,
  flow: Flow,
  reviews: ReviewArea,
): void {
  readerTwin(app, { path: '/account', summary: "The reader's own account", answer: accountSchema }, (c) =>
    pageOf(context, requireSession(c)),
  );
  addReads(app, context);
  addPasskeys(app, context, flow, reviews);
  addSessions(app, context);
}

function pageOf({ accounts, control, clock, options }: CenterContext, session: Session): AccountPage {
  const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1_000);
  const { id, name, groups, issuer, created } = session.account;
  return {
    account: { id, name, groups, issuer: issuer ?? null, created: seconds(created) },
    fresh: clock.now() - session.created < freshMs,
    passkeys: accounts.passkeys.of(id).map(({ id: key, label, synced, created: made, used }) => ({
      id: key,
      label,
      synced,
      created: seconds(made),
      used: used === undefined ? null : seconds(used),
    })),
    sessions: accounts.sessions.of(id).map(({ id: one, means, created: begun, seen, expires }) => ({
      id: one,
      means,
      created: seconds(begun),
      seen: seconds(seen),
      expires: seconds(expires),
      current: one === session.id,
    })),
    reads: {
      count: control.reads.count(id),
      keptDays: options.settings?.keepReadsDays ?? defaults.keepReadsDays,
      latest: control.reads.of(id, 50).map(readLine),
    },
  };
}

function addReads(app: OpenAPIHono<CenterEnv>, { control }: CenterContext): void {
  const send = (body: ReadableStream<Uint8Array>, type: string, name: string): Response =>
    new Response(body, {
      headers: {
        'content-type': type,
        'content-disposition': `attachment; filename="${name}"`,
        'cache-control': 'private, no-store',
        vary: 'Cookie',
      },
    });
  app.get('/twin/account/reads', (c) => {
    const { account } = requireSession(c);
    return send(readsAsJson(control.reads, account.id), 'application/json; charset=utf-8', 'reads.json');
  });
  app.get('/account/reads.csv', (c) => {
    const { account } = requireSession(c);
    return send(readsAsCsv(control.reads, account.id), 'text/csv; charset=utf-8', 'reads.csv');
  });
}

function addPasskeys(
  app: OpenAPIHono<CenterEnv>,
  { accounts, clock, database }: CenterContext,
  flow: Flow,
  reviews: ReviewArea,
): void {
  const requireFresh = (c: Context<CenterEnv>): Session => {
    const session = requireSession(c);
    if (clock.now() - session.created >= freshMs)
      throw fail('account.not-fresh', 'sign in again first: passkeys change only shortly after signing in');
    return session;
  };
  changeRoute(
    app,
    {
      path: '/do/account/passkeys/options',
      summary: 'Begin to register another passkey',
      body: z.object({}),
      answer: browserOptionsSchema,
    },
    async (c) => {
      const { account } = requireFresh(c);
      const options = await accounts.passkeys.registration(account);
      flow.begin(c, { purpose: 'add-passkey', about: account.id, value: options.challenge });
      return asOptions(options);
    },
  );
  changeRoute(
    app,
    {
      path: '/do/account/passkeys/add',
      summary: 'Add a passkey to the own account',
      body: z.object({ label: labelSchema, response: registrationSchema }),
      answer: doneSchema,
    },
    async (c, { label, response }) => {
      const { account } = requireFresh(c);
      const pending = flow.take(c, 'add-passkey');
      if (pending.about !== account.id)
        throw fail('account.ceremony', 'begun by another account; begin again');
      const passkey = await accounts.passkeys.verifyRegistration(registrationOf(response), pending.value);
      accounts.passkeys.keep(account.id, passkey, label);
      return done;
    },
  );
  changeRoute(
    app,
    {
      path: '/do/account/passkeys/remove',
      summary: 'Remove a passkey of the own account',
      body: z.object({ id: z.string().max(1_400) }),
      answer: doneSchema,
    },
    async (c, { id }) => {
      const { account, id: session } = requireFresh(c);
      if (account.issuer === undefined && accounts.passkeys.of(account.id).length < 2)
        throw fail('account.last-passkey', 'this is the only passkey; without it nobody could sign in');
      const passkey = accounts.passkeys.of(account.id).find((one) => one.id === id);
      if (passkey === undefined) throw fail('account.unknown', 'there is no such passkey');
      // Whoever removes one may have lost it: what it opened is closed, and it signs no more reviews.
      transaction(database, () => {
        accounts.passkeys.remove(account.id, id);
        endPasskey(reviews, passkey);
        accounts.sessions.endAll(account.id, session);
      });
      await reviews.roll.write();
      return done;
    },
  );
}

function addSessions(app: OpenAPIHono<CenterEnv>, { accounts }: CenterContext): void {
  changeRoute(
    app,
    {
      path: '/do/account/sessions/end',
      summary: 'End one session of the own account, or all others',
      body: z.union([z.object({ id: z.string().max(64) }), z.object({ others: z.literal(true) })]),
      answer: doneSchema,
    },
    (c, body) => {
      const session = requireSession(c);
      if ('others' in body) accounts.sessions.endAll(session.account.id, session.id);
      else if (!accounts.sessions.endOne(session.account.id, body.id))
        throw fail('account.unknown', 'there is no such session');
      else if (body.id === session.id) dropCookie(c, 'session');
      return done;
    },
  );
}
