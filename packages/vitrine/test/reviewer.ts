// What a reviewer does in the Center, in as few steps as it takes.

import type { Page } from 'playwright-core';

/** Counts what a person does: an address, a click, a choice and a text are one action each. */
export class Actions {
  #count = 0;

  get count(): number {
    return this.#count;
  }

  async act(work: Promise<unknown>): Promise<void> {
    this.#count++;
    await work;
  }
}

/** From the link to an account of one's own. The page needs an authenticator. */
export async function acceptInvitation(
  page: Page,
  invitation: string,
  actions: Actions = new Actions(),
): Promise<void> {
  await actions.act(page.goto(invitation));
  await actions.act(page.getByRole('button', { name: 'Make my account' }).click());
  await page.waitForURL('**/account');
}

/** A review of a release, signed by the passkey and in the log. */
export async function signReview(
  page: Page,
  release: string,
  words: string,
  actions: Actions = new Actions(),
): Promise<void> {
  await actions.act(page.getByRole('link', { name: 'Reviews', exact: true }).first().click());
  const review = page.getByRole('button', { name: `Review ${release}` });
  await actions.act(review.first().click());
  await actions.act(page.getByRole('radio', { name: /^Remarks/ }).check());
  await actions.act(page.getByRole('textbox', { name: 'Your words' }).fill(words));
  await actions.act(page.getByRole('checkbox', { name: /Register the key/ }).check());
  await page.getByText('Saved', { exact: true }).waitFor();
  await actions.act(page.getByRole('button', { name: 'Sign with your passkey' }).click());
  await page.getByRole('heading', { name: 'Check it in this browser' }).waitFor();
}

/** A question about lines of a file. */
export async function askAbout(page: Page, file: string, words: string): Promise<void> {
  await page.goto(file);
  await page.getByText(/^Ask about lines/).click();
  await page.getByRole('textbox', { name: 'Your question' }).fill(words);
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  await page.getByRole('heading', { name: 'Question', exact: true }).waitFor();
}
