// What the log and its publisher must not do, done: each is a finding with its own code, and nothing else is.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import {
  concat,
  formatCheckpoint,
  formatNote,
  formatTime,
  noteSigner,
  noteTypes,
  parseSignedCheckpoint,
  signCheckpoint,
  type Checkpoint,
} from '@vitrine/evidence';
import { fetchBytes, sha256Hex } from '@vitrine/host';
import { findingCodes, openFindings, type Trust } from '@vitrine/supervisor';
import { eventually, testSigner } from '@vitrine/testkit';
import type { FileMeta } from '@vitrine/tuf';
import { draftSnapshot } from '@vitrine/tuf/repository';
import {
  announce,
  build,
  commit,
  held,
  makeWorld,
  operators,
  origin,
  publish,
  roleDraft,
  sign,
  vendorRole,
  withdraw,
  type Running,
  type World,
} from './world.ts';

const patience = 30_000;
const now = (): number => Date.now() / 1000;

interface Misdeed {
  readonly what: string;
  readonly code: string | undefined;
  readonly act: (world: World, running: Running) => Promise<void>;
}

const artifact = 'a'.repeat(64);
/** Whose signature the vendor got: not ours. */
const b = ['supervisor-b'] as const;

const misdeeds: readonly Misdeed[] = [
  {
    what: 'publications that follow each other, and a heartbeat',
    code: undefined,
    async act(world) {
      const first = await publish(world, roleDraft(1, {}), b, 1, null);
      const second = await publish(world, roleDraft(2, {}), b, 2, first);
      await announce(world, { seq: 3, previous: second, snapshot: 2, ...(await rolesOf(world)) });
    },
  },
  {
    what: 'a withdrawal that the next publication leaves out',
    code: 'publication-active',
    async act(world) {
      await withdraw(world, artifact, 1);
      await publish(world, roleDraft(1, {}), b, 1, null, { active: [] });
    },
  },
  {
    what: 'a hold that is in no log',
    code: 'publication-active',
    async act(world) {
      const active = [{ kind: 'hold', index: 0, about: artifact }] as const;
      await publish(world, roleDraft(1, {}), b, 1, null, { active });
    },
  },
  {
    what: 'two publications of one seq',
    code: 'publication-order',
    async act(world) {
      const first = await publish(world, roleDraft(1, {}), b, 1, null);
      const same = await rolesOf(world);
      await announce(world, { seq: 2, previous: first, snapshot: 1, ...same });
      await announce(world, {
        seq: 2,
        previous: first,
        snapshot: 1,
        ...same,
        issuedAt: formatTime(now() - 1),
      });
    },
  },
  {
    what: 'a publication that names another predecessor',
    code: 'publication-order',
    async act(world) {
      const first = await publish(world, roleDraft(1, {}), b, 1, null);
      await withdraw(world, artifact, 1);
      await announce(world, { seq: 2, previous: first + 1, snapshot: 1, ...(await rolesOf(world)) });
    },
  },
  {
    what: 'a snapshot that goes back',
    code: 'snapshot-back',
    async act(world) {
      const first = await publish(world, roleDraft(1, {}), b, 1, null);
      const older = await rolesOf(world);
      const second = await publish(world, roleDraft(2, {}), b, 2, first);
      await announce(world, { seq: 3, previous: second, snapshot: 1, ...older });
    },
  },
  {
    what: 'two snapshots of one version',
    code: 'snapshot-back',
    async act(world) {
      const first = await publish(world, roleDraft(1, {}), b, 1, null);
      await announce(world, { seq: 2, previous: first, snapshot: 1, digest: artifact });
    },
  },
  {
    what: 'a publication as of entries that come after it',
    code: 'publication-cover',
    act: async (world) => void (await publish(world, roleDraft(1, {}), b, 1, null, { asOf: 7 })),
  },
  {
    what: 'a publication that does not cover the one before it',
    code: 'publication-cover',
    async act(world) {
      const first = await publish(world, roleDraft(1, {}), b, 1, null);
      await announce(world, { seq: 2, previous: first, snapshot: 1, asOf: first, ...(await rolesOf(world)) });
    },
  },
  {
    what: 'a publication from the future',
    code: 'publication-time',
    act: async (world) =>
      void (await publish(world, roleDraft(1, {}), b, 1, null, { issuedAt: formatTime(now() + 3_600) })),
  },
  {
    what: 'a publication that was issued long before it was logged',
    code: 'publication-time',
    async act(world, running) {
      await withdraw(world, artifact, 1);
      await read(world, running);
      const active = [{ kind: 'withdrawal', index: 0, about: artifact }] as const;
      const issuedAt = formatTime(now() - 7_200);
      await publish(world, roleDraft(1, {}), b, 1, null, { issuedAt, active });
    },
  },
  {
    what: 'a publication of other roles than its snapshot has',
    code: 'publication-roles',
    act: async (world) =>
      void (await publish(world, roleDraft(1, {}), b, 1, null, { roles: { 'tiny-stable': artifact } })),
  },
  {
    what: 'a role of a version far ahead, which the vendor alone has signed',
    code: 'publication-roles',
    act: (world) => announceFarAhead(world, held('vendor', 'snapshot')),
  },
  {
    what: 'a snapshot that the publisher signed, and nobody whom the root names',
    code: 'publication-roles',
    act: (world) => announceFarAhead(world, held('thief', 'snapshot')),
  },
  {
    what: 'a snapshot that is not served for ten minutes',
    code: 'blob-not-served',
    async act(world, running) {
      world.withheld.add('/metadata/1.snapshot.json');
      await publish(world, roleDraft(1, {}), b, 1, null);
      await read(world, running);
      await eventually(() => running.supervisor.status().publications.trouble !== null, patience);
      running.clock.advance(600_000);
    },
  },
];

/** No supervisor ever signed this version: whoever believes it signs nothing below it any more. */
const farAhead = 1_000_000;

async function announceFarAhead(world: World, snapshotKey: ReturnType<typeof held>): Promise<void> {
  const top = await world.repository.newest('targets');
  assert.ok(top !== undefined);
  const metaOf = (version: number, bytes: Uint8Array): FileMeta => ({
    version,
    length: bytes.length,
    sha256: sha256Hex(bytes),
  });
  const role = await sign(roleDraft(farAhead, {}), [vendorRole]);
  const roles = { targets: metaOf(top.signed.version, top.bytes), 'tiny-stable': metaOf(farAhead, role) };
  const expires = Math.floor(now()) + 7 * 86_400;
  const snapshot = await sign(draftSnapshot({ version: 1, expires, roles }), [snapshotKey]);
  // Not through our writer, which refuses them.
  const metadata = join(world.folder, 'vendor/public/metadata');
  writeFileSync(join(metadata, `${farAhead}.tiny-stable.json`), role);
  writeFileSync(join(metadata, '1.snapshot.json'), snapshot);
  const digests = { targets: roles.targets.sha256, 'tiny-stable': roles['tiny-stable'].sha256 };
  await announce(world, { seq: 1, previous: null, snapshot: 1, digest: sha256Hex(snapshot), roles: digests });
}

/** The digests that the current snapshot has: what a heartbeat repeats. */
async function rolesOf(world: World): Promise<{ digest: string; roles: Record<string, string> }> {
  const meta = (await world.repository.timestamp())?.signed.snapshot;
  const snapshot = (await world.repository.snapshot())?.signed.roles ?? new Map();
  const roles: Record<string, string> = {};
  for (const [name, { sha256 }] of snapshot as ReadonlyMap<string, { sha256: string }>) roles[name] = sha256;
  return { digest: meta?.sha256 ?? '', roles };
}

async function read(world: World, { supervisor }: Running): Promise<void> {
  await eventually(() => supervisor.status().log.read === world.log.size(), patience);
}

const codesOf = ({ folder }: Running): readonly string[] => openFindings(folder).map(({ code }) => code);

describe('a publication', () => {
  for (const { what, code, act } of misdeeds) {
    test(`${what}: ${code ?? 'nothing to say'}`, async (t) => {
      const world = await makeWorld(t);
      const a = await world.open(t, 'supervisor-a');
      await act(world, a);
      await read(world, a);
      await (code === undefined
        ? eventually(() => a.supervisor.status().publications.unread === 0, patience)
        : eventually(() => codesOf(a).length > 0, patience));
      await a.stop();
      assert.deepEqual(codesOf(a), code === undefined ? [] : [code]);
    });
  }
});

/** The checkpoint of another tree, signed by everybody: their keys were stolen. */
async function forge(
  change: (checkpoint: Checkpoint) => Checkpoint,
  honest: Uint8Array,
): Promise<Uint8Array> {
  const { checkpoint } = parseSignedCheckpoint(honest);
  const text = formatCheckpoint(change(checkpoint));
  const signers = [
    noteSigner(origin, noteTypes.log, testSigner('log')),
    ...operators.map((name) =>
      noteSigner(`${name}.example/witness`, noteTypes.cosignature, testSigner(`${name} witness`)),
    ),
  ];
  const time = Math.floor(now());
  return formatNote({
    text,
    signatures: await Promise.all(signers.map((signer) => signCheckpoint(text, signer, time))),
  });
}

const otherRoot = (checkpoint: Checkpoint): Checkpoint => ({
  ...checkpoint,
  root: concat(checkpoint.root.subarray(1), checkpoint.root.subarray(0, 1)),
});

/** The log as its server shows it, until it shows something else. */
async function startProxy(
  t: TestContext,
  world: World,
): Promise<{ readonly url: string; readonly shown: Map<string, Uint8Array> }> {
  const shown = new Map<string, Uint8Array>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const instead = shown.get(path);
    if (instead !== undefined) return void response.end(instead);
    fetchBytes(world.logUrl + path, { maxBytes: 1 << 20, timeoutMs: 5_000, expectStatus: [200, 404] }).then(
      ({ status, bytes }) => response.writeHead(status).end(bytes),
      () => response.destroy(),
    );
  });
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening);
  });
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, shown };
}

test('a publication is not forgotten when another policy comes while it waits', async (t) => {
  const world = await makeWorld(t);
  const proxy = await startProxy(t, world);
  const next = await world.policyWith((document) => ({ ...document, version: 2 }));
  let accepted: Trust = world;
  const a = await world.open(t, 'supervisor-a', {
    log: proxy.url,
    accepted: () => Promise.resolve(accepted),
  });
  world.withheld.add('/metadata/1.snapshot.json');
  await publish(world, roleDraft(1, {}), b, 1, null);
  await eventually(() => a.supervisor.status().publications.trouble !== null, patience);
  // The log is away, so that for a while nothing is known by the policy that is taken up.
  proxy.shown.set('/checkpoint', new Uint8Array(1));
  accepted = next;
  await eventually(() => a.supervisor.status().policy.version === 2, patience);
  a.clock.advance(600_000);
  for (let i = 0; i < 5; i++) await fetch(`${a.url}/status`);
  proxy.shown.clear();
  await eventually(() => codesOf(a).length > 0, patience);
  assert.deepEqual(codesOf(a), ['blob-not-served']);
});

describe('a log', () => {
  test('that shows a second tree is a fork, and both heads are kept, also over a restart', async (t) => {
    const world = await makeWorld(t);
    const proxy = await startProxy(t, world);
    const a = await world.open(t, 'supervisor-a', { log: proxy.url });
    await withdraw(world, artifact, 1);
    await read(world, a);
    const honest = await fetchBytes(`${world.logUrl}/checkpoint`, { maxBytes: 1 << 16, timeoutMs: 5_000 });
    await a.stop();
    proxy.shown.set('/checkpoint', await forge(otherRoot, honest.bytes));
    const again = await world.open(t, 'supervisor-a', { log: proxy.url });
    await eventually(() => codesOf(again).length > 0, patience);
    assert.deepEqual(codesOf(again), ['log-fork']);
    assert.match(String(again.supervisor.status().log.trouble), /^reader\.fork/);
  });

  test('that goes back for ten minutes is a finding, and for a moment none', async (t) => {
    const world = await makeWorld(t);
    const proxy = await startProxy(t, world);
    await withdraw(world, artifact, 1);
    const older = await fetchBytes(`${world.logUrl}/checkpoint`, { maxBytes: 1 << 16, timeoutMs: 5_000 });
    const a = await world.open(t, 'supervisor-a', { log: proxy.url });
    await withdraw(world, artifact, 2);
    await read(world, a);
    proxy.shown.set('/checkpoint', older.bytes);
    await eventually(() => a.supervisor.status().log.trouble !== null, patience);
    assert.deepEqual(codesOf(a), []);
    a.clock.advance(600_000);
    await eventually(() => codesOf(a).length > 0, patience);
    assert.deepEqual(codesOf(a), ['log-rollback']);
    proxy.shown.clear();
    await eventually(() => a.supervisor.status().log.trouble === null, patience);
  });

  test('that shows another supervisor another tree is a fork', async (t) => {
    const world = await makeWorld(t);
    await withdraw(world, artifact, 1);
    const honest = await fetchBytes(`${world.logUrl}/checkpoint`, { maxBytes: 1 << 16, timeoutMs: 5_000 });
    const peer = await startProxy(t, world);
    peer.shown.set('/statements?from=1', Buffer.from('{"statements":[]}'));
    peer.shown.set('/checkpoint', await forge(otherRoot, honest.bytes));
    const a = await world.open(t, 'supervisor-a', { peers: [{ operator: 'supervisor-b', url: peer.url }] });
    await eventually(() => codesOf(a).length > 0, patience);
    assert.deepEqual(codesOf(a), ['log-fork']);
  });

  test('that holds an entry which its key did not sign is a finding; what strangers wrote there is none', async (t) => {
    const world = await makeWorld(t, { raw: true });
    const a = await world.open(t, 'supervisor-a');
    commit(world, 'cat in.txt > $OUT/tiny.txt');
    const { statements } = await build(world);
    const keyid = statements.source.envelope.signatures[0]?.keyid ?? '';
    const sig = statements.order.envelope.signatures[0]?.sig ?? '';
    await world.log.append(Buffer.from('anything'));
    await world.append({ ...statements.source.envelope, signatures: [{ keyid, sig }] });
    await eventually(() => codesOf(a).length > 0, patience);
    assert.deepEqual(codesOf(a), ['log-forged']);
    await eventually(() => a.supervisor.status().rebuilds[0]?.result === 'reproduced', patience);
  });
});

test('the page of finding codes lists each of them, with its severity and meaning', async () => {
  const { readFile } = await import('node:fs/promises');
  const page = await readFile(new URL('../../../docs/spec/finding-codes.md', import.meta.url), 'utf8');
  for (const [code, { severity, meaning }] of Object.entries(findingCodes))
    assert.ok(page.includes(`| \`${code}\` | ${severity} | ${meaning} |`), code);
});
