// Requests for access to single records, and what a grant commits to: their one form and their limits.

import assert from 'node:assert/strict';
import test from 'node:test';
import { canonicalJson, formatEnvelope, fromBase64, toBase64, utf8 } from '@vitrine/evidence';
import {
  accessLimits,
  formatGrantBody,
  grantBodyOf,
  newRecordKey,
  openDecision,
  openingKey,
  parseAccessRequest,
  parseGrantBody,
  readAccessRequest,
  requireGrantOf,
  sealDecision,
  signAccessRequest,
  type AccessRequest,
  type SealedHalves,
} from '@vitrine/reports';
import { everyParserRefuses, testSigner } from '@vitrine/testkit';
import { rejects } from './refusal.ts';
import { digest, testSubject } from './world.ts';

const identity = testSigner('identity');
const now = Date.parse('2026-11-26T10:00:00Z') / 1000;
const reply = await openingKey(Buffer.from(digest('reply'), 'hex'));
const supervisor = await openingKey(Buffer.from(digest('supervisor'), 'hex'));
const subject = await testSubject('zurich');
const keys = await Promise.all(
  Array.from({ length: 3 }, async (_, part): Promise<SealedHalves> => {
    const holder = { supervisor: 'north', publicKey: supervisor.publicKey };
    const name = { subject: digest('subject'), day: '2026-11-26', part };
    return (await newRecordKey(name, [holder], 1, subject.keys.sealing)).sealed;
  }),
);
const sorted = keys.toSorted((a, b) => (a.key < b.key ? -1 : 1));

const good: AccessRequest = {
  v: 1,
  id: '00'.repeat(16),
  center: 'zurich',
  ledger: 'zurich.example/custody',
  who: 'An analyst',
  why: 'Two lines\nof reason.',
  records: keys.map(({ key }, i) => ({ index: i * 10, key })),
  keys: sorted,
  until: '2026-11-26T14:00:00Z',
  at: '2026-11-26T10:00:00Z',
  replyTo: toBase64(reply.publicKey),
};

test('a request is read as it was signed, by the identity key of its center', async () => {
  const { body, digest: name } = await signAccessRequest(good, identity);
  const read = await readAccessRequest(body, () => [testSigner('other').publicKey, identity.publicKey], now);
  assert.deepEqual([read.request, read.digest], [good, name]);
  await rejects('access.signature', () =>
    readAccessRequest(body, () => [testSigner('other').publicKey], now),
  );
  await rejects('access.signature', () => readAccessRequest(body, () => [], now));
  await rejects('access.time', () => readAccessRequest(body, () => [identity.publicKey], now - 301));
  await rejects('access.time', () => readAccessRequest(body, () => [identity.publicKey], now + 4 * 3_600));
});

test('a request says exactly which keys, no more than one envelope holds, and no longer than a week', async () => {
  const [first, second] = good.records as [
    AccessRequest['records'][number],
    AccessRequest['records'][number],
  ];
  const many = Array.from({ length: accessLimits.records + 1 }, (_, index) => ({ index, key: first.key }));
  const cases: readonly (readonly [string, Partial<AccessRequest>])[] = [
    ['a key too few', { keys: sorted.slice(1) }],
    ['a key too many', { records: [first, second] }],
    ['a key twice', { keys: [...sorted, sorted[2] as SealedHalves] }],
    ['records that do not ascend', { records: good.records.toReversed() }],
    ['a record twice', { records: [first, first, ...good.records.slice(1)] }],
    ['no record', { records: [], keys: [] }],
    ['too many records', { records: many }],
    ['over a week', { until: '2026-12-03T10:00:01Z' }],
    ['no time at all', { until: good.at }],
    ['an escape in a name', { who: 'An\u001b[2Janalyst' }],
    ['a turned line', { why: '\u202eevil' }],
  ];
  for (const [what, change] of cases)
    await assert.rejects(signAccessRequest({ ...good, ...change }, identity), { code: 'access.form' }, what);
});

test('a grant commits to one request by one supervisor', async () => {
  const asked = await signAccessRequest(good, identity);
  const body = grantBodyOf(asked, 'north', '2026-11-26T10:05:00Z');
  requireGrantOf(parseGrantBody(formatGrantBody(body)), asked, 'north');
  for (const change of [
    { who: 'Another' },
    { records: body.records.slice(1) },
    { until: '2026-11-27T14:00:00Z' },
    { request: digest('other') },
    { ledger: 'singapore.example/custody' },
  ])
    assert.throws(() => requireGrantOf({ ...body, ...change }, asked, 'north'), { code: 'access.grant' });
  assert.throws(() => requireGrantOf(body, asked, 'south'), { code: 'access.grant' });
});

test('a decision is for the eyes of who asked, and bound to request and supervisor', async () => {
  const asked = await signAccessRequest(good, identity);
  const sealed = await sealDecision({ why: 'no' }, asked, 'north');
  assert.deepEqual(await openDecision(sealed, asked, 'north', reply), { why: 'no' });
  await rejects('seal.open', () => openDecision(sealed, asked, 'south', reply));
  await rejects('seal.open', () => openDecision(sealed, asked, 'north', supervisor));
  const other = await signAccessRequest({ ...good, id: '11'.repeat(16) }, identity);
  await rejects('seal.open', () => openDecision(sealed, other, 'north', reply));
});

test('mutated requests and grants are refused by a typed error', async () => {
  const { body, envelope } = await signAccessRequest(good, identity);
  const grant = formatGrantBody(grantBodyOf(parseAccessRequest(body), 'north', good.at));
  assert.ok(everyParserRefuses((bytes) => void parseAccessRequest(bytes), [body], 300).refused > 200);
  assert.ok(everyParserRefuses((bytes) => void parseGrantBody(bytes), [grant], 300).refused > 150);
  for (const text of ['', '{}', '[]', 'null'])
    assert.throws(() => parseAccessRequest(utf8(text)), { code: 'access.form' });
  const spaced = {
    ...envelope,
    payload: toBase64(utf8(`${Buffer.from(fromBase64(envelope.payload)).toString()} `)),
  };
  assert.throws(() => parseAccessRequest(formatEnvelope(spaced)), { code: 'access.form' });
  assert.throws(() => parseGrantBody(canonicalJson({ a: 1 })), { code: 'access.grant' });
});
