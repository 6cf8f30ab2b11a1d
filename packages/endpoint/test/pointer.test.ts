import assert from 'node:assert/strict';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { temporaryDirectory } from '@vitrine/testkit';
import { openPointer } from '../src/pointer.ts';

const [one, two] = ['1'.repeat(64), '2'.repeat(64)] as const;

for (const platform of ['linux', 'win32'] as const) {
  test(`on ${platform} the pointer leads to the version that was set last`, async (t) => {
    const folder = temporaryDirectory(t);
    const pointer = openPointer(folder, platform);
    assert.equal(await pointer.read(), undefined);
    for (const version of [one, two]) {
      await mkdir(join(folder, 'versions', version), { recursive: true });
      await writeFile(join(folder, 'versions', version, 'name'), version);
      await pointer.set(version);
      assert.equal(await pointer.read(), version);
      assert.deepEqual(await readdir(await pointer.follow()), ['name']);
    }
    await pointer.remove();
    assert.equal(await pointer.read(), undefined);
    assert.deepEqual(await readdir(folder), ['versions']);
  });
}

test('what leads out of the versions is no pointer', async (t) => {
  const folder = temporaryDirectory(t);
  await symlink('../elsewhere', join(folder, 'current'));
  assert.equal(await openPointer(folder, 'linux').read(), undefined);
  await writeFile(join(folder, 'current.txt'), 'versions/../../elsewhere\n');
  assert.equal(await openPointer(folder, 'win32').read(), undefined);
  await openPointer(folder, 'linux').set(one);
  assert.equal(await openPointer(folder, 'linux').read(), one);
});
