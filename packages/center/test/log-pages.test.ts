import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import fc from 'fast-check';
import {
  canonicalJson,
  commitTo,
  finding,
  formatEnvelope,
  fromUtf8,
  parseEnvelope,
  resolution,
  signEnvelope,
  signStatement,
  statementIdOf,
  statementType,
  toHex,
  utf8,
  type Envelope,
  type Json,
} from '@vitrine/evidence';
import { sha256Hex } from '@vitrine/host';
import { admissionLimits } from '@vitrine/log/admission';
import { testSigner, type World } from '@vitrine/testkit';
import type { Center } from '../src/center.ts';
import {
  findingDetail,
  findingsPage,
  type FindingDetail,
  type FindingsPage,
} from '../src/contract/findings.ts';
import {
  entryDetail,
  logSearch,
  witnessesPage,
  type EntryDetail,
  type LogSearch,
  type WitnessesPage,
} from '../src/contract/log.ts';
import { makeLogWorld, type LogWorld } from './log-world.ts';
import { makeCenterWorld } from './world.ts';

const salt = new Uint8Array(32).fill(7);
const body: Json = { about: 'a'.repeat(64), code: 'rebuild-differs', detail: {}, format: 'x' };

async function aFinding(world: World, about: string, sealed: Json = body): Promise<Envelope> {
  return signStatement(
    finding,
    [{ name: 'about', digest: { sha256: about } }],
    {
      ...commitTo(salt, canonicalJson(sealed), 'supervisor-a'),
      issuedAt: '2026-11-24T09:00:00Z',
      severity: 'critical',
    },
    world.signer('supervisor'),
  );
}

async function opened(
  t: TestContext,
  entries: readonly (Envelope | Uint8Array)[] = [],
): Promise<{ all: LogWorld; center: Center; folder: string }> {
  const all = await makeLogWorld(t);
  await all.log.append(...all.world.log.entries, ...entries);
  await all.log.publish();
  const folder = join(all.folder, 'the-center');
  mkdirSync(folder);
  return { all, center: await all.center({ folder }), folder };
}

async function get<T>(center: Center, address: string, expected = 200): Promise<T> {
  const response = await center.app.request(address);
  assert.equal(response.status, expected, address);
  return (await response.json()) as T;
}

test('every entry is found by its number, its digests, their beginnings and its key', async (t) => {
  const { center } = await opened(t);
  const { entries, total } = await get<LogSearch>(center, '/log.json');
  assert.equal(entries.length, total);
  assert.deepEqual(
    entries.map(({ index }) => index),
    entries.map((_, i) => total - 1 - i),
  );
  const details = await Promise.all(
    entries.map(({ index }) => get<EntryDetail>(center, `/log/entries/${index}.json`)),
  );
  const keysOf = ({ entry, links }: EntryDetail): readonly string[] => [
    entry.leaf,
    entry.keyid ?? '',
    ...links.map(({ sha256 }) => sha256),
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...details),
      fc.nat(),
      fc.integer({ min: 8, max: 64 }),
      async (detail, which, length) => {
        const all = keysOf(detail);
        const q = (all[which % all.length] ?? '').slice(0, length);
        const found = await get<LogSearch>(center, `/log.json?q=${q}`);
        const expected = details.filter((one) => keysOf(one).some((key) => key.startsWith(q)));
        assert.deepEqual(
          found.entries.map(({ index }) => index),
          expected.map(({ entry }) => entry.index),
        );
      },
    ),
    { numRuns: 60 },
  );
  const one = await get<LogSearch>(center, '/log.json?q=3');
  assert.deepEqual(
    one.entries.map(({ index }) => index),
    [3],
  );
});

test('conditions are joined, and what nothing can be found by is said to be that', async (t) => {
  const { center, all } = await opened(t);
  const search = async (query: string): Promise<readonly string[]> =>
    (await get<LogSearch>(center, `/log.json?${query}`)).entries.map(({ kind }) => kind);
  assert.deepEqual(await search('kind=release&product=verifier&channel=stable'), ['release']);
  assert.deepEqual(await search('kind=release&product=other'), []);
  assert.deepEqual(await search('signer=supervisor-b&counts=yes'), ['rebuild']);
  assert.deepEqual(await search(`signer=${all.world.signer('releaser').keyid}`), ['release']);
  assert.deepEqual(await search('counts=no'), []);
  assert.deepEqual(await search('kind='), await search(''));
  for (const q of ['abc', 'zzzzzzzzzz', '%25', "'; DROP TABLE entry; --"])
    assert.equal((await get<LogSearch>(center, `/log.json?q=${encodeURIComponent(q)}`)).understood, false, q);
  assert.equal((await get<LogSearch>(center, '/log.json?q=9999')).total, 0);
  for (const query of ['page=0', 'page=x', 'counts=maybe', `q=${'a'.repeat(300)}`])
    assert.equal(
      (await get<{ error: { code: string } }>(center, `/log.json?${query}`, 400)).error.code,
      'center.request',
    );
});

test('pages of the list hold every entry once', async (t) => {
  const { world } = await makeLogWorld(t);
  const many = await Promise.all(
    Array.from({ length: 120 }, (_, i) => aFinding(world, sha256Hex(utf8(String(i))))),
  );
  const { center } = await opened(t, many);
  const seen: number[] = [];
  for (let page = 1; ; page++) {
    const { entries, pages, page: shown } = await get<LogSearch>(center, `/log.json?page=${page}`);
    assert.equal(shown, page);
    seen.push(...entries.map(({ index }) => index));
    if (page === pages) break;
  }
  assert.deepEqual(
    seen,
    seen.map((_, i) => seen.length - 1 - i),
  );
  assert.equal(seen.length, 120 + world.log.entries.length);
});

test('an entry is decoded, and leads to what it names', async (t) => {
  const { center, all } = await opened(t);
  const { entries } = await get<LogSearch>(center, '/log.json?kind=release');
  const detail = await get<EntryDetail>(center, `/log/entries/${entries[0]?.index}.json`);
  assert.equal(detail.release, '/releases/verifier/stable/7');
  assert.equal(detail.entry.counts, true);
  assert.equal(detail.key?.organisation, 'Example Vendor');
  assert.equal((detail.predicate as { purl?: string }).purl, 'pkg:generic/verifier@0.1.0');
  const order = detail.links.find(({ sha256 }) => sha256 === all.world.orderId);
  assert.match(order?.page ?? '', /^\/log\/entries\/[0-9]+$/);
  assert.ok(order?.mentions.some(({ kind, part }) => kind === 'rebuild' && part === 'named'));
  assert.deepEqual(
    Buffer.from(detail.raw.text),
    Buffer.from(all.world.log.entries[detail.entry.index] ?? []),
  );
  const source = await get<LogSearch>(center, '/log.json?kind=source');
  const tree = source.entries[0]?.subjects[0]?.sha256 ?? '';
  const listed = await get<EntryDetail>(center, `/log/entries/${source.entries[0]?.index}.json`);
  assert.equal(listed.links.find(({ sha256 }) => sha256 === tree)?.page, `/source/${tree}`);
  for (const [address, status] of [
    ['/log/entries/99999.json', 404],
    ['/log/entries/-1.json', 400],
    ['/log/entries/01.json', 400],
    ['/log/entries/1e3.json', 400],
  ] as const)
    await get(center, address, status);
});

test('entries that are no statement, or say something unknown, are shown as they are', async (t) => {
  const unknown = {
    _type: statementType,
    subject: [{ name: 'x', digest: { sha256: 'b'.repeat(64) } }],
    predicateType: 'https://example.com/other/v1',
    predicate: { text: '</script><script>alert(1)</script>', deep: [[[[{ a: null }]]]] },
  };
  const { center, all } = await opened(t, [
    Uint8Array.of(0xff, 0xfe, 0),
    await signEnvelope(utf8(JSON.stringify(unknown)), testSigner('nobody')),
  ]);
  const first = all.world.log.entries.length;
  const bytes = await get<EntryDetail>(center, `/log/entries/${first}.json`);
  assert.deepEqual(
    [bytes.entry.kind, bytes.entry.objection, bytes.raw],
    ['unreadable', 'not-an-envelope', { encoding: 'base64', text: '//4A' }],
  );
  const other = await get<EntryDetail>(center, `/log/entries/${first + 1}.json`);
  assert.deepEqual([other.entry.kind, other.entry.objection], ['other', 'unlisted-key']);
  assert.deepEqual(other.predicate, unknown.predicate);
  const answer = await center.app.request(`/log/entries/${first + 1}.json`);
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
});

const wrongPaths = [
  '../../etc/passwd',
  'tile/0/../../log.db',
  'tile/0/%2e%2e/000',
  'tile/0/000%2f..%2f..',
  'tile/0/0',
  'tile/64/000',
  'tile/0/000.p/0',
  'tile/0/000.p/256',
  'tile/entries/x000/0000',
  'log.db',
  'metrics',
  'add',
  'checkpoint/',
  'http://example.com/',
  '/checkpoint',
  '%00',
  'CHECKPOINT',
] as const;

test('the files of the log pass through as they are, and nothing else does', async (t) => {
  const { center, all } = await opened(t);
  const size = all.world.log.entries.length;
  for (const path of ['checkpoint', `tile/0/000.p/${size}`, `tile/entries/000.p/${size}`]) {
    const response = await center.app.request(`/log/files/${path}`);
    assert.equal(response.status, 200, path);
    const direct = await fetch(all.url + path);
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), Buffer.from(await direct.arrayBuffer()));
  }
  for (const [name, bytes] of [
    ['policy.json', all.world.policyBytes],
    ['root.json', all.world.root],
  ] as const) {
    const response = await center.app.request(`/log/files/${name}`);
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), Buffer.from(bytes));
  }
  all.asked.length = 0;
  for (const path of wrongPaths)
    assert.equal((await center.app.request(`/log/files/${path}`)).status, 404, path);
  assert.deepEqual(
    all.asked.filter((path) => path !== 'checkpoint' && !path.startsWith('tile/')),
    [],
  );
  assert.equal((await center.app.request('/log/files/tile/0/001')).status, 404, 'a tile that is not there');
});

test('a list of who may log is passed on up to the size that a log publishes', async (t) => {
  const { center, all } = await opened(t);
  let size = admissionLimits.published;
  all.answer = (path, honest) => (path === 'admission.json' ? new Uint8Array(size) : honest);
  const response = await center.app.request('/log/files/admission.json');
  assert.equal((await response.arrayBuffer()).byteLength, size);
  size++;
  assert.notEqual((await center.app.request('/log/files/admission.json')).status, 200);
});

test('a log that is down: pages stay, and its files are said to be out of reach', async (t) => {
  const { center, all } = await opened(t);
  all.answer = () => {
    throw new Error('down');
  };
  await center.look();
  const { log, total } = await get<LogSearch>(center, '/log.json');
  assert.deepEqual([log.trouble?.code, log.trouble?.kind], ['fetch.unreachable', 'down']);
  assert.equal(total, all.world.log.entries.length);
  const answer = await get<{ error: { code: string; message: string } }>(
    center,
    '/log/files/checkpoint',
    503,
  );
  assert.equal(answer.error.code, 'fetch.unreachable');
  assert.doesNotMatch(answer.error.message, /\bat\b .*\.ts/);
});

test('a fork is shown, and both checkpoints can be taken away', async (t) => {
  const { center, all } = await opened(t);
  const other = await all.fork();
  for (let i = 0; i < 20; i++) await other.append(utf8(`other ${i}`));
  const theirs = await other.publish();
  await center.look();
  const page = await get<WitnessesPage>(center, '/log/witnesses.json');
  assert.equal(page.log.trouble?.code, 'reader.fork');
  const [found] = page.contradictions;
  assert.deepEqual([found?.code, found?.theirs.size], ['reader.fork', 20]);
  const taken = await center.app.request(`/log/contradictions/${found?.id}/theirs`);
  assert.equal(fromUtf8(new Uint8Array(await taken.arrayBuffer())), fromUtf8(theirs));
  assert.match(taken.headers.get('content-disposition') ?? '', /^attachment; filename="[0-9a-f]{16}-theirs/);
  for (const address of [
    `/log/contradictions/${found?.id}/both`,
    `/log/contradictions/${'0'.repeat(64)}/ours`,
    '/log/contradictions/..%2f..%2fcenter.db/ours',
  ])
    assert.equal((await center.app.request(address)).status, 404, address);
});

test('witnesses are shown with the claim that their quorum supports', async (t) => {
  const { center } = await opened(t);
  const page = await get<WitnessesPage>(center, '/log/witnesses.json');
  assert.deepEqual(
    page.witnesses.map(({ organisation, current, size }) => [organisation, current, size === page.log.size]),
    [
      ['First Supervisor', true, true],
      ['Second Supervisor', true, true],
    ],
  );
  assert.equal(page.claim, 'safe while fewer than 2 of the 2 collude');
});

test('a finding is sealed until it is opened, and an opening that does not fit is not shown', async (t) => {
  const world = (await makeLogWorld(t)).world;
  const provenance = parseEnvelope(formatEnvelope(world.envelopes.provenance));
  const about = statementIdOf(provenance);
  const { center, all, folder } = await opened(t, [
    await aFinding(world, about),
    await aFinding(world, 'c'.repeat(64), 'other'),
  ]);
  const first = all.world.log.entries.length;
  const before = await get<FindingsPage>(center, '/findings.json');
  assert.deepEqual(before.counts, { note: 0, minor: 0, major: 0, critical: 2 });
  assert.deepEqual(
    before.findings.map(({ index, code, entry, product, page }) => [index, code, entry?.kind, product, page]),
    [
      [first + 1, null, undefined, null, null],
      [first, null, 'provenance', 'verifier', `/log/entries/${before.findings[1]?.entry?.index}`],
    ],
  );

  mkdirSync(join(folder, 'openings'));
  const sealed = before.findings.map((one) => one.sealed.commitment);
  const opening = canonicalJson({ body, salt: toHex(salt) });
  for (const commitment of sealed) writeFileSync(join(folder, 'openings', `${commitment}.json`), opening);
  await all.log.append(await aFinding(world, 'd'.repeat(64), 'third'));
  await all.log.publish();
  await center.look();
  const detail = await get<FindingDetail>(center, `/findings/${first}.json`);
  assert.deepEqual(
    [detail.finding.code, detail.finding.sealed.opened?.body, detail.others.length],
    ['rebuild-differs', body, 0],
  );
  const other = await get<FindingDetail>(center, `/findings/${first + 1}.json`);
  assert.deepEqual([other.finding.code, other.finding.sealed.opened], [null, null]);
  assert.equal((await get<FindingsPage>(center, '/findings.json?severity=note')).total, 0);
  await get(center, '/findings/0.json', 404);
});

test('a difference is open until a supervisor answers it', async (t) => {
  const all = await makeLogWorld(t);
  await all.world.release({ version: '0.2.0', sequence: 8, bytes: utf8('second'), differs: 'supervisor-b' });
  await all.log.append(...all.world.log.entries);
  await all.log.publish();
  const center = await all.center();
  const before = await get<FindingsPage>(center, '/findings.json');
  assert.deepEqual(before.findings, []);
  const [found] = before.differences;
  assert.deepEqual(
    [found?.operator, found?.product, found?.resolution, (found?.due ?? 0) - (found?.seenAt ?? 0)],
    ['supervisor-b', 'verifier', null, 604_800],
  );
  await all.log.append(
    await signStatement(
      resolution,
      [{ name: 'order', digest: { sha256: found?.order ?? '' } }],
      {
        differs: found?.index ?? 0,
        outcome: 'cleared',
        explanation: commitTo(salt, utf8('why'), 'supervisor-a'),
        issuedAt: '2026-11-24T10:00:00Z',
      },
      all.world.signer('supervisor'),
    ),
  );
  await all.log.publish();
  await center.look();
  const [answered] = (await get<FindingsPage>(center, '/findings.json')).differences;
  assert.deepEqual(
    [answered?.resolution?.outcome, answered?.resolution?.operator],
    ['cleared', 'supervisor-a'],
  );
});

test('every entry and finding of a whole world is shown in the form that the contract gives', async (t) => {
  const world = await makeCenterWorld(t);
  const all = await makeLogWorld(t);
  const center = await all.center({
    root: world.root,
    policyFile: world.policyBytes,
    policy: world.policy,
    log: `${world.log.url}/`,
    repository: world.repository.url,
    supervisors: world.supervisors.map(({ operator, url }) => ({ operator, url })),
    clock: world.clock,
  });
  await center.look();
  const found = logSearch.parse(await get(center, '/log.json'));
  assert.equal(found.log.trouble, null);
  assert.equal(found.total, world.log.statements.length);
  assert.ok(found.total <= 100, 'two pages hold them all');
  const kinds = new Set<string>();
  for (let index = 0; index < found.total; index++) {
    const detail = entryDetail.parse(await get(center, `/log/entries/${index}.json`));
    assert.deepEqual([detail.entry.index, detail.entry.objection], [index, null]);
    kinds.add(detail.entry.kind);
  }
  for (const kind of ['root', 'trust-policy', 'source', 'order', 'provenance', 'rebuild', 'release'])
    assert.ok(kinds.has(kind), kind);
  const findings = findingsPage.parse(await get(center, '/findings.json'));
  assert.deepEqual(
    findings.findings.map(({ index, severity, entry }) => [index, severity, entry?.kind]),
    [[world.finding?.index, 'critical', 'order']],
  );
  findingDetail.parse(await get(center, `/findings/${world.finding?.index}.json`));
  assert.deepEqual(
    findings.differences.map(({ operator, resolution: answer }) => [operator, answer]),
    [['supervisor-b', null]],
  );
  const witnesses = witnessesPage.parse(await get(center, '/log/witnesses.json'));
  assert.deepEqual(
    witnesses.supervisors.map(({ operator, trouble, unlogged }) => [operator, trouble, unlogged]),
    world.supervisors.map(({ operator }) => [operator, null, []]),
  );
});
