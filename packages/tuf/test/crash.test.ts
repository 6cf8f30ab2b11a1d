// A client that is killed, or whose disk or network fails, at every step of an update: started again with
// what was kept, it ends where an undisturbed one ends.

import assert from 'node:assert/strict';
import test from 'node:test';
import { isVitrineError, raiser, type RootSigner } from '@vitrine/evidence';
import { publicOf, testSigner, updateArtifact, UpdateClient } from '@vitrine/testkit';
import { findTarget, refresh, type RefreshOptions, type TrustedMetadata } from '@vitrine/tuf';
import { Mirror } from './mirror.ts';

const fail = raiser({ 'test.killed': { exit: 1, meaning: 'Killed.', remedy: 'None.' } });
const killed = (): Promise<never> => Promise.reject(fail('test.killed', 'killed here'));

/** Two new roots, of which the first replaces an online key, and a new publication under it. */
const fresh: RootSigner = { operator: 'vendor', signer: testSigner('vendor tuf timestamp 2') };
const rotated = { timestamp: [publicOf(fresh)] };

async function scene(): Promise<{ readonly mirror: Mirror; readonly before: TrustedMetadata }> {
  const mirror = new Mirror();
  const root = await mirror.root(1);
  await mirror.publish({ version: 1 });
  const client = new UpdateClient('', root);
  await update(client, { fetcher: mirror });
  await mirror.root(2, {}, rotated);
  await mirror.root(3, {}, rotated);
  await mirror.publish({ version: 2, timestamp: { signers: [fresh] } });
  return { mirror, before: client.trusted };
}

async function update(client: UpdateClient, change: Partial<RefreshOptions>): Promise<void> {
  const target = await findTarget(await refresh(client.options(change)), updateArtifact.path);
  assert.ok(target);
}

const { mirror, before } = await scene();
const undisturbed = new UpdateClient('', before);
await update(undisturbed, { fetcher: mirror });
const steps = undisturbed.kept.length;

/** Runs with a fault, which must strike, and then without one. */
async function interrupted(faulty: (client: UpdateClient) => Partial<RefreshOptions>): Promise<UpdateClient> {
  const client = new UpdateClient('', before);
  await assert.rejects(update(client, { fetcher: mirror, ...faulty(client) }), (error) =>
    isVitrineError(error, 'test.killed'),
  );
  await update(client, { fetcher: mirror });
  assert.deepEqual(client.trusted, undisturbed.trusted);
  return client;
}

test('each accepted file is kept by a step of its own, in the order of the specification', () => {
  const changed = undisturbed.kept.map((now, i) => {
    const old = undisturbed.kept[i - 1] ?? before;
    const flat = ({ roles, ...top }: TrustedMetadata): Readonly<Record<string, Uint8Array>> => ({
      ...top,
      ...roles,
    });
    const [a, b] = [flat(old), flat(now)];
    return Object.keys({ ...a, ...b })
      .filter((name) => a[name] !== b[name])
      .join(' ');
  });
  assert.deepEqual(changed, [
    'root timestamp snapshot',
    'root',
    'timestamp',
    'snapshot',
    'targets',
    'agent-stable',
  ]);
});

test('killed before or after any file is kept, the client goes on from there', async () => {
  assert.equal(steps, 6);
  for (let step = 0; step < steps; step++) {
    for (const isKept of [false, true]) {
      let count = 0;
      await interrupted((client) => ({
        persist(trusted) {
          const isFatal = count++ === step;
          if (!isFatal || isKept) client.trusted = trusted;
          return isFatal ? killed() : Promise.resolve();
        },
      }));
    }
  }
});

test('cut off at any request, the client goes on from there', async () => {
  const requests: string[] = [];
  const noting = { fetch: (path: string) => (requests.push(path), mirror.fetch(path)) };
  await update(new UpdateClient('', before), { fetcher: noting });
  assert.equal(requests.length, 7);
  for (const cut of requests.keys()) {
    let count = 0;
    await interrupted(() => ({
      fetcher: { fetch: (path) => (count++ === cut ? killed() : mirror.fetch(path)) },
    }));
  }
});

test('killed while a proof is judged, the client has not kept what the proof was for', async () => {
  for (const version of [2, 3]) {
    await interrupted((client) => ({
      acceptRoot: async (root) => {
        if (root.version !== version) return;
        assert.equal(client.kept.length, version - 2);
        await killed();
      },
    }));
  }
  await interrupted((client) => ({
    acceptSnapshot: () => {
      assert.equal(client.trusted.timestamp, undefined, 'forgotten with its key, and not yet replaced');
      return killed();
    },
  }));
});

test('more new roots than one run follows: those that were read are kept, and the next run goes on', async () => {
  const client = new UpdateClient('', before);
  const once = update(client, { fetcher: mirror, limits: { rotations: 1 } });
  await assert.rejects(once, (error) => isVitrineError(error, 'tuf.rotations') && error.exit === 5);
  assert.equal(client.kept.length, 1);
  await update(client, { fetcher: mirror, limits: { rotations: 1 } });
  assert.deepEqual(client.trusted, undisturbed.trusted);
});

test('kept files that were cut short are named, and nothing is updated over them', async () => {
  const { root, timestamp, snapshot, roles } = before;
  assert.ok(timestamp && snapshot);
  const damaged: readonly (readonly [string, TrustedMetadata])[] = [
    ['root', { ...before, root: root.slice(0, 100) }],
    ['timestamp', { ...before, timestamp: timestamp.slice(0, 100) }],
    ['an empty timestamp', { ...before, timestamp: new Uint8Array() }],
    ['snapshot', { ...before, snapshot: snapshot.slice(0, -1) }],
    [
      'a timestamp by a stranger',
      { ...before, timestamp: mirror.files.get('metadata/timestamp.json') as Uint8Array },
    ],
  ];
  const old = new Mirror();
  await old.root(1);
  await old.publish({ version: 1 });
  for (const [what, trusted] of damaged) {
    const client = new UpdateClient('', trusted);
    await assert.rejects(
      update(client, { fetcher: old }),
      (error) => isVitrineError(error, 'tuf.state'),
      what,
    );
    assert.equal(client.kept.length, 0, what);
  }
  // A role is only a copy of what the snapshot names by digest: it is fetched again.
  const client = new UpdateClient('', { ...before, roles: { ...roles, targets: new Uint8Array(3) } });
  await update(client, { fetcher: mirror });
  assert.deepEqual(client.trusted, undisturbed.trusted);
});
