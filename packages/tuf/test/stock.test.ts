// The stock client as oracle: what our writer publishes, tuf-js refreshes and downloads.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { listen, serveStatic } from '@vitrine/host';
import { temporaryDirectory } from '@vitrine/testkit';
import { Updater } from 'tuf-js';
import { artifact, artifactPath, makeRepository, publish, rootFile } from './world.ts';

/** tuf-js judges expiry by the clock of the machine. */
const today = Math.floor(Date.now() / 1000);

test('tuf-js follows our repository through a new root and downloads the artifact', async (t) => {
  const folder = temporaryDirectory(t);
  const { repository, root } = await makeRepository(folder, today);
  const server = await listen(serveStatic(folder), { port: 0 });
  t.after(() => server.close());
  const metadataDir = join(temporaryDirectory(t), 'metadata');
  const targetDir = join(temporaryDirectory(t), 'targets');
  mkdirSync(metadataDir);
  mkdirSync(targetDir);
  writeFileSync(join(metadataDir, 'root.json'), root);
  const download = async (): Promise<void> => {
    const updater = new Updater({
      metadataDir,
      targetDir,
      metadataBaseUrl: `${server.url}/metadata`,
      targetBaseUrl: `${server.url}/targets`,
    });
    await updater.refresh();
    const info = await updater.getTargetInfo(artifactPath);
    assert.ok(info);
    const path = await updater.downloadTarget(info, join(targetDir, 'agent.mjs'));
    assert.deepEqual(new Uint8Array(readFileSync(path)), artifact);
  };
  await download();
  await repository.writeRoot(await rootFile(2));
  await publish(repository, 2, today);
  await download();
});
