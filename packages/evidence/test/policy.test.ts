import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import {
  buildPolicy,
  canonicalJson,
  examinePolicy,
  formatVkey,
  isWitnessQuorum,
  loadPolicy,
  noteSigner,
  noteTypes,
  parseDocument,
  policyDigest,
  quorumClaim,
  quorumsIntersect,
  signPolicy,
  signStatement,
  formatEnvelope,
  joinSignatures,
  statementKeyOf,
  trustPolicy,
  utf8,
  witnessOperatorsAt,
  type Json,
  type NoteKey,
  type NoteType,
  type Position,
  type Role,
  type StatementKey,
  type TrustPolicyDocument,
} from '@vitrine/evidence';
import { makeWorld, testSigner, worldOrigin } from '@vitrine/testkit';
import { refuses, rejects, type EvidenceCode } from './refusal.ts';

const { policy, policyBytes, root, rootKeys } = await makeWorld();
const good = policy.document;
const at = (index: number, origin = worldOrigin): Position => ({ origin, index });
const signers = rootKeys.map(({ signer }) => signer);
const build = (document: TrustPolicyDocument): ReturnType<typeof buildPolicy> =>
  buildPolicy(document, policy.root);
const byKeyid = (a: StatementKey, b: StatementKey): number => (a.keyid < b.keyid ? -1 : 1);
const byVkey = (a: NoteKey, b: NoteKey): number => (a.vkey < b.vkey ? -1 : 1);

test('a policy is read under its root, and called by the digest of its canonical form', async () => {
  const loaded = await loadPolicy(policyBytes, root);
  assert.deepEqual(loaded.document, good);
  assert.equal(loaded.digest, policyDigest(good));
  const digest = createHash('sha256')
    .update(canonicalJson(good as unknown as Json))
    .digest('hex');
  assert.equal(loaded.digest, digest);
});

test('five of six root signatures are enough, four are not, and strangers do not help', async () => {
  await loadPolicy(await signPolicy(good, signers.slice(1)), root);
  await rejects('policy.threshold', loadPolicy(await signPolicy(good, signers.slice(2)), root));
  const strangers = [...signers.slice(2), testSigner('a stranger')];
  await rejects('envelope.key', loadPolicy(await signPolicy(good, strangers), root));
  const spoiled = parseDocument(policyBytes);
  const [first, ...others] = spoiled.signatures;
  const [, second] = spoiled.signatures;
  assert.ok(first && second);
  const borrowed = { ...spoiled, signatures: [{ ...first, sig: second.sig }, ...others] };
  await rejects('signature.invalid', loadPolicy(formatEnvelope(borrowed), root));
});

test('a policy that is signed as something else is refused', async () => {
  const subject = [{ name: 'trust-policy', digest: { sha256: 'a'.repeat(64) } }];
  const misnamed = joinSignatures(
    await Promise.all(signers.map((signer) => signStatement(trustPolicy, subject, good, signer))),
  );
  await rejects('policy.subject', loadPolicy(formatEnvelope(misnamed), root));
  await rejects(
    'json.not-canonical',
    loadPolicy(utf8(`${JSON.stringify(parseDocument(policyBytes))} `), root),
  );
  await rejects('schema.mismatch', loadPolicy(utf8('{}'), root));
});

// Every rule within a policy.

const withNoteKeys = (witnesses: readonly NoteKey[], quorum = 2, faulty = 1): TrustPolicyDocument => ({
  ...good,
  witnesses: { quorum, faulty, keys: [...witnesses].sort(byVkey) },
});
const witness = (
  operator: string,
  name = operator,
  change: Partial<NoteKey> = {},
  type: NoteType = noteTypes.cosignature,
): NoteKey => ({
  vkey: formatVkey(noteSigner(`${name}.example`, type, testSigner(`policy witness ${name}`)).key),
  operator,
  from: at(0),
  ...change,
});
const withKeys = (change: (key: StatementKey) => StatementKey): TrustPolicyDocument => ({
  ...good,
  keys: good.keys.map(change).sort(byKeyid),
});
const forRole = (role: Role, change: Partial<StatementKey>): TrustPolicyDocument =>
  withKeys((key) => (key.role === role ? { ...key, ...change } : key));
const extraKey = (role: Role, operator: string, change: Partial<StatementKey> = {}): TrustPolicyDocument => ({
  ...good,
  keys: [
    ...good.keys,
    { ...statementKeyOf(testSigner('policy extra')), role, operator, from: at(0), ...change },
  ].sort(byKeyid),
});
const [releaser] = good.keys.filter(({ role }) => role === 'releaser');
const [logKey] = good.log.keys;
assert.ok(releaser && logKey);
const sameAsLog = testSigner('log');

const rules: readonly (readonly [EvidenceCode, string, TrustPolicyDocument])[] = [
  ['policy.operator', 'a statement key of an unlisted operator', forRole('order', { operator: 'nobody' })],
  [
    'policy.operator',
    'a witness of an unlisted operator',
    withNoteKeys([witness('nobody'), witness('supervisor-a')]),
  ],
  [
    'policy.operator',
    'a log key of an unlisted operator',
    { ...good, log: { ...good.log, keys: [{ ...logKey, operator: 'nobody' }] } },
  ],
  ['policy.operator', 'a supervisor key of an independent operator', extraKey('supervisor', 'trustee')],
  ['policy.key', 'a keyid of another key', forRole('order', { publicKey: releaser.publicKey })],
  [
    'policy.key',
    'a builder without a builder id',
    withKeys((key) => (key.role === 'builder' ? withoutBuilder(key) : key)),
  ],
  ['policy.key', 'a builder id for a releaser', forRole('releaser', { builder: 'https://vendor.example/x' })],
  [
    'policy.key',
    'the log key as a statement key',
    {
      ...good,
      keys: [
        ...good.keys,
        { ...statementKeyOf(sameAsLog), role: 'order' as const, operator: 'vendor', from: at(0) },
      ].sort(byKeyid),
    },
  ],
  [
    'policy.key',
    'one key for two witnesses',
    withNoteKeys([
      witness('supervisor-a', 'x'),
      {
        ...witness('supervisor-b', 'y'),
        vkey: formatVkey(noteSigner('y.example', noteTypes.cosignature, testSigner('policy witness x')).key),
      },
    ]),
  ],
  [
    'policy.key',
    'a log without an Ed25519 key',
    {
      ...good,
      log: {
        ...good.log,
        keys: [
          {
            ...logKey,
            vkey: formatVkey(
              noteSigner(worldOrigin, noteTypes.mlDsaCosignature, testSigner('log pq', 'ml-dsa-44')).key,
            ),
          },
        ],
      },
    },
  ],
  [
    'policy.key',
    'a log with a cosignature key',
    {
      ...good,
      log: {
        ...good.log,
        keys: [
          logKey,
          {
            ...logKey,
            vkey: formatVkey(noteSigner(worldOrigin, noteTypes.cosignature, testSigner('log 4')).key),
          },
        ].sort(byVkey),
      },
    },
  ],
  [
    'policy.key',
    'a witness with a log key',
    withNoteKeys([witness('supervisor-a', 'x', {}, noteTypes.log), witness('supervisor-b')]),
  ],
  ['policy.vendor', 'the vendor as a witness', withNoteKeys([witness('vendor'), witness('supervisor-a')])],
  ['policy.vendor', 'the vendor as a rebuilder', extraKey('rebuilder', 'vendor')],
  ['policy.vendor', 'the vendor as a supervisor', extraKey('supervisor', 'vendor')],
  [
    'policy.position',
    'a witness from a position in an unknown log',
    withNoteKeys([
      witness('supervisor-a', 'x', { from: at(0, 'elsewhere.example/log') }),
      witness('supervisor-b'),
    ]),
  ],
  [
    'policy.position',
    'a statement key until a position in an unknown log',
    forRole('order', { until: at(9, 'elsewhere.example/log') }),
  ],
  [
    'policy.position',
    'a log key from a position in an unknown log',
    { ...good, log: { ...good.log, keys: [{ ...logKey, from: at(0, 'elsewhere.example/log') }] } },
  ],
  [
    'policy.rebuilders',
    'three rebuilds of two rebuilders',
    { ...good, rebuilds: { threshold: 3, blind: false } },
  ],
  [
    'policy.rebuilders',
    'a rebuilder whose key has ended',
    withKeys((key) =>
      key.role === 'rebuilder' && key.operator === 'supervisor-b' ? { ...key, until: at(9) } : key,
    ),
  ],
  [
    'policy.rebuilders',
    'two keys of one rebuilder',
    {
      ...good,
      keys: [
        ...good.keys.filter(({ role, operator }) => role !== 'rebuilder' || operator === 'supervisor-a'),
        {
          ...statementKeyOf(testSigner('policy extra')),
          role: 'rebuilder' as const,
          operator: 'supervisor-a',
          from: at(0),
        },
      ].sort(byKeyid),
    },
  ],
  ['key.unsupported', 'a key that is none', forRole('order', { publicKey: 'AAAA' })],
  [
    'vkey.id',
    'a witness key with another ID',
    withNoteKeys([
      {
        ...witness('supervisor-a'),
        vkey: witness('supervisor-a').vkey.replace(/\+[0-9a-f]{8}\+/, '+00000000+'),
      },
      witness('supervisor-b'),
    ]),
  ],
];

function withoutBuilder({ keyid, publicKey, operator, role, from }: StatementKey): StatementKey {
  return { keyid, publicKey, operator, role, from };
}

test('a policy that breaks one of its own rules is refused by that rule', () => {
  build(good);
  for (const [code, what, document] of rules) refuses(code, () => build(document), what);
});

test('no signature helps a policy that breaks a rule', async () => {
  for (const [code, what, document] of rules.filter(([rule]) => rule.startsWith('policy.')))
    await rejects(code, loadPolicy(await signPolicy(document, signers), root), what);
});

// Quorums (D6).

const union = { id: 'union', name: 'Union', jurisdiction: 'AT', part: 'independent' } as const;
const board = { id: 'board', name: 'Board', jurisdiction: 'NL', part: 'independent' } as const;
const withOperators = (document: TrustPolicyDocument): TrustPolicyDocument => ({
  ...document,
  operators: [...document.operators, union, board].sort((a, b) => (a.id < b.id ? -1 : 1)),
});

test('any two quorums share more operators than may be faulty, and each has a supervisor', () => {
  const [a, b] = [witness('supervisor-a'), witness('supervisor-b')];
  const four = [a, b, witness('trustee'), witness('union')];
  const cases: readonly (readonly [string, readonly NoteKey[], number, number, boolean])[] = [
    ['2 of 2, f = 1', [a, b], 2, 1, true],
    ['2 of 4, f = 1', four, 2, 1, false],
    ['3 of 4, f = 1', four, 3, 1, true],
    ['3 of 4, f = 2', four, 3, 2, false],
    ['4 of 4, f = 3', four, 4, 3, true],
    ['1 of 1, f = 0', [a], 1, 0, true],
    ['1 of 1, f = 1', [a], 1, 1, false],
    ['1 of 2, f = 0', [a, b], 1, 0, false],
    ['2 of 3, f = 0', [a, b, witness('trustee')], 2, 0, true],
    ['3 of 2 can never form', [a, b], 3, 0, false],
    ['3 of 4 with one supervisor', [a, witness('trustee'), witness('union'), witness('board')], 3, 1, false],
    ['2 keys of one operator count once', [a, witness('supervisor-a', 'second')], 2, 0, false],
    ['a witness that has ended', [a, witness('supervisor-b', 'old', { until: at(5) })], 2, 1, false],
    [
      'a witness that follows another',
      [a, witness('supervisor-b', 'old', { until: at(5) }), witness('trustee', 'new', { from: at(5) })],
      2,
      1,
      true,
    ],
    [
      'a third that has ended does not dilute the two',
      [a, b, witness('trustee', 'new', { until: at(5) })],
      2,
      1,
      true,
    ],
  ];
  for (const [what, keys, quorum, faulty, good_] of cases) {
    const document = withOperators(withNoteKeys(keys, quorum, faulty));
    if (good_) assert.doesNotThrow(() => build(document), what);
    else refuses('policy.quorum', () => build(document), what);
  }
});

test('quorums are counted as 2k > n + f, and described without a bigger word', () => {
  for (let n = 1; n <= 12; n++)
    for (let size = 1; size <= n; size++)
      for (let faulty = 0; faulty <= n; faulty++)
        assert.equal(quorumsIntersect({ size, faulty }, n), 2 * size - n > faulty);
  assert.equal(quorumClaim({ size: 3, faulty: 1 }, 4), 'safe while fewer than 2 of the 4 collude');
});

test('cosignatures are counted by operator, and only of current keys: an ended one vouches for no head, however small', () => {
  const document = withOperators(
    withNoteKeys(
      [
        witness('supervisor-a'),
        witness('supervisor-a', 'second'),
        witness('supervisor-b', 'late', { from: at(10) }),
        witness('trustee', 'early', { until: at(10) }),
      ],
      2,
    ),
  );
  const built = build(document);
  const key = (name: string): ReturnType<typeof noteSigner>['key'] =>
    noteSigner(`${name}.example`, noteTypes.cosignature, testSigner(`policy witness ${name}`)).key;
  const formed = (size: number, ...names: readonly string[]): boolean =>
    isWitnessQuorum(built, { origin: worldOrigin, size }, names.map(key));
  assert.ok(formed(11, 'supervisor-a', 'late'));
  assert.ok(!formed(10, 'supervisor-a', 'late'));
  assert.ok(!formed(10, 'supervisor-a', 'early'));
  assert.ok(!formed(11, 'supervisor-a', 'early'));
  assert.ok(!formed(11, 'supervisor-a', 'second'));
  assert.ok(!formed(11, 'supervisor-a', 'supervisor-a'));
  assert.ok(!formed(11, 'supervisor-a', 'stranger'));
  assert.ok(
    !isWitnessQuorum(built, { origin: 'elsewhere.example/log', size: 11 }, [
      key('supervisor-a'),
      key('late'),
    ]),
  );
  assert.deepEqual([...witnessOperatorsAt(built, at(9))], ['supervisor-a']);
  assert.deepEqual([...witnessOperatorsAt(built, at(10))].sort(), ['supervisor-a', 'supervisor-b']);
});

test('whoever draws up a policy is told of every rule, not only of the first that does not hold', () => {
  assert.deepEqual(
    examinePolicy(good, policy.root).filter(({ refusal }) => refusal !== undefined),
    [],
  );
  const bad = {
    ...good,
    witnesses: { ...good.witnesses, faulty: 64 },
    rebuilds: { ...good.rebuilds, threshold: 64 },
  };
  const findings = examinePolicy(bad, policy.root);
  assert.deepEqual(
    findings.map(({ refusal }) => refusal?.code),
    [undefined, undefined, undefined, undefined, 'policy.quorum', 'policy.rebuilders'],
  );
});
