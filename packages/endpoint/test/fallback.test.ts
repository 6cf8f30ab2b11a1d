// Back: by withdrawal, by failure, by hand. Never to what the publication lists (D26).

import assert from 'node:assert/strict';
import { readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { rollback, status, type Runner } from '@vitrine/endpoint';
import {
  formatOutputs,
  isVitrineError,
  raiser,
  rebuild,
  sha256,
  signStatement,
  toHex,
} from '@vitrine/evidence';
import { worldTime, type Ending, type LoggedRelease } from '@vitrine/testkit';
import { done, installed, product, refused, stageOf, trustingRunner, type Stage } from './helpers.ts';

let minutes = 0;
const nextTime = (): number => worldTime + ++minutes;

async function release(stage: Stage, version: string, sequence: number): Promise<LoggedRelease> {
  const released = await stage.vendor.stage({ bytes: product(version), version, sequence });
  await stage.vendor.publish({ time: nextTime() });
  return released;
}

/** Three versions one after the other; 0.3.0 runs. */
async function threeVersions(t: Ending): Promise<Stage & { readonly releases: readonly LoggedRelease[] }> {
  const stage = await installed(t);
  const releases = [stage.vendor.current];
  for (const [i, version] of ['0.2.0', '0.3.0'].entries()) {
    releases.push(await release(stage, version, i + 2));
    assert.equal(done(await stage.update()).result, 'installed');
  }
  return { ...stage, releases };
}

async function runs(stage: Stage): Promise<string> {
  const { running } = await status(stage.agent);
  assert.equal(await readlink(join(stage.folder, 'current')), join('versions', running?.sha256 ?? ''));
  return running?.version ?? 'nothing';
}

test('a running version that is withdrawn gives way to the last good one', async (t) => {
  const stage = await threeVersions(t);
  await stage.vendor.withdraw(stage.vendor.current);
  await stage.vendor.heartbeat({ time: nextTime() });
  const { result, version } = done(await stage.update());
  assert.deepEqual([result, version.version], ['fell-back', '0.2.0']);
  assert.equal(await runs(stage), '0.2.0');
  const { sequences, changes } = await status(stage.agent);
  assert.equal(sequences['agent/stable'], 3, 'the sequence does not go back');
  assert.equal(changes.at(-1)?.what, 'fell-back');
  // What is offered is still the withdrawn one.
  assert.equal(refused(await stage.update()), 'verdict.withdrawn at verdict, exit 3');
  await release(stage, '0.4.0', 4);
  assert.equal(done(await stage.update()).version.version, '0.4.0');
});

test('it never goes back to a version that is withdrawn, too', async (t) => {
  const stage = await threeVersions(t);
  for (const one of stage.releases.slice(1)) await stage.vendor.withdraw(one);
  await stage.vendor.heartbeat({ time: nextTime() });
  assert.equal(done(await stage.update()).version.version, '0.1.0');
});

test('where nothing is good, what runs goes on and the endpoint says so loudly', async (t) => {
  const stage = await threeVersions(t);
  for (const one of stage.releases) await stage.vendor.withdraw(one);
  await stage.vendor.heartbeat({ time: nextTime() });
  assert.equal(refused(await stage.update()), 'endpoint.nothing-good at fall-back, exit 3');
  assert.equal(await runs(stage), '0.3.0');
  assert.equal((await status(stage.agent)).running?.listed, 'withdrawal');
});

test('a withdrawn version is replaced by the next release rather than by the one before', async (t) => {
  const stage = await threeVersions(t);
  await stage.vendor.withdraw(stage.vendor.current);
  await release(stage, '0.4.0', 4);
  const { result, version } = done(await stage.update());
  assert.deepEqual([result, version.version], ['installed', '0.4.0']);
});

test('a version whose bytes were altered on disk is no version to go back to', async (t) => {
  const stage = await threeVersions(t);
  const second = (stage.releases[1] as LoggedRelease).artifact.sha256;
  await writeFile(join(stage.folder, 'versions', second, 'agent.mjs'), 'altered');
  await stage.vendor.withdraw(stage.vendor.current);
  await stage.vendor.heartbeat({ time: nextTime() });
  assert.equal(done(await stage.update()).version.version, '0.1.0');
});

test('a hold on what runs forbids nothing but going back to it (D14)', async (t) => {
  const stage = await threeVersions(t);
  const { world, current } = stage.vendor;
  const other = toHex(sha256(formatOutputs([{ path: 'agent.mjs', sha256: 'f'.repeat(64), size: 1 }])));
  world.log.append(
    await signStatement(
      rebuild,
      [{ name: 'outputs', digest: { sha256: other } }],
      { order: current.orderId, result: 'differs', isolation: 'none', finishedOn: '2026-11-24T09:00:00Z' },
      world.signer('rebuilder', 'supervisor-b'),
    ),
  );
  await stage.vendor.heartbeat({ time: nextTime() });
  assert.equal(done(await stage.update()).result, 'current');
  assert.equal((await status(stage.agent)).running?.listed, 'hold');
  assert.equal(done(await rollback(stage.agent, { yes: true })).version.version, '0.2.0');
  const held = await rollback(stage.agent, { yes: true });
  assert.equal(done(held).version.version, '0.1.0', 'and not the one on hold');
});

test('an installed file that was altered is put in place again', async (t) => {
  const stage = await installed(t);
  await writeFile(join(stage.folder, 'current', 'agent.mjs'), 'altered');
  assert.equal((await status(stage.agent)).running?.intact, false);
  assert.equal(done(await stage.update()).result, 'installed');
  assert.equal((await status(stage.agent)).running?.intact, true);
});

const fail = raiser({
  'endpoint.load-test': { exit: 1, meaning: 'as in the child.', remedy: 'as in the child.' },
  'endpoint.health': { exit: 1, meaning: 'as in the child.', remedy: 'as in the child.' },
  'file.io': { exit: 1, meaning: 'as in the child.', remedy: 'as in the child.' },
});

/** Fails for this version: before the swap (no folder is given) or after it. */
function failing(version: string, code: 'endpoint.load-test' | 'endpoint.health' | 'file.io'): Runner {
  return {
    async selfTest(file, expected, folder) {
      const inPlace = folder !== undefined;
      if (expected.version === version && inPlace === (code !== 'endpoint.load-test'))
        throw fail(code, 'broken');
      await trustingRunner.selfTest(file, expected, folder);
    },
  };
}

test('a version that fails its load test is never put in place, and is tried again', async (t) => {
  const stage = await installed(t);
  await release(stage, '0.2.0', 2);
  Object.assign(stage.agent, { runner: failing('0.2.0', 'endpoint.load-test') });
  for (let i = 0; i < 2; i++) {
    stage.server.requests.length = 0;
    assert.equal(refused(await stage.update()), 'endpoint.load-test at load-test, exit 1');
    assert.equal(await runs(stage), '0.1.0');
  }
  assert.ok(!stage.server.requests.some(({ path }) => path.startsWith('targets/')), 'it was fetched once');
  Object.assign(stage.agent, { runner: trustingRunner });
  assert.equal(done(await stage.update()).version.version, '0.2.0');
});

test('a version that does not start where it was put is taken back and set aside', async (t) => {
  const stage = await installed(t);
  await release(stage, '0.2.0', 2);
  Object.assign(stage.agent, { runner: failing('0.2.0', 'endpoint.health') });
  assert.match(refused(await stage.update()), /^endpoint\.health at health/);
  assert.equal(await runs(stage), '0.1.0');
  assert.match(refused(await stage.update()), /^endpoint\.set-aside/);
  Object.assign(stage.agent, { runner: trustingRunner });
  assert.match(refused(await stage.update()), /^endpoint\.set-aside/);
  assert.equal(done(await stage.update({ again: true })).version.version, '0.2.0');
});

test('however many versions did not start here, the next good one is installed', async (t) => {
  const stage = await installed(t);
  for (let sequence = 2; sequence < 20; sequence++) {
    const version = `0.${sequence}.0`;
    await release(stage, version, sequence);
    Object.assign(stage.agent, { runner: failing(version, 'endpoint.health') });
    assert.match(refused(await stage.update()), /^endpoint\.health at health/, version);
    assert.equal(await runs(stage), '0.1.0');
  }
  await release(stage, '1.0.0', 20);
  Object.assign(stage.agent, { runner: trustingRunner });
  assert.equal(done(await stage.update()).version.version, '1.0.0');
});

test('a withdrawal that was seen counts although the files after it are withheld', async (t) => {
  for (const withheld of [/^metadata\/[0-9]+\.snapshot/, /^metadata\/[0-9]+\.agent-stable/]) {
    const stage = await threeVersions(t);
    await stage.vendor.withdraw(stage.vendor.current);
    await stage.vendor.publish({ time: nextTime() });
    stage.server.wire = (path) => (withheld.test(path) ? 404 : undefined);
    refused(await stage.update());
    assert.equal(await runs(stage), '0.2.0', String(withheld));
  }
});

test('a disk that fails during the health check says nothing about the version', async (t) => {
  const stage = await installed(t);
  await release(stage, '0.2.0', 2);
  Object.assign(stage.agent, { runner: failing('0.2.0', 'file.io') });
  assert.match(refused(await stage.update()), /^file\.io/);
  assert.equal(await runs(stage), '0.1.0');
  Object.assign(stage.agent, { runner: trustingRunner });
  assert.equal(done(await stage.update()).version.version, '0.2.0');
});

test('a first version that does not start leaves nothing in place', async (t) => {
  const fresh = await stageOf(t);
  await fresh.vendor.stage({ bytes: product('0.1.0'), version: '0.1.0', sequence: 1 });
  await fresh.vendor.publish();
  Object.assign(fresh.agent, { runner: failing('0.1.0', 'endpoint.health') });
  assert.match(refused(await fresh.update()), /^endpoint\.health/);
  assert.equal((await status(fresh.agent)).running, undefined);
  await assert.rejects(readlink(join(fresh.folder, 'current')), { code: 'ENOENT' });
});

test('a rollback needs --yes, is recorded, and is not undone by the next update', async (t) => {
  const stage = await threeVersions(t);
  assert.equal(refused(await rollback(stage.agent, { yes: false })), 'endpoint.confirm at fall-back, exit 2');
  assert.equal(await runs(stage), '0.3.0');
  assert.equal((await status(stage.agent)).refusal, undefined, 'a question is no refusal');
  assert.equal(done(await rollback(stage.agent, { yes: true })).version.version, '0.2.0');
  const { changes, sequences, versions } = await status(stage.agent);
  assert.equal(changes.at(-1)?.what, 'rolled-back');
  assert.equal(sequences['agent/stable'], 3);
  assert.equal(versions.find(({ version }) => version === '0.3.0')?.standing, 'rolled-back');
  assert.equal(refused(await stage.update()), 'endpoint.set-aside at verdict, exit 1');
  assert.equal(done(await stage.update({ again: true })).version.version, '0.3.0');
});

test('there is nothing to roll back to after the first install', async (t) => {
  const stage = await installed(t);
  const ran = await rollback(stage.agent, { yes: true });
  assert.equal(refused(ran), 'endpoint.no-version at fall-back, exit 1');
  assert.ok('error' in ran && isVitrineError(ran.error));
});

test('two good versions are kept beside the running one, and no more', async (t) => {
  const stage = await threeVersions(t);
  for (const [version, sequence] of [
    ['0.4.0', 4],
    ['0.5.0', 5],
  ] as const) {
    await release(stage, version, sequence);
    assert.equal(done(await stage.update()).result, 'installed');
  }
  const { versions } = await status(stage.agent);
  assert.deepEqual(
    versions.map(({ version }) => version),
    ['0.3.0', '0.4.0', '0.5.0'],
  );
});
