import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createSecret, readPrivate, readSecret } from '@vitrine/host';

test('a secret is made once, for its owner alone, and read back', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'private-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'secret');
  const made = await createSecret(path, 32);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.deepEqual(await readSecret(path, 32), made);
  await assert.rejects(createSecret(path, 32), { code: 'file.exists' });
});

test('a secret of another size, one that others may read and a folder in its place are refused', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'private-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'secret');
  await writeFile(path, new Uint8Array(31), { mode: 0o600 });
  await assert.rejects(readSecret(path, 32), { code: 'private.form' });
  await assert.rejects(readSecret(path, 16), { code: 'private.form' });
  await assert.rejects(readPrivate(folder, 32), { code: 'private.form' });
  await assert.rejects(readPrivate(join(folder, 'none'), 32), { code: 'file.missing' });
  await chmod(path, 0o640);
  await assert.rejects(readSecret(path, 31), { code: 'private.permissions' });
});
