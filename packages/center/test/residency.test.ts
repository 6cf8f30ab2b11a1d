// What the Center says of data centers: where each country is kept, what the log holds, and what a data center
// says of itself beside that.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { canonicalJson, countries, formatTime, toHex, utf8, type Json } from '@vitrine/evidence';
import { schemaDigest } from '@vitrine/reports';
import type { ConsentPage, GrantsPage, MyDataPage } from '../src/contract/custody.ts';
import type { Overview, Topic } from '../src/contract/overview.ts';
import type { CenterPage, LedgerView, ResidencyPage } from '../src/contract/residency.ts';
import { openPortal, type Portal, type TestBrowser } from './portal.ts';
import { makeCenterWorld } from './world.ts';
import { addDataCenters, withDataCenters, type CenterId } from './world/datacenters.ts';

const world = await makeCenterWorld({ after }, { policy: withDataCenters, trouble: false });
const { centers, publish, grant, policies, logVersion } = await addDataCenters({ after }, world);
const portal = await openPortal({ after }, world);
const day = 86_400;

/** After a look at everything: what is kept for ten seconds is made anew. */
async function looked(at: Portal = portal): Promise<TestBrowser> {
  await at.center.look();
  at.clock.advance(10_000);
  return at.browser();
}

async function residency(at?: Portal): Promise<ResidencyPage> {
  return (await looked(at)).json<ResidencyPage>('/residency.json');
}

async function pageOf(id: CenterId, at?: Portal): Promise<CenterPage> {
  return (await looked(at)).json<CenterPage>(`/residency/centers/${id}.json`);
}

async function ledgerOf(id: CenterId, purpose: LedgerView['purpose']): Promise<LedgerView> {
  const found = (await pageOf(id)).ledgers.find((one) => one.purpose === purpose);
  return found ?? assert.fail(purpose);
}

test('every country has its data center now, and the one that is announced', async () => {
  const page = await residency();
  assert.deepEqual([page.inForce, page.trouble, page.unserved], [1, null, null]);
  assert.equal(page.countries.length, countries.length);
  const of = (code: string): ResidencyPage['countries'][number] | undefined =>
    page.countries.find((one) => one.code === code);
  assert.deepEqual(of('CH'), {
    code: 'CH',
    name: 'Switzerland',
    center: 'alpine',
    next: 'alpine',
    spans: [{ version: 1, effective: policies[0].effective, center: 'alpine' }],
  });
  assert.deepEqual(
    [of('DE')?.center, of('DE')?.next, of('DE')?.spans.map(({ center }) => center)],
    ['nordic', 'alpine', ['nordic', 'alpine']],
  );
  const [announced, inForce] = page.versions;
  assert.deepEqual([announced?.state, inForce?.state], ['announced', 'in-force']);
  assert.deepEqual(
    announced?.moves.map(({ name, from, to, jurisdictionFrom, jurisdictionTo }) => [
      name,
      from,
      to,
      jurisdictionFrom,
      jurisdictionTo,
    ]),
    [
      ['Austria', 'nordic', 'alpine', 'SE', 'CH'],
      ['Germany', 'nordic', 'alpine', 'SE', 'CH'],
    ],
  );
  assert.deepEqual(
    page.centers.map(({ id, serves, willServe }) => [id, serves, willServe]),
    [
      ['alpine', 2, 4],
      ['nordic', countries.length - 2, countries.length - 4],
    ],
  );
});

test('a milestone is done only where the log holds the statement that fulfils it', async () => {
  const { milestones } = await residency();
  assert.deepEqual(
    milestones.map(({ id, state, done }) => [id, state, done?.kind ?? null]),
    [
      ['data-moved', 'done', 'order'],
      ['keys-moved', 'overdue', null],
      ['pages-moved', 'overdue', null],
      ['conveyor-moved', 'due', null],
    ],
  );
  assert.equal(milestones.find(({ id }) => id === 'pages-moved')?.done?.index, null);
});

test('neither the clock here nor an ended key changes what is in force; that key is not shown as one that counts', async (t) => {
  const keys = new Map(world.policy.keys);
  const ended = (await pageOf('nordic')).identity.keyid;
  const gone = (await pageOf('alpine')).identity.keyid;
  const key = keys.get(ended) ?? assert.fail('no key');
  const until = { origin: world.policy.document.log.origin, index: world.log.statements.length };
  keys.set(ended, { ...key, until });
  keys.delete(gone);
  const later = await openPortal(t, { ...world, policy: { ...world.policy, keys } });
  later.clock.advance(20 * day * 1_000);
  // By the time of the witnesses.
  assert.equal((await residency(later)).inForce, 1);
  assert.equal((await pageOf('nordic', later)).identity.state, 'ended');
  assert.equal((await pageOf('alpine', later)).identity.state, 'unlisted');
});

test('a version that the log holds and the repository does not serve is named', async (t) => {
  const behind = await openPortal(t, world);
  await publish([1]);
  try {
    // This Center never saw the second version; the other one did, and holds on to it.
    const fresh = await openPortal(t, world);
    const page = await residency(fresh);
    assert.deepEqual([page.versions.length, page.unserved?.version], [1, 2]);
    const held = await residency();
    assert.deepEqual([held.versions.length, held.trouble?.code], [2, 'sharing.older']);
    const again = await openPortal(t, world, { folder: portal.folder });
    const kept = await residency(again);
    assert.deepEqual([kept.versions.length, kept.trouble?.code], [2, 'sharing.older']);
  } finally {
    await publish();
  }
  assert.equal((await residency(behind)).trouble, null);
  assert.equal((await residency()).trouble, null);
});

test('what the repository serves in its place is refused, and the last one stands', async () => {
  const path = '/sharing.json';
  const { gate } = world.repository;
  const file = await publish();
  const broken = new Uint8Array(file);
  broken[file.length - 40] = (broken[file.length - 40] ?? 0) ^ 1;
  const cases: readonly (readonly [Uint8Array, RegExp])[] = [
    [utf8('{}'), /^sharing\.form$/],
    [utf8('[['.repeat(600_000)), /^fetch\.too-large$/],
    [broken, /^(?:sharing|residency)\./],
  ];
  for (const [lie, code] of cases) {
    gate.lies.set(path, lie);
    const { trouble, versions } = await residency();
    assert.match(trouble?.code ?? '', code);
    assert.equal(versions.length, 2);
  }
  gate.lies.delete(path);
  gate.state = 'down';
  assert.equal((await residency()).trouble?.code, 'fetch.status');
  gate.state = 'up';
  assert.equal((await residency()).trouble, null);
  // The operator is told once of each lie; that nothing answers is told of the repository as a whole.
  const told = portal.reported.filter((line) => line.startsWith('where data is kept'));
  assert.equal(new Set(told).size, told.length);
  assert(!told.some((line) => line.includes('fetch.status')));
  assert(told.some((line) => line.includes('sharing.form')));
});

test('without a sharing file the pages say that nothing is published, and are no fault', async (t) => {
  const bare = await makeCenterWorld(t, { trouble: false });
  const empty = await openPortal(t, bare);
  const page = await residency(empty);
  assert.deepEqual([page.inForce, page.trouble, page.countries, page.centers], [null, null, [], []]);
  const browser = empty.browser();
  assert.equal((await browser.json<ConsentPage>('/consent.json?country=CH')).place, null);
  assert.equal((await browser.get('/residency/centers/alpine.json')).status, 404);
});

test('a data center is shown with its keys, its ledgers and its own counts', async () => {
  const page = await pageOf('alpine');
  assert.deepEqual(
    [page.state, page.identity.state, page.organisation, page.countryName],
    ['in-force', 'listed', 'Operator of alpine', 'Switzerland'],
  );
  assert.deepEqual(
    page.countries.map(({ code }) => code),
    ['CH', 'LI'],
  );
  const [, inForce] = (await residency()).versions;
  assert.equal(page.next?.index, (await residency()).versions[0]?.index);
  assert.deepEqual(page.stated, { version: 1, index: inForce?.index }, 'who says so is an entry of the log');
  assert.deepEqual([page.next?.joins, page.next?.leaves], [['AT', 'DE'], []]);
  assert.deepEqual(
    page.sealingKeys.map(({ state }) => state),
    ['next', 'in-use'],
  );
  for (const ledger of page.ledgers)
    assert.deepEqual([ledger.logged, ledger.compared, ledger.contradictions.length], [3, 'equal', 0]);
  assert.equal(page.counts?.address, `${centers.alpine.listed.intake[0] ?? ''}/v1/counts`);
  assert.equal(page.counts?.refusals[0]?.count, 3);
});

test('a sealing key that lives too long is shown as none', async () => {
  const now = Math.floor(world.clock.now() / 1_000);
  const { index } = await centers.nordic.logKey(now, { notAfter: formatTime(now + 30 * day) });
  const [newest] = (await pageOf('nordic')).sealingKeys;
  assert.deepEqual([newest?.index, newest?.state], [index, 'invalid']);
});

test('what a data center says of its ledgers is held against the log', async () => {
  const { alpine } = centers;
  const says = async (custody: Json): Promise<void> => {
    alpine.counts = { ...((await alpine.honest()) as object), custody } as Json;
  };
  const root = await alpine.custody.root();
  const table: readonly (readonly [Json, LedgerView['compared']])[] = [
    [{ size: 3, root }, 'equal'],
    [{ size: 3, root: 'a'.repeat(64) }, 'other'],
    [{ size: 2, root: await alpine.custody.root(2) }, 'behind'],
    [{ size: 2, root }, 'other'],
    [{ size: 4, root: 'b'.repeat(64) }, 'ahead'],
  ];
  for (const [said, compared] of table) {
    await says(said);
    assert.equal((await ledgerOf('alpine', 'custody')).compared, compared, JSON.stringify(said));
  }
  alpine.counts = await alpine.honest();
});

test('counts that are none, or of another center, or too many, are not shown; what was good before is', async () => {
  const { alpine } = centers;
  const honest = (await alpine.honest()) as { readonly [name: string]: Json };
  alpine.counts = honest;
  await pageOf('alpine');
  const flood = Array.from({ length: 4_001 }, () => ({
    kind: 'detection',
    country: 'CH',
    count: 1,
    bytes: 1,
  }));
  const cases: readonly (readonly [Json, RegExp])[] = [
    [{ ...honest, center: 'nordic' }, /^center\.datacenter$/],
    [{ ...honest, at: '<b>now</b>' }, /^schema\./],
    [{ ...honest, records: [{ kind: 'x', country: 'CH', count: -1, bytes: 0 }] }, /^schema\./],
    [{ ...honest, records: flood }, /^schema\./],
    ['x'.repeat(1 << 20), /^fetch\.too-large$/],
    [null, /^schema\./],
  ];
  for (const [lie, code] of cases) {
    alpine.counts = lie;
    const { trouble, counts } = await pageOf('alpine');
    assert.match(trouble?.code ?? '', code, JSON.stringify(lie).slice(0, 80));
    assert.equal(counts?.records[0]?.count, 40);
  }
  alpine.gate.state = 'down';
  assert.equal((await pageOf('alpine')).trouble?.code, 'fetch.status');
  alpine.gate.state = 'up';
  alpine.counts = { ...honest, more: 'that a later version says' };
  const { trouble, counts } = await pageOf('alpine');
  assert.equal(trouble, null);
  assert(!JSON.stringify(counts).includes('later version'));
});

test('two heads of which only one can be true stand side by side', async () => {
  const { nordic } = centers;
  assert.deepEqual((await ledgerOf('nordic', 'custody')).contradictions, []);
  const honest = await nordic.custody.root();
  await nordic.logHead('custody', 'f'.repeat(64));
  const [pair] = (await ledgerOf('nordic', 'custody')).contradictions;
  assert.deepEqual(
    pair?.map(({ root, size }) => [root, size]),
    [
      [honest, 3],
      ['f'.repeat(64), 3],
    ],
  );
});

test('profiles are shown by the fields themselves, for the data center of a country', async () => {
  const browser = await looked();
  const page = await browser.json<ConsentPage>('/consent.json?country=CH');
  assert.equal(page.schema.digest, schemaDigest());
  const keys = (await pageOf('alpine')).sealingKeys;
  const committed = page.schema.committed.find(({ center }) => center === 'alpine');
  assert.equal(committed?.index, keys[0]?.index, 'the log says the same, in the newest sealing key');

  assert.deepEqual(
    page.screens.map(({ profile, sections }) => [profile, sections.length]),
    [
      ['none', 0],
      ['look-ups', 1],
      ['reports', 5],
      ['samples', 6],
    ],
  );
  assert.equal(page.place?.center, 'alpine');
  assert.match(page.screens.at(-1)?.notes[0] ?? '', /Data center alpine \(Switzerland\)/);
  const anywhere = await browser.json<ConsentPage>('/consent.json');
  assert.equal(anywhere.place, null);
  assert.equal((await browser.get('/consent.json?country=<b>')).status, 400);
});

test('a grant is there for all to see, and says what it was for once its supervisor opened it', async () => {
  const salt = new Uint8Array(32).fill(7);
  const body: Json = {
    at: formatTime(Math.floor(world.clock.now() / 1_000)),
    center: 'alpine',
    format: 'urn:vitrine:access-grant-body:v1',
    ledger: 'alpine.example/custody',
    records: [{ index: 1, key: '1'.repeat(64) }],
    request: '2'.repeat(64),
    supervisor: 'supervisor-a',
    until: formatTime(Math.floor(world.clock.now() / 1_000) + 3_600),
    who: 'on call',
    why: 'a detection that was wrong',
  };
  const { index, commitment } = await grant(body, salt);
  const sealed = await (await looked()).json<GrantsPage>('/grants.json');
  assert.deepEqual(
    sealed.grants.map((one) => [one.index, one.operator, one.body]),
    [[index, 'supervisor-a', null]],
  );
  assert.deepEqual(
    sealed.ledgers.map(({ center, readings, points }) => [center, readings, points.length]),
    [
      ['alpine', 3, 3],
      ['nordic', 3, 3],
    ],
  );
  mkdirSync(join(portal.folder, 'openings'), { recursive: true });
  writeFileSync(
    join(portal.folder, 'openings', `${commitment}.json`),
    canonicalJson({ body, salt: toHex(salt) }),
  );
  const [opened] = (await (await looked()).json<GrantsPage>('/grants.json')).grants;
  assert.deepEqual(
    [opened?.body?.why, opened?.body?.records, opened?.body?.ended],
    ['a detection that was wrong', 1, false],
  );
});

test('the first page says what is in force, what is overdue, and which ledger contradicts itself', async () => {
  const { tiles } = await (await looked()).json<Overview>('/index.json');
  const about = (topic: Topic): readonly string[] =>
    tiles.filter((one) => one.topic === topic).map((one) => `${one.group} ${one.about} ${one.count}`);
  assert.deepEqual(about('residency-proven'), ['proven  1']);
  assert.deepEqual(about('milestone-overdue'), ['late keys-moved 0', 'late pages-moved 0']);
  assert.deepEqual(about('ledger-contradicts'), ['open Data center nordic 1']);
  assert.deepEqual(about('residency-trouble'), []);
});

test('heads to check receipts against are the same for everyone, and name nobody', async () => {
  const { heads, files } = await (await looked()).json<MyDataPage>('/my-data.json');
  assert.equal(files.sharing, '/repository/sharing.json');
  const ofAlpine = heads.filter(({ ledger }) => ledger === 'alpine.example/custody');
  assert.deepEqual(
    ofAlpine.map(({ size }) => size),
    [1, 2, 3],
  );
  const file = await publish();
  const served = await portal.browser().get(files.sharing);
  assert.deepEqual(Buffer.from(await served.arrayBuffer()), Buffer.from(file));
});

test('with the time of the witnesses the announced version is in force, and one logged too late is told', async () => {
  const [, second] = policies;
  const start = Date.parse(second.issuedAt) / 1_000;
  world.clock.advance(15 * day * 1_000);
  // A head of that day without the third version: only what this Center saw itself makes it late.
  await grant({ nothing: 'of note' });
  await looked();
  await logVersion({
    ...second,
    version: 3,
    issuedAt: formatTime(start + 7 * day),
    effective: formatTime(start + 16 * day),
  });
  await publish();
  const { inForce, versions } = await residency();
  assert.equal(inForce, 2);
  assert.deepEqual(
    versions.map(({ version, state, late }) => [version, state, late]),
    [
      [3, 'announced', true],
      [2, 'in-force', false],
      [1, 'past', false],
    ],
  );
});
