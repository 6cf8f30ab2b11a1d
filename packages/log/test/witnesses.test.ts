import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { cpSync } from 'node:fs';
import test, { type TestContext } from 'node:test';
import {
  emptyRoot,
  formatCheckpoint,
  formatNote,
  isVitrineError,
  noteSigner,
  noteTypes,
  parseNote,
  signCheckpoint,
  type VitrineError,
} from '@vitrine/evidence';
import { atLeast, isFatal, openLogWriter, type LogWriter, type WitnessEndpoint } from '@vitrine/log';
import { formatAddCheckpoint, parseAddCheckpoint } from '@vitrine/log/witness';
import { testSigner } from '@vitrine/testkit';
import { readBody, respond } from '@vitrine/host';
import {
  entry,
  logSigner,
  newLog,
  startLog,
  startServer,
  startWitness,
  type TestWitness,
} from './helpers.ts';

async function grow(log: LogWriter, by: number): Promise<void> {
  await Promise.all(Array.from({ length: by }, (_, i) => log.append(entry(log.size() + i))));
  await log.publishNow();
}

/** An endpoint that answers as told, under the key of a witness called `operator`. */
async function badWitness(
  t: TestContext,
  operator: string,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<WitnessEndpoint> {
  const { key } = noteSigner(
    `${operator}.example/witness`,
    noteTypes.cosignature,
    testSigner(`${operator} witness`),
  );
  return { url: await startServer(t, answer), key, operator };
}

/** In front of a witness: drops answers, after the witness has handled the request. */
async function lossyProxy(
  t: TestContext,
  behind: TestWitness,
  loses: () => boolean,
): Promise<WitnessEndpoint> {
  const url = await startServer(t, (request, response) => {
    void (async () => {
      const body = await readBody(request, { maxBytes: 20_000, timeoutMs: 10_000 });
      const answer = await fetch(`${behind.endpoint.url}${request.url}`, {
        method: 'POST',
        body: body as Uint8Array<ArrayBuffer>,
      });
      if (loses()) response.destroy();
      else
        respond(response, answer.status, await answer.text(), {
          'content-type': answer.headers.get('content-type') ?? '',
        });
    })();
  });
  return { ...behind.endpoint, url };
}

test('a witness whose answer was lost is ahead of what the log believes, and is taken along again', async (t) => {
  const witness = await startWitness(t, 'a');
  let isLost = false;
  const endpoint = await lossyProxy(t, witness, () => isLost);
  const log = await startLog(t, {
    dir: await newLog(t),
    witnesses: [endpoint],
    intervalMs: 60_000,
    retryMs: 60_000,
  });
  await grow(log, 3);
  isLost = true;
  await assert.rejects(grow(log, 4), (error) => isVitrineError(error, 'witnesses.quorum'));
  assert.equal(witness.witness.checkpoint(log.origin)?.size, 7);
  assert.equal(log.published()?.size, 3);
  isLost = false;
  await grow(log, 5); // The log proves from 3, hears 7, proves from 7.
  assert.equal(log.published()?.size, 12);
});

test('a witness that lost its memory is behind what the log believes, and gets a longer proof', async (t) => {
  const witness = await startWitness(t, 'a');
  const log = await startLog(t, { dir: await newLog(t), witnesses: [witness.endpoint] });
  await grow(log, 300);
  const other = await startWitness(t, 'a');
  await other.witness.addCheckpoint(Buffer.from(formatAddCheckpoint(0, [], await firstHead(log))));
  let moved = false;
  const proxy = await startServer(t, (request, response) => {
    void (async () => {
      const body = await readBody(request, { maxBytes: 20_000, timeoutMs: 10_000 });
      const url = moved ? other.endpoint.url : witness.endpoint.url;
      const answer = await fetch(`${url}${request.url}`, {
        method: 'POST',
        body: body as Uint8Array<ArrayBuffer>,
      });
      respond(response, answer.status, await answer.text(), {
        'content-type': answer.headers.get('content-type') ?? '',
      });
    })();
  });
  await log.close();
  const again = await startLog(t, { dir: log.dir, witnesses: [{ ...witness.endpoint, url: proxy }] });
  await grow(again, 10);
  moved = true;
  await grow(again, 10);
  assert.equal(again.published()?.size, 320);
  assert.equal(other.witness.checkpoint(log.origin)?.size, 320);
});

/** The checkpoint of the empty tree, as the log signed it first. */
async function firstHead(log: LogWriter): Promise<Uint8Array> {
  const text = formatCheckpoint({ origin: log.origin, size: 0, root: emptyRoot(), extensions: [] });
  return formatNote({ text, signatures: [await signCheckpoint(text, logSigner, 0)] });
}

const lies: readonly {
  readonly what: string;
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
}[] = [
  { what: 'answers garbage', answer: (_request, response) => respond(response, 200, 'thank you\n') },
  { what: 'answers nothing', answer: (_request, response) => respond(response, 200, '') },
  {
    what: 'answers more than can be meant',
    answer: (_request, response) => respond(response, 200, '— '.repeat(100_000)),
  },
  { what: 'fails', answer: (_request, response) => respond(response, 500, 'internal error\n') },
  { what: 'does not know the log', answer: (_request, response) => respond(response, 404, '') },
  { what: 'breaks off', answer: (_request, response) => void response.destroy() },
  {
    what: 'redirects',
    answer: (_request, response) => respond(response, 307, '', { location: 'http://127.0.0.1:1/' }),
  },
  {
    what: 'names the same size again and again',
    answer: async (request, response) => {
      const { old } = parseAddCheckpoint(await readBody(request, { maxBytes: 20_000, timeoutMs: 10_000 }));
      respond(response, 409, `${old}\n`, { 'content-type': 'text/x.tlog.size' });
    },
  },
  {
    what: 'names sizes in circles',
    answer: async (request, response) => {
      const { old, signed } = parseAddCheckpoint(
        await readBody(request, { maxBytes: 20_000, timeoutMs: 10_000 }),
      );
      if (signed.checkpoint.size === 0) return respond(response, 500);
      respond(response, 409, `${old === 1 ? 0 : 1}\n`, { 'content-type': 'text/x.tlog.size' });
    },
  },
  { what: 'conflicts without a size', answer: (_request, response) => respond(response, 409, 'conflict\n') },
  {
    what: 'cosigns another checkpoint',
    answer: async (request, response) => {
      const { signed } = parseAddCheckpoint(await readBody(request, { maxBytes: 20_000, timeoutMs: 10_000 }));
      const signer = noteSigner('liar.example/witness', noteTypes.cosignature, testSigner('liar witness'));
      const line = await signCheckpoint(signed.note.text.replace(/\n[0-9]+\n/, '\n77\n'), signer, 1_000);
      respond(
        response,
        200,
        new TextDecoder().decode(formatNote({ text: '\n', signatures: [line] })).slice(2),
      );
    },
  },
  {
    what: 'cosigns with another key',
    answer: async (request, response) => {
      const { signed } = parseAddCheckpoint(await readBody(request, { maxBytes: 20_000, timeoutMs: 10_000 }));
      const signer = noteSigner('liar.example/witness', noteTypes.cosignature, testSigner('somebody'));
      const line = await signCheckpoint(signed.note.text, signer, 1_000);
      respond(
        response,
        200,
        new TextDecoder().decode(formatNote({ text: '\n', signatures: [line] })).slice(2),
      );
    },
  },
];

for (const { what, answer } of lies) {
  test(`a witness that ${what} does not count, and does not hold up the others`, async (t) => {
    const liar = await badWitness(t, 'liar', (request, response) => void answer(request, response));
    const honest = await startWitness(t, 'a');
    const endpoints = [honest.endpoint, liar];
    const log = await startLog(t, {
      dir: await newLog(t),
      witnesses: endpoints,
      enough: atLeast(1, endpoints),
    });
    await grow(log, 3);
    const names = parseNote((log.published() as { note: Uint8Array }).note).signatures.map(
      ({ name }) => name,
    );
    assert.deepEqual(names, [log.origin, honest.endpoint.key.name]);
  });
}

test('a witness that hangs is cut off, and counts as absent', async (t) => {
  const silent = await badWitness(t, 'silent', () => {});
  const honest = await startWitness(t, 'a');
  const endpoints = [honest.endpoint, silent];
  const log = await startLog(t, {
    dir: await newLog(t),
    witnesses: endpoints,
    enough: atLeast(1, endpoints),
    timeoutMs: 2_000,
  });
  await grow(log, 3);
  assert.equal(log.published()?.size, 3);
});

test('two keys of one operator are one voice', async (t) => {
  const [first, second] = await Promise.all([startWitness(t, 'a'), startWitness(t, 'b')]);
  const endpoints = [first.endpoint, { ...second.endpoint, operator: 'a' }];
  await assert.rejects(
    startLog(t, { dir: await newLog(t), witnesses: endpoints, enough: atLeast(2, endpoints) }),
    (error) => isVitrineError(error, 'witnesses.silent'),
  );
});

test('without enough witnesses nothing is published, and nothing that was acknowledged is lost', async (t) => {
  const honest = await startWitness(t, 'a');
  let isUp = true;
  const flaky = await startWitness(t, 'b');
  const url = await startServer(t, (request, response) => {
    if (!isUp) return void response.destroy();
    void (async () => {
      const answer = await fetch(`${flaky.endpoint.url}${request.url}`, {
        method: 'POST',
        body: (await readBody(request, { maxBytes: 20_000, timeoutMs: 10_000 })) as Uint8Array<ArrayBuffer>,
      });
      respond(response, answer.status, await answer.text(), {
        'content-type': answer.headers.get('content-type') ?? '',
      });
    })();
  });
  const endpoints = [honest.endpoint, { ...flaky.endpoint, url }];
  const log = await startLog(t, {
    dir: await newLog(t),
    witnesses: endpoints,
    enough: atLeast(2, endpoints),
    retryMs: 20,
  });
  await grow(log, 3);
  isUp = false;
  await assert.rejects(
    grow(log, 600),
    (error) => isVitrineError(error, 'witnesses.quorum') && error.message.includes('b.example/witness'),
  );
  assert.equal(log.published()?.size, 3);
  await assert.rejects(log.wait(5, 50), (error) => isVitrineError(error, 'log.timeout'));
  isUp = true;
  assert.equal((await log.wait(602, 5_000)).size, 603);
});

async function refuses(log: Promise<LogWriter>, code: string): Promise<void> {
  await assert.rejects(
    log,
    (error) => isVitrineError(error, code) && (code === 'witnesses.silent' || isFatal(error)),
  );
}

test('a log restored from an old copy does not start: a witness has seen more', async (t) => {
  const witness = await startWitness(t, 'a');
  const log = await startLog(t, { dir: await newLog(t), witnesses: [witness.endpoint] });
  await grow(log, 3);
  await log.close();
  const backup = `${log.dir}-backup`;
  cpSync(log.dir, backup, { recursive: true });
  const again = await startLog(t, { dir: log.dir, witnesses: [witness.endpoint] });
  await grow(again, 3);
  await again.close();
  await refuses(
    openLogWriter({ dir: backup, signers: [logSigner], witnesses: [witness.endpoint], guardMs: 0 }),
    'log.ahead',
  );
  const sane = await startLog(t, { dir: log.dir, witnesses: [witness.endpoint] });
  assert.equal(sane.size(), 6);
});

test('a log that went another way than the witness saw does not start', async (t) => {
  const witness = await startWitness(t, 'a');
  const dir = await newLog(t);
  cpSync(dir, `${dir}-copy`, { recursive: true });
  const log = await startLog(t, { dir, witnesses: [witness.endpoint] });
  await grow(log, 3);
  const copy = await startLog(t, { dir: `${dir}-copy` });
  for (const i of [7, 8, 9]) await copy.append(entry(i));
  await copy.publishNow();
  await copy.close();
  await refuses(
    openLogWriter({ dir: copy.dir, signers: [logSigner], witnesses: [witness.endpoint], guardMs: 0 }),
    'log.forked',
  );
});

test('two copies of one log that both run: the one that is behind stops for good', async (t) => {
  const witness = await startWitness(t, 'a');
  const dir = await newLog(t);
  cpSync(dir, `${dir}-copy`, { recursive: true });
  const log = await startLog(t, { dir, witnesses: [witness.endpoint] });
  const copy = await startLog(t, { dir: `${dir}-copy`, witnesses: [witness.endpoint] });
  await grow(log, 5);
  await assert.rejects(
    grow(copy, 3),
    (error) => isVitrineError(error, 'log.ahead') || isVitrineError(error, 'log.stopped'),
  );
  const reason = await copy.stopped;
  assert.ok(isVitrineError(reason, 'log.ahead') && isFatal(reason), String(reason));
  await assert.rejects(copy.append(entry(1)), (error) => isVitrineError(error, 'log.stopped'));
});

test('a log whose witnesses do not answer does not start', async (t) => {
  const nobody = await badWitness(t, 'nobody', (_request, response) => void response.destroy());
  const open = openLogWriter({ dir: await newLog(t), signers: [logSigner], witnesses: [nobody], guardMs: 0 });
  await assert.rejects(
    open,
    (error: VitrineError) => isVitrineError(error, 'witnesses.silent') && error.exit === 5,
  );
});
