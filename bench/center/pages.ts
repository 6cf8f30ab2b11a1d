// The pages on the same corpus, as a reader waits for them: in Chromium, and over HTTP beside a route that does
// nothing.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildWeb, openCenter, serveCenter, type Center } from '@vitrine/center';
import { makeCenterWorld, staticApp, type CenterWorld } from '@vitrine/center/testing';
import { freePort } from '@vitrine/testkit';
import { launchChromium } from '@vitrine/testkit/browser';
import type { Browser, Page } from 'playwright-core';
import type { Report } from '../../tools/bench-types.ts';
import type { Corpus, CorpusTree } from './corpus.ts';
import { quantile } from './search.ts';

const table = `table = 1
[[products]]
name = "sample"
[[grants]]
who = "anyone"
product = "sample"
tier = "everything"
`;

/** `folder` holds the index already. */
export async function benchPages(corpus: Corpus, folder: string, report: Report): Promise<void> {
  await using ending = new Ending();
  const world = await makeCenterWorld(ending, { trouble: false });
  for (const [i, tree] of corpus.releases.entries())
    await world.release({ tree: worldTree(tree), version: `2.${String(i)}.0`, sequence: 10 + i });
  writeFileSync(join(folder, 'access.toml'), table);
  const port = await freePort();
  const origin = `http://localhost:${String(port)}`;
  const center = await openCenter({
    folder,
    origin,
    root: world.root,
    policyFile: world.policyBytes,
    policy: world.policy,
    log: world.log.url,
    repository: world.repository.url,
    supervisors: [],
    sourceStore: corpus.store,
    git: {},
    web: await buildWeb(),
    clock: world.clock,
    settings: { limits: { reading: { capacity: 1e9, perSecond: 1e9 } } },
  });
  ending.after(() => center.close());
  const served = await serveCenter(center, '127.0.0.1', port);
  ending.after(() => served.close());
  await indexed(origin);

  const browser = await launchChromium();
  ending.after(() => browser.close());
  await benchFirstLoad(browser, origin, report);
  await benchReading(browser, origin, corpus, report);
  await benchPublic(ending, origin, center.headers, report);
}

/** What is measured is not the index that catches up with the second release. */
async function indexed(origin: string): Promise<void> {
  for (;;) {
    const response = await fetch(`${origin}/search.json`);
    const { index } = (await response.json()) as {
      readonly index: { readonly percent: number; readonly symbolsPercent: number };
    };
    if (index.percent === 100 && index.symbolsPercent === 100) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function benchFirstLoad(browser: Browser, origin: string, report: Report): Promise<void> {
  const page = await browser.newPage();
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  let bytes = 0;
  session.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
  await page.goto(origin, { waitUntil: 'networkidle' });
  await page.close();
  report({
    name: 'first load, compressed, with headers',
    value: bytes / 1000,
    unit: 'kB',
    goal: 200,
    better: 'lower',
  });
}

const rounds = 9;

async function benchReading(browser: Browser, origin: string, corpus: Corpus, report: Report): Promise<void> {
  const goal = (value: number): number | null => (corpus.pinned ? value : null);
  const [before, after] = corpus.releases;
  const path = await fileOfLines(origin, before, 3_000);
  const file = `/source/${before.digest}/file?path=${encodeURIComponent(path)}`;
  const compare = `/source/compare?from=${before.digest}&to=${after.digest}`;
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const times = { file: [] as number[], cold: [] as number[], compare: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    // The application is loaded, the file is not: what a click on its name costs.
    await page.goto(`${origin}/help/keys`, { waitUntil: 'networkidle' });
    times.file.push(await follow(page, file, '.code-row'));
    await page.goto(`${origin}/help/keys`, { waitUntil: 'networkidle' });
    times.compare.push(await follow(page, compare, 'main a[href*="path="]'));
    times.cold.push(await load(page, `${origin}${file}`, '.code-row'));
  }
  const later = (all: readonly number[]): number => quantile(all.slice(1), 0.5);
  const row = { unit: 'ms', better: 'lower' } as const;
  report({
    name: 'file of 3,000 lines, click to first paint',
    value: later(times.file),
    ...row,
    goal: goal(100),
  });
  report({ name: 'the same, the first time', value: times.file[0] ?? Number.NaN, ...row, goal: null });
  report({
    name: 'the same, by its address, with the application',
    value: later(times.cold),
    ...row,
    goal: null,
  });
  report({
    name: 'comparing two releases, click to first paint',
    value: later(times.compare),
    ...row,
    goal: goal(500),
  });
  report({ name: 'the same, the first time', value: times.compare[0] ?? Number.NaN, ...row, goal: null });
  await page.close();
}

/** From following a link to the frame after the one in which what is looked for was drawn. */
async function follow(page: Page, to: string, selector: string): Promise<number> {
  return page.evaluate<number>(`new Promise((resolve, reject) => {
    const start = performance.now();
    history.pushState({}, '', ${JSON.stringify(to)});
    dispatchEvent(new PopStateEvent('popstate', { state: {} }));
    ${drawn(selector, 'performance.now() - start')}
  })`);
}

async function load(page: Page, address: string, selector: string): Promise<number> {
  await page.goto('about:blank');
  await page.goto(address, { waitUntil: 'commit' });
  return page.evaluate<number>(
    `new Promise((resolve, reject) => { ${drawn(selector, 'performance.now()')} })`,
  );
}

/** Runs in the page. */
function drawn(selector: string, answer: string): string {
  return `setTimeout(() => reject(new Error('nothing was drawn in a minute')), 60_000);
  const look = () => {
    if (document.querySelector(${JSON.stringify(selector)}) === null) requestAnimationFrame(look);
    else requestAnimationFrame(() => resolve(${answer}));
  };
  look();`;
}

/** The file in C whose number of lines is nearest. */
async function fileOfLines(origin: string, tree: CorpusTree, lines: number): Promise<string> {
  const about = tree.files
    .filter(({ path, size }) => /\.(?:c|ts)$/.test(path) && size > lines * 15 && size < lines * 60)
    .slice(0, 400);
  let best = { path: about[0]?.path ?? '', off: Infinity };
  for (const { path } of about) {
    const text = await (
      await fetch(`${origin}/source/${tree.digest}/raw?path=${encodeURIComponent(path)}`)
    ).text();
    const off = Math.abs(text.split('\n').length - lines);
    if (off < best.off) best = { path, off };
  }
  return best.path;
}

/** The same bytes from a route that does nothing else; both take turns, so that other work weighs on both. */
async function benchPublic(
  ending: Ending,
  origin: string,
  headers: Center['headers'],
  report: Report,
): Promise<void> {
  const address = `${origin}/releases.json`;
  const body = new Uint8Array(await (await fetch(address)).arrayBuffer());
  const port = await freePort();
  const served = await serveCenter(staticApp(body, headers), '127.0.0.1', port);
  ending.after(() => served.close());
  const floor = `http://localhost:${String(port)}/static`;
  const turns = await inTurns([floor, address], 44);
  // The first ones warm both up.
  const [plain, ours] = [0, 1].map((which) => turns.filter((_turn, i) => i % 2 === which).slice(4));
  const ratioOf = (of: (turn: Turn) => number): number =>
    quantile(
      (ours ?? []).map((turn, i) => of(turn) / of(plain?.[i] ?? turn)),
      0.5,
    );
  const higher = { goal: null, better: 'higher' } as const;
  report({
    name: 'public page as JSON',
    value: quantile(
      (ours ?? []).map(({ rate }) => rate),
      0.5,
    ),
    unit: 'requests/s',
    ...higher,
  });
  report({
    name: 'public page, of a static route',
    value: ratioOf(({ rate }) => rate),
    unit: '×',
    goal: 0.8,
    better: 'higher',
  });
  // The load is one thread too and is often the slower of the two: what the server itself takes must hold.
  report({
    name: 'the same by processor time of the server',
    value: ratioOf(({ perCpu }) => perCpu),
    unit: '×',
    goal: 0.8,
    better: 'higher',
  });
}

interface Turn {
  /** Requests in a second. */
  readonly rate: number;
  /** Requests in a second of this process's processor time, which other work on the machine does not change much. */
  readonly perCpu: number;
}

/** Asked for by another process, a quarter of a second each. */
async function inTurns(addresses: readonly [string, string], turns: number): Promise<readonly Turn[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'load.ts'), ...addresses, String(turns)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const said: Turn[] = [];
  let before = process.cpuUsage();
  for await (const line of createInterface({ input: child.stdout })) {
    const used = process.cpuUsage(before);
    before = process.cpuUsage();
    const [answered = 0, milliseconds = 1] = line.split(' ').map(Number);
    said.push({
      rate: answered / (milliseconds / 1000),
      perCpu: answered / ((used.user + used.system) / 1e6),
    });
  }
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`the load ended with ${String(code)}`);
  return said;
}

function worldTree({
  digest,
  files,
  listing,
  bytes,
}: CorpusTree): Parameters<CenterWorld['release']>[0]['tree'] {
  const listed = { files };
  return {
    digest,
    listing: listed,
    listingObject: listing,
    gitCommit: '0'.repeat(40),
    gitTree: '0'.repeat(40),
    bytes,
    files: new Map(),
  };
}

/** What is to be closed, last opened first. */
class Ending implements AsyncDisposable {
  readonly #works: (() => unknown)[] = [];

  after(work: () => unknown): void {
    this.#works.push(work);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const work of this.#works.reverse()) await work();
  }
}
