// Publishing as an endpoint sees it: after each step, and after a failure at each step.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import {
  assembleTuf,
  publication as publicationKind,
  sha256 as pureSha256,
  signTuf,
  statementOf,
  toHex,
  utf8,
  type TrustPolicy,
  type VitrineError,
} from '@vitrine/evidence';
import { acquireLease } from '@vitrine/host';
import {
  abandon,
  abandonPublication,
  heartbeat,
  publish,
  readLedger,
  republish,
  withdraw,
  type Publisher,
} from '../src/index.ts';
import { refusal } from './helpers.ts';
import { Client, statementsOf } from './release-client.ts';
import {
  filesIn,
  makeReleaseWorld,
  origin,
  rebuildOf,
  replaced,
  targetsDraft,
  type ReleaseWorld,
  type TestCosigner,
} from './release-world.ts';

const quick = { timeoutMs: 5_000, patienceMs: 0, pollMs: 5 };

test('what is published is found, judged and accepted by a client of the folder', async (t) => {
  const world = await makeReleaseWorld(t);
  const order = await world.build('first');
  const done = await publish(world.publisher, { order, channel: 'stable' }, quick);
  assert.equal(done.sequence, 1);
  assert.deepEqual(
    done.artifacts.map(({ path }) => path),
    ['tiny.txt'],
  );
  const client = new Client(world);
  assert.equal(await client.update(), 'first');

  const second = await world.build('second', { version: '1.1.0' });
  assert.equal((await publish(world.publisher, { order: second, channel: 'stable' }, quick)).sequence, 2);
  assert.equal(await client.update(), 'second');
  assert.deepEqual(
    [...world.cosigners.values()].map(({ signed }) => [...signed.keys()]),
    [
      [1, 2],
      [1, 2],
    ],
  );
});

test('an order that is published already is not released once more', async (t) => {
  const world = await makeReleaseWorld(t);
  const order = await world.build('first');
  const first = await publish(world.publisher, { order, channel: 'stable' }, quick);
  const before = await statementsOf(world);
  assert.deepEqual(await publish(world.publisher, { order, channel: 'stable' }, quick), first);
  assert.deepEqual(await statementsOf(world), before);

  const again = await publish(world.publisher, { order, channel: 'stable', sequence: 5 }, quick);
  assert.equal(again.sequence, 5);
  await assert.rejects(
    publish(world.publisher, { order, channel: 'stable', platform: 'darwin-arm64' }, quick),
    refusal('release.platform'),
  );
  await assert.rejects(
    publish(world.publisher, { order, channel: 'stable', sequence: 3 }, quick),
    refusal('release.sequence'),
  );
});

test('one supervisor is enough where one is asked for, and nobody waits for one that is down', async (t) => {
  const world = await makeReleaseWorld(t);
  const order = await world.build('first');
  (world.cosigners.get('supervisor-b') ?? assert.fail()).answer = 'down';
  await publish(world.publisher, { order, channel: 'stable' }, { ...quick, patienceMs: 60_000 });
  assert.equal(await new Client(world).update(), 'first');
});

test('a supervisor that missed versions is shown them before the next one', async (t) => {
  const world = await makeReleaseWorld(t);
  const late = world.cosigners.get('supervisor-b') ?? assert.fail();
  late.answer = 'down';
  for (const content of ['first', 'second'])
    await publish(world.publisher, { order: await world.build(content), channel: 'stable' }, quick);
  assert.deepEqual([...late.signed.keys()], []);
  late.answer = 'signed';
  const order = await world.build('third');
  await publish(world.publisher, { order, channel: 'stable' }, { ...quick, patienceMs: 5_000 });
  assert.deepEqual([...late.signed.keys()], [1, 2, 3]);
  const third = await world.publisher.repository.current('tiny-stable');
  assert.equal(third?.signatures.length, 3, 'by the vendor and both supervisors');
});

test('a release that supervisors are still rebuilding stays open, and is finished by the next attempt', async (t) => {
  const world = await makeReleaseWorld(t);
  const order = await world.build('first');
  for (const one of world.cosigners.values()) one.answer = 'pending';
  const request = { order, channel: 'stable' };
  await assert.rejects(
    publish(world.publisher, request, { ...quick, timeoutMs: 50 }),
    refusal('release.pending'),
  );
  assert.equal(world.publisher.repository.current('tiny-stable') !== undefined, true);
  assert.equal(filesIn(world.publisher.folder).has('metadata/timestamp.json'), false);

  const other = await world.build('other');
  await assert.rejects(
    publish(world.publisher, { order: other, channel: 'stable' }, quick),
    refusal('release.unfinished', order),
  );
  for (const one of world.cosigners.values()) one.answer = 'signed';
  assert.equal((await publish(world.publisher, request, quick)).sequence, 1);
  assert.equal((await publish(world.publisher, { order: other, channel: 'stable' }, quick)).sequence, 2);
});

test('a release that all supervisors refuse leaves nothing open', async (t) => {
  const world = await makeReleaseWorld(t);
  const order = await world.build('first');
  for (const one of world.cosigners.values()) one.answer = 'refused';
  await assert.rejects(
    publish(world.publisher, { order, channel: 'stable' }, quick),
    refusal('release.refused'),
  );
  assert.equal(await abandon(world.publisher), undefined);
});

test('what endpoints would not accept is not offered, whatever the supervisors have signed', async (t) => {
  const world = await makeReleaseWorld(t);
  const order = await world.build('first', { rebuilders: [] });
  const request = { order, channel: 'stable' };
  await assert.rejects(
    publish(world.publisher, request, { ...quick, timeoutMs: 300 }),
    (error: VitrineError) => {
      assert.match(error.message, /rebuilds: .*0 of 1/);
      return refusal('release.pending', 'tiny.txt')(error);
    },
  );
  assert.equal(filesIn(world.publisher.folder).has('metadata/1.tiny-stable.json'), false);
  await world.append(await rebuildOf('first', order, world.signer('rebuilder', 'supervisor-a')));
  assert.equal((await publish(world.publisher, request, quick)).sequence, 1);
  assert.equal(await new Client(world).update(), 'first');
});

test('a version that a supervisor has signed is never drafted again with other bytes', async (t) => {
  const world = await makeReleaseWorld(t);
  const order = await world.build('first');
  const lost = new Error('lost');
  const publisher: Publisher = {
    ...world.publisher,
    repository: replaced(world.publisher.repository, { writeRole: () => Promise.reject(lost) }),
  };
  await assert.rejects(
    publish(publisher, { order, channel: 'stable' }, { ...quick, patienceMs: 5_000 }),
    lost,
  );
  const dropped = await abandon(world.publisher);
  assert.equal(dropped?.version, 1);
  // Both had signed it, so both take the version after it.
  for (const { signed } of world.cosigners.values()) assert.deepEqual([...signed.keys()], [1]);
  const second = await world.build('second');
  await publish(world.publisher, { order: second, channel: 'stable' }, quick);
  assert.equal((await world.publisher.repository.newest('tiny-stable'))?.signed.version, 2);
  assert.equal(await new Client(world).update(), 'second');
});

test('a version that a supervisor signed without our hearing of it is not drafted again, and the others are shown it', async (t) => {
  const world = await makeReleaseWorld(t);
  const [a, b] = cosignersOf(world);
  a.answer = 'pending';
  b.answer = 'lost';
  const order = await world.build('first');
  await assert.rejects(
    publish(world.publisher, { order, channel: 'stable' }, { ...quick, timeoutMs: 50 }),
    refusal('release.pending'),
  );
  const dropped = await abandon(world.publisher);
  assert.deepEqual([dropped?.version, dropped?.asked, dropped?.signedBy], [1, true, []]);
  a.answer = b.answer = 'signed';
  const second = await world.build('second');
  await publish(world.publisher, { order: second, channel: 'stable' }, { ...quick, patienceMs: 5_000 });
  assert.deepEqual(
    [[...a.signed.keys()], [...b.signed.keys()]],
    [
      [1, 2],
      [1, 2],
    ],
  );
  assert.equal(a.signed.get(1), b.signed.get(1), 'the very bytes that were lost');
  assert.equal(await new Client(world).update(), 'second');
});

test('a refusal does not drop a version that an earlier attempt may have had signed', async (t) => {
  const world = await makeReleaseWorld(t);
  const [a, b] = cosignersOf(world);
  a.answer = 'pending';
  b.answer = 'lost';
  const request = { order: await world.build('first'), channel: 'stable' };
  await assert.rejects(
    publish(world.publisher, request, { ...quick, timeoutMs: 50 }),
    refusal('release.pending'),
  );
  a.answer = b.answer = 'refused';
  await assert.rejects(publish(world.publisher, request, quick), refusal('release.refused'));
  assert.equal((await abandon(world.publisher))?.version, 1);
});

test('supervisors that have signed other bytes under a version are asked for the one after it', async (t) => {
  const world = await makeReleaseWorld(t);
  for (const { signed } of cosignersOf(world)) signed.set(1, 'other bytes');
  const request = { order: await world.build('first'), channel: 'stable' };
  await assert.rejects(publish(world.publisher, request, quick), refusal('release.refused'));
  assert.equal((await abandon(world.publisher))?.version, 1);
  await publish(world.publisher, request, quick);
  assert.equal((await world.publisher.repository.newest('tiny-stable'))?.signed.version, 2);
});

test('versions that were dropped one after the other are all shown to a supervisor that lacks them', async (t) => {
  const world = await makeReleaseWorld(t);
  await askForBoth(world);
  const [a, b] = cosignersOf(world);
  b.answer = 'pending';
  for (const content of ['first', 'second']) {
    const order = await world.build(content);
    await assert.rejects(
      publish(world.publisher, { order, channel: 'stable' }, { ...quick, timeoutMs: 300 }),
      refusal('release.pending'),
    );
    assert.ok((await abandon(world.publisher))?.asked);
  }
  b.answer = 'signed';
  const third = await world.build('third');
  await publish(world.publisher, { order: third, channel: 'stable' }, quick);
  assert.deepEqual([...b.signed], [...a.signed]);
  assert.deepEqual([...b.signed.keys()], [1, 2, 3]);
});

test('a supervisor that refuses a dropped version for good is named, with what can be done', async (t) => {
  const world = await makeReleaseWorld(t);
  await askForBoth(world);
  const [, b] = cosignersOf(world);
  b.answer = 'pending';
  const first = await world.build('first');
  await assert.rejects(
    publish(world.publisher, { order: first, channel: 'stable' }, { ...quick, timeoutMs: 300 }),
    refusal('release.pending'),
  );
  await abandon(world.publisher);
  b.answer = 'signed';
  b.refuses.add(1);
  const second = await world.build('second');
  await assert.rejects(
    publish(world.publisher, { order: second, channel: 'stable' }, quick),
    (error: VitrineError) => {
      assert.match(error.message, /supervisor-b must sign version 1 of tiny-stable before version 2/);
      assert.match(error.message, /cosign\.withdrawn.*ceremony for targets/);
      return refusal('release.refused')(error);
    },
  );
});

test('nothing is dropped while somebody publishes', async (t) => {
  const world = await makeReleaseWorld(t);
  for (const one of cosignersOf(world)) one.answer = 'pending';
  const order = await world.build('first');
  await assert.rejects(
    publish(world.publisher, { order, channel: 'stable' }, { ...quick, timeoutMs: 50 }),
    refusal('release.pending'),
  );
  const { drafts } = world.publisher;
  const lease = acquireLease(drafts, 'release');
  const dropping = abandon(world.publisher);
  await sleep(50);
  assert.ok(existsSync(join(drafts, 'release.json')));
  lease.release();
  assert.equal((await dropping)?.version, 1);
  assert.equal(existsSync(join(drafts, 'release.json')), false);
});

/** The policy after the end of its publisher key. */
function endedPublisher({ policy }: ReleaseWorld): TrustPolicy {
  const keys = [...policy.keys].map(
    ([id, key]) => [id, key.role === 'publisher' ? { ...key, until: { origin, index: 1 } } : key] as const,
  );
  return { ...policy, keys: new Map(keys) };
}

test('a publication whose key has ended before the log took it is dropped, and nothing waits for it', async (t) => {
  const world = await makeReleaseWorld(t);
  const { publisher } = world;
  const lost = new Error('refused');
  const refusing: Publisher = {
    ...publisher,
    appender: {
      append: (envelope) =>
        statementOf(envelope).predicateType === publicationKind.predicateType
          ? Promise.reject(lost)
          : publisher.appender.append(envelope),
    },
  };
  const request = { order: await world.build('first'), channel: 'stable' };
  assert.equal(await abandonPublication(publisher), undefined);
  await assert.rejects(publish(refusing, request, quick), lost);
  assert.deepEqual(await abandonPublication(publisher), { seq: 1, state: 'open' });
  const ended = { ...publisher, policy: endedPublisher(world) };
  assert.deepEqual(await abandonPublication(ended), { seq: 1, state: 'dropped' });
  assert.equal(existsSync(join(publisher.drafts, 'publication.json')), false);
  // Another time: the snapshot of this version has other bytes now.
  world.clock.advance(30_000);
  await publish(publisher, request, quick);
  assert.equal(await new Client(world).update(), 'first');
});

test('a publication that is in the log is finished, whatever has become of its key', async (t) => {
  const world = await makeReleaseWorld(t);
  const { publisher } = world;
  const lost = new Error('lost');
  const failing: Publisher = {
    ...publisher,
    repository: replaced(publisher.repository, { commitTimestamp: () => Promise.reject(lost) }),
  };
  const request = { order: await world.build('first'), channel: 'stable' };
  await assert.rejects(publish(failing, request, quick), lost);
  const ended = { ...publisher, policy: endedPublisher(world) };
  assert.deepEqual(await abandonPublication(ended), { seq: 1, state: 'logged' });
  await publish(publisher, request, quick);
  assert.equal(await new Client(world).update(), 'first');
});

function cosignersOf({ cosigners }: ReleaseWorld): readonly [TestCosigner, TestCosigner] {
  const [a, b] = [...cosigners.values()];
  assert.ok(a !== undefined && b !== undefined);
  return [a, b];
}

/** From now on a role needs both supervisors. */
async function askForBoth({ publisher, policyFile, rootKeys, clock }: ReleaseWorld): Promise<void> {
  const file = { length: policyFile.length, sha256: toHex(pureSha256(policyFile)) };
  const draft = targetsDraft(2, file, clock, 3);
  const signatures = await Promise.all(rootKeys.map(({ signer }) => signTuf(draft, signer)));
  await publisher.repository.writeRole('targets', assembleTuf(draft, signatures));
}

test('a supervisor that answers with another key or a wrong signature counts as one that refuses', async (t) => {
  const world = await makeReleaseWorld(t);
  const order = await world.build('first');
  const [a, b] = world.publisher.cosigners;
  assert.ok(a !== undefined && b !== undefined);
  const swapped: Publisher = {
    ...world.publisher,
    cosigners: [
      { ...b, operator: 'supervisor-a' },
      { ...a, operator: 'supervisor-b' },
    ],
  };
  await assert.rejects(publish(swapped, { order, channel: 'stable' }, quick), (error: VitrineError) => {
    assert.match(error.message, /release\.cosignature/);
    return refusal('release.refused')(error);
  });
});

test('a withdrawn release is refused by its clients, and its evidence says so', async (t) => {
  const world = await makeReleaseWorld(t);
  const client = new Client(world);
  await publish(world.publisher, { order: await world.build('first'), channel: 'stable' }, quick);
  assert.equal(await client.update(), 'first');
  const request = { product: 'tiny', channel: 'stable', sequence: 1, reason: 'security' } as const;
  const { artifacts, publication } = await withdraw(world.publisher, request);
  assert.deepEqual(artifacts, [toHex(pureSha256(utf8('first')))]);
  assert.equal(publication.seq, 2);
  assert.deepEqual(
    publication.active.map(({ kind }) => kind),
    ['withdrawal'],
  );
  await assert.rejects(client.update(), refusal('verdict.withdrawn'));
  const before = await statementsOf(world);
  assert.equal((await withdraw(world.publisher, request)).publication.seq, 2);
  assert.deepEqual(await statementsOf(world), before, 'a second withdrawal says nothing new');

  const better = await world.build('better');
  const { artifacts: released } = await publish(world.publisher, { order: better, channel: 'stable' }, quick);
  assert.equal(await client.update(), 'better');
  await assert.rejects(
    withdraw(world.publisher, { ...request, sequence: 2, replacement: released[0]?.sha256 }),
    refusal('release.replacement'),
  );
  await assert.rejects(withdraw(world.publisher, { ...request, sequence: 9 }), refusal('release.missing'));
});

test('a heartbeat keeps the snapshot and the proof of it fresh, and renews what would expire', async (t) => {
  const world = await makeReleaseWorld(t);
  const client = new Client(world);
  await publish(world.publisher, { order: await world.build('first'), channel: 'stable' }, quick);
  assert.equal(await client.update(), 'first');
  const { repository } = world.publisher;
  const versions = async (): Promise<readonly (number | undefined)[]> => [
    (await repository.timestamp())?.signed.version,
    (await repository.snapshot())?.signed.version,
  ];
  const ledger = await readLedger(world.reader);
  assert.equal((await heartbeat(world.publisher, ledger)).seq, 2);
  assert.deepEqual(await versions(), [1, 1]);
  world.clock.advance(30 * 3_600_000);
  assert.equal((await heartbeat(world.publisher, ledger)).seq, 3);
  assert.deepEqual(await versions(), [2, 1], 'more than half of two days has passed');
  world.clock.advance(8 * 86_400_000);
  assert.equal((await heartbeat(world.publisher, ledger)).seq, 4);
  assert.deepEqual(await versions(), [3, 2], 'more than half of fourteen days has passed');
});

test('a resolution is carried into evidence and publication, and asked for where there is none', async (t) => {
  const world = await makeReleaseWorld(t);
  const order = await world.build('first');
  await publish(world.publisher, { order, channel: 'stable' }, quick);
  await assert.rejects(republish(world.publisher, order), refusal('release.unresolved'));
});
