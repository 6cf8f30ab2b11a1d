// kill -9 at the beginning of every step of an update: what ran still runs, or what is new; nothing that was
// accepted is forgotten, and the next update ends in the same state.

import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { status, update, type Ran, type Updated } from '@vitrine/endpoint';
import { eachBounded, run, type RunResult } from '@vitrine/host';
import { temporaryDirectory, worldTime } from '@vitrine/testkit';
import { done, installed, product, refused } from './helpers.ts';
import { requireSound } from './interrupted.ts';

test('an update that is killed at any step leaves an endpoint that runs and goes on', async (t) => {
  const stage = await installed(t);
  const before = stage.vendor.current.artifact.sha256;
  await stage.vendor.stage({ bytes: product('0.2.0'), version: '0.2.0', sequence: 2 });
  await stage.vendor.publish({ time: worldTime + 10 });
  const versions = [before, stage.vendor.current.artifact.sha256] as const;
  const folder = temporaryDirectory(t);

  const child = (dir: string, killAt: number, how = 'update'): Promise<RunResult> =>
    run(process.execPath, [join(import.meta.dirname, 'update-child.ts'), dir, String(killAt), how], {
      env: { NODE_COMPILE_CACHE: join(folder, 'compiled') },
      timeoutMs: 60_000,
      maxOutputBytes: 65_536,
    });
  const copy = (name: string): string => {
    const to = join(folder, name);
    cpSync(stage.folder, to, { recursive: true, verbatimSymlinks: true });
    return to;
  };

  const whole = await child(copy('whole'), 0);
  assert.equal(whole.code, 0, whole.stdout + whole.stderr);
  const steps: readonly string[] = whole.stdout.match(/^step .*$/gm) ?? [];
  for (const step of ['remember', 'verdict', 'download', 'stage', 'activate', 'health', 'commit', 'tidy'])
    assert.ok(steps.includes(`step ${step}`), step);
  await eachBounded([...steps.keys()], 2, async (i) => {
    const dir = copy(`killed-${i + 1}`);
    const killed = await child(dir, i + 1);
    assert.equal(killed.signal, 'SIGKILL', killed.stderr);
    assert.deepEqual(killed.stdout.match(/^step .*$/gm), steps.slice(0, i + 1));
    await requireSound({ ...stage.agent, folder: dir }, versions).catch((cause: unknown) => {
      throw new Error(`killed at ${steps[i]} (${i + 1}): ${String(cause)}`, { cause });
    });
  });
  // By itself: killed at every third step, and carried on by its next cycle.
  await eachBounded(
    [...steps.keys()].filter((i) => i % 3 === 0),
    2,
    async (i) => {
      const dir = copy(`run-${i + 1}`);
      assert.equal((await child(dir, i + 1, 'run')).signal, 'SIGKILL');
      const again = await child(dir, 0, 'run');
      assert.equal(again.code, 0, again.stderr);
      assert.deepEqual((await status({ ...stage.agent, folder: dir })).run?.halves.update?.exit, 0);
      await requireSound({ ...stage.agent, folder: dir }, versions);
    },
  );
});

test('two updates at the same time exclude each other', async (t) => {
  const stage = await installed(t);
  const quiet = stage.agent;
  let second: Promise<Ran<Updated>> | undefined;
  const first = await update({
    ...quiet,
    onStep() {
      second ??= update(quiet);
    },
  });
  assert.equal(done(first).result, 'current');
  assert.ok(second);
  assert.equal(refused(await second), 'lease.held at state, exit 1');
  assert.equal(done(await update(quiet)).result, 'current');
});
