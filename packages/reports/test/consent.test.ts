// Consent: what a profile shares, what its owner reads, what both sides sign, and that nothing else goes.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  canonicalJson,
  formatTime,
  parseJson,
  payloadOf,
  signEnvelope,
  type Envelope,
  type JsonObject,
} from '@vitrine/evidence';
import {
  countersignConsent,
  formatConsent,
  giveConsent,
  observationKinds,
  openMessage,
  parseConsent,
  placeUnder,
  profileNames,
  profiles,
  purposesOf,
  readConsent,
  readOwnConsent,
  readReport,
  requireConsented,
  requireConsentSuccessor,
  requireConsentTime,
  retentionClasses,
  schemaDigest,
  schemaMarkdown,
  schemaSet,
  screenHtml,
  screenOf,
  screenText,
  sealReport,
  signReport,
  textDigest,
  withdrawConsent,
  type Consent,
  type ConsentAnswer,
  type Field,
  type Observation,
  type ProfileName,
  type Report,
  type ReportsCode,
  type Sending,
  type Subject,
} from '@vitrine/reports';
import { everyParserRefuses, repositoryRoot, testSigner } from '@vitrine/testkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rejects } from './refusal.ts';
import { dataCenter } from './residency-world.ts';
import { fileSeen, now, oneOfEachKind, reportOf, testCenter, testSubject } from './world.ts';

const zurich = dataCenter('zurich', 'CH');
const place = { name: zurich.name, operator: zurich.operator, country: zurich.country };
const ledger = testSigner('ledger zurich');
const subject = await testSubject('zurich');

const answer = (profile: ProfileName, changes: Partial<ConsentAnswer> = {}): ConsentAnswer => ({
  profile,
  country: 'CH',
  center: zurich,
  residency: 1,
  method: 'terminal',
  policyUrl: 'https://vendor.example/privacy',
  text: textDigest(screenText(screenOf(profile, place))),
  previous: null,
  id: '00112233445566778899aabbccddeeff',
  at: '2026-11-18T09:00:00Z',
  ...changes,
});

async function consentTo(profile: ProfileName, changes: Partial<ConsentAnswer> = {}): Promise<Consent> {
  const given = await giveConsent(answer(profile, changes), subject);
  return readConsent(await countersignConsent(given, ledger), ledger.publicKey);
}

const reportUnder = (
  consent: Consent,
  observations: readonly Observation[],
  changes: Partial<Report> = {},
): Report => ({
  ...reportOf(subject, observations),
  consent: consent.digest,
  ...changes,
});

async function verified(report: Report, by: Subject = subject) {
  return readReport(await signReport({ ...report, subject: by.keys }, by));
}

// Change a word of the schema set, and this is another version: raise schemaVersion, and say so in docs/spec.
test('version 1 of the schema set is what it always was', () => {
  const path = join(repositoryRoot, 'docs', 'spec', 'consent-schema.example.json');
  assert.deepEqual(schemaSet(), JSON.parse(readFileSync(path, 'utf8')));
  assert.equal(schemaDigest(), textDigest(Buffer.from(canonicalJson(schemaSet())).toString()));
});

test('the page of the schema set is made from the fields', () => {
  const page = readFileSync(join(repositoryRoot, 'docs', 'spec', 'consent-schema.md'), 'utf8');
  assert.ok(
    page.includes(schemaMarkdown()),
    'docs/spec/consent-schema.md: put in what schemaMarkdown() gives',
  );
});

test('each profile shares all that the one before it shares', () => {
  const shared = profileNames.map((name) => new Set<string>(profiles[name].kinds));
  for (let i = 1; i < shared.length; i++)
    for (const kind of shared[i - 1] as Set<string>) assert.ok(shared[i]?.has(kind));
  assert.deepEqual([...profiles.none.kinds, ...profiles['look-ups'].kinds], []);
  assert.deepEqual(profiles.samples.kinds.toSorted(), Object.keys(observationKinds).sort());
});

test('the screen of a profile names every field that it shares, with its purpose and how long it is kept', () => {
  for (const profile of profileNames) {
    const screen = screenOf(profile, place);
    const [text, html] = [screenText(screen, 100), screenHtml(screen)];
    const joined = text.replaceAll(/\s+/g, ' ');
    for (const kind of profiles[profile].kinds) {
      const { facts, personal, retention } = observationKinds[kind];
      for (const shown of [joined, html.toLowerCase()])
        assert.ok(shown.includes(retentionClasses[retention].plain));
      for (const { plain } of Object.values<Field<unknown>>({ ...facts, ...personal })) {
        assert.ok(joined.includes(plain), `${profile}: ${plain}`);
        assert.ok(html.includes(plain), `${profile}: ${plain}`);
      }
    }
    assert.equal(joined.includes(place.name), profiles[profile].kinds.length > 0);
    assert.ok(text.split('\n').every((line) => line.length <= 100));
  }
});

test('no text of a place can become part of a page', () => {
  const html = screenHtml(screenOf('reports', { ...place, name: '<script>"&\'' }));
  assert.ok(!html.includes('<script>') && html.includes('&lt;script&gt;&quot;&amp;&#39;'));
});

test('the screen names every country to which the data may move without a new question', () => {
  const { notes } = screenOf('reports', { ...place, country: 'CH', also: ['CH', 'FR', 'IT'] });
  assert.ok(notes.some((note) => note.includes('may move to another center there or in FR, IT without')));
  const alone = screenOf('reports', { ...place, country: 'CH' }).notes;
  assert.ok(alone.some((note) => note.startsWith('A move out of that country stops all sharing')));
});

test('a terminal of any width shows every word of the screen', () => {
  const screen = screenOf('samples', place);
  const words = (text: string): string[] => text.split(/[\s-]+/).filter((word) => word !== '');
  const whole = words(screenText(screen, 10_000));
  fc.assert(
    fc.property(fc.integer({ min: 20, max: 200 }), (width) => {
      assert.deepEqual(words(screenText(screen, width)), whole);
    }),
    { numRuns: 30 },
  );
});

test('a receipt signed by both sides says who, what, where, how long and which words', async () => {
  const { record, pseudonym, digest } = await consentTo('samples', { jurisdictions: ['LI', 'CH'] });
  assert.equal(pseudonym, subject.pseudonym);
  assert.match(digest, /^[0-9a-f]{64}$/);
  assert.deepEqual(record.jurisdictions, ['CH', 'LI']);
  assert.deepEqual(record.purposes, JSON.parse(JSON.stringify(purposesOf('samples'))));
  assert.deepEqual(
    record.purposes.map(({ purpose, days }) => [purpose, days]),
    [
      ['protect', 365],
      ['measure', 365],
      ['explain', 365],
      ['analyse', 30],
    ],
  );
});

test('one signature and two name the same receipt; a report names it by that', async () => {
  const given = await giveConsent(answer('reports'), subject);
  const both = await countersignConsent(given, ledger);
  assert.equal((await readOwnConsent(given)).digest, (await readConsent(both, ledger.publicKey)).digest);
  assert.deepEqual(parseConsent(formatConsent(both)), both);
});

test('a receipt without the one or the other signature, or with a foreign one, lets nothing be shared', async () => {
  const given = await giveConsent(answer('reports'), subject);
  const both = await countersignConsent(given, ledger);
  const foreign = await signEnvelope(payloadOf(given), testSigner('stranger'), given.payloadType);
  const only = (i: number): Envelope => ({ ...both, signatures: both.signatures.slice(i, i + 1) });
  for (const envelope of [given, foreign, only(0), only(1)])
    await rejects('consent.signature', () => readConsent(envelope, ledger.publicKey));
  await rejects('consent.signature', () => readConsent(both, testSigner('stranger').publicKey));
  await rejects('consent.signature', () => readOwnConsent(both));
  await rejects('consent.signature', () => countersignConsent(foreign, ledger));
});

const changed: readonly (readonly [string, (record: JsonObject) => JsonObject])[] = [
  ['purposes of another profile', (record) => ({ ...record, profile: 'samples' })],
  ['jurisdictions without that of its center', (record) => ({ ...record, jurisdictions: ['DE'] })],
  ['a member more', (record) => ({ ...record, email: 'a@b.example' })],
  ['a withdrawal of nothing', (record) => ({ ...record, act: 'withdrawn', profile: 'none', purposes: [] })],
  ['a withdrawal that shares', (record) => ({ ...record, act: 'withdrawn', previous: 'a'.repeat(64) })],
  ['something sensitive', (record) => ({ ...record, sensitive: true })],
];
for (const [what, change] of changed) {
  test(`a receipt with ${what} is refused`, async () => {
    const given = await giveConsent(answer('reports'), subject);
    const payload = canonicalJson(change(parseJson(payloadOf(given)) as JsonObject));
    const envelope = await signEnvelope(payload, subject.signer, given.payloadType);
    await rejects('consent.form', () => readOwnConsent(envelope), ['a@b.example']);
  });
}

test('a mutated receipt is refused by a typed error', async () => {
  const bytes = formatConsent(
    await countersignConsent(await giveConsent(answer('reports'), subject), ledger),
  );
  const { refused } = everyParserRefuses(parseConsent, [bytes], 300);
  assert.ok(refused > 200);
});

test('what was consented to passes the guard, every kind of it', async () => {
  const consent = await consentTo('samples');
  requireConsented(await verified(reportUnder(consent, oneOfEachKind)), consent, 'zurich');
});

test('a kind that the profile does not share is refused, wherever it stands', async () => {
  for (const profile of profileNames) {
    const consent = await consentTo(profile);
    for (const observation of oneOfEachKind) {
      const report = await verified(reportUnder(consent, [observation]));
      const work = () => requireConsented(report, consent, 'zurich');
      if (profiles[profile].kinds.includes(observation.kind)) work();
      else await rejects('consent.profile', work);
    }
  }
  const consent = await consentTo('reports');
  const hidden = await verified(
    reportUnder(consent, [fileSeen('a'), fileSeen('b'), oneOfEachKind[4] as Observation]),
  );
  await rejects('consent.profile', () => requireConsented(hidden, consent, 'zurich'));
});

test('a report under another consent, of another subject or country, or for another center is refused', async () => {
  const consent = await consentTo('reports');
  const seen = [fileSeen('a.exe')];
  const stranger = await testSubject('zurich', 'stranger');
  const cases = [
    ['report.center', await verified(reportUnder(consent, seen, { center: 'geneva' }))],
    ['consent.mismatch', await verified(reportUnder(consent, seen, { consent: 'b'.repeat(64) }))],
    ['consent.mismatch', await verified(reportUnder(consent, seen, { country: 'DE' }))],
    ['consent.mismatch', await verified(reportUnder(consent, seen), stranger)],
  ] as const;
  for (const [code, report] of cases) await rejects(code, () => requireConsented(report, consent, 'zurich'));
  const good = await verified(reportUnder(consent, seen));
  await rejects('report.center', () => requireConsented(good, consent, 'geneva'));
  const schema = { version: 2, digest: 'c'.repeat(64) };
  const later = { ...consent, record: { ...consent.record, schema } };
  await rejects('consent.schema', () => requireConsented(good, later, 'zurich'));
});

test('a withdrawal holds from the signature of the subject on', async () => {
  const consent = await consentTo('reports');
  const envelope = await withdrawConsent(
    consent,
    { id: 'f'.repeat(32), at: '2026-11-19T09:00:00Z', method: 'page' },
    subject,
  );
  const withdrawn = await readOwnConsent(envelope);
  requireConsentSuccessor(consent, withdrawn);
  assert.deepEqual([withdrawn.record.act, withdrawn.record.profile], ['withdrawn', 'none']);
  const report = await verified(reportUnder(withdrawn, [fileSeen('a.exe')]));
  await rejects('consent.withdrawn', () => requireConsented(report, withdrawn, 'zurich'));
});

test('a receipt follows exactly the one that it replaces', async () => {
  const one = await consentTo('reports');
  const two = await consentTo('samples', { previous: one.digest, at: '2026-11-18T10:00:00Z' });
  requireConsentSuccessor(undefined, one);
  requireConsentSuccessor(one, two);
  await rejects('consent.form', () => requireConsentSuccessor(undefined, two));
  await rejects('consent.form', () => requireConsentSuccessor(two, one));
  const earlier = await consentTo('samples', { previous: one.digest, at: '2026-11-18T08:59:59Z' });
  await rejects('consent.form', () => requireConsentSuccessor(one, earlier));
  // Its digest may be all that is left of the one before.
  requireConsentSuccessor({ digest: one.digest, pseudonym: one.pseudonym }, earlier);
  await rejects('consent.form', () =>
    requireConsentSuccessor({ digest: two.digest, pseudonym: two.pseudonym }, earlier),
  );
  const other = { ...two, pseudonym: 'd'.repeat(64) };
  await rejects('consent.form', () => requireConsentSuccessor(one, other));
});

test('a consent of the future is refused, and a withdrawal never for its time', async () => {
  const ahead = await consentTo('reports', { at: formatTime(now + 3600) });
  requireConsentTime(ahead, now);
  await rejects('consent.time', () => requireConsentTime(ahead, now - 1));
  for (const at of ['2020-01-01T00:00:00Z', '2099-01-01T00:00:00Z']) {
    const given = { id: 'f'.repeat(32), at, method: 'page' } as const;
    const withdrawn = await readOwnConsent(await withdrawConsent(ahead, given, subject));
    requireConsentTime(withdrawn, now);
    requireConsentSuccessor(ahead, withdrawn);
  }
});

test('a move within the countries that were agreed to goes on; to any other it stops', async () => {
  const consent = await consentTo('reports', { jurisdictions: ['LI'] });
  assert.equal(placeUnder(consent, zurich), 'same');
  assert.equal(placeUnder(consent, { ...zurich, id: 'bern' }), 'renew');
  assert.equal(placeUnder(consent, { ...zurich, operator: 'another' }), 'renew');
  assert.equal(placeUnder(consent, dataCenter('vaduz', 'LI')), 'renew');
  await rejects('consent.moved', () => placeUnder(consent, dataCenter('frankfurt', 'DE')));
  await rejects('consent.moved', () => placeUnder(consent, { ...zurich, country: 'DE' }));
});

test('nothing leaves an endpoint but what was agreed to, to where it was agreed, under the key in force', async () => {
  const { key, opening } = await testCenter('zurich', undefined, schemaDigest());
  const consent = await consentTo('reports');
  const report = reportUnder(consent, [fileSeen('a.exe')]);
  const sending: Sending = { subject, consent, center: zurich, policy: 1, key, now };
  const { body } = await openMessage(await sealReport(report, sending), key, opening);
  assert.deepEqual((await readReport(body)).report, report);

  const sample = reportUnder(consent, [oneOfEachKind[4] as Observation]);
  const leaky = { ...report.observations[0], observation: { ...fileSeen('a'), host: 'pc-7' } };
  const stranger = await testSubject('zurich', 'stranger');
  const cases: readonly (readonly [ReportsCode, Report, Partial<Sending>])[] = [
    ['consent.profile', sample, {}],
    ['consent.field', { ...report, observations: [leaky as unknown as Report['observations'][number]] }, {}],
    ['consent.mismatch', report, { subject: stranger }],
    ['report.center', report, { center: dataCenter('bern', 'CH') }],
    ['consent.moved', report, { center: { ...zurich, country: 'DE' } }],
    ['consent.moved', report, { center: { ...zurich, operator: 'another' } }],
    ['sealing-key.none', report, { policy: 2 }],
    ['sealing-key.none', report, { key: { ...key, center: 'bern' } }],
    ['sealing-key.none', report, { key: { ...key, consent: 'e'.repeat(64) } }],
    ['sealing-key.none', report, { now: now + 86_400 }],
  ];
  for (const [code, one, change] of cases)
    await rejects(code, () => sealReport(one, { ...sending, ...change }), ['pc-7']);
});
