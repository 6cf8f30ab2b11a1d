// Two halves (D18): what opens a record, and what does not.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { equal, toBase64, utf8 } from '@vitrine/evidence';
import {
  deriveRecordKey,
  formatHalves,
  keyRef,
  newRecordKey,
  openRecord,
  openShare,
  openingKey,
  parseHalves,
  recordKeyFromHalves,
  recordKeyOfSubject,
  sealRecord,
  sharesLimit,
  type KeyName,
  type NewRecordKey,
  type NumberedShare,
} from '@vitrine/reports';
import { everyParserRefuses } from '@vitrine/testkit';
import { rejects } from './refusal.ts';
import { digest, random, testSubject } from './world.ts';

const name: KeyName = { subject: digest('subject'), day: '2026-11-26', part: 0 };
const operators = ['alpha', 'beta', 'gamma', 'delta'];
const openings = await Promise.all(
  operators.map((operator) => openingKey(Buffer.from(digest(operator), 'hex'))),
);
const holders = operators.map((supervisor, i) => ({
  supervisor,
  publicKey: openings[i]?.publicKey as Uint8Array,
}));

async function keyFor(need: number, count: number = operators.length): Promise<NewRecordKey> {
  const subject = await testSubject('zurich');
  return newRecordKey(name, holders.slice(0, count), need, subject.keys.sealing);
}

async function sharesOf(made: NewRecordKey, ...places: readonly number[]): Promise<NumberedShare[]> {
  return Promise.all(
    places.map((place) =>
      openShare(
        made.sealed,
        operators[place] as string,
        openings[place] as Awaited<ReturnType<typeof openingKey>>,
      ),
    ),
  );
}

test('any k supervisors together with the data center give the key, whoever they are', async () => {
  for (const need of [1, 2, 3, 4]) {
    const made = await keyFor(need);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3], { minLength: need }), async (places) => {
        const shares = await sharesOf(made, ...places);
        assert.deepEqual(await recordKeyFromHalves(made.sealed, made.center, shares), made.key);
      }),
      { numRuns: 12 },
    );
  }
});

test('fewer than k give nothing, also where one share is given twice', async () => {
  const made = await keyFor(2);
  const [first] = await sharesOf(made, 0);
  assert.ok(first);
  await rejects('halves.shares', () => recordKeyFromHalves(made.sealed, made.center, []));
  await rejects('halves.shares', () => recordKeyFromHalves(made.sealed, made.center, [first, first]));
  await rejects('halves.shares', () =>
    recordKeyFromHalves(made.sealed, made.center, [first, { place: 9, share: first.share }]),
  );
});

test('a share of another key, an altered one or one of another place is noticed before anything is opened', async () => {
  const made = await keyFor(2);
  const other = await keyFor(2);
  const [one, two] = await sharesOf(made, 0, 1);
  const [foreign] = await sharesOf(other, 1);
  assert.ok(one && two && foreign);
  const altered = two.share.map((byte, i) => (i === 3 ? byte ^ 1 : byte));
  for (const wrong of [foreign, { place: 1, share: altered }, { place: 2, share: two.share }])
    await rejects('halves.shares', () => recordKeyFromHalves(made.sealed, made.center, [one, wrong]));
});

test('the half of the data center alone, or the shares with another half, give another key', async () => {
  const made = await keyFor(1);
  const shares = await sharesOf(made, 0);
  const wrong = await recordKeyFromHalves(made.sealed, random(32), shares);
  assert.ok(!equal(wrong, made.key));
  const stored = await sealRecord(made.key, made.sealed.key, { salt: random(32), record: utf8('{}') });
  await rejects('halves.record', () => openRecord(wrong, made.sealed.key, stored));
});

test('the subject opens the whole key alone; nobody else does', async () => {
  const made = await keyFor(2);
  const subject = await testSubject('zurich');
  assert.deepEqual(await recordKeyOfSubject(made.sealed, subject.opening), made.key);
  const stranger = await testSubject('zurich', 'another endpoint');
  await rejects('seal.open', () => recordKeyOfSubject(made.sealed, stranger.opening));
  await rejects('seal.open', () => recordKeyOfSubject(made.sealed, openings[0] as (typeof openings)[number]));
});

test('a supervisor opens its own share and no other', async () => {
  const made = await keyFor(2);
  const [alpha, beta] = openings;
  assert.ok(alpha && beta);
  await rejects('seal.open', () => openShare(made.sealed, 'alpha', beta));
  await rejects('halves.shares', () => openShare(made.sealed, 'omega', alpha));
  // Nor one that was moved to its place.
  const shares = made.sealed.shares.map((share, i) => ({
    ...share,
    sealed: made.sealed.shares[(i + 1) % 4]?.sealed as string,
  }));
  await rejects('seal.open', () => openShare({ ...made.sealed, shares }, 'alpha', alpha));
});

test('a supervisor cannot hold two of the shares, and no number of shares is asked that is not there', async () => {
  const { keys } = await testSubject('zurich');
  const [alpha] = holders;
  assert.ok(alpha);
  await rejects('halves.shares', () => newRecordKey(name, [alpha, alpha], 1, keys.sealing));
  for (const need of [0, 5])
    await rejects('halves.shares', () => newRecordKey(name, holders, need, keys.sealing));
});

test('each subject, day and part has a name of its own, which says none of them', () => {
  const names = [
    name,
    { ...name, part: 1 },
    { ...name, day: '2026-11-27' },
    { ...name, subject: digest('another') },
  ].map((one) => keyRef(one));
  assert.equal(new Set(names).size, 4);
  for (const ref of names) assert.match(ref, /^[0-9a-f]{64}$/);
});

test('a record comes back whole with its salt, under its own key and name alone', async () => {
  const key = random(32);
  const ref = keyRef(name);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), fc.nat(), async (record, at) => {
      const salt = random(32);
      const stored = await sealRecord(key, ref, { salt, record });
      assert.deepEqual(await openRecord(key, ref, stored), { salt, record: Uint8Array.from(record) });
      const damaged = stored.map((byte, i) => (i === at % stored.length ? byte ^ 0x40 : byte));
      await rejects('halves.record', () => openRecord(key, ref, damaged));
      await rejects('halves.record', () => openRecord(key, keyRef({ ...name, part: 1 }), stored));
    }),
    { numRuns: 30 },
  );
  await rejects('halves.record', () => openRecord(key, ref, random(59)));
});

test('the key is HKDF-SHA256 over both halves, as another implementation computes it', async () => {
  const { hkdfSync } = await import('node:crypto');
  const [center, supervisors, ref] = [random(32), random(32), keyRef(name)];
  const expected = hkdfSync(
    'sha256',
    Buffer.concat([center, supervisors]),
    Buffer.from(ref, 'hex'),
    'vitrine record key v1',
    32,
  );
  assert.equal(
    toBase64(await deriveRecordKey(center, supervisors, ref)),
    Buffer.from(expected).toString('base64'),
  );
});

test('sealed halves are read as they were written; one with a supervisor twice, or too few of them, is refused', async () => {
  const { sealed } = await keyFor(2);
  const bytes = formatHalves(sealed);
  assert.deepEqual(parseHalves(bytes), sealed);
  const [first, second] = sealed.shares;
  assert.ok(first && second);
  const wrong = [
    { ...sealed, shares: [first, { ...second, supervisor: first.supervisor }] },
    { ...sealed, shares: [first] },
    { ...sealed, shares: [] },
    { ...sealed, need: 0 },
    { ...sealed, subject: toBase64(random(79)) },
  ];
  for (const one of wrong) await rejects('halves.form', () => parseHalves(formatHalves(one)));
  const { refused } = everyParserRefuses(parseHalves, [bytes], 300);
  assert.ok(refused > 200);
});

test('shares of the largest number fit, and one supervisor more is refused', async () => {
  const { keys } = await testSubject('zurich');
  const many = (count: number) =>
    Array.from({ length: count }, (_, i) => ({
      supervisor: `supervisor-with-a-long-name-${i}`.padEnd(64, 'x'),
      publicKey: openings[i % 4]?.publicKey as Uint8Array,
    }));
  const { sealed } = await newRecordKey(name, many(sharesLimit), sharesLimit, keys.sealing);
  assert.deepEqual(parseHalves(formatHalves(sealed)), sealed);
  await rejects('halves.shares', () => newRecordKey(name, many(sharesLimit + 1), 1, keys.sealing));
});
