import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test, { after, type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { describeOutcome, describeVerdict, type Outcome } from '@vitrine/evidence';
import { openProgram, temporaryDirectory, verdictCases, type VerdictCase } from '@vitrine/testkit';
import { launchChromium } from '@vitrine/testkit/browser';
import { ask, choose, faintTexts, namelessControls, openPage, shown } from './browser.ts';
import { argumentsOf, buildVerifier, libraryAnswer, runNode, writeCase, type CaseFiles } from './helpers.ts';

const folder = temporaryDirectory({ after });
const built = await buildVerifier({ after });
const cases = await verdictCases();
const good = caseCalled('an artifact with its evidence and a fresh publication');
const goodFiles = await writeCase(good, join(folder, 'good'));

const browser = await launchChromium();
after(() => browser.close());

function caseCalled(name: string): VerdictCase {
  const found = cases.find((one) => one.name === name);
  assert.ok(found, name);
  return found;
}

/** All files of a case in the order of their names: what a reader would drop. */
function all({ consistency, ...files }: CaseFiles): string[] {
  return [...Object.values(files), ...consistency];
}

/** Opens the page at the time of the case; whatever it does besides is a fault of the test. */
async function open(
  t: TestContext,
  now: number | undefined,
  look: Parameters<typeof openPage>[2] = {},
): Promise<Page> {
  const { page, faults } = await openPage(browser, built.page, look);
  t.after(async () => {
    await page.context().close();
    assert.deepEqual(faults, []);
  });
  if (now !== undefined) await page.clock.setFixedTime(now * 1000);
  return page;
}

test('The page answers every case of the shared table as the command line does', async (t) => {
  assert.ok(cases.length > 100);
  const commandLine = openProgram(t, built.script);
  const { page, faults } = await openPage(browser, built.page);
  t.after(() => page.context().close());
  for (const [i, one] of cases.entries()) {
    await t.test(one.name, async () => {
      const files = await writeCase(one, join(folder, `case-${i}`));
      const command = commandLine.run(...argumentsOf(one, files), '--json');
      await page.reload();
      await ask(page, one, files);
      const answer = await shown(page);
      const outcome = JSON.parse((await command).stdout) as Outcome;
      assert.equal(outcome.verdict, one.verdict);
      assert.equal(answer.headline, describeVerdict(outcome).headline);
      assert.deepEqual(
        answer.checks,
        outcome.checks.map((check) => ({
          name: check.name,
          outcome: check.outcome,
          code: check.code ?? '',
          found: check.detail,
        })),
      );
      assert.deepEqual(faults, []);
    });
  }
});

test('Files that are dropped in one go are told apart by their content, and the verdict stands at once.', async (t) => {
  const page = await open(t, good.now);
  const zone = await page.locator('#drop').boundingBox();
  assert.ok(zone);
  const session = await page.context().newCDPSession(page);
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', {
      type,
      x: zone.x + zone.width / 2,
      y: zone.y + zone.height / 2,
      data: { items: [], files: all(goodFiles).toReversed(), dragOperationsMask: 1 },
    });
  }
  assert.equal((await shown(page)).headline, 'accepted, fresh');
  for (const [slot, path] of Object.entries({ artifact: goodFiles.artifact, root: goodFiles.root }))
    assert.match(
      await page.locator(`#slot-${slot} bdi`).innerText(),
      new RegExp(`${path.split('/').at(-1) ?? ''}$`),
    );
});

test('The keyboard alone is enough: choose, verify, and the verdict has the focus.', async (t) => {
  const page = await open(t, good.now);
  // Chromium must know that the dialog is wanted here before the key that opens it.
  const chooser = page.waitForEvent('filechooser');
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'files');
  await page.keyboard.press('Enter');
  await (await chooser).setFiles(all(goodFiles).filter((path) => path !== goodFiles.evidence));
  await page.getByText('There is no evidence yet').waitFor();
  for (let i = 0; i < 30 && (await focused(page)) !== 'verify'; i++) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.equal((await shown(page)).headline, 'undecided: there is no evidence about this artifact');
  assert.equal(await focused(page), 'banner');
});

function focused(page: Page): Promise<string> {
  return page.evaluate(() => document.activeElement?.id ?? '');
}

test('Text and JSON are copied as the command line prints them.', async (t) => {
  const page = await open(t, good.now, { permissions: ['clipboard-read', 'clipboard-write'] });
  await ask(page, good, goodFiles);
  const command = await runNode([built.script, ...argumentsOf(good, goodFiles), '--json']);
  await page.getByRole('button', { name: 'Copy as JSON' }).click();
  await page.getByText('copied').waitFor();
  assert.deepEqual(JSON.parse(await clipboard(page)), JSON.parse(command.stdout));

  await page.getByRole('button', { name: 'Copy as text' }).click();
  await page.getByText('copied').nth(1).waitFor();
  const [first, ...lines] = (await clipboard(page)).split('\n');
  assert.match(
    first ?? '',
    /^artifact-[0-9a-f]{64}\.json: sha256 [0-9a-f]{64}, 1950 bytes\. Judged by the clock of this browser: 2026-/,
  );
  assert.deepEqual(lines, [...describeOutcome(await libraryAnswer(good)), '']);
});

function clipboard(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText());
}

test('Where the clipboard is denied, the text stands there selected.', async (t) => {
  const page = await open(t, good.now, { permissions: [] });
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException('denied', 'NotAllowedError'));
  });
  await ask(page, good, goodFiles);
  await page.getByRole('button', { name: 'Copy as text' }).click();
  const field = page.getByRole('textbox', { name: 'Copy as text' });
  assert.match(await field.inputValue(), /accepted, fresh/);
  assert.ok(await field.evaluate((area: HTMLTextAreaElement) => area.selectionEnd > 1000));
});

test('No verdict outlives its files: removing one takes it away, another artifact is judged anew.', async (t) => {
  const page = await open(t, good.now);
  await ask(page, good, goodFiles);
  assert.equal((await shown(page)).headline, 'accepted, fresh');
  await page.getByRole('button', { name: 'Remove the policy' }).click();
  assert.equal(await page.locator('#banner').innerText(), 'None yet.');
  assert.equal(await page.locator('#checks').count(), 0);
  assert.equal(await page.locator('#needed').innerText(), 'Still needed: policy.');
  assert.equal(await focused(page), 'choose-policy');

  await choose(page, 'policy', goodFiles.policy);
  assert.equal((await shown(page)).headline, 'accepted, fresh');
  await page.locator('#choose-artifact').setInputFiles(goodFiles.root);
  await page.getByText('refused: the evidence is about another artifact').waitFor();
});

test('A changed expectation is judged at once; a sequence that is no number is asked for again.', async (t) => {
  const page = await open(t, good.now);
  await ask(page, good, goodFiles);
  await page.locator('#options > summary').click();
  await page.locator('#product').fill('agent');
  await page.keyboard.press('Tab');
  await page.getByText('refused: the artifact was released as something else').waitFor();
  await page.locator('#product').fill('');
  await page.locator('#min-sequence').fill('seven');
  await page.locator('#verify').click();
  assert.equal(await page.locator('#banner').innerText(), 'None yet.');
  assert.equal(await focused(page), 'min-sequence');
  assert.equal(await page.locator('#min-sequence').getAttribute('aria-invalid'), 'true');
});

const mistakes: readonly (readonly [string, (page: Page) => Promise<void>, RegExp])[] = [
  [
    'two files that could both be the artifact',
    (page) => page.locator('#files').setInputFiles([built.page, built.script]),
    /couldn't tell which is the artifact: "verifier\.html" and "verifier\.mjs" \(verifier\.ambiguous\)/,
  ],
  [
    'a state that is none',
    (page) => page.locator('#choose-state').setInputFiles(goodFiles.root),
    /couldn't read the remembered state: .* \(verifier\.state\)/,
  ],
  [
    'a consistency proof that is none',
    (page) => page.locator('#choose-consistency').setInputFiles(goodFiles.root),
    /couldn't read the consistency proof: .* \(verifier\.consistency\)/,
  ],
  [
    'an artifact that is larger than the page can hash',
    async (page) => {
      const path = join(folder, 'too-large');
      writeFileSync(path, '');
      truncateSync(path, (512 << 20) + 1);
      await page.locator('#files').setInputFiles(path);
    },
    /"too-large" has 536870913 bytes; this page hashes at most 536870912 \(verifier\.too-large\)\. Use the command line/,
  ],
  [
    'seventeen files',
    (page) => page.locator('#files').setInputFiles(Array.from({ length: 17 }, () => goodFiles.root)),
    /17 files at once; at most 16/,
  ],
];
for (const [name, make, says] of mistakes) {
  test(`The page says what is wrong with ${name}, and leaves no verdict behind.`, async (t) => {
    const page = await open(t, good.now);
    await make(page);
    await page.locator('#message.wrong').waitFor();
    assert.match(await page.locator('#message').innerText(), says);
    assert.equal(await page.locator('#banner').innerText(), 'None yet.');
  });
}

test('An artifact of many slices has the digest that Node finds.', async (t) => {
  const page = await open(t, good.now);
  const path = join(folder, 'many-slices');
  const bytes = Buffer.alloc((40 << 20) + 3, 'slices');
  writeFileSync(path, bytes);
  await choose(page, 'artifact', path);
  assert.equal(await page.locator('#slot-artifact .digest').innerText(), `sha256 ${hash('sha256', bytes)}`);
});

test('Served over http it asks for nothing but itself, and its policy stops every way out.', async (t) => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.setHeader('content-type', 'text/html').end(readFileSync(built.page));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const context = await browser.newContext();
  t.after(async () => {
    await context.close();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const page = await context.newPage();
  await page.goto(`${origin}/`);
  await page.clock.setFixedTime((good.now ?? 0) * 1000);
  await page.locator('#files').setInputFiles(all(goodFiles));
  assert.equal((await shown(page)).headline, 'accepted, fresh');
  assert.match(
    await page.locator('#opened').innerText(),
    new RegExp(`^You opened it from ${origin}, which can`),
  );

  const escaped = await page.evaluate(async (to) => {
    const ways: Record<string, () => unknown> = {
      fetch: () => fetch(`${to}/fetch`),
      beacon: () =>
        navigator.sendBeacon(`${to}/beacon`) ? Promise.resolve() : Promise.reject(new Error('refused')),
      socket: () =>
        new Promise((opened, closed) => {
          const socket = new WebSocket(`${to.replace('http', 'ws')}/socket`);
          socket.addEventListener('open', opened);
          socket.addEventListener('error', closed);
        }),
      image: () =>
        new Promise((loaded, failed) => {
          const image = new Image();
          image.addEventListener('load', loaded);
          image.addEventListener('error', failed);
          image.src = `${to}/image`;
        }),
      script: () => import(`${to}/script.js`),
      markup: () => {
        document.body.insertAdjacentHTML('beforeend', '<b>markup</b>');
      },
    };
    const through: string[] = [];
    for (const [name, way] of Object.entries(ways)) {
      try {
        await way();
        through.push(name);
      } catch {}
    }
    return through;
  }, origin);
  // A beacon answers true before the policy is asked; what counts is what reached the server.
  assert.deepEqual(
    escaped.filter((name) => name !== 'beacon'),
    [],
  );
  assert.deepEqual(asked, ['/']);
});

for (const scheme of ['light', 'dark'] as const) {
  test(`In ${scheme} colours every text can be read, every control has a name, and 360 pixels are enough.`, async (t) => {
    for (const name of [
      good.name,
      'two rebuilds by one operator',
      'a publication of yesterday',
      'no publication',
    ]) {
      const one = caseCalled(name);
      const files = await writeCase(one, join(folder, `${scheme} ${name}`));
      const page = await open(t, one.now, { colorScheme: scheme, viewport: { width: 360, height: 800 } });
      await ask(page, one, files);
      await shown(page);
      assert.deepEqual(await faintTexts(page), [], name);
      assert.deepEqual(await namelessControls(page), [], name);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(overflow <= 0, `${name}: ${overflow} pixels too wide`);
      await page.emulateMedia({ media: 'print' });
      assert.equal(await page.locator('#drop').isVisible(), false);
      assert.equal(await page.locator('#checks').isVisible(), true);
    }
  });
}
