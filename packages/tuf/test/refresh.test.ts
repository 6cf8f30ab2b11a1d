import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { sha256Hex } from '@vitrine/host';
import {
  makeUpdates,
  publishUpdate,
  temporaryDirectory,
  updateArtifact,
  UpdateClient,
  updateRootFile,
} from '@vitrine/testkit';
import { findTarget, refresh, targetPath } from '@vitrine/tuf';

test('a client that has only the root finds what the vendor published', async (t) => {
  const folder = temporaryDirectory(t);
  const { root } = await makeUpdates(folder);
  const client = new UpdateClient(folder, root);
  const refreshed = await refresh(client.options());
  const target = await findTarget(refreshed, updateArtifact.path);
  assert.deepEqual(target, {
    path: updateArtifact.path,
    length: updateArtifact.bytes.length,
    sha256: sha256Hex(updateArtifact.bytes),
    custom: { vitrine: { sequence: 1, version: '0.1.1' } },
    role: 'agent-stable',
  });
  assert.deepEqual(new Uint8Array(await readFile(join(folder, targetPath(target)))), updateArtifact.bytes);
  assert.deepEqual(client.fetched, [
    'metadata/2.root.json',
    'metadata/timestamp.json',
    'metadata/1.snapshot.json',
    'metadata/1.targets.json',
    'metadata/1.agent-stable.json',
  ]);
  assert.deepEqual(client.judged, ['snapshot 1']);
  assert.deepEqual(Object.keys(client.trusted.roles), ['targets', 'agent-stable']);
});

test('where nothing is new, two requests say so, and the publication is judged again', async (t) => {
  const folder = temporaryDirectory(t);
  const { root } = await makeUpdates(folder);
  const client = new UpdateClient(folder, root);
  await findTarget(await refresh(client.options()), updateArtifact.path);
  const before = client.kept.length;
  client.fetched.length = 0;
  assert.ok(await findTarget(await refresh(client.options()), updateArtifact.path));
  assert.deepEqual(client.fetched, ['metadata/2.root.json', 'metadata/timestamp.json']);
  assert.deepEqual(client.judged, ['snapshot 1', 'snapshot 1']);
  assert.equal(client.kept.length, before);
});

test('a new root and a new publication are followed', async (t) => {
  const folder = temporaryDirectory(t);
  const { repository, root } = await makeUpdates(folder);
  const client = new UpdateClient(folder, root);
  await refresh(client.options());
  await repository.writeRoot(await updateRootFile(2));
  await publishUpdate(repository, 2);
  const refreshed = await refresh(client.options());
  assert.equal(refreshed.root.version, 2);
  const target = await findTarget(refreshed, updateArtifact.path);
  assert.deepEqual(target?.custom, { vitrine: { sequence: 2, version: '0.1.2' } });
  assert.deepEqual(client.judged, ['snapshot 1', 'root 2', 'snapshot 2']);
});
