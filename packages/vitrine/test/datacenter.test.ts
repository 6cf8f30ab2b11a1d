// A data center as a process has it, in the time of the test: its weekly keys, its roots in the public log, what
// its operator asks of it, and what it refuses to begin with.

import assert from 'node:assert/strict';
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  canonicalJson,
  custodyRoot,
  formatTime,
  fromBase64,
  parseTime,
  statementOf,
  subjectOf,
  toBase64,
  type Json,
  type SealingKey,
} from '@vitrine/evidence';
import { Store } from '@vitrine/datacenter';
import { fileSeen, type TestEndpoint } from '@vitrine/datacenter/testing';
import { openAnswer, parseConfirmation, schemaDigest, type Residency } from '@vitrine/reports';
import { everyParserRefuses, eventually, repositoryRoot, temporaryDirectory } from '@vitrine/testkit';
import { fail } from '../src/codes.ts';
import { accessVerbs } from '../src/datacenter/access-verbs.ts';
import { readDataCenterConfig } from '../src/datacenter/config.ts';
import { askControl, serveControl, verbBody } from '../src/datacenter/control.ts';
import type { DataCenterDaemon } from '../src/datacenter/daemon.ts';
import { dataCenterFileSchema, formatDataCenterFile, parseDataCenterFile } from '../src/datacenter/file.ts';
import { openDataCenterFolder, storeOf } from '../src/datacenter/folder.ts';
import { keyDue } from '../src/datacenter/sealing.ts';
import { verbsOf } from '../src/datacenter/verbs.ts';
import { centerWorld, day, endpointOf, start, type CenterWorld } from './datacenter-world.ts';

const secretsOf = (folder: string): readonly string[] => readdirSync(join(folder, 'keys', 'sealing'));

test('a data center makes its sealing keys week by week, and destroys them after their grace', async (t) => {
  const world = await centerWorld(t);
  const { folder, clock } = world;
  await world.policy();
  const daemon = await world.open();
  await daemon.round();
  const [first] = world.sealingKeys();
  assert.equal(first?.notBefore, formatTime(start - 3_600));
  assert.equal(parseTime(first.notAfter) - parseTime(first.notBefore), 7 * day);
  const [secret = ''] = secretsOf(folder);
  assert.equal(statSync(join(folder, 'keys', 'sealing', secret)).mode & 0o777, 0o600);

  await daemon.round();
  assert.equal(world.sealingKeys().length, 1, 'one is enough until the next is due');
  clock.advance(5 * day * 1000);
  await daemon.round();
  const [, next] = world.sealingKeys();
  assert.equal(next?.notBefore, formatTime(parseTime(first.notAfter) - 3_600));

  const endpoint = await endpointOf(world, daemon);
  clock.advance(2 * day * 1000);
  const now = (): number => Math.floor(clock.now() / 1000);
  await daemon.center.intake.takeConsent((await endpoint.consent('reports', now())).message);
  const report = await endpoint.seal(endpoint.report([fileSeen('a.exe', now())], now()), first);
  assert.equal((await daemon.center.intake.take(report)).replay, false, 'within its grace it opens');

  clock.advance(2 * day * 1000);
  await daemon.round();
  assert.equal(secretsOf(folder).length, 1);
  assert.ok(!secretsOf(folder).includes(secret));
  await assert.rejects(daemon.center.intake.take(report), { code: 'intake.sealing-key' });
});

test('a data center whose store another has taken over makes no key that the other could not open', async (t) => {
  const world = await centerWorld(t);
  const { folder, clock } = world;
  await world.policy();
  const daemon = await world.open();
  await daemon.round();
  const [first = ''] = secretsOf(folder);
  const other = await Store.open(await storeOf(await openDataCenterFolder(folder)), 'zurich');
  t.after(() => other.close());
  await other.own();
  clock.advance(5 * day * 1000);
  await daemon.round();
  assert.match(daemon.troubles.get('sealing keys') ?? '', /custody\.taken-over/);
  await assert.rejects(daemon.renew(), { code: 'custody.taken-over' });
  await daemon.send();
  assert.equal(world.sealingKeys().length, 1);
  assert.deepEqual(secretsOf(folder), [first]);
  clock.advance(5 * day * 1000);
  await daemon.round();
  assert.deepEqual(secretsOf(folder), [], 'what has ended is destroyed all the same');
});

test('a secret that the disk did not give up is destroyed by the next round, and one that nothing names at the start', async (t) => {
  const world = await centerWorld(t);
  const { folder, clock } = world;
  await world.policy();
  const daemon = await world.open();
  await daemon.round();
  const [name = ''] = secretsOf(folder);
  const [path, aside] = [join(folder, 'keys', 'sealing', name), join(folder, 'aside')];
  renameSync(path, aside);
  mkdirSync(path);
  clock.advance(10 * day * 1000);
  await daemon.round();
  assert.match(daemon.troubles.get('sealing keys') ?? '', /overwrite/);
  rmSync(path, { recursive: true });
  renameSync(aside, path);
  await daemon.round();
  assert.ok(!secretsOf(folder).includes(name));
  await daemon.close();

  const kept = secretsOf(folder);
  for (const left of [`${'ab'.repeat(32)}.secret`, '.x.secret.tmp'])
    writeFileSync(join(folder, 'keys', 'sealing', left), Buffer.alloc(32, 7), { mode: 0o600 });
  await world.open();
  assert.deepEqual(secretsOf(folder), kept);
});

test('a sealing key whose end witnesses attest opens nothing more, however far behind the clock is', async (t) => {
  const world = await centerWorld(t);
  await world.policy();
  const daemon = await world.open();
  await daemon.round();
  const endpoint = await endpointOf(world, daemon);
  await daemon.center.intake.takeConsent((await endpoint.consent('reports', start)).message);
  const report = await endpoint.seal(endpoint.report([fileSeen('a.exe', start)], start));
  world.clock.advance(10 * day * 1000);
  const later = await world.sharing();
  world.clock.set(start * 1000);
  world.sharing = () => Promise.resolve(later);
  await daemon.round();
  await assert.rejects(daemon.center.intake.take(report), { code: 'intake.sealing-key' });
});

test('what supervisors sealed to a request opens nowhere once it has ended, whether anybody looks or not', async (t) => {
  const world = await centerWorld(t);
  const { folder, clock } = world;
  await world.policy();
  const daemon = await world.open();
  await daemon.round();
  const endpoint = await endpointOf(world, daemon);
  await daemon.center.intake.takeConsent((await endpoint.consent('reports', start)).message);
  await daemon.center.intake.take(await endpoint.seal(endpoint.report([fileSeen('a.exe', start)], start)));
  const verbs = accessVerbs(daemon.center, {
    folder,
    identity: daemon.identity,
    policy: () => daemon.residence.trust(),
    log: 'http://127.0.0.1:1',
    supervisors: [{ operator: 'supervisor-a', url: 'http://127.0.0.1:1' }],
    clock,
  });
  const asked = { who: 'A', why: 'B', indices: [0], seconds: 3_600, supervisors: ['supervisor-a'] };
  await verbs['access-request']?.(asked);
  const replies = (): readonly string[] =>
    readdirSync(join(folder, 'requests')).filter((name) => name.endsWith('.reply'));
  await daemon.sweep();
  assert.equal(replies().length, 1);
  clock.advance(3_600_000);
  await daemon.sweep();
  assert.deepEqual(replies(), []);
  // One that is damaged is told, and holds up nothing else that is due.
  writeFileSync(join(folder, 'requests', `${'a'.repeat(64)}.json`), '{}');
  await daemon.sweep();
  assert.notEqual(daemon.troubles.get('requests'), undefined);
});

const at = (seconds: number): string => formatTime(start + seconds);
const version = (n: number, effective: number, listed = true): Residency =>
  ({
    policy: {
      version: n,
      effective: at(effective),
      centers: listed ? [{ id: 'zurich', identity: 'key' }] : [],
    },
  }) as unknown as Residency;
const keyFor = (policy: number, from: number, consent = schemaDigest()): SealingKey =>
  ({ policy, consent, notBefore: at(from), notAfter: at(from + 7 * day) }) as SealingKey;

const dueTable: readonly (readonly [
  string,
  readonly SealingKey[],
  readonly Residency[],
  number | undefined,
  number?,
])[] = [
  ['nothing, where no policy lists the center', [], [version(1, -9 * day, false)], undefined],
  ['nothing, where no policy was seen', [], [], undefined],
  ['a first key, from an hour ago', [], [version(1, -9 * day)], -3_600],
  ['nothing, while a key lasts for two days more', [keyFor(1, -4 * day)], [version(1, -9 * day)], undefined],
  ['the next, an hour before the last one ends', [keyFor(1, -6 * day)], [version(1, -9 * day)], day - 3_600],
  [
    'nothing more, when the next is there',
    [keyFor(1, -6 * day), keyFor(1, day - 3_600)],
    [version(1, -9 * day)],
    undefined,
  ],
  [
    'another, where the schema of consent is another one',
    [keyFor(1, -day, 'ff')],
    [version(1, -9 * day)],
    -3_600,
  ],
  [
    'one for a policy that comes into force tomorrow',
    [keyFor(1, -day)],
    [version(1, -9 * day), version(2, day)],
    day - 3_600,
    2,
  ],
  [
    'none for a policy that ends before',
    [keyFor(1, -6 * day), keyFor(2, -3_600)],
    [version(1, -9 * day), version(2, 0)],
    undefined,
  ],
  [
    'none yet for a policy that comes in three days',
    [keyFor(1, -day)],
    [version(1, -9 * day), version(2, 3 * day)],
    undefined,
  ],
];
for (const [what, keys, residencies, notBefore, policy = 1] of dueTable)
  test(`of sealing keys is due: ${what}`, () => {
    const due = keyDue(keys, residencies, { id: 'zurich', identity: 'key' }, start);
    assert.deepEqual(due, notBefore === undefined ? undefined : { policy, notBefore: start + notBefore });
  });

test('another version of the residency policy comes into force in a running data center', async (t) => {
  const world = await centerWorld(t);
  await world.policy();
  const daemon = await world.open();
  await daemon.round();
  const change = { version: 2, issuedAt: at(0), effective: at(4 * day) };
  await world.policy(change);
  await daemon.round();
  assert.equal(daemon.residence.inForce().policy.version, 1);
  assert.deepEqual(
    world.sealingKeys().map(({ policy }) => policy),
    [1],
    'two days ahead are early enough',
  );
  world.clock.advance((2 * day + 1) * 1000);
  await daemon.round();
  assert.deepEqual(
    world.sealingKeys().map(({ policy }) => policy),
    [1, 2],
  );
  world.clock.advance(2 * day * 1000);
  assert.equal(daemon.residence.inForce().policy.version, 2, 'by time alone');
});

test('a clock that is alone with its time destroys nothing', async (t) => {
  const world = await centerWorld(t);
  await world.policy();
  const daemon = await world.open();
  await daemon.round();
  const served = world.sharing;
  world.sharing = () => Promise.reject(fail('residency.source', 'the repository is away'));
  world.clock.advance(30 * day * 1000);
  await daemon.round();
  assert.match(daemon.troubles.get('sealing keys') ?? '', /datacenter\.clock/);
  assert.equal(
    secretsOf(world.folder).length,
    2,
    'the old one is there, and one for the time that it may be',
  );
  world.sharing = served;
  await daemon.round();
  assert.equal(secretsOf(world.folder).length, 1);
  assert.equal(daemon.troubles.size, 0);
});

test('before any residency policy nothing is taken, and no key is made', async (t) => {
  const world = await centerWorld(t);
  const daemon = await world.open();
  const served = world.sharing;
  world.sharing = () => Promise.reject(new TypeError('not asked'));
  assert.throws(() => daemon.residence.inForce(), { code: 'datacenter.residency' });
  world.sharing = served; // Without a policy there is no such file: its form is refused.
  await assert.rejects(daemon.residence.look(), { code: 'sharing.form' });
  assert.deepEqual(world.sealingKeys(), []);
});

test('an older sharing.json than the one that was accepted is refused, after a restart, too', async (t) => {
  const world = await centerWorld(t);
  await world.policy();
  const first = await world.open();
  const old = await world.sharing();
  await first.round();
  await world.policy({ version: 2, issuedAt: at(0), effective: at(4 * day) });
  await first.round();
  await first.close();
  world.sharing = () => Promise.resolve(old);
  const second = await world.open();
  assert.equal(second.residence.versions().length, 2, 'it knows what was accepted before it began');
  await second.round();
  assert.match(second.troubles.get('residency') ?? '', /sharing.older/);
});

test('a residency policy that was logged without its notice is refused, after a restart, too', async (t) => {
  const world = await centerWorld(t);
  await world.policy();
  const first = await world.open();
  await first.round();
  // Issued four days ago, says the policy; the log did not hold it just now.
  await world.policy({ version: 2, issuedAt: at(-4 * day), effective: at(day) });
  await first.round();
  assert.match(first.troubles.get('residency') ?? '', /residency.succession/);
  await first.close();
  const second = await world.open();
  await second.round();
  assert.match(second.troubles.get('residency') ?? '', /residency.succession/);
  world.clock.advance(2 * day * 1000);
  assert.equal(second.residence.inForce().policy.version, 1);
});

test('a residency policy that has another key under its name is refused by a data center', async (t) => {
  const world = await centerWorld(t);
  await world.policy({
    centers: [{ ...world.center, ledger: world.center.access, access: world.center.ledger }],
  });
  const daemon = await world.open();
  await daemon.round();
  assert.match(
    daemon.troubles.get('residency') ?? '',
    /another ledger key for zurich \(datacenter.listing\)/,
  );
});

/** A report that was taken. */
async function takeOne(world: CenterWorld, daemon: DataCenterDaemon, country = 'CH'): Promise<TestEndpoint> {
  const endpoint = await endpointOf(world, daemon, country);
  const now = Math.floor(world.clock.now() / 1000);
  await daemon.center.intake.takeConsent((await endpoint.consent('reports', now)).message);
  await daemon.center.intake.take(await endpoint.seal(endpoint.report([fileSeen('b.exe', now)], now)));
  return endpoint;
}

test('the roots of both ledgers go to the log when they changed, and once more at the end', async (t) => {
  const world = await centerWorld(t);
  await world.policy();
  const daemon = await world.open();
  const roots = (): readonly (readonly [string, number])[] =>
    world.logged('custody-root').map((one) => {
      const { purpose, size } = custodyRoot.schema.check(statementOf(one).predicate);
      return [purpose, size];
    });
  await eventually(() => daemon.center.custody.published() !== undefined);
  await daemon.round();
  assert.deepEqual(roots(), [
    ['custody', 0],
    ['access', 0],
  ]);
  await takeOne(world, daemon);
  await daemon.center.custody.log.publishNow();
  await daemon.round();
  assert.equal(roots().length, 2, 'an hour has not passed');
  world.clock.advance(3_600_000);
  await daemon.round();
  await daemon.round();
  assert.deepEqual(roots().slice(2), [['custody', 1]]);
  await takeOne(world, daemon, 'JP');
  await daemon.close();
  assert.deepEqual(roots().slice(3), [['custody', 2]]);
  const last = world.logged('custody-root').at(-1);
  assert.ok(last !== undefined);
  assert.equal(last.signatures.length, 1);
  assert.match(subjectOf(statementOf(last), 'root') ?? '', /^[0-9a-f]{64}$/);
});

test('what the log does not take waits, durable, and goes when it does', async (t) => {
  const world = await centerWorld(t);
  await world.policy();
  world.logAway = true;
  const daemon = await world.open();
  await daemon.round();
  assert.deepEqual(world.sealingKeys(), []);
  assert.match(daemon.troubles.get('log') ?? '', /the log is away/);
  await daemon.close();
  world.logAway = false;
  const again = await world.open();
  assert.equal(again.ring.keys().length, 1, 'the same key');
  await again.round();
  assert.equal(world.sealingKeys().length, 1);
  assert.equal(world.sealingKeys()[0]?.publicKey, again.ring.keys()[0]?.key.publicKey);
  assert.deepEqual(
    again.ring.keys().map(({ index }) => typeof index),
    ['number'],
  );
});

test('a killed data center forgets a key that never left, and says that the secret of one is gone', async (t) => {
  const world = await centerWorld(t);
  await world.policy();
  const daemon = await world.open();
  await daemon.round();
  world.logAway = true;
  await daemon.renew();
  await daemon.close();
  assert.equal(secretsOf(world.folder).length, 2);
  for (const name of secretsOf(world.folder)) rmSync(join(world.folder, 'keys', 'sealing', name));
  const again = await world.open();
  assert.deepEqual(again.ring.keys(), []);
  assert.equal(again.ring.lost.length, 1, 'the one that is in the log');
  assert.equal(
    readdirSync(join(world.folder, 'statements')).filter((name) => name.startsWith('sealing')).length,
    1,
  );
  await again.round();
  assert.match(again.troubles.get('sealing keys') ?? '', /secret of 1 sealing keys is gone/);
  assert.equal(again.ring.keys().length, 1, 'and makes another');
});

test('a second daemon, another identity and an unlisted key are refused before anything is opened', async (t) => {
  const world = await centerWorld(t);
  writeFileSync(join(world.folder, 'trust', 'policy.json'), (await centerWorld(t)).world.policyBytes);
  await assert.rejects(world.open(), { code: 'datacenter.unlisted' });
  rmSync(join(world.folder, 'trust', 'policy.json'));
  await assert.rejects(world.open(), { code: 'datacenter.trust' });
  writeFileSync(join(world.folder, 'trust', 'policy.json'), world.world.policyBytes);
  const toml = join(world.folder, 'datacenter.toml');
  const sound = readFileSync(toml, 'utf8');
  writeFileSync(
    toml,
    sound.replace('[[supervisors]]\noperator = "supervisor-a"', '[[supervisors]]\noperator = "vendor"'),
  );
  await assert.rejects(world.open(), { code: 'cli.config', message: /shares of record keys to vendor/ });
  writeFileSync(toml, sound);
  copyFileSync(join(world.folder, 'keys', 'access.key'), join(world.folder, 'keys', 'custody.key'));
  await assert.rejects(world.open(), { code: 'datacenter.keys', message: /custody.key is not the key/ });
});

test('an operator reaches a running data center over a socket that is its own alone', async (t) => {
  const world = await centerWorld(t);
  await world.policy();
  const daemon = await world.open();
  await daemon.round();
  const endpoint = await takeOne(world, daemon);
  const control = await serveControl(world.folder, verbsOf(daemon));
  t.after(() => control.close());
  const socket = statSync(join(world.folder, 'control.sock'));
  assert.ok(socket.isSocket());
  assert.equal(socket.mode & 0o777, 0o600);

  const status = (await askControl(world.folder, 'status')) as Record<string, Json>;
  assert.equal(status['records'], 1);
  assert.deepEqual(status['troubles'], {});
  assert.ok(!JSON.stringify(status).includes(endpoint.subject.pseudonym), 'and of subjects it says nothing');
  await assert.rejects(askControl(world.folder, 'unknown'), { code: 'control.verb' });
  await assert.rejects(askControl(world.folder, 'backup', { out: 7 }), { code: 'control.verb' });
  await assert.rejects(askControl(temporaryDirectory(t), 'status'), { code: 'control.not-running' });

  const now = Math.floor(world.clock.now() / 1000);
  const erase = await endpoint.request('erase', now);
  const message = toBase64(erase.message);
  await assert.rejects(askControl(world.folder, 'subject', { act: 'export', message }), {
    code: 'datacenter.act',
  });
  assert.equal(
    (await daemon.center.store.read('count', (db) => db.selectFrom('record').selectAll().execute())).length,
    1,
  );
  const done = (await askControl(world.folder, 'subject', { act: 'erase', message })) as Record<
    string,
    string
  >;
  const answer = await openAnswer(
    fromBase64(done['answer'] ?? ''),
    endpoint.subject.opening,
    done['request'] ?? '',
  );
  assert.equal(parseConfirmation(answer).signatures.length, 1);
  assert.deepEqual(await askControl(world.folder, 'retention'), {
    expired: 0,
    day: formatTime(now).slice(0, 10),
    tombstones: 0,
    records: 0,
    stored: 0,
    nextDue: null,
  });
});

test('a fault inside a verb is told to the daemon, and to its operator only that there was one', async (t) => {
  const folder = temporaryDirectory(t);
  const faults: unknown[] = [];
  const verbs = {
    bad: () => Promise.reject(new TypeError('C:\\Users\\someone\\private.txt')),
    good: (body: Json) => Promise.resolve(verbBody({ json: {}, check: () => 1 }, body)),
  };
  const control = await serveControl(folder, verbs, (error) => faults.push(error));
  t.after(() => control.close());
  await assert.rejects(askControl(folder, 'bad'), {
    code: 'control.failed',
    message: 'the daemon failed; it printed why',
  });
  assert.equal(faults.length, 1);
  assert.equal(await askControl(folder, 'good'), 1);
  // Half a request, and its end: the next one is answered all the same.
  await new Promise<void>((resolve) => {
    const socket = connect(join(folder, 'control.sock'), () =>
      socket.end('POST /good HTTP/1.1\r\ncontent-length: 9\r\n\r\n'),
    );
    socket.resume();
    socket.once('close', () => resolve());
  });
  assert.equal(await askControl(folder, 'good'), 1);
});

test('records that expire are proven to have been due, and one that was deleted too early is found', async (t) => {
  const world = await centerWorld(t);
  await world.policy();
  const daemon = await world.open();
  await daemon.round();
  await takeOne(world, daemon);
  const verbs = verbsOf(daemon);
  const retention = async (): Promise<Json> => (await verbs['retention']?.({})) ?? null;
  const { nextDue } = (await retention()) as { nextDue: string };
  world.clock.set(parseTime(`${nextDue}T00:00:00Z`) * 1000);
  // A year passed for this clock alone: what it says is due may not be.
  await assert.rejects(retention(), { code: 'datacenter.clock' });
  await daemon.round();
  const { day: today, ...counts } = (await retention()) as Record<string, Json>;
  assert.equal(today, nextDue);
  assert.deepEqual(counts, { expired: 1, tombstones: 1, records: 1, stored: 0, nextDue: null });
  // As if it had arrived a day later.
  await daemon.center.store.write('tamper', async (tx) => {
    const leaf = await tx
      .selectFrom('custody_leaf')
      .select('data')
      .where('idx', '=', 0)
      .executeTakeFirstOrThrow();
    const entry = JSON.parse(Buffer.from(leaf.data).toString()) as Record<string, Json>;
    const data = canonicalJson({ ...entry, day: at(day).slice(0, 10) });
    await tx.updateTable('custody_leaf').set({ data }).where('idx', '=', 0).execute();
  });
  await assert.rejects(retention(), { code: 'retention.proof', message: /before it was due/ });
});

test('mutated public files of a data center are refused by a typed error', async (t) => {
  const { center } = await centerWorld(t);
  everyParserRefuses(parseDataCenterFile, [formatDataCenterFile(center)]);
  const { center: other } = await centerWorld(t);
  for (const wrong of [
    { ...center, access: center.ledger },
    { ...center, identity: 'MCowBQYDK2VwAyEAAAAA' },
    { ...center, ledger: other.ledger.replace('zurich/custody', 'other/custody') },
  ])
    assert.throws(() => formatDataCenterFile(wrong), { code: 'datacenter.file' });
  assert.equal(
    dataCenterFileSchema.check(JSON.parse(Buffer.from(formatDataCenterFile(center)).toString()) as Json)
      .center.id,
    'zurich',
  );
});

test('docs/spec/datacenter-file.md has the schema that the code has, and a sound example', () => {
  const page = readFileSync(join(repositoryRoot, 'docs/spec/datacenter-file.md'), 'utf8');
  const [form = '', example = ''] = [...page.matchAll(/```json\n([^]*?)\n```/g)].map(([, text]) => text);
  assert.deepEqual(JSON.parse(form), dataCenterFileSchema.json);
  assert.equal(parseDataCenterFile(Buffer.from(example)).center.id, 'zurich');
});

const wrongToml: readonly (readonly [string, (toml: string) => string, RegExp])[] = [
  ['two databases', (toml) => toml.replace('# postgres', 'postgres'), /either store, a file, or postgres/],
  ['no database', (toml) => toml.replace('store =', '# store ='), /either store, a file, or postgres/],
  [
    'more shares than supervisors',
    (toml) => toml.replace('halves = 2', 'halves = 3'),
    /asks for 3 supervisors and 2 are listed/,
  ],
  ['a supervisor twice', (toml) => toml.replaceAll('"supervisor-b"', '"supervisor-a"'), /stands twice/],
  ['an unknown key', (toml) => `colour = "blue"\n${toml}`, /colour/],
  [
    'a promise of no time',
    (toml) => toml.replace('promise-seconds = 600', 'promise-seconds = 0'),
    /promise-seconds/,
  ],
];
test('datacenter.toml is refused with the place of what is wrong', async (t) => {
  const { folder } = await centerWorld(t);
  const path = join(folder, 'datacenter.toml');
  const toml = readFileSync(path, 'utf8');
  for (const [what, change, message] of wrongToml)
    await t.test(`with ${what}`, async () => {
      assert.notEqual(change(toml), toml);
      writeFileSync(path, change(toml));
      await assert.rejects(readDataCenterConfig(folder), { code: 'cli.config', message });
    });
});
