import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { isVitrineError, utf8 } from '@vitrine/evidence';
import { ceremonyMs } from '../src/accounts/ceremonies.ts';
import { cborBytes, cborText, makeAuthenticator, type Lie } from './authenticator.ts';
import { openPortal, portalOrigin, type Portal, type TestBrowser } from './portal.ts';
import { makeCenterWorld } from './world.ts';

const world = await makeCenterWorld({ after }, { trouble: false });
const open = (t: test.TestContext): Promise<Portal> => openPortal(t, world);

const sessionCookie = '__Host-vitrine-session';
const minute = 60_000;
const day = 86_400_000;

async function codeOf(response: Response): Promise<string> {
  const { error } = (await response.json()) as { readonly error?: { readonly code: string } };
  return `${response.status} ${error?.code ?? ''}`;
}

const who = async (browser: TestBrowser): Promise<unknown> =>
  (await browser.json<{ readonly reader: unknown }>('/frame.json')).reader;
const stranger = { account: null, name: null, groups: [] };

test('an invitation says whom it is for, and makes the account with its first passkey', async (t) => {
  const portal = await open(t);
  const { id, secret } = portal.accounts.invitations.make('Ministry of Audits', ['customers', 'audit'], 7);
  const browser = portal.browser();
  assert.deepEqual(await browser.json(`/invitation/${secret}.json`), {
    state: 'open',
    invitation: {
      name: 'Ministry of Audits',
      groups: ['audit', 'customers'],
      expires: Math.floor((portal.clock.now() + 7 * day) / 1000),
    },
  });
  assert.deepEqual(await who(browser), stranger);
  const key = makeAuthenticator(portalOrigin);
  const challenge = await browser.challenge('/do/account/invitation/options', { token: secret });
  await browser.done('/do/account/invitation/accept', {
    token: secret,
    label: 'Blue key',
    response: key.register(challenge),
  });
  assert.deepEqual(await who(browser), {
    account: id,
    name: 'Ministry of Audits',
    groups: ['audit', 'customers'],
  });
  const account = await browser.json<{ readonly passkeys: readonly { readonly label: string }[] }>(
    '/account.json',
  );
  assert.deepEqual(
    account.passkeys.map(({ label }) => label),
    ['Blue key'],
  );
  assert.deepEqual(await browser.json(`/invitation/${secret}.json`), { state: 'used', invitation: null });
});

test('an invitation that is used, revoked, expired or made up lets nobody in', async (t) => {
  const portal = await open(t);
  const { invitations } = portal.accounts;
  const used = invitations.make('A', [], 7);
  const revoked = invitations.make('B', [], 7);
  const expired = invitations.make('C', [], 1);
  invitations.accept(used.secret, () => undefined);
  invitations.revoke(revoked.id);
  portal.clock.advance(day);
  const unknown = 'A'.repeat(43);
  for (const [secret, state] of [
    [used.secret, 'used'],
    [revoked.secret, 'revoked'],
    [expired.secret, 'expired'],
    [unknown, 'unknown'],
    ['x', 'unknown'],
  ] as const) {
    const browser = portal.browser();
    assert.deepEqual(await browser.json(`/invitation/${secret}.json`), { state, invitation: null });
    assert.equal(
      await codeOf(await browser.post('/do/account/invitation/options', { token: secret })),
      '410 account.invitation',
    );
  }
});

test('an invitation that ends while its passkey is made lets nobody in, and two cannot share one', async (t) => {
  const portal = await open(t);
  const { invitations } = portal.accounts;
  const { secret, id } = invitations.make('A', [], 7);
  const browsers = [portal.browser(), portal.browser()];
  const answers = await Promise.all(
    browsers.map(async (browser) => {
      const challenge = await browser.challenge('/do/account/invitation/options', { token: secret });
      const response = makeAuthenticator(portalOrigin).register(challenge);
      return browser.post('/do/account/invitation/accept', { token: secret, label: 'Key', response });
    }),
  );
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 410]);
  assert.equal(portal.accounts.people.all().length, 1);
  assert.equal(portal.accounts.passkeys.of(id).length, 1);

  const other = invitations.make('B', [], 7);
  const browser = portal.browser();
  const challenge = await browser.challenge('/do/account/invitation/options', { token: other.secret });
  invitations.revoke(other.id);
  const response = makeAuthenticator(portalOrigin).register(challenge);
  assert.equal(
    await codeOf(
      await browser.post('/do/account/invitation/accept', { token: other.secret, label: 'Key', response }),
    ),
    '410 account.invitation',
  );
});

test('a passkey made for one invitation is not taken for another', async (t) => {
  const portal = await open(t);
  const [mine, theirs] = [
    portal.accounts.invitations.make('A', [], 7),
    portal.accounts.invitations.make('B', ['reviewers'], 7),
  ];
  const browser = portal.browser();
  const challenge = await browser.challenge('/do/account/invitation/options', { token: mine.secret });
  const response = makeAuthenticator(portalOrigin).register(challenge);
  assert.equal(
    await codeOf(
      await browser.post('/do/account/invitation/accept', { token: theirs.secret, label: 'Key', response }),
    ),
    '409 account.ceremony',
  );
});

const lies: readonly (readonly [string, Lie])[] = [
  ['from another origin', { origin: 'http://localhost:7441' }],
  ['from a page that only looks like ours', { origin: 'https://localhost.example' }],
  ['for another relying party', { rpId: 'example.org' }],
  ['of another challenge', { challenge: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
  ['without user verification', { flags: 0x41 }],
  ['without user presence', { flags: 0x44 }],
  ['of another ceremony', { type: 'webauthn.nothing' }],
];

for (const [what, lie] of lies) {
  test(`a passkey ${what} is neither registered nor lets anybody in`, async (t) => {
    const portal = await open(t);
    const { secret } = portal.accounts.invitations.make('A', [], 7);
    const newcomer = portal.browser();
    const made = await newcomer.challenge('/do/account/invitation/options', { token: secret });
    const registration = makeAuthenticator(portalOrigin).register(made, lie);
    const refused = { token: secret, label: 'Key', response: registration };
    assert.equal(
      await codeOf(await newcomer.post('/do/account/invitation/accept', refused)),
      '403 account.passkey',
    );
    assert.equal(portal.accounts.people.all().length, 0);

    const { authenticator } = await portal.reader();
    const browser = portal.browser();
    const challenge = await browser.challenge('/do/account/sign-in/options');
    const shape = lie.flags === undefined ? lie : { ...lie, flags: lie.flags & ~0x40 };
    const response = authenticator.assert(challenge, shape);
    assert.equal(
      await codeOf(await browser.post('/do/account/sign-in', { response })),
      '403 account.passkey',
    );
    assert.deepEqual(await who(browser), stranger);
  });
}

test('an attestation with certificates is refused before anything in it is fetched', async (t) => {
  const portal = await open(t);
  const { secret } = portal.accounts.invitations.make('A', [], 7);
  let asked = 0;
  t.mock.method(globalThis, 'fetch', () => {
    asked++;
    return Promise.reject(new Error('nothing is fetched'));
  });
  for (const format of ['packed', 'fido-u2f', 'tpm', 'android-key', 'apple', 'android-safetynet']) {
    const browser = portal.browser();
    const challenge = await browser.challenge('/do/account/invitation/options', { token: secret });
    const statement = Buffer.concat([
      Uint8Array.of(0xa1),
      cborText('x5c'),
      Uint8Array.of(0x81),
      cborBytes(utf8('a certificate')),
    ]);
    const response = makeAuthenticator(portalOrigin).register(challenge, {
      attestation: { format, statement },
    });
    assert.equal(
      await codeOf(
        await browser.post('/do/account/invitation/accept', { token: secret, label: 'Key', response }),
      ),
      '403 account.passkey',
    );
  }
  assert.equal(asked, 0);
});

test('a challenge is answered once, in time, by the browser that asked', async (t) => {
  const portal = await open(t);
  const { authenticator } = await portal.reader();
  const browser = portal.browser();
  const challenge = await browser.challenge('/do/account/sign-in/options');
  const response = authenticator.assert(challenge);
  const flow = new Map(browser.cookies);

  const thief = portal.browser();
  await thief.challenge('/do/account/sign-in/options');
  assert.equal(await codeOf(await thief.post('/do/account/sign-in', { response })), '403 account.passkey');
  const bare = portal.browser();
  assert.equal(await codeOf(await bare.post('/do/account/sign-in', { response })), '409 account.ceremony');

  await browser.done('/do/account/sign-in', { response });
  const replay = portal.browser();
  for (const [name, value] of flow) replay.cookies.set(name, value);
  assert.equal(await codeOf(await replay.post('/do/account/sign-in', { response })), '409 account.ceremony');

  const slow = portal.browser();
  const late = await slow.challenge('/do/account/sign-in/options');
  portal.clock.advance(ceremonyMs);
  assert.equal(
    await codeOf(await slow.post('/do/account/sign-in', { response: authenticator.assert(late) })),
    '409 account.ceremony',
  );
});

test('a challenge of a registration is none of a sign-in', async (t) => {
  const portal = await open(t);
  const { authenticator } = await portal.reader();
  const { secret } = portal.accounts.invitations.make('A', [], 7);
  const browser = portal.browser();
  const challenge = await browser.challenge('/do/account/invitation/options', { token: secret });
  const response = authenticator.assert(challenge);
  assert.equal(await codeOf(await browser.post('/do/account/sign-in', { response })), '409 account.ceremony');
});

test('a copied authenticator is noticed by its counter', async (t) => {
  const portal = await open(t);
  const { authenticator } = await portal.reader();
  const signIn = async (counter: number): Promise<number> => {
    authenticator.counter = counter;
    const browser = portal.browser();
    const challenge = await browser.challenge('/do/account/sign-in/options');
    return (await browser.post('/do/account/sign-in', { response: authenticator.assert(challenge) })).status;
  };
  assert.equal(await signIn(10), 200);
  assert.equal(await signIn(5), 403);
  assert.equal(await signIn(11), 200);
});

test('signing in gives a new session, whatever the browser brought along', async (t) => {
  const portal = await open(t);
  const { authenticator } = await portal.reader();
  const browser = portal.browser();
  // What an attacker planted.
  const planted = 'B'.repeat(43);
  browser.cookies.set(sessionCookie, planted);
  const signIn = async (): Promise<string> => {
    const challenge = await browser.challenge('/do/account/sign-in/options');
    await browser.done('/do/account/sign-in', { response: authenticator.assert(challenge) });
    return browser.cookies.get(sessionCookie) ?? '';
  };
  const first = await signIn();
  assert.notEqual(first, planted);
  const second = await signIn();
  assert.notEqual(second, first);
  for (const dead of [planted, first]) {
    const other = portal.browser();
    other.cookies.set(sessionCookie, dead);
    assert.deepEqual(await who(other), stranger);
  }
  assert.notDeepEqual(await who(browser), stranger);
});

test('the cookie of a session is one that only this host reads, over a safe channel, and no script', async (t) => {
  const portal = await open(t);
  const { secret } = portal.accounts.invitations.make('A', [], 7);
  const browser = portal.browser();
  const challenge = await browser.challenge('/do/account/invitation/options', { token: secret });
  const response = makeAuthenticator(portalOrigin).register(challenge);
  const body = { token: secret, label: 'Key', response };
  const answered = await browser.post('/do/account/invitation/accept', body);
  const line = answered.headers.getSetCookie().find((one) => one.startsWith(sessionCookie)) ?? '';
  assert.match(
    line,
    /^__Host-vitrine-session=[A-Za-z0-9_-]{43}; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
  assert.equal(answered.headers.get('cache-control'), 'private, no-store');
});

test('a session ends when it is idle, when its time is over, and when its reader says so', async (t) => {
  const portal = await open(t);
  const { browser } = await portal.reader();
  portal.clock.advance(119 * minute);
  assert.notDeepEqual(await who(browser), stranger);
  portal.clock.advance(120 * minute);
  assert.deepEqual(await who(browser), stranger);

  const { browser: busy } = await portal.reader();
  for (let i = 0; i < 11; i++) {
    portal.clock.advance(60 * minute);
    assert.notDeepEqual(await who(busy), stranger);
  }
  portal.clock.advance(60 * minute);
  assert.deepEqual(await who(busy), stranger);

  const { browser: leaving } = await portal.reader();
  const secret = leaving.cookies.get(sessionCookie) ?? '';
  await leaving.done('/do/account/sign-out', {});
  assert.equal(leaving.cookies.has(sessionCookie), false);
  leaving.cookies.set(sessionCookie, secret);
  assert.deepEqual(await who(leaving), stranger);
});

test('a reader sees and ends its own sessions, and no others', async (t) => {
  const portal = await open(t);
  const { browser, authenticator } = await portal.reader();
  const second = portal.browser();
  const challenge = await second.challenge('/do/account/sign-in/options');
  await second.done('/do/account/sign-in', { response: authenticator.assert(challenge) });
  interface Sessions {
    readonly sessions: readonly { readonly id: string; readonly current: boolean }[];
  }
  const { sessions } = await browser.json<Sessions>('/account.json');
  assert.deepEqual(sessions.map(({ current }) => current).sort(), [false, true]);
  const { browser: stranger_ } = await portal.reader();
  const other = sessions.find(({ current }) => !current)?.id ?? '';
  assert.equal(
    await codeOf(await stranger_.post('/do/account/sessions/end', { id: other })),
    '404 account.unknown',
  );
  assert.notDeepEqual(await who(second), stranger);
  await browser.done('/do/account/sessions/end', { id: other });
  assert.deepEqual(await who(second), stranger);
  assert.notDeepEqual(await who(browser), stranger);
  await browser.done('/do/account/sessions/end', { others: true });
  assert.notDeepEqual(await who(browser), stranger);
});

test('an account that is revoked, or leaves a group, has done so with the next request', async (t) => {
  const portal = await open(t);
  const { browser, account, authenticator } = await portal.reader('customers', 'reviewers');
  portal.accounts.people.leaveGroup(account, 'reviewers');
  assert.deepEqual(await who(browser), { account, name: 'A Reader', groups: ['customers'] });
  portal.accounts.people.revoke(account);
  assert.deepEqual(await who(browser), stranger);
  assert.equal(await codeOf(await browser.get('/account.json')), '401 account.signed-out');
  const challenge = await browser.challenge('/do/account/sign-in/options');
  const response = authenticator.assert(challenge);
  assert.equal(await codeOf(await browser.post('/do/account/sign-in', { response })), '403 account.passkey');
});

test('passkeys are added and removed shortly after signing in, and the last one stays', async (t) => {
  const portal = await open(t);
  const { browser, authenticator } = await portal.reader();
  const add = async (label: string): Promise<Response> => {
    const challenge = await browser.challenge('/do/account/passkeys/options');
    const response = makeAuthenticator(portalOrigin).register(challenge);
    return browser.post('/do/account/passkeys/add', { label, response });
  };
  const labels = async (): Promise<readonly string[]> =>
    (
      await browser.json<{ readonly passkeys: readonly { readonly label: string }[] }>('/account.json')
    ).passkeys.map(({ label }) => label);
  assert.equal((await add('Second')).status, 200);
  assert.deepEqual((await labels()).toSorted(), ['Key', 'Second']);
  assert.equal(await codeOf(await add('with\u202Etricks')), '400 center.request');
  await browser.done('/do/account/passkeys/remove', { id: authenticator.id });
  assert.deepEqual(await labels(), ['Second']);
  const { passkeys } = await browser.json<{ readonly passkeys: readonly { readonly id: string }[] }>(
    '/account.json',
  );
  assert.equal(
    await codeOf(await browser.post('/do/account/passkeys/remove', { id: passkeys[0]?.id })),
    '400 account.last-passkey',
  );
  // The removed one opens nothing any more.
  const other = portal.browser();
  const challenge = await other.challenge('/do/account/sign-in/options');
  const response = authenticator.assert(challenge);
  assert.equal(await codeOf(await other.post('/do/account/sign-in', { response })), '403 account.passkey');

  portal.clock.advance(15 * minute);
  assert.equal(await codeOf(await browser.post('/do/account/passkeys/options', {})), '403 account.not-fresh');
});

test('what is kept of a link or a cookie opens nothing', async (t) => {
  const portal = await open(t);
  const { secret } = portal.accounts.invitations.make('A', [], 7);
  const { browser } = await portal.reader();
  const { openCenterDatabase } = await import('../src/database.ts');
  const database = openCenterDatabase(portal.folder);
  t.after(() => database.close());
  const cells = ['accounts_invitations', 'accounts_sessions', 'accounts_ceremonies']
    .flatMap((name) => database.prepare(`SELECT * FROM ${name}`).all())
    .flatMap((row) => Object.values(row))
    .map(String);
  assert.ok(cells.length > 0);
  assert.ok(!cells.includes(secret));
  assert.ok(!cells.includes(browser.cookies.get(sessionCookie) ?? ''));
  // Nor do the kept hashes themselves, when they are sent back.
  for (const cell of cells.filter((one) => /^[0-9a-f]{64}$/.test(one))) {
    const thief = portal.browser();
    thief.cookies.set(sessionCookie, cell.slice(0, 43));
    assert.deepEqual(await who(thief), stranger);
  }
});

test('an unknown account, group or invitation is named as such', async (t) => {
  const portal = await open(t);
  const { people, invitations } = portal.accounts;
  const { account } = await portal.reader('customers');
  for (const change of [
    () => people.revoke('nobody'),
    () => people.leaveGroup(account, 'reviewers'),
    () => invitations.revoke('none'),
  ])
    assert.throws(change, (error) => isVitrineError(error, 'account.unknown'));
});
