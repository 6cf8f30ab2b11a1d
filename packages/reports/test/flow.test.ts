// From an observation to a promise, with nothing between the parts that the packages before and after it
// would not have.

import assert from 'node:assert/strict';
import test from 'node:test';
import {
  openMessage,
  parseEntry,
  promiseFor,
  readPromise,
  readReport,
  requirePromised,
  sealMessage,
  signPromise,
  signReport,
} from '@vitrine/reports';
import { now, oneOfEachKind, random, reportOf, testCenter, testSubject } from './world.ts';

test('a report of every kind of observation is sealed, opened, promised, and the endpoint recognises each leaf', async () => {
  const center = await testCenter('zurich');
  const subject = await testSubject('zurich');
  const report = reportOf(subject, oneOfEachKind);
  const sent = await sealMessage({ type: 'report', body: await signReport(report, subject) }, center.key);

  const { type, body } = await openMessage(sent, center.key, center.opening);
  assert.equal(type, 'report');
  const opened = await readReport(body);
  assert.deepEqual(opened, { report, pseudonym: subject.pseudonym });

  const ciphertexts = report.observations.map(() => random(200));
  const { promise, entries } = promiseFor(opened.report, {
    ledger: center.ledger.key.name,
    at: now,
    deadline: now + 60,
    ciphertexts,
  });
  const envelope = await signPromise(promise, center.ledger.signer);

  const read = await readPromise(envelope, center.ledger.key);
  assert.deepEqual(read, promise);
  assert.deepEqual(requirePromised(read, report, now), entries.map(parseEntry));
  const text = entries.map((entry) => Buffer.from(entry).toString()).join('\n');
  for (const hidden of [subject.pseudonym, 'setup.exe', 'command.example']) assert.ok(!text.includes(hidden));
});
