// A version in a child process of its own: it starts, says what it is, and ends, or it is refused.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { childRunner } from '@vitrine/endpoint';
import { isVitrineError } from '@vitrine/evidence';
import { sha256Hex } from '@vitrine/host';
import { temporaryDirectory } from '@vitrine/testkit';
import { product } from './helpers.ts';

const runner = childRunner({ timeoutMs: 20_000, heapMegabytes: 64 });
const ends = childRunner({ timeoutMs: 500, heapMegabytes: 64 });

interface Case {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly says: RegExp | undefined;
  readonly by?: typeof runner;
}

const script = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

const cases: readonly Case[] = [
  { name: 'a version that answers', bytes: product('1.0.0'), says: undefined },
  { name: 'another version', bytes: product('1.0.1'), says: /its version is 1\.0\.1; expected 1\.0\.0/ },
  { name: 'one that does not parse', bytes: script('this is no program'), says: /exit code 1/ },
  { name: 'one that ends with an error', bytes: script('process.exit(3)'), says: /exit code 3/ },
  { name: 'one that says nothing', bytes: script(''), says: /gave no answer/ },
  { name: 'one that says too much', bytes: script("console.log('x'.repeat(1e6))"), says: /gave no answer/ },
  {
    name: 'one that never ends',
    bytes: script('setInterval(() => {}, 1000)'),
    says: /did not end well/,
    by: ends,
  },
  {
    name: 'one that takes more memory than it may',
    bytes: script("const all = []; for (;;) all.push('x'.repeat(1e5) + all.length);"),
    says: /ended with/,
  },
  {
    name: 'one that lies about its digest',
    bytes: product(
      '1.0.0',
      'process.stdout.write = ((write) => (text) => write.call(process.stdout, text.replace(/[0-9a-f]{64}/, "0".repeat(64))))(process.stdout.write);',
    ),
    says: /its sha256 is 0{64}/,
  },
];

for (const { name, bytes, says, by = runner } of cases) {
  test(`${name} is ${says === undefined ? 'accepted' : 'refused'}`, async (t) => {
    const file = join(temporaryDirectory(t), 'agent.mjs');
    await writeFile(file, bytes);
    const expected = { product: 'agent', version: '1.0.0', sha256: sha256Hex(bytes) };
    for (const folder of [undefined, '/nonexistent']) {
      const code = folder === undefined ? 'endpoint.load-test' : 'endpoint.health';
      const tested = by.selfTest(file, expected, folder);
      if (says === undefined) await tested;
      else await assert.rejects(tested, (error) => isVitrineError(error, code) && says.test(error.message));
    }
  });
}

test('the child sees nothing of the environment', async (t) => {
  const file = join(temporaryDirectory(t), 'agent.mjs');
  process.env['SECRET_OF_THE_TEST'] = 'secret';
  const bytes = product('1.0.0', "if ('SECRET_OF_THE_TEST' in process.env) process.exit(9);");
  await writeFile(file, bytes);
  await runner.selfTest(file, { product: 'agent', version: '1.0.0', sha256: sha256Hex(bytes) });
  delete process.env['SECRET_OF_THE_TEST'];
});
