// Where data lives, from an operator's draft to the file that everyone reads.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import {
  countries,
  formatTime,
  parseDocument,
  parseEnvelope,
  sha256,
  statementIdOf,
  statementKeyOf,
  toBase64,
  utf8,
  type Envelope,
  type ResidencyPolicy,
  type SealingKey,
  type TrustPolicyDocument,
} from '@vitrine/evidence';
import { readLedger } from '@vitrine/conveyor';
import {
  milestonesAt,
  readSharing,
  residencyAt,
  schemaDigest,
  signResidency,
  signSealingKey,
} from '@vitrine/reports';
import { makeWorld, temporaryDirectory, testSigner, worldOrigin, worldTime } from '@vitrine/testkit';
import { acceptResidency } from '../src/residency/accept.ts';
import { requireAgreement } from '../src/residency/agreement.ts';
import { countsOf } from '../src/residency/counts.ts';
import { describeMilestones, describePlan, describeResidency, planOf } from '../src/residency/describe.ts';
import { draftResidency, type ResidencyDraft } from '../src/residency/draft.ts';
import { publishResidencyFile } from '../src/residency/folder.ts';
import { regions } from '../src/residency/regions.ts';
import { writeSharing } from '../src/residency/served.ts';
import { testCenter } from './make-datacenters.ts';
import { wrapped } from '../src/terminal.ts';
import { memoryReader } from './memory-reader.ts';

const zurich = testCenter('zurich', 'CH');
const frankfurt = testCenter('frankfurt', 'DE');
const centers = [frankfurt, zurich];
const draft: ResidencyDraft = {
  notice: '7d',
  default: 'frankfurt',
  center: [{ id: 'zurich', countries: ['CH', 'LI'] }],
};
const now = worldTime - 3_600;
const policyOf = (changes: Partial<ResidencyDraft> = {}, before?: ResidencyPolicy): ResidencyPolicy =>
  draftResidency({ ...draft, ...changes }, centers, before, now);

test('the regions of M49 hold every country of ISO 3166-1 but AQ and TW, the smallest ones each once', () => {
  const all = [...regions.values()];
  const smallest = [...regions].filter(
    ([, own]) => !all.some((other) => other.length < own.length && own.includes(other[0] as string)),
  );
  assert.deepEqual(
    smallest.flatMap(([, own]) => own).sort(),
    countries.filter((code) => !['AQ', 'TW'].includes(code)).sort(),
  );
  const continents = ['Africa', 'Americas', 'Asia', 'Europe', 'Oceania'].map(
    (name) => regions.get(name) ?? [],
  );
  assert.deepEqual(
    continents.map(({ length }) => length),
    [60, 57, 50, 51, 29],
  );
});

const closest: readonly (readonly [string, ResidencyDraft['center'], readonly string[]])[] = [
  ['a country by its name', [{ id: 'zurich', countries: ['FR'] }], ['FR']],
  [
    'a region by all of its countries',
    [{ id: 'zurich', regions: ['Micronesia'] }],
    [...(regions.get('Micronesia') ?? [])],
  ],
  [
    'a country before its region',
    [
      { id: 'zurich', regions: ['Western Europe'] },
      { id: 'frankfurt', countries: ['DE', 'FR'] },
    ],
    ['AT', 'BE', 'CH', 'LI', 'LU', 'MC', 'NL'],
  ],
  [
    'a region before the one that holds it',
    [
      { id: 'frankfurt', regions: ['Africa'] },
      { id: 'zurich', regions: ['Southern Africa'] },
    ],
    ['BW', 'LS', 'NA', 'SZ', 'ZA'],
  ],
];
for (const [what, center, expected] of closest)
  test(`a draft assigns ${what}`, () => {
    const { countries: assigned } = policyOf({ center: center ?? [] });
    const own = Object.keys(assigned).filter((code) => assigned[code] === 'zurich');
    assert.deepEqual(own.sort(), [...expected].sort());
  });

test('whatever a draft claims, every country has one of its data centers', () => {
  const name = fc.constantFrom(...regions.keys());
  const code = fc.constantFrom(...countries);
  fc.assert(
    fc.property(
      fc.uniqueArray(name, { maxLength: 6 }),
      fc.uniqueArray(code, { maxLength: 6 }),
      (some, codes) => {
        const { countries: assigned } = policyOf({
          center: [{ id: 'zurich', regions: some, countries: codes }],
        });
        const claimed = new Set([...some.flatMap((one) => regions.get(one) ?? []), ...codes]);
        for (const one of countries) assert.equal(assigned[one], claimed.has(one) ? 'zurich' : 'frankfurt');
      },
    ),
    { numRuns: 50 },
  );
});

test('without a date the next version waits for the notice that was promised, and a day for its ceremony', () => {
  const first = policyOf();
  assert.deepEqual([first.version, first.effective, first.notice], [1, formatTime(now), 604_800]);
  const next = policyOf({}, first);
  assert.deepEqual([next.version, next.effective], [2, formatTime(now + 8 * 86_400)]);
  assert.throws(() => policyOf({ effective: formatTime(now + 6 * 86_400) }, first), {
    code: 'residency.succession',
  });
});

const trustKeys = (change: object = {}): TrustPolicyDocument['keys'] =>
  centers.map(({ id }) => ({
    ...statementKeyOf(testSigner(`identity ${id}`)),
    operator: 'vendor',
    role: 'datacenter',
    from: { origin: worldOrigin, index: 0 },
    ...change,
  }));
const listing =
  (change: object = {}) =>
  (document: TrustPolicyDocument): TrustPolicyDocument => ({
    ...document,
    keys: [...document.keys, ...trustKeys(change)].sort((a, b) => (a.keyid < b.keyid ? -1 : 1)),
  });

test('a residency policy that the trust policy does not agree with is not signed', async () => {
  const { policy } = await makeWorld({ policy: listing() });
  requireAgreement(policyOf(), policy.document);
  for (const change of [
    { role: 'reviewer' },
    { operator: 'trustee' },
    { until: { origin: worldOrigin, index: 9 } },
  ])
    assert.throws(() => requireAgreement(policyOf(), { ...policy.document, keys: trustKeys(change) }), {
      code: 'residency-draft.trust',
    });
  assert.throws(() => requireAgreement(policyOf(), { ...policy.document, keys: [] }), {
    code: 'residency-draft.trust',
  });
});

test('a plan says who moves, how much, what they notice, and which promise is taken back', () => {
  const due = '2027-06-30T00:00:00Z';
  const before = policyOf({
    milestone: [
      { id: 'a', what: 'data', due },
      { id: 'b', what: 'center', due },
    ],
  });
  const after = policyOf(
    { default: 'zurich', center: [], milestone: [{ id: 'b', what: 'center', due: '2027-07-01T00:00:00Z' }] },
    before,
  );
  const record = (country: string, count: number): object => ({
    kind: 'file-seen',
    country,
    count,
    bytes: count * 10,
  });
  const counts = new Map([
    [
      'frankfurt',
      { center: 'frankfurt', at: due, records: [record('FR', 3), record('DE', 4), record('CH', 9)] },
    ],
  ]) as Parameters<typeof planOf>[2];
  const plan = planOf(before, after, counts);
  const [move] = plan.moves;
  assert.deepEqual(
    [plan.moves.length, move?.from, move?.to, move?.countries.length, move?.records, move?.bytes],
    [1, 'frankfurt', 'zurich', 247, 7, 70],
  );
  assert.deepEqual(plan.drained, ['frankfurt']);
  assert.deepEqual(plan.loosened, [
    `milestone a, due ${due}, is taken back`,
    `milestone b is put off from ${due} to 2027-07-01T00:00:00Z`,
  ]);
  const words = describePlan(plan).join('\n');
  assert.match(words, /7 records, 70 bytes\n {2}leaves DE for CH: sharing stops until each owner has agreed/);
  assert.match(
    describePlan(planOf(before, after, new Map())).join('\n'),
    /unknown: frankfurt did not answer/,
  );
  assert.deepEqual(describePlan(planOf(before, before, counts)), ['no country moves']);
});

test('what is said of residency fits a terminal of 80 columns, also as a ceremony indents it', () => {
  const east = { ...testCenter('frankfurt-am-main', 'DE'), operator: 'european-security-cooperative' };
  const west = { ...testCenter('ashburn-virginia', 'US'), operator: 'north-american-operations' };
  const milestone = ['conveyor', 'data'].map((what) => ({
    id: `${what}-to-frankfurt-am-main`,
    what: what as 'data',
    due: formatTime(now),
    done: '0'.repeat(64),
  }));
  const made = (own: readonly string[], before?: ResidencyPolicy): ResidencyPolicy =>
    draftResidency(
      { notice: '0s', default: west.id, center: [{ id: east.id, countries: own }], milestone },
      [east, west],
      before,
      now,
    );
  const before = made(countries.slice(0, 1));
  const after = made(countries.slice(0, 43), before);
  for (const lines of [
    describeResidency(after),
    describePlan(planOf(before, after, new Map())),
    describePlan(planOf(after, made([], after), new Map())),
    describeMilestones(milestonesAt(after, now, () => true)),
    describeMilestones(milestonesAt(after, now + 1, () => false)),
  ])
    for (const line of lines) assert.ok(line.length <= 78, `${line.length}: ${line}`);
  const words = describeResidency(after).join(' ').split(/ +/);
  for (const code of countries.slice(0, 43)) assert.ok(words.includes(code), code);
});

test('a long line is broken at spaces alone, and nothing of it is lost', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z0-9]{1,90}$/), { minLength: 1 }), (words) => {
      const lines = wrapped(words.join(' '));
      assert.deepEqual(lines.join(' ').trim().split(/ +/), words);
      for (const line of lines) assert.ok(line.length <= 80 || !line.trim().includes(' '));
    }),
  );
});

test('counts are taken from the data center that was asked, and from no other answer', async (t) => {
  const answers: Readonly<Record<string, string>> = {
    '/good/v1/counts': `{"at":"2026-11-24T09:00:00Z","center":"zurich","more":1,"records":[]}`,
    '/other/v1/counts': `{"at":"2026-11-24T09:00:00Z","center":"frankfurt","records":[]}`,
    '/rubbish/v1/counts': `{"center":"zurich","records":[{"count":-1}]}`,
  };
  const server = createServer((request, response) => {
    const answer = answers[request.url ?? ''];
    response.writeHead(answer === undefined ? 404 : 200).end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  const intake = ['gone', 'rubbish', 'other', 'good/'].map((path) => `http://127.0.0.1:${port}/${path}`);
  const notes: string[] = [];
  const found = await countsOf([{ ...zurich, intake }], (text) => notes.push(text));
  assert.equal(found.get('zurich')?.center, 'zurich');
  assert.equal(notes.length, 3);
  assert.match(notes[2] ?? '', /answers as the data center frankfurt/);
});

const keyOf = (center: string, changes: Partial<SealingKey> = {}): SealingKey => ({
  center,
  suite: 'x25519-sha256-aes256gcm',
  publicKey: toBase64(sha256(utf8(`sealing key of ${center}`))),
  policy: 1,
  consent: schemaDigest(),
  notBefore: '2026-11-20T00:00:00Z',
  notAfter: '2026-11-27T00:00:00Z',
  graceUntil: '2026-12-04T00:00:00Z',
  ...changes,
});

test('sharing.json holds what the log holds of residency, and nothing that a reader would refuse', async (t) => {
  const folder = temporaryDirectory(t);
  const world = await makeWorld({ policy: listing() });
  const holders = world.rootKeys.map(({ signer }) => signer);
  const done = statementIdOf(parseEnvelope(world.log.entries[0] as Uint8Array));
  const policy = policyOf({
    notice: '0s',
    milestone: [
      { id: 'a', what: 'conveyor', due: formatTime(now), done },
      { id: 'b', what: 'data', due: formatTime(now), done: '0'.repeat(64) },
    ],
  });
  const document = await signResidency(policy, holders);
  const log = await memoryReader(world);
  const publisher = { log, policy: world.policy };
  const ledger = await readLedger(log);
  const write = async (): ReturnType<typeof writeSharing> => {
    await ledger.refresh();
    return writeSharing({ public: folder }, publisher, ledger);
  };

  assert.equal(await write(), undefined, 'no policy yet');
  await publishResidencyFile({ public: folder }, 1, document);
  assert.equal(await write(), undefined, 'a document that is not in the log is none');
  const { signatures, ...statement } = parseDocument(document);
  for (const signature of signatures) world.log.append({ ...statement, signatures: [signature] });
  const logKey = async (key: SealingKey, signer = `identity ${key.center}`): Promise<number> =>
    world.log.append(await signSealingKey(key, testSigner(signer)));
  await logKey(keyOf('zurich'));
  await logKey(keyOf('frankfurt'));
  // Over, of no version, of no center, by the key of another center.
  await logKey(
    keyOf('zurich', {
      notBefore: '2026-11-10T00:00:00Z',
      notAfter: '2026-11-17T00:00:00Z',
      graceUntil: '2026-11-20T00:00:00Z',
    }),
  );
  await logKey(keyOf('zurich', { policy: 2 }));
  await logKey(keyOf('geneva'), 'identity zurich');
  await logKey(keyOf('zurich'), 'identity frankfurt');

  const sharing = await write();
  const bytes = readFileSync(join(folder, 'sharing.json'));
  assert.deepEqual(await readSharing(bytes, { policy: world.policy, root: world.policy.root }), sharing);
  assert.deepEqual(sharing?.sealingKeys, [keyOf('zurich'), keyOf('frankfurt')]);
  const { policy: inForce } = residencyAt(sharing.residencies, sharing.time);
  assert.deepEqual(
    milestonesAt(inForce, sharing.time, (id) => sharing.logged.has(id)).map(
      ({ id, state }) => `${id} ${state}`,
    ),
    ['a done', 'b overdue'],
  );

  const next = policyOf({ notice: '0s', default: 'zurich', center: [] }, policy);
  await publishResidencyFile({ public: folder }, 2, await signResidency(next, holders));
  assert.equal((await write())?.residencies.length, 1, 'announced when it is logged');
  world.log.append(oneOf(await signResidency(next, holders)));
  assert.equal((await write())?.residencies.length, 2);
});

function oneOf(document: Uint8Array): Envelope {
  const { signatures, ...statement } = parseDocument(document);
  return { ...statement, signatures: signatures.slice(0, 1) };
}

test('a supervisor accepts the policy that it compared, and its witness follows the ledgers', async (t) => {
  const folder = temporaryDirectory(t);
  const [served, own] = [join(folder, 'served'), join(folder, 'own')];
  mkdirSync(join(own, 'witness'), { recursive: true });
  mkdirSync(served);
  const world = await makeWorld({ policy: listing() });
  writeFileSync(join(own, 'root.json'), world.root);
  writeFileSync(join(own, 'policy.json'), world.policyBytes);
  writeFileSync(
    join(own, 'supervisor.toml'),
    'operator = "supervisor-a"\nlisten = "127.0.0.1:7411"\n[vendor]\nlog = "http://127.0.0.1:1"\nrepository = "http://127.0.0.1:1"\nroot = "root.json"\npolicy = "policy.json"\n',
  );
  const toml = join(own, 'witness', 'witness.toml');
  const plain = `name = "supervisor-a/witness"\nlisten = "127.0.0.1:7410"\nkeys = ["witness.key"]\n[[logs]]\norigin = "${worldOrigin}"\nkeys = ["${world.policy.logKeys[0]?.vkey ?? ''}"]\n`;
  writeFileSync(toml, plain);
  const holders = world.rootKeys.map(({ signer }) => signer);
  const log = await memoryReader(world);
  const ledger = await readLedger(log);
  const serve = async (policy: ResidencyPolicy): Promise<string> => {
    const document = await signResidency(policy, holders);
    await publishResidencyFile({ public: served }, policy.version, document);
    world.log.append(oneOf(document));
    await ledger.refresh();
    const sharing = await writeSharing({ public: served }, { log, policy: world.policy }, ledger);
    return sharing?.residencies.at(-1)?.digest ?? '';
  };
  const since = (days: number, policy: ResidencyPolicy): ResidencyPolicy => {
    const issuedAt = formatTime(now - days * 86_400);
    return { ...policy, issuedAt, effective: issuedAt };
  };
  const first = since(30, policyOf({ notice: '0s' }));
  const digest = await serve(first);
  await assert.rejects(acceptResidency('0'.repeat(64), served, own), { code: 'residency.digest' });
  assert.equal(readFileSync(toml, 'utf8'), plain);

  for (const [change, reason] of [
    [{ operator: 'trustee' }, /names trustee and not vendor as operator of the data center "frankfurt"/],
    [{ role: 'reviewer' }, /does not list the identity key of the data center "frankfurt".*policy accept/s],
  ] as const) {
    writeFileSync(join(own, 'policy.json'), (await makeWorld({ policy: listing(change) })).policyBytes);
    await assert.rejects(acceptResidency(digest, served, own), { code: 'residency.trust', message: reason });
  }
  assert.equal(readFileSync(toml, 'utf8'), plain, 'a witness follows nobody who does not count');
  const over = await makeWorld({ policy: listing({ until: { origin: worldOrigin, index: 9 } }) });
  writeFileSync(join(own, 'policy.json'), over.policyBytes);
  const { ended } = await acceptResidency(digest, served, own);
  assert.equal(ended.length, 2, 'the end of a key is told, and stops nothing');
  writeFileSync(toml, plain);
  writeFileSync(join(own, 'policy.json'), world.policyBytes);

  const accepted = await acceptResidency(digest, served, own);
  assert.deepEqual(accepted.ended, []);
  assert.deepEqual(accepted.ledgers, [
    'frankfurt.example/custody',
    'frankfurt.example/access',
    'zurich.example/custody',
    'zurich.example/access',
  ]);
  const followed = readFileSync(toml, 'utf8');
  for (const { ledger: custody, access } of centers)
    for (const vkey of [custody, access]) assert.ok(followed.includes(`keys = [${JSON.stringify(vkey)}]`));
  assert.equal(
    statementIdOf(parseDocument(readFileSync(join(own, 'residency.json')))),
    statementIdOf(parseDocument(await signResidency(first, holders))),
  );
  assert.deepEqual((await acceptResidency(digest, served, own)).ledgers, [], 'a second time changes nothing');
  assert.equal(readFileSync(toml, 'utf8'), followed);

  const before = readFileSync(join(served, 'sharing.json'));
  const second = since(29, policyOf({ notice: '0s', center: [] }, first));
  assert.equal((await acceptResidency(await serve(second), served, own)).version, 2);
  writeFileSync(join(served, 'sharing.json'), before);
  await assert.rejects(acceptResidency(digest, served, own), { code: 'sharing.older' });
  writeFileSync(toml, followed.replace(`keys = ["${zurich.ledger}"]`, `keys = ["${frankfurt.ledger}"]`));
  const third = since(28, policyOf({ notice: '7d' }, second));
  const promised = await serve(third);
  await assert.rejects(acceptResidency(promised, served, own), { code: 'residency.ledger' });
  writeFileSync(toml, followed);
  assert.equal((await acceptResidency(promised, served, own)).version, 3);
  // A root that came since knows none of those who signed what was accepted; what was accepted binds all the same.
  writeFileSync(join(own, 'residency.json'), await signResidency(third, [testSigner('former root')]));
  assert.equal((await acceptResidency(promised, served, own)).version, 3);
  // Issued weeks ago, says the policy; the log that we saw last did not hold it.
  const fourth = { ...since(20, policyOf({ notice: '0s' }, third)), effective: formatTime(now) };
  await assert.rejects(acceptResidency(await serve(fourth), served, own), { code: 'residency.succession' });
});
