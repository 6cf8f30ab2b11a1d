// What page and command line read besides the files that evidence parses.

import assert from 'node:assert/strict';
import test from 'node:test';
import { isVitrineError, recognise, utf8 } from '@vitrine/evidence';
import { everyParserRefuses, makeWorld, verdictCases } from '@vitrine/testkit';
import { readState } from '../src/answer.ts';
import { parseConsistency } from '../src/consistency.ts';
import { consistencyFile } from './helpers.ts';

const proof = { from: 5, to: 7, path: [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)] };
const valid = await consistencyFile(proof);
const text = new TextDecoder().decode(valid);

test('A consistency proof is the body of add-checkpoint: old size, hashes, checkpoint.', async () => {
  assert.deepEqual(parseConsistency(valid), proof);
  const none = { from: 0, to: 7, path: [] };
  assert.deepEqual(parseConsistency(await consistencyFile(none)), none);
});

const refusals: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['no empty line', text.replace('\n\n', '\n')],
  ['another first word', text.replace('old', 'new')],
  ['a size with a leading zero', text.replace('old 5', 'old 05')],
  ['a size beyond 2^53', text.replace('old 5', 'old 9007199254740993')],
  ['a hash of 31 bytes', text.replace('old 5\n', `old 5\n${Buffer.alloc(31).toString('base64')}\n`)],
  ['64 hashes', text.replace('old 5\n', `old 5\n${`${Buffer.alloc(32).toString('base64')}\n`.repeat(62)}`)],
  ['a checkpoint without a signature', text.replace(/\n— .*$/s, '\n')],
  ['more than 64 KiB', `${text}${' '.repeat(65_536)}`],
];
for (const [name, broken] of refusals) {
  test(`A consistency proof with ${name} is refused.`, () => {
    assert.throws(
      () => parseConsistency(utf8(broken)),
      (error: unknown) => isVitrineError(error, 'verifier.consistency'),
    );
  });
}

test('No mutated consistency proof, and no mutated state, ends in anything but an answer or a typed refusal.', () => {
  everyParserRefuses(parseConsistency, [valid]);
  everyParserRefuses(readState, [
    utf8('{"floor":5,"format":"urn:vitrine:state:v1","sequences":{"verifier/stable":7}}'),
  ]);
});

test('Every file of an ordinary world is recognised by what is in it.', async () => {
  const world = await makeWorld();
  const publication = await world.publish();
  assert.equal(recognise(await world.evidence()), 'evidence');
  assert.equal(recognise(publication), 'publication');
  assert.equal(recognise(world.policyBytes), 'policy');
  assert.equal(recognise(world.root), 'root');
  assert.equal(recognise(valid), 'consistency');
  assert.equal(recognise(utf8('{"floor":0,"format":"urn:vitrine:state:v1","sequences":{}}')), 'state');
  assert.equal(recognise(world.artifact.bytes), 'artifact');
});

test('A damaged or reformatted file still finds its row, so that the verdict can refuse it.', async () => {
  const world = await makeWorld();
  const evidence = new TextDecoder().decode(await world.evidence());
  assert.equal(recognise(utf8(JSON.stringify(JSON.parse(evidence), null, 2))), 'evidence');
  assert.equal(recognise(utf8(`${evidence}]`)), 'evidence');
  assert.equal(recognise(world.policyBytes.with(20, 0)), 'policy');
  assert.equal(recognise(world.root.slice(0, -2)), 'root');
});

test('Whatever is none of these is the artifact: scripts that name our formats, other JSON, nothing at all.', async () => {
  for (const other of [
    '',
    '{}',
    '[]',
    '{"name":"x"}',
    'const format = "urn:vitrine:evidence:v1";',
    'old news\n',
  ]) {
    assert.equal(recognise(utf8(other)), 'artifact', other);
  }
  assert.equal(recognise(Uint8Array.of(0xff, 0xfe, 0)), 'artifact');
  for (const { artifact } of await verdictCases()) assert.equal(recognise(artifact), 'artifact');
});
