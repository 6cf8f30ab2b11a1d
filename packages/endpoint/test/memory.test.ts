// What an endpoint remembers, when the disk does not keep it.

import assert from 'node:assert/strict';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { enrol, status, update } from '@vitrine/endpoint';
import { canonicalJson, isVitrineError, utf8, type JsonObject } from '@vitrine/evidence';
import { sha256Hex } from '@vitrine/host';
import { done, installed, memoryFile, product, refused, stageOf } from './helpers.ts';
import { worldTime } from '@vitrine/testkit';

test('any byte of the state changed, and any truncation, is refused and never reset', async (t) => {
  const { folder, agent } = await installed(t);
  const path = join(folder, 'state.json');
  const bytes = new Uint8Array(await readFile(path));
  const damaged = [
    ...Array.from({ length: 60 }, (_, i) => {
      const at = Math.floor((i * bytes.length) / 60);
      return bytes.with(at, (bytes[at] ?? 0) ^ 1);
    }),
    ...[0, 1, bytes.length >> 1, bytes.length - 1].map((length) => bytes.slice(0, length)),
    utf8(`${Buffer.from(bytes).toString()} `),
  ];
  for (const [i, one] of damaged.entries()) {
    await writeFile(path, one);
    const ran = await update(agent);
    assert.equal(refused(ran), 'endpoint.state at state, exit 1', `damage ${i}`);
    assert.ok('error' in ran && ran.error.remedy.includes('state.previous.json'));
    assert.deepEqual(new Uint8Array(await readFile(path)), one, 'it was left as it is');
  }
});

test('the generation before can be put back, and the endpoint goes on', async (t) => {
  const stage = await installed(t);
  await writeFile(join(stage.folder, 'state.json'), '');
  assert.match(refused(await stage.update()), /^endpoint\.state/);
  await copyFile(join(stage.folder, 'state.previous.json'), join(stage.folder, 'state.json'));
  assert.equal(done(await stage.update()).version.version, '0.1.0');
  await stage.vendor.stage({ bytes: product('0.2.0'), version: '0.2.0', sequence: 2 });
  await stage.vendor.publish({ time: worldTime + 10 });
  assert.equal(done(await stage.update()).version.version, '0.2.0');
});

test('an update takes nothing from under the hands of a run that shares', async (t) => {
  const { folder, update: again } = await installed(t);
  const [queue, objects] = [join(folder, 'sharing', 'queue'), join(folder, 'objects')];
  await mkdir(queue, { recursive: true });
  for (const path of [queue, objects]) await writeFile(join(path, '.half.json.tmp'), '');
  done(await again());
  await readFile(join(queue, '.half.json.tmp'));
  await assert.rejects(readFile(join(objects, '.half.json.tmp')), { code: 'ENOENT' });
});

test('a state whose digest is right but whose form is not is refused', async (t) => {
  const { folder, agent } = await installed(t);
  const file = JSON.parse(await memoryFile(folder)) as { format: string; memory: JsonObject };
  const changes: readonly ((memory: JsonObject) => JsonObject)[] = [
    (memory) => ({ ...memory, extra: 1 }),
    (memory) => ({ ...memory, generation: 0 }),
    (memory) => ({ ...memory, current: 'f'.repeat(64) }),
    (memory) => ({ ...memory, verdict: {} }),
    (memory) => ({ ...memory, metadata: { roles: {} } }),
  ];
  for (const change of changes) {
    const memory = change(file.memory);
    const sha256 = sha256Hex(canonicalJson(memory));
    await writeFile(join(folder, 'state.json'), canonicalJson({ format: file.format, memory, sha256 }));
    assert.match(refused(await update(agent)), /^endpoint\.state/, JSON.stringify(memory).slice(0, 80));
  }
});

test('a remembered file that was altered or lost is refused', async (t) => {
  const { folder, agent } = await installed(t);
  const { memory } = JSON.parse(await memoryFile(folder)) as {
    memory: { metadata: { timestamp: string } };
  };
  const { timestamp } = memory.metadata;
  const path = join(folder, 'objects', timestamp);
  await rm(path);
  await writeFile(path, 'altered');
  assert.equal(refused(await update(agent)), 'endpoint.state at metadata, exit 1');
  await rm(path);
  assert.equal(refused(await update(agent)), 'endpoint.state at metadata, exit 1');
});

test('an enrolment is never overwritten, and one that was cut short may be repeated', async (t) => {
  const stage = await stageOf(t);
  const { world } = stage.vendor;
  const { enrolment } = await status(stage.agent);
  const again = (folder: string, root = world.root): Promise<unknown> =>
    enrol({ ...stage.agent, folder }, enrolment, { root, policy: world.policyBytes });
  await assert.rejects(again(stage.folder), (error) => isVitrineError(error, 'endpoint.enrolled'));
  await rm(join(stage.folder, 'state.json'));
  await again(stage.folder);
  const foreign = join(stage.folder, '..', 'foreign');
  await mkdir(foreign);
  await writeFile(join(foreign, 'something'), '');
  await assert.rejects(again(foreign), (error) => isVitrineError(error, 'endpoint.enrolled'));
  const bad = world.root.with(9, 0x7a);
  await assert.rejects(again(`${stage.folder}-bad`, bad), (error) => isVitrineError(error));
  assert.match(refused(await update({ ...stage.agent, folder: `${stage.folder}-bad` })), /not-enrolled/);
});
