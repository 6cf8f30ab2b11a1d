// The release page as text: what it says, and what it lets a browser do.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { publish, withdraw } from '../src/index.ts';
import { makeReleaseWorld, type ReleaseWorld } from './release-world.ts';

const quick = { timeoutMs: 5_000, patienceMs: 0, pollMs: 5 };

function pageOf({ publisher }: ReleaseWorld, name: string): string {
  return readFileSync(join(publisher.folder, 'release', name), 'utf8');
}

test('a page allows nothing but its own style, and asks for nothing', async (t) => {
  const world = await makeReleaseWorld(t);
  await publish(world.publisher, { order: await world.build('first'), channel: 'stable' }, quick);
  for (const name of ['tiny/stable/1.html', 'index.html']) {
    const page = pageOf(world, name);
    const [, style = ''] = /<style>([^]*?)<\/style>/.exec(page) ?? [];
    const digest = createHash('sha256').update(style).digest('base64');
    assert.ok(
      page.includes(
        `content="default-src &#39;none&#39;; style-src &#39;sha256-${digest}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"`,
      ),
    );
    assert.doesNotMatch(page, /<script|<img|<link|<iframe|\son[a-z]+=|style=|javascript:|url\(/i);
  }
});

test('every link of a page leads to a file of the repository', async (t) => {
  const world = await makeReleaseWorld(t);
  await publish(world.publisher, { order: await world.build('first'), channel: 'stable' }, quick);
  const page = pageOf(world, 'tiny/stable/1.html');
  const here = join(world.publisher.folder, 'release/tiny/stable');
  const relative = [...page.matchAll(/href="([^"#:]+)"/g)].map(([, link]) => link ?? '');
  assert.ok(relative.length > 10);
  // policy.json and root.json lie there after a ceremony.
  for (const link of relative.filter((one) => !/(?:policy|root)\.json$/.test(one)))
    assert.ok(existsSync(join(here, link)), link);
  assert.equal(dirname(here).endsWith('tiny'), true);
});

test('names that others chose are text, whatever is in them', async (t) => {
  const made = await makeReleaseWorld(t);
  const hostile = '"><script>alert(1)</script>&';
  const world = {
    ...made,
    publisher: { ...made.publisher, pages: { vendor: hostile, logUrl: 'http://127.0.0.1:1' } },
  };
  await publish(world.publisher, { order: await world.build('first'), channel: 'stable' }, quick);
  for (const name of ['tiny/stable/1.html', 'index.html']) {
    const page = pageOf(world, name);
    assert.doesNotMatch(page, /<script/);
    assert.ok(page.includes('&#34;&#62;&#60;script&#62;'));
  }
});

test('a page says that its release is withdrawn as soon as that is published, and the others stay as they are', async (t) => {
  const world = await makeReleaseWorld(t);
  for (const content of ['first', 'second'])
    await publish(world.publisher, { order: await world.build(content), channel: 'stable' }, quick);
  assert.match(pageOf(world, 'tiny/stable/1.html'), /superseded by a later release/);
  await withdraw(world.publisher, { product: 'tiny', channel: 'stable', sequence: 1, reason: 'security' });
  const page = pageOf(world, 'tiny/stable/1.html');
  assert.match(page, /<span class="state bad">withdrawn<\/span>/);
  assert.match(page, /for security; entry \d+ by vendor/);
  assert.doesNotMatch(pageOf(world, 'tiny/stable/2.html'), /state bad/);
});

test('the limits stand beside the claims, in the words of the protocol', async (t) => {
  const world = await makeReleaseWorld(t);
  await publish(world.publisher, { order: await world.build('first'), channel: 'stable' }, quick);
  const page = pageOf(world, 'tiny/stable/1.html').replaceAll('&#34;', '"');
  const protocol = readFileSync(new URL('../../../docs/design/protocol.md', import.meta.url), 'utf8');
  for (const words of [
    'Your bytes are in the public log.',
    'Whether the same bytes behave differently by machine only source review answers.',
    'Ordering needs no clock; freshness without one is unknown, and we say so.',
    'Rebuilders sharing our code share its bugs.',
    'an endpoint sees it at its next poll.',
    'No client-specific message can change what runs or what is collected; anyone can be shown an older state for at most maxAge',
  ]) {
    assert.ok(page.includes(words), words);
    assert.ok(protocol.includes(words), `${words} (protocol.md)`);
  }
  assert.match(page, /safe while fewer than 2 of the 2 collude/);
  assert.match(page, /use a file that you keep, or the command line, instead/);
});
