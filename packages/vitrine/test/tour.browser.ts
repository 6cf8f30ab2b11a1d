// The tour's own result, judged in a browser tab by the page that the tour built, from a file and without
// a network.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { run } from '@vitrine/host';
import { temporaryDirectory } from '@vitrine/testkit';

const main = fileURLToPath(new URL('../src/start.mjs', import.meta.url));
const chromiumPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
];

let browser: Browser;
let served = '';
const cleanUps: (() => void)[] = [];

before(async () => {
  const data = join(temporaryDirectory({ after: (fn) => cleanUps.push(fn) }), 'tour');
  const env = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const tour = await run(
    process.execPath,
    [main, 'tour', '--chapter', 'chain', '--data', data, '--exit', '--json'],
    {
      env,
      timeoutMs: 300_000,
      maxOutputBytes: 1 << 20,
    },
  );
  assert.equal(tour.code, 0, tour.stderr);
  served = join(data, 'public');
  browser = await chromium.launch({ executablePath: chromiumPath, args: flags });
});

after(async () => {
  await browser?.close();
  for (const cleanUp of cleanUps) cleanUp();
});

function evidenceFiles(artifact: string): string[] {
  const evidence = readdirSync(join(served, 'evidence'))
    .map((name) => join(served, 'evidence', name))
    .find((path) => readFileSync(path, 'utf8').includes(`"path":"${artifact}"`) && isAbout(path, artifact));
  const [publication] = readdirSync(join(served, 'publication'));
  return [
    evidence ?? '',
    join(served, 'publication', publication ?? ''),
    join(served, 'policy.json'),
    join(served, 'root.json'),
  ];
}

function isAbout(path: string, artifact: string): boolean {
  const file = JSON.parse(readFileSync(path, 'utf8')) as {
    artifact: { sha256: string };
    outputs: { outputs: { path: string; sha256: string }[] };
  };
  return file.outputs.outputs.some(
    (output) => output.path === artifact && output.sha256 === file.artifact.sha256,
  );
}

async function judge(
  files: readonly string[],
): Promise<{ readonly headline: string; readonly requests: readonly string[] }> {
  const context = await browser.newContext({ offline: true });
  const page: Page = await context.newPage();
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(join(served, 'verifier.html')).href);
  await page.setInputFiles('#files', [...files]);
  const headline = (await page.locator('#headline').textContent({ timeout: 30_000 })) ?? '';
  await context.close();
  return {
    headline,
    requests: requests.filter((url) => !url.startsWith('file:') && !url.startsWith('data:')),
  };
}

for (const artifact of ['verifier.mjs', 'verifier.html']) {
  test(`the built page accepts the built ${artifact}, and asks the network for nothing`, async () => {
    const { headline, requests } = await judge([join(served, artifact), ...evidenceFiles(artifact)]);
    assert.match(headline, /^accepted/);
    assert.deepEqual(requests, []);
  });
}

test('the built page refuses the artifact with one byte changed', async () => {
  const bytes = readFileSync(join(served, 'verifier.mjs'));
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  const changed = join(served, 'changed.mjs');
  writeFileSync(changed, bytes);
  const { headline } = await judge([changed, ...evidenceFiles('verifier.mjs')]);
  assert.match(headline, /^refused: the evidence is about another artifact/);
});
