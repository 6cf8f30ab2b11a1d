// What the twins say of releases and rebuilds, over the world: three releases of which one is withdrawn, one
// holds, one is held.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { utf8 } from '@vitrine/evidence';
import type { ReleasePage, Releases } from '../src/contract/releases.ts';
import type { Rebuilds, ReleaseRebuilds } from '../src/contract/rebuilds.ts';
import { quoted } from '../src/releases/commands.ts';
import type { ReleaseFacts } from '../src/releases/facts.ts';
import { atomFeed, escapeXml } from '../src/releases/feed.ts';
import { openPortal, portalOrigin, type Portal } from './portal.ts';
import { makeCenterWorld, type CenterWorld } from './world.ts';
import { requireWellFormed, textsOf } from './xml.ts';

let world: CenterWorld;
let portal: Portal;
const endings: (() => unknown)[] = [];
const file = { after: (work: () => unknown): unknown => endings.push(work) };

before(async () => {
  world = await makeCenterWorld(file);
  portal = await openPortal(file, world);
  await portal.center.look();
});
after(async () => {
  for (const end of endings.toReversed()) await end();
});

const get = <T>(path: string): Promise<T> => portal.browser().json<T>(path);
const release = (sequence: number): Promise<ReleasePage> => get(`/releases/sample/stable/${sequence}.json`);

test('every release of the log is listed with its state and how many rebuilt it', async () => {
  const { releases, size } = await get<Releases>('/releases.json');
  assert.equal(size, world.log.statements.length);
  assert.deepEqual(
    releases.map(({ version, sequence, state, agreeing, threshold }) => [
      version,
      sequence,
      state,
      agreeing,
      threshold,
    ]),
    [
      ['1.0.0', 1, 'withdrawn', 2, 2],
      ['1.1.0', 2, 'published', 2, 2],
      ['1.2.0', 3, 'held', 1, 2],
    ],
  );
  assert.deepEqual(releases, (await get<Releases>('/releases/sample/stable.json')).releases);
});

test('the page of a release holds its chain, each part at its place in the log', async () => {
  const page = await release(2);
  const made = world.releases[1];
  assert(made !== undefined);
  assert.equal(page.state, 'published');
  assert.equal(page.vendor.name, 'Example Vendor');
  assert.deepEqual([page.previous, page.next], [1, 3]);
  assert.equal(page.previousTree, world.trees[0]?.digest);
  assert.equal(page.source?.tree, made.tree.digest);
  assert.equal(page.source?.index, made.at.source.index);
  assert.equal(page.source?.gitCommit, made.tree.gitCommit);
  assert.equal(page.order?.id, made.orderId);
  assert.equal(page.build?.outputs, made.outputsSha256);
  assert.equal(page.build?.index, made.at.provenance.index);
  assert.deepEqual(page.materials?.count, 3);
  assert.deepEqual(
    page.materials?.opaque.map(({ id }) => id),
    ['npm:@example/compiler-linux-x64@2.1.0'],
  );
  const [artifact] = page.artifacts;
  assert.equal(artifact?.sha256, made.artifact.sha256);
  assert.equal(artifact?.size, made.artifact.size);
  assert.equal(page.publication.first?.asOf, made.at.release.index + 1);
  assert.deepEqual(
    page.log.entries.map(({ kind }) => kind),
    ['source', 'order', 'rebuild', 'rebuild', 'provenance', 'rebuild', 'rebuild', 'release', 'publication'],
  );
  assert.deepEqual(
    page.rebuilds.votes.map(({ operator, result, blind }) => [operator, result, blind]),
    [
      ['supervisor-a', 'reproduced', true],
      ['supervisor-b', 'reproduced', true],
    ],
  );
  assert.equal(page.trouble, null);
});

test('a release that was withdrawn names the one that replaces it', async () => {
  const { state, withdrawals, artifacts } = await release(1);
  assert.equal(state, 'withdrawn');
  assert.equal(withdrawals[0]?.index, world.withdrawal?.index);
  assert.equal(withdrawals[0]?.replacedBy, 2);
  assert.equal(artifacts[0]?.offered, false);
});

test('a release that is held says who got other bytes, and of what it is accused', async () => {
  const page = await release(3);
  assert.equal(page.state, 'held');
  assert.deepEqual(
    page.rebuilds.votes.map(({ result }) => result),
    ['reproduced', 'differs'],
  );
  const differing = page.rebuilds.votes[1]?.words.at(-1);
  assert.equal(differing?.agrees, false);
  assert.equal(differing?.difference?.heldBy, 'supervisor-b');
  assert.deepEqual(
    page.findings.map(({ index, severity }) => [index, severity]),
    [[world.finding?.index, 'critical']],
  );
  assert.equal(page.holds.length, 1);
});

test('the commands of a release are complete, and name this Center, this log and this release', async () => {
  const { artifacts, check } = await release(2);
  const [artifact] = artifacts;
  assert(artifact !== undefined);
  assert.deepEqual(
    artifact.fetch.split('\n').map((line) => line.split(' ').slice(0, 4).join(' ')),
    ['sample.mjs', 'evidence.json', 'publication.json', 'policy.json', 'root.json'].map(
      (name) => `curl -fsS -o ${name}`,
    ),
  );
  for (const line of artifact.fetch.split('\n')) {
    const address = new URL(line.split(' ').at(-1) ?? '');
    assert.equal(address.origin, portalOrigin);
    const answer = await portal.browser().get(address.pathname);
    assert.equal(answer.status, 200, line);
  }
  assert.equal(
    artifact.verify.replaceAll(/ \\\n +/g, ' '),
    `vitrine verify sample.mjs --evidence evidence.json --publication publication.json --policy policy.json --root root.json --log ${world.log.url} --product sample --channel stable --platform any --min-sequence 2`,
  );
  assert.match(check.rebuild ?? '', new RegExp(`vitrine rebuild ${world.releases[1]?.orderId ?? ''} `));
});

test('rebuilds stand by order and operator, newest first', async () => {
  const { orders, operators, threshold, blind } = await get<Rebuilds>('/rebuilds.json');
  assert.deepEqual([threshold, blind], [2, true]);
  assert.deepEqual(
    operators.map(({ id }) => id),
    ['supervisor-a', 'supervisor-b'],
  );
  assert.deepEqual(
    orders.map(({ version, agreeing }) => [version, agreeing]),
    [
      ['1.2.0', 1],
      ['1.1.0', 2],
      ['1.0.0', 2],
    ],
  );
  const { order, command } = await get<ReleaseRebuilds>('/rebuilds/sample/stable/3.json');
  assert.equal(order?.order, world.releases[2]?.orderId);
  assert.equal(order?.votes[1]?.words.length, 2);
  assert(command?.includes(world.repository.url));
});

test('what the log does not hold is not found, and what no release can be called is refused', async () => {
  const status = async (path: string): Promise<number> => (await portal.browser().get(path)).status;
  for (const path of [
    '/releases/sample/stable/4.json',
    '/releases/sample/beta.json',
    '/releases/other/stable/1.json',
    '/rebuilds/sample/stable/9.json',
  ])
    assert.equal(await status(path), 404, path);
  for (const path of [
    '/releases/sample/stable/0.json',
    '/releases/sample/stable/1e3.json',
    '/releases/sample/stable/-1.json',
    '/releases/%3Cscript%3E/stable/1.json',
    '/releases/sample/..%2Fstable/1.json',
  ])
    assert.equal(await status(path), 400, path);
});

test('a twin that did not change is answered without its body', async () => {
  const first = await portal.browser().get('/releases.json');
  const etag = first.headers.get('etag') ?? '';
  assert.equal(first.headers.get('cache-control'), 'public, no-cache');
  const again = await portal.browser().get('/releases.json', { 'if-none-match': etag });
  assert.equal(again.status, 304);
  // A query that the twin does not have is no other address.
  const other = await portal.browser().get('/releases.json?x=1', { 'if-none-match': etag });
  assert.equal(other.status, 304);
});

test('the feed is well-formed, and an entry stays the same entry for every state of its release', async () => {
  const answer = await portal.browser().get('/feed.atom');
  assert.equal(answer.headers.get('content-type'), 'application/atom+xml; charset=utf-8');
  const text = await answer.text();
  requireWellFormed(text);
  const titles = textsOf(text, 'title');
  assert.equal(titles[0], 'Releases of Example Vendor');
  assert.deepEqual(titles.slice(1).toSorted(), [
    'sample 1.0.0 (stable 1): withdrawn',
    'sample 1.1.0 (stable 2): published',
    'sample 1.2.0 (stable 3): on hold: a rebuild gave other bytes',
  ]);
  const ids = textsOf(text, 'id');
  assert.equal(new Set(ids).size, ids.length);
  assert(ids.includes('tag:log.example,2026:vitrine:log.example%2Fcenter:release/sample/stable/1'));
});

test('nothing that a name, a version or an address holds can become part of the feed’s own text', () => {
  const place = { log: 'log.example/a', threshold: 1, updated: 0 };
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, version) => {
      const facts = {
        product: name,
        channel: name,
        sequence: 1,
        version,
        state: 'published',
        artifacts: [{ sha256: version, seenAt: 1, predicate: { output: name } }],
        votes: { agreeing: 1, votes: [] },
        withdrawals: [],
        resolutions: [],
        holds: [],
        published: undefined,
      } as unknown as ReleaseFacts;
      // What cannot be percent-encoded can be in no name of a release.
      fc.pre(name.isWellFormed());
      const feed = atomFeed([facts], {
        ...place,
        origin: `https://${encodeURIComponent(name)}`,
        vendor: name,
      });
      requireWellFormed(feed);
      assert.equal(textsOf(feed, 'entry').length, 1);
    }),
  );
  assert.equal(
    escapeXml('<a href="x">&\u0000\ufffe\ud800</a>'),
    '&#60;a href=&#34;x&#34;&#62;&#38;&#60;/a&#62;',
  );
});

test('no word of a command can be read as more than a word', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (word) => {
      const written = quoted(word);
      // As a POSIX shell reads it: quoted parts are literal, \' is a quote.
      const read = written.replaceAll(/'([^']*)'|\\(')|([^'\\]+)/g, (_, literal, escaped, bare) =>
        String(literal ?? escaped ?? bare ?? ''),
      );
      assert.equal(read, word);
      assert.match(written, /^(?:[A-Za-z0-9_./:@%+=,-]+|(?:'[^']*'|\\')+)$/);
    }),
  );
  assert.equal(utf8(quoted('')).length, 2);
});

test('a verifier that this log has released is offered with every release, and its files can be fetched', async () => {
  assert.equal((await release(2)).check.verifier, null);
  const [tree] = world.trees;
  assert(tree !== undefined);
  const made = await world.release({
    product: 'verifier',
    tree,
    version: '2.0.0',
    sequence: 4,
    output: 'verifier.html',
    bytes: utf8('<!doctype html>'),
  });
  await world.repository.publish();
  await portal.center.look();
  const { verifier } = (await release(2)).check;
  assert.deepEqual([verifier?.version, verifier?.sequence, verifier?.program], ['2.0.0', 4, null]);
  assert.equal(verifier?.page?.sha256, made.artifact.sha256);
  const answer = await portal.browser().get(`/repository/${verifier?.page?.path ?? ''}`);
  assert.equal(await answer.text(), '<!doctype html>');
  // A page of somebody else's under our origin would be ours: it is saved, never shown.
  assert.equal(answer.headers.get('content-type'), 'application/octet-stream');
  assert.match(answer.headers.get('content-disposition') ?? '', /^attachment/);
});

test('the machine’s description names every twin', async () => {
  const { paths } = await get<{ readonly paths: Readonly<Record<string, unknown>> }>('/openapi.json');
  for (const path of [
    '/index.json',
    '/releases.json',
    '/releases/{product}/{channel}.json',
    '/releases/{product}/{channel}/{sequence}.json',
    '/rebuilds.json',
    '/rebuilds/{product}/{channel}/{sequence}.json',
  ])
    assert(Object.hasOwn(paths, path), path);
});
