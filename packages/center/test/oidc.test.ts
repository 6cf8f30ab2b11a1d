// Signing in with the accounts of an organisation, against a whole OpenID Connect provider.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { after } from 'node:test';
import { Provider } from 'oidc-provider';
import { isVitrineError } from '@vitrine/evidence';
import { openOidc, type Oidc, type OidcOptions } from '../src/accounts/oidc.ts';
import { openPortal, portalOrigin, type Portal, type TestBrowser } from './portal.ts';
import { makeCenterWorld } from './world.ts';

const world = await makeCenterWorld({ after }, { trouble: false });

interface Organisation {
  readonly options: OidcOptions;
  /** Who sits at the browser, and what the organisation says of them. */
  person: { sub: string; name: string; groups: readonly string[] };
  /** Goes where the Center sends the browser, and answers where the browser is sent back to. */
  visit(location: string): Promise<URL>;
  /** Takes the provider off the network. */
  stop(): void;
}

async function openOrganisation(t: test.TestContext, idTokenClaims = true): Promise<Organisation> {
  // Its advice about production.
  t.mock.method(console, 'warn', () => {});
  t.mock.method(console, 'info', () => {});
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const person = {
    sub: 'alice',
    name: 'Alice of the Ministry',
    groups: ['auditors', 'staff'] as readonly string[],
  };
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const provider = new Provider(issuer, {
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: 'one' }] },
    clients: [
      {
        client_id: 'vitrine',
        client_secret: 'a secret of the test',
        redirect_uris: [`${portalOrigin}/sign-in/callback`],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    claims: { openid: ['sub'], profile: ['name', 'groups'] },
    conformIdTokenClaims: !idTokenClaims,
    pkce: { required: () => true },
    cookies: { keys: ['a key of the test'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx: unknown, { uid }: { readonly uid: string }) => `/interaction/${uid}` },
    findAccount: (_ctx: unknown, sub: string) => ({
      accountId: sub,
      claims: () => ({ ...org.person, sub }),
    }),
    loadExistingGrant: async () => {
      const grant = new provider.Grant({ clientId: 'vitrine', accountId: org.person.sub });
      grant.addOIDCScope('openid profile');
      await grant.save();
      return grant;
    },
    ttl: { Session: 600, Interaction: 600, Grant: 600, AccessToken: 60, IdToken: 60, AuthorizationCode: 60 },
  });
  const callback = provider.callback();
  server.on('request', (request, response) => {
    const work = request.url?.startsWith('/interaction/')
      ? provider.interactionFinished(request, response, { login: { accountId: org.person.sub } })
      : callback(request, response);
    void work.catch((error: unknown) => {
      response.statusCode = 500;
      response.end(String(error));
    });
  });
  const stop = (): void => {
    server.closeAllConnections();
    server.close();
  };
  t.after(stop);
  const org: Organisation = {
    person,
    stop,
    options: {
      name: 'The Ministry',
      issuer,
      clientId: 'vitrine',
      clientSecret: 'a secret of the test',
      scopes: ['profile'],
      groupsClaim: 'groups',
      groups: { auditors: 'reviewers', customers: 'customers' },
    },
    async visit(location) {
      const cookies = new Map<string, string>();
      let at = new URL(location);
      for (let hops = 0; hops < 10; hops++) {
        if (at.origin === portalOrigin) return at;
        const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
        const response = await fetch(at, { redirect: 'manual', headers: { cookie } });
        for (const line of response.headers.getSetCookie()) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
          cookies.set(name, value);
        }
        const next = response.headers.get('location');
        assert.ok(next, `${at.href}: ${response.status} ${await response.text()}`);
        at = new URL(next, at);
      }
      throw new Error('sent around without end');
    },
  };
  return org;
}

interface Signing {
  readonly organisation: Organisation;
  readonly portal: Portal;
}

async function open(t: test.TestContext, idTokenClaims = true): Promise<Signing> {
  const organisation = await openOrganisation(t, idTokenClaims);
  return { organisation, portal: await openPortal(t, world, { settings: { oidc: organisation.options } }) };
}

async function begin(browser: TestBrowser): Promise<string> {
  const { location } = (await browser.done('/do/account/oidc', {})) as { readonly location: string };
  return location;
}

/** Where the callback sends the browser. */
async function comeBack(browser: TestBrowser, at: URL): Promise<string> {
  const response = await browser.get(`${at.pathname}${at.search}`);
  assert.equal(response.status, 303);
  assert.equal(response.headers.get('cache-control'), 'private, no-store');
  return response.headers.get('location') ?? '';
}

async function signIn({ organisation, portal }: Signing): Promise<{ browser: TestBrowser; to: string }> {
  const browser = portal.browser();
  const to = await comeBack(browser, await organisation.visit(await begin(browser)));
  return { browser, to };
}

async function readerOf(
  browser: TestBrowser,
): Promise<{ account: string | null; name: string; groups: string[] }> {
  return (await browser.json<{ readonly reader: never }>('/frame.json')).reader;
}

for (const [where, inIdToken] of [
  ['in the identity token', true],
  ['at the user information endpoint', false],
] as const) {
  test(`an organisation's account comes in with the groups that are mapped, told ${where}`, async (t) => {
    const signing = await open(t, inIdToken);
    const { browser, to } = await signIn(signing);
    assert.equal(to, '/account');
    const { account, ...rest } = await readerOf(browser);
    assert.ok(account);
    assert.deepEqual(rest, { name: 'Alice of the Ministry', groups: ['reviewers'] });
    const own = await browser.json<{ account: { issuer: string }; sessions: { means: string }[] }>(
      '/account.json',
    );
    assert.equal(own.account.issuer, signing.organisation.options.issuer);
    assert.deepEqual(
      own.sessions.map(({ means }) => means),
      ['oidc'],
    );
  });
}

test('the same person is the same account, with the groups of the last sign-in', async (t) => {
  const signing = await open(t);
  const first = await readerOf((await signIn(signing)).browser);
  signing.organisation.person = { ...signing.organisation.person, groups: ['customers', '__proto__'] };
  const second = await readerOf((await signIn(signing)).browser);
  assert.equal(second.account, first.account);
  assert.deepEqual(second.groups, ['customers']);
  signing.organisation.person = { sub: 'bob', name: 'B\u202Eob\n', groups: [] };
  const other = await readerOf((await signIn(signing)).browser);
  assert.notEqual(other.account, first.account);
  assert.equal(other.name, 'Bob');
});

test('a group of an account of an organisation is taken from it there, and not here', async (t) => {
  const signing = await open(t);
  const { browser } = await signIn(signing);
  const { account, groups } = await readerOf(browser);
  assert.throws(
    () => signing.portal.accounts.people.leaveGroup(account ?? '', groups[0] ?? ''),
    (error) => isVitrineError(error, 'account.groups'),
  );
  assert.deepEqual((await readerOf(browser)).groups, groups);
});

test('a revoked account does not come back through its organisation', async (t) => {
  const signing = await open(t);
  const { browser } = await signIn(signing);
  const { account } = await readerOf(browser);
  signing.portal.accounts.people.revoke(account ?? '');
  assert.equal((await readerOf(browser)).account, null);
  const again = await signIn(signing);
  assert.equal(again.to, '/sign-in?failed=account.oidc');
  assert.equal((await readerOf(again.browser)).account, null);
});

test('an answer counts once, for the browser that asked, and unaltered', async (t) => {
  const signing = await open(t);
  const { organisation, portal } = signing;
  const browser = portal.browser();
  const answer = await organisation.visit(await begin(browser));

  // A victim is sent to an attacker's answer: it has begun nothing, or something else.
  assert.equal(await comeBack(portal.browser(), answer), '/sign-in?failed=account.ceremony');
  const other = portal.browser();
  await begin(other);
  assert.equal(await comeBack(other, answer), '/sign-in?failed=account.oidc');

  assert.equal(await comeBack(browser, answer), '/account');
  const replay = portal.browser();
  for (const [name, value] of browser.cookies) replay.cookies.set(name, value);
  assert.equal(await comeBack(replay, answer), '/sign-in?failed=account.ceremony');

  const changes: readonly ((query: URLSearchParams) => void)[] = [
    (query) => query.set('state', 'another'),
    (query) => query.set('code', 'another'),
    (query) => query.set('iss', 'http://127.0.0.1:1'),
    (query) => query.delete('iss'),
    (query) => query.delete('code'),
    (query) => query.append('error', 'access_denied'),
  ];
  for (const change of changes) {
    const one = portal.browser();
    const at = await organisation.visit(await begin(one));
    change(at.searchParams);
    assert.equal(await comeBack(one, at), '/sign-in?failed=account.oidc', at.search);
    assert.equal((await readerOf(one)).account, null);
  }
});

test('a code is worth nothing with another verifier, nonce or issuer', async (t) => {
  const organisation = await openOrganisation(t);
  const oidc = openOidc(organisation.options, new URL(portalOrigin));
  const asked = async (): Promise<{ query: string; state: Parameters<typeof oidc.finish>[1] }> => {
    const { location, state } = await oidc.begin();
    const url = new URL(location);
    assert.equal(url.searchParams.get('code_challenge_method'), 'S256');
    assert.equal(url.searchParams.get('redirect_uri'), `${portalOrigin}/sign-in/callback`);
    return { query: (await organisation.visit(location)).search, state };
  };
  const refused = (error: unknown): boolean => isVitrineError(error, 'account.oidc');
  for (const lie of [{ verifier: 'x'.repeat(43) }, { nonce: 'another' }, { state: 'another' }]) {
    const { query, state } = await asked();
    await assert.rejects(oidc.finish(query, { ...state, ...lie }), refused);
  }
  const { query, state } = await asked();
  assert.equal((await oidc.finish(query, state)).subject, 'alice');
  await assert.rejects(oidc.finish(query, state), refused);
});

test('an issuer that is down, or calls itself something else, lets nobody in and is said to', async (t) => {
  const signing = await open(t);
  const { issuer } = signing.organisation.options;
  const as = (other: string): Oidc =>
    openOidc({ ...signing.organisation.options, issuer: other }, new URL(portalOrigin));
  const elsewhere = as(issuer.replace('127.0.0.1', 'localhost'));
  await assert.rejects(elsewhere.begin(), (error) => isVitrineError(error, 'account.oidc-unreachable'));
  // The same address, but not the name that it calls itself.
  const almost = as(`${issuer}/`);
  const { location, state } = await almost.begin();
  const { search } = await signing.organisation.visit(location);
  await assert.rejects(almost.finish(search, state), (error) => isVitrineError(error, 'account.oidc'));

  signing.organisation.stop();
  const response = await signing.portal.browser().post('/do/account/oidc', {});
  assert.equal(response.status, 503);
  assert.match(await response.text(), /account\.oidc-unreachable/);
});

test('an account of an organisation does not sign in with a passkey', async (t) => {
  const signing = await open(t);
  const { browser } = await signIn(signing);
  const { makeAuthenticator } = await import('./authenticator.ts');
  const key = makeAuthenticator(portalOrigin);
  const response = key.register(await browser.challenge('/do/account/passkeys/options'));
  await browser.done('/do/account/passkeys/add', { label: 'For reviews', response });
  const other = signing.portal.browser();
  const assertion = key.assert(await other.challenge('/do/account/sign-in/options'));
  const refused = await other.post('/do/account/sign-in', { response: assertion });
  assert.equal(refused.status, 403);
  assert.match(await refused.text(), /account\.issuer/);
});
