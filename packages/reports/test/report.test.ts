// Reports and observations: exactly the fields that were consented to, and nothing that could be read twice.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  canonicalJson,
  concat,
  formatTime,
  parseJson,
  preAuthEncoding,
  toBase64,
  u16,
  utf8,
  type Json,
  type JsonObject,
} from '@vitrine/evidence';
import {
  categoryOf,
  checkObservation,
  needsFileYes,
  observationKinds,
  pieceSize,
  projectionOf,
  readReport,
  recordBytes,
  requireReportTime,
  sampleLimits,
  signReport,
  type Field,
  type Observation,
  type ReportsCode,
} from '@vitrine/reports';
import { everyAsyncParserRefuses } from '@vitrine/testkit';
import { rejects } from './refusal.ts';
import { digest, fileSeen, now, oneOfEachKind, reportOf, testSubject } from './world.ts';

const subject = await testSubject('zurich');
const plain = (value: unknown): JsonObject => parseJson(canonicalJson(value as Json)) as JsonObject;

/** Signed by the subject, whatever it holds: what a hostile agent can send. */
async function signed(report: unknown): Promise<Uint8Array> {
  const bytes = canonicalJson(report as Json);
  const pae = preAuthEncoding('application/vnd.vitrine.report+json', bytes);
  const signature = await subject.signer.sign(pae);
  return concat(u16(signature.length), signature, bytes);
}

test('a signed report is read as it was written', async () => {
  const report = reportOf(subject, oneOfEachKind);
  assert.deepEqual(await readReport(await signReport(report, subject)), {
    report,
    pseudonym: subject.pseudonym,
  });
});

const good = plain(reportOf(subject, [fileSeen('a.exe')]));
const refusals: readonly (readonly [string, ReportsCode, JsonObject])[] = [
  ['of another version', 'report.form', { ...good, v: 2 }],
  ['with a member more', 'report.form', { ...good, hostname: 'pc-7' }],
  ['with a short id', 'report.form', { ...good, id: 'ab' }],
  ['without observations', 'report.form', { ...good, observations: [] }],
  [
    'with more than 50 observations',
    'report.form',
    { ...good, observations: Array.from({ length: 51 }, () => (good['observations'] as Json[])[0] as Json) },
  ],
  ['with a country in lower case', 'report.form', { ...good, country: 'ch' }],
  ['with a time that does not exist', 'report.form', { ...good, at: '2026-02-30T00:00:00Z' }],
  ['with a center that is a path', 'report.form', { ...good, center: '../zurich' }],
  [
    'of a subject with a P-256 key',
    'report.form',
    { ...good, subject: { ...(good['subject'] as JsonObject), key: toBase64(new Uint8Array(91)) } },
  ],
  [
    'of another subject',
    'report.signature',
    { ...good, subject: plain((await testSubject('zurich', 'stranger')).keys) },
  ],
];
for (const [what, code, report] of refusals) {
  test(`a report ${what} is refused`, async () => {
    await rejects(code, async () => readReport(await signed(report)), ['pc-7']);
  });
}

test('a report that was not signed in its one form is refused', async () => {
  const body = await signReport(reportOf(subject, [fileSeen('a.exe')]), subject);
  const spaced = Buffer.from(body.subarray(66)).toString().replace('{"at"', '{ "at"');
  const pae = preAuthEncoding('application/vnd.vitrine.report+json', utf8(spaced));
  const wrong = concat(u16(64), await subject.signer.sign(pae), utf8(spaced));
  await rejects('report.form', () => readReport(wrong));
  for (const length of [0, 2, 65, 66]) await rejects('report.form', () => readReport(body.slice(0, length)));
});

test('a mutated report is refused by a typed error, and never read as another one', async () => {
  const body = await signReport(reportOf(subject, oneOfEachKind.slice(0, 4)), subject);
  const { refused } = await everyAsyncParserRefuses(
    async (bytes) => {
      await readReport(bytes);
      assert.deepEqual(bytes, body); // A mutation may undo itself.
    },
    [body],
    400,
  );
  assert.ok(refused > 350);
});

test('a report too old or too far ahead is refused', async () => {
  const report = reportOf(subject, [fileSeen('a.exe')]);
  const at = (seconds: number) => ({ ...report, at: formatTime(seconds) });
  for (const age of [0, 31 * 86_400, -86_400]) requireReportTime(at(now - age), now);
  for (const age of [31 * 86_400 + 1, -86_401])
    await rejects('report.time', () => requireReportTime(at(now - age), now));
});

for (const [i, observation] of oneOfEachKind.entries()) {
  const { kind } = observation;
  const value = plain(observation);
  test(`${kind}: each required field is required, each optional one is not, and no other is taken`, async () => {
    assert.deepEqual(checkObservation(value), oneOfEachKind[i]);
    for (const group of ['facts', 'personal'] as const) {
      const members = value[group] as JsonObject;
      const without = (name: string): JsonObject => ({
        ...value,
        [group]: Object.fromEntries(Object.entries(members).filter(([one]) => one !== name)),
      });
      const fields = observationKinds[kind][group] as Readonly<Record<string, Field<unknown>>>;
      for (const [name, { optional }] of Object.entries(fields)) {
        if (optional) checkObservation(without(name));
        else await rejects('consent.field', () => checkObservation(without(name)));
      }
      for (const name of ['user', 'hostname', '', 'toString'])
        await rejects(
          'consent.field',
          () => checkObservation({ ...value, [group]: { ...members, [name]: 'secret-value' } }),
          ['secret-value'],
        );
    }
    await rejects('consent.field', () => checkObservation({ ...value, more: 1 }));
  });
}

test('what has no known kind is refused, also where the kind is a name that every object has', async () => {
  for (const kind of ['look-up', 'toString', '__proto__', 7, null])
    await rejects('consent.field', () => checkObservation({ kind, facts: {}, personal: {} }));
  for (const value of [null, [], 'x', 1]) await rejects('consent.field', () => checkObservation(value));
});

test('no text of an observation holds a control character or is longer than its field', async () => {
  const texts = ['a\nb', 'a\u0000', '\u202a\u0007', '', 'x'.repeat(1025)];
  for (const path of texts) {
    const value = plain(fileSeen('a.exe'));
    await rejects('consent.field', () => checkObservation({ ...value, personal: { path } }));
  }
  const kept = checkObservation({ ...plain(fileSeen('a')), personal: { path: 'C:\\Büro\\報告' } });
  assert.deepEqual(kept.personal, { path: 'C:\\Büro\\報告' });
});

test('a refusal names the place and never the value', async () => {
  const value = { ...plain(fileSeen('a.exe')), personal: { path: 'my-diary\u0001' } };
  await rejects('consent.field', () => checkObservation(value, '/observations/3/observation'), ['my-diary']);
});

test('the projection holds no personal field; the record holds all, in one form', () => {
  for (const observation of oneOfEachKind) {
    const projected = projectionOf(observation);
    assert.deepEqual(Object.keys(projected).sort(), ['facts', 'kind']);
    const text = JSON.stringify(projected);
    for (const hidden of Object.values(observation.personal)) assert.ok(!text.includes(hidden));
    const again = checkObservation(parseJson(recordBytes(observation)));
    assert.deepEqual(recordBytes(again), recordBytes(observation));
  }
});

const heads: readonly (readonly [string, Uint8Array])[] = [
  ['program', utf8('MZ\x90\0\x03')],
  ['program', utf8('dex\n035\0')],
  ['other', utf8('MZ, dear friend,\r\n')],
  ['other', utf8('dex\nis the first word')],
  ['program', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2)],
  ['script', utf8('#!/bin/sh\n')],
  ['document', utf8('%PDF-1.7')],
  ['document', Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1)],
  ['archive', utf8('PK\x03\x04')],
  ['archive', Uint8Array.of(0x1f, 0x8b, 8)],
  ['other', utf8('Dear all,')],
  ['other', Uint8Array.of(0xff, 0xd8, 0xff)],
  ['other', new Uint8Array(0)],
];
test('a file is told by its first bytes, and what may be a document needs a yes for itself', () => {
  for (const [category, head] of heads) {
    assert.equal(categoryOf(head), category);
    assert.equal(needsFileYes(categoryOf(head)), category !== 'program' && category !== 'script');
  }
});

function sample(bytes: Uint8Array, facts: object = {}, personal: object = {}): JsonObject {
  return plain({
    kind: 'sample',
    facts: {
      object: digest('sample'),
      size: bytes.length,
      category: categoryOf(bytes),
      piece: 0,
      seen: '2026-11-18',
      ...facts,
    },
    personal: { data: toBase64(bytes), ...personal },
  });
}

test('no document, archive or unknown file goes without its yes, whatever it is called', async () => {
  for (const [category, head] of heads.filter(([, bytes]) => bytes.length > 0)) {
    const yes = { yes: '2026-11-18T09:00:00Z' };
    checkObservation(sample(head, {}, yes));
    if (category === 'program' || category === 'script') checkObservation(sample(head));
    else {
      await rejects('consent.file-yes', () => checkObservation(sample(head)));
      await rejects('consent.field', () => checkObservation(sample(head, { category: 'program' })));
    }
  }
});

test('pieces of a sample are as long as their place says, within the cap', async () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: sampleLimits.bytes }), (size) => {
      const pieces = Math.ceil(size / sampleLimits.piece);
      let sum = 0;
      for (let piece = 0; piece < pieces; piece++) sum += pieceSize(size, piece);
      assert.equal(sum, size);
      assert.ok(pieces <= sampleLimits.pieces);
    }),
  );
  const bytes = utf8('MZ\0and more');
  for (const facts of [
    { size: 10 },
    { size: 12 },
    { piece: 1 },
    { size: sampleLimits.bytes + 1 },
    { piece: 256 },
  ])
    await rejects('consent.field', () => checkObservation(sample(bytes, facts)));
  const whole = new Uint8Array(sampleLimits.piece);
  whole.set(utf8('MZ'));
  checkObservation(sample(whole, { size: 10 * sampleLimits.piece }));
  const report = reportOf(subject, [sample(whole) as unknown as Observation]);
  assert.ok(
    (await signReport(report, subject)).length < 512 * 1024 - 5,
    'a whole piece fits into one message',
  );
});
