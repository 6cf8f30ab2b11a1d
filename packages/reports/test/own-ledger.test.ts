// The own ledger of an endpoint: what it shows its owner, and that an altered copy is found out.

import assert from 'node:assert/strict';
import test from 'node:test';
import {
  canonicalJson,
  formatCheckpoint,
  formatNote,
  formatTime,
  fromUtf8,
  noteSigner,
  noteTypes,
  parseTime,
  signCheckpoint,
  toBase64,
  type Json,
} from '@vitrine/evidence';
import {
  entryHash,
  formatOwnLedger,
  noEntry,
  ownLedgerKeys,
  parseOwnLedger,
  verifyOwnLedger,
  type OwnBody,
  type OwnEntry,
  type OwnLedger,
} from '@vitrine/reports';
import { everyParserRefuses, makeWorld, testSigner } from '@vitrine/testkit';
import { ownLedgerExample } from '../src/examples/own-ledger.ts';
import { rejects } from './refusal.ts';
import { dataCenter } from './residency-world.ts';

const bytes = canonicalJson(ownLedgerExample);
const ledger = parseOwnLedger(bytes);
const now = parseTime(ledger.at);
const typed = <Type extends OwnEntry['type']>(type: Type): OwnEntry<Type> => {
  const found = ledger.entries.find((entry) => entry.type === type);
  assert.ok(found, type);
  return found as OwnEntry<Type>;
};

/** The same ledger with other entries, chained again: what somebody with the file could make. */
function chainOf(entries: readonly OwnEntry[]): OwnLedger {
  let previous = noEntry;
  const chained = entries.map((entry, seq) => {
    const one = { ...entry, seq, previous };
    previous = entryHash(one);
    return one;
  });
  return { ...ledger, entries: chained };
}
const without = (...types: readonly OwnEntry['type'][]): OwnLedger =>
  chainOf(ledger.entries.filter(({ type }) => !types.includes(type)));
const changed = <Type extends OwnEntry['type']>(type: Type, change: Partial<OwnEntry<Type>>): OwnLedger =>
  chainOf(
    ledger.entries.map((entry) => (entry.type === type ? ({ ...entry, ...change } as OwnEntry) : entry)),
  );

const standings = async (of: OwnLedger, at: number = now): Promise<readonly string[]> =>
  (await verifyOwnLedger(of, { now: at })).records.map(({ standing }) => standing);
const codes = async (of: OwnLedger): Promise<readonly string[]> =>
  (await verifyOwnLedger(of, { now })).findings.map(({ code }) => code);

test('a ledger is read as it was written, and shows what was shared and what became of it', async () => {
  assert.deepEqual(formatOwnLedger(ledger), bytes);
  const { records, readings, findings, head } = await verifyOwnLedger(ledger, { now });
  assert.deepEqual(findings, []);
  assert.deepEqual(
    records.map(({ shared, standing, index }) => [shared.kind, standing, index]),
    [
      ['file-seen', 'erased', 0],
      ['contact', 'erased', 1],
    ],
  );
  assert.deepEqual(
    readings.map(({ record, grant }) => [record, grant.length]),
    [[0, 64]],
  );
  assert.equal(head, entryHash(ledger.entries.at(-1) as OwnEntry));
});

test('a record stands where its proofs put it', async () => {
  const { deadline } = JSON.parse(Buffer.from(typed('promise').promise.payload, 'base64').toString()) as {
    deadline: string;
  };
  const due = parseTime(deadline);
  assert.deepEqual(await standings(without('request', 'confirmation')), ['proven', 'proven']);
  assert.deepEqual(await standings(without('proof'), due), ['waiting', 'waiting']);
  assert.deepEqual(await standings(without('proof'), due + 1), ['overdue', 'overdue']);
  assert.deepEqual(await codes(without('proof')), ['own-ledger.overdue']);
  assert.deepEqual(await standings(without('promise', 'proof')), ['unanswered', 'unanswered']);
  const { report } = typed('report');
  for (const [status, found] of [
    [422, ['own-ledger.refused']],
    [421, []],
  ] as const) {
    const refused = {
      ...typed('promise'),
      type: 'refused',
      report,
      status,
      code: 'consent.field',
      answered: true,
    } as unknown;
    const { promise: _, ...entry } = refused as OwnEntry<'promise'>;
    const of = chainOf([typed('report'), entry as OwnEntry]);
    assert.deepEqual(await standings(of), ['refused', 'refused']);
    assert.deepEqual(await codes(of), found);
  }
});

test('what nobody can know is in doubt, until a promise or an export settles it', async () => {
  const { report: id, consent } = typed('report');
  const entry = (body: OwnBody): OwnEntry => ({ ...body, seq: 0, previous: noEntry, at: ledger.at });
  const doubt = entry({ type: 'in-doubt', report: id, status: 0, code: 'consent.moved' });
  const settled = entry({ type: 'settled', report: id, request: consent, found: [{ record: 1, index: 7 }] });
  const older = entry({ type: 'refused', report: id, status: 421, code: 'report.center' });
  const resent = entry({ type: 'resent', report: id, consent });
  for (const [entries, expected] of [
    [[doubt], ['in-doubt', 'in-doubt']],
    // Written by an older version, which said more than it knew.
    [[older], ['in-doubt', 'in-doubt']],
    [
      [doubt, settled],
      ['absent', 'kept'],
    ],
    // Only what is in doubt can be settled.
    [[settled], ['unanswered', 'unanswered']],
    [
      [doubt, settled, typed('promise'), typed('proof')],
      ['proven', 'proven'],
    ],
    [
      [resent, typed('promise'), typed('proof')],
      ['proven', 'proven'],
    ],
  ] as const) {
    const of = chainOf([typed('report'), ...entries]);
    assert.deepEqual(parseOwnLedger(formatOwnLedger(of)), of);
    assert.deepEqual(await standings(of), expected);
    assert.deepEqual(await codes(of), []);
  }
});

test('a ledger of which the older part is left out judges what begins in it', async () => {
  const from = ledger.entries.findIndex(({ type }) => type === 'promise');
  const part: OwnLedger = { ...ledger, first: from, entries: ledger.entries.slice(from) };
  const { records, findings, first } = await verifyOwnLedger(parseOwnLedger(formatOwnLedger(part)), { now });
  assert.deepEqual([records, findings, first], [[], [], from]);
});

test('an entry that was altered, removed, exchanged or put in breaks the chain', async () => {
  const { entries } = ledger;
  for (let i = 0; i < entries.length - 1; i++) {
    const altered = entries.map((entry, j) => (i === j ? { ...entry, at: formatTime(now - 1) } : entry));
    const removed = entries.filter((_, j) => j !== i);
    const swapped = entries.map((entry, j) => entries[j === i ? i + 1 : j === i + 1 ? i : j] ?? entry);
    for (const wrong of [altered, removed, swapped, [...entries.slice(0, i), ...entries.slice(0, 1)]]) {
      if (wrong.length < 1) continue;
      if (i === 0 && wrong.length === 1) continue;
      await rejects('own-ledger.chain', () => verifyOwnLedger({ ...ledger, entries: wrong }, { now }));
    }
  }
});

const lies: readonly (readonly [what: string, of: OwnLedger, code: string])[] = [
  [
    'a record that was not the one shared',
    changed('report', {
      records: typed('report').records.map((record) => ({
        ...record,
        facts: { ...record.facts, seen: '2026-11-23' },
      })),
    }),
    'own-ledger.record',
  ],
  [
    'a promise by another key',
    changed('promise', {
      promise: {
        ...typed('promise').promise,
        signatures: [{ keyid: testSigner('thief').keyid, sig: toBase64(new Uint8Array(64)) }],
      },
    }),
    'custody.promise',
  ],
  [
    'a promise for other records',
    changed('report', { records: typed('report').records.toReversed() }),
    'custody.promise',
  ],
  [
    'a proof of another place',
    changed('proof', { records: typed('proof').records.toReversed() }),
    'custody.receipt',
  ],
  [
    'a proof for fewer records',
    changed('proof', { records: typed('proof').records.slice(1) }),
    'custody.receipt',
  ],
  [
    'a checkpoint without its witnesses',
    changed('proof', { checkpoint: typed('proof').checkpoint.replace(/— witness.*\n/, '') }),
    'custody.checkpoint',
  ],
  [
    'a confirmation of another request',
    changed('request', { request: typed('promise').promise }),
    'subject.request',
  ],
  ['a reading of another record', changed('reading', { record: 1 }), 'own-ledger.record'],
  [
    'a consent that the data center did not sign',
    changed('countersigned', {
      consent: {
        ...typed('countersigned').consent,
        signatures: typed('countersigned').consent.signatures.slice(1),
      },
    }),
    'consent.signature',
  ],
];

for (const [what, of, code] of lies) {
  test(`${what} is a finding, and the rest is still told`, async () => {
    const { records, findings } = await verifyOwnLedger(of, { now });
    assert.equal(records.length, 2);
    assert.ok(
      findings.some((one) => one.code === code),
      JSON.stringify(findings),
    );
  });
}

test('a proof that came late is a breach that can be shown, if a checkpoint shows it', async () => {
  const key = noteSigner('zurich.example/custody', noteTypes.log, testSigner('zurich.example/custody'));
  const witness = noteSigner('witness.example', noteTypes.cosignature, testSigner('witness'));
  const text = formatCheckpoint({ origin: key.key.name, size: 0, root: new Uint8Array(32), extensions: [] });
  const seenAt = now - 7200;
  const note = formatNote({
    text,
    signatures: [await signCheckpoint(text, key, seenAt), await signCheckpoint(text, witness, seenAt)],
  });
  const { promise: _, ...place } = typed('promise');
  const late = { ...place, type: 'late', checkpoint: fromUtf8(note) } as OwnEntry;
  const proof = ledger.entries.findIndex(({ type }) => type === 'proof');
  // It is seen before the proof comes, as it is in life, or after.
  for (const at of [proof, ledger.entries.length])
    assert.deepEqual(await codes(chainOf(ledger.entries.toSpliced(at, 0, late))), ['own-ledger.late']);
});

test('keys that are not published are named', async () => {
  const { policy } = await makeWorld();
  const center = dataCenter('zurich', 'CH');
  const residencies = [{ policy: { centers: [center] } as never, digest: '' }];
  const ask = async (of: OwnLedger): Promise<readonly string[]> =>
    (await verifyOwnLedger(of, { now, published: { policy, residencies } })).findings.map(({ code }) => code);
  assert.deepEqual(await ask({ ...ledger, first: 5, entries: [] }), ['own-ledger.keys']);
  assert.deepEqual(await ask({ ...ledger, ledgers: [ownLedgerKeys(policy, center)], entries: [] }), []);
});

test('nothing but a ledger is read as one', async () => {
  for (const wrong of [
    { ...ledger, more: 1 },
    { ...ledger, format: 'urn:vitrine:own-ledger:v2' },
    { ...ledger, entries: [{ ...typed('request'), type: 'toString' }] },
    { ...ledger, entries: [{ ...typed('report'), records: [] }] },
    { ...ledger, ledgers: [{ ...ledger.ledgers[0], ledger: 'zurich' }] },
    { ...ledger, entries: [null] },
  ])
    await rejects('own-ledger.form', () => parseOwnLedger(canonicalJson(wrong as unknown as Json)));
  const { codes: found } = everyParserRefuses(parseOwnLedger, [bytes], 300);
  assert.deepEqual([...found.keys()], ['own-ledger.form']);
});
