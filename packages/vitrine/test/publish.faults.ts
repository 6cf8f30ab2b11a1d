// `vitrine release publish`, killed with -9 as soon as it has said that a step is done, and run again: real
// processes, a real log, witnesses and supervisors, set up as docs/first-product.md says.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { run } from '@vitrine/host';
import { eventually } from '@vitrine/testkit';
import { readDocument } from './document.ts';
import { makeNewcomer, page, programs, type Newcomer } from './newcomer.ts';

/** What the command says as it goes, in the order of D1. */
const steps = [
  'staged',
  'released',
  'evidence',
  'north',
  'role',
  'snapshot',
  'announced',
  'proof',
  'published',
];

interface Listed {
  readonly sequence: number;
  readonly version: string;
  readonly state: string;
  readonly artifacts: readonly { readonly entry: number }[];
}

async function vitrine({ folder, env }: Newcomer, ...args: readonly string[]): Promise<string> {
  const [node = '', ...first] = programs['vitrine'] ?? [];
  const { code, stdout, stderr } = await run(node, [...first, ...args], {
    cwd: folder,
    env,
    timeoutMs: 120_000,
    maxOutputBytes: 1 << 20,
  });
  assert.equal(code, 0, `${args.join(' ')}\n${stderr}`);
  return stdout;
}

/** Answers whether the process was killed: it may be done before the signal arrives. */
function publishUntil({ folder, env }: Newcomer, step: string): Promise<boolean> {
  const [node = '', ...first] = programs['vitrine'] ?? [];
  const child = spawn(node, [...first, 'release', 'publish', 'vendor', '--platform', 'any'], {
    cwd: folder,
    env,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    // The whole group: also the signer that it has started.
    if (line.startsWith(`${step}:`) && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  });
  return new Promise((resolve) => {
    child.once('exit', (_code, signal) => resolve(signal === 'SIGKILL'));
  });
}

test('a publication that is killed at any step is finished by the same command, once', async (t) => {
  const newcomer = await makeNewcomer(t);
  const { folder } = newcomer;
  let recipe = '';
  for (const piece of readDocument(page)) {
    if (piece.kind === 'heading' && piece.text.startsWith('5.')) break;
    if (piece.kind === 'file') {
      newcomer.write(piece.path, piece.content);
      if (piece.path === 'hello/conveyor.toml') recipe = piece.content;
    }
    if (piece.kind !== 'command') continue;
    await newcomer.command(piece);
    if (piece.line.startsWith('vitrine repository run'))
      await eventually(() => existsSync(join(folder, 'vendor/public/metadata/timestamp.json')), 60_000);
  }
  for (const [i, step] of steps.entries()) {
    newcomer.write('hello/conveyor.toml', recipe.replaceAll('1.0.0', `1.0.${i + 1}`));
    await run('git', ['-C', 'hello', 'commit', '--quiet', '-a', '-m', step], {
      cwd: folder,
      env: newcomer.env,
      timeoutMs: 10_000,
      maxOutputBytes: 65_536,
    });
    await vitrine(newcomer, 'build', 'hello', '--vendor', 'vendor');
    const killed = await publishUntil(newcomer, step);
    t.diagnostic(`${step}: ${killed ? 'killed' : 'was done first'}`);
    await vitrine(newcomer, 'release', 'publish', 'vendor', '--platform', 'any');
    const listed = JSON.parse(
      await vitrine(newcomer, 'release', 'list', 'vendor', '--json'),
    ) as readonly Listed[];
    assert.deepEqual(
      listed.map(({ sequence, version, state, artifacts }) => [sequence, version, state, artifacts.length]),
      Array.from({ length: i + 2 }, (_, j) => [
        j + 1,
        `1.0.${j}`,
        j === i + 1 ? 'published' : 'superseded',
        1,
      ]),
    );
    assert.equal(existsSync(join(folder, 'vendor/drafts/release.json')), false);
    assert.equal(existsSync(join(folder, 'vendor/drafts/publication.json')), false);
  }
});
