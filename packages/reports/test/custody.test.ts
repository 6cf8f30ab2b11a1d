// Custody (D17b): entries that show no one, promises that bind, receipts that anyone can check offline.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  formatCheckpoint,
  formatNote,
  formatTime,
  fromHex,
  fromUtf8,
  inclusionProof,
  leafHash,
  nodeHash,
  noteSigner,
  noteTypes,
  sha256,
  signCheckpoint,
  signEnvelope,
  toBase64,
  toHex,
  utf8,
  type NodeAddress,
  type NoteSigner,
} from '@vitrine/evidence';
import {
  digestOf,
  entryLeaf,
  formatAccess,
  formatEntry,
  formatReceipt,
  importedRecord,
  judgePromise,
  ledgerRulesOf,
  openTombstone,
  parseAccess,
  parseEntry,
  parseReceipt,
  promiseFor,
  provesLate,
  readCommitment,
  readLedgerHead,
  readPromise,
  recordBytes,
  recordCommitment,
  recordDigest,
  recordEntry,
  replayMark,
  requirePromised,
  requireSameRoot,
  signPromise,
  tombstone,
  verifyReceipt,
  type CustodyEntry,
  type CustodyPromise,
  type LedgerRules,
  type Receipt,
  type RecordEntry,
} from '@vitrine/reports';
import { everyParserRefuses, makeWorld, testSigner } from '@vitrine/testkit';
import { rejects } from './refusal.ts';
import { dataCenter } from './residency-world.ts';
import { digest, now, oneOfEachKind, random, reportOf, testCenter, testSubject } from './world.ts';

const center = await testCenter('zurich');
const subject = await testSubject('zurich');
const report = reportOf(subject, oneOfEachKind);
const ciphertexts = report.observations.map(() => random(300));
const ledger = center.ledger.key.name;
const { promise, entries } = promiseFor(report, { ledger, at: now, deadline: now + 600, ciphertexts });
const envelope = await signPromise(promise, center.ledger.signer);

const record: RecordEntry = {
  type: 'record',
  v: 1,
  kind: 'file-seen',
  country: 'CH',
  retention: 'facts',
  day: '2026-11-18',
  digest: digest('record'),
};
const everyEntry: readonly CustodyEntry[] = [
  record,
  { ...record, type: 'import', from: 'frankfurt.example/custody' },
  tombstone({ reason: 'expired', day: '2026-11-18', salt: random(32), indices: [0, 5] }),
  { type: 'export', v: 1, day: '2026-11-18', count: 12, digest: digest('batch') },
];

test('each kind of entry is read as it was written, and nothing else is an entry', async () => {
  for (const entry of everyEntry) {
    assert.deepEqual(parseEntry(formatEntry(entry)), entry);
    const text = fromUtf8(formatEntry(entry));
    const wrong = [
      text.replace('"v":1', '"v":2'),
      text.replace('"v":1', '"subject":"me","v":1'),
      text.replace('"day":"2026-11-18"', '"day":"2026-11-31"'),
      text.replace(/"type":"[a-z]+"/, '"type":"toString"'),
      ` ${text}`,
      text.slice(0, -1),
    ];
    for (const one of wrong) await rejects('custody.entry', () => parseEntry(utf8(one)));
  }
  for (const one of ['null', '[]', '{}', '"record"', '', `"${'x'.repeat(2000)}"`])
    await rejects('custody.entry', () => parseEntry(utf8(one)));
  const { refused } = everyParserRefuses(parseEntry, everyEntry.map(formatEntry), 400);
  assert.ok(refused > 250);
});

test('a record that moves keeps its leaf: the import names the entry that it was', () => {
  const moved = { ...record, type: 'import', from: 'frankfurt.example/custody' } as const;
  assert.deepEqual(entryLeaf(importedRecord(moved)), entryLeaf(record));
  assert.notDeepEqual(entryLeaf(moved), entryLeaf(record));
});

test('a leaf commits to record, salt and ciphertext, each of them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.nat(), async (bytes, at) => {
      const parts = { salt: random(32), record: Uint8Array.from(bytes), ciphertext: random(80) };
      const good = recordDigest(parts);
      assert.equal(good, digestOf(recordCommitment(parts.salt, parts.record), sha256(parts.ciphertext)));
      for (const name of ['salt', 'record', 'ciphertext'] as const) {
        const part = parts[name];
        const changed =
          part.length === 0 ? random(1) : part.map((byte, i) => (i === at % part.length ? byte ^ 1 : byte));
        assert.notEqual(recordDigest({ ...parts, [name]: changed }), good);
      }
    }),
    { numRuns: 30 },
  );
  await rejects('custody.record', () => recordCommitment(random(31), random(5)));
});

test('the endpoint computes the entries that the data center wrote, and takes no promise for others', async () => {
  assert.deepEqual(requirePromised(promise, report, now), entries.map(parseEntry));
  const [first, ...rest] = promise.records;
  assert.ok(first);
  const wrong = [
    { ...promise, report: 'f'.repeat(32) },
    { ...promise, center: 'geneva' },
    { ...promise, records: rest },
    { ...promise, day: '2026-11-19' },
    { ...promise, deadline: formatTime(now - 1) },
    { ...promise, deadline: formatTime(now + 86_401) },
    { ...promise, records: [{ ...first, leaf: digest('other') }, ...rest] },
    { ...promise, records: [{ ...first, ciphertext: digest('other') }, ...rest] },
    { ...promise, records: [...promise.records].reverse() },
  ];
  for (const one of wrong) await rejects('custody.promise', () => requirePromised(one, report, now));
  // Nobody is bound by a promise that is not due in this century, however short its own wait.
  const madeAt = (at: number): CustodyPromise =>
    promiseFor(report, { ledger, at, deadline: at + 600, ciphertexts }).promise;
  for (const at of [now + 3601, now + 70 * 365 * 86_400])
    await rejects('custody.promise', () => requirePromised(madeAt(at), report, now));
  assert.equal(requirePromised(madeAt(now + 3600), report, now).length, promise.records.length);
  await rejects('custody.promise', () =>
    promiseFor(report, { ledger, at: now, deadline: now, ciphertexts: ciphertexts.slice(1) }),
  );
  await rejects('custody.record', () =>
    recordEntry(report, 9, { day: '2026-11-18', ciphertext: digest('x') }),
  );
});

test('a promise is the ledger’s own, by its own key', async () => {
  assert.deepEqual(await readPromise(envelope, center.ledger.key), promise);
  const other = noteSigner('geneva.example/custody', noteTypes.log, testSigner('ledger geneva'));
  await rejects('custody.promise', () => readPromise(envelope, other.key));
  const borrowed = await signPromise({ ...promise, ledger: 'geneva.example/custody' }, center.ledger.signer);
  await rejects('custody.promise', () => readPromise(borrowed, center.ledger.key));
  const odd = await signEnvelope(utf8('{}'), center.ledger.signer, envelope.payloadType);
  await rejects('custody.promise', () => readPromise(odd, center.ledger.key));
});

const witnesses: readonly NoteSigner[] = ['a', 'b', 'c'].map((name) =>
  noteSigner(`witness-${name}.example`, noteTypes.cosignature, testSigner(`witness ${name}`)),
);
const rules: LedgerRules = {
  ledger: center.ledger.key,
  witnesses: witnesses.map(({ key }, i) => ({ operator: `operator-${i}`, key })),
  quorum: 2,
};

/** A ledger of these leaves, as a tree in memory. */
function treeOf(leaves: readonly Uint8Array[]) {
  const node = ({ level, index }: NodeAddress): Uint8Array =>
    level === 0
      ? (leaves[index] as Uint8Array)
      : nodeHash(
          node({ level: level - 1, index: 2 * index }),
          node({ level: level - 1, index: 2 * index + 1 }),
        );
  const read = (nodes: readonly NodeAddress[]): Promise<Uint8Array[]> => Promise.resolve(nodes.map(node));
  return read;
}

const older = Array.from({ length: 7 }, (_, i) => leafHash(utf8(`older ${i}`)));
const leaves = [...older, ...entries.map((entry) => leafHash(entry))];

async function checkpointOf(
  size: number,
  {
    signers = [center.ledger, ...witnesses],
    times = [now + 60, now + 61, now + 62],
    origin = ledger,
    root,
  }: {
    signers?: readonly NoteSigner[];
    times?: readonly number[];
    origin?: string;
    root?: Uint8Array;
  } = {},
): Promise<string> {
  const { treeRoot } = await import('@vitrine/evidence');
  const text = formatCheckpoint({
    origin,
    size,
    root: root ?? (await treeRoot(size, treeOf(leaves))),
    extensions: [],
  });
  const signatures = await Promise.all(
    signers.map((signer) => signCheckpoint(text, signer, times[witnesses.indexOf(signer)] ?? now)),
  );
  return fromUtf8(formatNote({ text, signatures }));
}

async function receiptFor(position: number, checkpoint?: string): Promise<Receipt> {
  const index = older.length + position;
  const path = await inclusionProof(index, leaves.length, treeOf(leaves));
  return {
    v: 1,
    promise: envelope,
    record: position,
    index,
    path: path.map(toBase64),
    checkpoint: checkpoint ?? (await checkpointOf(leaves.length)),
  };
}

test('every record of a report has a receipt that verifies offline, from its bytes', async () => {
  for (const [i, { observation }] of report.observations.entries()) {
    const receipt = parseReceipt(formatReceipt(await receiptFor(i)));
    const verified = await verifyReceipt(receipt, rules, { report });
    assert.deepEqual(
      [verified.index, verified.size, verified.entry?.kind, verified.inTime],
      [7 + i, 12, observation.kind, true],
    );
    // Three witnesses, two needed: the time that two of them attest.
    assert.equal(verified.time, now + 61);
    assert.equal(verified.leaf, toHex(leafHash(entries[i] as Uint8Array)));
  }
});

test('a receipt is of its own record, and of no other report', async () => {
  const receipt = await receiptFor(0);
  const other = reportOf(subject, oneOfEachKind);
  await rejects('custody.promise', () => verifyReceipt(receipt, rules, { report: other }));
  await rejects('custody.receipt', () => verifyReceipt({ ...receipt, record: 1 }, rules));
  await rejects('custody.receipt', () => verifyReceipt({ ...receipt, record: 40 }, rules));
  await rejects('custody.receipt', () => verifyReceipt({ ...receipt, index: receipt.index + 1 }, rules));
  await rejects('custody.receipt', () => verifyReceipt({ ...receipt, index: 4000 }, rules));
  await rejects('custody.receipt', () => verifyReceipt({ ...receipt, path: receipt.path.slice(1) }, rules));
});

const badHeads: readonly (readonly [string, () => Promise<string>])[] = [
  ['without the ledger', () => checkpointOf(12, { signers: witnesses })],
  ['with one witness', () => checkpointOf(12, { signers: [center.ledger, witnesses[0] as NoteSigner] })],
  ['of another ledger', () => checkpointOf(12, { origin: 'geneva.example/custody' })],
  ['with an altered root', async () => (await checkpointOf(12)).replace(/\n12\n.{4}/, '\n12\nAAAA')],
  ['that is garbage', () => Promise.resolve('nothing\n')],
];
for (const [what, head] of badHeads) {
  test(`a receipt with a checkpoint ${what} is refused`, async () => {
    const receipt = await receiptFor(0, await head());
    await rejects('custody.checkpoint', () => verifyReceipt(receipt, rules));
  });
}

test('two keys of one operator are one witness', async () => {
  const [a, b] = rules.witnesses;
  assert.ok(a && b);
  const same = { ...rules, witnesses: [a, { ...b, operator: a.operator }] };
  await rejects('custody.checkpoint', async () => readLedgerHead(await checkpointOf(12), same));
});

test('the witnesses of a ledger are those of the trust policy whose keys go on', async () => {
  const { policy } = await makeWorld();
  const zurich = dataCenter('zurich', 'CH');
  const of = ledgerRulesOf(policy, zurich);
  assert.equal(of.ledger.name, 'zurich.example/ledger');
  assert.equal(ledgerRulesOf(policy, zurich, 'access').ledger.name, 'zurich.example/access');
  assert.equal(of.quorum, policy.document.witnesses.quorum);
  assert.deepEqual(
    of.witnesses.map(({ key }) => key),
    policy.witnessKeys.filter(({ until }) => until === undefined).map(({ key }) => key),
  );
  const ended = {
    ...policy,
    witnessKeys: policy.witnessKeys.map((key, i) => (i === 0 ? { ...key, until: key.from } : key)),
  };
  assert.equal(ledgerRulesOf(ended, zurich).witnesses.length, of.witnesses.length - 1);
});

test('a mutated receipt is refused by a typed error', async () => {
  const bytes = formatReceipt(await receiptFor(2));
  const { refused } = everyParserRefuses(parseReceipt, [bytes], 300);
  assert.ok(refused > 150);
});

test('a promise is kept when all its records are proven, and overdue when its time is up before', async () => {
  const proofs = await Promise.all(
    report.observations.map(async (_, i) => verifyReceipt(await receiptFor(i), rules)),
  );
  assert.equal(judgePromise(promise, [], now), 'waiting');
  assert.equal(judgePromise(promise, proofs.slice(1), now + 600), 'waiting');
  assert.equal(judgePromise(promise, proofs.slice(1), now + 601), 'overdue');
  assert.equal(judgePromise(promise, proofs, now + 10_000), 'kept');
});

test('a delay is proven by a head that witnesses saw after the deadline and that ends before the record', async () => {
  const proof = await verifyReceipt(await receiptFor(3), rules);
  const head = async (size: number, after: number) =>
    readLedgerHead(await checkpointOf(size, { times: [after, after, after] }), rules);
  assert.equal(provesLate(proof, await head(10, now + 601)), true);
  assert.equal(provesLate(proof, await head(11, now + 601)), false);
  assert.equal(provesLate(proof, await head(10, now + 600)), false);
  // A proof that was fetched late is no delay.
  const late = await checkpointOf(12, { times: [now + 900, now + 900, now + 900] });
  const fetched = await verifyReceipt(await receiptFor(3, late), rules);
  assert.deepEqual([fetched.inTime, provesLate(fetched, await head(12, now + 900))], [false, false]);
});

test('the root in the public log is that of the ledger, or both together prove a second history', async () => {
  const head = await readLedgerHead(await checkpointOf(12), rules);
  const logged = { ledger, size: 12, root: toHex(head.checkpoint.root) };
  requireSameRoot(logged, head);
  for (const change of [{ ledger: 'other' }, { size: 11 }, { root: digest('another') }])
    await rejects('custody.checkpoint', () => requireSameRoot({ ...logged, ...change }, head));
});

test('a tombstone opens to its set and to no other', async () => {
  const indices = fc.uniqueArray(fc.nat({ max: 1_000_000 }), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(indices, fc.nat({ max: 1_000_001 }), async (some, more) => {
      const set = some.toSorted((a, b) => a - b);
      const salt = random(32);
      const entry = tombstone({ reason: 'erased', day: '2026-11-18', salt, indices: set });
      assert.equal(entry.count, set.length);
      openTombstone(entry, salt, set);
      await rejects('custody.tombstone', () => openTombstone(entry, random(32), set));
      if (!set.includes(more)) {
        const other = [...set.slice(1), more].sort((a, b) => a - b);
        await rejects('custody.tombstone', () => openTombstone(entry, salt, other));
      }
    }),
    { numRuns: 25 },
  );
  const of =
    (set: readonly number[], salt = random(32)) =>
    () =>
      tombstone({ reason: 'erased', day: '2026-11-18', salt, indices: set });
  for (const set of [[], [2, 1], [1, 1], [-1], [1.5], [2 ** 53]]) await rejects('custody.tombstone', of(set));
  await rejects('custody.tombstone', of([1], random(16)));
});

test('entries, promises and access entries say nothing of who, or of what was seen', () => {
  const shown = [
    ...entries.map(fromUtf8),
    fromUtf8(Buffer.from(envelope.payload, 'base64')),
    fromUtf8(
      formatAccess({
        type: 'read',
        v: 1,
        grant: digest('grant'),
        at: '2026-11-18T09:00:00Z',
        record: readCommitment(random(32), 5),
      }),
    ),
  ].join('\n');
  const hidden = [
    subject.pseudonym,
    subject.keys.key,
    subject.keys.sealing,
    ...report.observations.map(({ salt }) => salt),
    ...oneOfEachKind.flatMap(({ facts, personal }) => [...Object.values(facts), ...Object.values(personal)]),
  ].filter(
    (value): value is string => typeof value === 'string' && value.length > 6 && !value.startsWith('2026-'),
  );
  for (const one of hidden) assert.ok(!shown.includes(one), one);
});

test('the same record twice gives two leaves that nobody can connect', () => {
  const bytes = recordBytes(oneOfEachKind[0] as (typeof oneOfEachKind)[number]);
  const one = recordDigest({ salt: random(32), record: bytes, ciphertext: random(80) });
  const two = recordDigest({ salt: random(32), record: bytes, ciphertext: random(80) });
  assert.notEqual(one, two);
});

test('a reading names its record only to who has the salt', async () => {
  const salt = random(32);
  const entry = {
    type: 'read',
    v: 1,
    grant: digest('grant'),
    at: '2026-11-18T09:00:00Z',
    record: readCommitment(salt, 5),
  } as const;
  assert.deepEqual(parseAccess(formatAccess(entry)), entry);
  assert.notEqual(readCommitment(salt, 6), entry.record);
  await rejects('custody.entry', () => readCommitment(random(31), 5));
  await rejects('custody.entry', () =>
    parseAccess(utf8(`{"reader":"x",${fromUtf8(formatAccess(entry)).slice(1)}`)),
  );
  const { refused } = everyParserRefuses(parseAccess, [formatAccess(entry)], 200);
  assert.ok(refused > 120);
});

test('the mark of a report is that of its id under one salt', () => {
  const salt = random(32);
  assert.equal(replayMark(salt, report.id), replayMark(salt, report.id));
  assert.notEqual(replayMark(salt, report.id), replayMark(random(32), report.id));
  assert.notEqual(replayMark(salt, report.id), replayMark(salt, 'f'.repeat(32)));
  assert.equal(fromHex(replayMark(salt, report.id)).length, 32);
});
