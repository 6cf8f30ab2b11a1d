// What a reviewer does in the Center, in as few steps as it takes: each click, choice and text is one action.

import type { Page } from 'playwright-core';

/** From the link to an account of one's own; answers the number of actions. The page needs an authenticator. */
export async function acceptInvitation(page: Page, invitation: string): Promise<number> {
  await page.goto(invitation);
  await page.getByRole('button', { name: 'Make my account' }).click();
  await page.waitForURL('**/account');
  return 2;
}

/** A review of a release, signed by the passkey and in the log; answers the number of actions. */
export async function signReview(page: Page, release: string, words: string): Promise<number> {
  await page.getByRole('link', { name: 'Reviews', exact: true }).first().click();
  await page
    .getByRole('button', { name: `Review ${release}` })
    .first()
    .click();
  await page.getByRole('radio', { name: /^Remarks/ }).check();
  await page.getByRole('textbox', { name: 'Your words' }).fill(words);
  await page.getByRole('checkbox', { name: /Register the key/ }).check();
  await page.getByText('Saved', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Sign with your passkey' }).click();
  await page.getByRole('heading', { name: 'Check it in this browser' }).waitFor();
  return 6;
}

/** A question about lines of a file. */
export async function askAbout(page: Page, file: string, words: string): Promise<void> {
  await page.goto(file);
  await page.getByText(/^Ask about lines/).click();
  await page.getByRole('textbox', { name: 'Your question' }).fill(words);
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  await page.getByRole('heading', { name: 'Question', exact: true }).waitFor();
}
