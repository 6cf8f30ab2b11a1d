// The package in a real Chromium, file by file as it stands in the repository: types stripped, nothing
// bundled, nothing replaced. What Node sealed and signed, the page opens and verifies, and the other way.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test, { after } from 'node:test';
import {
  fromBase64,
  fromHex,
  noteSigner,
  noteTypes,
  parseVkey,
  sha256,
  toBase64,
  toHex,
  utf8,
  type Json,
  type SealingKey,
} from '@vitrine/evidence';
import { specifications as statements } from '@vitrine/evidence/specifications';
import { openingKey, openMessage, sealMessage, subjectOfCenter } from '@vitrine/reports';
import { specifications } from '@vitrine/reports/specifications';
import { repositoryRoot, testSigner } from '@vitrine/testkit';
import { launchChromium } from '@vitrine/testkit/browser';

const page = `<!doctype html><title>reports</title><script type="importmap">${JSON.stringify({
  imports: {
    '@vitrine/evidence': '/packages/evidence/src/index.ts',
    '@vitrine/reports': '/packages/reports/src/index.ts',
    '@hpke/core': '/node_modules/@hpke/core/esm/mod.js',
    '@hpke/common': '/node_modules/@hpke/common/esm/mod.js',
  },
})}</script>`;

const served =
  /^\/(?:packages\/(?:evidence|reports)\/src|node_modules\/@hpke\/(?:core|common)\/esm)\/[\w./-]+\.(?:ts|js)$/;
const server = createServer((request, response) => {
  const path = request.url ?? '';
  if (path === '/') {
    response.setHeader('content-type', 'text/html').end(page);
    return;
  }
  if (!served.test(path) || path.includes('..')) {
    response.writeHead(404).end();
    return;
  }
  const text = readFileSync(join(repositoryRoot, path), 'utf8');
  response.setHeader('content-type', 'text/javascript');
  response.end(path.endsWith('.ts') ? stripTypeScriptTypes(text) : text);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
after(() => server.close());
const browser = await launchChromium();
after(() => browser.close());

const tab = await browser.newPage();
const faults: string[] = [];
tab.on('pageerror', (error) => faults.push(String(error)));
tab.on('requestfailed', (request) => faults.push(request.url()));
await tab.goto(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`);

/** Runs the body of an asynchronous function in the page, with both packages and one argument in reach. */
function inPage<T>(body: string, given: Json): Promise<T> {
  const code = `(async (given) => {
    const e = await import('@vitrine/evidence');
    const r = await import('@vitrine/reports');
    ${body}
  })(${JSON.stringify(given)})`;
  return tab.evaluate(code) as Promise<T>;
}

const exampleOf = (kind: string): Json =>
  [...specifications, ...statements].find((one) => one.kind === kind)?.example as Json;
const vector = exampleOf('sealed-message') as {
  readonly seed: string;
  readonly key: Json;
  readonly message: string;
  readonly body: string;
};

test('the page opens what Node sealed, and Node what the page seals', async () => {
  const opened = await inPage<string>(
    `const opening = await r.openingKey(e.fromHex(given.seed));
     const { body } = await r.openMessage(e.fromBase64(given.message), given.key, opening);
     const { report } = await r.readReport(body);
     return report.id + ' ' + e.toBase64(body);`,
    vector,
  );
  assert.equal(opened, `${(exampleOf('report') as { id: string }).id} ${vector.body}`);

  const sealed = await inPage<string>(
    `return e.toBase64(await r.sealMessage({ type: 'request', body: e.utf8('from a page') }, given.key));`,
    vector,
  );
  const key = vector.key as unknown as SealingKey;
  const opening = await openingKey(fromHex(vector.seed));
  assert.deepEqual(await openMessage(fromBase64(sealed), key, opening), {
    type: 'request',
    body: utf8('from a page'),
  });
  const again = toBase64(await sealMessage({ type: 'report', body: utf8('from Node') }, key));
  const read = `const opening = await r.openingKey(e.fromHex(given.seed));
    const { body } = await r.openMessage(e.fromBase64(given.message), given.key, opening);
    return e.fromUtf8(body);`;
  assert.equal(await inPage(read, { ...vector, message: again }), 'from Node');
});

test('the page verifies a receipt, says what a forged one is, and uploads neither', async () => {
  const residency = exampleOf('residency-policy') as {
    readonly predicate: { readonly centers: readonly { readonly id: string; readonly ledger: string }[] };
  };
  const ledger = residency.predicate.centers.find(({ id }) => id === 'zurich')?.ledger as string;
  const witness = noteSigner('witness.example', noteTypes.cosignature, testSigner('witness')).key;
  const given = {
    ledger,
    witness: toHex(witness.raw),
    report: exampleOf('report'),
    receipt: exampleOf('custody-receipt'),
  };
  const requests: string[] = [];
  tab.on('request', (request) => requests.push(request.url()));
  const verified = await inPage<readonly unknown[]>(
    `const witness = e.verifierKey('witness.example', e.noteTypes.cosignature, e.fromHex(given.witness));
     const rules = { ledger: e.parseVkey(given.ledger), witnesses: [{ operator: 'w', key: witness }], quorum: 1 };
     const receipt = r.parseReceipt(e.canonicalJson(given.receipt));
     const good = await r.verifyReceipt(receipt, rules, { report: given.report });
     const forged = { ...receipt, index: 1 };
     const refusal = await r.verifyReceipt(forged, rules).catch((error) => error.code);
     return [good.index, good.inTime, good.entry.kind, refusal];`,
    given,
  );
  assert.deepEqual(verified, [0, true, 'file-seen', 'custody.receipt']);
  assert.deepEqual(requests, []);
  assert.equal(parseVkey(ledger).name, 'zurich.example/custody');
});

test('the page reads an export with the recovery secret alone', async () => {
  const secret = sha256(utf8('example recovery')).slice(0, 20);
  const subject = await subjectOfCenter(secret, 'zurich', 1);
  const own = await inPage<readonly string[]>(
    `const subject = await r.subjectOfCenter(e.fromHex(given.secret), 'zurich', 1);
     const page = r.parseExport(e.canonicalJson(given.page));
     const own = await r.readExport(page, subject);
     return [subject.pseudonym, ...own.map(({ observation }) => observation.kind)];`,
    { secret: toHex(secret), page: exampleOf('export-page') },
  );
  assert.deepEqual(own, [subject.pseudonym, 'file-seen', 'contact']);
  assert.deepEqual(faults, []);
});
