import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { run, type RunResult } from '@vitrine/host';
import { temporaryDirectory } from '@vitrine/testkit';

const main = fileURLToPath(new URL('../src/start.mjs', import.meta.url));

test('a rebuild runs nobody’s order without bubblewrap, unless it is told to by name', async (t) => {
  const folder = temporaryDirectory(t);
  const rebuild = (sandbox: Readonly<Record<string, string>>): Promise<RunResult> => {
    const places = ['--log', 'http://127.0.0.1:9', '--repository', 'http://127.0.0.1:9'];
    const files = ['--policy', 'absent', '--root', 'absent', '--key', 'absent', '--data', 'data'];
    return run(process.execPath, [main, 'rebuild', 'a'.repeat(64), ...places, ...files], {
      cwd: folder,
      env: { PATH: folder, HOME: folder, NO_COLOR: '1', ...sandbox }, // No bwrap on this PATH.
      timeoutMs: 60_000,
      maxOutputBytes: 1 << 16,
    });
  };
  for (const sandbox of [{}, { VITRINE_SANDBOX: '' }, { VITRINE_SANDBOX: 'auto' }]) {
    const { code, stderr } = await rebuild(sandbox);
    assert.equal(code, 1, stderr);
    assert.match(stderr, /bubblewrap is not installed/);
    assert.match(stderr, /sandbox\.unavailable/);
  }
  const { stderr } = await rebuild({ VITRINE_SANDBOX: 'none' });
  assert.match(stderr, /isolation none: VITRINE_SANDBOX=none/);
  assert.match(stderr, /absent/, 'it goes on to its policy');
});
