// A real Chromium for tests and benches, a device of its user's that holds passkeys, and when a page of the
// Center is there to be looked at.

import assert from 'node:assert/strict';
import { chromium, type Browser, type Page } from 'playwright-core';

/** Debian's, or the one that CHROMIUM names; it asks nobody for anything that the pages do not ask for. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-quic',
    ],
  });
}

/** Passkeys without a question: whoever uses the page is there and is verified. */
export async function addAuthenticator(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

/** A page that is refused or missing has its heading all the same, and must not pass for the one that was meant. */
export type Expected = 'shown' | 'refused';

/** Until nothing of the page is loading any more; fails where it is not as expected, a refusal or none. */
export async function settle(page: Page, expected: Expected = 'shown'): Promise<void> {
  await page.locator('main h1').first().waitFor();
  await page.locator('.state-loading').first().waitFor({ state: 'detached' });
  const refusals = await page.locator('.state[role=alert], .state:has(h1)').allInnerTexts();
  if (expected === 'shown') assert.deepEqual(refusals, [], `${page.url()} is refused`);
  else assert.equal(refusals.length, 1, `${page.url()} is not refused`);
}
