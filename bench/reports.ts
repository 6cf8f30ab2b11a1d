// npm run bench reports: what sealing and opening cost, against a bare X25519, and what an auditor checks.

import { diffieHellman, generateKeyPairSync } from 'node:crypto';
import {
  formatCheckpoint,
  formatNote,
  formatTime,
  fromUtf8,
  leafHash,
  noteSigner,
  noteTypes,
  sha256 as pureSha256,
  signCheckpoint,
  toBase64,
  utf8,
  type SealingKey,
} from '@vitrine/evidence';
import { sha256, verifySignatureHere } from '@vitrine/host';
import {
  newReportId,
  newSalt,
  openingKey,
  openMessage,
  parseEntry,
  promiseFor,
  readReport,
  recordEntry,
  schemaDigest,
  sealMessage,
  signPromise,
  signReport,
  subjectOfCenter,
  verifyReceipt,
  formatEntry,
  type Observation,
  type Report,
} from '@vitrine/reports';
import { testSigner } from '@vitrine/testkit';
import type { Benchmark } from '../tools/bench-types.ts';

const now = 1_795_000_000;
const seconds = 1.5;

/** Turns of this work in a second, `together` at a time. */
async function rate(work: () => unknown, together = 1): Promise<number> {
  for (let i = 0; i < 20; i++) await work();
  const start = performance.now();
  let turns = 0;
  while (performance.now() - start < seconds * 1000) {
    if (together === 1) await work();
    else await Promise.all(Array.from({ length: together }, work));
    turns += together;
  }
  return (turns * 1000) / (performance.now() - start);
}

const observation = (i: number): Observation => ({
  kind: 'file-seen',
  facts: {
    object: Buffer.from(sha256(utf8(`file ${i}`))).toString('hex'),
    size: 4096 + i,
    format: 'pe',
    seen: '2026-11-18',
    arrived: 'web',
  },
  personal: { name: `program-${i}.exe`, path: 'C:\\Users\\Public\\Downloads' },
});

const reports: Benchmark = async (report) => {
  const subject = await subjectOfCenter(sha256(utf8('bench')).slice(0, 20), 'zurich', 1);
  const opening = await openingKey(sha256(utf8('sealing')));
  const key: SealingKey = {
    center: 'zurich',
    suite: 'x25519-sha256-aes256gcm',
    publicKey: toBase64(opening.publicKey),
    policy: 1,
    consent: schemaDigest(),
    notBefore: formatTime(now - 60),
    notAfter: formatTime(now + 60),
    graceUntil: formatTime(now + 120),
  };
  const batch: Report = {
    v: 1,
    id: newReportId(),
    center: 'zurich',
    country: 'CH',
    consent: '0'.repeat(64),
    subject: subject.keys,
    at: formatTime(now),
    observations: Array.from({ length: 50 }, (_, i) => ({ salt: newSalt(), observation: observation(i) })),
  };
  const body = await signReport(batch, subject);
  // As it comes out of a seal: members in canonical order.
  const { report: taken } = await readReport(body);
  const message = await sealMessage({ type: 'report', body }, key, sha256);

  const [mine, theirs] = [generateKeyPairSync('x25519'), generateKeyPairSync('x25519')];
  const bare = await rate(() => diffieHellman({ privateKey: mine.privateKey, publicKey: theirs.publicKey }));
  const seal = await rate(() => sealMessage({ type: 'report', body }, key, sha256));
  const open = await rate(() => openMessage(message, key, opening, sha256));
  const opened = await rate(() => openMessage(message, key, opening, sha256), 8);
  const read = await rate(() => readReport(body, verifySignatureHere));
  const ciphertexts = batch.observations.map((_, i) => sha256(utf8(`stored ${i}`)));
  const ledger = noteSigner('zurich.example/custody', noteTypes.log, testSigner('ledger'));
  const stored = { ledger: ledger.key.name, at: now, deadline: now + 60, ciphertexts };
  const promised = await rate(() => promiseFor(taken, stored, sha256));

  const row = (name: string, value: number, unit: string, goal: number | null = null) => {
    report({ name, value, unit, goal, better: 'higher' });
  };
  row('bare X25519 agreements', bare, '/s');
  row('batches of 50 sealed, one by one', seal, '/s');
  row('batches of 50 opened, one by one', open, '/s');
  // The intake's goal is 10,000 observations a second with everything else that it does.
  row('observations opened, eight batches at a time', opened * 50, '/s', 20_000);
  row('observations read and checked field by field, signature verified', read * 50, '/s', 20_000);
  row('ledger entries and leaves for a promise', promised * 50, '/s');

  // What an auditor does with each record: its entry parsed, computed again from the record, and compared.
  const digest = Buffer.from(sha256(ciphertexts[0] as Uint8Array)).toString('hex');
  const entry = formatEntry(recordEntry(taken, 0, { day: '2026-11-18', ciphertext: digest }, sha256));
  const audited = await rate(() => {
    for (let i = 0; i < 50; i++) {
      parseEntry(entry);
      leafHash(formatEntry(recordEntry(taken, i, { day: '2026-11-18', ciphertext: digest }, sha256)), sha256);
    }
  });
  row('records audited: entry parsed, computed again, hashed', audited * 50, '/s');

  const { promise, entries } = promiseFor(
    { ...taken, observations: taken.observations.slice(0, 1) },
    { ...stored, ciphertexts: ciphertexts.slice(0, 1) },
    sha256,
  );
  const text = formatCheckpoint({
    origin: ledger.key.name,
    size: 1,
    root: leafHash(entries[0] as Uint8Array),
    extensions: [],
  });
  const witness = noteSigner('witness.example', noteTypes.cosignature, testSigner('witness'));
  const signatures = await Promise.all([ledger, witness].map((signer) => signCheckpoint(text, signer, now)));
  const receipt = {
    v: 1,
    promise: await signPromise(promise, ledger.signer),
    record: 0,
    index: 0,
    path: [],
    checkpoint: fromUtf8(formatNote({ text, signatures })),
  } as const;
  const rules = { ledger: ledger.key, witnesses: [{ operator: 'witness', key: witness.key }], quorum: 1 };
  row(
    'receipts verified as in a browser',
    await rate(() => verifyReceipt(receipt, rules, { sha256: pureSha256 })),
    '/s',
  );
};

export default reports;
