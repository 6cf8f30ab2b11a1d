// Which data center keeps the data of which country (D19–D21, D35), from when, and who said so.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  countries,
  formatTime,
  loadRoot,
  parseTime,
  signEnvelope,
  signStatement,
  toBase64,
  type ResidencyPolicy,
  type SealingKey,
} from '@vitrine/evidence';
import {
  buildResidency,
  centerOf,
  chooseSealingKey,
  drainedCenters,
  loadResidency,
  milestonesAt,
  planMoves,
  readSealingKey,
  requireOwnCountry,
  requireSuccessor,
  residencyAt,
  schemaDigest,
  signResidency,
  signSealingKey,
  stillOpens,
  type Residency,
} from '@vitrine/reports';
import { everyAsyncParserRefuses, makeWorld, testSigner } from '@vitrine/testkit';
import { rejects } from './refusal.ts';
import { assign, dataCenter, policyOf } from './residency-world.ts';
import { digest, random } from './world.ts';

const world = await makeWorld();
const root = await loadRoot(world.root);
const holders = world.rootKeys.map(({ signer }) => signer);

test('a policy signed by the threshold of the root says where each country belongs', async () => {
  const residency = await loadResidency(await signResidency(policyOf(), holders.slice(0, 5)), root);
  assert.deepEqual(residency, buildResidency(policyOf()));
  for (const code of countries) {
    const center = centerOf(residency, code);
    assert.equal(center.id, ['AT', 'CH', 'LI'].includes(code) ? 'zurich' : 'frankfurt');
    requireOwnCountry(residency, center.id, code);
  }
  await rejects('report.center', () => requireOwnCountry(residency, 'zurich', 'DE'));
  for (const code of ['XX', 'ch', '', 'toString', '__proto__'])
    await rejects('residency.country', () => centerOf(residency, code));
});

test('fewer signatures, or one by a stranger, are refused', async () => {
  const few = await signResidency(policyOf(), holders.slice(0, 4));
  await rejects('residency.signature', () => loadResidency(few, root));
  const stranger = await signResidency(policyOf(), [...holders.slice(0, 5), testSigner('stranger')]);
  await rejects('residency.signature', () => loadResidency(stranger, root));
});

test('a policy that leaves a single country out, or sends it nowhere, cannot be written', async () => {
  for (const code of ['CH', 'ZW', 'AX']) {
    const without = Object.fromEntries(Object.entries(assign({})).filter(([one]) => one !== code));
    await assert.rejects(signResidency(policyOf({ countries: without }), holders), /for every country/);
    await assert.rejects(
      signResidency(policyOf({ countries: assign({ [code]: 'atlantis' }) }), holders),
      /listed data centers/,
    );
  }
});

test('a policy whose ledgers could be mistaken for each other is refused', async () => {
  const [frankfurt, zurich] = policyOf().centers as [
    ResidencyPolicy['centers'][number],
    ResidencyPolicy['centers'][number],
  ];
  const twins = [
    [{ ...frankfurt, ledger: zurich.ledger }, zurich],
    [{ ...frankfurt, access: frankfurt.ledger }, zurich],
    [{ ...frankfurt, ledger: frankfurt.ledger.replace(/\+[0-9a-f]{8}\+/, '+00000000+') }, zurich],
  ];
  for (const centers of twins) await rejects('residency.form', () => buildResidency(policyOf({ centers })));
  await rejects('residency.form', () => buildResidency(policyOf({ effective: '2026-10-31T00:00:00Z' })));
});

test('a mutated document is refused by a typed error', async () => {
  const document = await signResidency(policyOf(), holders);
  const { refused } = await everyAsyncParserRefuses(
    async (bytes) => {
      await loadResidency(bytes, root);
      assert.deepEqual(bytes, document);
    },
    [document],
    60,
  );
  assert.ok(refused > 40);
});

const first = policyOf();
const second = policyOf({
  version: 2,
  issuedAt: '2026-11-12T00:00:00Z',
  effective: '2026-11-20T00:00:00Z',
  countries: assign({ CH: 'zurich', LI: 'zurich', FR: 'zurich' }),
});
const at = (time: string): number => parseTime(time);
const chain: readonly Residency[] = [first, second].map((policy) => buildResidency(policy));

test('in force is the highest version whose time has come, by the clock of the witnesses', async () => {
  assert.equal(residencyAt(chain, at('2026-11-10T00:00:00Z')).policy.version, 1);
  assert.equal(residencyAt(chain.toReversed(), at('2026-11-19T23:59:59Z')).policy.version, 1);
  assert.equal(residencyAt(chain, at('2026-11-20T00:00:00Z')).policy.version, 2);
  await rejects('residency.none', () => residencyAt(chain, at('2026-11-09T23:59:59Z')));
  await rejects('residency.none', () => residencyAt([], at('2026-11-20T00:00:00Z')));
});

const unsound: readonly (readonly [string, Partial<ResidencyPolicy>])[] = [
  ['skips a number', { version: 3 }],
  ['has the number again', { version: 1 }],
  ['is older', { issuedAt: '2026-10-31T00:00:00Z', effective: '2026-11-20T00:00:00Z' }],
  [
    'comes into force before the one before it',
    { issuedAt: '2026-11-01T00:00:00Z', effective: '2026-11-09T00:00:00Z' },
  ],
  ['gives less notice than was promised', { effective: '2026-11-18T23:59:59Z' }],
];
for (const [what, changes] of unsound) {
  test(`a policy that ${what} does not follow`, async () => {
    const next = { ...second, ...changes };
    await rejects('residency.succession', () => requireSuccessor(first, next));
    await rejects('residency.succession', () =>
      residencyAt([buildResidency(first), buildResidency(next)], at('2027-01-01T00:00:00Z')),
    );
  });
}

test('the plan names each country that moves, and whether it crosses a border', () => {
  assert.deepEqual(planMoves(first, second), [
    { country: 'AT', from: 'zurich', to: 'frankfurt', jurisdictionFrom: 'CH', jurisdictionTo: 'DE' },
    { country: 'FR', from: 'frankfurt', to: 'zurich', jurisdictionFrom: 'DE', jurisdictionTo: 'CH' },
  ]);
  assert.deepEqual(planMoves(first, first), []);
  assert.deepEqual(drainedCenters(first, second), []);
  assert.deepEqual(drainedCenters(first, { ...second, countries: assign({}) }), ['zurich']);
});

test('whatever two policies assign, the plan and they agree on every country', () => {
  const center = fc.constantFrom('zurich', 'frankfurt', 'geneva');
  const assigned = fc.tuple(...countries.map(() => center));
  const centers = [dataCenter('frankfurt', 'DE'), dataCenter('geneva', 'CH'), dataCenter('zurich', 'CH')];
  fc.assert(
    fc.property(assigned, assigned, (before, after) => {
      const [a, b] = [before, after].map((all) =>
        policyOf({
          centers,
          countries: Object.fromEntries(countries.map((code, i) => [code, all[i] as string])),
        }),
      ) as [ResidencyPolicy, ResidencyPolicy];
      const moves = new Map(planMoves(a, b).map((move) => [move.country, move]));
      for (const code of countries) {
        const move = moves.get(code);
        assert.equal(move !== undefined, a.countries[code] !== b.countries[code]);
        assert.equal(move?.to ?? a.countries[code], b.countries[code]);
      }
    }),
    { numRuns: 20 },
  );
});

test('a milestone is done when its statement is in the log, and overdue when its day is past without', () => {
  const done = digest('statement');
  const policy = policyOf({
    milestones: [
      { id: 'a', what: 'data', due: '2027-01-01T00:00:00Z', done },
      { id: 'b', what: 'signing', due: '2026-06-01T00:00:00Z' },
      { id: 'c', what: 'center', due: '2026-12-01T00:00:00Z', done: digest('never logged') },
    ],
  });
  const states = (time: string) =>
    milestonesAt(policy, at(time), (id) => id === done).map(({ id, state }) => `${id} ${state}`);
  assert.deepEqual(states('2026-05-01T00:00:00Z'), ['b due', 'c due', 'a done']);
  assert.deepEqual(states('2026-12-01T00:00:01Z'), ['b overdue', 'c overdue', 'a done']);
});

const zurich = dataCenter('zurich', 'CH');
const key: SealingKey = {
  center: 'zurich',
  suite: 'x25519-sha256-aes256gcm',
  publicKey: toBase64(random(32)),
  policy: 1,
  consent: schemaDigest(),
  notBefore: '2026-11-20T00:00:00Z',
  notAfter: '2026-11-27T00:00:00Z',
  graceUntil: '2026-12-04T00:00:00Z',
};
const identity = testSigner('identity zurich');

test('a sealing key counts when the identity key of its data center signed it', async () => {
  assert.deepEqual(await readSealingKey(await signSealingKey(key, identity), zurich), key);
  const wrong = [
    signSealingKey(key, testSigner('identity frankfurt')),
    signSealingKey({ ...key, center: 'frankfurt' }, identity),
    signSealingKey({ ...key, notAfter: '2026-11-27T00:00:01Z' }, identity),
    signSealingKey({ ...key, notAfter: key.notBefore }, identity),
    signSealingKey({ ...key, graceUntil: '2026-12-04T00:00:01Z' }, identity),
    signSealingKey({ ...key, graceUntil: '2026-11-26T00:00:00Z' }, identity),
    signEnvelope(new TextEncoder().encode('{}'), identity),
  ];
  for (const envelope of wrong)
    await rejects('sealing-key.invalid', async () => readSealingKey(await envelope, zurich));
  const { sealingKey } = await import('@vitrine/evidence');
  const other = [{ name: 'sealing-key', digest: { sha256: digest('another') } }];
  await rejects('sealing-key.invalid', async () =>
    readSealingKey(await signStatement(sealingKey, other, key, identity), zurich),
  );
});

test('the key to seal to fits center, policy and schema, is valid now, and of two the one that lasts', async () => {
  const next = {
    ...key,
    publicKey: toBase64(random(32)),
    notBefore: '2026-11-25T00:00:00Z',
    notAfter: '2026-12-02T00:00:00Z',
  };
  const wanted = { center: 'zurich', policy: 1, consent: schemaDigest() };
  const chosen = (time: string) => chooseSealingKey([key, next], wanted, at(time));
  assert.equal(chosen('2026-11-20T00:00:00Z'), key);
  assert.equal(chosen('2026-11-25T00:00:00Z'), next);
  for (const time of ['2026-11-19T23:59:59Z', '2026-12-02T00:00:00Z'])
    await rejects('sealing-key.none', () => chosen(time));
  for (const change of [{ center: 'frankfurt' }, { policy: 2 }, { consent: digest('other') }])
    await rejects('sealing-key.none', () =>
      chooseSealingKey([key, next], { ...wanted, ...change }, at('2026-11-25T00:00:00Z')),
    );
  const opens = (time: string) => stillOpens(key, at(time));
  assert.deepEqual(['2026-11-19T23:59:59Z', '2026-12-03T23:59:59Z', '2026-12-04T00:00:00Z'].map(opens), [
    false,
    true,
    false,
  ]);
  assert.equal(formatTime(at(key.notBefore)), key.notBefore);
});
