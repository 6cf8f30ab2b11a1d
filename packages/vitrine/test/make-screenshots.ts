// npm run screenshots [FOLDER]: the tour, and then every page of its Center at three widths in both themes,
// as a signed-in reviewer sees it, for people to look at. Answers 1 where a page is wider than its window.

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { addAuthenticator, launchChromium, settle } from '@vitrine/testkit/browser';
import { everyPage, openTour, type TourOfTests } from './portal.ts';
import { acceptInvitation, askAbout, signReview } from './reviewer.ts';

const widths = [360, 900, 1440] as const;
const themes = ['light', 'dark'] as const;

const folder = resolve(process.argv[2] ?? 'screenshots');
const data = await mkdtemp(join(tmpdir(), 'vitrine-screenshots-'));
const tooWide: string[] = [];
let tour: TourOfTests | undefined;
let browser: Browser | undefined;
try {
  tour = await openTour(data);
  browser = await launchChromium();
  await mkdir(folder, { recursive: true });
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  const page = await context.newPage();
  await addAuthenticator(page);
  await acceptInvitation(page, tour.invitation);
  await signReview(page, 'agent 0.1.0', 'I read how inclusion is proved, and nothing else.');
  const { path: file = '' } =
    (await everyPage(context, tour.origin)).find(({ name }) => name === 'file') ?? {};
  await askAbout(page, `${tour.origin}${file}`, 'Why is the leaf not hashed twice?');
  for (const { name, path, expected } of await everyPage(context, tour.origin)) {
    for (const theme of themes) {
      await page.emulateMedia({ colorScheme: theme });
      for (const width of widths) {
        await page.setViewportSize({ width, height: 900 });
        await page.goto(`${tour.origin}${path}`);
        await settle(page, expected);
        await page.screenshot({ path: join(folder, `${name}-${width}-${theme}.png`), fullPage: true });
        const wide = await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth');
        if (wide) tooWide.push(`${name} at ${width}`);
      }
    }
  }
} finally {
  await browser?.close();
  await tour?.stop();
  await rm(data, { recursive: true, force: true });
}
process.stdout.write(`${folder}\n`);
for (const one of new Set(tooWide)) process.stdout.write(`wider than its window: ${one}\n`);
process.exitCode = tooWide.length === 0 ? 0 : 1;
