// A supervisor's answers over the wire: whatever it says, it is one of four things.

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { listen, respond } from '@vitrine/host';
import { httpCosigner, type CosignAnswer } from '../src/index.ts';

const keyid = 'a'.repeat(64);
const error = (code: string): string => JSON.stringify({ error: { code, message: 'because' } });

const answers: readonly (readonly [string, number, string, CosignAnswer['kind']])[] = [
  ['a signature', 200, JSON.stringify({ keyid, sig: 'ab'.repeat(32) }), 'signed'],
  ['not yet', 409, error('cosign.pending'), 'pending'],
  ['never', 403, error('cosign.target'), 'refused'],
  ['too large', 413, error('cosign.size'), 'refused'],
  ['a server that breaks', 500, 'oops', 'unreachable'],
  ['a server that is full', 429, '', 'unreachable'],
  ['a page instead of an answer', 200, '<html>', 'unreachable'],
  ['a signature with more in it', 200, JSON.stringify({ keyid, sig: 'ab', extra: 1 }), 'unreachable'],
  ['a keyid that is none', 200, JSON.stringify({ keyid: '../x', sig: 'ab' }), 'unreachable'],
  ['a refusal without a code', 403, '{}', 'unreachable'],
  ['a code that is text', 403, error('no code; at all'), 'unreachable'],
  ['a moved address', 302, '', 'unreachable'],
];

async function serving(t: TestContext, status: number, body: string): Promise<string> {
  const server = await listen((_request, response) => respond(response, status, body), {
    port: 0,
    graceMs: 50,
  });
  t.after(() => server.close());
  return server.url;
}

for (const [what, status, body, kind] of answers) {
  test(`${what} is ${kind}`, async (t) => {
    const cosigner = httpCosigner('north', await serving(t, status, body));
    assert.equal((await cosigner.cosign('tiny-stable', new Uint8Array([1]))).kind, kind);
  });
}

test('a supervisor that is not there is unreachable, and says no last version', async () => {
  const cosigner = httpCosigner('north', 'http://127.0.0.1:9', 1_000);
  assert.equal((await cosigner.cosign('tiny-stable', new Uint8Array([1]))).kind, 'unreachable');
  assert.equal(await cosigner.last('tiny-stable'), undefined);
});

test('the last version that it says it signed is that of the role alone', async (t) => {
  const list = [
    { role: 'tiny-stable', version: 3, sha256: keyid, at: '2026-11-26T12:00:00Z' },
    { role: 'tiny-beta', version: 9, sha256: keyid, at: '2026-11-26T12:00:00Z' },
  ];
  const cosigner = httpCosigner('north', await serving(t, 200, JSON.stringify(list)));
  assert.equal(await cosigner.last('tiny-stable'), 3);
  assert.equal(await cosigner.last('other'), 0);
});
