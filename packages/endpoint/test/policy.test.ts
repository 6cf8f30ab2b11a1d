// A new trust policy (D5): signed by the root's threshold, in the log, after a delay; or by hand.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { acceptPolicy, runSession, status } from '@vitrine/endpoint';
import {
  policyDigest,
  signPolicy,
  signStatement,
  trustPolicy,
  type TrustPolicyDocument,
} from '@vitrine/evidence';
import { worldOrigin, worldTime, type World } from '@vitrine/testkit';
import { done, installed, refused, type Stage } from './helpers.ts';

const day = 86_400;
const signersOf = ({ rootKeys }: World) => rootKeys.map(({ signer }) => signer);

interface Offer {
  readonly document: TrustPolicyDocument;
  readonly bytes: Uint8Array;
  readonly digest: string;
}

/** Lists the document, with its proof unless that is left out, and publishes. */
async function offer(
  { vendor }: Stage,
  change: (document: TrustPolicyDocument) => TrustPolicyDocument,
  { time = worldTime + 10, proof = true }: { time?: number; proof?: boolean } = {},
): Promise<Offer> {
  const { world } = vendor;
  const document = change({ ...world.policy.document, version: world.policy.document.version + 1 });
  const digest = policyDigest(document);
  const bytes = await signPolicy(document, signersOf(world));
  if (proof) {
    const [signer] = signersOf(world);
    assert.ok(signer);
    const subject = [{ name: 'trust-policy', digest: { sha256: digest } }];
    const statement = await signStatement(trustPolicy, subject, document, signer);
    await vendor.write(`policy/${digest}.json`, await world.prove(statement, { time }));
  }
  await vendor.listPolicy(bytes);
  await vendor.publish({ time });
  return { document, bytes, digest };
}

const laterDeadline = (document: TrustPolicyDocument): TrustPolicyDocument => ({
  ...document,
  resolutionDeadline: 60,
});

async function inForce(stage: Stage): Promise<number> {
  return (await status(stage.agent)).policy.version;
}

test('a new policy waits for seven days of witness time, and is shown while it does', async (t) => {
  const stage = await installed(t);
  const { digest } = await offer(stage, laterDeadline);
  done(await stage.update());
  const { policy } = await status(stage.agent);
  assert.deepEqual(policy.pending, { version: 2, digest, effective: worldTime + 10 + 7 * day });
  assert.equal(policy.version, 1);

  // The clock of this machine does not hurry it.
  for (const [after, expected] of [
    [6 * day, 1],
    [7 * day + 60, 1],
    [7 * day + 120, 2],
  ] as const) {
    await stage.vendor.heartbeat({ time: worldTime + after });
    stage.clock.set((worldTime + after + 5) * 1000);
    done(await stage.update());
    assert.equal(await inForce(stage), expected, `after ${after / day} days`);
  }
  const after = await status(stage.agent);
  assert.equal(after.policy.digest, digest);
  assert.equal(after.policy.pending, undefined);
  assert.equal(after.changes.at(-1)?.what, 'policy');
});

test('a policy that only ends keys is in force from the next update on', async (t) => {
  const stage = await installed(t);
  await offer(stage, (document) => ({
    ...document,
    keys: document.keys.map((key) =>
      key.role === 'reviewer' ? { ...key, until: { origin: worldOrigin, index: 20 } } : key,
    ),
  }));
  done(await stage.update());
  assert.equal(await inForce(stage), 1, 'the policy in force at the start judges the whole update');
  done(await stage.update());
  assert.equal(await inForce(stage), 2);
});

test('a policy that is not in the log is refused', async (t) => {
  const stage = await installed(t);
  await offer(stage, laterDeadline, { proof: false });
  assert.equal(refused(await stage.update()), 'endpoint.policy-unproven at policy, exit 5');
  assert.equal((await status(stage.agent)).policy.pending, undefined);
});

test('a policy whose proof is of another one is refused', async (t) => {
  const stage = await installed(t);
  const first = await offer(stage, laterDeadline);
  done(await stage.update());
  const { digest } = await offer(stage, (document) => ({ ...document, version: 3, resolutionDeadline: 90 }), {
    time: worldTime + 20,
    proof: false,
  });
  const proof = await readFile(`${stage.vendor.folder}/policy/${first.digest}.json`);
  await stage.vendor.write(`policy/${digest}.json`, new Uint8Array(proof));
  assert.equal(refused(await stage.update()), 'verdict.logged at policy, exit 3');
});

test('a policy that is no newer, and one by too few root keys, are refused', async (t) => {
  const stage = await installed(t);
  await offer(stage, (document) => ({ ...document, version: 1, resolutionDeadline: 60 }));
  assert.equal(refused(await stage.update()), 'endpoint.policy-version at policy, exit 3');

  const few = await installed(t);
  const { world } = few.vendor;
  const document = laterDeadline({ ...world.policy.document, version: 2 });
  await few.vendor.listPolicy(await signPolicy(document, signersOf(world).slice(0, 4)));
  await few.vendor.publish({ time: worldTime + 10 });
  assert.equal(refused(await few.update()), 'policy.threshold at policy, exit 3');
});

test('a pending policy is put in force by the hand that names its digest', async (t) => {
  const stage = await installed(t);
  const { digest } = await offer(stage, laterDeadline);
  done(await stage.update());
  const accept = (wanted: string, file?: Uint8Array) =>
    runSession(stage.agent, (session) => acceptPolicy(session, wanted, file));
  assert.equal(refused(await accept('f'.repeat(64))), 'endpoint.policy-digest at policy, exit 3');
  assert.equal(done(await accept(digest)).document.version, 2);
  assert.equal(await inForce(stage), 2);
  assert.equal(done(await stage.update()).result, 'current');
});

test('where the old quorum is dead, a file moves on that the root signed', async (t) => {
  const stage = await installed(t);
  const { world } = stage.vendor;
  const document = laterDeadline({ ...world.policy.document, version: 2 });
  const bytes = await signPolicy(document, signersOf(world));
  const digest = policyDigest(document);
  const accept = (file: Uint8Array, wanted = digest) =>
    runSession(stage.agent, (session) => acceptPolicy(session, wanted, file));
  assert.equal(refused(await accept(world.policyBytes)), 'endpoint.policy-digest at policy, exit 3');
  assert.equal(
    refused(await accept(world.policyBytes, world.policy.digest)),
    'endpoint.policy-version at policy, exit 3',
  );
  const few = await signPolicy(document, signersOf(world).slice(0, 4));
  assert.equal(refused(await accept(few)), 'policy.threshold at policy, exit 3');
  done(await accept(bytes));
  assert.equal(await inForce(stage), 2);

  // The repository still lists the first one; then the same one with fewer of the signatures.
  for (const listed of [world.policyBytes, await signPolicy(document, signersOf(world).slice(0, 5))]) {
    await stage.vendor.listPolicy(listed);
    await stage.vendor.publish({ time: worldTime + 20 });
    assert.equal(done(await stage.update()).result, 'current');
    assert.equal(await inForce(stage), 2);
  }
});
