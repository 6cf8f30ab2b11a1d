import assert from 'node:assert/strict';
import test from 'node:test';
import {
  checkNames,
  consistencyProof,
  evidenceErrors,
  isVitrineError,
  loadPolicy,
  parseState,
  purePlatform,
  sha256,
  toHex,
  utf8,
  verify,
  verifyFiles,
  type Outcome,
  type Platform,
} from '@vitrine/evidence';
import { makeWorld, nodePlatform, testSigner, verdictCases, worldTime, type Asked } from '@vitrine/testkit';

const { sha256: nodeSha256, verifySignature } = nodePlatform;
const cases = await verdictCases();

function ask(asked: Asked, platform: Platform = nodePlatform): Promise<Outcome> {
  const { artifact, state, policy, root, ...rest } = asked;
  return verifyFiles(
    {
      ...rest,
      artifact: { sha256: toHex(nodeSha256(artifact)), size: artifact.length },
      policy,
      root,
      evidence: asked.evidence,
      ...(state === undefined ? {} : { state: parseState(state) }),
    },
    platform,
  );
}

function notable({ checks }: Outcome): object {
  return Object.fromEntries(
    checks.filter(({ outcome }) => outcome !== 'passed').map(({ name, outcome }) => [name, outcome]),
  );
}

for (const one of cases) {
  const answer = one.verdict === 'accepted' ? `accepted, ${one.freshness}` : `${one.verdict}: ${one.code}`;
  test(`${one.name}: ${answer}`, async () => {
    const outcome = await ask(one);
    const said = outcome.checks.at(-1)?.detail ?? '';
    assert.equal(outcome.verdict, one.verdict, said);
    assert.equal(outcome.code, one.code, said);
    assert.equal(outcome.freshness, one.freshness, said);
    assert.deepEqual(notable(outcome), one.checks, said);
    // What is remembered, is remembered only with an acceptance (D7).
    assert.equal(outcome.state !== undefined, one.verdict === 'accepted');
  });
}

test('both platforms answer the same, check by check and word by word', async () => {
  for (const one of cases) assert.deepEqual(await ask(one, purePlatform), await ask(one), one.name);
});

test('the table meets every code of the verdict and every check', () => {
  const met = new Set(cases.map(({ code }) => code));
  const stale = cases.some(({ freshness }) => freshness === 'stale');
  assert.ok(stale);
  // A stale verdict is accepted; a malformed question is refused before any check; the last two are
  // met where a publication, or the proof of a root or policy, is judged by itself.
  const elsewhere = ['verdict.stale', 'verdict.question', 'verdict.snapshot', 'verdict.logged'];
  const unmet = Object.keys(evidenceErrors).filter(
    (code) => code.startsWith('verdict.') && !elsewhere.includes(code) && !met.has(code),
  );
  assert.deepEqual(unmet, []);
  const decided = new Set(cases.flatMap(({ checks }) => Object.keys(checks)));
  assert.deepEqual(
    checkNames.filter((name) => !decided.has(name)),
    [],
  );
  assert.equal(new Set(cases.map(({ name }) => name)).size, cases.length);
});

test('checks run in the order of their names, and end with the one that decides', async () => {
  for (const one of cases) {
    const { checks, verdict } = await ask(one);
    const order = checks.map(({ name }) => checkNames.indexOf(name));
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
      one.name,
    );
    assert.equal(checks[0]?.name, 'policy');
    const last = checks.at(-1);
    if (verdict === 'refused') assert.equal(last?.outcome, 'refused', one.name);
    if (verdict === 'undecided') assert.equal(last?.outcome, 'unknown', one.name);
    if (verdict !== 'accepted') {
      assert.ok(last?.code !== undefined && last.remedy !== undefined, one.name);
      assert.equal(
        evidenceErrors[last.code as keyof typeof evidenceErrors].exit === 5,
        verdict === 'undecided',
      );
    }
  }
});

test('a stale publication carries the code that says so', async () => {
  const world = await makeWorld();
  const publication = await world.publish();
  const evidence = await world.evidence();
  const { bytes: artifact } = world.artifact;
  const asked = { artifact, evidence, publication, policy: world.policyBytes, root: world.root };
  const { checks } = await ask({ ...asked, now: worldTime + 90_000 });
  assert.equal(checks.find(({ name }) => name === 'freshness')?.code, 'verdict.stale');
});

test('verify with a loaded policy answers with the same checks as verifyFiles', async () => {
  const world = await makeWorld();
  const publication = await world.publish();
  const evidence = await world.evidence();
  const policy = await loadPolicy(world.policyBytes, world.root);
  const { artifact } = world;
  const outcome = await verify({ artifact, evidence, publication, policy, now: worldTime });
  assert.equal(outcome.verdict, 'accepted');
  assert.deepEqual(
    outcome.checks.map(({ name }) => name),
    [...checkNames],
  );
});

test('what is remembered grows and never goes back', async () => {
  const world = await makeWorld();
  const artifact = world.artifact.bytes;
  const asked = { artifact, policy: world.policyBytes, root: world.root, now: worldTime + 60 };
  const first = await ask({
    ...asked,
    publication: await world.publish({ seq: 1 }),
    evidence: await world.evidence(),
  });
  assert.ok(first.state);
  assert.equal(first.state.head?.size, 7);
  assert.equal(first.state.publication?.seq, 1);
  assert.equal(first.state.floor, worldTime);
  assert.deepEqual(first.state.sequences, { 'verifier/stable': 7 });

  // Without a publication the remembered one stays; an older head and time do not lower what is remembered.
  const checkpoint = await world.checkpoint({ size: 6, time: worldTime - 1000 });
  const { policy } = world;
  const second = await verify(
    { artifact: world.artifact, evidence: await world.evidence({ checkpoint }), policy, state: first.state },
    nodePlatform,
  );
  assert.deepEqual(second.state, first.state);

  const publication = await world.publish({ seq: 2, previous: 6, time: worldTime + 500 });
  const third = await verify(
    {
      artifact: world.artifact,
      evidence: await world.evidence(),
      publication,
      policy,
      state: first.state,
      now: worldTime + 500,
    },
    nodePlatform,
  );
  assert.equal(third.state?.publication?.seq, 2);
  assert.equal(third.state?.floor, worldTime + 500);
  assert.equal(third.state?.head?.size, 7, 'growth that is not proven is not remembered');

  const path = await consistencyProof(7, 8, world.log.read);
  const fourth = await verify(
    {
      artifact: world.artifact,
      evidence: await world.evidence(),
      publication,
      policy,
      state: first.state,
      consistency: [{ from: 7, to: 8, path }],
      now: worldTime + 500,
    },
    nodePlatform,
  );
  assert.equal(fourth.state?.head?.size, 8);
  assert.deepEqual(fourth.state?.policy, { version: 1, sha256: policy.digest });
});

test('no single verdict carries a client over to a fork', async () => {
  const honest = await makeWorld();
  const { artifact, policy } = honest;
  const first = await verify({ artifact, evidence: await honest.evidence(), policy });
  assert.ok(first.state);
  const fork = await makeWorld();
  fork.log.entries.splice(0, 0, fork.log.entries[1] as Uint8Array);
  fork.log.append(fork.envelopes.source);
  const evidence = await fork.evidence({ indices: [1, 2, 3, 4, 5, 6] });
  const second = await verify({ artifact, evidence, policy, state: first.state });
  assert.equal(second.checks.at(-1)?.outcome, 'unknown', 'the growth is not proven');
  assert.deepEqual(second.state?.head, first.state.head);
  const path = await consistencyProof(6, 8, fork.log.read);
  const third = await verify({
    artifact,
    evidence,
    policy,
    state: second.state,
    consistency: [{ from: 6, to: 8, path }],
  });
  assert.equal(third.code, 'verdict.fork');
});

test('a number that is none is refused before any check', async () => {
  const world = await makeWorld();
  const { artifact, policy } = world;
  const evidence = await world.evidence();
  for (const change of [
    { now: Number.NaN },
    { now: 1.5 },
    { expected: { minSequence: Number.NaN } },
    { artifact: { ...artifact, size: -1 } },
  ]) {
    await assert.rejects(verify({ artifact, evidence, policy, ...change }), (error) =>
      isVitrineError(error, 'verdict.question'),
    );
  }
});

test('a head of an ended shard does not displace the head of the active one', async () => {
  const rotated = cases.find(({ name }) => name === 'evidence under an ended log that the policy pins');
  assert.ok(rotated);
  const { state } = await ask(rotated);
  assert.equal(state?.head?.origin, 'log.example/vitrine');
  // The remembered head of the active shard is compared with the publication's, whatever lies between them in size.
  const forked = { ...state, head: { ...state.head, root: Buffer.alloc(32).toString('base64') } };
  const { evidence, policy, publication, root, now, artifact } = rotated;
  const again = await verifyFiles(
    {
      artifact: { sha256: toHex(sha256(artifact)), size: artifact.length },
      evidence,
      policy,
      publication,
      root,
      now,
      state: forked,
    },
    nodePlatform,
  );
  assert.equal(again.code, 'verdict.fork');
});

test('a platform without a scheme leaves the verdict open instead of refusing', async () => {
  const world = await makeWorld({ mlDsa: true });
  const lacking: Platform = {
    sha256: nodeSha256,
    verifySignature: (scheme, ...rest) =>
      scheme === 'ml-dsa-44' ? withoutScheme() : verifySignature(scheme, ...rest),
  };
  const asked = { artifact: world.artifact.bytes, policy: world.policyBytes, root: world.root };
  const outcome = await ask({ ...asked, evidence: await world.evidence() }, lacking);
  assert.equal(outcome.verdict, 'undecided');
  assert.equal(outcome.code, 'signature.platform');
  assert.equal(outcome.checks.at(-1)?.name, 'log');
});

/** What WebCrypto answers where ML-DSA-44 is missing, through the package's own verifier. */
async function withoutScheme(): Promise<boolean> {
  const { publicKey } = testSigner('a key that nothing has imported yet', 'ml-dsa-44');
  const { subtle } = globalThis.crypto;
  const original = subtle.importKey.bind(subtle);
  Object.defineProperty(subtle, 'importKey', {
    configurable: true,
    value: () => Promise.reject(new DOMException('no such algorithm', 'NotSupportedError')),
  });
  try {
    return await purePlatform.verifySignature('ml-dsa-44', publicKey, utf8(''), new Uint8Array(2420));
  } finally {
    Object.defineProperty(subtle, 'importKey', { configurable: true, value: original });
  }
}

test('a fault that is no refusal is not turned into a verdict', async () => {
  const world = await makeWorld();
  const broken: Platform = {
    sha256: nodeSha256,
    verifySignature: () => Promise.reject(new RangeError('the thread pool is gone')),
  };
  const isFault = (error: unknown): boolean => error instanceof RangeError && !isVitrineError(error);
  const { artifact, policy, policyBytes, root } = world;
  const evidence = await world.evidence();
  await assert.rejects(
    ask({ artifact: artifact.bytes, policy: policyBytes, root, evidence }, broken),
    isFault,
  );
  await assert.rejects(verify({ artifact, policy, evidence }, broken), isFault);
});
