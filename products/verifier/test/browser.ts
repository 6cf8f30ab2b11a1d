// A real Chromium on the built page, cut off from every network. Each request, each error in the console
// and each exception in the page is kept and fails the test that asks for them.

import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { VerdictCase } from '@vitrine/testkit';
import type { CaseFiles } from './helpers.ts';

export interface Opened {
  readonly page: Page;
  /** Everything that should not have happened since the page was opened. */
  readonly faults: readonly string[];
}

/** Opens the page as a file in a context of its own, without a network. */
export async function openPage(
  browser: Browser,
  path: string,
  options: BrowserContextOptions = {},
): Promise<Opened> {
  const address = pathToFileURL(path).href;
  const context = await browser.newContext({ offline: true, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('request', (request) => {
    if (request.url() !== address && !request.url().startsWith('data:'))
      faults.push(`request ${request.url()}`);
  });
  page.on('console', (message) => faults.push(`console ${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => faults.push(`exception ${String(error)}`));
  await page.goto(address);
  return { page, faults };
}

/** Puts one file, or several, into a row by hand and waits until the row shows it. */
export async function choose(page: Page, slot: string, paths: string | readonly string[]): Promise<void> {
  await page.locator(`#choose-${slot}`).setInputFiles(typeof paths === 'string' ? paths : [...paths]);
  await page.locator(`#slot-${slot} bdi`).first().waitFor();
}

/** Asks the page what the case asks; evidence last, so that there is one verdict. */
export async function ask(page: Page, one: VerdictCase, files: CaseFiles): Promise<void> {
  if (one.now !== undefined) await page.clock.setFixedTime(one.now * 1000);
  await fillIn(page, one);
  for (const slot of ['publication', 'state', 'artifact', 'policy', 'root'] as const) {
    const path = files[slot];
    if (path !== undefined) await choose(page, slot, path);
  }
  if (files.consistency.length > 0) await choose(page, 'consistency', files.consistency);
  if (files.evidence === undefined) await page.locator('#verify').click();
  else await choose(page, 'evidence', files.evidence);
}

async function fillIn(page: Page, { expected = {}, demand = [], now, offline }: VerdictCase): Promise<void> {
  const texts = {
    product: expected.product,
    channel: expected.channel,
    platform: expected.platform,
    'min-sequence': expected.minSequence?.toString(),
  };
  const boxes = [
    ...(now === undefined ? ['clock'] : []),
    ...(offline === true ? ['offline'] : []),
    ...demand.map((what) => `demand-${what}`),
  ];
  if (boxes.length > 0 || Object.values(texts).some((text) => text !== undefined))
    await page.locator('#options > summary').click();
  for (const [id, text] of Object.entries(texts)) {
    if (text !== undefined) await page.locator(`#${id}`).fill(text);
  }
  for (const id of boxes) await page.locator(`#${id}`).click();
}

export interface Shown {
  readonly headline: string;
  readonly checks: readonly {
    readonly name: string;
    readonly outcome: string;
    readonly code: string;
    readonly found: string;
  }[];
}

/** The verdict as it stands on the page. */
export async function shown(page: Page): Promise<Shown> {
  const headline = await page.locator('#headline').innerText();
  const checks = await page.locator('#checks > li').evaluateAll((items) =>
    items.map((item) => ({
      name: item.querySelector('.name')?.textContent ?? '',
      outcome: item.getAttribute('class') ?? '',
      code: item.querySelector('.code')?.textContent ?? '',
      found: item.querySelector('.found')?.firstChild?.textContent ?? '',
    })),
  );
  return { headline, checks };
}

/** Texts that are too faint on what lies behind them (WCAG 2.2, 1.4.3), in the words of the page. */
export function faintTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const channels = (color: string): number[] => (color.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (color: string): number => {
      const [r = 0, g = 0, b = 0] = channels(color).map((value) =>
        value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (start: Element): string => {
      for (let one: Element | null = start; one !== null; one = one.parentElement) {
        const color = getComputedStyle(one).backgroundColor;
        if (channels(color)[3] !== 0) return color;
      }
      return 'rgb(255, 255, 255)';
    };
    const faint: string[] = [];
    for (const item of document.body.querySelectorAll('*')) {
      const text = [...item.childNodes].find(
        (node) => node.nodeType === 3 && node.textContent?.trim() !== '',
      );
      if (text === undefined || !item.checkVisibility() || item.matches('.quiet, script, style')) continue;
      const { color, fontSize, fontWeight } = getComputedStyle(item);
      const [light, dark] = [luminance(color), luminance(behind(item))].sort((a, b) => b - a) as [
        number,
        number,
      ];
      const ratio = (light + 0.05) / (dark + 0.05);
      const large =
        parseFloat(fontSize) >= 24 || (parseFloat(fontSize) >= 18.66 && Number(fontWeight) >= 700);
      if (ratio < (large ? 3 : 4.5)) faint.push(`${ratio.toFixed(1)}: ${text.textContent?.trim() ?? ''}`);
    }
    return faint;
  });
}

/** Controls that a screen reader could not name. */
export function namelessControls(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const named = (control: Element): boolean => {
      if ((control.getAttribute('aria-label') ?? '') !== '') return true;
      if (control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement)
        return [...(control.labels ?? [])].some((label) => label.textContent.trim() !== '');
      return control.textContent.trim() !== '';
    };
    return [...document.querySelectorAll('button, input, textarea, progress, summary, a')]
      .filter((control) => !named(control))
      .map((control) => control.outerHTML);
  });
}
