// What an attacker on the wire, a lying vendor or a lazy one can say, and the one code with which each is
// refused. After each the endpoint runs what it ran, and believes what it believed.

import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { status, update } from '@vitrine/endpoint';
import {
  formatEvidence,
  formatOutputs,
  parseEvidence,
  rebuild,
  release,
  sha256,
  signRoot,
  signStatement,
  rootVersion,
  toHex,
  type EvidenceFile,
  type Json,
} from '@vitrine/evidence';
import { worldTime, type Vendor, type WorldOptions } from '@vitrine/testkit';
import { done, installed, memoryFile, product, refused, stageOf, type Stage, type Wire } from './helpers.ts';

const day = 86_400;

interface Attack {
  readonly name: string;
  readonly answer: string;
  /** Of version 0.2.0, sequence 2, which is staged; what is not published here is published as it should be. */
  readonly attack: (stage: Stage) => Promise<void>;
  readonly options?: WorldOptions;
  /** Once the wire is honest again the update succeeds. */
  readonly passes?: boolean;
}

const publish = (vendor: Vendor, options: Parameters<Vendor['publish']>[0] = {}): Promise<void> =>
  vendor.publish({ time: worldTime + 10, ...options });

/** Published as it should be; on the wire one kind of file is another. */
const onWire =
  (pattern: RegExp, say: (stage: Stage, path: string) => ReturnType<Wire>) =>
  async (stage: Stage): Promise<void> => {
    await publish(stage.vendor);
    stage.server.wire = (path) => (pattern.test(path) ? say(stage, path) : undefined);
  };

async function file({ vendor }: Stage, path: string): Promise<Uint8Array> {
  return new Uint8Array(await readFile(join(vendor.folder, path)));
}

async function evidenceWith(stage: Stage, change: (found: EvidenceFile) => EvidenceFile): Promise<void> {
  const path = `evidence/${stage.vendor.current.artifact.sha256}.json`;
  await stage.vendor.write(path, formatEvidence(change(parseEvidence(await file(stage, path)))));
}

const flipped = (bytes: Uint8Array): Uint8Array =>
  bytes.with(bytes.length >> 1, (bytes[bytes.length >> 1] ?? 0) ^ 1);

const oneRebuild: WorldOptions = {
  policy: (document) => ({ ...document, rebuilds: { threshold: 1, blind: false } }),
};

/** A listed rebuilder got other bytes from the order of the staged release. */
async function logDifference({ vendor }: Stage): Promise<number> {
  const { world, current } = vendor;
  const other = toHex(sha256(formatOutputs([{ path: 'agent.mjs', sha256: 'f'.repeat(64), size: 1 }])));
  return world.log.append(
    await signStatement(
      rebuild,
      [{ name: 'outputs', digest: { sha256: other } }],
      {
        order: current.orderId,
        result: 'differs',
        isolation: 'bubblewrap',
        finishedOn: '2026-11-24T09:00:00Z',
      },
      world.signer('rebuilder', 'supervisor-b'),
    ),
  );
}

const attacks: readonly Attack[] = [
  {
    name: 'a byte of the artifact flipped',
    answer: 'endpoint.artifact at download, exit 3',
    attack: onWire(/^targets\/agent/, async (stage, path) => flipped(await file(stage, path))),
    passes: true,
  },
  {
    name: 'an artifact that is cut short',
    answer: 'endpoint.length at download, exit 3',
    attack: onWire(/^targets\/agent/, async (stage, path) => (await file(stage, path)).slice(0, -1)),
    passes: true,
  },
  {
    name: 'an artifact that never ends',
    answer: 'endpoint.length at download, exit 3',
    attack: async (stage) => {
      await publish(stage.vendor);
      stage.server.wire = (path, _request, response) => {
        if (!path.startsWith('targets/agent')) return undefined;
        const more = (): void => {
          while (!response.destroyed && response.write('x'.repeat(65_536)));
        };
        response.writeHead(200);
        response.on('drain', more);
        more();
        return 'answered';
      };
    },
    passes: true,
  },
  {
    name: 'an artifact that never comes',
    answer: 'endpoint.slow at download, exit 5',
    attack: async (stage) => {
      await publish(stage.vendor);
      Object.assign(stage.agent, { limits: { ...stage.agent.limits, stallMs: 100 } });
      stage.server.wire = (path, _request, response) => {
        if (!path.startsWith('targets/agent')) return undefined;
        response.writeHead(200, { 'content-length': stage.vendor.current.artifact.size });
        response.flushHeaders();
        return 'answered';
      };
    },
    passes: true,
  },
  {
    name: 'an artifact that drips',
    answer: 'endpoint.slow at download, exit 5',
    attack: async (stage) => {
      await publish(stage.vendor);
      Object.assign(stage.agent, { limits: { ...stage.agent.limits, leastBytesPerSecond: 1e9, graceMs: 0 } });
      stage.server.wire = (path, _request, response) => {
        if (!path.startsWith('targets/agent')) return undefined;
        response.writeHead(200, { 'content-length': stage.vendor.current.artifact.size });
        response.write('/');
        return 'answered';
      };
    },
  },
  {
    name: 'a statement that is not in the log',
    answer: 'merkle.inclusion at verdict, exit 3',
    attack: async (stage) => {
      const { world, current } = stage.vendor;
      const { plan, artifact, orderId } = current;
      const forged = await signStatement(
        release,
        [{ name: 'artifact', digest: { sha256: artifact.sha256 } }],
        { ...plan, purl: 'pkg:generic/agent@0.2.0', order: orderId, sequence: 3 },
        world.signer('releaser'),
      );
      await evidenceWith(stage, (found) => ({
        ...found,
        statements: found.statements.map((one, i) =>
          i === found.statements.length - 1 ? { ...one, envelope: forged } : one,
        ),
      }));
      await publish(stage.vendor);
    },
  },
  {
    name: 'no publication',
    answer: 'verdict.no-publication at publication, exit 5',
    attack: ({ vendor }) => publish(vendor, { withoutProof: true }),
  },
  {
    name: 'the publication of the snapshot before',
    answer: 'verdict.snapshot at publication, exit 3',
    attack: async (stage) => {
      const [before] = await readdir(join(stage.vendor.folder, 'publication'));
      await onWire(/^publication\//, () => file(stage, `publication/${String(before)}`))(stage);
    },
    passes: true,
  },
  {
    name: 'an older publication of the same snapshot',
    answer: 'verdict.rollback at publication, exit 3',
    attack: async (stage) => {
      await publish(stage.vendor);
      const path = /publication\/\w+\.json$/.exec(await newestProof(stage))?.[0] ?? '';
      const older = await file(stage, path);
      await stage.vendor.heartbeat({ time: worldTime + 30 });
      done(await update(stage.agent, { check: true }));
      stage.server.wire = (asked) => (asked === path ? older : undefined);
    },
    passes: true,
  },
  {
    name: 'a hold that active leaves out, while evidence shows the difference',
    answer: 'verdict.differs at verdict, exit 3',
    attack: async (stage) => {
      const index = await logDifference(stage);
      const { vendor } = stage;
      const of = { ...vendor.current, indices: [...vendor.current.indices, index] };
      await vendor.writeEvidence(of);
      await publish(vendor, { active: [] });
    },
  },
  {
    name: 'a hold that active lists, while evidence leaves the difference out',
    answer: 'verdict.held at verdict, exit 3',
    attack: async (stage) => {
      await logDifference(stage);
      await publish(stage.vendor);
    },
    options: oneRebuild,
  },
  {
    name: 'a release that only one rebuilder got',
    answer: 'verdict.rebuilds at verdict, exit 3',
    attack: async ({ vendor }) => {
      await vendor.stage({
        bytes: product('0.2.1'),
        version: '0.2.1',
        sequence: 3,
        rebuilders: ['supervisor-a'],
      });
      await publish(vendor);
    },
  },
  {
    name: 'a log that was forked, seen before an install',
    answer: 'verdict.fork at verdict, exit 3',
    attack: async (stage) => {
      fork(stage);
      await stage.vendor.writeEvidence();
      await publish(stage.vendor);
    },
  },
  {
    name: 'a log that was forked, seen by the daily comparison',
    answer: 'verdict.fork at publication, exit 3',
    attack: async (stage) => {
      fork(stage);
      await publish(stage.vendor, { time: worldTime + day + 60 });
      stage.clock.advance((day + 60) * 1000);
    },
  },
  {
    name: 'tiles that are not of the tree that was witnessed',
    answer: 'reader.tile at verdict, exit 3',
    attack: onWire(/^log\/tile/, async (stage, path) => flipped(await file(stage, path))),
    passes: true,
  },
  {
    name: 'a log that cannot be reached',
    answer: 'fetch.status at verdict, exit 5',
    attack: onWire(/^log\/tile/, () => 503),
    passes: true,
  },
  {
    name: 'too few witnesses',
    answer: 'verdict.quorum at publication, exit 3',
    attack: ({ vendor }) => publish(vendor, { witnesses: ['supervisor-a'] }),
  },
  {
    name: 'metadata that was rolled back',
    answer: 'tuf.rollback at metadata, exit 3',
    attack: async (stage) => {
      const before = await file(stage, 'metadata/timestamp.json');
      await publish(stage.vendor);
      done(await update(stage.agent, { check: true }));
      stage.server.wire = (path) => (path === 'metadata/timestamp.json' ? before : undefined);
    },
    passes: true,
  },
  {
    name: 'metadata that is frozen for longer than maxAge',
    answer: 'verdict.stale at publication, exit 5',
    attack: async (stage) => {
      await publish(stage.vendor);
      stage.clock.advance(2 * day * 1000);
    },
  },
  {
    name: 'a clock that is set back',
    answer: 'verdict.clock at publication, exit 5',
    attack: async (stage) => {
      await publish(stage.vendor);
      stage.clock.advance(-2 * day * 1000);
    },
  },
  {
    name: 'two keys of the vendor instead of vendor and supervisor',
    answer: 'tuf.operators at target, exit 3',
    attack: ({ vendor }) => publish(vendor, { signers: ['vendor', 'vendor second'] }),
  },
  {
    name: 'two supervisors without the vendor',
    answer: 'tuf.operators at target, exit 3',
    attack: ({ vendor }) => publish(vendor, { signers: ['supervisor-a', 'supervisor-b'] }),
  },
  ...(['product', 'channel', 'platform'] as const).map((what): Attack => ({
    name: `a release of another ${what}`,
    answer: 'verdict.expected at verdict, exit 3',
    attack: async ({ vendor }) => {
      await vendor.stage({
        [what]: what === 'platform' ? 'linux-x64' : 'other',
        sequence: 3,
        version: '0.3.0',
      });
      await publish(vendor, { listedAs: { product: 'agent', channel: 'stable', platform: 'any' } });
    },
  })),
  {
    name: 'a listing that says another version than the log',
    answer: 'endpoint.target at verdict, exit 3',
    attack: ({ vendor }) => publish(vendor, { listedAs: { version: '9.9.9' } }),
  },
  {
    name: 'evidence of another artifact',
    answer: 'verdict.artifact at verdict, exit 3',
    attack: async (stage) => {
      const { versions } = await status(stage.agent);
      const other = versions[0]?.sha256 ?? '';
      await onWire(/^evidence\//, () => file(stage, `evidence/${other}.json`))(stage);
    },
    passes: true,
  },
  {
    name: 'no evidence',
    answer: 'verdict.no-evidence at verdict, exit 5',
    attack: onWire(/^evidence\//, () => 404),
    passes: true,
  },
  {
    name: 'a release that was withdrawn',
    answer: 'verdict.withdrawn at verdict, exit 3',
    attack: async ({ vendor }) => {
      await vendor.withdraw(vendor.current);
      await publish(vendor);
    },
  },
  {
    name: 'an older release than was accepted, signed and logged again',
    answer: 'verdict.sequence at verdict, exit 3',
    attack: async (stage) => {
      await publish(stage.vendor);
      done(await stage.update());
      await stage.vendor.stage({ bytes: product('0.1.5'), version: '0.1.5', sequence: 1 });
      await publish(stage.vendor, { time: worldTime + 20 });
    },
  },
  {
    name: 'a server that forbids the next root, and so does not say that there is none',
    answer: 'fetch.status at metadata, exit 5',
    attack: onWire(/^metadata\/2\.root/, () => 403),
    passes: true,
  },
  {
    name: 'a server that forbids the publication',
    answer: 'fetch.status at publication, exit 5',
    attack: onWire(/^publication\//, () => 403),
    passes: true,
  },
  {
    name: 'a timestamp that is not there',
    answer: 'tuf.missing at metadata, exit 5',
    attack: onWire(/^metadata\/timestamp/, () => 404),
    passes: true,
  },
  {
    name: 'a server that redirects',
    answer: 'fetch.redirect at metadata, exit 5',
    attack: async (stage) => {
      await publish(stage.vendor);
      stage.server.wire = (path, _request, response) => {
        if (!path.startsWith('metadata/timestamp')) return undefined;
        response.writeHead(302, { location: 'http://other.example/' }).end();
        return 'answered';
      };
    },
    passes: true,
  },
  {
    name: 'metadata larger than it may be',
    answer: 'fetch.too-large at metadata, exit 5',
    attack: onWire(/^metadata\/timestamp/, () => new Uint8Array(1 << 22)),
    passes: true,
  },
  {
    name: 'a root that is not in the log',
    answer: 'endpoint.root-unproven at root, exit 5',
    attack: async (stage) => {
      await writeRoot(stage);
      await publish(stage.vendor);
    },
  },
  {
    name: 'a root whose proof is of another root',
    answer: 'verdict.logged at root, exit 3',
    attack: async (stage) => {
      const digest = await writeRoot(stage);
      const { world } = stage.vendor;
      const statement = await signStatement(
        rootVersion,
        [{ name: 'root', digest: { sha256: 'f'.repeat(64) } }],
        { version: 2, previous: world.policy.root.sha256 },
        (world.rootKeys[0] as (typeof world.rootKeys)[0]).signer,
      );
      await stage.vendor.write(`root/${digest}.json`, await world.prove(statement));
      await publish(stage.vendor);
    },
  },
];

/** Rewrites what was logged long ago, as nobody can who cannot bribe a quorum of witnesses. */
function fork({ vendor }: Stage): void {
  const { entries } = vendor.world.log;
  entries[0] = entries[1] as Uint8Array;
}

async function newestProof({ vendor }: Stage): Promise<string> {
  const timestamp = JSON.parse(
    Buffer.from(await readFile(join(vendor.folder, 'metadata/timestamp.json'))).toString(),
  ) as {
    signed: { meta: { 'snapshot.json': { hashes: { sha256: string } } } };
  };
  return join(vendor.folder, 'publication', `${timestamp.signed.meta['snapshot.json'].hashes.sha256}.json`);
}

async function writeRoot({ vendor }: Stage): Promise<string> {
  const { rootKeys } = vendor.world;
  const bytes = await signRoot({
    version: 2,
    expires: '2036-01-01T00:00:00Z',
    threshold: 5,
    vendor: 'vendor',
    keys: rootKeys,
  });
  await writeFile(join(vendor.folder, 'metadata/2.root.json'), bytes);
  return toHex(sha256(bytes));
}

for (const { name, answer, attack, options, passes } of attacks) {
  test(`${name}: ${answer}`, async (t) => {
    const stage = await installed(t, options);
    const { vendor, agent, folder, server } = stage;
    await vendor.stage({ bytes: product('0.2.0'), version: '0.2.0', sequence: 2 });
    const { limits } = agent;
    await attack(stage);
    const before = await status(agent);

    assert.equal(refused(await update(agent)), answer);
    const after = await status(agent);
    assert.equal(after.running?.sha256, before.running?.sha256);
    assert.ok(after.running?.intact === true && after.running.inPlace);
    assert.equal(after.refusal?.code, answer.split(' ')[0]);
    assert.notEqual(after.refusal?.remedy, '');
    assert.doesNotMatch(await memoryFile(folder), /"activation"/);

    if (passes !== true) return;
    server.wire = undefined;
    Object.assign(agent, { limits });
    assert.equal(done(await update(agent)).version.version, '0.2.0');
    assert.equal((await status(agent)).refusal, undefined);
  });
}

test('the two heads of a fork are kept', async (t) => {
  const stage = await installed(t);
  await stage.vendor.stage({ bytes: product('0.2.0'), version: '0.2.0', sequence: 2 });
  fork(stage);
  await stage.vendor.writeEvidence();
  await publish(stage.vendor);
  assert.match(refused(await stage.update()), /^verdict\.fork/);
  const { refusal } = await status(stage.agent);
  assert.equal(refusal?.kept?.length, 3);
  const texts = await Promise.all(
    (refusal?.kept ?? []).map((one) => readFile(join(stage.folder, 'objects', one), 'utf8')),
  );
  const roots = texts.map((text) => (JSON.parse(text) as { checkpoint: string }).checkpoint.split('\n')[1]);
  assert.equal(new Set(roots).size, 3);
});

test('a root that is in the log is taken, and the update goes on', async (t) => {
  const stage = await installed(t);
  const digest = await writeRoot(stage);
  const { world } = stage.vendor;
  const statement = await signStatement(
    rootVersion,
    [{ name: 'root', digest: { sha256: digest } }],
    { version: 2, previous: world.policy.root.sha256 },
    (world.rootKeys[0] as (typeof world.rootKeys)[0]).signer,
  );
  await stage.vendor.write(`root/${digest}.json`, await world.prove(statement));
  await stage.vendor.stage({ bytes: product('0.2.0'), version: '0.2.0', sequence: 2 });
  await publish(stage.vendor);
  assert.equal(done(await stage.update()).result, 'installed');
  const memory = JSON.parse(await memoryFile(stage.folder)) as { memory: { metadata: { root: Json } } };
  assert.equal(memory.memory.metadata.root, digest);
});

test('a first update, too, refuses what is wrong', async (t) => {
  const stage = await stageOf(t);
  await stage.vendor.stage({ bytes: product('0.1.0'), version: '0.1.0', sequence: 1 });
  await stage.vendor.publish({ signers: ['vendor', 'vendor second'] });
  assert.equal(refused(await stage.update()), 'tuf.operators at target, exit 3');
  assert.equal((await status(stage.agent)).running, undefined);
});
