// What was begun is continued, from wherever it can be had, and never mistaken for something else.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { enrol, status, update } from '@vitrine/endpoint';
import { temporaryDirectory, type Ending } from '@vitrine/testkit';
import { done, product, refused, serve, stageOf, type Stage } from './helpers.ts';

const bytes = product('0.1.0', `// ${'x'.repeat(200_000)}`);

async function offered(t: Ending): Promise<Stage & { readonly part: string }> {
  const stage = await stageOf(t);
  const { artifact } = await stage.vendor.stage({ bytes, version: '0.1.0', sequence: 1 });
  await stage.vendor.publish();
  await mkdir(join(stage.folder, 'downloads'));
  return { ...stage, part: join(stage.folder, 'downloads', artifact.sha256) };
}

const ranges = ({ server }: Stage): readonly (string | undefined)[] =>
  server.requests.filter(({ path }) => path.startsWith('targets/')).map(({ headers }) => headers.range);

test('a download that was cut short is continued where it ended', async (t) => {
  const stage = await offered(t);
  stage.server.wire = (path, _request, response) => {
    if (!path.startsWith('targets/')) return undefined;
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, 100_000), () => response.destroy());
    return 'answered';
  };
  assert.equal(refused(await stage.update()), 'fetch.unreachable at download, exit 5');
  assert.ok(existsSync(stage.part));
  stage.server.wire = undefined;
  stage.server.requests.length = 0;
  assert.equal(done(await stage.update()).result, 'installed');
  assert.match(ranges(stage)[0] ?? '', /^bytes=[1-9][0-9]*-$/);
  assert.ok(!existsSync(stage.part));
});

test('a part that was damaged costs one download from the start', async (t) => {
  const stage = await offered(t);
  await writeFile(stage.part, new Uint8Array(1_000));
  assert.equal(done(await stage.update()).result, 'installed');
  assert.deepEqual(ranges(stage), ['bytes=1000-', undefined]);
});

test('a part longer than the artifact, and a whole one of other bytes, are not used', async (t) => {
  for (const length of [bytes.length + 1, bytes.length]) {
    const stage = await offered(t);
    await writeFile(stage.part, new Uint8Array(length));
    assert.equal(done(await stage.update()).result, 'installed');
  }
});

test('a server that does not continue sends the whole, and that is fine', async (t) => {
  const stage = await offered(t);
  await writeFile(stage.part, bytes.subarray(0, 1_000));
  stage.server.wire = (path) => (path.startsWith('targets/') ? bytes : undefined);
  assert.equal(done(await stage.update()).result, 'installed');
});

test('a whole download that was not used yet is not fetched again', async (t) => {
  const stage = await offered(t);
  await writeFile(stage.part, bytes);
  assert.equal(done(await stage.update()).result, 'installed');
  assert.deepEqual(ranges(stage), []);
});

test('a mirror serves what the repository cannot, and may not serve anything else', async (t) => {
  const stage = await stageOf(t);
  await stage.vendor.stage({ bytes, version: '0.1.0', sequence: 1 });
  await stage.vendor.publish();
  const mirror = await serve(t, stage.vendor.folder);
  const { world } = stage.vendor;
  const folder = join(temporaryDirectory(t), 'mirrored');
  const agent = { ...stage.agent, folder };
  const { enrolment } = await status(stage.agent);
  await enrol(
    agent,
    { ...enrolment, repositories: [stage.server.url, mirror.url], log: `${mirror.url}/log` },
    { root: world.root, policy: world.policyBytes },
  );
  stage.server.wire = (path) => (path.startsWith('targets/') ? new Uint8Array(bytes.length) : 503);
  mirror.wire = (path) => (path.startsWith('targets/') ? bytes.slice(1) : undefined);
  assert.equal(refused(await update(agent)), 'endpoint.artifact at download, exit 3');
  mirror.wire = undefined;
  assert.equal(done(await update(agent)).result, 'installed');
});
