import assert from 'node:assert/strict';
import { readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { status, update } from '@vitrine/endpoint';
import { worldTime } from '@vitrine/testkit';
import { done, installed, product, refused, stageOf } from './helpers.ts';

test('the first update installs what is published, and current leads to it', async (t) => {
  const { vendor, folder, agent } = await installed(t);
  const { sha256, bytes } = vendor.current.artifact;
  assert.equal(await readlink(join(folder, 'current')), join('versions', sha256));
  assert.deepEqual(new Uint8Array(await readFile(join(folder, 'current', 'agent.mjs'))), bytes);
  const { running, published, refusal, sequences } = await status(agent);
  assert.equal(running?.version, '0.1.0');
  assert.ok(running.intact && running.inPlace);
  assert.equal(running.standing, 'good');
  assert.equal(published?.seq, 1);
  assert.equal(refusal, undefined);
  assert.deepEqual(sequences, { 'agent/stable': 1 });
});

test('with nothing new an update asks for three small files and changes nothing', async (t) => {
  const { server, update: run } = await installed(t);
  server.requests.length = 0;
  server.sent = 0;
  assert.equal(done(await run()).result, 'current');
  assert.deepEqual(
    server.requests.map(({ path }) => path.replace(/[0-9a-f]{64}/, 'SHA')),
    ['metadata/2.root.json', 'metadata/timestamp.json', 'publication/SHA.json'],
  );
  assert.ok(server.sent > 1_000 && server.sent < 20_000, `${server.sent} bytes`);
});

test('the next release replaces the one before, which is kept to go back to', async (t) => {
  const stage = await installed(t);
  const before = stage.vendor.current.artifact.sha256;
  await stage.vendor.stage({ bytes: product('0.2.0'), version: '0.2.0', sequence: 2 });
  await stage.vendor.publish({ time: worldTime + 10 });
  assert.equal(done(await stage.update({ check: true })).result, 'available');
  assert.equal((await status(stage.agent)).running?.version, '0.1.0');
  const updated = done(await stage.update());
  assert.deepEqual([updated.result, updated.version.version], ['installed', '0.2.0']);
  const { versions, changes } = await status(stage.agent);
  assert.deepEqual(
    versions.map(({ version, standing }) => `${version} ${standing}`),
    ['0.1.0 good', '0.2.0 good'],
  );
  assert.deepEqual(changes.at(-1)?.from, before);
});

test('requests carry nothing that tells one endpoint from another', async (t) => {
  const stage = await stageOf(t);
  await stage.vendor.stage({ bytes: product('0.1.0'), version: '0.1.0', sequence: 1 });
  await stage.vendor.publish();
  done(await stage.update());
  const usual = new Set([
    'accept',
    'accept-encoding',
    'accept-language',
    'connection',
    'host',
    'sec-fetch-mode',
    'user-agent',
  ]);
  const values = new Map<string, Set<string>>();
  for (const { headers, path } of stage.server.requests) {
    assert.ok(!path.includes('?'), path);
    for (const [name, value] of Object.entries(headers)) {
      assert.ok(usual.has(name), name);
      values.set(name, (values.get(name) ?? new Set()).add(String(value)));
    }
  }
  assert.deepEqual([...(values.get('user-agent') ?? [])], ['node']);
});

test('a folder that is not enrolled is refused and left alone', async (t) => {
  const { agent } = await stageOf(t);
  const missing = { ...agent, folder: `${agent.folder}-other` };
  assert.equal(refused(await update(missing)), 'endpoint.not-enrolled at state, exit 1');
});
