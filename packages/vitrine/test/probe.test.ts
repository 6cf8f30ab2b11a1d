// vitrine probe as a command: its words and its exit codes.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { run, type RunResult } from '@vitrine/host';
import { temporaryDirectory } from '@vitrine/testkit';

const main = fileURLToPath(new URL('../src/start.mjs', import.meta.url));

const given =
  "const write = (text) => require('node:fs').writeFileSync(process.env.OUT + '/tiny.txt', text + '\\n');";

/** `write` puts its argument into the only output. */
function probe(t: TestContext, program: string, ...more: readonly string[]): Promise<RunResult> {
  const folder = temporaryDirectory(t);
  const repository = join(folder, 'repository');
  mkdirSync(repository);
  const git = (...args: readonly string[]): void => {
    execFileSync('git', ['-C', repository, '-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args], {
      stdio: 'ignore',
    });
  };
  git('init', '-q');
  writeFileSync(
    join(repository, 'conveyor.toml'),
    `recipe = 1
product = { name = "tiny", version = "1.0.0" }
[build]
command = ${JSON.stringify([process.execPath, '-e', `${given} ${program}`])}
outputs = ["tiny.txt"]
`,
  );
  git('add', '-A');
  git('commit', '-q', '-m', 'first');
  return run(process.execPath, [main, 'probe', repository, '--recipe', 'conveyor.toml', ...more], {
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, NO_COLOR: '1', VITRINE_SANDBOX: 'none' },
    cwd: folder,
    timeoutMs: 120_000,
    maxOutputBytes: 1 << 16,
  });
}

test('a probe of a stable build ends with 0 and says what it could not vary', async (t) => {
  const { code, stdout, stderr } = await probe(t, "write('sound')");
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^tiny 1\.0\.0, tree [0-9a-f]{16}…, isolation none\n/);
  assert.match(stdout, /^all varied {4}equal$/m);
  assert.match(stdout, /^umask +equal +0022 → 0007$/m);
  assert.match(stdout, /^user +not varied +there is no sandbox$/m);
  assert.match(stdout, /^clock +not varied +declared by the order: 20/m);
  assert.match(stdout, /^stable: the same bytes, with [0-9]+ variations not tried here$/m);
  assert.match(stderr, /isolation none: VITRINE_SANDBOX=none/);
});

test('a probe of a build that varies ends with 10 and names the cause and the file', async (t) => {
  const { code, stdout } = await probe(t, 'write(process.umask())');
  assert.equal(code, 10);
  assert.match(stdout, /^all varied {4}differs tiny\.txt$/m);
  assert.match(stdout, /^by itself {5}equal$/m);
  assert.match(stdout, /^umask +differs tiny\.txt +0022 → 0007$/m);
  assert.match(stdout, /^locale +equal +C\.UTF-8 → tr_TR\.UTF-8$/m);
  assert.match(stdout, /^caused by: umask$/m);
});

test('a probe answers one document for scripts', async (t) => {
  const { code, stdout } = await probe(
    t,
    "if (process.env.TZ !== 'UTC') process.exit(1); write('sound')",
    '--json',
    '--quiet',
  );
  assert.equal(code, 10);
  const document = JSON.parse(stdout) as {
    readonly stable: boolean;
    readonly together: { readonly result: string; readonly code?: string };
    readonly causes: readonly string[];
    readonly variations: readonly { readonly variation: string; readonly result: string }[];
  };
  assert.deepEqual(
    [document.stable, document.together.result, document.together.code, document.causes],
    [false, 'fails', 'build.command', ['time-zone']],
  );
  assert.equal(document.variations.length, 10);
});

test('a probe of a build that fails ends with 1 and the reason', async (t) => {
  const { code, stderr } = await probe(t, "console.log('the reason'); process.exit(1)");
  assert.equal(code, 1);
  assert.match(stderr, /"the reason"/);
  assert.match(stderr, /build\.command/);
});
