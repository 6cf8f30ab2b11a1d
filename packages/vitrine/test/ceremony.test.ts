// Plans and signatures as files that strangers may have changed on the way.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { canonicalJson, toBase64, type Json } from '@vitrine/evidence';
import { everyParserRefuses, repositoryRoot, testSigner } from '@vitrine/testkit';
import {
  formatPlan,
  parsePlan,
  planDigest,
  planDocument,
  planSchema,
  type Plan,
  type Quorum,
} from '../src/ceremony/plan.ts';
import { parseSignatureFile, signatureSchema, signPlan } from '../src/ceremony/signature.ts';
import { tally } from '../src/ceremony/tally.ts';

const holders = ['one', 'two', 'three'].map((name) => testSigner(`ceremony ${name}`));
const quorum: Quorum = {
  root: 1,
  threshold: 2,
  holders: holders
    .map(({ keyid, publicKey }, i) => ({ keyid, publicKey: toBase64(publicKey), operator: `operator-${i}` }))
    .sort((a, b) => (a.keyid < b.keyid ? -1 : 1)),
};
const document = planDocument('targets', 3, { _type: 'targets', version: 3 }, [quorum]);
const plan: Omit<Plan, 'format'> = {
  ceremony: 7,
  vendor: 'vendor',
  createdAt: '2026-11-26T12:00:00Z',
  documents: [document],
};
const bytes = formatPlan(plan);
const [one, two] = holders;
assert.ok(one !== undefined && two !== undefined);
const signature = await signPlan(parsePlan(bytes), bytes, one);

test('mutated plans are refused by a typed error', () => {
  everyParserRefuses(parsePlan, [bytes]);
});

test('mutated signature files are refused by a typed error', () => {
  everyParserRefuses(parseSignatureFile, [signature]);
});

test('a plan that shows one thing and asks to sign another is refused', () => {
  const other = { ...document, signed: { _type: 'targets', version: 4 } };
  const lying = canonicalJson({
    ...plan,
    format: 'urn:vitrine:ceremony-plan:v1',
    documents: [other],
  } as unknown as Json);
  assert.throws(() => parsePlan(lying), { code: 'ceremony.plan' });
});

test('a key under the keyid of another is refused', () => {
  const [first, second] = quorum.holders;
  const swapped = { ...quorum, holders: [{ ...first, publicKey: second?.publicKey }, second] };
  const lying = canonicalJson({
    ...plan,
    format: 'urn:vitrine:ceremony-plan:v1',
    documents: [{ ...document, quorums: [swapped] }],
  } as unknown as Json);
  assert.throws(() => parsePlan(lying), { code: 'ceremony.plan' });
});

test('distinct keys are counted: the same signature twice is one', async () => {
  const { reached, documents } = await tally(parsePlan(bytes), planDigest(bytes), [
    { name: 'a', bytes: signature },
    { name: 'b', bytes: signature },
  ]);
  assert.equal(reached, false);
  assert.equal(documents[0]?.signed.length, 1);
  const both = await tally(parsePlan(bytes), planDigest(bytes), [
    { name: 'a', bytes: signature },
    { name: 'b', bytes: await signPlan(parsePlan(bytes), bytes, two) },
  ]);
  assert.equal(both.reached, true);
});

test('a signature for another plan, by another key or over other bytes counts for nothing, and is named', async () => {
  const stranger = testSigner('ceremony stranger');
  const file = parseSignatureFile(signature);
  const [made] = file.signatures;
  const forged = (change: object): Uint8Array => canonicalJson({ ...file, ...change } as unknown as Json);
  const { documents, rejected } = await tally(parsePlan(bytes), planDigest(bytes), [
    { name: 'other plan', bytes: forged({ plan: '0'.repeat(64) }) },
    { name: 'other key', bytes: forged({ keyid: two.keyid }) },
    { name: 'stranger', bytes: forged({ keyid: stranger.keyid }) },
    {
      name: 'not a signature',
      bytes: forged({ signatures: [{ ...made, sig: toBase64(new Uint8Array(64)) }] }),
    },
    { name: 'other bytes', bytes: forged({ signatures: [{ ...made, sha256: '0'.repeat(64) }] }) },
    { name: 'rubbish', bytes: new Uint8Array([1, 2, 3]) },
  ]);
  assert.equal(documents[0]?.signed.length, 0);
  assert.deepEqual(
    rejected.map(({ file: name }) => name),
    ['other plan', 'other key', 'not a signature', 'other bytes', 'rubbish'],
    'a stranger has signed nothing that anybody asked for',
  );
});

test('nobody signs a plan that does not ask for it', async () => {
  await assert.rejects(signPlan(parsePlan(bytes), bytes, testSigner('ceremony stranger')), {
    code: 'ceremony.holder',
  });
});

test('docs/spec/ceremony.md has the schemas that the code has', () => {
  const page = readFileSync(join(repositoryRoot, 'docs/spec/ceremony.md'), 'utf8');
  const shown = [...page.matchAll(/```json\n([^]*?)```/g)].map(
    ([, text = '']) => JSON.parse(text) as unknown,
  );
  assert.deepEqual(shown.slice(0, 2), [planSchema.json, signatureSchema.json]);
});
