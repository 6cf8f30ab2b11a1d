import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { acquireLease, run, startDaemon, type Daemon } from '@vitrine/host';
import { temporaryDirectory } from '@vitrine/testkit';

const env = { PATH: process.env['PATH'] ?? '' };

function holder(folder: string): Promise<Daemon> {
  const source = `
    import { acquireLease } from '@vitrine/host';
    const lease = acquireLease(process.argv[1], 'log');
    console.log('holding');
    setInterval(() => lease.path, 1000);
    process.on('SIGTERM', () => { lease.release(); process.exit(0); });`;
  return startDaemon(process.execPath, ['--input-type=module', '-e', source, folder], {
    env,
    cwd: import.meta.dirname,
    ready: /^holding$/,
    timeoutMs: 20_000,
  });
}

test('a second holder in the same process is refused at once, with a remedy', (t) => {
  const folder = temporaryDirectory(t);
  using lease = acquireLease(folder, 'log');
  const before = performance.now();
  assert.throws(
    () => acquireLease(folder, 'log'),
    (error: Error & { code: string; remedy: string }) => {
      assert.equal(error.code, 'lease.held');
      assert.match(error.remedy, /Stop the process/);
      return true;
    },
  );
  assert.ok(performance.now() - before < 4_000);
  assert.equal(lease.path, join(folder, '.log.lease'));
});

test('leases of other names and other folders do not collide', (t) => {
  const folder = temporaryDirectory(t);
  using log = acquireLease(folder, 'log');
  using witness = acquireLease(folder, 'witness');
  using elsewhere = acquireLease(temporaryDirectory(t), 'log');
  assert.equal(new Set([log.path, witness.path, elsewhere.path]).size, 3);
});

test('a released lease can be taken again, and released twice', (t) => {
  const folder = temporaryDirectory(t);
  const lease = acquireLease(folder, 'log');
  lease.release();
  lease.release();
  acquireLease(folder, 'log').release();
});

test('a missing folder is refused and not made', (t) => {
  const folder = join(temporaryDirectory(t), 'absent');
  assert.throws(() => acquireLease(folder, 'log'), { code: 'file.missing' });
  assert.ok(!existsSync(folder));
});

test('another process holds its lease until it ends, by SIGTERM or by kill -9', async (t) => {
  const folder = temporaryDirectory(t);
  for (const end of ['stop', 'kill9'] as const) {
    const daemon = await holder(folder);
    assert.throws(() => acquireLease(folder, 'log'), { code: 'lease.held' });
    // Another process is refused too, and its refusal does not loosen the lock.
    const source = `import { acquireLease } from '@vitrine/host';
      try { acquireLease(process.argv[1], 'log'); } catch (error) { console.log(error.code); }`;
    const rival = await run(process.execPath, ['--input-type=module', '-e', source, folder], {
      env,
      cwd: import.meta.dirname,
      timeoutMs: 20_000,
      maxOutputBytes: 1_000,
    });
    assert.equal(rival.stdout, 'lease.held\n');
    assert.throws(() => acquireLease(folder, 'log'), { code: 'lease.held' });
    await daemon[end]();
    acquireLease(folder, 'log').release();
  }
});
