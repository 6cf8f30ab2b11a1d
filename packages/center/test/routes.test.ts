// Every route of the Center against every kind of reader. The routes are asked of the app itself: one
// without a row here fails, so that nobody adds a door without saying for whom it opens.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { after } from 'node:test';
import { eventually } from '@vitrine/testkit';
import type { SearchPage } from '../src/contract/search.ts';
import { pagePaths } from '../src/pages.ts';
import { openPortal, type TestBrowser } from './portal.ts';
import { makeCenterWorld } from './world.ts';

const roles = [
  'anonymous',
  'signed-in',
  'overview',
  'critical',
  'everything',
  'expired',
  'revoked',
  'closed',
] as const;
type Role = (typeof roles)[number];

/** `closed`: read everything until its table was replaced, during its session. */
const table = (closed: boolean): string => `table = 1

[[products]]
name = "sample"
critical = ["src/util/**"]
${grantOf('overview', 'overview')}${grantOf('critical', 'critical')}${grantOf('everything', 'everything')}${grantOf('everything', 'expired', 'until = "2020-01-01T00:00:00Z"')}${grantOf('everything', 'revoked')}${closed ? '' : grantOf('everything', 'closed')}`;

function grantOf(tier: string, group: string, more = ''): string {
  return `
[[grants]]
who = "group:${group}"
product = "sample"
tier = "${tier}"
${more}
`;
}

const generous = { reading: { capacity: 1e6, perSecond: 1e6 }, entry: { capacity: 1e6, perSecond: 1e6 } };
const world = await makeCenterWorld({ after });
const portal = await openPortal({ after }, world, { table: table(false), settings: { limits: generous } });
const trees = world.trees.map(({ digest }) => digest);
const browsers = new Map<Role, TestBrowser>();
for (const role of roles) {
  if (role === 'anonymous') browsers.set(role, portal.browser());
  else {
    const { browser, account } = await portal.reader(...(role === 'signed-in' ? [] : [role]));
    browsers.set(role, browser);
    // Each has used its session before anything is taken away.
    assert.equal((await browser.get('/account.json')).status, 200);
    if (role === 'revoked') portal.accounts.people.revoke(account);
  }
}
portal.replaceTable(table(true));
await portal.center.look();
// Search answers 503 until its index is there, and less than all until it is whole.
await eventually(async () => {
  const found = await browserOf('everything').get('/search.json?q=Says');
  if (found.status !== 200) return false;
  const { index } = (await found.json()) as SearchPage;
  return index.percent === 100 && index.symbolsPercent === 100;
}, 120_000);

/** What one reader wrote about the tree. */
async function written(path: string, body: unknown): Promise<string> {
  const { id } = await browserOf('everything').done(path, body);
  return String(id);
}
const question = await written('/do/questions/ask', {
  tree: trees[0],
  path: 'src/main.ts',
  first: 1,
  last: 1,
  text: 'Why this way?',
});
const review = await written('/do/reviews/begin', { tree: trees[0] });

function browserOf(role: Role): TestBrowser {
  return browsers.get(role) ?? assert.fail(role);
}

type Statuses = Readonly<Record<Role, number>>;

const all = (status: number): Statuses =>
  Object.fromEntries(roles.map((role) => [role, status])) as Record<Role, number>;
const open = all(200);
const own: Statuses = { ...open, anonymous: 401, revoked: 401 };
/** From this tier on; what is closed looks as if it were not there. */
const from = (tier: 'overview' | 'critical' | 'everything'): Statuses => ({
  ...all(404),
  ...(tier === 'overview' ? { overview: 200 } : {}),
  ...(tier === 'everything' ? {} : { critical: 200 }),
  everything: 200,
});

/** Whoever writes has an account; besides, as for reading. */
const writing = (statuses: Statuses): Statuses => ({ ...statuses, anonymous: 401, revoked: 401 });

interface Row {
  readonly ask: readonly (readonly [path: string, expected: Statuses])[];
  readonly body?: unknown;
}

const page = (...paths: readonly string[]): Row => ({ ask: paths.map((path) => [path, open]) });
const posted = (path: string, body: unknown, expected: Statuses): Row => ({ ask: [[path, expected]], body });
const tree = '{tree}';
const lines = { tree, path: 'src/main.ts', first: 1, last: 1, text: 'Why this way?' };
/** `src/util/text.ts` is critical, `src/main.ts` is not, `src/none.ts` is not there. */
const file = (route: string, query = 'path'): Row => ({
  ask: [
    [`/source/${tree}/${route}?${query}=src/util/text.ts`, from('critical')],
    [`/source/${tree}/${route}?${query}=src/main.ts`, from('everything')],
    [`/source/${tree}/${route}?${query}=src/none.ts`, all(404)],
  ],
});

/** By method and path, as the app names them. */
const rows: Readonly<Record<string, Row>> = {
  'GET /twin/frame': page('/frame.json'),
  'GET /twin/': page('/index.json'),
  'GET /twin/releases': page('/releases.json'),
  'GET /twin/releases/:product/:channel': page('/releases/sample/stable.json'),
  'GET /twin/releases/:product/:channel/:sequence': page('/releases/sample/stable/2.json'),
  'GET /feed.atom': page('/feed.atom'),
  'GET /twin/rebuilds': page('/rebuilds.json'),
  'GET /twin/rebuilds/:product/:channel/:sequence': page('/rebuilds/sample/stable/2.json'),
  'GET /repository/*': page('/repository/root.json'),
  'GET /twin/residency': page('/residency.json'),
  'GET /twin/residency/centers/:id': { ask: [['/residency/centers/none.json', all(404)]] },
  'GET /twin/consent': page('/consent.json', '/consent.json?country=CH'),
  'GET /twin/grants': page('/grants.json'),
  'GET /twin/my-data': page('/my-data.json'),
  'GET /twin/log': page('/log.json'),
  'GET /twin/log/entries/:index': page('/log/entries/0.json'),
  'GET /twin/log/witnesses': page('/log/witnesses.json'),
  'GET /twin/findings': page('/findings.json'),
  'GET /twin/findings/:index': page('/findings/{finding}.json'),
  'GET /log/files/policy.json': page('/log/files/policy.json'),
  'GET /log/files/root.json': page('/log/files/root.json'),
  'GET /log/files/*': page('/log/files/checkpoint'),
  'GET /log/published/:id': { ask: [[`/log/published/${'0'.repeat(64)}`, all(404)]] },
  'GET /log/contradictions/:id/:side': { ask: [['/log/contradictions/1/before', all(404)]] },
  'GET /twin/invitation/:token': page('/invitation/none.json'),
  'POST /do/account/invitation/options': posted('/do/account/invitation/options', { token: 'x' }, all(410)),
  'POST /do/account/invitation/accept': posted('/do/account/invitation/accept', { token: 'x' }, all(400)),
  'GET /twin/sign-in': page('/sign-in.json'),
  'POST /do/account/sign-in/options': posted('/do/account/sign-in/options', {}, open),
  'POST /do/account/sign-in': posted('/do/account/sign-in', {}, all(400)),
  'POST /do/account/sign-out': posted('/do/account/sign-out', [], all(400)),
  'POST /do/account/oidc': posted('/do/account/oidc', {}, all(404)),
  'GET /sign-in/callback': { ask: [['/sign-in/callback?code=1&state=1', all(303)]] },
  'GET /twin/account': { ask: [['/account.json', own]] },
  'GET /twin/account/reads': { ask: [['/account/reads.json', own]] },
  'GET /account/reads.csv': { ask: [['/account/reads.csv', own]] },
  'POST /do/account/passkeys/options': posted('/do/account/passkeys/options', {}, own),
  'POST /do/account/passkeys/add': posted('/do/account/passkeys/add', {}, all(400)),
  'POST /do/account/passkeys/remove': posted(
    '/do/account/passkeys/remove',
    { id: 'x' },
    {
      ...all(400),
      anonymous: 401,
      revoked: 401,
    },
  ),
  'POST /do/account/sessions/end': posted('/do/account/sessions/end', { others: true }, own),
  'GET /twin/access': page('/access.json'),
  'GET /access/access.toml': page('/access/access.toml'),
  'GET /twin/source': page('/source.json'),
  'GET /twin/source/compare': {
    ask: [
      ['/source/compare.json?from={tree}&to={other}', from('overview')],
      ['/source/compare.json?from={tree}&to={other}&path=src/main.ts', from('everything')],
    ],
  },
  'GET /twin/source/compare/lines': {
    ask: [['/source/compare/lines.json?from={tree}&to={other}', from('overview')]],
  },
  'GET /twin/source/:tree': { ask: [[`/source/${tree}.json`, from('overview')]] },
  'GET /twin/source/:tree/paths': { ask: [[`/source/${tree}/paths.json`, from('overview')]] },
  'GET /twin/source/:tree/file': file('file.json'),
  'GET /twin/source/:tree/tokens': file('tokens.json'),
  'GET /twin/source/:tree/history': file('history.json'),
  'GET /twin/source/:tree/blame': file('blame.json'),
  'GET /source/:tree/raw': file('raw'),
  'GET /twin/source/:tree/proof': file('proof.json'),
  'GET /twin/source/:tree/symbols': file('symbols.json'),
  'GET /twin/search': page('/search.json?q=Says', '/search.json?q=file:main'),
  'GET /twin/search/suggest': page('/search/suggest.json?q=Spea', '/search/suggest.json?q=file:src/ma'),
  'GET /twin/symbols': page('/symbols.json?name=Speaker'),
  'GET /twin/questions': page('/questions.json'),
  'GET /twin/questions/:id': { ask: [['/questions/{question}.json', from('everything')]] },
  'POST /do/questions/ask': posted('/do/questions/ask', lines, writing(from('everything'))),
  'POST /do/questions/post': posted(
    '/do/questions/post',
    { id: '{question}', text: 'more' },
    writing(from('everything')),
  ),
  'POST /do/questions/edit': posted(
    '/do/questions/edit',
    { post: 1, text: 'less' },
    writing(from('everything')),
  ),
  'POST /do/questions/state': posted(
    '/do/questions/state',
    { id: '{question}', state: 'closed' },
    writing(from('everything')),
  ),
  'GET /twin/reviews': page('/reviews.json'),
  'GET /twin/reviews/:id': { ask: [['/reviews/{review}.json', { ...all(404), everything: 200 }]] },
  'POST /do/reviews/begin': posted('/do/reviews/begin', { tree: '{tree}' }, writing(from('overview'))),
  'POST /do/reviews/save': posted(
    '/do/reviews/save',
    { id: '{review}', version: 0, verdict: 'remarks', text: '' },
    writing({ ...all(404), everything: 200 }),
  ),
  ...Object.fromEntries(
    (
      [
        ['discard', {}],
        ['finding', { severity: 'note', path: null, first: null, last: null, text: 'a finding' }],
        ['drop-finding', { finding: 1 }],
        ['sign', { salt: 'AA==', body: '', envelope: 'AAAA' }],
        ['task', {}],
        ['open', {}],
        ['destroy', {}],
      ] as const
    ).map(([verb, more]) => [
      `POST /do/reviews/${verb}`,
      posted(`/do/reviews/${verb}`, { id: '0'.repeat(20), ...more }, writing(all(404))),
    ]),
  ),
  'GET /do/reviews/task/:secret': { ask: [[`/do/reviews/task/${'A'.repeat(43)}`, all(404)]] },
  'POST /do/reviews/task/:secret': posted(
    `/do/reviews/task/${'A'.repeat(43)}`,
    { salt: 'AA==', body: '', envelope: 'AAAA' },
    all(404),
  ),
  'POST /do/reviews/end-key': posted('/do/reviews/end-key', { keyid: '0'.repeat(64) }, writing(all(403))),
  'GET /openapi.json': page('/openapi.json'),
  'GET /assets/:name': page('/assets/index-1.css'),
};

function rowOf(method: string, path: string): Row | undefined {
  const isPage = method === 'GET' && pagePaths.some((one) => one === path);
  // Pages are the one HTML page, the same for everybody: what they show is their twin.
  return rows[`${method} ${path}`] ?? (isPage ? page(path.replaceAll(/:[a-z]+/g, '1')) : undefined);
}

const filled = (text: string): string =>
  text
    .replaceAll('{question}', question)
    .replaceAll('{review}', review)
    .replaceAll('{tree}', trees[0] ?? '')
    .replaceAll('{other}', trees[1] ?? '')
    .replaceAll('{finding}', String(world.finding?.index));

const routes = (): readonly { readonly method: string; readonly path: string }[] =>
  portal.center.app.routes.filter(({ method }) => method !== 'ALL');

test('every route has a row, and every row a route', () => {
  const names = routes().map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual(
    routes()
      .filter(({ method, path }) => rowOf(method, path) === undefined)
      .map(({ method, path }) => `${method} ${path}`),
    [],
    'routes without a row',
  );
  assert.deepEqual(
    Object.keys(rows).filter((name) => !names.includes(name)),
    [],
    'rows without a route',
  );
});

test('each route opens for whom its row says, and gives nobody the bytes of another tier', async () => {
  for (const { method, path: route } of routes()) {
    const { ask, body } = rowOf(method, route) ?? assert.fail(route);
    for (const [path, expected] of ask) {
      const answers = new Map<Role, string>();
      const caches = new Set<string>();
      for (const role of roles) {
        const browser = browserOf(role);
        const cookies = new Map(browser.cookies);
        const response = await (method === 'GET'
          ? browser.get(filled(path))
          : browser.post(filled(path), JSON.parse(filled(JSON.stringify(body)))));
        const text = await response.text();
        assert.equal(response.status, expected[role], `${method} ${path} for ${role}: ${text.slice(0, 200)}`);
        assertCloses(text, role, path);
        answers.set(role, text);
        caches.add(response.headers.get('cache-control') ?? 'nothing');
        if (method === 'POST') for (const [name, value] of cookies) browser.cookies.set(name, value);
      }
      const same = new Set(answers.values()).size === 1;
      if (!same) assert.deepEqual([...caches], ['private, no-store'], `${path} depends on who asks`);
    }
  }
});

/** Words that stand only in files of a tier. */
const words: readonly (readonly [RegExp, readonly Role[]])[] = [
  [/text\.split\(|split\(\\*&quot;/, ['critical', 'everything']],
  [/Says the words|this\.#words|The whole product/, ['everything']],
  [/implant = \(\)/, ['everything']],
  // Nor are the names of closed files told.
  [/src\/main\.ts|secret\/implant/, ['everything']],
];

function assertCloses(text: string, role: Role, path: string): void {
  for (const [word, readers] of words) {
    if (!readers.includes(role)) assert.doesNotMatch(text, word, `${path} shows ${role} what is closed`);
  }
}

test('the words that must not leak are shown to whom they are open', async () => {
  const read = async (path: string): Promise<string> =>
    (await browserOf('everything').get(filled(`/source/{tree}/raw?path=${path}`))).text();
  assert.match(await read('src/util/text.ts'), /text\.split\(/);
  assert.match(await read('src/main.ts'), /Says the words/);
});

test('what one reader was answered is never answered to the next, in whatever order they come', async () => {
  const paths = [
    '/source.json',
    '/source/{tree}.json',
    '/source/{tree}/file.json?path=src/main.ts',
    '/source/{tree}/tokens.json?path=src/main.ts',
    '/search.json?q=Says',
    '/search/suggest.json?q=Spea',
    '/symbols.json?name=Speaker',
    '/access.json',
    '/frame.json',
  ].map(filled);
  for (const path of paths) {
    const alone = await bodyOf('anonymous', path);
    await bodyOf('everything', path);
    assert.equal(await bodyOf('anonymous', path), alone, path);
    await bodyOf('overview', path);
    const { status, headers } = await browserOf('everything').get(path, { 'if-none-match': '*' });
    assert.equal(status, 200, `${path} is made anew for each reader`);
    assert.equal(headers.get('etag'), null, path);
    assert.match(headers.get('vary') ?? '', /cookie/i, path);
  }
});

/** Without what changes from one answer to the next by itself. */
async function bodyOf(role: Role, path: string): Promise<string> {
  const text = await (await browserOf(role).get(path)).text();
  return text.replaceAll(/"(?:milliseconds|took|time|checkedAt)":[0-9.]+/g, '');
}

test('a read of restricted source is on the record of its reader, a refused one on nobody’s', async () => {
  const { browser } = await portal.reader('critical');
  const read = async (path: string): Promise<number> =>
    (await browser.get(filled(`/source/{tree}/raw?path=${path}`))).status;
  assert.deepEqual([await read('src/util/text.ts'), await read('src/main.ts')], [200, 404]);
  const record =
    await browser.json<readonly { readonly path: string; readonly what: string }[]>('/account/reads.json');
  assert.deepEqual(
    record.map(({ path, what }) => `${what} ${path}`),
    ['raw src/util/text.ts'],
  );
  const csv = await browser.get('/account/reads.csv');
  assert.equal(csv.headers.get('content-type'), 'text/csv; charset=utf-8');
  assert.match(
    await csv.text(),
    /^product,what,tree,path,count,first,last\r\n"sample","raw","[0-9a-f]{64}","src\/util\/text\.ts","1",/,
  );
});

test('no route fetches an address that a request names', async (t) => {
  const asked: string[] = [];
  const canary = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end();
  });
  await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
  t.after(() => canary.close());
  const address = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/`;
  const everything = browserOf('everything');
  const encoded = encodeURIComponent(address);
  const parameters = [
    'path',
    'q',
    'from',
    'to',
    'name',
    'tree',
    'url',
    'code',
    'state',
    'iss',
    'failed',
    'about',
  ];
  const query = parameters.map((name) => `${name}=${encoded}`).join('&');
  for (const { method, path } of routes()) {
    const target = path
      .replace(/^\/twin(\/.*)$/, '$1.json')
      .replaceAll(/:[a-z]+/g, encoded)
      .replace('/.json', '/index.json')
      .replace('*', encoded);
    const headers = { 'x-forwarded-host': new URL(address).host, forwarded: `host=${new URL(address).host}` };
    if (method === 'GET') await everything.get(`${target}?${query}`, headers);
    else if (path !== '/do/account/sign-out')
      await everything.post(path, Object.fromEntries(parameters.map((name) => [name, address])));
  }
  await everything.get(`/repository/${address}`);
  await everything.get(`/log/files/${address}`);
  assert.deepEqual(asked, []);
});

test('source that is a page with a script is answered as bytes, not as a page', async () => {
  const everything = browserOf('everything');
  const name =
    [...(world.trees[0]?.files.keys() ?? [])].find((path) => path.includes('script')) ?? assert.fail();
  const raw = await everything.get(filled(`/source/{tree}/raw?path=${encodeURIComponent(name)}`));
  assert.equal(raw.status, 200);
  assert.doesNotMatch(raw.headers.get('content-type') ?? '', /html|xml|svg|javascript/);
  assert.match(await raw.text(), /<script>/);
});
