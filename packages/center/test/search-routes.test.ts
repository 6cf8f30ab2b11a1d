// Search over HTTP: what is answered to whom, with which status, and what it leaves in the record.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { eventually } from '@vitrine/testkit';
import type { AccountPage } from '../src/contract/account.ts';
import type { FileSymbols, SearchPage, Suggestions, SymbolsPage } from '../src/contract/search.ts';
import { openPortal, type Portal, type TestBrowser } from './portal.ts';
import { makeCenterWorld, type CenterWorld } from './world.ts';

const table = `table = 1

[[products]]
name = "sample"
critical = ["src/main.ts"]

[[grants]]
who = "group:readers"
product = "sample"
tier = "everything"

[[grants]]
who = "group:critics"
product = "sample"
tier = "critical"
`;

const ending: (() => unknown)[] = [];
const untilTheEnd = { after: (work: () => unknown): void => void ending.push(work) };
let world: CenterWorld;
let portal: Portal;

before(async () => {
  world = await makeCenterWorld(untilTheEnd);
  portal = await openPortal(untilTheEnd, world, { table });
  await portal.center.look();
  // Its own reader, so that the others' records hold only what they asked for.
  const { browser } = await portal.reader('readers');
  await eventually(async () => {
    const { index } = await browser.json<SearchPage>('/search.json');
    return index.percent === 100 && index.symbolsPercent === 100;
  });
});

after(async () => {
  for (const work of ending.toReversed()) await work();
});

const search = (browser: TestBrowser, query: string): Promise<SearchPage> =>
  browser.json<SearchPage>(`/search.json?${new URLSearchParams({ q: query }).toString()}`);

describe('/search', () => {
  it('answers what each reader may read, for nobody else to keep', async () => {
    const all = await search((await portal.reader('readers')).browser, 'file:main');
    const critic = await search((await portal.reader('critics')).browser, 'file:main');
    const stranger = await search(portal.browser(), 'file:main');
    assert.ok(all.files > 0);
    assert.deepEqual([...new Set(critic.results.map(({ path }) => path))], ['src/main.ts']);
    assert.deepEqual([stranger.files, stranger.results.length], [0, 0]);
    const response = await portal.browser().get('/search.json?q=a');
    assert.equal(response.headers.get('cache-control'), 'private, no-store');
    assert.match(response.headers.get('vary') ?? '', /cookie/i);
  });

  it('finds the hostile names and texts of the world as they are', async () => {
    const { browser } = await portal.reader('readers');
    const names = (await search(browser, 'file:.txt -file:nothing')).results.map(({ path }) => path);
    for (const name of [
      'a%20file%20with%20spaces.txt',
      'caf%E9.txt',
      'line%0Abreak.txt',
      'percent%252e%252e%252f.txt',
    ])
      assert.ok(names.includes(`hostile/${name}`), name);
    const [script] = (await search(browser, '"<script>alert"')).results;
    assert.equal(script?.chunks[0]?.[0]?.text, '<script>alert("from the source")</script>');
  });

  it('groups a file over the releases that hold it, and narrows to one of them', async () => {
    const { browser } = await portal.reader('readers');
    const [check] = (await search(browser, '"check(value)" file:tools')).results;
    assert.deepEqual(
      check?.releases.map(({ version }) => version),
      ['1.2.0', '1.1.0', '1.0.0'],
    );
    assert.equal(
      (await search(browser, 'version repo:sample@stable/1 file:src')).results[0]?.tree,
      world.trees[0]?.digest,
    );
  });

  it('records what it showed, and only of restricted source', async () => {
    const { browser } = await portal.reader('readers');
    await search(browser, 'implant file:/implant/');
    const { reads } = await browser.json<AccountPage>('/account.json');
    assert.deepEqual(
      reads.latest.map(({ what, path }) => [what, path]),
      [['search', 'src/secret/implant.ts']],
    );
  });

  const refused: readonly (readonly [address: string, status: number, code: string])[] = [
    ['/search.json?q=(a', 400, 'search.query'],
    ['/search.json?q=%2F(a%2F', 400, 'search.regex'],
    [`/search.json?q=${'a'.repeat(1_001)}`, 400, 'center.request'],
    ['/search.json?q=a&page=0', 400, 'center.request'],
    ['/search.json?q=a&page=1001', 400, 'center.request'],
    ['/symbols.json', 400, 'center.request'],
    ['/symbols.json?name=a&tree=..%2F..', 400, 'center.request'],
    [`/source/${'0'.repeat(64)}/symbols.json?path=a`, 404, 'center.not-found'],
  ];
  for (const [address, status, code] of refused)
    it(`refuses ${address.slice(0, 50)} with ${String(status)} ${code}`, async () => {
      const response = await portal.browser().get(address);
      assert.equal(response.status, status);
      const { error } = (await response.json()) as {
        readonly error: { readonly code: string; readonly message: string };
      };
      assert.equal(error.code, code);
      assert.doesNotMatch(error.message, /\bat \/|\.ts:\d/);
    });

  it('tells whoever asks too much at once to come again', async () => {
    const { browser } = await portal.reader('readers');
    const answers = await Promise.all(Array.from({ length: 30 }, () => browser.get('/search.json?q=a')));
    const busy = answers.filter(({ status }) => status === 503);
    assert.ok(busy.length > 0 && busy.length < 30);
    assert.equal(busy[0]?.headers.get('retry-after'), '1');
  });
});

describe('/symbols', () => {
  it('leads from a name to its place, for who may read it', async () => {
    const reader = (await portal.reader('readers')).browser;
    const tree = world.trees[1]?.digest ?? '';
    const page = await reader.json<SymbolsPage>(`/symbols.json?name=say&tree=${tree}&from=src%2Fmain.ts:3`);
    assert.deepEqual(
      page.definitions.map(({ path, kind }) => [path, kind]),
      [['src/main.ts', 'function']],
    );
    const stranger = await portal.browser().json<SymbolsPage>(`/symbols.json?name=say&tree=${tree}`);
    assert.deepEqual([...stranger.definitions, ...stranger.references], []);
  });

  it('lists those of a file, and is closed where the file is', async () => {
    const address = `/source/${world.trees[1]?.digest ?? ''}/symbols.json?path=src%2Fmain.ts`;
    const { state, symbols } = await (await portal.reader('critics')).browser.json<FileSymbols>(address);
    assert.equal(state, 'done');
    assert.ok(symbols.some(({ name, role }) => name === 'say' && role === 'definition'));
    assert.equal((await portal.browser().get(address)).status, 404);
  });

  it('are suggested to who may read them alone', async () => {
    const address = '/search/suggest.json?q=sym:sa';
    const labels = async (browser: TestBrowser): Promise<readonly string[]> =>
      (await browser.json<Suggestions>(address)).suggestions.map(({ label }) => label);
    assert.deepEqual(await labels((await portal.reader('critics')).browser), ['say']);
    assert.deepEqual(await labels(portal.browser()), []);
  });
});
