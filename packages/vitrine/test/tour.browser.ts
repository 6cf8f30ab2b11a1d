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
  served = join(data, 'vendor/public');
  browser = await chromium.launch({ executablePath: chromiumPath, args: flags });
});

after(async () => {
  await browser?.close();
  for (const cleanUp of cleanUps) cleanUp();
});

/** SHA-256 of the built file, from the evidence about it. */
function digestOf(artifact: string): string {
  for (const name of readdirSync(join(served, 'evidence'))) {
    const { artifact: about, outputs } = JSON.parse(readFileSync(join(served, 'evidence', name), 'utf8')) as {
      artifact: { sha256: string };
      outputs: { outputs: { path: string; sha256: string }[] };
    };
    if (outputs.outputs.some(({ path, sha256 }) => path === artifact && sha256 === about.sha256))
      return about.sha256;
  }
  throw new Error(`there is no evidence about ${artifact}`);
}

/** The file as endpoints fetch it. */
function targetOf(artifact: string): string {
  const folder = join(served, 'targets/verifier/stable', `${process.platform}-${process.arch}`);
  return join(folder, `${digestOf(artifact)}.${artifact}`);
}

function evidenceFiles(artifact: string): string[] {
  const { signed } = JSON.parse(readFileSync(join(served, 'metadata/timestamp.json'), 'utf8')) as {
    signed: { meta: { 'snapshot.json': { hashes: { sha256: string } } } };
  };
  return [
    join(served, 'evidence', `${digestOf(artifact)}.json`),
    join(served, 'publication', `${signed.meta['snapshot.json'].hashes.sha256}.json`),
    join(served, 'policy.json'),
    join(served, 'root.json'),
  ];
}

async function judge(
  files: readonly string[],
): Promise<{ readonly headline: string; readonly requests: readonly string[] }> {
  const context = await browser.newContext({ offline: true });
  const page: Page = await context.newPage();
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(targetOf('verifier.html')).href);
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
    const { headline, requests } = await judge([targetOf(artifact), ...evidenceFiles(artifact)]);
    assert.match(headline, /^accepted/);
    assert.deepEqual(requests, []);
  });
}

test('the built page refuses the artifact with one byte changed', async () => {
  const bytes = readFileSync(targetOf('verifier.mjs'));
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  const changed = join(served, 'changed.mjs');
  writeFileSync(changed, bytes);
  const { headline } = await judge([changed, ...evidenceFiles('verifier.mjs')]);
  assert.match(headline, /^refused: the evidence is about another artifact/);
});
