// The stock client as oracle: what our writer publishes, tuf-js refreshes and downloads.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { listen, serveStatic } from '@vitrine/host';
import {
  makeUpdates,
  publishUpdate,
  temporaryDirectory,
  updateArtifact,
  updateRootFile,
} from '@vitrine/testkit';
import { Updater } from 'tuf-js';

/** tuf-js judges expiry by the clock of the machine. */
const today = Math.floor(Date.now() / 1000);

test('tuf-js follows our repository through a new root and downloads the artifact', async (t) => {
  const folder = temporaryDirectory(t);
  const { repository, root } = await makeUpdates(folder, today);
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
    const info = await updater.getTargetInfo(updateArtifact.path);
    assert.ok(info);
    const path = await updater.downloadTarget(info, join(targetDir, 'agent.mjs'));
    assert.deepEqual(new Uint8Array(readFileSync(path)), updateArtifact.bytes);
  };
  await download();
  await repository.writeRoot(await updateRootFile(2));
  await publishUpdate(repository, 2, today);
  await download();
});
