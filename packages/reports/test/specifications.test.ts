// docs/spec: each format has a schema, an example and a page, and the example is one that the code takes.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import {
  canonicalJson,
  expectKind,
  fromBase64,
  fromHex,
  noteSigner,
  noteTypes,
  parseStatement,
  parseVkey,
  residencyPolicy,
  sealingKey,
  sha256,
  statementIdOf,
  toBase64,
  utf8,
  type Envelope,
  type Json,
  type JsonObject,
  type SealingKey,
} from '@vitrine/evidence';
import { specifications as statements } from '@vitrine/evidence/specifications';
import {
  buildResidency,
  centerOf,
  openingKey,
  openMessage,
  parseAccess,
  parseEntry,
  parseExport,
  parseReceipt,
  readExport,
  readReadings,
  readReport,
  readSharing,
  schemaDigest,
  subjectOfCenter,
  verifyReceipt,
  type Report,
} from '@vitrine/reports';
import { specifications } from '@vitrine/reports/specifications';
import { repositoryRoot, schemaObjections, testSigner } from '@vitrine/testkit';
import { sharingWorld } from './sharing-world.ts';

const exampleOf = (kind: string): Json => {
  const found = [...specifications, ...statements].find((one) => one.kind === kind);
  assert.ok(found, kind);
  return found.example;
};
const object = (kind: string): JsonObject => exampleOf(kind) as JsonObject;

test('every example satisfies its own JSON Schema, which takes no member more', () => {
  for (const { kind, schema, example } of specifications) {
    assert.deepEqual(schemaObjections(schema, example, kind), []);
    assert.notDeepEqual(schemaObjections(schema, { ...(example as JsonObject), more: 1 }, kind), [], kind);
  }
});

test('docs/spec holds the same schemas and examples, and a page for each', () => {
  for (const { kind, schema, example } of specifications) {
    for (const [part, value] of Object.entries({ schema, example })) {
      const path = join(repositoryRoot, 'docs', 'spec', `${kind}.${part}.json`);
      assert.ok(existsSync(path), `${path} is missing: npm run docs`);
      assert.equal(readFileSync(path, 'utf8'), `${JSON.stringify(value, null, 2)}\n`, path);
    }
    assert.ok(existsSync(join(repositoryRoot, 'docs', 'spec', `${kind}.md`)), kind);
  }
});

const residency = buildResidency(
  expectKind(parseStatement(canonicalJson(exampleOf('residency-policy'))), residencyPolicy).predicate,
);
const key = expectKind(parseStatement(canonicalJson(exampleOf('sealing-key'))), sealingKey).predicate;
const report = exampleOf('report') as unknown as Report;

test('the examples are one story: the sealed message opens to the report, under the key in force', async () => {
  const vector = object('sealed-message');
  assert.deepEqual(vector['key'], key as unknown as Json);
  assert.equal(key.consent, schemaDigest());
  assert.equal(centerOf(residency, report.country).id, key.center);
  const opening = await openingKey(fromHex(vector['seed'] as string));
  const message = fromBase64(vector['message'] as string);
  const { type, body } = await openMessage(message, vector['key'] as unknown as SealingKey, opening);
  assert.deepEqual([type, toBase64(body)], ['report', vector['body']]);
  assert.deepEqual((await readReport(body)).report, report);
});

test('the receipt proves the first record of that report, in the ledger of that data center', async () => {
  const receipt = parseReceipt(canonicalJson(exampleOf('custody-receipt')));
  const witness = noteSigner('witness.example', noteTypes.cosignature, testSigner('witness'));
  const rules = {
    ledger: parseVkey(centerOf(residency, report.country).ledger),
    witnesses: [{ operator: 'witness', key: witness.key }],
    quorum: 1,
  };
  const verified = await verifyReceipt(receipt, rules, { report });
  assert.deepEqual(verified.entry, parseEntry(canonicalJson(exampleOf('custody-entry'))));
  assert.deepEqual(verified.promise, exampleOf('custody-promise'));
});

test('the export is read by the subject of that report, with its halves and its reading', async () => {
  const subject = await subjectOfCenter(sha256(utf8('example recovery')).slice(0, 20), 'zurich', 1);
  assert.deepEqual(report.subject, subject.keys);
  const page = parseExport(canonicalJson(exampleOf('export-page')));
  const own = await readExport(page, subject);
  assert.deepEqual(
    own.map(({ observation }) => observation),
    report.observations.map(({ observation }) => observation),
  );
  assert.deepEqual(page.keys, [exampleOf('sealed-halves')]);
  assert.deepEqual(
    readReadings(page).map(({ entry }) => entry),
    [parseAccess(canonicalJson(exampleOf('access-entry')))],
  );
});

test('the consent, the request and the confirmation name each other', () => {
  const idOf = (kind: string, type: string): string =>
    statementIdOf({
      payload: toBase64(canonicalJson(exampleOf(kind))),
      payloadType: `application/vnd.vitrine.${type}+json`,
    } satisfies Pick<Envelope, 'payload' | 'payloadType'>);
  assert.equal(report.consent, idOf('consent-receipt', 'consent'));
  assert.equal(object('confirmation')['request'], idOf('subject-request', 'subject-request'));
});

test('the sharing file verifies in the log of the test world', async () => {
  const { policy } = await sharingWorld();
  const sharing = await readSharing(canonicalJson(exampleOf('sharing')), { policy, root: policy.root });
  assert.deepEqual([sharing.residencies.length, sharing.sealingKeys.length, sharing.logged.size], [1, 2, 1]);
});
