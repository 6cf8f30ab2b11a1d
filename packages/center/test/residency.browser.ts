// The pages about data centers in a real Chromium: what a customer sees without asking anybody, and what is
// checked of a customer's own files without their leaving the browser.

import assert from 'node:assert/strict';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page, Request } from 'playwright-core';
import { countries, fromUtf8, utf8 } from '@vitrine/evidence';
import { ownLedgerLimits } from '@vitrine/reports';
import { temporaryDirectory } from '@vitrine/testkit';
import { settle } from '@vitrine/testkit/browser';
import { serveWorld, type ServedWorld } from './served.ts';
import { makeCenterWorld, type CenterWorld } from './world.ts';
import { addDataCenters, withDataCenters, type WorldDataCenters } from './world/datacenters.ts';
import { privateName, shareWith, type OwnFiles } from './world/own-files.ts';

let world: CenterWorld;
let data: WorldDataCenters;
let own: OwnFiles;
let served: ServedWorld;
const endings: (() => unknown)[] = [];
const file = { after: (work: () => unknown): unknown => endings.push(work) };

before(async () => {
  world = await makeCenterWorld(file, { policy: withDataCenters, trouble: false });
  data = await addDataCenters(file, world);
  own = await shareWith(data.centers.alpine, world.policy, Math.floor(world.clock.now() / 1_000));
  data.centers.alpine.counts = await data.centers.alpine.honest();
  await data.grant({ nothing: 'that is open' });
  await data.publish();
  served = await serveWorld(file, world);
});
after(async () => {
  for (const end of endings.toReversed()) await end();
});

interface Opened {
  readonly page: Page;
  /** Everything that the page asked for, oldest first. */
  readonly requests: Request[];
  readonly complaints: string[];
}

async function open(path: string, colorScheme: 'light' | 'dark' = 'light'): Promise<Opened> {
  const context = await served.browser.newContext({ colorScheme, viewport: { width: 1_200, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const requests: Request[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(`${served.origin}${path}`);
  await settle(page);
  return { page, requests, complaints };
}

const options = { timeout: 240_000 };

test('each country has its tile and its row, and those that move are told apart', options, async () => {
  const { page, requests, complaints } = await open('/residency');
  // The code that judges reports is loaded where it is needed alone.
  assert.deepEqual(
    requests.map((request) => request.url()).filter((url) => /MyData/.test(url)),
    [],
  );
  assert.equal(await page.locator('.map .map-code').count(), countries.length);
  const codes = await page.locator('.map .map-code').allTextContents();
  assert.deepEqual(codes.toSorted(), [...countries].toSorted());
  assert.deepEqual(await page.locator('.map-moves .map-code').allTextContents(), ['DE', 'AT']);
  const rows = page.getByRole('region', { name: /countries$/ }).locator('tbody tr');
  assert.equal(await rows.count(), countries.length);
  await page.getByLabel('Country, code or data center').fill('switz');
  assert.match(await rows.innerText(), /Switzerland CH\s+Data center alpine\s+stays/);
  await page.getByLabel('Country, code or data center').fill('no such country');
  await page.getByText('No country is called that').waitFor();
  await page.getByLabel('Country, code or data center').fill('');
  await page.getByLabel('Only those that move').check();
  assert.deepEqual(
    (await rows.allInnerTexts()).map((text) => text.split(/\s/)[0]),
    ['Austria', 'Germany'],
  );
  await page.getByText('from SE to CH: owners are asked again').first().waitFor();
  const milestones = page.getByRole('region', { name: /^Milestones/ });
  assert.match(await milestones.innerText(), /data-moved\s+the data[^]*done\s+order, entry \d+/);
  assert.match(
    await milestones.innerText(),
    /pages-moved[^]*overdue\s+it names a statement that the log does not hold/,
  );
  await page.getByRole('link', { name: 'Data center alpine' }).first().click();
  await page.getByRole('heading', { name: 'Data center alpine' }).waitFor();
  await page.getByText('As the data center says itself').waitFor();
  assert.equal(await page.getByText('the same as its newest head in the log').count(), 2);
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test('two heads that contradict each other are an alarm', options, async () => {
  const { nordic } = data.centers;
  await nordic.logHead('access', 'e'.repeat(64));
  await served.center.look();
  const { page } = await open('/residency/centers/nordic');
  // Public answers are kept for ten seconds at most; the log has grown, so this one is new.
  await page.getByRole('alert').getByText('Two heads of which only one can be true').waitFor();
  await page.context().close();
});

test('what is collected is told for the country that was chosen', options, async () => {
  const { page } = await open('/consent');
  await page.getByText('It is sent to the data center of your country').first().waitFor();
  await page.getByLabel('For an endpoint in').selectOption('CH');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.getByText('It is sent to Data center alpine (Switzerland)').first().waitFor();
  assert.equal(new URL(page.url()).search, '?country=CH');
  assert.equal(await page.locator('.consent-screen').count(), 4);
  await page.context().close();
});

test('a sealed grant is there, and how much was read, without what it says', options, async () => {
  const { page } = await open('/grants');
  await page.getByText('At rest, raw data opens only with the supervisor’s half.').waitFor();
  assert.match(
    await page.getByRole('region', { name: 'One grant' }).innerText(),
    /sealed, held by supervisor-a/,
  );
  await page.getByRole('button', { name: 'As a table' }).first().click();
  assert.equal(
    await page
      .getByRole('region', { name: /alpine, by its heads/ })
      .locator('tbody tr')
      .count(),
    3,
  );
  await page.context().close();
});

/** What the page says of a file, and that it asked nobody anything meanwhile. */
async function choose({ page, requests }: Opened, bytes: Uint8Array, name = 'mine.json'): Promise<string> {
  const asked = requests.length;
  await page.locator('.mydata-drop input').setInputFiles({
    name,
    mimeType: 'application/json',
    buffer: Buffer.from(bytes),
  });
  const result = page.locator('.mydata-result:is([data-state="held"], [data-state="refused"])');
  await result.getByText(name).first().waitFor();
  assert.deepEqual(
    requests.slice(asked).map((request) => request.url()),
    [],
    'a file was checked, and something was asked for',
  );
  return result.innerText();
}

test('own files are checked without their leaving the browser', options, async () => {
  const opened = await open('/my-data');
  const { page, requests, complaints } = opened;
  await page.locator('.mydata-drop').waitFor();
  // From here on there is no network at all.
  await page.waitForLoadState('networkidle');
  await page.context().setOffline(true);
  const ledger = await choose(opened, own.ledger, 'ledger.json');
  assert.match(ledger, /Everything in it holds[^]*proven\s+2[^]*1 have the same root/);
  assert(ledger.includes(privateName));
  assert.match(
    await choose(opened, own.receipt, 'receipt.json'),
    /The record is in the ledger[^]*Data center alpine/,
  );
  assert.match(
    await choose(opened, own.consent, 'consent.json'),
    /The consent is signed by both sides[^]*reports[^]*the one on the page/,
  );
  for (const request of requests) {
    assert.equal(request.method(), 'GET');
    assert.equal(request.postData(), null);
    assert(!request.url().includes('private'), request.url());
  }
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test('what was altered in a file is refused or found', options, async () => {
  const opened = await open('/my-data');
  await opened.page.locator('.mydata-drop').waitFor();
  await opened.page.waitForLoadState('networkidle');
  const altered = (bytes: Uint8Array, from: RegExp, to: string): Uint8Array => {
    const text = fromUtf8(bytes).replace(from, to);
    assert.notEqual(text, fromUtf8(bytes));
    return utf8(text);
  };
  const cases: readonly (readonly [name: string, Uint8Array, RegExp])[] = [
    ['a', altered(own.ledger, /my-private-letter/, 'my-private-lettuce'), /own-ledger\.chain/],
    ['b', own.exported((bodies) => bodies.slice(0, -2)), /sent, no promise yet\s+2/],
    [
      'c',
      own.exported((bodies) =>
        bodies.map((body) =>
          body.type === 'proof' ? { ...body, records: body.records.toReversed() } : body,
        ),
      ),
      /One thing does not hold[^]*custody\.receipt/,
    ],
    ['d', altered(own.receipt, /"index":3/, '"index":2'), /custody\.receipt/],
    ['e', altered(own.receipt, /"sig":"./, '"sig":"_'), /does not hold/],
    ['f', altered(own.consent, /"signatures":\[\{[^}]*\},/, '"signatures":['), /consent\.signature/],
    ['g', utf8('{}'), /file\.unknown/],
    ['h', utf8('<html>'), /json\./],
    ['i', utf8('null'), /file\.unknown/],
    ['j', utf8('{"promise":{"payload":"AAAA"}}'), /custody\.receipt/],
    ['<img src=x onerror=alert(1)>', utf8('{"payloadType":1}'), /consent\.form/],
  ];
  for (const [name, bytes, said] of cases) assert.match(await choose(opened, bytes, name), said, name);
  // Larger than any ledger that is exported: it is not even read.
  const path = join(temporaryDirectory(file), 'large.json');
  writeFileSync(path, '{');
  truncateSync(path, ownLedgerLimits.bytes + 1);
  await opened.page.locator('.mydata-drop input').setInputFiles(path);
  await opened.page.getByText('file.too-large').waitFor();
  await opened.page.context().close();
});

test('a receipt under a root that the log contradicts is refused', options, async () => {
  const { alpine } = data.centers;
  await alpine.logHead('custody', 'd'.repeat(64));
  await served.center.look();
  const opened = await open('/my-data');
  await opened.page.locator('.mydata-drop').waitFor();
  await opened.page.waitForLoadState('networkidle');
  assert.match(await choose(opened, own.receipt), /two roots of alpine\.example\/custody at size 5/);
  assert.match(await choose(opened, own.ledger, 'two'), /One thing does not hold/);
  await opened.page.context().close();
});

test('under another policy than the one that was pinned nothing is checked', options, async () => {
  const { page } = await open('/my-data');
  await page.evaluate(`localStorage.setItem('vitrine.policy', '${'0'.repeat(64)}')`);
  await page.reload();
  await page.getByRole('alert').getByText('policy.pinned').waitFor();
  assert.equal(await page.locator('.mydata-drop').count(), 0);
  await page.context().close();
});

test(
  'printed, the pages keep their drawing and their tables, and lose what cannot be pressed',
  options,
  async () => {
    const { page } = await open('/residency');
    await page.emulateMedia({ media: 'print' });
    assert(await page.locator('.map svg').first().isVisible());
    assert(await page.getByRole('cell', { name: 'Data center alpine' }).first().isVisible());
    for (const hidden of ['.data-nav', '.residency-filter', '.frame-header'])
      assert.equal(await page.locator(hidden).first().isVisible(), false, hidden);
    await page.context().close();
  },
);

const pages = [
  '/residency',
  '/residency/centers/nordic',
  '/consent?country=CH',
  '/grants',
  '/my-data',
] as const;

/** Themes differ in their colours alone, so the second one is asked about those. */
function axe(page: Page, theme: 'light' | 'dark'): AxeBuilder {
  const builder = new AxeBuilder({ page });
  return theme === 'light' ? builder : builder.withRules(['color-contrast', 'link-in-text-block']);
}

for (const theme of ['light', 'dark'] as const)
  test(
    `pages of data break no rule of accessibility, ${theme}, and none is wider than the window`,
    options,
    async () => {
      const opened = await open('/my-data', theme);
      const { page } = opened;
      await page.locator('.mydata-drop').waitFor();
      await page.waitForLoadState('networkidle');
      const faults: string[] = [];
      const look = async (path: string): Promise<void> => {
        for (const width of [360, 900, 1_100, 1_190]) {
          await page.setViewportSize({ width, height: 900 });
          const over = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
          if (over > 0) faults.push(`${path} is ${over} pixels wider than ${width}`);
        }
        // A rule is asked of each element: of some 250 equal rows, those that move and those that stay are enough.
        if (path === '/residency') await page.getByLabel('Country, code or data center').fill('austr');
        const { violations } = await axe(page, theme).analyze();
        faults.push(
          ...violations.map(({ id, nodes }) => `${path} ${id}: ${nodes.map(({ html }) => html).join(' ')}`),
        );
      };
      await choose(opened, own.ledger);
      await look('/my-data with a ledger');
      for (const path of pages) {
        await page.goto(`${served.origin}${path}`);
        await settle(page);
        await look(path);
      }
      assert.deepEqual(faults, []);
      await page.context().close();
    },
  );
