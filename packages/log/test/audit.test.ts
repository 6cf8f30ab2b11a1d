// What strangers, one lying witness, and whoever stands on the wire can do to a log: not stop it.

import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import test, { type TestContext } from 'node:test';
import {
  formatCheckpoint,
  formatEnvelope,
  formatNote,
  formatVkey,
  fromUtf8,
  isVitrineError,
  noteSigner,
  noteTypes,
  parseNote,
  payloadOf,
  rebuild,
  signCheckpoint,
  signEnvelope,
  signStatement,
  statementType,
  canonicalJson,
  utf8,
  verifySignatureBy,
  type Json,
  type NoteSigner,
} from '@vitrine/evidence';
import { fakeClock, listen, readBody, respond, sha256, sha256Hex, type Handler } from '@vitrine/host';
import {
  atLeast,
  isFatal,
  logHandler,
  openLogWriter,
  type LogWriter,
  type WitnessEndpoint,
} from '@vitrine/log';
import { admit, makeAdmissionList } from '@vitrine/log/admission';
import {
  formatAddCheckpoint,
  initWitness,
  openWitness,
  witnessHandler,
  type Witness,
  type WitnessOptions,
} from '@vitrine/log/witness';
import { temporaryDirectory, testSigner } from '@vitrine/testkit';
import {
  entry,
  flipped,
  logSigner,
  mlDsaSigner,
  newLog,
  origin,
  startLog,
  startServer,
  startWitness,
} from './helpers.ts';

const cosigner = noteSigner('w.example/witness', noteTypes.cosignature, testSigner('w witness'));

async function witnessWith(
  t: TestContext,
  options: Partial<WitnessOptions> = {},
): Promise<{ witness: Witness; endpoint: WitnessEndpoint }> {
  const dir = `${temporaryDirectory(t)}/witness`;
  await initWitness(dir, { vkeys: [formatVkey(cosigner.key)] });
  const witness = openWitness({
    dir,
    signers: [cosigner],
    logs: [{ origin, keys: [logSigner.key] }],
    ...options,
  });
  const server = await listen(witnessHandler(witness), { port: 0, graceMs: 100 });
  t.after(async () => {
    await server.close();
    witness.close();
  });
  return { witness, endpoint: { url: server.url, key: cosigner.key, operator: 'w' } };
}

function grow(log: LogWriter): Promise<Uint8Array> {
  return log
    .append(entry(log.size()))
    .then(() => log.publishNow())
    .then(({ note }) => note);
}

/** How the witness answers `times` requests, one after the other: codes, or "cosigned". */
async function answers(
  witness: Witness,
  times: number,
  old: number,
  note: Uint8Array,
): Promise<readonly string[]> {
  const body = utf8(formatAddCheckpoint(old, [], note));
  const found: string[] = [];
  for (let i = 0; i < times; i++) {
    found.push(
      await witness.addCheckpoint(body).then(
        () => 'cosigned',
        (error: unknown) => (isVitrineError(error) ? error.code : String(error)),
      ),
    );
  }
  return found;
}

/** A checkpoint under any key, of a tree that nobody can build. */
async function signedHead(
  size: number,
  signers: readonly NoteSigner[],
  seed = 'another tree',
): Promise<Uint8Array> {
  const text = formatCheckpoint({ origin, size, root: sha256(utf8(seed)), extensions: [] });
  return formatNote({
    text,
    signatures: await Promise.all(signers.map((one) => signCheckpoint(text, one, 1))),
  });
}

const none = { perSecond: 0, burst: 0 };

test('whoever repeats the public checkpoints of a log does not keep it from its witness', async (t) => {
  const { witness, endpoint } = await witnessWith(t, { repeats: { perSecond: 0, burst: 3 } });
  const log = await startLog(t, { dir: await newLog(t), witnesses: [endpoint] });
  const older = await grow(log);
  const newest = await grow(log);
  const codes = await answers(witness, 100, 0, older);
  assert.deepEqual([...new Set(codes)], ['witness.conflict', 'witness.rate']);
  assert.equal(codes.indexOf('witness.rate'), 3);
  assert.deepEqual(new Set(await answers(witness, 100, 0, newest)), new Set(['witness.rate']));
  assert.deepEqual(new Set(await answers(witness, 100, 2, newest)), new Set(['cosigned']));

  const over = new AbortController();
  const attack = (async () => {
    while (!over.signal.aborted) {
      for (const [old, note] of [
        [0, older],
        [1, older],
        [0, newest],
        [2, newest],
      ] as const)
        await answers(witness, 5, old, note);
      await new Promise(setImmediate);
    }
  })();
  for (let size = 3; size <= 8; size++) {
    await grow(log);
    assert.equal(log.published()?.size, size);
  }
  over.abort();
  await attack;
});

test('a log that starts again under attack, ahead of its witness, is told where the witness is', async (t) => {
  const { witness, endpoint } = await witnessWith(t, { repeats: none });
  const log = await startLog(t, { dir: await newLog(t), witnesses: [endpoint] });
  const older = await grow(log);
  await log.close();
  const alone = await startLog(t, { dir: log.dir });
  const newer = await grow(alone);
  await alone.close();
  assert.deepEqual(await answers(witness, 1, 0, older), ['witness.rate']);
  assert.deepEqual(new Set(await answers(witness, 100, 0, newer)), new Set(['witness.conflict']));
  const again = await startLog(t, { dir: log.dir, witnesses: [endpoint] });
  assert.equal((await again.publishNow()).size, 2);
  assert.equal(witness.checkpoint(origin)?.size, 2);
});

test('a log that does not know where its witness is offers its head as nothing new', async (t) => {
  const { endpoint } = await witnessWith(t, { repeats: none });
  const other = await startWitness(t, 'a');
  let isUp = true;
  const proxy = await startServer(t, (request, response) => void relay(request, response));
  const relay = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!isUp) return void response.destroy();
    const answer = await fetch(endpoint.url + String(request.url), {
      method: 'POST',
      body: (await readBody(request, { maxBytes: 20_000, timeoutMs: 10_000 })) as Uint8Array<ArrayBuffer>,
    });
    const type = answer.headers.get('content-type') ?? '';
    respond(response, answer.status, await answer.text(), { 'content-type': type });
  };
  const endpoints = [other.endpoint, { ...endpoint, url: proxy }];
  const dir = await newLog(t);
  const log = await startLog(t, { dir, witnesses: endpoints });
  await grow(log);
  await log.close();
  isUp = false;
  const again = await startLog(t, {
    dir,
    witnesses: endpoints,
    enough: atLeast(1, endpoints),
    retryMs: 60_000,
  });
  isUp = true;
  const names = parseNote((await again.publishNow()).note).signatures.map(({ name }) => name);
  assert.deepEqual(names.toSorted(), ['a.example/witness', origin, cosigner.key.name]);
});

test('the same checkpoint is answered from memory for ten seconds, then with a fresh time', async (t) => {
  const clock = fakeClock(1_000_000);
  const { witness } = await witnessWith(t, { clock, repeats: { perSecond: 0, burst: 1 } });
  const note = await signedHead(5, [logSigner]);
  assert.deepEqual(await answers(witness, 1, 0, note), ['cosigned']);
  const repeat = async (): Promise<readonly [string, number | undefined]> => {
    const lines = await witness.addCheckpoint(utf8(formatAddCheckpoint(5, [], note)));
    const cosigned = utf8(`${parseNote(note).text}\n${lines}`);
    return [lines, (await verifySignatureBy(parseNote(cosigned), cosigner.key))?.time];
  };
  const [first, time] = await repeat();
  assert.equal(time, 1_000);
  clock.advance(9_999);
  assert.deepEqual(await repeat(), [first, 1_000]);
  clock.advance(1);
  assert.equal((await repeat())[1], 1_010);
  clock.advance(9_000);
  assert.equal((await repeat())[1], 1_010);
  clock.advance(-10_000); // A clock that was set back must not sign at every request from then on.
  assert.equal((await repeat())[1], 1_009);
  clock.advance(9_999);
  assert.equal((await repeat())[1], 1_009);
  clock.advance(1);

  // An idle log gets its fresh time while somebody else has drained the bucket of repeats.
  assert.deepEqual(await answers(witness, 2, 0, note), ['witness.conflict', 'witness.rate']);
  assert.equal((await repeat())[1], 1_019);
});

test('one tree under many texts is not signed at every request', async (t) => {
  const { witness } = await witnessWith(t, { repeats: { perSecond: 0, burst: 2 } });
  const note = await signedHead(5, [logSigner]);
  assert.deepEqual(await answers(witness, 1, 0, note), ['cosigned']);
  const text = `${parseNote(note).text}extension\n`;
  const other = formatNote({ text, signatures: [await signCheckpoint(text, logSigner, 1)] });
  const found: string[] = [];
  for (const one of [other, other, note, other]) found.push(...(await answers(witness, 1, 5, one)));
  assert.deepEqual(found, ['cosigned', 'cosigned', 'cosigned', 'witness.rate']);
});

test('only growth spends what a log may grow, and once, however often it is sent', async (t) => {
  const { witness, endpoint } = await witnessWith(t, { rate: { perSecond: 0, burst: 2 } });
  const log = await startLog(t, { dir: await newLog(t) });
  const first = await grow(log);
  const parallel = await Promise.all(Array.from({ length: 20 }, () => answers(witness, 1, 0, first)));
  assert.equal(parallel.flat().filter((code) => code === 'cosigned').length, 1);
  await answers(witness, 20, 1, first);
  await answers(witness, 20, 0, first);
  await log.close();
  const again = await startLog(t, { dir: log.dir, witnesses: [endpoint], retryMs: 60_000 });
  await grow(again);
  await assert.rejects(
    grow(again),
    (error) => isVitrineError(error, 'witnesses.quorum') && error.message.includes('429'),
  );
});

test('who cannot sign with the Ed25519 key of a log costs its witness no ML-DSA verification', async (t) => {
  const { witness } = await witnessWith(t, {
    logs: [{ origin, keys: [mlDsaSigner.key, logSigner.key] }],
  });
  const { text, signatures } = parseNote(await signedHead(5, [mlDsaSigner]));
  const [line] = signatures;
  assert.ok(line !== undefined);
  const forged = formatNote({
    text,
    signatures: [{ ...line, blob: flipped(line.blob, line.blob.length - 1) }],
  });
  // Had the ML-DSA line been looked at, the refusal would say that it is not valid.
  await assert.rejects(
    witness.addCheckpoint(utf8(formatAddCheckpoint(0, [], forged))),
    (error) => isVitrineError(error, 'witness.signature') && /carries no signature/.test(error.message),
  );
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Accuses the log of a size, or of a fork, while `lies`; shows `shown` to monitors. */
async function accuser(
  t: TestContext,
  accuse: Answer,
  shown: Uint8Array | undefined,
): Promise<{ endpoint: WitnessEndpoint; start(): void }> {
  let lies = false;
  const monitored = `/${sha256Hex(utf8(origin))}/checkpoint`;
  const url = await startServer(t, (request, response) => {
    request.resume();
    if (!lies) return respond(response, 500);
    if (request.method === 'POST') return accuse(request, response);
    if (request.url === monitored && shown !== undefined) return respond(response, 200, shown);
    respond(response, 404);
  });
  const { key } = noteSigner('c.example/witness', noteTypes.cosignature, testSigner('c witness'));
  return { endpoint: { url, key, operator: 'c' }, start: () => void (lies = true) };
}

const says =
  (size: number): Answer =>
  (_request, response) =>
    respond(response, 409, `${size}\n`, { 'content-type': 'text/x.tlog.size' });
const saysForked: Answer = (_request, response) => respond(response, 422);
const impostor = noteSigner(origin, noteTypes.log, testSigner('impostor'));

const lies: readonly {
  readonly what: string;
  readonly accuse: Answer;
  readonly shown?: () => Promise<Uint8Array>;
}[] = [
  { what: 'names a huge size', accuse: says(999_999) },
  { what: 'says 422 to its own size', accuse: saysForked },
  {
    what: 'shows a checkpoint under another key',
    accuse: says(999_999),
    shown: () => signedHead(999_999, [impostor]),
  },
  {
    what: 'shows a checkpoint with a signature of ours over another text',
    accuse: says(9),
    async shown() {
      const { signatures } = parseNote(await signedHead(8, [logSigner]));
      return formatNote({ text: parseNote(await signedHead(9, [logSigner])).text, signatures });
    },
  },
  {
    what: 'shows another fork under another key',
    accuse: saysForked,
    shown: () => signedHead(2, [impostor]),
  },
  {
    what: 'shows less than it says',
    accuse: says(999_999),
    shown: () => signedHead(0, [logSigner], ''),
  },
  { what: 'shows garbage', accuse: says(9), shown: () => Promise.resolve(new Uint8Array(5_000)) },
  {
    what: 'shows more than a note can be',
    accuse: says(9),
    shown: () => Promise.resolve(new Uint8Array(2 << 20)),
  },
];

for (const { what, accuse, shown } of lies) {
  test(`one witness of three that ${what} neither stops a log nor keeps it from starting`, async (t) => {
    const liar = await accuser(t, accuse, await shown?.());
    const [a, b] = await Promise.all([startWitness(t, 'a'), startWitness(t, 'b')]);
    const endpoints = [a.endpoint, b.endpoint, liar.endpoint];
    const options = { dir: await newLog(t), witnesses: endpoints, enough: atLeast(2, endpoints) };
    const log = await startLog(t, options);
    await grow(log);
    liar.start();
    await grow(log);
    assert.equal(log.published()?.size, 2);
    assert.match(log.metrics.text(), /operator="c"/);
    await log.close();
    assert.equal(await log.stopped, undefined);

    const again = await startLog(t, options);
    await grow(again);
    assert.equal(again.published()?.size, 3);
    await again.close();

    // Whom the quorum needs, it still needs: the start fails closed, and not for good.
    await assert.rejects(
      openLogWriter({ ...options, signers: [logSigner], enough: atLeast(3, endpoints), guardMs: 0 }),
      (error) =>
        isVitrineError(error, 'witnesses.silent') &&
        !isFatal(error) &&
        error.message.includes('it says that'),
    );
  });
}

const proofs: readonly {
  readonly what: string;
  readonly code: string;
  readonly accuse: Answer;
  readonly size: number;
}[] = [
  { what: 'a larger checkpoint', code: 'log.ahead', accuse: says(9), size: 9 },
  { what: 'a larger checkpoint than it said', code: 'log.ahead', accuse: says(9), size: 12 },
  { what: 'a larger checkpoint, after 422', code: 'log.ahead', accuse: saysForked, size: 12 },
  { what: 'another tree of its size', code: 'log.forked', accuse: saysForked, size: 2 },
  { what: 'another tree of its size, after 409', code: 'log.forked', accuse: says(9), size: 2 },
];

for (const { what, code, accuse, size } of proofs) {
  test(`a log stops for good when a witness shows ${what} under its key`, async (t) => {
    const witness = await accuser(t, accuse, await signedHead(size, [logSigner]));
    const dir = await newLog(t);
    const options = { witnesses: [witness.endpoint], enough: () => true, retryMs: 60_000 };
    const log = await startLog(t, { dir, ...options });
    await grow(log);
    witness.start();
    await assert.rejects(grow(log), (error) => isVitrineError(error, code));
    const reason = await log.stopped;
    assert.ok(isVitrineError(reason, code) && isFatal(reason), String(reason));
    await log.close();
    await assert.rejects(
      openLogWriter({ dir, signers: [logSigner], ...options, guardMs: 0 }),
      (error) => isVitrineError(error, code) && isFatal(error),
    );
  });
}

test('an old copy does not start, although the quorum would do without the witness that knows', async (t) => {
  const [knows, other] = await Promise.all([startWitness(t, 'a'), startWitness(t, 'b')]);
  const log = await startLog(t, { dir: await newLog(t), witnesses: [knows.endpoint] });
  await grow(log);
  cpSync(log.dir, `${log.dir}-copy`, { recursive: true });
  await grow(log);
  const endpoints = [knows.endpoint, other.endpoint];
  await assert.rejects(
    openLogWriter({
      dir: `${log.dir}-copy`,
      signers: [logSigner],
      witnesses: endpoints,
      enough: atLeast(1, endpoints),
      guardMs: 0,
    }),
    (error) => isVitrineError(error, 'log.ahead') && isFatal(error),
  );
});

test('a request target that is no address is 400, at the log and at the witness', async (t) => {
  const { witness } = await witnessWith(t);
  const log = await startLog(t, { dir: await newLog(t) });
  for (const handler of [witnessHandler(witness), logHandler(log)]) {
    for (const line of ['GET //', 'GET http://[', 'POST //', 'GET ///', 'HEAD http://a:b/']) {
      assert.equal(await statusLine(t, handler, line), 'HTTP/1.1 400 Bad Request', line);
    }
  }
});

async function statusLine(t: TestContext, handler: Handler, line: string): Promise<string> {
  const server = await listen(handler, {
    port: 0,
    graceMs: 100,
    onError: (error) => assert.fail(String(error)),
  });
  t.after(() => server.close());
  const socket = connect(server.port, '127.0.0.1');
  socket.write(`${line} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString().split('\r\n')[0] ?? '';
}

const rebuilder = testSigner('supervisor-a rebuilder');
const rebuilders = makeAdmissionList(origin, [
  { publicKey: rebuilder.publicKey, operator: 'supervisor-a', kinds: ['rebuild'] },
]);
const predicate = {
  order: 'a'.repeat(64),
  result: 'reproduced',
  isolation: 'none',
  finishedOn: '2026-01-01T00:00:00Z',
} as const;
const digest = { sha256: '0'.repeat(64) };

async function signedPayload(payload: string): Promise<Uint8Array> {
  return formatEnvelope(await signEnvelope(utf8(payload), rebuilder));
}

test('the payload of a statement of ours is logged in canonical form alone', async () => {
  const envelope = await signStatement(rebuild, [{ name: 'outputs', digest }], predicate, rebuilder);
  assert.equal((await admit(formatEnvelope(envelope), rebuilders)).kind.kind, 'rebuild');
  const payload = fromUtf8(payloadOf(envelope));
  for (const other of [
    `${payload} \n\t`,
    ` ${payload}`,
    payload.replace(',', ', '),
    payload.replace('"outputs"', '"\\u006futputs"'),
    JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(payload) as object).toReversed())),
  ]) {
    assert.notEqual(other, payload);
    await assert.rejects(
      signedPayload(other).then((bytes) => admit(bytes, rebuilders)),
      (error) => isVitrineError(error, 'json.not-canonical'),
      other,
    );
  }
});

test('a rebuild brings no text of its own into the log by the names of its subjects', async () => {
  const subjects: readonly (readonly string[])[] = [
    ['john.doe@example.com/born-1970-01-01'],
    ['john.doe@example.com', 'outputs'],
    ['outputs', 'z'],
    ['order'],
  ];
  for (const names of subjects) {
    const value = {
      _type: statementType,
      subject: names.map((name) => ({ name, digest })),
      predicateType: rebuild.predicateType,
      predicate,
    };
    await assert.rejects(
      signedPayload(fromUtf8(canonicalJson(value as unknown as Json))).then((bytes) =>
        admit(bytes, rebuilders),
      ),
      (error) => isVitrineError(error, 'statement.subject') && !error.message.includes('john.doe'),
      names.join(),
    );
  }
});
