// A reviewer in real Chromium: from the link of an invitation to a review whose entry is in the log, with a
// passkey that the browser itself keeps, counted in actions; then questions, opening, and what axe says.

import assert from 'node:assert/strict';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { openManagement } from '@vitrine/center/manage';
import {
  commitTo,
  formatEnvelope,
  fromBase64,
  inTotoPayload,
  parseEnvelope,
  payloadOf,
  preAuthEncoding,
  review as reviewKind,
  signStatement,
  statementOf,
  toBase64,
  utf8,
} from '@vitrine/evidence';
import { parseAdmissionList } from '@vitrine/log/admission';
import { testSigner } from '@vitrine/testkit';
import { addAuthenticator, settle } from '@vitrine/testkit/browser';
import type { Review } from '../src/contract/reviews.ts';
import { serveWorld } from './served.ts';
import { makeCenterWorld } from './world.ts';
import { reviewersName } from './world/log.ts';

const table = `table = 1
[[products]]
name = "sample"
[[grants]]
who = "group:reviewers"
product = "sample"
tier = "everything"
[[grants]]
who = "group:vendor"
product = "sample"
tier = "everything"
`;

const pictures = process.env['REVIEW_PICTURES'];

/** What axe objects to, in both themes; and pictures, where somebody wants to look at them. */
async function look(page: Page, name: string): Promise<void> {
  await settle(page);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const faults = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    assert.deepEqual(faults, [], `${name} in ${colorScheme}`);
    if (pictures !== undefined) {
      mkdirSync(pictures, { recursive: true });
      for (const width of [360, 900, 1440]) {
        await page.setViewportSize({ width, height: 900 });
        await page.screenshot({
          path: join(pictures, `${name}-${width}-${colorScheme}.png`),
          fullPage: true,
        });
      }
    }
    for (const width of [360, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
      assert.equal(wide, false, `${name} is wider than ${width}`);
    }
  }
}

/** A review of the forger's own making, of one piece in itself, in the place of the one that was asked for. */
async function forge(shown: Review): Promise<Review> {
  const { publicKey, keyid, ...signer } = testSigner('a forger');
  const body = (shown.body ?? '').replace('verdict: remarks', 'verdict: no objection');
  const salt = new Uint8Array(32).fill(1);
  const envelope = await signStatement(
    reviewKind,
    [{ name: 'tree', digest: { sha256: shown.review.tree.digest } }],
    { ...commitTo(salt, utf8(body), 'vendor'), issuedAt: '2026-11-24T09:00:00Z' },
    { publicKey, keyid, ...signer },
  );
  return {
    ...shown,
    review: { ...shown.review, verdict: 'no objection' },
    body,
    salt: toBase64(salt),
    envelope: toBase64(formatEnvelope(envelope)),
    key: { keyid, publicKey: toBase64(publicKey), webauthn: null },
  };
}

/** The page is given another answer than the Center's. */
async function lie(page: Page, address: string, change: (twin: Review) => Review | Promise<Review>) {
  await page.route(address, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: await change((await response.json()) as Review) });
  });
}

const line = (page: Page, text: string): ReturnType<Page['locator']> =>
  page.getByRole('listitem').filter({ hasText: text });

const checkedLines = [
  'The log holds this entry',
  'Salt and text are what was committed to',
  'The statement is about this tree',
  'The log lists this key for reviews',
  'The key signed this statement',
] as const;

test(
  'from the invitation to a review in the log, in at most twelve actions',
  { timeout: 400_000 },
  async (t) => {
    const world = await makeCenterWorld(t, { trouble: false });
    const reviewers = join(world.folder, reviewersName);
    const { center, origin, folder, browser } = await serveWorld(t, world, { table, reviewers });
    const management = openManagement(folder);
    t.after(() => management.close());
    const { secret } = management.invitations.make('Audit Office', ['reviewers'], 7);
    const page = await (await browser.newContext()).newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.setDefaultTimeout(60_000);
    await addAuthenticator(page);

    let actions = 0;
    const act = async (work: Promise<unknown>): Promise<void> => {
      actions++;
      await work;
    };
    await act(page.goto(`${origin}/invitation/${secret}`));
    await act(page.getByRole('button', { name: 'Make my account' }).click());
    await page.waitForURL('**/account');
    await act(page.getByRole('link', { name: 'Reviews', exact: true }).first().click());
    await act(page.getByRole('button', { name: 'Review sample 1.1.0' }).click());
    await page.getByRole('heading', { name: 'Review of sample 1.1.0' }).waitFor();
    // What was read is the list on the page, or nothing is signed.
    const draftTwin = `**${new URL(page.url()).pathname}.json`;
    await lie(page, draftTwin, (twin) => ({
      ...twin,
      draft: twin.draft && { ...twin.draft, readPaths: ['src/secret.ts'] },
    }));
    await page.reload();
    await page.getByText('The Center says that you read other files').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Sign with your passkey' }).count(), 0);
    await page.unrouteAll();
    await page.reload();
    await act(page.getByRole('radio', { name: /^Remarks/ }).check());
    const hostile = 'I read it.\n<script>alert(1)</script> \u202e `code`';
    await act(page.getByRole('textbox', { name: 'Your words' }).fill(hostile));
    await act(page.getByRole('checkbox', { name: /Register the key/ }).check());
    await page.getByText('Saved', { exact: true }).waitFor();
    await look(page, 'draft');
    const body = await page.getByRole('region', { name: 'The text that you sign' }).textContent();
    await act(page.getByRole('button', { name: 'Sign with your passkey' }).click());
    await page.getByRole('heading', { name: 'Check it in this browser' }).waitFor();
    assert.ok(actions <= 12, `${actions} actions`);
    t.diagnostic(`${actions} actions from the invitation to the signed review`);

    // The entry is in the log, and holds what the page showed.
    const size = world.log.writer.size();
    await page.getByRole('link', { name: String(size - 1), exact: true }).waitFor();
    await center.look();
    await page.reload();
    for (const text of checkedLines) await line(page, text).getByText('yes', { exact: true }).waitFor();
    assert.match(body ?? '', /verdict: remarks\nread: 0 of \d+ files\n/);
    const path = new URL(page.url()).pathname;
    const twin = (await (await page.request.get(`${origin}${path}.json`)).json()) as {
      body: string;
      salt: string;
      envelope: string;
      key: { publicKey: string; keyid: string };
      review: { logged: { index: number; seen: boolean } };
    };
    assert.deepEqual(twin.review.logged, { index: size - 1, seen: true });
    assert.ok(twin.body.includes('<script>alert(1)</script> \u202e `code`'));

    // An independent check: node's own crypto over authenticatorData ‖ SHA-256(clientDataJSON).
    const envelope = parseEnvelope(fromBase64(twin.envelope));
    const sig = fromBase64(envelope.signatures[0]?.sig ?? '');
    const length = Number(sig[38]) * 256 + Number(sig[39]);
    const data = sig.slice(40, 40 + length);
    const message = preAuthEncoding(inTotoPayload, payloadOf(envelope));
    const client = JSON.parse(Buffer.from(data).toString()) as { challenge: string; origin: string };
    assert.equal(client.challenge, createHash('sha256').update(message).digest('base64url'));
    assert.equal(client.origin, origin);
    assert.ok(
      verify(
        'sha256',
        Buffer.concat([sig.slice(1, 38), createHash('sha256').update(data).digest()]),
        createPublicKey({ key: Buffer.from(twin.key.publicKey, 'base64'), format: 'der', type: 'spki' }),
        sig.slice(40 + length),
      ),
    );
    assert.equal(statementOf(envelope).subject[0]?.digest.sha256, world.trees[1]?.digest);
    const admission = parseAdmissionList(world.log.writer.admission()?.bytes ?? new Uint8Array(0));
    assert.equal(admission.document.reviewers?.[0]?.keyid, twin.key.keyid);
    await look(page, 'signed');

    // The page of the entry checks salt and text that the reviewer saved.
    const saved = JSON.stringify({ salt: Buffer.from(twin.salt, 'base64').toString('hex'), text: twin.body });
    await page.goto(`${origin}/log/entries/${size - 1}`);
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles({ name: 'review.json', mimeType: 'application/json', buffer: Buffer.from(saved) });
    await page.getByText('It is what the entry committed to.').waitFor();

    // And it is checked like any other: the policy does not name the passkey, the log's own list does.
    await page.getByText('admitted by the log, not named by the policy').waitFor();
    await page.getByText('It is in the log; it does not count').waitFor();
    assert.equal(await page.locator('.check-step-failed').count(), 0);
    assert.equal(await page.locator('.check-step-held').count(), 6);
    assert.ok(await page.evaluate<number>('localStorage.length'), 'the log is remembered');
    await page.goto(`${origin}${path}`);

    // Opened, it is checked by somebody who is nobody here.
    await page.getByRole('button', { name: 'Open it to everyone' }).click();
    await page.getByRole('button', { name: 'Open it to everyone' }).last().click();
    await page.getByText('in the log, open').first().waitFor();
    const stranger = await (await browser.newContext()).newPage();
    await stranger.goto(`${origin}${path}`);
    await line(stranger, 'Salt and text').getByText('yes', { exact: true }).waitFor();
    await stranger.getByText('Remarks', { exact: true }).waitFor();

    // One that a Center made up, with a key of its own, is told to be none.
    await lie(stranger, `**${path}.json`, forge);
    await stranger.reload();
    for (const text of ['The log holds this entry', 'The log lists this key for reviews'])
      await line(stranger, text).getByText('no', { exact: true }).waitFor();
    assert.equal(await stranger.getByText('No objection', { exact: true }).count(), 0);
    await stranger.unrouteAll();
    await stranger.goto(`${origin}/reviews`);
    await stranger.getByRole('link', { name: 'sample 1.1.0' }).first().waitFor();

    // A question about lines, answered by the vendor; what is hostile in it stays text.
    const tree = world.trees[1]?.digest ?? '';
    await page.goto(`${origin}/source/${tree}/file?path=src%2Fmain.ts#L5-L7`);
    await page.getByText('Ask about lines 5–7').click();
    await page
      .getByRole('textbox', { name: 'Your question' })
      .fill('Why <b>this</b>?\n```\n<img src=x onerror=alert(1)>\n```');
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await page.getByRole('heading', { name: 'Question', exact: true }).waitFor();
    assert.equal(await page.locator('.prose img, .prose b, .prose script').count(), 0);
    await look(page, 'question');
    const question = new URL(page.url()).pathname;
    const { secret: vendorSecret } = management.invitations.make('Vendor', ['vendor'], 7);
    const vendor = await (await browser.newContext()).newPage();
    await addAuthenticator(vendor);
    await vendor.goto(`${origin}/invitation/${vendorSecret}`);
    await vendor.getByRole('button', { name: 'Make my account' }).click();
    await vendor.waitForURL('**/account');
    await vendor.goto(`${origin}${question}`);
    await vendor.getByRole('textbox', { name: /Your answer/ }).fill('Because.');
    await vendor.getByRole('button', { name: 'Send' }).click();
    await vendor.getByText('Answered').waitFor();
    await page.goto(`${origin}/questions`);
    await page.getByRole('row').filter({ hasText: 'Why' }).getByText('Answered').waitFor();
    await look(page, 'questions');
    await page.goto(`${origin}/reviews`);
    await page.getByRole('heading', { name: 'Your keys for reviews' }).waitFor();
    await look(page, 'reviews');
    assert.deepEqual(complaints, []);
  },
);
