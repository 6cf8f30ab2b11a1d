import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import {
  canonicalJson,
  concat,
  formatTime,
  isVitrineError,
  parseEnvelope,
  preAuthEncoding,
  statementIdOf,
  toBase64,
  u16,
  utf8,
  type Envelope,
  type Json,
  type SealingKey,
} from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import {
  authorizeAudit,
  countsOf,
  openDataCenter,
  overdueReports,
  unwrapHalf,
  type DataCenter,
} from '@vitrine/datacenter';
import { fileSeen, testCenterOptions, type TestEndpoint } from '@vitrine/datacenter/testing';
import {
  buildResidency,
  openAnswer,
  openingKey,
  openMessage,
  openRecord,
  openShare,
  parseConsent,
  parseExport,
  readConsent,
  readExport,
  readPromise,
  recordKeyFromHalves,
  recordKeyOfSubject,
  requirePromised,
  sealMessage,
  verifyReceipt,
  type LedgerRules,
  type Receipt,
  type Report,
  type SealedHalves,
} from '@vitrine/reports';
import type { NewDatabase } from './databases.ts';
import { centerOf, endpoint, now, startCenter, world, type Running } from './world.ts';

const rules: LedgerRules = { ledger: centerOf('zurich').custody.key, witnesses: [], quorum: 0 };

async function promiseOf(response: Response): Promise<Envelope> {
  assert.equal(response.status, 201, await response.clone().text());
  return parseEnvelope(new Uint8Array(await response.arrayBuffer()));
}

async function refusal(
  response: Response,
): Promise<{ readonly status: number; readonly code: string; readonly text: string }> {
  const text = await response.text();
  return { status: response.status, code: (JSON.parse(text) as { code: string }).code, text };
}

async function rowsOf({ center }: Running): Promise<Readonly<Record<string, number>>> {
  return center.store.read('count', async (db) => {
    const counts: Record<string, number> = {};
    for (const table of ['custody_leaf', 'report', 'record', 'day_key', 'subject'] as const) {
      const row = await db
        .selectFrom(table)
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      counts[table] = row.count;
    }
    return counts;
  });
}

export function intakeCases(name: string, database: NewDatabase, skip: string | false = false): void {
  suite(`an intake on ${name}`, { skip }, () => {
    test('a report is promised at once, and every record proven once the ledger is published', async (t) => {
      const running = await startCenter(t, database);
      const one = await endpoint('one');
      await running.consent(one);
      const report = one.report(
        Array.from({ length: 50 }, (_, i) => fileSeen(`${i}.exe`, now)),
        now,
      );
      const promise = await promiseOf(await running.post('/v1/reports', await one.seal(report)));
      const read = await readPromise(promise, rules.ledger);
      assert.equal(requirePromised(read, report, now).length, 50);

      const early = await fetch(`${running.url}/v1/receipts/${report.id}`);
      assert.equal(early.status, 202);
      assert.ok(Number(early.headers.get('retry-after')) > 0);
      await running.center.custody.log.publishNow();
      const answer = await fetch(`${running.url}/v1/receipts/${report.id}`);
      assert.equal(answer.status, 200);
      const { checkpoint, records } = (await answer.json()) as {
        checkpoint: string;
        records: { index: number; path: string[] }[];
      };
      assert.equal(records.length, 50);
      for (const [record, { index, path }] of records.entries()) {
        const receipt: Receipt = { v: 1, promise, record, index, path, checkpoint };
        const verified = await verifyReceipt(receipt, rules, { report });
        assert.equal(verified.index, record);
      }
      assert.deepEqual(running.trouble, []);
    });

    test('a promise whose deadline passed without a proof is counted as late until it is proven', async (t) => {
      const running = await startCenter(t, database);
      const one = await endpoint('one');
      await running.consent(one);
      const { store, custody } = running.center;
      for (let i = 0; i < 3; i++)
        await running.post('/v1/reports', await one.seal(one.report([fileSeen('x', now)], now)));
      assert.equal(await overdueReports(store, custody, now + 600), 0);
      assert.equal(await overdueReports(store, custody, now + 601), 3);
      await custody.log.publishNow();
      assert.equal(await overdueReports(store, custody, now + 601), 0);
    });

    test('after a restart the day goes on under another key, and the export has both', async (t) => {
      const running = await startCenter(t, database);
      const one = await endpoint('one');
      await running.consent(one);
      // Whatever the text, it is a value and never a part of SQL or of a path.
      const names = ["'; DROP TABLE record; --", '../../etc/passwd', '%_\\', '$1', '?', '𝕏 {{7*7}}'];
      const send = (center: DataCenter, some: readonly string[]): Promise<unknown> =>
        one
          .seal(
            one.report(
              some.map((file) => fileSeen(file, now)),
              now,
            ),
          )
          .then((message) => center.intake.take(message));
      await send(running.center, names.slice(0, 3));
      await running.center.close();
      const options = testCenterOptions(running.dir, centerOf('zurich'), world.residency, running.store);
      const again = await openDataCenter({ ...options, clock: running.clock, intervalMs: 60_000 });
      t.after(() => again.close());
      await send(again, names.slice(3));
      const { envelope, message } = await one.request('export', now);
      const answer = await again.rights.take(message);
      const page = parseExport(await openAnswer(answer, one.subject.opening, statementIdOf(envelope)));
      assert.equal(page.keys.length, 2);
      const own = await readExport(page, one.subject);
      assert.deepEqual(
        own.map(({ observation }) => observation.kind === 'file-seen' && observation.personal.name),
        names,
      );
    });

    test('a consent comes back with both signatures, sealed to its subject', async (t) => {
      const running = await startCenter(t, database);
      const one = await endpoint('one');
      const { message, digest } = await one.consent('reports', now);
      const response = await running.post('/v1/consents', message);
      assert.equal(response.status, 200);
      const answer = await openAnswer(
        new Uint8Array(await response.arrayBuffer()),
        one.subject.opening,
        digest,
      );
      const both = await readConsent(parseConsent(answer), centerOf('zurich').custody.signer.publicKey);
      assert.equal(both.digest, digest);
      assert.equal(both.record.profile, 'reports');
    });

    test('a report that is sent again is stored once, and its promise given again to the byte', async (t) => {
      const running = await startCenter(t, database);
      const one = await endpoint('one');
      await running.consent(one);
      const report = one.report([fileSeen('a', now), fileSeen('b', now)], now);
      const messages = await Promise.all([one.seal(report), one.seal(report), one.seal(report)]);
      const answers = await Promise.all(messages.map((message) => running.post('/v1/reports', message)));
      assert.deepEqual(
        answers.map(({ status }) => status).toSorted((a, b) => a - b),
        [201, 409, 409],
      );
      running.clock.advance(3_600_000);
      answers.push(await running.post('/v1/reports', messages[0]));
      const promises = await Promise.all(
        answers.map(async (answer) => {
          const body = (await answer.json()) as Envelope & { promise?: Envelope };
          return JSON.stringify(body.promise ?? body);
        }),
      );
      assert.equal(new Set(promises).size, 1);
      assert.deepEqual(await rowsOf(running), {
        custody_leaf: 2,
        report: 1,
        record: 2,
        day_key: 1,
        subject: 1,
      });
    });

    test('a report that is sealed again to the next key is stored once, as long as the first key lives', async (t) => {
      const center = centerOf('zurich');
      const opening = await openingKey(sha256(utf8('the next sealing key')));
      const next: SealingKey = {
        ...center.key,
        publicKey: toBase64(opening.publicKey),
        notAfter: formatTime(now + 7 * 86_400),
        graceUntil: formatTime(now + 14 * 86_400),
      };
      const sealingKeys = [
        { key: center.key, opening: center.opening },
        { key: next, opening },
      ];
      const running = await startCenter(t, database, { change: { sealingKeys } });
      const [one, two] = await Promise.all([endpoint('one'), endpoint('two')]);
      await Promise.all([running.consent(one), running.consent(two)]);
      // Together, most often in one batch: either may be first.
      const report = one.report([fileSeen('a', now)], now);
      const both = await Promise.all([one.seal(report), one.seal(report, next)]);
      const answers = await Promise.all(both.map((message) => running.post('/v1/reports', message)));
      assert.deepEqual(
        answers.map(({ status }) => status).toSorted((a, b) => a - b),
        [201, 409],
      );
      // One after the other: the promise of the first again, to the byte.
      const later = two.report([fileSeen('b', now)], now);
      const first = await (await running.post('/v1/reports', await two.seal(later))).text();
      const replay = await running.post('/v1/reports', await two.seal(later, next));
      assert.equal(replay.status, 409);
      assert.deepEqual(((await replay.json()) as { promise: unknown }).promise, JSON.parse(first));
      assert.equal((await rowsOf(running))['record'], 2);

      // The process that comes after was given the new key alone; the salt of the other is in the store.
      await running.center.close();
      const again = await openDataCenter({
        ...testCenterOptions(running.dir, { ...center, key: next, opening }, world.residency, running.store),
        clock: running.clock,
        intervalMs: 60_000,
      });
      t.after(() => again.close());
      const takeAgain = async (): Promise<boolean> =>
        (await again.intake.take(await two.seal(later, next))).replay;
      assert.equal(await takeAgain(), true);
      running.clock.advance(10 * 86_400_000);
      await again.sweep();
      // Nobody knows any more that it was taken.
      assert.equal(await takeAgain(), false);
      assert.equal(await takeAgain(), true);
    });

    test('a withdrawn consent does not come back with a look-up that began before it', async (t) => {
      const running = await startCenter(t, database);
      const one = await endpoint('one');
      await running.consent(one);
      await running.center.close();
      const options = testCenterOptions(running.dir, centerOf('zurich'), world.residency, running.store);
      const again = await openDataCenter({ ...options, clock: running.clock, intervalMs: 60_000 });
      t.after(() => again.close());
      const reports = await Promise.all(
        ['x', 'y'].map((file) => one.seal(one.report([fileSeen(file, now)], now))),
      );
      let found: () => void = () => {};
      let open: () => void = () => {};
      const isFound = new Promise<void>((resolve) => {
        found = resolve;
      });
      const gate = new Promise<void>((resolve) => {
        open = resolve;
      });
      const read = again.store.read.bind(again.store);
      again.store.read = async (verb, work) => {
        const result = await read(verb, work);
        if (verb !== 'look up a consent') return result;
        found();
        await gate;
        return result;
      };
      const slow = again.intake.take(reports[0] as Uint8Array).catch(() => {});
      await isFound;
      again.store.read = read;
      await again.intake.takeConsent((await one.withdraw(now)).message);
      open();
      await slow;
      await assert.rejects(again.intake.take(reports[1] as Uint8Array), { code: /^consent\./ });
    });

    test('of two consents that replace the same one, one is countersigned and the other refused', async (t) => {
      const running = await startCenter(t, database, { readersEach: 500 });
      for (let i = 0; i < 20; i++) {
        const twins = await Promise.all([endpoint(`twin ${i}`), endpoint(`twin ${i}`)]);
        const messages = await Promise.all(twins.map((twin) => twin.consent('reports', now)));
        const answers = await Promise.all(
          messages.map(({ message }) => running.post('/v1/consents', message)),
        );
        assert.deepEqual(
          answers.map(({ status }) => status).toSorted((a, b) => a - b),
          [200, 422],
        );
      }
    });

    test('of two processes on one store the later one has it, and the other acknowledges nothing more', async (t) => {
      const first = await startCenter(t, database);
      const one = await endpoint('one');
      await first.consent(one);
      const [early, late] = await Promise.all(
        ['early', 'late'].map((file) => one.seal(one.report([fileSeen(file, now)], now))),
      );
      assert.equal((await first.post('/v1/reports', early as Uint8Array)).status, 201);
      // As on another machine: the same store and keys, a folder of its own.
      const second = await startCenter(t, () => Promise.resolve(first.store));
      const withdrawal = await one.withdraw(now);
      assert.equal((await second.post('/v1/consents', withdrawal.message)).status, 200);

      // The first has the consent in memory still.
      const refused = await refusal(await first.post('/v1/reports', late as Uint8Array));
      assert.deepEqual([refused.status, refused.code], [503, 'intake.failed']);
      const erase = await one.request('erase', now);
      assert.equal((await first.post('/v1/requests', erase.message)).status, 503);
      assert.deepEqual(
        first.trouble.map((error) => isVitrineError(error) && error.code),
        ['custody.taken-over', 'custody.taken-over'],
      );
      assert.equal((await second.post('/v1/reports', late as Uint8Array)).status, 422);
      assert.equal((await second.post('/v1/requests', erase.message)).status, 200);
      assert.equal((await rowsOf(second))['record'], 0);
      await assert.rejects(first.center.close(), { code: 'custody.taken-over' });
    });

    test('a start that comes to nothing takes the store from nobody', async (t) => {
      const running = await startCenter(t, database);
      const one = await endpoint('one');
      await running.consent(one);
      // Its ledgers cannot be continued, here because they are in use.
      const options = testCenterOptions(running.dir, centerOf('zurich'), world.residency, running.store);
      await assert.rejects(openDataCenter({ ...options, clock: running.clock }), { code: 'lease.held' });
      const message = await one.seal(one.report([fileSeen('x', now)], now));
      assert.equal((await running.post('/v1/reports', message)).status, 201);
    });

    test('a consent of the future is refused, and its withdrawal taken whatever the clock', async (t) => {
      const running = await startCenter(t, database);
      const one = await endpoint('one');
      const post = async ({ message }: { readonly message: Uint8Array }): Promise<number> =>
        (await running.post('/v1/consents', message)).status;
      const ahead = await running.post('/v1/consents', (await one.consent('reports', now + 3601)).message);
      assert.deepEqual((await refusal(ahead)).code, 'consent.time');
      const two = await endpoint('two');
      assert.equal(await post(await two.consent('reports', now + 3600)), 200);
      assert.equal(await post(await two.withdraw(now - 86_400)), 200);
      assert.equal(await post(await two.consent('reports', now)), 200);
    });

    test('the key of a day goes when the next begins, though its subject comes first', async (t) => {
      const running = await startCenter(t, database);
      const [one, two] = await Promise.all([endpoint('one'), endpoint('two')]);
      const { keys } = running.center.intake;
      const keyOf = ({ subject }: TestEndpoint, day: string): ReturnType<typeof keys.keyFor> =>
        keys.keyFor(subject.keys, subject.pseudonym, day);
      const old = [await keyOf(one, '2026-11-18'), await keyOf(two, '2026-11-18')];
      const fresh = await keyOf(one, '2026-11-19');
      for (const { key, dead } of old) assert.deepEqual([key, dead], [new Uint8Array(32), true]);
      assert.equal(await keyOf(one, '2026-11-19'), fresh);
    });

    test('a store of before consents had their digest beside them goes on', async (t) => {
      const running = await startCenter(t, database);
      const one = await endpoint('one');
      await running.consent(one);
      const digests = async (center: DataCenter): Promise<readonly string[]> =>
        (await center.store.read('look', (db) => db.selectFrom('subject').select('digest').execute())).map(
          ({ digest }) => digest,
        );
      const before = await digests(running.center);
      await running.center.store.write('age', (tx) =>
        tx.updateTable('subject').set({ digest: '' }).execute(),
      );
      await running.center.close();
      const options = testCenterOptions(running.dir, centerOf('zurich'), world.residency, running.store);
      const again = await openDataCenter({ ...options, clock: running.clock, intervalMs: 60_000 });
      t.after(() => again.close());
      assert.deepEqual(await digests(again), before);
      await again.intake.take(await one.seal(one.report([fileSeen('x', now)], now)));
    });

    const refusals: readonly {
      readonly what: string;
      readonly status: number;
      readonly code: string;
      readonly message: () => Promise<Uint8Array>;
    }[] = [
      {
        what: 'garbage',
        status: 400,
        code: 'seal.format',
        message: async () => new Uint8Array(2000).fill(7),
      },
      { what: 'nothing', status: 400, code: 'seal.format', message: async () => new Uint8Array(0) },
      {
        what: 'a message cut short',
        status: 400,
        code: 'seal.open',
        message: async () => (await sealedReport({})).slice(0, -1),
      },
      {
        what: 'a message with one bit changed',
        status: 400,
        code: 'seal.open',
        message: async () => {
          const message = await sealedReport({});
          message[200] = (message[200] ?? 0) ^ 1;
          return message;
        },
      },
      {
        what: 'a seal to another data center',
        status: 421,
        code: 'intake.sealing-key',
        message: async () => {
          const one = await endpoint('one');
          return one.seal(one.report([fileSeen('x', now)], now), centerOf('singapore').key);
        },
      },
      {
        what: 'a seal bound to another version of the policy',
        status: 400,
        code: 'seal.open',
        message: async () => {
          const one = await endpoint('one');
          return one.seal(one.report([fileSeen('x', now)], now), { ...centerOf('zurich').key, policy: 2 });
        },
      },
      {
        what: 'a report of a country that another data center has',
        status: 421,
        code: 'report.center',
        message: () => sealedReport({ country: 'SG' }),
      },
      {
        what: 'a report for another data center, sealed to this one',
        status: 422,
        code: 'consent.mismatch',
        message: () => sealedReport({ consent: 'ab'.repeat(32) }),
      },
      {
        what: 'a report of two days ahead',
        status: 400,
        code: 'report.time',
        message: () => sealedReport({ at: '2026-11-21T00:00:00Z' }),
      },
      {
        what: 'a report of last year',
        status: 400,
        code: 'report.time',
        message: () => sealedReport({ at: '2025-11-21T00:00:00Z' }),
      },
      {
        what: 'a report of a subject that never consented',
        status: 422,
        code: 'intake.consent',
        message: async () => {
          const two = await endpoint('two');
          return two.seal(two.report([fileSeen('x', now)], now));
        },
      },
      {
        what: 'a request where a report is taken',
        status: 400,
        code: 'intake.content',
        message: async () => (await (await endpoint('one')).request('erase', now)).message,
      },
      {
        what: 'more than the largest message',
        status: 413,
        code: 'http.body-too-large',
        message: async () => new Uint8Array(600_000),
      },
    ];

    /** Of the endpoint `one`, whose consent the data center has. */
    async function sealedReport(change: Partial<Report>): Promise<Uint8Array> {
      const one = await endpoint('one');
      const { digest } = await one.consent('samples', now);
      return one.seal(one.report([fileSeen('secret.exe', now)], now, { consent: digest, ...change }));
    }

    test('what is refused has its code, is counted, leaves nothing behind and tells nothing', async (t) => {
      const running = await startCenter(t, database);
      await running.consent(await endpoint('one'));
      const before = await rowsOf(running);
      for (const { what, status, code, message } of refusals) {
        const found = await refusal(await running.post('/v1/reports', await message()));
        assert.deepEqual([found.status, found.code], [status, code], what);
        assert.doesNotMatch(found.text, /secret|Downloads|singapore|\/tmp|custody\.db|node_modules/, what);
      }
      assert.deepEqual(await rowsOf(running), before);
      await running.center.counts.flush();
      await running.center.counts.flush();
      const counted = await running.center.store.read('read', (db) =>
        db.selectFrom('refusal').selectAll().execute(),
      );
      // The standard of fetch has it try once more, on another connection, after a 421.
      const expected = Map.groupBy(refusals, ({ code }) => code);
      for (const [code, of] of expected) {
        const times = of.reduce((sum, { status }) => sum + (status === 421 ? 2 : 1), 0);
        assert.equal(counted.find((row) => row.code === code)?.count, times, code);
      }
      assert.deepEqual(running.trouble, []);
    });

    test('a field that nobody consented to, and a kind outside of the profile, are refused', async (t) => {
      const running = await startCenter(t, database);
      const one = await endpoint('one');
      const consent = await one.consent('none', now);
      assert.equal((await running.post('/v1/consents', consent.message)).status, 200);
      const unasked = await refusal(
        await running.post('/v1/reports', await one.seal(one.report([fileSeen('x', now)], now))),
      );
      assert.deepEqual([unasked.status, unasked.code], [422, 'consent.profile']);

      const reports = await one.consent('reports', now);
      assert.equal((await running.post('/v1/consents', reports.message)).status, 200);
      const taken = one.report([fileSeen('x', now)], now);
      const first = await running.post('/v1/reports', await one.seal(taken));
      assert.equal(first.status, 201);
      assert.equal((await running.post('/v1/consents', (await one.withdraw(now)).message)).status, 200);
      // Of what is stored nobody is told that it was refused: its endpoint may have heard nothing.
      const again = await running.post('/v1/reports', await one.seal(taken));
      assert.equal(again.status, 409);
      assert.deepEqual(((await again.json()) as { promise: unknown }).promise, await first.json());
      const withdrawn = await refusal(
        await running.post('/v1/reports', await one.seal(one.report([fileSeen('x', now)], now))),
      );
      assert.equal(withdrawn.status, 422);
    });

    test('a field outside of the schema, and a document without a yes for it, are refused after opening and counted', async (t) => {
      const running = await startCenter(t, database);
      const one = await endpoint('one');
      await running.consent(one);
      const seen = fileSeen('x', now);
      const sample = (bytes: string, category: string, more: object = {}): object => ({
        kind: 'sample',
        facts: {
          object: 'ab'.repeat(32),
          size: bytes.length,
          category,
          piece: 0,
          seen: '2026-11-18',
          ...more,
        },
        personal: { data: Buffer.from(bytes).toString('base64') },
      });
      const refused: readonly (readonly [string, object])[] = [
        ['consent.field', { ...seen, facts: { ...seen.facts, user: 'secret' } }],
        ['consent.field', { ...seen, personal: { ...seen.personal, serial: 'secret' } }],
        ['consent.field', { ...seen, kind: 'keystrokes' }],
        ['consent.field', { ...seen, extra: {} }],
        ['consent.file-yes', sample('%PDF-1.7 secret', 'document')],
        ['consent.file-yes', sample('PK\u0003\u0004 word/document.xml secret', 'archive')],
        ['consent.file-yes', sample('Dear secret', 'other')],
        ['consent.field', sample('%PDF-1.7 secret', 'program')],
        ['consent.field', sample('PK\u0003\u0004 secret', 'script')],
        ['consent.field', sample('#!/bin/sh secret', 'script', { size: 10 * 2 ** 30 })],
      ];
      for (const [code, observation] of refused) {
        // By hand: an endpoint of ours signs nothing of the kind.
        const report = one.report([observation as never], now);
        const bytes = canonicalJson(report as unknown as Json);
        const payload = 'application/vnd.vitrine.report+json';
        const signature = await one.subject.signer.sign(preAuthEncoding(payload, bytes));
        const body = concat(u16(signature.length), signature, bytes);
        const message = await sealMessage({ type: 'report', body }, centerOf('zurich').key, sha256);
        const found = await refusal(await running.post('/v1/reports', message));
        assert.deepEqual([found.status, found.code], [422, code], JSON.stringify(observation));
        assert.doesNotMatch(found.text, /secret/);
      }
      assert.equal((await rowsOf(running))['record'], 0);
      const { refusals: counted } = await countsOf(running.center);
      assert.deepEqual(
        counted.map(({ code, count }) => [code, count]),
        [
          ['consent.field', 7],
          ['consent.file-yes', 3],
        ],
      );
    });

    test('a sealing key opens until its grace ends, and not a second longer', async (t) => {
      const running = await startCenter(t, database);
      const one = await endpoint('one');
      await running.consent(one);
      const send = async (): Promise<number> => {
        const at = Math.floor(running.clock.now() / 1000);
        const response = await running.post(
          '/v1/reports',
          await one.seal(one.report([fileSeen('x', at)], at)),
        );
        return response.status;
      };
      running.clock.set((now + 10 * 86_400 - 1) * 1000);
      assert.equal(await send(), 201);
      running.clock.set((now + 10 * 86_400) * 1000);
      assert.equal(await send(), 421);
      await running.center.sweep();
      const left = await running.center.store.read('read', (db) =>
        db.selectFrom('sealing_key').selectAll().execute(),
      );
      assert.deepEqual(left, []);
    });

    test('too many from one address are told when to come again', async (t) => {
      const running = await startCenter(t, database, { rate: { perSecond: 0.001, burst: 2 } });
      const answers: Response[] = [];
      for (let i = 0; i < 3; i++) answers.push(await running.post('/v1/reports', new Uint8Array(10)));
      assert.deepEqual(
        answers.map(({ status }) => status),
        [400, 400, 429],
      );
      assert.ok(Number(answers[2]?.headers.get('retry-after')) > 1);
    });

    test('two data centers share nothing: all that one stores and receives opens nothing at the other', async (t) => {
      const zurich = await startCenter(t, database);
      const singapore = await startCenter(t, database, { id: 'singapore' });
      const one = await endpoint('one');
      await zurich.consent(one);
      const message = await one.seal(one.report([fileSeen('x', now)], now));
      assert.equal((await singapore.post('/v1/reports', message)).status, 421);
      assert.equal((await zurich.post('/v1/reports', message)).status, 201);
      const elsewhere = await endpoint('one', 'SG', 'singapore');
      assert.notEqual(one.subject.pseudonym, elsewhere.subject.pseudonym);
      assert.equal((await rowsOf(singapore))['custody_leaf'], 0);

      // Everything that Zurich received and stores, with every key that Singapore has.
      const { opening, key } = centerOf('singapore');
      for (const claimed of [key, centerOf('zurich').key])
        await assert.rejects(openMessage(message, claimed, opening), { code: /^seal\./ });
      const stored = await zurich.center.store.read('steal', async (db) => ({
        key: await db.selectFrom('day_key').selectAll().executeTakeFirstOrThrow(),
        record: await db.selectFrom('record').selectAll().executeTakeFirstOrThrow(),
      }));
      const { master } = testCenterOptions('', centerOf('singapore'), world.residency);
      assert.throws(() => unwrapHalf(master, stored.key.ref, stored.key.half), { code: 'custody.master' });
      const sealed = JSON.parse(Buffer.from(stored.key.sealed).toString()) as SealedHalves;
      for (const { supervisor } of sealed.shares)
        await assert.rejects(openShare(sealed, supervisor, opening), { code: 'seal.open' });
      await assert.rejects(recordKeyOfSubject(sealed, opening), { code: 'seal.open' });
      // Not even where supervisors gave their shares to the wrong one.
      const shares = await Promise.all(
        [...centerOf('singapore').supervisors].map(([supervisor, own]) => openShare(sealed, supervisor, own)),
      );
      const wrong = await recordKeyFromHalves(sealed, master, shares);
      await assert.rejects(openRecord(wrong, sealed.key, stored.record.ciphertext), {
        code: 'halves.record',
      });
    });

    test('a policy that takes a country away while reports are under way is followed from its second on', async (t) => {
      let residency = world.residency;
      const running = await startCenter(t, database, { change: { residency: () => residency } });
      const one = await endpoint('one', 'DE');
      await running.consent(one);
      const send = async (): Promise<number> =>
        (await running.post('/v1/reports', await one.seal(one.report([fileSeen('x', now)], now)))).status;
      assert.equal(await send(), 201);
      const { policy } = world.residency;
      residency = buildResidency({
        ...policy,
        version: 2,
        countries: { ...policy.countries, DE: 'singapore' },
      });
      assert.equal(await send(), 421);
      // Its rights stay where its records are, until they are moved.
      const { message } = await one.request('erase', now);
      assert.equal((await running.post('/v1/requests', message)).status, 200);
      const withdrawal = await one.withdraw(now);
      assert.equal((await running.post('/v1/consents', withdrawal.message)).status, 200);
      assert.equal((await rowsOf(running))['record'], 0);
    });

    test('the ledger serves tiles to everybody and entries to auditors, by every role and path', async (t) => {
      const auditor = centerOf('singapore').access.signer;
      const stranger = centerOf('singapore').custody.signer;
      const running = await startCenter(t, database, {
        auditors: new Map([[auditor.keyid, auditor.publicKey]]),
      });
      const one = await endpoint('one');
      await running.consent(one);
      await running.post('/v1/reports', await one.seal(one.report([fileSeen('x', now)], now)));
      await running.center.custody.log.publishNow();
      await running.center.access.log.publishNow();
      const origin = running.center.custody.origin;
      const roles: Readonly<Record<string, (path: string) => Promise<string | undefined>>> = {
        nobody: async () => undefined,
        stranger: (path) => authorizeAudit(origin, path, now, stranger),
        auditor: (path) => authorizeAudit(origin, path, now, auditor),
        'auditor, yesterday': (path) => authorizeAudit(origin, path, now - 86_400, auditor),
        'auditor, of another path': () => authorizeAudit(origin, 'tile/entries/001', now, auditor),
      };
      const paths: Readonly<Record<string, readonly string[]>> = {
        checkpoint: Object.keys(roles),
        'tile/0/000.p/1': Object.keys(roles),
        'tile/entries/000.p/1': ['auditor'],
        'tile/entries/000': [],
        'log.db': [],
        'tile/0/000.p/2': [],
        '..%2fcustody.db': [],
        'tile/..%2f..%2fcustody.db': [],
      };
      for (const [path, allowed] of Object.entries(paths))
        for (const [role, authorize] of Object.entries(roles)) {
          const authorization = await authorize(path);
          const response = await fetch(`${running.url}/ledgers/custody/${path}`, {
            headers: authorization === undefined ? {} : { authorization },
          });
          assert.equal(response.status, allowed.includes(role) ? 200 : 404, `${role}: ${path}`);
        }
      for (const [method, path] of [
        ['GET', '/'],
        ['GET', '/v1/reports'],
        ['PUT', '/v1/reports'],
        ['GET', '/v1/receipts/x'],
        ['GET', `/v1/receipts/${'0'.repeat(32)}`],
        ['GET', '/ledgers/other/checkpoint'],
        ['GET', "/v1/receipts/'%20OR%201=1"],
      ] as const) {
        const found = await refusal(await fetch(`${running.url}${path}`, { method }));
        assert.deepEqual([found.status, found.code], [404, 'intake.path'], `${method} ${path}`);
      }
    });
  });
}
