import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { parseJson, utf8, type Json } from '@vitrine/evidence';
import { repositoryRoot } from '@vitrine/testkit';
import { defaultLimits, parseTargets, parseTimestamp, tufErrors } from '@vitrine/tuf';

const page = readFileSync(join(repositoryRoot, 'docs/spec/tuf.md'), 'utf8');

function signed(block: string): Uint8Array {
  const value: Json = parseJson(utf8(block));
  return utf8(JSON.stringify({ signed: value, signatures: [{ keyid: '0'.repeat(64), sig: '00' }] }));
}

test('the examples of docs/spec/tuf.md are read by the parsers', () => {
  const [top = '', role = '', timestamp = ''] = [...page.matchAll(/```json\n([^]*?)```/g)].map(
    ([, block]) => block,
  );
  const { delegations, operators } = parseTargets(signed(top)).signed;
  assert.deepEqual([...operators.values()], ['vendor', 'supervisor-a']);
  assert.deepEqual(
    delegations.map(({ name, threshold }) => [name, threshold]),
    [['agent-stable', 2]],
  );
  assert.deepEqual(
    [...parseTargets(signed(role)).signed.targets.keys()],
    ['agent/stable/linux-x64/vitrine-agent.mjs'],
  );
  assert.equal(parseTimestamp(signed(timestamp)).signed.snapshot.version, 7);
});

test('docs/spec/tuf.md names every code and every limit of size', () => {
  for (const code of Object.keys(tufErrors)) assert.ok(page.includes(`\`${code}\``), code);
  for (const limit of Object.values(defaultLimits) as number[]) {
    const written = limit.toLocaleString('en-US');
    assert.ok(page.includes(written), written);
  }
});
