import assert from 'node:assert/strict';
import test from 'node:test';
import {
  loadPolicy,
  onlyEndsKeys,
  parseDocument,
  requireLoggedPolicy,
  requireLoggedRoot,
  rootVersion,
  sha256,
  signPolicy,
  signStatement,
  statementOf,
  expectKind,
  toHex,
  trustPolicy,
  utf8,
  policyDigest,
  type Envelope,
  type Signer,
  type TrustPolicyDocument,
} from '@vitrine/evidence';
import { makeWorld, nodePlatform, testSigner, worldOrigin, worldTime, type World } from '@vitrine/testkit';
import { rejects } from './refusal.ts';

const world = await makeWorld();
const rootSigner = (world.rootKeys[1] as World['rootKeys'][number]).signer;
const digest = (text: string): string => toHex(sha256(utf8(text)));
const next = { version: 2, sha256: digest('root 2'), previous: world.policy.root.sha256 };

function rootStatement(
  { version, sha256: sha, previous }: typeof next,
  signer: Signer = rootSigner,
): Promise<Envelope> {
  return signStatement(
    rootVersion,
    [{ name: 'root', digest: { sha256: sha } }],
    { version, previous },
    signer,
  );
}

test('a root that is in the log is proven under the policy in force', async () => {
  const proof = await world.prove(await rootStatement(next), { time: worldTime + 5 });
  assert.deepEqual(await requireLoggedRoot(proof, next, world.policy, nodePlatform), {
    index: world.log.entries.length - 1,
    time: worldTime + 5,
  });
});

test('the proof of a root is of this root, this version and this predecessor', async () => {
  for (const other of [
    { ...next, sha256: digest('another') },
    { ...next, version: 3 },
    { ...next, previous: digest('another') },
  ]) {
    const proof = await world.prove(await rootStatement(other));
    await rejects('verdict.logged', requireLoggedRoot(proof, next, world.policy, nodePlatform));
  }
});

test('the proof of a root needs a quorum, a listed key and the log', async () => {
  const ask = (proof: Uint8Array): Promise<unknown> =>
    requireLoggedRoot(proof, next, world.policy, nodePlatform);
  const envelope = await rootStatement(next);
  await rejects('verdict.quorum', ask(await world.prove(envelope, { witnesses: ['supervisor-a'] })));
  for (const stranger of [testSigner('nobody'), world.signer('publisher')])
    await rejects('envelope.key', ask(await world.prove(await rootStatement(next, stranger))));
  const proof = await world.prove(envelope);
  const place = `"index":${world.log.entries.length - 1}`;
  const moved = Buffer.from(proof).toString().replace(place, '"index":0');
  await rejects('merkle.inclusion', ask(utf8(moved)));
});

const second: TrustPolicyDocument = { ...world.policy.document, version: 2 };
const signers = world.rootKeys.map(({ signer }) => signer);

async function logged(document: TrustPolicyDocument, signer: Signer = rootSigner): Promise<Uint8Array> {
  const subject = [{ name: 'trust-policy', digest: { sha256: policyDigest(document) } }];
  return world.prove(await signStatement(trustPolicy, subject, document, signer));
}

test('a policy is proven by the entry of the very statement that the root signed', async () => {
  const document = await signPolicy(second, signers);
  const proof = await logged(second);
  const { time } = await requireLoggedPolicy(proof, document, world.policy, nodePlatform);
  assert.equal(time, worldTime);
  assert.deepEqual(expectKind(statementOf(parseDocument(document)), trustPolicy).predicate, second);
  const other = await logged({ ...second, resolutionDeadline: 60 });
  await rejects('verdict.logged', requireLoggedPolicy(other, document, world.policy, nodePlatform));
  const proofOfRoot = await world.prove(await rootStatement(next));
  await rejects('statement.kind', requireLoggedPolicy(proofOfRoot, document, world.policy, nodePlatform));
});

test('a policy that only ends keys is told from every other', async () => {
  const { document } = world.policy;
  const until = { origin: worldOrigin, index: 9 };
  const endFirst = <Key extends object>(keys: readonly Key[]): Key[] =>
    keys.map((key, i) => (i === 0 ? { ...key, until } : key));
  const ends: readonly TrustPolicyDocument[] = [
    { ...second, keys: endFirst(document.keys) },
    { ...second, log: { ...document.log, keys: endFirst(document.log.keys) } },
    { ...second, witnesses: { ...document.witnesses, keys: endFirst(document.witnesses.keys) } },
    second,
  ];
  for (const one of ends) assert.ok(onlyEndsKeys(document, one, 9));
  const ended = ends[0] as TrustPolicyDocument;
  const others: readonly TrustPolicyDocument[] = [
    { ...second, keys: document.keys.slice(1) },
    { ...second, keys: [...document.keys, ...document.keys.slice(0, 1)] },
    { ...second, keys: document.keys.map((key) => ({ ...key, from: until })) },
    { ...ended, rebuilds: { ...document.rebuilds, threshold: 1 } },
    { ...ended, freshness: { ...document.freshness, maxAge: 90_000 } },
    { ...ended, witnesses: { ...document.witnesses, quorum: 1 } },
    { ...ended, operators: document.operators.slice(1) },
  ];
  for (const one of others) assert.ok(!onlyEndsKeys(document, one, 9));
  // An end that was set is neither lifted nor moved at once.
  const later = { origin: worldOrigin, index: 10 };
  assert.ok(!onlyEndsKeys(ended, second, 9));
  assert.ok(
    !onlyEndsKeys(
      ended,
      {
        ...ended,
        keys: ended.keys.map((k, i) => (i === 0 ? { ...k, until: later } : k)),
      },
      9,
    ),
  );
  assert.equal((await loadPolicy(await signPolicy(ended, signers), world.root)).document.version, 2);
});

test('an end below what a rebuilder or supervisor has said already is more than an end', () => {
  const { document } = world.policy;
  for (const role of ['rebuilder', 'supervisor', 'publisher'] as const) {
    const ended = (index: number): TrustPolicyDocument => ({
      ...second,
      keys: document.keys.map((key) =>
        key.role === role ? { ...key, until: { origin: worldOrigin, index } } : key,
      ),
    });
    assert.equal(onlyEndsKeys(document, ended(9), 9), true, role);
    assert.equal(onlyEndsKeys(document, ended(8), 9), role === 'publisher', role);
  }
});
