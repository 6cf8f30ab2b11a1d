import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite } from 'node:test';
import { formatTime, parseEnvelope, statementIdOf, utf8, type Envelope } from '@vitrine/evidence';
import { fakeClock, sha256 } from '@vitrine/host';
import {
  auditCustody,
  openDataCenter,
  type Grant,
  projections,
  restoreBackup,
  unwrapHalf,
  writeBackup,
  writeKeys,
  writeLeaves,
  type Reading,
  type Writing,
} from '@vitrine/datacenter';
import { fileSeen, testCenterOptions, type TestCenter, type TestEndpoint } from '@vitrine/datacenter/testing';
import { openLog, openSigned } from '@vitrine/log';
import {
  entryLeaf,
  formatAccess,
  missingFromExport,
  openAnswer,
  openRecord,
  openShare,
  parseConfirmation,
  parseEntry,
  parseExport,
  readCommitment,
  readConfirmation,
  readExport,
  readReadings,
  readPromise,
  recordKeyFromHalves,
  requirePromised,
  sealMessage,
  type ExportPage,
  type Observation,
  type OwnRecord,
  type RequestAct,
  type SealedHalves,
} from '@vitrine/reports';
import { eventually, temporaryDirectory } from '@vitrine/testkit';
import { openStore, type NewDatabase } from './databases.ts';
import { centerOf, endpoint, now, startCenter, world, type Running } from './world.ts';

const ledger = centerOf('zurich').custody;
const master = sha256(utf8('zurich master'));

/** Sends a report of so many files and answers the promised leaves. */
async function send(
  running: Running,
  one: TestEndpoint,
  count: number,
  name = 'file',
): Promise<readonly string[]> {
  const at = Math.floor(running.clock.now() / 1000);
  const report = one.report(
    Array.from({ length: count }, (_, i) => fileSeen(`${name}-${i}.exe`, at)),
    at,
  );
  const response = await running.post('/v1/reports', await one.seal(report));
  assert.equal(response.status, 201, await response.clone().text());
  const promise = await readPromise(parseEnvelope(new Uint8Array(await response.arrayBuffer())), ledger.key);
  requirePromised(promise, report, at);
  return promise.records.map(({ leaf }) => leaf);
}

async function ask(
  running: Running,
  one: TestEndpoint,
  { envelope, message }: { readonly envelope: Envelope; readonly message: Uint8Array },
  query = '',
): Promise<Uint8Array> {
  const response = await running.post(`/v1/requests${query}`, message);
  assert.equal(response.status, 200, await response.clone().text());
  return openAnswer(
    new Uint8Array(await response.arrayBuffer()),
    one.subject.opening,
    statementIdOf(envelope),
  );
}

async function exportAll(
  running: Running,
  one: TestEndpoint,
): Promise<{ readonly pages: readonly ExportPage[]; readonly own: readonly OwnRecord[] }> {
  const at = Math.floor(running.clock.now() / 1000);
  const request = await one.request('export', at);
  const pages: ExportPage[] = [];
  const own: OwnRecord[] = [];
  for (;;) {
    const read = pages.flatMap(({ reads }) => reads).at(-1)?.index;
    const cursors = [
      `page=${pages.length}`,
      ...(own.length > 0 ? [`after=${own.at(-1)?.index}`] : []),
      ...(read === undefined ? [] : [`read=${read}`]),
    ];
    const query = pages.length === 0 ? '' : `?${cursors.join('&')}`;
    const page = parseExport(await ask(running, one, request, query));
    assert.equal(page.page, pages.length);
    pages.push(page);
    own.push(...(await readExport(page, one.subject)));
    if (page.last) return { pages, own };
  }
}

async function change(
  running: Running,
  one: TestEndpoint,
  act: RequestAct,
): ReturnType<typeof readConfirmation> {
  const request = await one.request(act, Math.floor(running.clock.now() / 1000));
  const body = await ask(running, one, request);
  return readConfirmation(parseConfirmation(body), {
    ledger: { name: ledger.key.name, spki: ledger.signer.publicKey },
    request: request.envelope,
  });
}

/** Kept for 365, 90 and 30 days. */
const oneOfEachClass: readonly Observation[] = [
  fileSeen('kept long', now),
  {
    kind: 'contact',
    facts: { domain: 'command.example', port: 443, action: 'blocked', seen: '2026-11-18' },
    personal: {},
  },
  {
    kind: 'sample',
    facts: { object: 'ab'.repeat(32), size: 4, category: 'program', piece: 0, seen: '2026-11-18' },
    personal: { data: Buffer.from('MZ\0\0').toString('base64') },
  },
];

/** The same data center with a sealing key that is valid at this time. */
function renewed(at: number): TestCenter {
  const center = centerOf('zurich');
  const time = (days: number): string => formatTime(at + days * 86_400);
  return { ...center, key: { ...center.key, notBefore: time(-1), notAfter: time(5), graceUntil: time(10) } };
}

async function recordsIn({ center }: Running): Promise<number> {
  const rows = await center.store.read('look', (db) => db.selectFrom('record').select('idx').execute());
  return rows.length;
}

/** What enough supervisors agree to: this record, for an hour. */
async function grantOf({ center }: Running, index: number): Promise<Grant> {
  const [asked] = await center.readings.ask([index]);
  assert.ok(asked !== undefined);
  const shares = await Promise.all(
    [...centerOf('zurich').supervisors].map(([operator, opening]) =>
      openShare(asked.sealed, operator, opening),
    ),
  );
  return {
    statement: 'cd'.repeat(32),
    records: new Set([index]),
    until: now + 3600,
    shares: new Map([[asked.sealed.key, shares]]),
  };
}

/** Of all that reads from it, the second statement waits until `meanwhile` is done. */
function afterFirst(db: Reading, meanwhile: () => Promise<unknown>): Reading {
  let statements = 0;
  const wrap = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(of, name) {
        const member: unknown = Reflect.get(of, name);
        if (typeof member !== 'function') return member;
        return (...values: unknown[]): unknown => {
          const run = (): unknown => Reflect.apply(member, of, values);
          if (name === 'execute') return ++statements === 2 ? meanwhile().then(run) : run();
          const made = run();
          return typeof made === 'object' && made !== null ? wrap(made) : made;
        };
      },
    });
  return wrap(db);
}

/** So many readings of one record, as they are entered under grants. */
async function enterReadings(tx: Writing, record: number, times: number): Promise<void> {
  const salt = sha256(utf8(`salt ${record}`));
  const entry = formatAccess({
    type: 'read',
    v: 1,
    grant: 'cd'.repeat(32),
    at: formatTime(now),
    record: readCommitment(salt, record),
  });
  const first = await writeLeaves(
    tx,
    'access',
    Array.from({ length: times }, () => entry),
  );
  await tx
    .insertInto('reading')
    .values(Array.from({ length: times }, (_, i) => ({ idx: first + i, record, salt })))
    .execute();
}

export function rightsCases(name: string, database: NewDatabase, skip: string | false = false): void {
  suite(`rights and retention on ${name}`, { skip }, () => {
    test('an export has everything that was promised, and opens with the key of its subject alone', async (t) => {
      const running = await startCenter(t, database);
      const [one, two] = await Promise.all([endpoint('one'), endpoint('two')]);
      await Promise.all([running.consent(one), running.consent(two)]);
      const promised = new Set<string>();
      for (let i = 0; i < 9; i++) {
        for (const leaf of await send(running, one, 50, `one ${i}`)) promised.add(leaf);
        await send(running, two, 1, `two ${i}`);
      }
      const { pages, own } = await exportAll(running, one);
      assert.equal(pages.length, 3);
      assert.equal(own.length, 450);
      assert.deepEqual(missingFromExport(promised, own, new Set()), []);
      assert.equal(
        own.every(({ observation }) => JSON.stringify(observation).includes('one ')),
        true,
      );
      await running.center.custody.log.publishNow();
      const entries = await running.center.custody.entries(0, 459);
      for (const { index, entry } of own) assert.deepEqual(parseEntry(entries[index] as Uint8Array), entry);
    });

    test('an erasure destroys keys and records, leaves a tombstone, and is confirmed as often as it is asked', async (t) => {
      const running = await startCenter(t, database);
      const [one, two] = await Promise.all([endpoint('one'), endpoint('two')]);
      await Promise.all([running.consent(one), running.consent(two)]);
      const leaves = await send(running, one, 30);
      await send(running, two, 7);
      const request = await one.request('erase', now);
      const answers = [await ask(running, one, request), await ask(running, one, request)];
      assert.deepEqual(answers[0], answers[1]);
      const { confirmation, erased } = await readConfirmation(parseEnvelope(answers[0] as Uint8Array), {
        ledger: { name: ledger.key.name, spki: ledger.signer.publicKey },
        request: request.envelope,
      });
      assert.equal(confirmation.records, leaves.length);
      await running.center.custody.log.publishNow();
      const entries = await running.center.custody.entries(0, 38);
      assert.equal(
        entries.some(
          (entry) => Buffer.from(entryLeaf(parseEntry(entry))).toString('hex') === erased[0]?.leaf,
        ),
        true,
      );
      assert.deepEqual((await exportAll(running, one)).own, []);
      assert.equal((await exportAll(running, two)).own.length, 7);
      // Nothing names the subject but its consent, and no key of it is left.
      const left = await running.center.store.read('look', async (db) => ({
        keys: await db
          .selectFrom('day_key')
          .select('ref')
          .where('subject', '=', one.subject.pseudonym)
          .execute(),
        reports: await db
          .selectFrom('report')
          .select('first')
          .where('subject', '=', one.subject.pseudonym)
          .execute(),
        records: await db.selectFrom('record').select('idx').orderBy('idx').execute(),
      }));
      assert.deepEqual([left.keys, left.reports], [[], []]);
      assert.equal(left.records.length, 7);
      // And the next report begins anew.
      await send(running, one, 1);
      assert.equal((await exportAll(running, one)).own.length, 1);
    });

    test('what an erasure leaves of a report goes with its sealing key', async (t) => {
      const running = await startCenter(t, database);
      const [one, two] = await Promise.all([endpoint('one'), endpoint('two')]);
      await Promise.all([running.consent(one), running.consent(two)]);
      await send(running, one, 2);
      await send(running, two, 2);
      const report = one.report([fileSeen('again', now)], now);
      const message = await one.seal(report);
      assert.equal((await running.post('/v1/reports', message)).status, 201);
      await change(running, one, 'erase');
      const rows = async (): Promise<number> =>
        (await running.center.store.read('look', (db) => db.selectFrom('report').select('first').execute()))
          .length;
      await running.center.sweep();
      assert.equal(await rows(), 3);
      // Until then the same seal is not taken again, and has no promise any more.
      const replay = await running.post('/v1/reports', message);
      assert.deepEqual([replay.status, 'promise' in ((await replay.json()) as object)], [409, false]);
      running.clock.advance(10 * 86_400_000);
      await running.center.sweep();
      assert.equal(await rows(), 1);
      assert.equal((await running.post('/v1/reports', message)).status, 421);
    });

    test('reports that arrive while their subject is erased are stored before, or after under a new key', async (t) => {
      const running = await startCenter(t, database);
      const one = await endpoint('one');
      await running.consent(one);
      const sent = Array.from({ length: 12 }, async (_, i) => send(running, one, 5, `burst ${i}`));
      const confirmed = await Promise.all([change(running, one, 'erase'), change(running, one, 'erase')]);
      await Promise.all(sent);
      const gone = confirmed.reduce((sum, { confirmation }) => sum + confirmation.records, 0);
      assert.equal((await exportAll(running, one)).own.length + gone, 60);
    });

    test('restricted records are kept and exported, and the pipeline does not see them until it is lifted', async (t) => {
      const running = await startCenter(t, database);
      const [one, two] = await Promise.all([endpoint('one'), endpoint('two')]);
      await Promise.all([running.consent(one), running.consent(two)]);
      await send(running, one, 3);
      await send(running, two, 2);
      const seen = async (): Promise<number> => (await projections(running.center.store, -1, 100)).length;
      assert.equal(await seen(), 5);
      assert.equal((await change(running, one, 'restrict')).confirmation.records, 3);
      await send(running, one, 1);
      assert.equal(await seen(), 2);
      assert.equal((await exportAll(running, one)).own.length, 4);
      await change(running, one, 'unrestrict');
      assert.equal(await seen(), 6);
      for (const { bytes } of await projections(running.center.store, -1, 100)) {
        const text = Buffer.from(bytes).toString();
        assert.doesNotMatch(text, /Downloads|file-0|personal/);
      }
    });

    test('a request of another subject, another center or another day changes nothing', async (t) => {
      const running = await startCenter(t, database);
      const one = await endpoint('one');
      await running.consent(one);
      await send(running, one, 3);
      const old = await one.request('erase', now - 2 * 86_400);
      const response = await running.post('/v1/requests', old.message);
      assert.equal(response.status, 400);
      const stranger = await endpoint('stranger');
      assert.equal((await change(running, stranger, 'erase')).confirmation.records, 0);
      assert.equal((await exportAll(running, one)).own.length, 3);
    });

    test('records go on their day and not before, with a tombstone that opens to exactly them', async (t) => {
      const running = await startCenter(t, database);
      const one = await endpoint('one');
      await running.consent(one);
      await send(running, one, 40);
      running.clock.advance(364 * 86_400_000);
      assert.equal(await running.center.sweep(), 0);
      running.clock.advance(86_400_000);
      assert.equal(await running.center.sweep(), 40);
      assert.equal(await running.center.sweep(), 0);
      const left = await running.center.store.read('look', async (db) => ({
        record: await db.selectFrom('record').selectAll().execute(),
        report: await db.selectFrom('report').selectAll().execute(),
        key: await db.selectFrom('day_key').selectAll().execute(),
        tombstone: await db.selectFrom('tombstone').selectAll().execute(),
      }));
      assert.deepEqual([left.record, left.report, left.key], [[], [], []]);
      const [stone] = left.tombstone;
      assert.equal(stone?.covers.length, 40 * 8);
      await running.center.custody.log.publishNow();
      const [bytes] = await running.center.custody.entries(40, 41);
      assert.ok(bytes !== undefined);
      const entry = parseEntry(bytes);
      assert.equal(entry.type === 'tombstone' && entry.reason === 'expired' && entry.count, 40);
    });

    test('a stolen store opens nothing: not with its own master key, not with one supervisor, only with two', async (t) => {
      const running = await startCenter(t, database);
      const one = await endpoint('one');
      await running.consent(one);
      await send(running, one, 1);
      const stolen = await running.center.store.read('steal', async (db) => ({
        key: await db.selectFrom('day_key').selectAll().executeTakeFirstOrThrow(),
        record: await db.selectFrom('record').selectAll().executeTakeFirstOrThrow(),
      }));
      const sealed = JSON.parse(Buffer.from(stolen.key.sealed).toString()) as SealedHalves;
      const half = unwrapHalf(master, sealed.key, stolen.key.half);
      assert.throws(() => unwrapHalf(new Uint8Array(32), sealed.key, stolen.key.half), {
        code: 'custody.master',
      });
      const supervisors = [...centerOf('zurich').supervisors];
      const shares = await Promise.all(
        supervisors.map(([operator, opening]) => openShare(sealed, operator, opening)),
      );
      await assert.rejects(recordKeyFromHalves(sealed, half, []), { code: 'halves.shares' });
      await assert.rejects(recordKeyFromHalves(sealed, half, shares.slice(0, 1)), { code: 'halves.shares' });
      await assert.rejects(openRecord(half, sealed.key, stolen.record.ciphertext), { code: 'halves.record' });
      const key = await recordKeyFromHalves(sealed, half, shares.slice(0, 2));
      const { record } = await openRecord(key, sealed.key, stolen.record.ciphertext);
      assert.match(Buffer.from(record).toString(), /Downloads/);
    });

    test('a record is read under a grant only, and its subject sees every reading', async (t) => {
      const running = await startCenter(t, database);
      const one = await endpoint('one');
      await running.consent(one);
      await send(running, one, 3);
      const { readings } = running.center;
      const asked = await readings.ask([0, 1, 99]);
      assert.deepEqual(
        asked.map(({ index }) => index),
        [0, 1],
      );
      assert.doesNotMatch(JSON.stringify(asked), new RegExp(one.subject.pseudonym));
      const sealed = asked[0]?.sealed as SealedHalves;
      const shares = await Promise.all(
        [...centerOf('zurich').supervisors]
          .slice(0, 2)
          .map(([operator, opening]) => openShare(sealed, operator, opening)),
      );
      const grant = {
        statement: 'cd'.repeat(32),
        records: new Set([0, 1]),
        until: now + 3600,
        shares: new Map([[sealed.key, shares]]),
      };
      const refused: readonly (readonly [Grant, number, string])[] = [
        [{ ...grant, shares: new Map() }, 0, 'halves.shares'],
        [{ ...grant, shares: new Map([[sealed.key, shares.slice(0, 1)]]) }, 0, 'halves.shares'],
        [grant, 2, 'grant.outside'],
        [{ ...grant, until: now }, 0, 'grant.over'],
        [{ ...grant, records: new Set([99]) }, 99, 'grant.gone'],
      ];
      for (const [under, index, code] of refused) await assert.rejects(readings.read(under, index), { code });
      assert.equal((await exportAll(running, one)).pages[0]?.reads.length, 0);

      const observation = await readings.read(grant, 1);
      assert.equal(observation.kind === 'file-seen' && observation.personal.name, 'file-1.exe');
      await change(running, one, 'restrict');
      await assert.rejects(readings.read(grant, 1), { code: 'grant.restricted' });
      await change(running, one, 'unrestrict');
      await readings.read(grant, 1);

      const { pages } = await exportAll(running, one);
      const seen = pages.flatMap((page) => readReadings(page));
      assert.deepEqual(
        seen.map(({ record, entry }) => [record, entry.grant]),
        [
          [1, grant.statement],
          [1, grant.statement],
        ],
      );
      await running.center.access.log.publishNow();
      const entries = await running.center.access.entries(0, 2);
      for (const { index, entry } of seen) assert.deepEqual(entries[index], formatAccess(entry));
      await change(running, one, 'erase');
      await assert.rejects(readings.read(grant, 1), { code: 'grant.gone' });
    });

    test('a backup that is restored holds nothing that was erased since, and its ledger goes on', async (t) => {
      const keys = join(mkdtempSync(join(temporaryDirectory(t), 'keys-')), 'keys');
      const running = await startCenter(t, database, { change: { keysCopy: keys } });
      const [one, two] = await Promise.all([endpoint('one'), endpoint('two')]);
      await Promise.all([running.consent(one), running.consent(two)]);
      await send(running, one, 5);
      await send(running, two, 3);
      const backup = join(running.dir, 'backup');
      const made = await writeBackup(running.center.store, 'zurich', backup);
      assert.deepEqual([made.custody, made.access], [8, 0]);
      const halvesIn = (): number => (readFileSync(keys, 'utf8').match(/^\["half"/gm) ?? []).length;
      await running.center.sweep();
      assert.equal(halvesIn(), 2);
      await change(running, one, 'erase');
      assert.equal(halvesIn(), 1); // Before it is confirmed.
      await send(running, two, 2);
      // On the same day, by the same subject: that its key is there must not bring the old records back.
      await send(running, one, 1);
      await running.center.sweep();
      // No half stands in the backup, neither of the erased subject nor of the other.
      const halves = await running.center.store.read('look', (db) =>
        db.selectFrom('day_key').select('half').execute(),
      );
      const text = readFileSync(backup, 'utf8');
      for (const { half } of halves) assert.equal(text.includes(Buffer.from(half).toString('base64')), false);
      const { size } = await running.center.custody.log.publishNow();
      await running.center.close();

      const options = await database(t);
      const reader = (of: 'custody' | 'access'): ReturnType<typeof openLog> => {
        const { key } = centerOf('zurich')[of];
        return openLog(join(running.dir, of), { origin: key.name, logKeys: [key] });
      };
      const store = await openStore(t, options);
      const restored = await restoreBackup({
        store,
        center: 'zurich',
        backup,
        keys,
        custody: await reader('custody'),
        access: await reader('access'),
        now,
      });
      assert.deepEqual(restored, { records: 3, gone: 5, lost: 3 });
      await assert.rejects(
        restoreBackup({ store, center: 'zurich', backup, keys, custody: undefined, access: undefined, now }),
        { code: 'backup.not-empty' },
      );
      await store.close();

      const again = await openDataCenter({
        ...testCenterOptions(running.dir, centerOf('zurich'), world.residency, options),
        clock: running.clock,
        intervalMs: 60_000,
      });
      t.after(() => again.close());
      assert.equal((await again.custody.log.publishNow()).size, size);
      const rest = await again.store.read('look', (db) =>
        db.selectFrom('report').select(['subject', 'day_key']).orderBy('first').execute(),
      );
      assert.deepEqual(
        rest.map(({ subject }) => subject),
        [null, two.subject.pseudonym],
      );
      // What is there opens as before, and what is sent again is known.
      const opened = async (): Promise<readonly string[]> => {
        const { envelope, message } = await two.request('export', now);
        const answer = await again.rights.take(message);
        const page = parseExport(await openAnswer(answer, two.subject.opening, statementIdOf(envelope)));
        return (await readExport(page, two.subject)).map(({ observation }) =>
          observation.kind === 'file-seen' ? (observation.personal.name ?? '') : '',
        );
      };
      const before = ['file-0.exe', 'file-1.exe', 'file-2.exe'];
      assert.deepEqual(await opened(), before);
      const fresh = two.report([fileSeen('after', now)], now);
      assert.equal((await again.intake.take(await two.seal(fresh))).replay, false);
      assert.equal((await again.intake.take(await two.seal(fresh))).replay, true);
      // In the process that restored, too: half and sealed halves each where they belong.
      assert.deepEqual(await opened(), [...before, 'after']);
    });

    test('a store that is lost while witnesses are away is restored to what its ledger has signed, and goes on', async (t) => {
      const keys = join(mkdtempSync(join(temporaryDirectory(t), 'keys-')), 'keys');
      let isWitnessed = true;
      const witnessed = { keysCopy: keys, enough: () => isWitnessed };
      const running = await startCenter(t, database, { change: witnessed });
      const one = await endpoint('one');
      await running.consent(one);
      await send(running, one, 2);
      await running.center.sweep();
      const backup = join(running.dir, 'backup');
      await writeBackup(running.center.store, 'zurich', backup);
      await running.center.custody.log.publishNow();
      isWitnessed = false;
      await send(running, one, 3);
      await assert.rejects(running.center.custody.log.publishNow(), { code: 'witnesses.quorum' });
      const ledgers = ['custody', 'access'] as const;
      const signed = async (of: (typeof ledgers)[number]): ReturnType<typeof openSigned> => {
        const { key } = centerOf('zurich')[of];
        return openSigned(join(running.dir, of), { origin: key.name, logKeys: [key] });
      };
      // A ledger that runs is nothing to go on from.
      await assert.rejects(signed('custody'), { code: 'lease.held' });
      await running.center.close();

      const options = await database(t);
      const store = await openStore(t, options);
      const [custody, access] = await Promise.all(ledgers.map(signed));
      const restored = await restoreBackup({ store, center: 'zurich', backup, keys, custody, access, now });
      assert.deepEqual(restored, { records: 2, gone: 0, lost: 3 });
      await store.close();
      const again = await openDataCenter({
        ...testCenterOptions(running.dir, centerOf('zurich'), world.residency, options),
        clock: running.clock,
        intervalMs: 60_000,
      });
      t.after(() => again.close());
      await again.intake.take(await one.seal(one.report([fileSeen('after', now)], now)));
      assert.equal((await again.custody.log.publishNow()).size, 6);
    });

    test('a restore brings nothing back that expired, restricted or withdrew since, and the audit still adds up', async (t) => {
      const keys = join(mkdtempSync(join(temporaryDirectory(t), 'keys-')), 'keys');
      const running = await startCenter(t, database, { change: { keysCopy: keys } });
      const [one, two, late] = await Promise.all([endpoint('one'), endpoint('two'), endpoint('late')]);
      await Promise.all([running.consent(one), running.consent(two)]);
      // Records of all three classes under the same keys of the day: 365, 90 and 30 days.
      const sendEach = async (who: TestEndpoint): Promise<void> => {
        const answer = await running.post('/v1/reports', await who.seal(who.report(oneOfEachClass, now)));
        assert.equal(answer.status, 201, await answer.clone().text());
      };
      await sendEach(one);
      await sendEach(two);
      const backup = join(running.dir, 'backup');
      await writeBackup(running.center.store, 'zurich', backup);

      const withdrawal = await two.withdraw(now);
      const consent = await late.consent('samples', now);
      for (const { message } of [withdrawal, consent])
        assert.equal((await running.post('/v1/consents', message)).status, 200);
      await change(running, one, 'restrict');
      running.clock.advance(31 * 86_400_000);
      assert.equal(await running.center.sweep(), 2); // The samples.
      await running.center.custody.log.publishNow();
      await running.center.close();

      // Nobody swept on the ninetieth day: the traces are due all the same.
      const at = now + 91 * 86_400;
      const options = await database(t);
      const store = await openStore(t, options);
      const { key } = centerOf('zurich').custody;
      const custody = await openLog(join(running.dir, 'custody'), { origin: key.name, logKeys: [key] });
      const restored = await restoreBackup({
        store,
        center: 'zurich',
        backup,
        keys,
        custody,
        access: undefined,
        now: at,
      });
      assert.deepEqual(restored, { records: 2, gone: 4, lost: 0 });
      await store.close();

      const clock = fakeClock(at * 1000);
      const again = await openDataCenter({
        ...testCenterOptions(running.dir, renewed(at), world.residency, options),
        clock,
        intervalMs: 60_000,
      });
      t.after(() => again.close());
      assert.equal(await again.sweep(), 0);
      await again.custody.log.publishNow();
      const reader = await openLog(again.custody.log.dir, { origin: key.name, logKeys: [key] });
      const sums = await auditCustody(reader);
      assert.deepEqual([sums.records, sums.expired, sums.live], [6, 4, 2]);
      // One restricted: nothing of it is processed. The other is processed, and takes nothing new.
      const seen = await projections(again.store, -1, 100);
      assert.equal(seen.length, 1);
      const sendNow = async (who: TestEndpoint): Promise<unknown> =>
        again.intake.take(await who.seal(who.report([fileSeen('x', at)], at), renewed(at).key));
      await assert.rejects(sendNow(two), { code: 'intake.consent' });
      await assert.rejects(sendNow(late), { code: 'intake.consent' });
      // The receipt in force, sent again, is known and heals it; one that does not follow it is refused.
      const stranger = await endpoint('late');
      const other = await stranger.consent('samples', at);
      const resealed = async (body: Uint8Array): Promise<Uint8Array> =>
        sealMessage({ type: 'consent', body }, renewed(at).key);
      await assert.rejects(again.intake.takeConsent(await resealed(other.body)), { code: 'consent.form' });
      await again.intake.takeConsent(await resealed(consent.body));
      await sendNow(late);
      await again.intake.takeConsent(await resealed(withdrawal.body));
      await assert.rejects(sendNow(two), { code: /^consent\./ });
    });

    test('an erasure of records that stand alone is confirmed in parts, each of which its subject can read', async (t) => {
      const running = await startCenter(t, database);
      const one = await endpoint('one');
      await running.consent(one);
      await send(running, one, 1);
      // As the subjects of many endpoints leave them that send at the same time: no two of one subject touch.
      await running.center.store.write('scatter', async (tx) => {
        const report = await tx.selectFrom('report').selectAll().executeTakeFirstOrThrow();
        const record = await tx.selectFrom('record').selectAll().executeTakeFirstOrThrow();
        const far = 9_007_199_254_000_000;
        await tx
          .insertInto('report')
          .values({ ...report, first: far, count: 100_000, mark: 'ab'.repeat(32) })
          .execute();
        for (let i = 0; i < 40_000; i += 2_000)
          await tx
            .insertInto('record')
            .values(
              Array.from({ length: 2_000 }, (_, j) => ({ ...record, idx: far + 2 * (i + j), report: far })),
            )
            .execute();
      });
      const erased: number[] = [];
      for (let records = -1; records !== 0; erased.push(records))
        ({ records } = (await change(running, one, 'erase')).confirmation);
      assert.deepEqual(erased, [20_000, 20_000, 1, 0]);
      assert.deepEqual(running.trouble, []);
    });

    test('many erasures at once are each confirmed after the keys left the copy, beside consents and reports', async (t) => {
      const keys = join(mkdtempSync(join(temporaryDirectory(t), 'keys-')), 'keys');
      const running = await startCenter(t, database, {
        change: { keysCopy: keys },
        readersEach: 500,
      });
      const all = await Promise.all(Array.from({ length: 40 }, async (_, i) => endpoint(`erases ${i}`)));
      const others = await Promise.all(Array.from({ length: 40 }, async (_, i) => endpoint(`stays ${i}`)));
      await Promise.all(all.map((one) => running.consent(one)));
      await Promise.all(all.map((one) => send(running, one, 1)));
      await running.center.sweep();
      const refs = new Map(
        (
          await running.center.store.read('look', (db) =>
            db.selectFrom('day_key').select(['subject', 'ref']).execute(),
          )
        ).map(({ subject, ref }) => [subject, ref]),
      );
      await Promise.all([
        ...all.map(async (one) => {
          assert.equal((await change(running, one, 'erase')).confirmation.records, 1);
          const ref = refs.get(one.subject.pseudonym) ?? '';
          assert.equal(readFileSync(keys, 'utf8').includes(ref), false);
        }),
        ...others.map(async (one) => {
          await running.consent(one);
          await send(running, one, 1);
        }),
      ]);
      assert.deepEqual(running.trouble, []);
    });

    test('erasures that wait share one copy of the keys, strangers cause none, and none holds a place of the intake', async (t) => {
      const keys = join(mkdtempSync(join(temporaryDirectory(t), 'keys-')), 'keys');
      const running = await startCenter(t, database, { change: { keysCopy: keys, most: 8 } });
      const { store } = running.center;
      const all = await Promise.all(Array.from({ length: 12 }, async (_, i) => endpoint(`shares ${i}`)));
      for (const one of all) {
        await running.consent(one);
        await send(running, one, 1);
      }
      const stranger = await endpoint('a stranger');
      await change(running, stranger, 'erase'); // The first after a start, whoever asks.
      let runs = 0;
      let open: () => void = () => {};
      const gate = new Promise<void>((resolve) => {
        open = resolve;
      });
      const clean = store.afterErasure.bind(store);
      store.afterErasure = async () => {
        runs++;
        await gate;
        await clean();
      };
      for (let i = 0; i < 3; i++) await change(running, stranger, 'erase');
      assert.equal(runs, 0);

      const [first, ...rest] = all as [TestEndpoint, ...TestEndpoint[]];
      const waiting = [change(running, first, 'erase')];
      await eventually(() => runs === 1);
      // All eleven are done and wait, more than the intake has places; it goes on.
      for (const [i, one] of rest.entries()) {
        waiting.push(change(running, one, 'erase'));
        await eventually(async () => (await recordsIn(running)) === rest.length - i - 1);
      }
      await running.consent(await endpoint('goes on'));
      open();
      const confirmed = await Promise.all(waiting);
      assert.deepEqual([...new Set(confirmed.map(({ confirmation }) => confirmation.records))], [1]);
      assert.equal(runs, 2);

      // One that failed is tried again by whoever asks again, with the same answer.
      await send(running, first, 1);
      store.afterErasure = async () => {
        throw new RangeError('no');
      };
      const request = await first.request('erase', now);
      assert.equal((await running.post('/v1/requests', request.message)).status, 503);
      store.afterErasure = clean;
      assert.ok((await ask(running, first, request)).length > 0);
      assert.equal(readFileSync(keys, 'utf8').includes('"half"'), false);
    });

    test('an export has every reading, though there are more than one page holds', async (t) => {
      const running = await startCenter(t, database);
      const [one, two] = await Promise.all([endpoint('one'), endpoint('two')]);
      await Promise.all([running.consent(one), running.consent(two)]);
      await send(running, one, 3);
      await send(running, two, 1);
      await running.center.store.write('read', async (tx) => {
        for (let i = 0; i < 3; i++) {
          await enterReadings(tx, 1, 150);
          await enterReadings(tx, 3, 10);
          await enterReadings(tx, 0, 20);
        }
      });
      const { pages, own } = await exportAll(running, one);
      assert.equal(own.length, 3);
      const seen = pages.flatMap((page) => readReadings(page));
      assert.deepEqual(
        [...Map.groupBy(seen, ({ record }) => record)].map(([record, of]) => [record, of.length]),
        [
          [1, 450],
          [0, 60],
        ],
      );
      assert.equal(new Set(seen.map(({ index }) => index)).size, 510);
      const theirs = await exportAll(running, two);
      assert.equal(theirs.pages.flatMap((page) => readReadings(page)).length, 30);
    });

    test('an erasure is confirmed before a reading or after it, and never while the record is about to be shown', async (t) => {
      const running = await startCenter(t, database);
      const one = await endpoint('one');
      await running.consent(one);
      await send(running, one, 1);
      const grant = await grantOf(running, 0);
      const { readings, store } = running.center;
      let open: () => void = () => {};
      const gate = new Promise<void>((resolve) => {
        open = resolve;
      });
      const write = store.write.bind(store);
      const committed: string[] = [];
      const entered = new Promise<void>((resolve) => {
        store.write = async (verb, work) => {
          const done = await write(verb, async (tx) => {
            const result = await work(tx);
            if (verb !== 'enter a reading') return result;
            resolve();
            await gate; // It looked, and is not committed yet.
            return result;
          });
          committed.push(verb);
          return done;
        };
      });
      const read = readings.read(grant, 0);
      await entered;
      const { writer } = running.center.intake;
      const alone = writer.alone.bind(writer);
      const asked = new Promise<void>((resolve) => {
        writer.alone = (work) => {
          resolve();
          return alone(work);
        };
      });
      const erased = change(running, one, 'erase');
      await asked;
      // Time enough for an erasure that waits for nothing, where two transactions can be open; none of this asks the store.
      const rounds = store.database === 'postgres' ? 300 : 3;
      for (let i = 0; i < rounds && committed.length === 0; i++)
        await fetch(`${running.url}/ledgers/custody/checkpoint`);
      open();
      await Promise.all([read, erased]);
      assert.deepEqual(committed, ['enter a reading', 'do what a subject asks']);
    });

    test('a page of an export has the keys of its records, though they are erased while it is made', async (t) => {
      const running = await startCenter(t, database);
      const one = await endpoint('one');
      await running.consent(one);
      await send(running, one, 2);
      const { store } = running.center;
      const read = store.read.bind(store);
      const erase = (): Promise<unknown> => change(running, one, 'erase');
      store.read = (verb, work) => {
        store.read = read;
        return read(verb, (db) => work(afterFirst(db, erase)));
      };
      const { pages, own } = await exportAll(running, one);
      assert.deepEqual([pages[0]?.keys.length, own.length], [1, 2]);
      assert.deepEqual((await exportAll(running, one)).pages[0]?.keys, []);
    });

    test('a record that is restricted while it is being read is not shown', async (t) => {
      const running = await startCenter(t, database);
      const one = await endpoint('one');
      await running.consent(one);
      await send(running, one, 1);
      const { readings, store } = running.center;
      const grant = await grantOf(running, 0);
      const read = store.read.bind(store);
      store.read = async (verb, work) => {
        store.read = read;
        const found = await read(verb, work);
        await change(running, one, 'restrict');
        return found;
      };
      await assert.rejects(readings.read(grant, 0), { code: 'grant.restricted' });
      await change(running, one, 'unrestrict');
      await readings.read(grant, 0);
    });

    test('a backup that is cut short, altered or of another center is refused before a row is written', async (t) => {
      const running = await startCenter(t, database);
      const one = await endpoint('one');
      await running.consent(one);
      await send(running, one, 2);
      const [backup, keys, bad] = ['backup', 'keys', 'bad'].map((file) => join(running.dir, file)) as [
        string,
        string,
        string,
      ];
      await writeBackup(running.center.store, 'zurich', backup);
      await writeKeys(running.center.store, 'zurich', keys);
      const store = await openStore(t, await database(t));
      const restore = (of: {
        readonly backup: string;
        readonly keys: string;
        readonly center?: string;
      }): Promise<unknown> =>
        restoreBackup({ store, center: 'zurich', custody: undefined, access: undefined, now, ...of });
      const text = readFileSync(backup, 'utf8');
      const rows = text.split('\n');
      for (const [what, altered] of [
        ['nothing', ''],
        ['the header alone', `${rows[0]}\n`],
        ['without its end', rows.slice(0, -2).join('\n')],
        ['without a row', rows.toSpliced(2, 1).join('\n')],
        ['with a bit changed', text.replace('"CH"', '"DE"')],
        ['binary', '\0\0\0'],
      ] as const) {
        writeFileSync(bad, altered);
        await assert.rejects(restore({ backup: bad, keys }), { code: 'backup.form' }, what);
      }
      writeFileSync(bad, readFileSync(keys, 'utf8').replace('"v":2', '"v":3'));
      await assert.rejects(restore({ backup, keys: bad }), { code: 'backup.form' });
      await assert.rejects(restore({ backup, keys: join(running.dir, 'none') }), { code: 'file.missing' });
      await assert.rejects(restore({ backup, keys, center: 'singapore' }), { code: 'custody.other-center' });
      const left = await store.read('look', (db) => db.selectFrom('custody_leaf').select('idx').execute());
      assert.deepEqual(left, []);
    });
  });
}
