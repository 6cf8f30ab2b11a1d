// The writer: what it refuses to write, and that a publication may break off anywhere and be done again.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { isVitrineError, type RootSigner } from '@vitrine/evidence';
import { sha256Hex } from '@vitrine/host';
import {
  makeUpdates,
  publicOf,
  publishUpdate,
  signedBy,
  temporaryDirectory,
  testSigner,
  updateArtifact,
  UpdateClient,
  updateHolders,
  updateRootFile,
  updateTargetsPlan,
  worldTime,
  type Ending,
} from '@vitrine/testkit';
import { findTarget, refresh, targetPath, type FileMeta } from '@vitrine/tuf';
import {
  disassemble,
  draftRole,
  draftSnapshot,
  draftTargets,
  draftTimestamp,
  openRepository,
  type PlannedTarget,
  type Repository,
} from '@vitrine/tuf/repository';

const { root, snapshot, timestamp, vendorRole, vendorSecond, cosignerA, cosignerB } = updateHolders;
const expires = worldTime + 86_400;
const { path, bytes } = updateArtifact;
const agent: PlannedTarget = { length: bytes.length, sha256: sha256Hex(bytes) };

function roleFile(
  version: number,
  signers: readonly RootSigner[] = [vendorRole, cosignerA],
  targets: Readonly<Record<string, PlannedTarget>> = { [path]: agent },
): Promise<Uint8Array> {
  return signedBy(draftRole({ version, expires, targets }), signers);
}

function refuses(code: string, work: Promise<unknown>, what?: string): Promise<void> {
  return assert.rejects(
    work,
    (error: unknown) => {
      assert.ok(isVitrineError(error), String(error));
      assert.equal(error.code, code, error.message);
      return true;
    },
    what,
  );
}

test('what clients would refuse, or what names something that is not there, is not written', async (t) => {
  const folder = temporaryDirectory(t);
  const { repository } = await makeUpdates(folder);
  const before = filesOf(folder);
  const stranger: RootSigner = { operator: 'vendor', signer: testSigner('stranger') };
  const unstaged = { [path]: { ...agent, sha256: '0'.repeat(64) } };
  const elsewhere = { 'agent/beta/any/agent.mjs': agent };
  const last = await currentRoles(repository);
  const snapshotOf = (
    version: number,
    change: Record<string, Partial<FileMeta>> = {},
  ): Promise<Uint8Array> => {
    const roles = { ...last };
    for (const [name, meta] of Object.entries(change))
      roles[name] = { ...(roles[name] as FileMeta), ...meta };
    return signedBy(draftSnapshot({ version, expires, roles }), [snapshot]);
  };
  const timestampOf = async (
    version: number,
    meta: Partial<FileMeta>,
    signer = timestamp,
  ): Promise<Uint8Array> => {
    const current = (await repository.timestamp())?.signed.snapshot as FileMeta;
    return signedBy(draftTimestamp({ version, expires: expires + 1, snapshot: { ...current, ...meta } }), [
      signer,
    ]);
  };
  const topLevel = (change: Partial<ReturnType<typeof updateTargetsPlan>>): Promise<Uint8Array> =>
    signedBy(draftTargets({ ...updateTargetsPlan(2), ...change }), root);

  const cases: readonly (readonly [code: string, work: () => Promise<unknown>])[] = [
    ['tuf.version', async () => repository.writeRoot(await updateRootFile(3))],
    ['root.threshold', async () => repository.writeRoot(await updateRootFile(2, {}, root.slice(2)))],
    [
      'root.threshold',
      async () =>
        repository.writeRoot(
          await updateRootFile(2, { keys: root.slice(1).map(publicOf), threshold: 4 }, root.slice(2)),
        ),
    ],
    ['root.balance', async () => repository.writeRoot(await updateRootFile(2, { threshold: 3 }))],
    [
      'tuf.published',
      async () => repository.writeRoot(await updateRootFile(1, { expires: '2035-01-01T00:00:00Z' })),
    ],
    ['tuf.name', async () => repository.stageTarget('../agent.mjs', bytes)],
    ['tuf.name', async () => repository.stageTarget('agent/.hidden/x', bytes)],
    ['tuf.name', async () => repository.writeRole('snapshot', await roleFile(2))],
    ['tuf.unlisted', async () => repository.writeRole('agent-beta', await roleFile(2))],
    ['tuf.threshold', async () => repository.writeRole('agent-stable', await roleFile(2, [vendorRole]))],
    [
      'tuf.threshold',
      async () => repository.writeRole('agent-stable', await roleFile(2, [vendorRole, stranger])),
    ],
    [
      'tuf.operators',
      async () => repository.writeRole('agent-stable', await roleFile(2, [vendorRole, vendorSecond])),
    ],
    [
      'tuf.operators',
      async () => repository.writeRole('agent-stable', await roleFile(2, [cosignerA, cosignerB])),
    ],
    [
      'tuf.unstaged',
      async () => repository.writeRole('agent-stable', await roleFile(2, undefined, unstaged)),
    ],
    ['tuf.path', async () => repository.writeRole('agent-stable', await roleFile(2, undefined, elsewhere))],
    ['tuf.published', async () => repository.writeRole('agent-stable', await roleFile(1, undefined, {}))],
    ['tuf.threshold', async () => repository.writeRole('targets', await roleFile(2))],
    ['tuf.path', async () => repository.writeRole('targets', await topLevel({ targets: { [path]: agent } }))],
    [
      'tuf.key-twice',
      async () =>
        repository.writeRole(
          'targets',
          await topLevel({
            delegations: updateTargetsPlan().delegations.map((one) => ({
              ...one,
              holders: [publicOf(root[3] as RootSigner)],
            })),
          }),
        ),
    ],
    [
      'tuf.unstaged',
      async () => repository.writeSnapshot(await snapshotOf(2, { 'agent-stable': { version: 2 } })),
    ],
    [
      'tuf.equivocation',
      async () =>
        repository.writeSnapshot(await snapshotOf(2, { 'agent-stable': { sha256: '0'.repeat(64) } })),
    ],
    [
      'tuf.threshold',
      async () =>
        repository.writeSnapshot(
          await signedBy(draftSnapshot({ version: 2, expires, roles: last }), [timestamp]),
        ),
    ],
    ['tuf.published', async () => repository.writeSnapshot(await snapshotOf(1))],
    ['tuf.unstaged', async () => repository.commitTimestamp(await timestampOf(2, { version: 2 }))],
    ['tuf.threshold', async () => repository.commitTimestamp(await timestampOf(2, {}, snapshot))],
    ['tuf.published', async () => repository.commitTimestamp(await timestampOf(1, {}))],
  ];
  for (const [i, [code, work]] of cases.entries()) await refuses(code, work(), `case ${i}`);
  assert.deepEqual(filesOf(folder), before);
});

test('nothing goes back: neither a role, nor a snapshot, nor the timestamp', async (t) => {
  const folder = temporaryDirectory(t);
  const { repository } = await makeUpdates(folder);
  const first = await currentRoles(repository);
  const firstTimestamp = readFileSync(join(folder, 'metadata/timestamp.json'));
  await publishUpdate(repository, 2);
  const second = await currentRoles(repository);
  const signedSnapshot = (version: number, roles: Readonly<Record<string, FileMeta>>): Promise<Uint8Array> =>
    signedBy(draftSnapshot({ version, expires, roles }), [snapshot]);
  const oldRole = { ...second, 'agent-stable': first['agent-stable'] as FileMeta };
  const { 'agent-deltas': _, ...fewer } = second;
  await refuses('tuf.rollback', repository.writeSnapshot(await signedSnapshot(3, oldRole)));
  await refuses('tuf.rollback', repository.writeSnapshot(await signedSnapshot(3, fewer)));
  await refuses('tuf.rollback', repository.writeSnapshot(await signedSnapshot(1, second)));
  await refuses('tuf.rollback', repository.commitTimestamp(firstTimestamp));
});

test('an empty folder takes a root first', async (t) => {
  const repository = openRepository(temporaryDirectory(t));
  assert.equal(await repository.root(), undefined);
  assert.equal(await repository.timestamp(), undefined);
  assert.equal(await repository.snapshot(), undefined);
  assert.equal(await repository.current('targets'), undefined);
  assert.equal(await repository.newest('targets'), undefined);
  await refuses(
    'tuf.unstaged',
    repository.writeRole('targets', await signedBy(draftTargets(updateTargetsPlan()), root)),
  );
  await refuses('tuf.unlisted', repository.writeRole('agent-stable', await roleFile(1)));
});

test('a file that was altered on disk is not published again', async (t) => {
  const folder = temporaryDirectory(t);
  const { repository } = await makeUpdates(folder);
  const file = join(folder, 'metadata/1.agent-stable.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"sequence":1', '"sequence":9'));
  await refuses('tuf.unstaged', repository.current('agent-stable'));
  const roles = Object.fromEntries((await repository.snapshot())?.signed.roles ?? []);
  await refuses(
    'tuf.unstaged',
    repository.writeSnapshot(await signedBy(draftSnapshot({ version: 2, expires, roles }), [snapshot])),
  );
});

test('a publication that is signed anew after a crash ends in the files that were there', async (t) => {
  const folder = temporaryDirectory(t);
  const { repository } = await makeUpdates(folder);
  await publishUpdate(repository, 2);
  const before = filesOf(folder);
  // The vendor's P-256 signatures differ each time.
  await publishUpdate(openRepository(folder), 2);
  assert.deepEqual(filesOf(folder), before);
});

test('broken off before any step, a publication is invisible, and done again it is the same', async (t) => {
  const steps = await plannedSteps(t);
  const whole = temporaryDirectory(t);
  for (const step of steps) await step(openRepository(whole));
  const expected = filesOf(whole);
  for (let done = 0; done <= steps.length; done++) {
    const folder = temporaryDirectory(t);
    for (const step of steps.slice(0, done)) await step(openRepository(folder));
    if (done === steps.length) assert.deepEqual(filesOf(folder), expected);
    else assert.equal(await openRepository(folder).timestamp(), undefined);
    for (const step of steps) await step(openRepository(folder));
    assert.deepEqual(filesOf(folder), expected, `broken off after step ${done}`);
    const client = new UpdateClient(folder, readFileSync(join(folder, 'metadata/1.root.json')));
    assert.ok(await findTarget(await refresh(client.options()), path));
  }
});

test('while the next version is written, clients see the one before', async (t) => {
  const folder = temporaryDirectory(t);
  const { root: first } = await makeUpdates(folder);
  const steps = await plannedSteps(t, 2);
  for (const step of steps.slice(1, -1)) {
    await step(openRepository(folder));
    const client = new UpdateClient(folder, first);
    const target = await findTarget(await refresh(client.options()), path);
    assert.deepEqual(target?.custom, { vitrine: { sequence: 1, version: '0.1.1' } });
  }
  await steps.at(-1)?.(openRepository(folder));
  const target = await findTarget(await refresh(new UpdateClient(folder, first).options()), path);
  assert.equal(target?.custom, undefined);
});

test('a draft and its signatures are got back from a file, for the next holder to sign', async () => {
  const draft = draftRole({ version: 2, expires, targets: { [path]: agent } });
  const file = await signedBy(draft, [cosignerA]);
  const shown = disassemble(file);
  assert.deepEqual(shown.draft, draft);
  assert.equal(shown.signatures.length, 1);
});

test('equal plans give equal drafts, in whatever order their members come', () => {
  const other = { 'agent/stable/any/b.mjs': agent };
  const one = draftRole({ version: 2, expires, targets: { [path]: agent, ...other } });
  assert.deepEqual(one, draftRole({ targets: { ...other, [path]: agent }, expires, version: 2 }));
});

async function currentRoles(repository: Repository): Promise<Readonly<Record<string, FileMeta>>> {
  return Object.fromEntries((await repository.snapshot())?.signed.roles ?? []);
}

/** One publication as steps over files that are signed once. */
async function plannedSteps(
  t: Ending,
  version = 1,
): Promise<readonly ((repository: Repository) => Promise<unknown>)[]> {
  const first = await updateRootFile(1);
  const top = await signedBy(draftTargets(updateTargetsPlan(version)), root);
  const stable = await roleFile(version);
  const deltas = await roleFile(version, [vendorRole], {});
  const folder = temporaryDirectory(t);
  const scratch = openRepository(folder);
  await scratch.writeRoot(first);
  await scratch.stageTarget(path, bytes);
  const roles = {
    targets: await scratch.writeRole('targets', top),
    'agent-stable': await scratch.writeRole('agent-stable', stable),
    'agent-deltas': await scratch.writeRole('agent-deltas', deltas),
  };
  const list = await signedBy(draftSnapshot({ version, expires, roles }), [snapshot]);
  const meta = await scratch.writeSnapshot(list);
  const last = await signedBy(draftTimestamp({ version, expires, snapshot: meta }), [timestamp]);
  rmSync(folder, { recursive: true });
  return [
    (repository) => repository.writeRoot(first),
    (repository) => repository.stageTarget(path, bytes),
    (repository) => repository.writeRole('targets', top),
    (repository) => repository.writeRole('agent-stable', stable),
    (repository) => repository.writeRole('agent-deltas', deltas),
    (repository) => repository.writeSnapshot(list),
    (repository) => repository.commitTimestamp(last),
  ];
}

/** Path and digest of every file. */
function filesOf(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return Object.fromEntries(
    files
      .map((one) => join(one.parentPath, one.name))
      .map((file): [string, string] => [file.slice(folder.length), sha256Hex(readFileSync(file))])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

test('targets are staged where clients look for them', async (t) => {
  const folder = temporaryDirectory(t);
  const staged = await openRepository(folder).stageTarget(path, bytes);
  assert.deepEqual(new Uint8Array(readFileSync(join(folder, targetPath(staged)))), bytes);
});
