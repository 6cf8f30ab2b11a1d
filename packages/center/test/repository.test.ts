// The repository behind the Center: what is passed on, what is not, and what pages say when it is down or lies.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { hostErrors, listen, respond } from '@vitrine/host';
import { repositoryFile } from '../src/repository/paths.ts';
import type { Overview } from '../src/contract/overview.ts';
import type { ReleasePage } from '../src/contract/releases.ts';
import { openPortal, type Portal } from './portal.ts';
import { makeCenterWorld, type CenterWorld } from './world.ts';

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

const digest = 'd'.repeat(64);

for (const path of [
  'root.json',
  'policy.json',
  'metadata/timestamp.json',
  'metadata/12.snapshot.json',
  'metadata/1.sample-stable.json',
  `evidence/${digest}.json`,
  `publication/${digest}.json`,
  `root/${digest}.json`,
  `policy/${digest}.json`,
  `blob/${digest}`,
  `targets/sample/stable/any/${digest}.sample.mjs`,
  `targets/${digest}.policy.json`,
])
  test(`passes on ${path.replaceAll(digest, 'DIGEST')}`, () =>
    assert.notEqual(repositoryFile(path), undefined));

for (const path of [
  '',
  'index.html',
  'root.json/',
  '/root.json',
  'ROOT.JSON',
  `source/${digest}`,
  `blob/${digest.toUpperCase()}`,
  `blob/${digest}/x`,
  `blob/../source/${digest}`,
  `targets/../source/${digest}`,
  `targets/%2e%2e/source/${digest}`,
  `targets/a/../../source/${digest}.x`,
  `targets/./${digest}.x`,
  `targets//${digest}.x`,
  `targets/a%2fb/${digest}.x`,
  `targets/a\\b/${digest}.x`,
  `targets/${'a/'.repeat(9)}${digest}.x`,
  `targets/${digest}.`,
  `targets/${digest}..`,
  'metadata/1.root.json.bak',
  'metadata/..root.json',
  'metadata/01.root.json',
  'metrics',
  'http://other.example/root.json',
  '@other.example/root.json',
  `evidence/${digest}.json\n`,
  `evidence/${digest}.json?x`,
])
  test(`does not pass on ${JSON.stringify(path.replaceAll(digest, 'DIGEST'))}`, () =>
    assert.equal(repositoryFile(path), undefined));

test('a file is passed on to the byte, to be saved and not shown', async () => {
  const { artifact } = world.releases[1] ?? {};
  assert(artifact !== undefined);
  const path = `targets/sample/stable/any/${artifact.sha256}.sample.mjs`;
  const answer = await portal.browser().get(`/repository/${path}`);
  assert.equal(answer.status, 200);
  assert.deepEqual(
    new Uint8Array(await answer.arrayBuffer()),
    new Uint8Array(readFileSync(join(world.repository.folder, path))),
  );
  assert.equal(answer.headers.get('content-disposition'), 'attachment; filename="sample.mjs"');
  assert.equal(answer.headers.get('content-type'), 'application/octet-stream');
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
});

test('what is no open file of a repository is not asked for', async () => {
  const sofar = world.repository.gate.asked.length;
  for (const path of [`source/${digest}`, `targets/..%2fsource/${digest}`, 'metrics', `blob/..%2f..%2fx`]) {
    const answer = await portal.browser().get(`/repository/${path}`);
    assert.equal(answer.status, 404, path);
    assert.deepEqual(Object.keys((await answer.json()) as object), ['error']);
  }
  const asked = world.repository.gate.asked.slice(sofar).filter((path) => !/metadata|publication/.test(path));
  assert.deepEqual(asked, []);
});

/** A Center whose repository is this one. */
async function withRepository(
  t: { after(work: () => unknown): unknown },
  handler: Parameters<typeof listen>[0],
): Promise<Portal> {
  const server = await listen(handler, { port: 0, graceMs: 50 });
  t.after(() => server.close());
  const other = { ...world, repository: { ...world.repository, url: server.url } };
  return openPortal({ after: (work) => void t.after(work) }, other);
}

test('neither cookies nor headers of a reader go on, and no redirect of the repository is followed', async (t) => {
  const heads: Record<string, unknown>[] = [];
  const elsewhere: string[] = [];
  const target = await listen(
    (request, response) => {
      elsewhere.push(request.url ?? '');
      respond(response, 200, 'inside');
    },
    { port: 0 },
  );
  t.after(() => target.close());
  const own = await withRepository(t, (request, response) => {
    heads.push(request.headers);
    respond(response, 302, '', { location: `${target.url}/root.json` });
  });
  const browser = own.browser();
  browser.cookies.set('__Host-session', 'secret');
  const answer = await browser.get('/repository/root.json', { 'x-own': 'secret' });
  assert.equal(answer.status, 503);
  assert.equal(((await answer.json()) as { error: { code: string } }).error.code, 'center.repository');
  assert.deepEqual(elsewhere, []);
  assert(!JSON.stringify(heads).includes('secret'));
});

test('a file that is longer than it may be ends', async (t) => {
  const own = await withRepository(t, (_, response) => {
    response.writeHead(200);
    response.end(Buffer.alloc(20_000));
  });
  const answer = await own.browser().get('/repository/metadata/timestamp.json');
  await assert.rejects(answer.arrayBuffer());
  const announced = await withRepository(t, (_, response) => respond(response, 200, Buffer.alloc(20_000)));
  assert.equal((await announced.browser().get('/repository/metadata/timestamp.json')).status, 503);
});

async function troubleOf(own: Portal): Promise<{ readonly page: ReleasePage; readonly overview: Overview }> {
  await own.center.look();
  own.clock.advance(11_000);
  const page = await own.browser().json<ReleasePage>('/releases/sample/stable/2.json');
  return { page, overview: await own.browser().json<Overview>('/index.json') };
}

test('with a repository that is down, a release keeps what the log says, and the page says what is missing', async (t) => {
  const own = await withRepository(t, (_, response) => respond(response, 503, 'at /secret/path line 1\n'));
  const { page, overview } = await troubleOf(own);
  // Readers are told the rule, and the operator which address answered what, once.
  assert.deepEqual(page.trouble, { code: 'fetch.status', message: hostErrors['fetch.status'].meaning });
  await own.center.look();
  assert.deepEqual(
    own.reported.map((line) => /fetch\.status: .*http:.*503/.test(line)),
    [true],
  );
  assert.equal(page.state, 'published');
  assert.equal(page.rebuilds.agreeing, 2);
  assert.deepEqual([page.materials, page.artifacts[0]?.size, page.artifacts[0]?.offered], [null, null, null]);
  assert.equal(page.check.publication, null);
  const tile = overview.tiles.find(({ topic }) => topic === 'repository-trouble');
  assert.equal(tile?.group, 'late');
  assert(
    !overview.tiles.some(({ topic }) => topic === 'repository-verified' || topic === 'publication-fresh'),
  );
});

test('a repository that serves other bytes than were announced, or goes back, is said to lie', async () => {
  const { gate, folder } = world.repository;
  const snapshot = '/metadata/4.snapshot.json';
  const fresh = await openPortal(file, world);
  const altered = readFileSync(join(folder, snapshot));
  altered[altered.length - 3] = (altered[altered.length - 3] ?? 0) ^ 1;
  gate.lies.set(snapshot, altered);
  const { overview } = await troubleOf(fresh);
  gate.lies.delete(snapshot);
  const lie = overview.tiles.find(({ topic }) => topic === 'repository-trouble');
  assert.deepEqual([lie?.group, lie?.mark, lie?.about], ['open', 'bad', 'tuf.hash']);
  assert.equal((await troubleOf(fresh)).page.trouble, null);

  const timestamp = '/metadata/timestamp.json';
  const old = readFileSync(join(folder, timestamp));
  await world.repository.publish();
  await fresh.center.look();
  gate.lies.set(timestamp, old);
  const { page } = await troubleOf(fresh);
  gate.lies.delete(timestamp);
  assert.equal(page.trouble?.code, 'tuf.rollback');
});
