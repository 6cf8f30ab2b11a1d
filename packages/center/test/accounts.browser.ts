// A reader comes in and goes out in real Chromium, with a passkey that the browser itself keeps.

import assert from 'node:assert/strict';
import test from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { openManagement } from '@vitrine/center/manage';
import { addAuthenticator, settle } from '@vitrine/testkit/browser';
import { serveWorld } from './served.ts';
import { makeCenterWorld } from './world.ts';

/** Pages whose rules are broken, in words. */
async function faultsOf(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

test('invitation, passkey, account, sign-out, and in again', { timeout: 300_000 }, async (t) => {
  const world = await makeCenterWorld(t, { trouble: false });
  const { origin, folder, browser } = await serveWorld(t, world);
  const management = openManagement(folder);
  t.after(() => management.close());
  const { secret, id } = management.invitations.make('Audit Office', ['reviewers'], 7);
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({ colorScheme });
    const look = await context.newPage();
    for (const path of ['/sign-in', `/invitation/${secret}`, '/invitation/none', '/access', '/account']) {
      await look.goto(origin + path);
      // Nobody has an account here yet.
      await settle(look, path === '/account' ? 'refused' : 'shown');
      assert.deepEqual(await faultsOf(look), [], `${path} in ${colorScheme}`);
    }
    await context.close();
  }

  const page = await (await browser.newContext()).newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await addAuthenticator(page);

  await page.goto(`${origin}/invitation/${secret}`);
  await page.getByLabel(/Name of your passkey/).fill('Office key');
  await page.getByRole('button', { name: 'Make my account' }).click();
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
  await page.getByText('Audit Office').first().waitFor();
  await page.getByRole('rowheader', { name: 'Office key' }).waitFor();
  await settle(page);
  assert.deepEqual(await faultsOf(page), []);

  const cookies = await page.context().cookies();
  const session = cookies.find(({ name }) => name === '__Host-vitrine-session');
  assert.ok(session);
  assert.deepEqual(
    [session.secure, session.httpOnly, session.sameSite, session.path],
    [true, true, 'Lax', '/'],
  );

  // The link has done its work.
  await page.goto(`${origin}/invitation/${secret}`);
  await page.getByText('This invitation was used').waitFor();

  await page.goto(`${origin}/account`);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(`${origin}/`);
  await page.goto(`${origin}/account`);
  await page.getByText('sign in to see this').waitFor();
  complaints.splice(0); // Chromium reports the 401 that was asked for.

  await page.goto(`${origin}/sign-in`);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
  const again = (await page.context().cookies()).find(({ name }) => name === '__Host-vitrine-session');
  assert.notEqual(again?.value, session.value);
  assert.deepEqual(complaints, []);

  // Revoked beside the Center: the next thing that the reader does finds it out.
  management.people.revoke(id);
  await page.goto(`${origin}/account`);
  await page.getByText('sign in to see this').waitFor();
  await page.goto(`${origin}/sign-in`);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByText('This passkey is not known here, or it was revoked.').waitFor();
});
