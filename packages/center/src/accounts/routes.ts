// Coming in and going out: invitation, sign-in, OpenID Connect, sign-out; and the reader's own account.

import { z, type OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { isVitrineError } from '@vitrine/evidence';
import { fail } from '../codes.ts';
import type { CenterContext, CenterEnv } from '../context.ts';
import {
  assertionSchema,
  browserOptionsSchema,
  doneSchema,
  invitationSchema,
  labelSchema,
  locationSchema,
  registrationSchema,
  signInSchema,
  type Done,
  type InvitationPage,
} from '../contract/account.ts';
import { changeRoute } from '../do.ts';
import { dropCookie, readCookie, writeCookie } from '../http/cookies.ts';
import type { ReviewArea } from '../reviews/index.ts';
import { readerTwin } from '../twin.ts';
import { asOptions, assertionOf, registrationOf } from './browser.ts';
import { ceremonyMs, type Pending, type Purpose } from './ceremonies.ts';
import { addOwnAccount } from './own-account.ts';
import { callbackPath, type OidcState } from './oidc.ts';
import type { Account } from './people.ts';
import { spent } from './invitations.ts';
import { sessionLimitsOf } from './limits.ts';

type App = OpenAPIHono<CenterEnv>;
type Request = Context<CenterEnv>;

const done: Done = { done: true };

export function addAccounts(app: App, context: CenterContext, reviews: ReviewArea): void {
  addInvitation(app, context);
  addSignIn(app, context);
  addOidc(app, context);
  addOwnAccount(app, context, flowOf(context), reviews);
}

/** What a ceremony that is under way is kept by: a cookie of its own, gone when it is answered. */
export interface Flow {
  begin(c: Request, pending: Pending): void;
  /** Throws `account.ceremony`. */
  take(c: Request, purpose: Purpose): Pending;
}

function flowOf({ accounts }: CenterContext): Flow {
  return {
    begin(c, pending) {
      writeCookie(c, 'flow', accounts.ceremonies.begin(pending, readCookie(c, 'flow')), ceremonyMs);
    },
    take(c, purpose) {
      const pending = accounts.ceremonies.take(readCookie(c, 'flow'), purpose);
      dropCookie(c, 'flow');
      if (pending === undefined)
        throw fail('account.ceremony', 'nothing of this kind is under way in this browser; begin again');
      return pending;
    },
  };
}

/** A new session for this browser, in place of the one that it had. */
function enter(c: Request, context: CenterContext, account: Account, means: 'passkey' | 'oidc'): void {
  const secret = context.accounts.sessions.begin(account.id, means, readCookie(c, 'session'));
  writeCookie(c, 'session', secret, sessionLimitsOf(context.options.settings).mostMs);
}

function addInvitation(app: App, context: CenterContext): void {
  const { invitations, passkeys } = context.accounts;
  const flow = flowOf(context);
  const token = z.string().max(64);
  readerTwin(
    app,
    {
      path: '/invitation/:token',
      summary: 'An invitation, by the secret in its link',
      params: z.object({ token }),
      answer: invitationSchema,
    },
    (_c, { params }): InvitationPage => {
      const invitation = invitations.find(params.token);
      if (invitation === undefined) return { state: 'unknown', invitation: null };
      const state = invitations.state(invitation);
      if (state !== 'open') return { state, invitation: null };
      const { name, groups, expires } = invitation;
      return { state, invitation: { name, groups, expires: Math.floor(expires / 1_000) } };
    },
  );
  changeRoute(
    app,
    {
      path: '/do/account/invitation/options',
      summary: 'Begin to register the first passkey of an invited reader',
      body: z.object({ token }),
      answer: browserOptionsSchema,
    },
    async (c, body) => {
      const invitation = invitations.find(body.token);
      if (invitation === undefined || invitations.state(invitation) !== 'open')
        throw spent(invitation, (one) => invitations.state(one));
      const options = await passkeys.registration({ id: invitation.id, name: invitation.name });
      flow.begin(c, { purpose: 'invitation', about: invitation.id, value: options.challenge });
      return asOptions(options);
    },
  );
  changeRoute(
    app,
    {
      path: '/do/account/invitation/accept',
      summary: 'Make the account of an invitation, with its first passkey, and sign in',
      body: z.object({ token, label: labelSchema, response: registrationSchema }),
      answer: doneSchema,
    },
    async (c, body) => {
      const pending = flow.take(c, 'invitation');
      const invitation = invitations.find(body.token);
      if (invitation?.id !== pending.about)
        throw fail('account.ceremony', 'the passkey was made for another invitation; begin again');
      const passkey = await passkeys.verifyRegistration(registrationOf(body.response), pending.value);
      const account = invitations.accept(body.token, (made) => {
        passkeys.keep(made.id, passkey, body.label);
        return made;
      });
      enter(c, context, account, 'passkey');
      return done;
    },
  );
}

function addSignIn(app: App, context: CenterContext): void {
  const { people, passkeys, sessions, oidc } = context.accounts;
  const flow = flowOf(context);
  readerTwin(app, { path: '/sign-in', summary: 'How one can sign in', answer: signInSchema }, (c) => ({
    signedIn: c.get('reader').account !== undefined,
    oidc: oidc?.name ?? null,
  }));
  changeRoute(
    app,
    {
      path: '/do/account/sign-in/options',
      summary: 'Begin to sign in with a passkey',
      body: z.object({}),
      answer: browserOptionsSchema,
    },
    async (c) => {
      const options = await passkeys.authentication();
      flow.begin(c, { purpose: 'sign-in', about: '', value: options.challenge });
      return asOptions(options);
    },
  );
  changeRoute(
    app,
    {
      path: '/do/account/sign-in',
      summary: 'Sign in with a passkey',
      body: z.object({ response: assertionSchema }),
      answer: doneSchema,
    },
    async (c, body) => {
      const pending = flow.take(c, 'sign-in');
      const passkey = await passkeys.verifyAuthentication(assertionOf(body.response), pending.value);
      const account = people.get(passkey.account);
      if (account === undefined || account.revoked !== undefined)
        throw fail('account.passkey', 'this passkey was not accepted');
      // Its groups are the issuer's word, so it is the issuer who is asked each time.
      if (account.issuer !== undefined)
        throw fail(
          'account.issuer',
          'this account signs in with its organisation; its passkeys sign reviews',
        );
      enter(c, context, account, 'passkey');
      return done;
    },
  );
  changeRoute(
    app,
    { path: '/do/account/sign-out', summary: 'End this session', body: z.object({}), answer: doneSchema },
    (c) => {
      sessions.end(readCookie(c, 'session'));
      dropCookie(c, 'session');
      return done;
    },
  );
}

function addOidc(app: App, context: CenterContext): void {
  const { people, oidc } = context.accounts;
  const flow = flowOf(context);
  const required = (): NonNullable<typeof oidc> => {
    if (oidc === undefined) throw fail('center.not-found', 'this Center takes no accounts of others');
    return oidc;
  };
  changeRoute(
    app,
    {
      path: '/do/account/oidc',
      summary: 'Begin to sign in with OpenID Connect: where to go',
      body: z.object({}),
      answer: locationSchema,
    },
    async (c) => {
      const { location, state } = await required().begin();
      flow.begin(c, { purpose: 'oidc', about: '', value: JSON.stringify(state) });
      return { location };
    },
  );
  app.get(callbackPath, async (c) => {
    c.header('cache-control', 'private, no-store');
    try {
      const pending = flow.take(c, 'oidc');
      const { search } = new URL(c.req.url);
      const identity = await required().finish(search, JSON.parse(pending.value) as OidcState);
      const account = people.fromIssuer(identity.issuer, identity.subject, identity.name, identity.groups);
      if (account.revoked !== undefined) throw fail('account.oidc', 'this account was revoked');
      enter(c, context, account, 'oidc');
      return c.redirect('/account', 303);
    } catch (error) {
      if (!isVitrineError(error)) throw error;
      return c.redirect(`/sign-in?failed=${encodeURIComponent(error.code)}`, 303);
    }
  });
}
