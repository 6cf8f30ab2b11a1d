// The whole tour in a browser. Its result, judged by the page that the tour built, from a file and without a
// network. Its Center: every page, filled with what the tour did, and a reviewer's way from the invitation
// to a review in the log.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { eventually, temporaryDirectory } from '@vitrine/testkit';
import { addAuthenticator, launchChromium, settle } from '@vitrine/testkit/browser';
import { everyPage, openTour, watch, type TourOfTests } from './portal.ts';
import { acceptInvitation, Actions, askAbout, signReview } from './reviewer.ts';

let browser: Browser;
let tour: TourOfTests;
let served = '';
const cleanUps: (() => void)[] = [];

before(async () => {
  tour = await openTour(join(temporaryDirectory({ after: (fn) => cleanUps.push(fn) }), 'tour'));
  served = join(tour.data, 'vendor/public');
  browser = await launchChromium();
});

after(async () => {
  await browser?.close();
  await tour?.stop();
  for (const cleanUp of cleanUps) cleanUp();
});

test('twenty-two attacks were carried out, each under a name of its own, and each was refused', () => {
  assert.equal(new Set(tour.attacks.map(({ name }) => name)).size, 22);
  assert.deepEqual(
    tour.attacks.filter(({ refused }) => !refused),
    [],
  );
});

/** SHA-256 of the built file, from the evidence about it. */
function digestOf(artifact: string): string {
  for (const name of readdirSync(join(served, 'evidence'))) {
    const { artifact: about, outputs } = JSON.parse(readFileSync(join(served, 'evidence', name), 'utf8')) as {
      artifact: { sha256: string };
      outputs: { outputs: { path: string; sha256: string }[] };
    };
    if (outputs.outputs.some(({ path, sha256 }) => path === artifact && sha256 === about.sha256))
      return about.sha256;
  }
  throw new Error(`there is no evidence about ${artifact}`);
}

/** The file as endpoints fetch it. */
function targetOf(artifact: string): string {
  const folder = join(served, 'targets/verifier/stable', `${process.platform}-${process.arch}`);
  return join(folder, `${digestOf(artifact)}.${artifact}`);
}

function evidenceFiles(artifact: string): string[] {
  const { signed } = JSON.parse(readFileSync(join(served, 'metadata/timestamp.json'), 'utf8')) as {
    signed: { meta: { 'snapshot.json': { hashes: { sha256: string } } } };
  };
  return [
    join(served, 'evidence', `${digestOf(artifact)}.json`),
    join(served, 'publication', `${signed.meta['snapshot.json'].hashes.sha256}.json`),
    join(served, 'policy.json'),
    join(served, 'root.json'),
  ];
}

async function judge(
  files: readonly string[],
): Promise<{ readonly headline: string; readonly requests: readonly string[] }> {
  const context = await browser.newContext({ offline: true });
  const page: Page = await context.newPage();
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(targetOf('verifier.html')).href);
  await page.setInputFiles('#files', [...files]);
  const headline = (await page.locator('#headline').textContent({ timeout: 60_000 })) ?? '';
  await context.close();
  return {
    headline,
    requests: requests.filter((url) => !url.startsWith('file:') && !url.startsWith('data:')),
  };
}

for (const artifact of ['verifier.mjs', 'verifier.html']) {
  test(`the built page accepts the built ${artifact}, and asks the network for nothing`, async () => {
    const { headline, requests } = await judge([targetOf(artifact), ...evidenceFiles(artifact)]);
    assert.match(headline, /^accepted/);
    assert.deepEqual(requests, []);
  });
}

test('the built page refuses the artifact with one byte changed', async () => {
  const bytes = readFileSync(targetOf('verifier.mjs'));
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  const changed = join(served, 'changed.mjs');
  writeFileSync(changed, bytes);
  const { headline } = await judge([changed, ...evidenceFiles('verifier.mjs')]);
  assert.match(headline, /^refused: the evidence is about another artifact/);
});

/** One browser of one reader: what comes first makes the account and the review that the pages then show. */
let reader: BrowserContext;
let faults: () => readonly string[];

test('a reviewer comes from the invitation to a signed review in the log in at most twelve actions', async (t) => {
  reader = await browser.newContext({ reducedMotion: 'reduce' });
  faults = watch(reader, tour.origin);
  const page = await reader.newPage();
  page.setDefaultTimeout(60_000);
  await addAuthenticator(page);
  const actions = new Actions();
  await acceptInvitation(page, tour.invitation, actions);
  await signReview(page, 'agent 0.1.0', 'I read how inclusion is proved, and nothing else.', actions);
  t.diagnostic(`${actions.count} actions`);
  assert.ok(actions.count <= 12, `${actions.count} actions`);
  // The log has it, and the page checks signature and commitment by itself.
  for (const line of ['Salt and text are what was committed to', 'The key signed this statement'])
    await page.getByRole('listitem').filter({ hasText: line }).getByText('yes').waitFor();
  assert.deepEqual(faults(), []);
});

test('a reviewer asks about lines of the source', async () => {
  const page = await reader.newPage();
  page.setDefaultTimeout(60_000);
  const { path = '' } = (await everyPage(reader, tour.origin)).find(({ name }) => name === 'file') ?? {};
  await askAbout(page, `${tour.origin}${path}`, 'Why is the leaf not hashed twice?');
  await page.close();
  assert.deepEqual(faults(), []);
});

/** The second theme differs in its colours alone, and is asked about those. */
const rules = {
  light: (of: AxeBuilder) => of.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']),
  dark: (of: AxeBuilder) => of.withRules(['color-contrast', 'link-in-text-block']),
};

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every page holds to WCAG 2.2 AA, asks nobody else and fits a telephone, in ${colorScheme} colours`, async (t) => {
    const page = await reader.newPage();
    page.setDefaultTimeout(60_000);
    await page.emulateMedia({ colorScheme });
    const pages = await everyPage(reader, tour.origin);
    const wrong: string[] = [];
    for (const { name, path, expected } of pages) {
      await page.setViewportSize({ width: 1280, height: 900 });
      await page.goto(`${tour.origin}${path}`);
      await settle(page, expected);
      const { violations } = await rules[colorScheme](new AxeBuilder({ page })).analyze();
      for (const { id, nodes } of violations)
        wrong.push(
          `${name}: ${id}: ${nodes
            .map(({ target }) => target.join(' '))
            .slice(0, 3)
            .join(', ')}`,
        );
      await page.setViewportSize({ width: 360, height: 740 });
      // Lines of source are measured anew when the window has changed: for a moment a page may be too wide.
      const fits = (): Promise<boolean> =>
        page.evaluate('document.documentElement.scrollWidth <= innerWidth');
      await eventually(fits, 10_000).catch(() => wrong.push(`${name}: wider than 360 pixels`));
      wrong.push(...faults().map((fault) => `${name}: ${fault}`));
    }
    t.diagnostic(`${pages.length} pages`);
    await page.close();
    assert.ok(pages.length >= 34, 'a page is missing from the tour');
    assert.deepEqual(wrong, []);
  });
}
