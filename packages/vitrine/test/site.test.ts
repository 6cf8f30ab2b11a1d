import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sourceGate, httpObjects } from '@vitrine/conveyor';
import { listen, openStore, type Listener } from '@vitrine/host';
import { makeWorld, temporaryDirectory } from '@vitrine/testkit';
import { siteHandler } from '../src/site.ts';

test('a site gives blobs and pages to everyone, source to holders of a policy key alone', async (t) => {
  const folder = temporaryDirectory(t);
  const world = await makeWorld();
  const [blobs, source] = [openStore(join(folder, 'blobs')), openStore(join(folder, 'source'))];
  const digests = {
    blob: await blobs.put(Buffer.from('blob')),
    source: await source.put(Buffer.from('code')),
  };
  // As "vitrine build --publish" leaves it: source as plain files below the served folder.
  const files = join(folder, 'public');
  mkdirSync(join(files, 'source'), { recursive: true });
  writeFileSync(join(files, 'source', digests.source), 'code');
  writeFileSync(join(files, 'policy.json'), '{}');
  const gate = sourceGate({ policy: () => world.policy, hosts: () => [new URL(site.url).host] });
  const site: Listener = await listen(siteHandler({ blobs, source, gate, files }), { port: 0 });
  t.after(() => site.close());

  const status = async (path: string, method = 'GET'): Promise<number> =>
    (await fetch(site.url + path, { method })).status;
  assert.equal(await status('/policy.json'), 200);
  assert.equal(await status(`/blob/${digests.blob}`), 200);
  assert.equal(await status(`/source/${digests.source}`), 401);
  assert.equal(await status(`/source/${digests.source}`, 'HEAD'), 401);
  assert.equal(await status(`/source/${digests.source}`, 'POST'), 401);
  assert.equal(await status(`/source/${'0'.repeat(64)}`), 401, 'what there is, is not said either');
  for (const spelled of ['%73ource', 'source/', '/source', 'Source', 'SOURCE', '.%2e/public/source'])
    assert.equal(await status(`/${spelled}/${digests.source}`), 404, spelled);
  assert.equal(await status(`/source/${digests.source}?`), 404);

  // An altered object is not served, also when it was sound at the last request.
  chmodSync(blobs.path(digests.blob), 0o600);
  writeFileSync(blobs.path(digests.blob), 'evil');
  const answer = await fetch(`${site.url}/blob/${digests.blob}`);
  assert.equal(answer.status, 500);
  const said = await answer.text();
  assert.match(said, /"code":"store\.altered"/);
  assert.ok(!said.includes('evil'));
  assert.equal(await blobs.put(Buffer.from('blob')), digests.blob);
  assert.equal(await status(`/blob/${digests.blob}`), 200, 'sound bytes replace it');

  const reader = httpObjects(site.url, {
    signer: world.signer('rebuilder', 'supervisor-a'),
  });
  assert.equal(Buffer.from(await reader.source(digests.source, 4)).toString(), 'code');
  assert.equal(Buffer.from(await reader.blob(digests.blob, 4)).toString(), 'blob');
});
