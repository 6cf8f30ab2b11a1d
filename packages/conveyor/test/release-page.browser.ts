// The release page in a real Chromium: at three widths, in both themes, on paper, without a script.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { rebuild, signStatement } from '@vitrine/evidence';
import { launchChromium } from '@vitrine/testkit/browser';
import { heartbeat, publish, readLedger, withdraw } from '../src/index.ts';
import { makeReleaseWorld, type ReleaseWorld } from './release-world.ts';

const quick = { timeoutMs: 5_000, patienceMs: 0, pollMs: 5 };
const widths = [360, 820, 1_400] as const;
/** Where pictures go, for people who look at the pages; none are taken without it. */
const pictures = process.env['PICTURES'];

let browser: Browser;
let world: ReleaseWorld;
const endings: (() => unknown)[] = [];

before(async () => {
  world = await makeReleaseWorld({ after: (ending: () => unknown) => endings.push(ending) });
  const { publisher } = world;
  const held = await world.build('third <b>&amp;', { version: '1.2.0' });
  for (const order of [await world.build('first'), await world.build('second', { version: '1.1.0' }), held])
    await publish(publisher, { order, channel: 'stable' }, quick);
  await withdraw(publisher, { product: 'tiny', channel: 'stable', sequence: 1, reason: 'security' });
  const other = [{ name: 'outputs', digest: { sha256: 'd'.repeat(64) } }];
  await world.append(
    await signStatement(
      rebuild,
      other,
      { order: held, result: 'differs', isolation: 'bubblewrap', finishedOn: '2026-11-26T13:00:00Z' },
      world.signer('rebuilder', 'supervisor-b'),
    ),
  );
  await heartbeat(publisher, await readLedger(world.reader));
  browser = await launchChromium();
});

after(async () => {
  await browser?.close();
  for (const ending of endings.reverse()) await ending();
});

async function open(name: string, width: number, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme,
  });
  const page = await context.newPage();
  page.on('console', (message) => assert.fail(`console: ${message.text()}`));
  await page.goto(pathToFileURL(join(world.publisher.folder, 'release', name)).href);
  return page;
}

/** In the page. What is wider than the window, in words; tables scroll in boxes of their own. */
const findOverflow = `(() => {
  const found = [];
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) found.push('the page scrolls sideways');
  for (const element of document.querySelectorAll('h1, h2, p, dd, pre, .chain a, .state')) {
    const { right, left } = element.getBoundingClientRect();
    if (right > width + 1 || left < -1) found.push(element.tagName + ' ' + element.textContent.slice(0, 40));
  }
  return found;
})()`;

function overflow(page: Page): Promise<readonly string[]> {
  return page.evaluate<readonly string[]>(findOverflow);
}

for (const name of ['tiny/stable/1.html', 'tiny/stable/2.html', 'tiny/stable/3.html', 'index.html']) {
  for (const width of widths) {
    test(`${name} fits ${width} pixels`, async () => {
      for (const theme of ['light', 'dark'] as const) {
        const page = await open(name, width, theme);
        assert.deepEqual(await overflow(page), []);
        if (pictures !== undefined) {
          const file = `${name.replaceAll('/', '-')}-${width}-${theme}.png`;
          await page.screenshot({ path: join(pictures, file), fullPage: true });
        }
        await page.context().close();
      }
    });
  }
}

test('the state of each release is said in words', async () => {
  const page = await open('index.html', 820);
  assert.deepEqual(await page.locator('tbody .state').allTextContents(), [
    'held: a rebuild differs',
    'superseded by a later release',
    'withdrawn',
  ]);
  await page.goto(pathToFileURL(join(world.publisher.folder, 'release/tiny/stable/3.html')).href);
  assert.deepEqual(await page.locator('.chain a').allTextContents(), [
    'Source1 file',
    'Orderentry 1',
    'Build1 output',
    'Log1 release entry',
    'Witnesses2 must cosign',
    'Rebuildersone differs',
    'Publicationnumber 3',
    'Withdrawalheld',
  ]);
  await page.context().close();
});

test('every part of the drawn chain leads to its own section', async () => {
  const page = await open('tiny/stable/3.html', 820);
  const parts: (string | null)[] = [];
  for (const link of await page.locator('.chain a').all()) parts.push(await link.getAttribute('href'));
  assert.equal(parts.length, 8);
  for (const part of parts)
    assert.equal(await page.locator(`section${String(part)}`).count(), 1, String(part));
  await page.context().close();
});

test('the page prints as one column of paper, whole', async () => {
  const page = await open('tiny/stable/2.html', 820);
  await page.emulateMedia({ media: 'print' });
  assert.deepEqual(await overflow(page), []);
  const pdf = await page.pdf({ format: 'A4' });
  assert.ok(pdf.length > 10_000);
  await page.context().close();
});
