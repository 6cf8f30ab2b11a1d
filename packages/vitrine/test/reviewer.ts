// What a reviewer does in the Center, as few steps as it takes; each answers how many actions it was.

import type { Page } from 'playwright-core';

/** From the link to an account of one's own. The page needs an authenticator. */
export async function acceptInvitation(page: Page, invitation: string): Promise<number> {
  await page.goto(invitation);
  await page.getByRole('button', { name: 'Make my account' }).click();
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
  return 2;
}
