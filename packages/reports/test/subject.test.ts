// The subject (D21): its keys, its recovery code, and its rights.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  canonicalJson,
  fromUtf8,
  parseSpki,
  signEnvelope,
  statementIdOf,
  toBase64,
  type Json,
} from '@vitrine/evidence';
import {
  formatEntry,
  formatExport,
  confirmable,
  formatConfirmation,
  formatRecoveryCode,
  hpkeSeal,
  missingFromExport,
  newRecordKey,
  newRecoverySecret,
  openAnswer,
  parseConfirmation,
  parseExport,
  parseRecoveryCode,
  promiseFor,
  pseudonymOf,
  readCommitment,
  readConfirmation,
  readExport,
  readReadings,
  readRequest,
  recordBytes,
  sealAnswer,
  sealRecord,
  signConfirmation,
  signReport,
  signRequest,
  subjectOfCenter,
  tombstone,
  type Confirmation,
  type ExportPage,
  type Report,
} from '@vitrine/reports';
import { everyAsyncParserRefuses, everyParserRefuses, testSigner } from '@vitrine/testkit';
import { rejects } from './refusal.ts';
import { digest, now, oneOfEachKind, random, reportOf, testCenter, testSubject } from './world.ts';

const center = await testCenter('zurich');
const subject = await testSubject('zurich');

test('one recovery secret gives the same subject again, on every machine', async () => {
  const secret = random(20);
  const [one, two] = [await subjectOfCenter(secret, 'zurich', 1), await subjectOfCenter(secret, 'zurich', 1)];
  assert.deepEqual(one.keys, two.keys);
  assert.equal(one.pseudonym, pseudonymOf(two.keys));
  assert.equal(parseSpki(one.signer.publicKey).scheme, 'ed25519');
  // Pinned: a change here would lose every subject that ever was.
  const pinned = await subjectOfCenter(new Uint8Array(20), 'zurich', 1);
  assert.equal(pinned.pseudonym, '81a1d0d21a636f060ec5233b6f245b6927668ddfe68c794c187394fffedf8e09');
});

test('another center, generation or secret gives another subject, with nothing in common', async () => {
  const secret = random(20);
  const subjects = await Promise.all([
    subjectOfCenter(secret, 'zurich', 1),
    subjectOfCenter(secret, 'zurich', 2),
    subjectOfCenter(secret, 'zuric', 1),
    subjectOfCenter(random(20), 'zurich', 1),
  ]);
  const all = subjects.flatMap(({ keys, pseudonym }) => [keys.key, keys.sealing, pseudonym]);
  assert.equal(new Set(all).size, all.length);
});

test('the pseudonym commits to both keys', async () => {
  const other = await testSubject('zurich', 'other');
  assert.notEqual(pseudonymOf({ ...subject.keys, sealing: other.keys.sealing }), subject.pseudonym);
  assert.notEqual(pseudonymOf({ ...subject.keys, key: other.keys.key }), subject.pseudonym);
});

const smallOrder = [
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  ...['ec', 'ed', 'ee'].map((first) => `${first}${'ff'.repeat(30)}7f`),
];
test('a subject to whose key nothing can be sealed is refused as it comes in', async () => {
  for (const hex of smallOrder) {
    for (const top of [0, 0x80]) {
      const key = Buffer.from(hex, 'hex');
      key[31] = (key[31] as number) | top;
      await rejects('seal.key', () => hpkeSeal(key, random(1), random(1), random(1)));
      const keys = { ...subject.keys, sealing: toBase64(key) };
      const report = { ...reportOf(subject, oneOfEachKind), subject: keys };
      await rejects('report.form', () => signReport(report, subject));
    }
  }
});

test('a recovery code is read as people write it', () => {
  const bytes = fc.uint8Array({ minLength: 20, maxLength: 20 });
  fc.assert(
    fc.property(bytes, (some) => {
      const secret = Uint8Array.from(some);
      const code = formatRecoveryCode(secret);
      assert.match(code, /^(?:[0-9A-HJKMNP-TV-Z]{4}-){8}[0-9A-HJKMNP-TV-Z]{2}$/);
      const written = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
      for (const text of [code, written, `  ${code}\n`, code.replaceAll('-', '')])
        assert.deepEqual(parseRecoveryCode(text), secret);
    }),
  );
  assert.equal(newRecoverySecret().length, 20);
});

test('nearly every slip of the pen is noticed, and no refusal repeats what was typed', async () => {
  const code = formatRecoveryCode(random(20));
  for (const text of ['', code.slice(1), `${code}0`, code.replace('-', 'U'), 'x'.repeat(500)])
    await rejects('subject.recovery-code', () => parseRecoveryCode(text), [code.slice(5, 14)]);
  const letters = Array.from(code, (letter, i) => (letter === '-' ? -1 : i)).filter((i) => i >= 0);
  let unnoticed = 0;
  for (let i = 0; i < 400; i++) {
    const at = letters[i % 34] as number;
    const letter = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[i % 32] as string;
    if (code[at] === letter) continue;
    try {
      parseRecoveryCode(code.slice(0, at) + letter + code.slice(at + 1));
      unnoticed++;
    } catch {
      // Noticed.
    }
  }
  assert.ok(unnoticed < 8, `${unnoticed} of 400 slips pass; one in a thousand should`);
});

test('a request is the subject’s own, for one center, of now', async () => {
  const { body } = await signRequest('erase', 'zurich', subject, now);
  const read = await readRequest(body, 'zurich', now + 60);
  assert.deepEqual([read.request.act, read.pseudonym], ['erase', subject.pseudonym]);
  await rejects('subject.request', () => readRequest(body, 'geneva', now));
  await rejects('subject.request', () => readRequest(body, 'zurich', now + 86_401));
  await rejects('subject.request', () => readRequest(body, 'zurich', now - 3601));
});

test('nobody makes a request in the name of another', async () => {
  const stranger = await testSubject('zurich', 'stranger');
  const { envelope } = await signRequest('export', 'zurich', stranger, now);
  const request = JSON.parse(Buffer.from(envelope.payload, 'base64').toString()) as Record<string, Json>;
  const forged = canonicalJson({ ...request, subject: { ...subject.keys } });
  const signed = await signEnvelope(forged, stranger.signer, envelope.payloadType);
  await rejects('subject.signature', () =>
    readRequest(canonicalJson(signed as unknown as Json), 'zurich', now),
  );
  // A signature for one purpose is none for another.
  const asPromise = await signEnvelope(forged, subject.signer, 'application/vnd.vitrine.promise+json');
  await rejects('subject.request', () =>
    readRequest(canonicalJson(asPromise as unknown as Json), 'zurich', now),
  );
});

const grave = { reason: 'erased', day: '2026-11-19', salt: random(32), indices: [3, 8, 21] } as const;
const erasure = {
  entry: fromUtf8(formatEntry(tombstone(grave))),
  salt: toBase64(grave.salt),
  indices: grave.indices,
};
async function confirmed(changes: Partial<Confirmation> = {}, by = center.ledger.signer) {
  const { envelope: request } = await signRequest('erase', 'zurich', subject, now);
  const confirmation = await signConfirmation(
    {
      v: 1,
      center: 'zurich',
      ledger: center.ledger.key.name,
      request: statementIdOf(request),
      act: 'erase',
      at: '2026-11-19T09:00:00Z',
      records: 3,
      erasures: [erasure],
      finalAt: '2026-12-19T00:00:00Z',
      ...changes,
    },
    by,
  );
  return readConfirmation(parseConfirmation(formatConfirmation(confirmation)), {
    ledger: center.ledger.key,
    request,
  });
}

test('a confirmed erasure opens its tombstones to exactly the records that are gone', async () => {
  const { erased } = await confirmed();
  assert.deepEqual(
    erased.map(({ indices }) => indices),
    [[3, 8, 21]],
  );
  assert.deepEqual((await confirmed({ records: 0, erasures: [] })).erased, []);
});

test('an erasure of a hundred thousand records is confirmed in one answer', async () => {
  // 50 side by side, as reports leave them.
  const indices = Array.from({ length: 100_000 }, (_, i) => 70 * Math.floor(i / 50) + (i % 50));
  const salt = random(32);
  const entry = fromUtf8(formatEntry(tombstone({ reason: 'erased', day: '2026-11-19', salt, indices })));
  const { erased } = await confirmed({
    records: 100_000,
    erasures: [{ entry, salt: toBase64(salt), indices }],
  });
  assert.deepEqual(erased[0]?.indices, indices);
});

test('an erasure of isolated records is confirmed as far as one answer holds them, in any ledger', async () => {
  // Each index a run of its own, with the most digits that a ledger can have.
  const all = Array.from({ length: 36_000 }, (_, i) => 9_007_199_254_000_000 + 2 * i);
  const indices = confirmable(all);
  assert.deepEqual(indices, all.slice(0, 20_000));
  const salt = random(32);
  const made = (some: readonly number[]) => ({
    records: some.length,
    erasures: [
      {
        entry: fromUtf8(formatEntry(tombstone({ reason: 'erased', day: '2026-11-19', salt, indices: some }))),
        salt: toBase64(salt),
        indices: some,
      },
    ],
  });
  const { erased } = await confirmed(made(indices));
  assert.deepEqual(erased[0]?.indices, indices);
  // What nobody could read is not signed: small enough in itself, and not as the payload of an envelope.
  const near = Array.from({ length: 36_000 }, (_, i) => 2 * i);
  await rejects('subject.confirmation', () => confirmed(made(near)));
});

test('as many records are confirmable as make no more runs and no more records than one answer holds', () => {
  const sides = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }));
  fc.assert(
    fc.property(sides, ([side, gap]) => {
      const all = Array.from({ length: 110_000 }, (_, i) => Math.floor(i / side) * (side + gap) + (i % side));
      assert.equal(confirmable(all).length, Math.min(100_000, 20_000 * side));
    }),
    { numRuns: 20 },
  );
  assert.deepEqual(confirmable([]), []);
});

test('a confirmation that says more, less or something else than its tombstones is refused', async () => {
  for (const changes of [
    { records: 4 },
    { request: digest('another') },
    { center: 'geneva' },
    { ledger: 'geneva.example/custody' },
    { act: 'restrict' },
  ] as const)
    await rejects('subject.confirmation', () => confirmed(changes));
  await rejects('subject.confirmation', () => confirmed({}, testSigner('stranger')));
  const wrong = { ...erasure, indices: [3, 8, 22] };
  await rejects('custody.tombstone', () => confirmed({ erasures: [wrong] }));
  await rejects('subject.confirmation', () => confirmed({ records: 6, erasures: [erasure, erasure] }));
  const expired = { ...erasure, entry: fromUtf8(formatEntry(tombstone({ ...grave, reason: 'expired' }))) };
  await rejects('subject.confirmation', () => confirmed({ erasures: [expired] }));
});

test('a mutated confirmation is refused by a typed error', async () => {
  const { envelope: request } = await signRequest('erase', 'zurich', subject, now);
  const bytes = formatConfirmation(
    await signConfirmation(
      {
        v: 1,
        center: 'zurich',
        ledger: center.ledger.key.name,
        request: statementIdOf(request),
        act: 'erase',
        at: '2026-11-19T09:00:00Z',
        records: 3,
        erasures: [erasure],
      },
      center.ledger.signer,
    ),
  );
  const read = async (some: Uint8Array) => {
    await readConfirmation(parseConfirmation(some), { ledger: center.ledger.key, request });
    assert.deepEqual(some, bytes);
  };
  const { refused } = await everyAsyncParserRefuses(read, [bytes], 200);
  assert.ok(refused > 150);
});

test('an answer opens for its subject and its request alone', async () => {
  const request = digest('request');
  const sealed = await sealAnswer(random(5000), subject.keys.sealing, request);
  assert.equal((await openAnswer(sealed, subject.opening, request)).length, 5000);
  assert.equal(sealed.length, 8192 + 48);
  const stranger = await testSubject('zurich', 'stranger');
  await rejects('seal.open', () => openAnswer(sealed, stranger.opening, request));
  await rejects('seal.open', () => openAnswer(sealed, subject.opening, digest('another')));
});

/** What the data center would answer after it took this report. */
async function exportOf(report: Report): Promise<{ page: ExportPage; leaves: ReadonlySet<string> }> {
  const supervisor = { supervisor: 'supervisor', publicKey: center.opening.publicKey };
  const name = { subject: subject.pseudonym, day: '2026-11-18', part: 0 };
  const made = await newRecordKey(name, [supervisor], 1, subject.keys.sealing);
  const ciphertexts = await Promise.all(
    report.observations.map(({ salt, observation }) =>
      sealRecord(made.key, made.sealed.key, {
        salt: Buffer.from(salt, 'base64'),
        record: recordBytes(observation),
      }),
    ),
  );
  const stored = { ledger: center.ledger.key.name, at: now, deadline: now + 60, ciphertexts };
  const { promise, entries } = promiseFor(report, stored);
  const salt = random(32);
  const read = {
    type: 'read',
    v: 1,
    grant: digest('grant'),
    at: '2026-11-19T09:00:00Z',
    record: readCommitment(salt, 101),
  };
  const page: ExportPage = {
    v: 1,
    center: 'zurich',
    ledger: center.ledger.key.name,
    request: digest('request'),
    page: 0,
    last: true,
    keys: [made.sealed],
    records: entries.map((entry, i) => ({
      index: 100 + i,
      entry: fromUtf8(entry),
      key: made.sealed.key,
      ciphertext: toBase64(ciphertexts[i] as Uint8Array),
    })),
    reads: [{ index: 7, entry: fromUtf8(canonicalJson(read)), record: 101, salt: toBase64(salt) }],
  };
  return { page, leaves: new Set(promise.records.map(({ leaf }) => leaf)) };
}

const report = reportOf(subject, oneOfEachKind);
const exported = await exportOf(report);

test('an export is read with the subject’s own key alone, and is complete against its promises', async () => {
  const page = parseExport(formatExport(exported.page));
  const own = await readExport(page, subject);
  assert.deepEqual(
    own.map(({ observation }) => observation),
    oneOfEachKind,
  );
  assert.deepEqual(missingFromExport(exported.leaves, own, new Set()), []);
  const less = own.slice(1);
  const [gone] = own;
  assert.ok(gone);
  assert.deepEqual(missingFromExport(exported.leaves, less, new Set()), [gone.leaf]);
  assert.deepEqual(missingFromExport(exported.leaves, less, new Set([gone.leaf])), []);
  assert.deepEqual(
    readReadings(page).map(({ index, record }) => [index, record]),
    [[7, 101]],
  );
});

test('an export with an exchanged record, a missing key or a reading of another record is refused', async () => {
  const { page } = exported;
  const [one, two] = page.records as [ExportPage['records'][number], ExportPage['records'][number]];
  const swapped = { ...page, records: [{ ...one, ciphertext: two.ciphertext }] };
  await rejects('custody.record', () => readExport(swapped, subject));
  await rejects('subject.export', () => readExport({ ...page, keys: [] }, subject));
  const entry = fromUtf8(
    formatEntry(tombstone({ reason: 'erased', day: '2026-11-19', salt: random(32), indices: [1] })),
  );
  await rejects('subject.export', () => readExport({ ...page, records: [{ ...one, entry }] }, subject));
  const reads = page.reads.map((read) => ({ ...read, record: 102 }));
  await rejects('subject.export', () => readReadings({ ...page, reads }));
  const stranger = await testSubject('zurich', 'stranger');
  await rejects('seal.open', () => readExport(page, stranger));
});

test('a mutated export is refused by a typed error', () => {
  const bytes = formatExport(exported.page);
  const { refused } = everyParserRefuses(parseExport, [bytes], 300);
  assert.ok(refused > 200);
});
