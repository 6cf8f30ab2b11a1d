// Releases in real Chromium: the reader's own browser judges them, by files of the repository and by its own.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { checkNames } from '@vitrine/evidence';
import type { Page, Route } from 'playwright-core';
import { settle } from '@vitrine/testkit/browser';
import type { ReleasePage } from '../src/contract/releases.ts';
import { serveWorld, type ServedWorld } from './served.ts';
import { makeCenterWorld, type CenterWorld } from './world.ts';

let world: CenterWorld;
let served: ServedWorld;
const endings: (() => unknown)[] = [];
const file = { after: (work: () => unknown): unknown => endings.push(work) };

before(async () => {
  world = await makeCenterWorld(file);
  served = await serveWorld(file, world);
});
after(async () => {
  for (const end of endings.toReversed()) await end();
});

interface Opened {
  readonly page: Page;
  /** What the browser complained of. */
  readonly complaints: string[];
}

async function open(path: string, colorScheme: 'light' | 'dark' = 'light'): Promise<Opened> {
  const context = await served.browser.newContext({ colorScheme, viewport: { width: 1_200, height: 900 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${served.origin}${path}`);
  await settle(page);
  return { page, complaints };
}

interface Shown {
  readonly verdict: string;
  readonly lines: readonly { readonly outcome: string; readonly text: string }[];
}

/** Once there is a verdict. */
async function shown(page: Page): Promise<Shown> {
  await page.locator('.verify:not([data-verdict="none"])').waitFor();
  return {
    verdict: (await page.locator('.verify').getAttribute('data-verdict')) ?? '',
    lines: await Promise.all(
      (await page.locator('.verify-checks > li').all()).map(async (item) => ({
        outcome: (await item.getAttribute('data-outcome')) ?? '',
        text: await item.innerText(),
      })),
    ),
  };
}

async function verify(page: Page): Promise<Shown> {
  await page.getByRole('button', { name: 'Verify in this browser' }).click();
  return shown(page);
}

const codesOf = ({ lines }: Shown): readonly string[] =>
  lines.flatMap(({ outcome, text }) =>
    outcome === 'refused' ? [/^code\n(\S+)$/m.exec(text)?.[1] ?? text] : [],
  );

const pageOf = async (sequence: number): Promise<ReleasePage> =>
  (await (await fetch(`${served.origin}/releases/sample/stable/${sequence}.json`)).json()) as ReleasePage;

const options = { timeout: 240_000 };

test('a release is accepted in the browser, one line for each check', options, async () => {
  const { page, complaints } = await open('/releases/sample/stable/2');
  const found = await verify(page);
  assert.equal(found.verdict, 'accepted');
  assert.deepEqual(
    found.lines.map(({ outcome }) => outcome),
    checkNames.map(() => 'passed'),
  );
  for (const [i, { text }] of found.lines.entries()) {
    assert(text.includes(checkNames[i] ?? ''));
    assert.match(text, /expected\n.+\nfound\n.+/);
  }
  assert.match(
    await page.locator('.verify-banner').innerText(),
    /^accepted, fresh\n.*Policy and root came from us/s,
  );
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test('with one byte of the artifact altered it is refused', options, async () => {
  const [artifact] = (await pageOf(2)).artifacts;
  assert(artifact !== undefined);
  const bytes = readFileSync(join(world.repository.folder, artifact.path));
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  const { page } = await open('/releases/sample/stable/2');
  world.repository.gate.lies.set(`/${artifact.path}`, bytes);
  const found = await verify(page);
  world.repository.gate.lies.delete(`/${artifact.path}`);
  assert.equal(found.verdict, 'refused');
  assert.deepEqual(codesOf(found), ['verdict.artifact']);
  await page.context().close();
});

for (const [sequence, state, code] of [
  [1, 'withdrawn', 'verdict.withdrawn'],
  [3, 'on hold', 'verdict.differs'],
] as const)
  test(
    `a release that is ${state} is refused, and the page says so before anybody verifies`,
    options,
    async () => {
      const { page } = await open(`/releases/sample/stable/${sequence}`);
      assert.equal((await page.locator('.release-state').innerText()).trim(), state);
      assert.deepEqual(codesOf(await verify(page)), [code]);
      await page.context().close();
    },
  );

test('the reader’s own copies are judged in place of the repository’s', options, async () => {
  const { artifacts, check } = await pageOf(2);
  const [artifact] = artifacts;
  assert(artifact !== undefined && check.publication !== null);
  const read = (path: string): Buffer => readFileSync(join(world.repository.folder, path));
  const given = (name: string, buffer: Buffer): { name: string; mimeType: string; buffer: Buffer } => ({
    name,
    mimeType: 'application/octet-stream',
    buffer,
  });
  const altered = read(artifact.path);
  altered[0] = (altered[0] ?? 0) ^ 1;
  const { page, complaints } = await open('/releases/sample/stable/2');
  const chooser = page.locator('.verify-drop input');
  await chooser.setInputFiles([
    given('<img src=x onerror=alert(1)>', altered),
    given('a.json', read(`evidence/${artifact.sha256}.json`)),
    given('b.json', read('policy.json')),
    given('c.json', read('root.json')),
    given('d.json', read(check.publication)),
  ]);
  const refused = await shown(page);
  assert.deepEqual(codesOf(refused), ['verdict.artifact']);
  assert((await page.locator('.verify-files').innerText()).includes('<img src=x onerror=alert(1)>'));
  await chooser.setInputFiles(given('sample.mjs', read(artifact.path)));
  await page.locator('.verify[data-verdict="accepted"]').waitFor();
  assert.match(await page.locator('.verify-banner').innerText(), /Policy and root are your own/);
  assert.deepEqual(complaints, []);
  await page.context().close();
});

const answer = (body: unknown) => (route: Route) => route.fulfill({ json: body });
const banner = (page: Page): Promise<string> => page.locator('.verify-banner').innerText();

test('a newer release in place of the one that the page is about is refused', options, async () => {
  const [first, second] = [await pageOf(1), await pageOf(2)];
  const { page } = await open('/');
  // Release 1 was withdrawn; its page is served with the files of release 2, which are sound.
  await page.route('**/releases/sample/stable/1.json', answer({ ...first, artifacts: second.artifacts }));
  await page.goto(`${served.origin}/releases/sample/stable/1`);
  const found = await verify(page);
  assert.deepEqual(
    found.lines.map(({ outcome }) => outcome),
    checkNames.map(() => 'passed'),
  );
  assert.equal(found.verdict, 'refused');
  assert.match(await banner(page), /^refused: the files are of another release than this page/);
  const says = await page.locator('.verify-result').innerText();
  assert.match(
    says,
    /about sample 1\.1\.0, release 2 of stable\. This page is about sample 1\.0\.0, release 1 of stable\./,
  );
  await page.context().close();
});

test('which release a page is about, its address says and not the answer', options, async () => {
  const { page } = await open('/');
  // All of release 2 at the address of release 3, which is on hold.
  await page.route('**/releases/sample/stable/3.json', answer(await pageOf(2)));
  await page.goto(`${served.origin}/releases/sample/stable/3`);
  const found = await verify(page);
  assert.equal(found.verdict, 'refused');
  assert.deepEqual(codesOf(found), ['verdict.sequence']);
  await page.context().close();
});

test('a version that the release does not have is refused', options, async () => {
  const { page } = await open('/');
  await page.route('**/releases/sample/stable/2.json', answer({ ...(await pageOf(2)), version: '9.0.0' }));
  await page.goto(`${served.origin}/releases/sample/stable/2`);
  assert.equal((await verify(page)).verdict, 'refused');
  await page.context().close();
});

test('a sound file with another digest than the page names is said to be another', options, async () => {
  const honest = await pageOf(2);
  const [artifact] = honest.artifacts;
  assert(artifact !== undefined);
  const named = 'ab'.repeat(32);
  const { page } = await open('/');
  const lie = { ...honest, artifacts: [{ ...artifact, sha256: named }] };
  await page.route('**/releases/sample/stable/2.json', answer(lie));
  await page.route(`**/repository/evidence/${named}.json`, (route) =>
    route.fulfill({ path: join(world.repository.folder, `evidence/${artifact.sha256}.json`) }),
  );
  await page.goto(`${served.origin}/releases/sample/stable/2`);
  assert.equal((await verify(page)).verdict, 'refused');
  assert.match(await banner(page), /^refused: this is another file than this page names/);
  const says = await page.locator('.verify-result').innerText();
  assert(says.includes(`the SHA-256 ${artifact.sha256}. This page names ${named}.`), says);
  await page.context().close();
});

test('no verdict stands over a file that was not judged', options, async () => {
  const honest = await pageOf(2);
  const { artifacts } = await pageOf(1);
  const [artifact] = honest.artifacts;
  assert(artifact !== undefined);
  const { page } = await open('/');
  const both = { ...honest, artifacts: [artifact, ...artifacts] };
  await page.route('**/releases/sample/stable/2.json', answer(both));
  await page.goto(`${served.origin}/releases/sample/stable/2`);
  const chosen = page.locator('.verify select');
  const none = page.locator('.verify[data-verdict="none"]');
  await chosen.selectOption(artifact.sha256);
  assert.equal((await verify(page)).verdict, 'accepted');
  await chosen.selectOption(artifacts[0]?.sha256 ?? '');
  await none.waitFor();
  assert.equal(await page.locator('.verify-banner').count(), 0);

  // The reader's own copy, and then the repository's again.
  await chosen.selectOption(artifact.sha256);
  const buffer = readFileSync(join(world.repository.folder, artifact.path));
  await page
    .locator('.verify-drop input')
    .setInputFiles({ name: 'sample.mjs', mimeType: 'application/octet-stream', buffer });
  assert.equal((await shown(page)).verdict, 'accepted');
  await page.getByRole('button', { name: 'Use the repository’s again' }).click();
  await none.waitFor();
  assert.equal(await page.locator('.verify-banner').count(), 0);
  await page.context().close();
});

test('a policy other than the one that the reader pinned is said to be another', options, async () => {
  const { page } = await open('/releases/sample/stable/2');
  const pin = (digest: string): Promise<unknown> =>
    page.evaluate(`localStorage.setItem('vitrine.policy', '${digest}')`);
  await pin('0'.repeat(64));
  await verify(page);
  assert.match(await page.locator('.verify-banner-bad').innerText(), /not the one that you pinned/);
  await pin(world.policy.digest);
  await page.getByRole('button', { name: 'Verify again' }).click();
  assert.match(await page.locator('.verify-banner-ok').innerText(), /the one that you pinned/);
  await page.context().close();
});

test('files that nobody can tell apart are not taken', options, async () => {
  const { page } = await open('/releases/sample/stable/2');
  const bytes = { mimeType: 'text/plain', buffer: Buffer.from('x') };
  await page.locator('.verify-drop input').setInputFiles([
    { name: 'one', ...bytes },
    { name: 'two', ...bytes },
  ]);
  await page.getByText('two and one both look like the artifact').waitFor();
  await page.context().close();
});

test('where evidence cannot be read there is a verdict all the same: undecided', options, async () => {
  const [artifact] = (await pageOf(2)).artifacts;
  const { page } = await open('/releases/sample/stable/2');
  await page.route(`**/repository/evidence/${artifact?.sha256 ?? ''}.json`, (route) => route.abort());
  const { verdict } = await verify(page);
  assert.equal(verdict, 'undecided');
  await page.context().close();
});

test('the log’s own order shows what was blind, as a drawing and as a table', options, async () => {
  const { page } = await open('/releases/sample/stable/2');
  const ruler = page.locator('figure', { has: page.locator('.ruler') });
  assert.equal(await ruler.locator('.ruler-blind').count(), 1);
  const links = await ruler.locator('svg a').count();
  await page.getByRole('button', { name: 'As a table' }).first().click();
  const rows = page.locator('figure tbody tr');
  await rows.first().waitFor();
  assert.equal(await rows.count(), links);
  assert.deepEqual(
    (await rows.filter({ hasText: 'yes' }).allInnerTexts()).map((text) => text.split('\t')[1]),
    ['rebuild', 'rebuild'],
  );
  await page.context().close();
});

test('printed, a release shows its chain and its commands and no buttons', options, async () => {
  const { page } = await open('/releases/sample/stable/2');
  await page.emulateMedia({ media: 'print' });
  assert(await page.locator('.chain').isVisible());
  assert(await page.getByText('vitrine verify sample.mjs').isVisible());
  for (const hidden of ['.check-here', '.release-links', '.frame-header', '.copy'])
    assert.equal(await page.locator(hidden).first().isVisible(), false, hidden);
  // Dark letters on white paper, also for whoever reads with dark colours.
  const colours = (): Promise<string> =>
    page.evaluate<string>(
      '(({ color, backgroundColor }) => `${color} on ${backgroundColor}`)(getComputedStyle(document.documentElement))',
    );
  await page.evaluate("document.documentElement.dataset.theme = 'dark'");
  assert.equal(await colours(), 'rgb(24, 32, 36) on rgb(255, 255, 255)');
  await page.emulateMedia({ media: 'screen' });
  assert.equal(await colours(), 'rgb(227, 232, 233) on rgb(16, 21, 23)');
  await page.context().close();
});

test('what these tests look at cannot be a refused or a missing page', options, async () => {
  const { page } = await open('/releases/sample/stable/2');
  await settle(page);
  await assert.rejects(settle(page, 'refused'), /is not refused/);
  for (const path of ['/releases/sample/stable/9', '/no/such/page']) {
    await page.goto(`${served.origin}${path}`);
    await assert.rejects(settle(page), /is refused/, path);
    await settle(page, 'refused');
  }
  await page.context().close();
});

const pages = [
  ['/', '.tile'],
  ['/releases', '.timeline'],
  ['/releases/sample/stable', '.timeline'],
  ['/releases/sample/stable/1', '.parts'],
  ['/releases/sample/stable/2', '.parts'],
  ['/releases/sample/stable/3', '.parts'],
  ['/releases/sample/stable/9', '.state'],
  ['/rebuilds', '.bars'],
  ['/rebuilds/sample/stable/3', '.rebuilds-cards'],
] as const;

for (const theme of ['light', 'dark'] as const)
  test(
    `pages break no rule of accessibility, ${theme}, and none is wider than the window`,
    options,
    async () => {
      const { page } = await open('/', theme);
      const faults: string[] = [];
      for (const [path, ready] of pages) {
        await page.goto(`${served.origin}${path}`);
        await settle(page, ready === '.state' ? 'refused' : 'shown');
        await page.locator(ready).first().waitFor();
        const { violations } = await new AxeBuilder({ page }).analyze();
        faults.push(
          ...violations.map(({ id, nodes }) => `${path} ${id}: ${nodes.map(({ html }) => html).join(' ')}`),
        );
        for (const width of [360, 900]) {
          await page.setViewportSize({ width, height: 800 });
          const over = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
          if (over > 0) faults.push(`${path} is ${over} pixels wider than ${width}`);
        }
        await page.setViewportSize({ width: 1_200, height: 900 });
      }
      assert.deepEqual(faults, []);
      await page.context().close();
    },
  );
