import assert from 'node:assert/strict';
import { connect } from 'node:net';
import test, { type TestContext } from 'node:test';
import {
  canonicalJson,
  formatEnvelope,
  fromUtf8,
  parseEnvelope,
  signEnvelope,
  utf8,
  type Json,
} from '@vitrine/evidence';
import { fetchBytes, listen } from '@vitrine/host';
import {
  logHandler,
  openLog,
  parseBundle,
  type HandlerOptions,
  type LogWriter,
  type WriterOptions,
} from '@vitrine/log';
import { testSigner } from '@vitrine/testkit';
import { admissionFor, entry, logSigner, newLog, origin, startLog, statement } from './helpers.ts';

const alice = testSigner('alice');

async function serve(t: TestContext, log: LogWriter, options: HandlerOptions = {}): Promise<string> {
  const server = await listen(logHandler(log, options), { port: 0, graceMs: 100 });
  t.after(() => server.close());
  return server.url;
}

async function admissionLog(t: TestContext, options: Partial<WriterOptions> = {}): Promise<LogWriter> {
  return startLog(t, { dir: await newLog(t, 'admission'), admission: admissionFor([alice]), ...options });
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly type: string;
  readonly body: { readonly [name: string]: unknown };
}

async function send(
  url: string,
  body?: Uint8Array,
  method: 'POST' | 'GET' = body === undefined ? 'GET' : 'POST',
): Promise<Answer> {
  const { status, bytes, headers } = await fetchBytes(url, {
    method,
    body,
    maxBytes: 1 << 20,
    timeoutMs: 10_000,
    expectStatus: 'any',
  });
  const text = new TextDecoder().decode(bytes);
  const type = headers.get('content-type') ?? '';
  return {
    status,
    text,
    type,
    body: type === 'application/json' ? (JSON.parse(text) as Answer['body']) : {},
  };
}

test('an entry is 202 once it is durable, 200 once a published checkpoint covers it', async (t) => {
  const log = await admissionLog(t, { intervalMs: 60_000 });
  const url = await serve(t, log);
  const bytes = await statement(alice);
  const first = await send(`${url}/add`, bytes);
  assert.equal(first.status, 202);
  assert.deepEqual(Object.keys(first.body), ['index', 'url', 'statementId']);
  assert.deepEqual([first.body['index'], first.body['url']], [0, 'tile/entries/000']);
  assert.match(String(first.body['statementId']), /^[0-9a-f]{64}$/);
  assert.equal((await send(`${url}/add?wait=50`, bytes)).status, 202);
  await log.publishNow();
  const again = await send(`${url}/add`, bytes);
  assert.deepEqual([again.status, again.body['index'], again.body['size']], [200, 0, 1]);
});

test('?wait= answers when the checkpoint is published', async (t) => {
  const url = await serve(t, await admissionLog(t));
  const answer = await send(`${url}/add?wait=10000`, await statement(alice));
  assert.deepEqual([answer.status, answer.body['size']], [200, 1]);
});

test('a raw log takes any bytes and answers the plain index once it is covered', async (t) => {
  const log = await startLog(t, { dir: await newLog(t) });
  const url = await serve(t, log);
  for (let i = 0; i < 3; i++) {
    const { status, text } = await send(`${url}/add`, entry(7));
    assert.deepEqual([status, text], [200, String(i)]);
  }
  assert.equal(log.published()?.size, 3);
});

const foreign = (): Promise<Uint8Array> => statement(testSigner('mallory'));
const changed = async (change: (envelope: { [name: string]: unknown }) => void): Promise<Uint8Array> => {
  const envelope = JSON.parse(fromUtf8(await statement(alice))) as { [name: string]: unknown };
  change(envelope);
  return canonicalJson(envelope as Json);
};
const signed = async (payload: unknown, type?: string): Promise<Uint8Array> =>
  formatEnvelope(
    await signEnvelope(
      typeof payload === 'string' ? utf8(payload) : canonicalJson(payload as Json),
      alice,
      type,
    ),
  );
const statementJson = async (
  change: (statement: { [name: string]: unknown }) => void,
): Promise<Uint8Array> => {
  const value = JSON.parse(atob(parseEnvelope(await statement(alice)).payload)) as {
    [name: string]: unknown;
  };
  change(value);
  return signed(value);
};

const refusals: readonly {
  readonly what: string;
  readonly status: number;
  readonly code: string;
  readonly body: () => Promise<Uint8Array>;
}[] = [
  { what: 'nothing', status: 400, code: 'json.syntax', body: () => Promise.resolve(new Uint8Array()) },
  {
    what: 'bytes that are no text',
    status: 400,
    code: 'bytes.utf8',
    body: () => Promise.resolve(Uint8Array.of(0xff)),
  },
  {
    what: 'an envelope with a space',
    status: 400,
    code: 'json.not-canonical',
    body: async () => utf8(`${fromUtf8(await statement(alice))} `),
  },
  {
    what: 'a further member',
    status: 400,
    code: 'schema.mismatch',
    body: () => changed((envelope) => (envelope['extra'] = 1)),
  },
  {
    what: 'a second signature',
    status: 400,
    code: 'schema.mismatch',
    body: () =>
      changed((envelope) =>
        (envelope['signatures'] as unknown[]).push({ keyid: 'f'.repeat(64), sig: 'AAAA' }),
      ),
  },
  { what: 'an unknown signer', status: 403, code: 'admission.signer', body: foreign },
  {
    what: 'a wrong signature',
    status: 403,
    code: 'signature.invalid',
    body: () =>
      changed(
        (envelope) =>
          (envelope['payload'] = btoa(
            fromUtf8(utf8(atob(String(envelope['payload'])).replace('verifier', 'verifies'))),
          )),
      ),
  },
  {
    what: 'a kind that the key may not log',
    status: 403,
    code: 'admission.kind',
    body: () => statementJson((value) => (value['predicateType'] = 'urn:vitrine:attestation:order:v1')),
  },
  {
    what: 'an unknown kind',
    status: 403,
    code: 'admission.kind',
    body: () => statementJson((value) => (value['predicateType'] = 'https://example.com/x')),
  },
  {
    what: 'a predicate that its kind does not allow',
    status: 400,
    code: 'schema.mismatch',
    body: () =>
      statementJson((value) => ((value['predicate'] as { [name: string]: unknown })['note'] = 'Jane Doe')),
  },
  { what: 'a payload that is no statement', status: 400, code: 'schema.mismatch', body: () => signed({}) },
  {
    what: 'another payload type',
    status: 400,
    code: 'statement.payload-type',
    body: () => signed({}, 'text/plain'),
  },
  {
    what: '65,536 bytes',
    status: 413,
    code: 'http.body-too-large',
    body: () => Promise.resolve(new Uint8Array(65_536)),
  },
];
for (const { what, status, code, body } of refusals) {
  test(`POST /add refuses ${what} with ${status}, a code and a remedy`, async (t) => {
    const log = await admissionLog(t);
    const answer = await send(`${await serve(t, log)}/add`, await body());
    assert.deepEqual([answer.status, answer.body['code']], [status, code], answer.text);
    assert.ok(typeof answer.body['message'] === 'string' && typeof answer.body['remedy'] === 'string');
    assert.equal(log.size(), 0);
  });
}

test('a provisional kind is not logged', async (t) => {
  const log = await startLog(t, {
    dir: await newLog(t, 'admission'),
    admission: admissionFor([alice], ['index-verified', 'source']),
  });
  const body = await statementJson(
    (value) => (value['predicateType'] = 'urn:vitrine:attestation:index-verified:v1'),
  );
  const answer = await send(`${await serve(t, log)}/add`, body);
  assert.deepEqual([answer.status, answer.body['code']], [403, 'admission.kind']);
  assert.match(String(answer.body['message']), /provisional/);
});

test('POST /add refuses parameters that it does not know', async (t) => {
  const url = await serve(t, await admissionLog(t));
  for (const query of ['wait=x', 'wait=-1', 'wait=1&wait=2', 'index=3', 'wait=1&x']) {
    const answer = await send(`${url}/add?${query}`, await statement(alice));
    assert.deepEqual([answer.status, answer.body['code']], [400, 'request.body'], query);
  }
});

test('overload is 503 with a time to come back', async (t) => {
  const log = await admissionLog(t, { limits: { entries: 0, bytes: 0 } });
  const answer = await fetch(`${await serve(t, log)}/add`, {
    method: 'POST',
    body: (await statement(alice)) as Uint8Array<ArrayBuffer>,
  });
  assert.deepEqual([answer.status, answer.headers.get('retry-after')], [503, '1']);
  assert.equal(((await answer.json()) as Answer['body'])['code'], 'log.overloaded');
});

test('a body that trickles in is cut off with 408', async (t) => {
  const url = await serve(t, await admissionLog(t), { bodyMs: 100 });
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  t.after(() => socket.destroy());
  socket.write('POST /add HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{');
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  assert.match(Buffer.concat(chunks).toString(), /^HTTP\/1\.1 408 [^]*http\.body-slow/);
});

test('nothing is served that the published checkpoint does not cover', async (t) => {
  let isHeld = false;
  const log = await startLog(t, {
    dir: await newLog(t),
    intervalMs: 60_000,
    retryMs: 60_000,
    testingOnlyAt(step) {
      if (isHeld && step === 'applied') throw new Error('held');
    },
  });
  const url = await serve(t, log);
  const appendUpTo = (size: number): Promise<unknown> =>
    Promise.all(Array.from({ length: size - log.size() }, (_, i) => log.append(entry(i))));
  await appendUpTo(3);
  await log.publishNow();
  isHeld = true;
  await appendUpTo(300);
  await assert.rejects(log.publishNow(), /held/);
  assert.equal(log.committed().size, 300);
  const paths = {
    'tile/0/000.p/3': 200,
    'tile/entries/000.p/3': 200,
    'tile/0/000': 404,
    'tile/entries/000': 404,
    'tile/0/001.p/44': 404,
    'tile/entries/001.p/44': 404,
    'tile/1/000.p/1': 404,
  };
  for (const [path, status] of Object.entries(paths))
    assert.equal((await send(`${url}/${path}`)).status, status, path);
  isHeld = false;
  await log.publishNow();
  for (const path of Object.keys(paths)) assert.equal((await send(`${url}/${path}`)).status, 200, path);
  assert.equal((await send(`${url}/tile/0/001.p/45`)).status, 404);
});

test('a partial tile that is no longer kept is the beginning of the full one', async (t) => {
  const log = await startLog(t, { dir: await newLog(t), intervalMs: 60_000 });
  const url = await serve(t, log);
  await Promise.all(Array.from({ length: 300 }, (_, i) => log.append(entry(i))));
  await log.publishNow();
  const get = async (path: string): Promise<Uint8Array> =>
    (await fetchBytes(`${url}/${path}`, { maxBytes: 1 << 20, timeoutMs: 5_000 })).bytes;
  assert.deepEqual(await get('tile/0/000.p/7'), (await get('tile/0/000')).subarray(0, 7 * 32));
  assert.deepEqual(
    parseBundle(await get('tile/entries/000.p/7')),
    parseBundle(await get('tile/entries/000')).slice(0, 7),
  );
});

test('paths that are no file of a log are 404, and other methods 405', async (t) => {
  const log = await startLog(t, { dir: await newLog(t) });
  await log.append(entry(0));
  await log.publishNow();
  const url = await serve(t, log);
  for (const path of [
    '',
    'log.db',
    'tile/',
    'tile/0/0',
    'tile/0/000.p/0',
    'tile/0/000.p/01',
    'tile/00/000.p/1',
    'tile/64/000',
    'tile/0/..%2f..%2flog.db',
    'tile/0/x000/000',
    'admission.json',
  ]) {
    assert.equal((await send(`${url}/${path}`)).status, 404, path);
  }
  assert.equal((await send(`${url}/checkpoint`, entry(0))).status, 405);
  assert.equal((await send(`${url}/add`)).status, 405);
});

test('checkpoint, admission list and metrics are served with their types', async (t) => {
  const log = await admissionLog(t);
  const url = await serve(t, log);
  await send(`${url}/add?wait=5000`, await statement(alice));
  const checkpoint = await fetch(`${url}/checkpoint`);
  assert.equal(checkpoint.headers.get('content-type'), 'text/plain; charset=utf-8');
  assert.equal(checkpoint.headers.get('cache-control'), 'no-cache');
  assert.equal(
    await openLog(url, { origin, logKeys: [logSigner.key] }).then((reader) => reader.head().checkpoint.size),
    1,
  );
  assert.match((await send(`${url}/admission.json`)).text, /^\{"keys":\[\{"keyid"/);
  const metrics = await send(`${url}/metrics`);
  assert.match(metrics.text, /^log_appended_total 1$/m);
  assert.match(metrics.text, /^log_size\{state="published"\} 1$/m);
  const tile = await fetch(`${url}/tile/0/000.p/1`);
  assert.deepEqual(
    [tile.headers.get('content-type'), tile.headers.get('cache-control')],
    ['application/octet-stream', 'public, max-age=31536000, immutable'],
  );
});
