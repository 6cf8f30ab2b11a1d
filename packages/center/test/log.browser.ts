// The log explorer in a real Chromium: an entry is checked from the tiles, and a tile that was tampered with, a
// page that says other than the log, a fork against the last visit, and a body that does not fit are refused
// before the reader's eyes.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import {
  canonicalJson,
  commitTo,
  finding,
  signStatement,
  toHex,
  utf8,
  type Envelope,
  type Json,
} from '@vitrine/evidence';
import { systemClock } from '@vitrine/host';
import { freePort } from '@vitrine/testkit';
import { launchChromium, settle, type Expected } from '@vitrine/testkit/browser';
import type { Center } from '../src/center.ts';
import type { EntryDetail } from '../src/contract/log.ts';
import { serveCenter, type Served } from '../src/serve.ts';
import { buildWeb } from '../src/web-build.ts';
import { makeLogWorld, type History, type LogWorld } from './log-world.ts';

const salt = new Uint8Array(32).fill(3);
const body: Json = { code: 'rebuild-differs', detail: { reason: 'other bytes' } };

let browser: Browser;
let all: LogWorld;
let center: Center;
let served: Served;
let origin: string;
let findingIndex: number;
const endings: (() => unknown)[] = [];

/** The browser has the time of day, and so have its witnesses. */
const publish = (history: History, age = 0): Promise<Uint8Array> =>
  history.publish({ time: Math.floor(Date.now() / 1_000) - age });

before(async () => {
  all = await makeLogWorld({ after: (ending) => endings.push(ending) });
  await all.log.append(...all.world.log.entries);
  findingIndex = all.world.log.entries.length;
  await all.log.append(
    await signStatement(
      finding,
      [{ name: 'about', digest: { sha256: all.world.orderId } }],
      {
        ...commitTo(salt, canonicalJson(body), 'supervisor-a'),
        issuedAt: '2026-11-24T09:00:00Z',
        severity: 'critical',
      },
      all.world.signer('supervisor'),
    ),
    utf8('no statement at all'),
  );
  for (let i = 0; i < 80; i++) await all.log.append(utf8(`filler ${i}`));
  await publish(all.log);
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  center = await all.center({ origin, clock: systemClock, web: await buildWeb() });
  served = await serveCenter(center, '127.0.0.1', port);
  browser = await launchChromium();
});

after(async () => {
  await browser?.close();
  await served?.close();
  for (const ending of endings.reverse()) await ending();
});

async function visit(options: { readonly width?: number; readonly theme?: 'light' | 'dark' } = {}): Promise<{
  readonly context: BrowserContext;
  readonly page: Page;
}> {
  const { width = 1_200, theme = 'light' } = options;
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: theme });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.on('pageerror', (error) => assert.fail(`page: ${error.message}`));
  return { context, page };
}

const step = (page: Page, name: string): ReturnType<Page['locator']> =>
  page.locator('.check-step', { has: page.getByRole('heading', { name, exact: true }) });

test('an entry is checked step by step, from the raw tiles', async () => {
  const { page, context } = await visit();
  await page.goto(`${origin}/log/entries/2`);
  await page.getByText('Every step held', { exact: true }).waitFor();
  assert.equal(await page.locator('.check-step-held').count(), 7);
  assert.match(
    (await step(page, 'Policy and root').textContent()) ?? '',
    new RegExp(all.world.policy.digest),
  );
  await page.getByText('Show every hash').click();
  assert.ok((await step(page, 'Path to the root').locator('tbody tr').count()) >= 6);
  assert.match((await step(page, 'The same log as before').textContent()) ?? '', /first time/);
  await page.keyboard.press('v');
  await page.getByText('The same checkpoint as at your last visit.').waitFor();
  await page.getByRole('button', { name: 'I compared it: pin it in this browser' }).click();
  await page.getByText('Pinned in this browser.').waitFor();
  await context.close();
});

test('a tile that was tampered with is refused', async () => {
  const { page, context } = await visit();
  all.answer = (path, honest) => {
    if (!path.startsWith('tile/0/') || honest === undefined) return honest;
    const copy = new Uint8Array(honest);
    copy[100] = (copy[100] ?? 0) ^ 1;
    return copy;
  };
  try {
    await page.goto(`${origin}/log/entries/2`);
    await page.getByText('A step failed').waitFor();
    const failed = page.locator('.check-step-failed');
    assert.match((await failed.textContent()) ?? '', /Path to the root[^]*merkle\.inclusion/);
    assert.equal(await page.getByText('Every step held').count(), 0);
    assert.equal(await page.evaluate<number>('localStorage.length'), 0);
  } finally {
    all.answer = undefined;
  }
  await page.getByRole('button', { name: 'Check again' }).click();
  await page.getByText('Every step held', { exact: true }).waitFor();
  await context.close();
});

/** The page is given another answer than the Center's. */
async function lie(page: Page, index: number, change: (twin: EntryDetail) => EntryDetail): Promise<void> {
  await page.route(`**/log/entries/${index}.json`, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: change((await response.json()) as EntryDetail) });
  });
}

const asNote = (text: string): string => {
  const envelope = JSON.parse(text) as Envelope;
  const payload = Buffer.from(envelope.payload, 'base64').toString().replace('"critical"', '"note"');
  return Buffer.from(
    canonicalJson({ ...envelope, payload: Buffer.from(payload).toString('base64') }),
  ).toString();
};

test('a page that calls a critical finding a note is found out', async () => {
  const { page, context } = await visit();
  await lie(page, findingIndex, (twin) => ({ ...twin, raw: { ...twin.raw, text: asNote(twin.raw.text) } }));
  await page.goto(`${origin}/log/entries/${findingIndex}`);
  await page.getByText('A step failed').waitFor();
  assert.match((await page.locator('.check-step-failed').textContent()) ?? '', /The entry[^]*check\.shown/);
  assert.equal(await page.getByText('Every step held').count(), 0);
  await context.close();
});

test('what is said of an entry beside its bytes is not shown, or refused', async () => {
  const { page, context } = await visit();
  const [says, other] = [page.locator('.value').first(), 'f'.repeat(64)];
  await lie(page, findingIndex, (twin) => ({
    ...twin,
    predicate: { severity: 'note' },
    entry: { ...twin.entry, kind: 'release', subjects: [{ name: 'other', sha256: other }], id: other },
    sealed: [{ commitment: other, heldBy: 'nobody', member: '', opened: null }],
  }));
  await page.goto(`${origin}/log/entries/${findingIndex}`);
  await page.getByText('Every step held', { exact: true }).waitFor();
  assert.match((await says.textContent()) ?? '', /severitycritical/);
  const whole = (await page.locator('main').innerHTML()) ?? '';
  assert.doesNotMatch(whole, /f{64}|nobody/);
  await page.unrouteAll();
  await lie(page, findingIndex, (twin) => ({
    ...twin,
    entry: { ...twin.entry, counts: false, objection: 'unlisted-key', operator: null, role: null },
    key: null,
  }));
  await page.reload();
  await page.getByText('A step failed').waitFor();
  assert.match((await page.locator('.check-step-failed').textContent()) ?? '', /Signature[^]*check\.shown/);
  await context.close();
});

test('the headline says the worst of the steps that held', async () => {
  const { page, context } = await visit();
  const none = async (): Promise<void> => assert.equal(await page.locator('.check-step-failed').count(), 0);
  await page.goto(`${origin}/log/entries/${findingIndex + 1}`);
  await page.getByText('It is in the log; it does not count').waitFor();
  await page.getByText('It is no signed envelope in normal form.').last().waitFor();
  await none();
  const aged = await publish(all.log, 200_000);
  try {
    await page.goto(`${origin}/log/entries/2`);
    await page.getByText('The witnesses’ time is out of date').waitFor();
    await none();
    await all.log.append(utf8('one more'));
    await publish(all.log);
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.getByText('Every step held', { exact: true }).waitFor();
    all.answer = (path, honest) => (path === 'checkpoint' ? aged : honest);
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.getByText('An old copy of the log is shown').waitFor();
    await none();
  } finally {
    all.answer = undefined;
    await publish(all.log);
    await center.look();
  }
  await context.close();
});

test('where storage is forbidden, the check says that nothing is remembered', async () => {
  const { page, context } = await visit();
  await page.addInitScript(
    "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('', 'SecurityError'); } })",
  );
  await page.goto(`${origin}/log/entries/2`);
  await page.getByText('Every step held; nothing is remembered').waitFor();
  await page.getByText('This browser lets the page remember nothing.').waitFor();
  assert.equal(await page.getByText('It remembers this checkpoint').count(), 0);
  await page.getByRole('button', { name: 'I compared it: pin it in this browser' }).click();
  await page.getByText('Pinned until this page is closed').waitFor();
  await context.close();
});

test('another history than at the last visit is an alarm, and both checkpoints can be kept', async () => {
  const { page, context } = await visit();
  await page.goto(`${origin}/log/entries/2`);
  await page.getByText('Every step held', { exact: true }).waitFor();
  const other = await all.fork();
  for (const entry of all.world.log.entries.slice(0, 5)) await other.append(entry);
  for (let i = 0; i < 200; i++) await other.append(utf8(`another ${i}`));
  const theirs = await publish(other);
  try {
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.getByRole('heading', { name: 'This is not the log that this browser saw before' }).waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download the one shown now' }).click();
    const chunks: Buffer[] = [];
    for await (const chunk of await (await download).createReadStream()) chunks.push(chunk as Buffer);
    assert.deepEqual(Buffer.concat(chunks), Buffer.from(theirs));
    // The Center saw it, too.
    await center.look();
    await page.goto(`${origin}/log/witnesses`);
    await page.getByText('Two histories', { exact: true }).waitFor();
    await page.getByText('The log contradicts itself.').waitFor();
  } finally {
    await publish(all.log);
    await center.look();
  }
  await context.close();
});

test('a body is checked against its commitment without leaving the browser', async () => {
  const { page, context } = await visit();
  await page.goto(`${origin}/findings/${findingIndex}`);
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.method()));
  const drop = (value: Json): Promise<void> =>
    page.getByLabel('File with salt and body').setInputFiles({
      name: 'finding.json',
      mimeType: 'application/json',
      buffer: Buffer.from(canonicalJson(value)),
    });
  await drop({ salt: toHex(salt), body });
  await page.getByText('It is what the entry committed to.').waitFor();
  await page.getByText('other bytes').waitFor();
  await drop({ salt: toHex(salt), body: { code: 'nothing' } });
  await page.getByText('It is not what the entry committed to.').waitFor();
  await drop({ salt: 'short', body });
  await page.getByText('This file holds no salt').waitFor();
  assert.equal(sent.includes('POST'), false);
  await context.close();
});

test('the log is searched from the keyboard', async () => {
  const { page, context } = await visit();
  await page.goto(`${origin}/log`);
  await page.getByRole('heading', { name: 'Log', exact: true }).waitFor();
  await page.getByLabel('Digest, statement, key or number').waitFor();
  await page.keyboard.press('f');
  await page.keyboard.type(all.world.artifact.sha256.slice(0, 16));
  await page.keyboard.press('Enter');
  await page.getByText('1 entries, newest first').or(page.getByText('1 entry, newest first')).waitFor();
  assert.equal(new URL(page.url()).search, `?q=${all.world.artifact.sha256.slice(0, 16)}`);
  await page.getByLabel('Digest, statement, key or number').fill('no such thing');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Not something an entry can be found by' }).waitFor();
  await page.getByRole('link', { name: 'Show all' }).click();
  await page.getByRole('link', { name: 'Older' }).click();
  await page.getByText(/page 2 of 2/).waitFor();
  await page.getByRole('link', { name: '0', exact: true }).click();
  await page.getByRole('heading', { name: 'Entry 0' }).waitFor();
  await context.close();
});

const pages = (): readonly (readonly [path: string, expected?: Expected])[] => [
  ['/log'],
  ['/log?q=nothing'],
  ['/log/entries/2'],
  [`/log/entries/${findingIndex}`],
  [`/log/entries/${findingIndex + 1}`],
  ['/log/witnesses'],
  ['/findings'],
  [`/findings/${findingIndex}`],
  ['/log/entries/99999', 'refused'],
];

for (const theme of ['light', 'dark'] as const) {
  for (const width of [360, 1_200] as const) {
    test(`every page of the log fits ${width} pixels and passes axe, ${theme}`, async () => {
      const { page, context } = await visit({ width, theme });
      for (const [path, expected] of pages()) {
        await page.goto(origin + path);
        await settle(page, expected);
        // The check of an entry ends in a verdict, and it is that which axe has to see.
        if (expected === undefined && path.startsWith('/log/entries/'))
          await page.getByText(/^(Every step held|It is in the log; it does not count)$/).waitFor();
        const { violations } = await new AxeBuilder({ page }).analyze();
        assert.deepEqual(
          violations.map(({ id, nodes }) => [id, nodes[0]?.html]),
          [],
          path,
        );
        const wide = await page.evaluate<number>(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        assert.equal(wide, 0, `${path} scrolls sideways`);
      }
      await context.close();
    });
  }
}
