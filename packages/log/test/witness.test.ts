import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import {
  consistencyProof,
  formatCheckpoint,
  formatNote,
  formatVkey,
  fromUtf8,
  isVitrineError,
  parseNote,
  parseSignatureLine,
  signCheckpoint,
  utf8,
  verifySignatureBy,
  noteSigner,
  noteTypes,
  type NodeReader,
  type NoteSigner,
} from '@vitrine/evidence';
import { fetchBytes, sha256Hex } from '@vitrine/host';
import { formatAddCheckpoint, initWitness, openWitness, type Witness } from '@vitrine/log/witness';
import { temporaryDirectory, testSigner } from '@vitrine/testkit';
import { entry, logSigner, mlDsaSigner, origin, startWitness, type TestWitness } from './helpers.ts';
import { referenceRoot } from './tree.ts';

const trees = {
  honest: Array.from({ length: 20 }, (_, i) => entry(i)),
  forked: Array.from({ length: 20 }, (_, i) => entry(i === 3 ? 99 : i)),
};
type TreeName = keyof typeof trees;

async function head(
  size: number,
  options: { tree?: TreeName; signers?: readonly NoteSigner[]; from?: string } = {},
): Promise<Uint8Array> {
  const { tree = 'honest', signers = [logSigner], from = origin } = options;
  const text = formatCheckpoint({
    origin: from,
    size,
    root: referenceRoot(trees[tree].slice(0, size)),
    extensions: [],
  });
  return formatNote({
    text,
    signatures: await Promise.all(signers.map((signer) => signCheckpoint(text, signer, 1))),
  });
}

function proof(from: number, to: number, tree: TreeName = 'honest'): Promise<readonly Uint8Array[]> {
  const read: NodeReader = (nodes) =>
    Promise.resolve(
      nodes.map(({ level, index }) =>
        referenceRoot(trees[tree].slice(index * 2 ** level, (index + 1) * 2 ** level)),
      ),
    );
  return consistencyProof(from, to, read);
}

async function post(
  { endpoint }: TestWitness,
  body: string,
): Promise<{ status: number; type: string; text: string }> {
  const { status, headers, bytes } = await fetchBytes(`${endpoint.url}/add-checkpoint`, {
    method: 'POST',
    body,
    maxBytes: 20_000,
    timeoutMs: 5_000,
    expectStatus: 'any',
  });
  return { status, type: headers.get('content-type') ?? '', text: fromUtf8(bytes) };
}

/** A witness that has cosigned size 7 of the honest tree. */
async function witnessAt7(t: TestContext): Promise<TestWitness> {
  const witness = await startWitness(t, 'a', { mlDsa: true });
  assert.equal((await post(witness, formatAddCheckpoint(0, [], await head(7)))).status, 200);
  return witness;
}

const impostor = noteSigner(origin, noteTypes.log, testSigner('impostor'));

const statuses: readonly {
  readonly what: string;
  readonly status: number;
  readonly body: () => Promise<string>;
}[] = [
  {
    what: 'a valid extension',
    status: 200,
    body: async () => formatAddCheckpoint(7, await proof(7, 12), await head(12)),
  },
  {
    what: 'the same checkpoint again, for a fresh time',
    status: 200,
    body: async () => formatAddCheckpoint(7, [], await head(7)),
  },
  {
    what: 'the log signature and an unknown one',
    status: 200,
    body: async () =>
      formatAddCheckpoint(
        7,
        await proof(7, 9),
        await head(9, { signers: [logSigner, mlDsaSigner, impostor] }),
      ),
  },
  {
    what: 'an unknown origin',
    status: 404,
    body: async () => formatAddCheckpoint(7, [], await head(7, { from: 'other.example/log' })),
  },
  {
    what: 'an unknown origin, before a malformed size',
    status: 404,
    body: async () =>
      formatAddCheckpoint(7, [], await head(7, { from: 'other.example/log' })).replace('old 7', 'old 07'),
  },
  {
    what: 'a signature by an unknown key alone',
    status: 403,
    body: async () => formatAddCheckpoint(7, [], await head(7, { signers: [impostor] })),
  },
  {
    what: 'an unknown key, before a malformed size',
    status: 403,
    body: async () =>
      formatAddCheckpoint(7, [], await head(7, { signers: [impostor] })).replace('old 7', 'old'),
  },
  {
    what: 'a signature of the log key over another text',
    status: 403,
    body: async () =>
      formatAddCheckpoint(
        7,
        [],
        formatNote({
          text: fromUtf8(await head(8)).split('\n\n')[0] + '\n',
          signatures: parseNote(await head(7)).signatures,
        }),
      ),
  },
  {
    what: 'an old size beyond the checkpoint',
    status: 400,
    body: async () => formatAddCheckpoint(8, [], await head(7)),
  },
  {
    what: 'a leading zero',
    status: 400,
    body: async () => formatAddCheckpoint(7, [], await head(7)).replace('old 7', 'old 07'),
  },
  {
    what: 'a line that is no hash',
    status: 400,
    body: async () => formatAddCheckpoint(7, [], await head(9)).replace('old 7\n', 'old 7\nAAAA\n'),
  },
  {
    what: '64 hashes',
    status: 400,
    body: async () =>
      formatAddCheckpoint(
        7,
        Array.from({ length: 64 }, () => new Uint8Array(32)),
        await head(9),
      ),
  },
  { what: 'no checkpoint', status: 400, body: () => Promise.resolve('old 7\n\n') },
  { what: 'nothing', status: 400, body: () => Promise.resolve('') },
  {
    what: 'an old size that is too small',
    status: 409,
    body: async () => formatAddCheckpoint(5, await proof(5, 12), await head(12)),
  },
  {
    what: 'an old size that is too large',
    status: 409,
    body: async () => formatAddCheckpoint(9, await proof(9, 12), await head(12)),
  },
  {
    what: 'a forked tree from a wrong old size: 409 comes first',
    status: 409,
    body: async () =>
      formatAddCheckpoint(5, await proof(5, 12, 'forked'), await head(12, { tree: 'forked' })),
  },
  {
    what: 'a proof of another tree',
    status: 422,
    body: async () =>
      formatAddCheckpoint(7, await proof(7, 12, 'forked'), await head(12, { tree: 'forked' })),
  },
  { what: 'no proof', status: 422, body: async () => formatAddCheckpoint(7, [], await head(12)) },
  {
    what: 'the same size with another root',
    status: 422,
    body: async () => formatAddCheckpoint(7, [], await head(7, { tree: 'forked' })),
  },
  {
    what: 'the same checkpoint with a proof',
    status: 422,
    body: async () => formatAddCheckpoint(7, await proof(7, 12), await head(7)),
  },
  { what: 'a body of 16 KiB and one byte', status: 413, body: () => Promise.resolve('x'.repeat(16_385)) },
];

for (const { what, status, body } of statuses) {
  test(`add-checkpoint answers ${status} to ${what}`, async (t) => {
    const witness = await witnessAt7(t);
    const answer = await post(witness, await body());
    assert.equal(answer.status, status, answer.text);
    if (status === 409) assert.deepEqual([answer.type, answer.text], ['text/x.tlog.size', '7\n']);
    if (status === 200) {
      const { size } = witness.witness.checkpoint(origin) as { size: number };
      const lines = answer.text.trimEnd().split('\n').map(parseSignatureLine);
      assert.equal(lines.length, 2);
      for (const { key } of witness.signers) {
        assert.ok(
          await verifySignatureBy({ text: parseNote(await head(size)).text, signatures: lines }, key),
        );
      }
    } else {
      assert.equal(witness.witness.checkpoint(origin)?.size, 7);
    }
  });
}

test('a new log may begin with any size, but with no proof', async (t) => {
  const witness = await startWitness(t, 'a');
  assert.equal((await post(witness, formatAddCheckpoint(0, await proof(7, 12), await head(12)))).status, 422);
  assert.equal(
    (await post(witness, formatAddCheckpoint(0, [], await head(0, { tree: 'honest' })))).status,
    200,
  );
  const text = formatCheckpoint({ origin, size: 0, root: new Uint8Array(32), extensions: [] });
  const notEmpty = formatNote({ text, signatures: [await signCheckpoint(text, logSigner, 1)] });
  assert.equal((await post(witness, formatAddCheckpoint(0, [], notEmpty))).status, 422);
  assert.equal((await post(witness, formatAddCheckpoint(0, [], await head(12)))).status, 200);
});

test('of many requests in parallel for the same step, the witness vouches for one tree only', async (t) => {
  const witness = await witnessAt7(t);
  const bodies = await Promise.all(
    [8, 9, 10, 11, 12].map(async (size) => formatAddCheckpoint(7, await proof(7, size), await head(size))),
  );
  const answers = await Promise.all(bodies.map((body) => post(witness, body)));
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  assert.equal(answers.filter(({ status }) => status === 409).length, 4);
  const { size } = witness.witness.checkpoint(origin) as { size: number };
  assert.equal(answers[size - 8]?.status, 200);
  for (const { status, text } of answers) if (status === 409) assert.equal(text, `${size}\n`);
});

test('monitors read the last checkpoint with the signatures of log and witness', async (t) => {
  const witness = await witnessAt7(t);
  const url = `${witness.endpoint.url}/${sha256Hex(utf8(origin))}/checkpoint`;
  const note = parseNote((await fetchBytes(url, { maxBytes: 20_000, timeoutMs: 5_000 })).bytes);
  for (const { key } of [logSigner, ...witness.signers]) assert.ok(await verifySignatureBy(note, key));
  for (const path of [
    '/',
    '/checkpoint',
    `/${sha256Hex(utf8('other'))}/checkpoint`,
    `/${sha256Hex(utf8(origin))}/checkpoint/x`,
  ]) {
    const { status } = await fetchBytes(witness.endpoint.url + path, {
      maxBytes: 1_000,
      timeoutMs: 5_000,
      expectStatus: 'any',
    });
    assert.equal(status, 404, path);
  }
});

test('two signed heads that contradict each other are kept, and a bad proof alone proves no fork', async (t) => {
  const witness = await witnessAt7(t);
  const forks = (): readonly string[] => witness.witness.forks().map(({ conflict }) => conflict);
  await post(witness, formatAddCheckpoint(7, [], await head(12)));
  assert.deepEqual(forks(), ['unproven']);
  const body = formatAddCheckpoint(7, [], await head(7, { tree: 'forked' }));
  await post(witness, body);
  await post(witness, body);
  assert.deepEqual(forks(), ['unproven', 'root']);
  const fork = witness.witness.forks()[1];
  for (const note of [fork?.seen, fork?.offered])
    assert.ok(await verifySignatureBy(parseNote(note as Uint8Array), logSigner.key));
  assert.equal((await post(witness, formatAddCheckpoint(7, await proof(7, 12), await head(12)))).status, 200);
  assert.deepEqual(forks(), ['root']);
});

test('what a witness has vouched for outlives it', async (t) => {
  const dir = `${temporaryDirectory(t)}/witness`;
  const signers = [noteSigner('w.example', noteTypes.cosignature, testSigner('w'))];
  await initWitness(dir, { vkeys: signers.map(({ key }) => formatVkey(key)) });
  const open = (): Witness => openWitness({ dir, signers, logs: [{ origin, keys: [logSigner.key] }] });
  const first = open();
  assert.throws(open, (error) => isVitrineError(error, 'lease.held'));
  await first.addCheckpoint(utf8(formatAddCheckpoint(0, [], await head(7))));
  first.close();
  const second = open();
  t.after(() => second.close());
  assert.deepEqual(
    second.status().map(({ size }) => size),
    [7],
  );
  await assert.rejects(second.addCheckpoint(utf8(formatAddCheckpoint(0, [], await head(7)))), (error) =>
    isVitrineError(error, 'witness.conflict'),
  );
  await assert.rejects(initWitness(dir, { vkeys: [] }), (error) => isVitrineError(error, 'witness.exists'));
});

test('each log may grow, and be repeated, only so often', async (t) => {
  const dir = `${temporaryDirectory(t)}/witness`;
  const signers = [noteSigner('w.example', noteTypes.cosignature, testSigner('w'))];
  await initWitness(dir, { vkeys: signers.map(({ key }) => formatVkey(key)) });
  const witness = openWitness({
    dir,
    signers,
    logs: [{ origin, keys: [logSigner.key] }],
    rate: { perSecond: 0, burst: 2 },
    repeats: { perSecond: 0, burst: 1 },
  });
  t.after(() => witness.close());
  const add = async (old: number, size: number): Promise<string> =>
    witness.addCheckpoint(
      utf8(formatAddCheckpoint(old, old === 0 ? [] : await proof(old, size), await head(size))),
    );
  await add(0, 3);
  await add(3, 7);
  await assert.rejects(add(7, 12), (error) => isVitrineError(error, 'witness.rate'));
  await assert.rejects(add(0, 3), (error) => isVitrineError(error, 'witness.conflict'));
  await assert.rejects(add(0, 3), (error) => isVitrineError(error, 'witness.rate'));
});

const refusals: readonly {
  readonly what: string;
  readonly code: string;
  readonly open: (dir: string) => unknown;
}[] = [
  {
    what: 'a missing folder',
    code: 'witness.missing',
    open: (dir) => openWitness({ dir: `${dir}/none`, signers: [cosigner], logs: [] }),
  },
  {
    what: 'a log key',
    code: 'witness.key',
    open: (dir) => openWitness({ dir, signers: [logSigner], logs: [] }),
  },
  {
    what: 'another key',
    code: 'witness.key',
    open: (dir) =>
      openWitness({ dir, signers: [noteSigner('x', noteTypes.cosignature, testSigner('x'))], logs: [] }),
  },
  {
    what: 'a log twice',
    code: 'witness.log',
    open: (dir) =>
      openWitness({ dir, signers: [cosigner], logs: [1, 2].map(() => ({ origin, keys: [logSigner.key] })) }),
  },
  {
    what: 'a log without its Ed25519 key',
    code: 'witness.log',
    open: (dir) => openWitness({ dir, signers: [cosigner], logs: [{ origin, keys: [mlDsaSigner.key] }] }),
  },
];
const cosigner = noteSigner('w.example', noteTypes.cosignature, testSigner('w'));

for (const { what, code, open } of refusals) {
  test(`a witness does not open with ${what}`, async (t) => {
    const dir = `${temporaryDirectory(t)}/witness`;
    await initWitness(dir, { vkeys: [formatVkey(cosigner.key)] });
    assert.throws(
      () => open(dir),
      (error) => isVitrineError(error, code),
    );
  });
}
