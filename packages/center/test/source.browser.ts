// The pages about source in real Chromium: source that attacks its reader stays text, permalinks lead to
// their lines, keys do what the help says, and the page checks a file by itself.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { utf8 } from '@vitrine/evidence';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { eventually } from '@vitrine/testkit';
import { settle } from '@vitrine/testkit/browser';
import type { FilePage, TextContent } from '../src/contract/source.ts';
import { tokenKinds } from '../src/contract/token-kinds.ts';
import { serveWorld } from './served.ts';
import { makeCenterWorld } from './world.ts';
import { commit, filesOf } from './world/source.ts';

const payload = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';
const hostile = (version: string): ReadonlyMap<string, Uint8Array> =>
  new Map([
    ...filesOf('1.2.0'),
    [
      'attack/page.html',
      utf8(
        [
          payload,
          '<a href="javascript:window.hacked=1">javascript:window.hacked=1</a>',
          '<link rel=stylesheet href=https://elsewhere.example/x.css><iframe src=https://elsewhere.example></iframe>',
          '</code></div></pre></textarea></title></style><svg onload=window.hacked=1>',
          '${window.hacked=1} {{constructor.constructor("window.hacked=1")()}} %3Cscript%3E &lt;script&gt;',
          '<style>*{background:url(https://elsewhere.example/y)}</style>',
          `version ${version}`,
        ].join('\n'),
      ),
    ],
    [`attack/${payload.replaceAll('/', '')}.js`, utf8(`const s = '${payload}'; // ${payload}\n`)],
    ['attack/javascript:window.hacked=1', utf8('javascript:window.hacked=1\n')],
    ['attack/trojan.c', utf8('int a; /*\u202E } \u2066if (admin)\u2069 \u2066 only */ int b\u200B;\n')],
    ['long.txt', utf8(Array.from({ length: 30_000 }, (_, i) => `line ${i + 1}\n`).join(''))],
    [
      'many.ts',
      utf8(
        `${Array.from({ length: 3_000 }, (_, i) =>
          i % 500 === 250 ? `export const at${i} = '${version}';` : `export const value${i}: number = ${i};`,
        ).join('\n')}\n`,
      ),
    ],
  ]);

const ending: (() => unknown)[] = [];
let browser: Browser;
let origin: string;
let older: string;
let newer: string;

before(async () => {
  const world = await makeCenterWorld({ after: (work) => void ending.push(work) }, { trouble: false });
  const git = join(world.folder, 'git-attack');
  const trees: string[] = [];
  for (const [i, version] of ['1', '2'].entries()) {
    const tree = await commit(git, world.source, hostile(version), payload, 1_790_000_000 + i);
    await world.release({ tree, product: 'attack', version: `${version}.0.0`, sequence: i + 1 });
    trees.push(tree.digest);
  }
  [older, newer] = trees as [string, string];
  const grant = (name: string): string =>
    `[[products]]\nname = "${name}"\n\n[[grants]]\nwho = "anyone"\nproduct = "${name}"\ntier = "everything"\n\n`;
  ({ origin, browser } = await serveWorld({ after: (work) => void ending.push(work) }, world, {
    table: `table = 1\n\n${grant('attack')}`,
    supervisors: [],
    git: { attack: git },
    clock: world.clock,
    settings: { limits: { reading: { capacity: 100_000, perSecond: 10_000 } } },
  }));
});
after(async () => {
  for (const work of ending.toReversed()) await work();
});

interface Watched {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Violations of the policy, errors, dialogs, and requests that left for elsewhere. */
  readonly faults: string[];
}

async function open(options: Parameters<Browser['newContext']>[0] = {}): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1_280, height: 900 }, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('dialog', (dialog) => {
    faults.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(origin)) faults.push(`request to ${request.url()}`);
  });
  return { page, context, faults };
}

const at = (tree: string, view: string, path: string): string =>
  `${origin}/source/${tree}/${view}?path=${encodeURIComponent(path)}`;
const compared = (path?: string): string =>
  `${origin}/source/compare?from=${older}&to=${newer}${path === undefined ? '' : `&path=${encodeURIComponent(path)}`}`;
const encoded = (name: string): string =>
  [...Buffer.from(name)]
    .map((byte) =>
      byte > 0x20 && byte < 0x7f && byte !== 0x25
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');
const attackName = encoded(`attack/${payload.replaceAll('/', '')}.js`);

async function visit({ page }: Watched, address: string): Promise<void> {
  await page.goto('about:blank');
  await page.goto(address);
  await settle(page);
}

test('source, names and commits full of markup are text, and no request leaves', async () => {
  const watched = await open();
  const { page, faults } = watched;
  const addresses = [
    `${origin}/source`,
    `${origin}/source/${newer}?path=attack`,
    `${origin}/source/${newer}?path=hostile`,
    at(newer, 'file', 'attack/page.html'),
    at(newer, 'file', attackName),
    at(newer, 'file', 'attack/javascript:window.hacked=1'),
    at(newer, 'history', 'attack/page.html'),
    at(newer, 'blame', 'attack/page.html'),
    at(newer, 'blame', attackName),
    compared(),
    compared('attack/page.html'),
  ];
  for (const address of addresses) {
    await visit(watched, address);
    assert.equal(await page.evaluate(() => 'hacked' in globalThis), false, address);
    const strangers = page.locator(
      'main img, main iframe, main script, main style, main link, main [onerror], main [onload], main a[href^="javascript:"]',
    );
    assert.equal(await strangers.count(), 0, address);
  }
  await visit(watched, at(newer, 'file', 'attack/page.html'));
  assert.ok((await page.textContent('.code'))?.includes('<script>window.hacked=1</script>'));
  assert.deepEqual(faults, []);
  await watched.context.close();
});

test('on the way from page to page none is drawn from the answer of another', async () => {
  const watched = await open();
  const { page, faults } = watched;
  await visit(watched, `${origin}/source`);
  // Slow enough that the next page's code and data come one after the other.
  await page.route('**/assets/*.js', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 150));
    await route.continue();
  });
  await page.getByRole('link', { name: 'with 1.0.0' }).click();
  await page.locator('.change-list a', { hasText: 'many.ts' }).click();
  await page.waitForSelector('.line-added');
  await page.getByRole('link', { name: 'after' }).click();
  await page.waitForSelector('#L1');
  await page.getByRole('link', { name: 'History' }).click();
  await page.getByRole('heading', { name: 'In the releases' }).waitFor();
  await page.goBack();
  await page.waitForSelector('#L1');
  assert.deepEqual(faults, []);
  await watched.context.close();
});

test('an address that asks for a hostile file itself gets a download, never a page', async () => {
  const watched = await open();
  const [download] = await Promise.all([
    watched.page.waitForEvent('download'),
    watched.page.goto(at(newer, 'raw', 'attack/page.html')).catch(() => undefined),
  ]);
  assert.equal(download.suggestedFilename(), 'page.html');
  await watched.context.close();
});

test('characters that change the direction of text are marks, and none reaches the page', async () => {
  const watched = await open();
  await visit(watched, at(newer, 'file', 'attack/trojan.c'));
  const text = (await watched.page.textContent('main')) ?? '';
  assert.doesNotMatch(text, /[\u200B\u202A-\u202E\u2066-\u2069]/);
  assert.equal(await watched.page.locator('.char-mark-bidi').count(), 4);
  assert.match(text, /can read otherwise than it runs/);
  await watched.context.close();
});

test('a permalink scrolls to its lines and marks them, and a click makes another', async () => {
  const watched = await open();
  const { page } = watched;
  await visit(watched, `${at(newer, 'file', 'many.ts')}#L2000-L2003`);
  await page.waitForSelector('#L2000.line-chosen');
  assert.equal(await page.locator('.line-chosen').count(), 4);
  // The page scrolls once more when it knows how high the lines are.
  await eventually(async () => {
    const { y = 0 } = (await page.locator('#L2000').boundingBox()) ?? {};
    return y > 50 && y < 850;
  });
  // Far fewer lines than the file has are in the page.
  assert.ok((await page.locator('.line').count()) < 300);
  await page.locator('#L1990 .line-number').click();
  await page.waitForURL(/#L1990$/);
  await page.locator('#L1995 .line-number').click({ modifiers: ['Shift'] });
  await page.waitForURL(/#L1990-L1995$/);
  await page.waitForSelector('#L1990.line-chosen');
  await page.waitForSelector('#L1995.line-chosen');
  assert.equal(await page.locator('.line-chosen').count(), 6);
  await watched.context.close();
});

test('colours come after the text', async () => {
  const watched = await open();
  const { page } = watched;
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/tokens.json*', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(at(newer, 'file', 'many.ts'));
  await page.waitForSelector('#L1 .line-text');
  assert.equal(await page.locator('#L1 .tok-keyword').count(), 0);
  release();
  await page.waitForSelector('#L1 .tok-keyword');
  await watched.context.close();
});

test('the keys do what their help says', async () => {
  const watched = await open({ permissions: ['clipboard-read', 'clipboard-write'] });
  const { page } = watched;
  await visit(watched, at(newer, 'file', 'many.ts'));
  await page.keyboard.press('?');
  const help = await page.locator('.keys-dialog').textContent();
  for (const word of ['Find a file', 'Go to line', 'Copy permalink', 'Blame', 'History', 'Wrap lines'])
    assert.ok(help?.includes(word), word);
  await page.keyboard.press('Escape');
  await page.keyboard.press('l');
  await page.keyboard.type('2500-2502');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#L2500.line-chosen');
  await page.keyboard.press('y');
  await page.getByText('Permalink copied').waitFor();
  const copied = await page.evaluate('navigator.clipboard.readText()');
  assert.equal(copied, `${at(newer, 'file', 'many.ts')}#L2500-L2502`);
  await page.keyboard.press('b');
  await page.waitForURL(/\/blame\?/);
  await page.waitForSelector('.blame-begins');
  await page.keyboard.press('h');
  await page.waitForURL(/\/history\?/);
  await page.getByRole('heading', { name: 'In the releases' }).waitFor();
  await page.keyboard.press('t');
  // Letters before it is there are keys of the page.
  await page.locator('.finder input:focus').waitFor();
  await page.keyboard.type('trojan');
  await page
    .getByRole('option', { name: 'attack/trojan.c' })
    .and(page.locator('[aria-selected=true]'))
    .waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/file\?path=attack%2Ftrojan\.c/);
  await watched.context.close();
});

test('the finder opens the first match of what is typed, however fast', async () => {
  const watched = await open();
  const { page } = watched;
  await visit(watched, at(newer, 'file', 'many.ts'));
  await page.keyboard.press('t');
  await page.getByRole('option').first().waitFor();
  // Within one task of the browser: the list is still that of no text at all.
  await page.evaluate(`(async () => {
    const input = document.querySelector('.finder input');
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(input, 'trojan');
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await Promise.resolve();
    input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
  })()`);
  await page.waitForURL((url) => url.searchParams.get('path') !== 'many.ts');
  assert.equal(new URL(page.url()).searchParams.get('path'), 'attack/trojan.c');
  await watched.context.close();
});

test('a comparison is walked from change to change and from file to file', async () => {
  const watched = await open();
  const { page } = watched;
  await visit(watched, compared('many.ts'));
  assert.match((await page.textContent('main')) ?? '', /6 lines added, 6 removed/);
  await page.keyboard.press('n');
  await page.waitForSelector('.line-current');
  const first = await page.locator('.line-current').first().textContent();
  await page.keyboard.press('n');
  const current = (): Promise<string | null> => page.locator('.line-current').first().textContent();
  await eventually(async () => (await current()) !== first);
  await eventually(
    async () => ((await page.locator('.line-current').first().boundingBox())?.y ?? 1_000) < 900,
  );
  await page.keyboard.press('p');
  await eventually(async () => (await current()) === first);
  assert.ok((await page.locator('mark.word').count()) > 0);
  await page.keyboard.press('s');
  await page.waitForSelector('.halves');
  const gaps = async (): Promise<string> => (await page.locator('.gap').allTextContents()).join();
  const hidden = await gaps();
  await page.locator('.gap').first().getByRole('button').last().click();
  await eventually(async () => (await gaps()) !== hidden);
  await page.keyboard.press('[');
  await page.waitForURL(/path=attack%2Fpage\.html/);
  await watched.context.close();
});

const check = (page: Page): Promise<void> =>
  page.getByRole('button', { name: 'Check in this browser' }).click();

test('the page checks a file and its path to the tree digest, and says when they do not hold', async () => {
  const watched = await open();
  const { page } = watched;
  await visit(watched, at(newer, 'file', 'attack/page.html'));
  await check(page);
  await page.getByText(`leads to the tree ${newer}`).waitFor();
  await page.getByText('these are the lines shown: all of them').waitFor();
  await page.route('**/raw?*', (route) => route.fulfill({ body: 'other bytes' }));
  await check(page);
  await page.getByText('The check failed').waitFor();
  assert.equal(await page.getByText('these are the lines shown').count(), 0);
  await watched.context.close();
});

/** What a Center can answer in place of the truth about a file, with its bytes and its proof as they are. */
const lies: readonly {
  readonly about: string;
  readonly path?: string;
  readonly tell: (honest: FilePage) => object;
  readonly said: RegExp;
}[] = [
  {
    about: 'a line',
    tell: (honest) => withText(honest, ({ lines }) => ({ lines: lines.with(6, 'version 9') })),
    said: /something else on line 7 /,
  },
  {
    about: 'the number of lines',
    tell: (honest) => withText(honest, ({ lines }) => ({ lines: lines.slice(0, 3), lineCount: 3 })),
    said: /another number of lines/,
  },
  {
    about: 'where a window begins',
    tell: (honest) => withText(honest, () => ({ first: 2 })),
    said: /other lines|something else on line/,
  },
  {
    about: 'a line that was cut',
    tell: (honest) => withText(honest, () => ({ cut: [{ line: 1, bytes: 9_000 }] })),
    said: /lines of another length/,
  },
  {
    about: 'characters that deceive',
    path: 'attack/trojan.c',
    tell: (honest) => withText(honest, ({ marks }) => ({ marks: { ...marks, bidi: 0 } })),
    said: /other characters/,
  },
  {
    about: 'what a binary is',
    path: 'hostile/binary.bin',
    tell: (honest) => ({ ...honest, content: { state: 'empty' } }),
    said: /another kind of content/,
  },
  {
    about: 'the digest',
    tell: (honest) => ({ ...honest, sha256: 'ab'.repeat(32) }),
    said: /another SHA-256/,
  },
  { about: 'the mode', tell: (honest) => ({ ...honest, mode: '100755' }), said: /another mode/ },
  { about: 'the size', tell: (honest) => ({ ...honest, size: honest.size + 1 }), said: /another size/ },
];

function withText(honest: FilePage, change: (content: TextContent) => Partial<TextContent>): FilePage {
  assert(honest.content.state === 'text');
  return { ...honest, content: { ...honest.content, ...change(honest.content) } };
}

for (const { about, path = 'attack/page.html', tell, said } of lies) {
  test(`a page that lies about ${about} fails its own check`, async () => {
    const watched = await open();
    const { page } = watched;
    await page.route('**/file.json?*', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: tell((await response.json()) as FilePage) });
    });
    await visit(watched, at(newer, 'file', path));
    await check(page);
    await page.getByText('The check failed').waitFor();
    assert.match((await page.locator('.check').innerText()).replaceAll('\n', ' '), said);
    assert.equal(await page.locator('.check-lines').count(), 0);
    await watched.context.close();
  });
}

test('the file of another tree in place of the one that the address names is refused', async () => {
  const watched = await open();
  const { page } = watched;
  // The whole page of the older tree, which is a true one, at the address of the newer.
  await page.route(`**/source/${newer}/file.json?*`, async (route) => {
    const response = await route.fetch({ url: route.request().url().replace(newer, older) });
    await route.fulfill({ response });
  });
  await visit(watched, at(newer, 'file', 'attack/page.html'));
  await page.locator('#L7', { hasText: 'version 1' }).waitFor();
  await check(page);
  await page.getByText('The check failed').waitFor();
  assert.ok(await page.getByText(`--tree ${newer}`).count());
  await watched.context.close();
});

test('another window of the lines has not been checked, and can be', async () => {
  const watched = await open();
  const { page } = watched;
  await visit(watched, `${at(newer, 'file', 'long.txt')}&from=20001`);
  await check(page);
  await page.getByText('these are the lines shown: 20,001 to 30,000 of 30,000').waitFor();
  await page.getByRole('link', { name: 'Earlier lines' }).first().click();
  await page.getByText('Lines 10,001 to 30,000 of 30,000').first().waitFor();
  await check(page);
  await page.getByText('these are the lines shown: 10,001 to 30,000 of 30,000').waitFor();
  // The answer about the other window is at hand still, and the page is drawn from it at once.
  await page.goBack();
  await page.getByText('Lines 20,001 to 30,000 of 30,000').first().waitFor();
  assert.equal(await page.locator('.check-lines').count(), 0);
  await watched.context.close();
});

test('colours that are none leave every line as it is', async () => {
  const watched = await open();
  const { page } = watched;
  const sound = [6, tokenKinds.indexOf('keyword')];
  const none = ['x', {}, null, -1];
  await page.route('**/tokens.json?*', (route) => route.fulfill({ json: { tokens: [none, sound] } }));
  await visit(watched, at(newer, 'file', 'many.ts'));
  await page.waitForSelector('#L2 .tok-keyword');
  assert.equal(await page.locator('#L1 .line-text').textContent(), 'export const value0: number = 0;');
  await watched.context.close();
});

test('the watermark is drawn over the source, and is no part of what is read or copied', async () => {
  const watched = await open();
  const { page } = watched;
  await page.route('**/file.json?*', async (route) => {
    const response = await route.fetch();
    const body = (await response.json()) as object;
    await route.fulfill({
      response,
      json: { ...body, watermark: { account: 'a1', name: 'Reader One', time: 1_795_000_000 } },
    });
  });
  await visit(watched, at(newer, 'file', 'many.ts'));
  const mark = page.locator('.watermark');
  assert.match((await mark.locator('span').first().getAttribute('data-mark')) ?? '', /Reader One · 2026-/);
  assert.equal(await mark.getAttribute('aria-hidden'), 'true');
  await page.locator('.code').click();
  await page.keyboard.press('Control+a');
  const selected = (await page.evaluate('String(getSelection())')) as string;
  assert.ok(selected.includes('value0') && !selected.includes('Reader One'));
  await watched.context.close();
});

/** Lines are measured anew after the window has changed, so a page may be too wide for a moment. */
async function fits(page: Page, width: number, address: string): Promise<void> {
  // Asked again from here: the policy of the pages lets nobody evaluate a text in them.
  const wide = (): Promise<number> => page.evaluate('document.documentElement.scrollWidth');
  await eventually(async () => (await wide()) <= width).catch(async () =>
    assert.fail(`${address} is ${await wide()} wide`),
  );
}

test('every page about source holds to WCAG and fits 360 pixels', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const watched = await open({ colorScheme });
    const { page } = watched;
    const inBoth = [
      `${at(newer, 'file', 'attack/trojan.c')}#L1`,
      at(newer, 'blame', 'many.ts'),
      compared('many.ts'),
    ];
    const once = [
      `${origin}/source`,
      `${origin}/source/${newer}`,
      `${origin}/source/${newer}?path=hostile`,
      at(newer, 'file', 'hostile/binary.bin'),
      at(newer, 'file', 'hostile/empty.txt'),
      at(newer, 'history', 'many.ts'),
      compared(),
      `${origin}/source/compare`,
    ];
    for (const address of colorScheme === 'light' ? [...inBoth, ...once] : inBoth) {
      await page.setViewportSize({ width: 1_280, height: 900 });
      await visit(watched, address);
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
        .analyze();
      assert.deepEqual(
        violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160) ?? ''}`),
        [],
        `${address} ${colorScheme}`,
      );
      await page.setViewportSize({ width: 360, height: 800 });
      await fits(page, 360, address);
      assert.deepEqual(watched.faults, [], address);
    }
    await watched.context.close();
  }
});
