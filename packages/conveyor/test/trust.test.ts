// A new policy, new targets and a new root, published under the eyes of a client.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  assembleTuf,
  draftRoot,
  loadPolicy,
  parsePublicationFile,
  publication,
  expectKind,
  statementOf,
  rootVersion,
  sha256 as pureSha256,
  signPolicy,
  signStatement,
  signTuf,
  toHex,
  type Signer,
} from '@vitrine/evidence';
import { testSigner } from '@vitrine/testkit';
import { refresh, type TrustedMetadata } from '@vitrine/tuf';
import { folderFetcher } from '@vitrine/tuf/repository';
import { publish, publishTrust, type Publisher, type TrustUpdate } from '../src/index.ts';
import { refusal } from './helpers.ts';
import {
  filesIn,
  makeReleaseWorld,
  origin,
  replaced,
  supervisors,
  targetsDraft,
  type ReleaseWorld,
} from './release-world.ts';

const quick = { timeoutMs: 5_000, patienceMs: 0, pollMs: 5 };

/** Follows roots and snapshots as an endpoint does: each must be proven in the log before it is taken. */
class Follower {
  readonly #world: ReleaseWorld;
  trusted: TrustedMetadata;
  roots: number[] = [];

  constructor(world: ReleaseWorld) {
    this.#world = world;
    this.trusted = { root: world.root, roles: {} };
  }

  async look(): Promise<void> {
    const { publisher, clock } = this.#world;
    let pinned = 1;
    await refresh({
      trusted: this.trusted,
      fetcher: folderFetcher(publisher.folder),
      now: Math.floor(clock.now() / 1000),
      supervisors: new Set(supervisors),
      acceptRoot: ({ version, sha256 }) => {
        const { statement } = parsePublicationFile(
          readFileSync(join(publisher.folder, 'root', `${sha256}.json`)),
        );
        assert.equal(expectKind(statementOf(statement.envelope), rootVersion).predicate.version, version);
        this.roots.push(version);
        return Promise.resolve();
      },
      acceptSnapshot: ({ sha256 }) => {
        pinned = Math.max(1, ...this.roots);
        const { statement } = parsePublicationFile(
          readFileSync(join(publisher.folder, 'publication', `${sha256}.json`)),
        );
        const { root } = expectKind(statementOf(statement.envelope), publication).predicate;
        assert.ok(root.version >= pinned, `the publication names root ${root.version}, pinned is ${pinned}`);
        return Promise.resolve();
      },
      persist: (trusted) => {
        this.trusted = trusted;
        return Promise.resolve();
      },
    });
  }
}

/** Version 2 of everything: one root key of the vendor replaced, the publisher's key too. */
async function nextTrust(world: ReleaseWorld): Promise<Required<TrustUpdate>> {
  const { rootKeys, policy, clock } = world;
  const nextKeys = rootKeys.map((one, i) =>
    i === 0 ? { ...one, signer: testSigner('release root new') } : one,
  );
  const online = (name: string): { publicKey: Uint8Array; operator: string } => ({
    publicKey: testSigner(`release ${name}`).publicKey,
    operator: 'vendor',
  });
  const rootDraft = draftRoot({
    version: 2,
    expires: '2037-01-01T00:00:00Z',
    threshold: 5,
    vendor: 'vendor',
    keys: nextKeys.map(({ signer: { publicKey }, operator }) => ({ publicKey, operator })),
    snapshot: [online('snapshot')],
    timestamp: [online('timestamp')],
  });
  const both = [...new Set([...rootKeys, ...nextKeys].map(({ signer }) => signer))];
  const file = assembleTuf(rootDraft, await signAll(rootDraft, both));
  const shared = rootKeys.slice(1).map(({ signer }) => signer);
  const policyFile = await signPolicy({ ...policy.document, version: 2 }, shared);
  const targets = targetsDraft(
    2,
    { length: policyFile.length, sha256: toHex(pureSha256(policyFile)) },
    clock,
  );
  const statement = await signStatement(
    rootVersion,
    [{ name: 'root', digest: { sha256: toHex(pureSha256(file)) } }],
    { version: 2, previous: toHex(pureSha256(world.root)) },
    shared[0] as Signer,
  );
  return {
    root: { file, statement },
    policy: policyFile,
    targets: assembleTuf(targets, await signAll(targets, both)),
  };
}

function signAll(draft: Uint8Array, signers: readonly Signer[]): Promise<{ keyid: string; sig: string }[]> {
  return Promise.all(signers.map((signer) => signTuf(draft, signer)));
}

async function makeTrustedWorld(t: TestContext): Promise<ReleaseWorld> {
  const world = await makeReleaseWorld(t);
  writeFileSync(join(world.publisher.folder, 'root.json'), world.root);
  writeFileSync(join(world.publisher.folder, 'policy.json'), world.policyFile);
  return world;
}

test('a client follows root, policy and targets to their next versions, wherever the vendor fails', async (t) => {
  const world = await makeTrustedWorld(t);
  await publish(world.publisher, { order: await world.build('first'), channel: 'stable' }, quick);
  const client = new Follower(world);
  await client.look();
  const update = await nextTrust(world);
  const lost = new Error('the power is gone');
  for (let failing = 1; ; failing++) {
    let calls = 0;
    const step = (): void => {
      calls++;
      if (calls === failing) throw lost;
    };
    const { appender, repository } = world.publisher;
    const publisher: Publisher = {
      ...world.publisher,
      onStep: step,
      appender: {
        append: async (envelope) => {
          step();
          const answer = await appender.append(envelope);
          step();
          return answer;
        },
      },
      repository: replaced(repository, {
        writeRoot: async (bytes) => {
          step();
          const meta = await repository.writeRoot(bytes);
          step();
          return meta;
        },
      }),
    };
    try {
      const done = await publishTrust(publisher, update);
      assert.equal(done.root.version, 2);
      assert.equal(done.policy.document.version, 2);
      assert.ok(failing > 15, `only ${failing} steps`);
      break;
    } catch (error) {
      if (error !== lost) throw error;
    }
    await client.look();
  }
  await client.look();
  assert.deepEqual(client.roots, [2]);
  const served = filesIn(world.publisher.folder);
  assert.deepEqual(served.get('root.json'), served.get('metadata/2.root.json'));
  const policy = await loadPolicy(
    readFileSync(join(world.publisher.folder, 'policy.json')),
    readFileSync(join(world.publisher.folder, 'root.json')),
  );
  assert.ok(served.has(`policy/${policy.digest}.json`));
  assert.equal(policy.document.log.origin, origin);
});

test('what does not fit together is refused before anything of it is shown', async (t) => {
  const world = await makeTrustedWorld(t);
  await publish(world.publisher, { order: await world.build('first'), channel: 'stable' }, quick);
  const { root, policy } = await nextTrust(world);
  const before = filesIn(world.publisher.folder);
  await assert.rejects(publishTrust(world.publisher, { policy }), refusal('release.trust'));
  assert.deepEqual(filesIn(world.publisher.folder), before);
  assert.ok(root !== undefined);
});
