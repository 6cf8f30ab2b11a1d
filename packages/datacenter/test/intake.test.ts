import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import test from 'node:test';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { formatVkey, isVitrineError, noteSigner, noteTypes, parseEnvelope } from '@vitrine/evidence';
import { fakeClock, listen } from '@vitrine/host';
import {
  auditCustody,
  authorizeAudit,
  countsOf,
  custodyRootOf,
  enterExport,
  holdings,
  LeafSequencer,
} from '@vitrine/datacenter';
import { fileSeen, type TestEndpoint } from '@vitrine/datacenter/testing';
import { openLog } from '@vitrine/log';
import { initWitness, openWitness, witnessHandler } from '@vitrine/log/witness';
import { verifyReceipt, type Receipt } from '@vitrine/reports';
import { eventually, temporaryDirectory, testSigner } from '@vitrine/testkit';
import { sqliteDatabase } from './databases.ts';
import { intakeCases } from './intake-cases.ts';
import { centerOf, endpoint, now, startCenter } from './world.ts';

intakeCases('SQLite', sqliteDatabase);

test('every route answers every role with every method as the specification says, and no header makes more of it', async (t) => {
  const auditor = centerOf('singapore').access.signer;
  const running = await startCenter(t, sqliteDatabase, {
    auditors: new Map([[auditor.keyid, auditor.publicKey]]),
  });
  const [one, other, abroad] = [
    await endpoint('one'),
    await endpoint('other'),
    await endpoint('abroad', 'SG', 'singapore'),
  ];
  await running.consent(one);
  const first = one.report([fileSeen('x', now)], now);
  assert.equal((await running.post('/v1/reports', await one.seal(first))).status, 201);
  await running.center.custody.log.publishNow();
  await running.center.access.log.publishNow();

  const messages = (of: TestEndpoint): Readonly<Record<string, () => Promise<Uint8Array>>> => ({
    reports: () => of.seal(of.report([fileSeen('y', now)], now)),
    consents: async () => (await of.consent('samples', now)).message,
    requests: async () => (await of.request('export', now)).message,
  });
  const kinds = ['consents', 'reports', 'requests'];
  const right: Readonly<Record<string, number>> = { consents: 200, reports: 201, requests: 200 };
  // Whoever consented to nothing may ask, and is told that nothing is there; it reports nothing.
  const senders: readonly (readonly [string, TestEndpoint, (route: string, kind: string) => number])[] = [
    ['its subject', one, (route, kind) => (route === kind ? (right[kind] ?? 0) : 400)],
    [
      'a subject without consent',
      other,
      (route, kind) => (route !== kind ? 400 : kind === 'reports' ? 422 : 200),
    ],
    ['the subject of another center', abroad, () => 421],
  ];
  for (const [who, of, expected] of senders)
    for (const route of ['reports', 'requests', 'consents'])
      for (const kind of kinds) {
        // A consent that is made and not taken would break the chain of its subject.
        const by = of === one && kind === 'consents' && route !== kind ? other : of;
        const body = (await messages(by)[kind]?.()) ?? new Uint8Array();
        if (who === 'a subject without consent' && kind === 'consents' && route === 'consents') continue;
        const answer = await running.post(`/v1/${route}`, body);
        assert.equal(answer.status, expected(route, kind), `${who}: ${kind} to ${route}`);
      }

  const { origin } = running.center.custody;
  const bearers: Readonly<Record<string, (path: string) => Promise<string>>> = {
    nobody: () => Promise.resolve(''),
    'an auditor': (path) => authorizeAudit(origin, path, now, auditor),
    'a stranger': (path) => authorizeAudit(origin, path, now, centerOf('singapore').custody.signer),
    'a bearer': () => Promise.resolve('Bearer x'),
  };
  const all = Object.keys(bearers);
  const gets: readonly (readonly [string, readonly string[]])[] = [
    ['/v1/counts', all],
    [`/v1/receipts/${first.id}`, all],
    [`/v1/receipts/${'0'.repeat(32)}`, []],
    ['/ledgers/custody/checkpoint', all],
    ['/ledgers/access/checkpoint', all],
    ['/ledgers/custody/tile/0/000.p/1', all],
    ['/ledgers/custody/tile/entries/000.p/1', ['an auditor']],
    ['/ledgers/access/tile/entries/000.p/1', []],
    ['/v1/reports', []],
    ['/v1/consents', []],
    ['/v1/requests', []],
    ['/', []],
  ];
  for (const [path, allowed] of gets)
    for (const [who, authorize] of Object.entries(bearers)) {
      const authorization = await authorize(path.replace(/^\/ledgers\/\w+\//, ''));
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        const { status } = await fetch(`${running.url}${path}`, { method, headers: { authorization } });
        const isRead = method === 'GET' || method === 'HEAD';
        const isMessage = method === 'POST' && /^\/v1\/(?:reports|consents|requests)$/.test(path);
        const expected = isMessage ? 400 : isRead && allowed.includes(who) ? 200 : 404;
        assert.equal(status, expected, `${who}: ${method} ${path}`);
      }
    }
  assert.deepEqual(running.trouble, []);
});

test('a full disk is answered with 503, keeps what was acknowledged and nothing of what was not', async (t) => {
  const running = await startCenter(t, async (context) => ({
    ...(await sqliteDatabase(context)),
    maxBytes: 400_000,
  }));
  const one = await endpoint('one');
  await running.consent(one);
  let stored = 0;
  let status = 0;
  while (status !== 503) {
    const report = one.report(
      Array.from({ length: 50 }, (_, i) => fileSeen(`${stored} ${i}`, now)),
      now,
    );
    const answer = await running.post('/v1/reports', await one.seal(report));
    ({ status } = answer);
    if (status === 201) stored += 50;
    else assert.doesNotMatch(await answer.text(), /disk|full|SQLITE|custody\.db/);
    assert.ok(stored < 5_000, 'the disk never became full');
  }
  assert.ok(stored > 0);
  assert.equal(
    running.trouble.every((error) => isVitrineError(error, 'file.no-space')),
    true,
  );
  assert.equal(await new LeafSequencer(running.center.store, 'custody').number(), stored);
  const [holding] = await holdings(running.center.store);
  assert.deepEqual([holding?.country, holding?.records, holding?.subjects], ['CH', stored, 1]);
});

test('a body of ten gigabytes is refused, announced before a byte of it is read, and else where it is too long', async (t) => {
  const running = await startCenter(t, sqliteDatabase);
  const answerTo = async (head: string, body: string = ''): Promise<string> => {
    const socket = connect(Number(new URL(running.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(`${head}\r\n\r\n${body.repeat(20)}`);
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    return answer;
  };
  const post = 'POST /v1/reports HTTP/1.1\r\nHost: x\r\n';
  const chunk = `8000\r\n${'a'.repeat(0x8000)}\r\n`; // And none that is the last.
  for (const answer of [
    await answerTo(`${post}Content-Length: 10737418240`),
    await answerTo(`${post}Transfer-Encoding: chunked`, chunk),
  ]) {
    assert.match(answer, /^HTTP\/1.1 413 /);
    assert.match(answer, /http\.body-too-large/);
  }
  // What is no address has a code, too, and is counted.
  for (const head of [
    'GET /v1/counts HTTP/1.1\r\nHost: a b',
    'GET /ledgers/custody/\\..\\log.db HTTP/1.1\r\nHost: x',
    'OPTIONS * HTTP/1.1\r\nHost: x',
  ]) {
    const answer = await answerTo(`${head}\r\nConnection: close`);
    assert.match(answer, /^HTTP\/1.1 404 .*"code":"intake.path"/s, head);
  }
  const { refusals } = await countsOf(running.center);
  assert.deepEqual(
    refusals.map(({ code, count }) => [code, count]),
    [
      ['http.body-too-large', 2],
      ['intake.path', 3],
    ],
  );
  assert.deepEqual(running.trouble, []);
});

test('a client that sends too slowly is told so and cut off', async (t) => {
  const running = await startCenter(t, sqliteDatabase, { bodyMs: 50 });
  const socket = connect(Number(new URL(running.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST /v1/reports HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nVTR1');
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  assert.match(answer, /^HTTP\/1.1 408 /);
});

test('a ledger is published with its witnesses alone, and a receipt shows that they saw it in time', async (t) => {
  const operator = 'north';
  const signer = noteSigner(
    `${operator}.example/witness`,
    noteTypes.cosignature,
    testSigner('custody witness'),
  );
  const dir = mkdtempSync(join(temporaryDirectory(t), 'witness-'));
  await initWitness(dir, { vkeys: [formatVkey(signer.key)] });
  const { custody, access } = centerOf('zurich');
  const witness = openWitness({
    dir,
    signers: [signer],
    logs: [custody, access].map(({ key }) => ({ origin: key.name, keys: [key] })),
    clock: fakeClock((now + 60) * 1000),
  });
  const server = await listen(witnessHandler(witness), { port: 0, graceMs: 100 });
  t.after(async () => {
    await server.close();
    witness.close();
  });
  const running = await startCenter(t, sqliteDatabase, {
    change: { witnesses: [{ url: server.url, key: signer.key, operator }] },
  });
  const one = await endpoint('one');
  await running.consent(one);
  const report = one.report([fileSeen('x', now)], now);
  const answer = await running.post('/v1/reports', await one.seal(report));
  const promise = parseEnvelope(new Uint8Array(await answer.arrayBuffer()));
  await running.center.custody.log.publishNow();
  const proofs = await fetch(`${running.url}/v1/receipts/${report.id}`);
  const { checkpoint, records } = (await proofs.json()) as {
    readonly checkpoint: string;
    readonly records: readonly [{ readonly index: number; readonly path: readonly string[] }];
  };
  const receipt: Receipt = { v: 1, promise, record: 0, ...records[0], checkpoint };
  const rules = { ledger: custody.key, witnesses: [{ operator, key: signer.key }], quorum: 1 };
  const verified = await verifyReceipt(receipt, rules, { report });
  assert.deepEqual([verified.time, verified.inTime], [now + 60, true]);

  // Without the witness the intake goes on, and nothing is published.
  await server.close();
  assert.equal(
    (await running.post('/v1/reports', await one.seal(one.report([fileSeen('y', now)], now)))).status,
    201,
  );
  await assert.rejects(running.center.custody.log.publishNow(), { code: 'witnesses.quorum' });
  assert.equal(running.center.custody.published()?.size, 1);
});

test('slow clients of one address cannot hold more than their share', async (t) => {
  const running = await startCenter(t, sqliteDatabase, { readersEach: 2 });
  const open = async (): Promise<Socket> => {
    const socket = connect(Number(new URL(running.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write('POST /v1/reports HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nVTR1');
    return socket;
  };
  const held = [await open(), await open(), await open()];
  // Which of the three is refused is not said; one is, and the others are still being read.
  const refused = await Promise.race(
    held.map(async (socket) => {
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      return { socket, answer: chunk.toString() };
    }),
  );
  assert.match(refused.answer, /^HTTP\/1.1 429 /);
  const [other] = held.filter((socket) => socket !== refused.socket);
  other?.destroy();
  await once(other as Socket, 'close');
  const one = await endpoint('one');
  const { message } = await one.consent('reports', now);
  await eventually(async () => (await running.post('/v1/consents', message)).status === 200);
  for (const socket of held) socket.destroy();
});

test('an auditor recounts the ledger, and its sums are what the store holds', async (t) => {
  const running = await startCenter(t, sqliteDatabase);
  const [one, two] = [await endpoint('one', 'CH'), await endpoint('two', 'DE')];
  await running.consent(one);
  await running.consent(two);
  for (const who of [one, two, two])
    await running.post(
      '/v1/reports',
      await who.seal(who.report([fileSeen('a', now), fileSeen('b', now)], now)),
    );
  await running.post('/v1/requests', (await one.request('erase', now)).message);
  assert.equal(await enterExport(running.center.store, new Uint8Array([1, 2, 3]), 3, now), 7);
  const head = await running.center.custody.log.publishNow();

  const { custody } = running.center;
  const reader = await openLog(custody.log.dir, {
    origin: custody.origin,
    logKeys: [centerOf('zurich').custody.key],
  });
  const { countries, ...sums } = await auditCustody(reader);
  const expected = { entries: 8, records: 6, imports: 0, erased: 2, expired: 0, exports: 1, live: 4 };
  assert.deepEqual(sums, expected);
  assert.deepEqual(
    [...countries],
    [
      ['CH', 2],
      ['DE', 4],
    ],
  );
  const held = await holdings(running.center.store);
  assert.deepEqual(
    held.map(({ country, records }) => [country, records]),
    [['DE', 4]],
  );
  const logged = custodyRootOf(custody, now);
  assert.equal(logged?.root, Buffer.from(head.root).toString('hex'));
  assert.deepEqual([logged?.predicate.size, logged?.predicate.purpose], [8, 'custody']);
});
