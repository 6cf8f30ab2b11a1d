// One append, failed or killed at each of its system calls in turn (after tessera's integration/fault).
// Whatever happened: the next start finds a sound log, every acknowledged entry is there once and in
// its place, and no two checkpoints that anybody was shown disagree.

import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import test, { after, before, suite } from 'node:test';
import { formatVkey, fromUtf8, parseSignedCheckpoint, toBase64, utf8 } from '@vitrine/evidence';
import { eachBounded, run } from '@vitrine/host';
import { fsck, initLog, openLog, openLogWriter } from '@vitrine/log';
import {
  runWithFault,
  spread,
  straceSkipReason,
  temporaryDirectory,
  traceCalls,
  type SystemCall,
  type Traced,
} from '@vitrine/testkit';
import { entry, logSigner, origin } from './helpers.ts';
import { referenceRoot } from './tree.ts';

/** The child crosses from 254 to 258: a bundle and two levels of tiles become full. */
const size = 254;
const appended = 4;

/** Calls that change what the disk holds; `openat` and `close` besides. */
const names = [
  'openat',
  'mkdir',
  'write',
  'pwrite64',
  'fsync',
  'link',
  'unlink',
  'rename',
  'ftruncate',
  'close',
] as const;

const faults = [
  { what: 'fails with EIO', inject: 'error=EIO', at: names },
  {
    what: 'fails with ENOSPC',
    inject: 'error=ENOSPC',
    at: ['openat', 'mkdir', 'write', 'pwrite64', 'link', 'rename'],
  },
  {
    what: 'is the last of a killed process',
    inject: 'signal=KILL',
    at: names.filter((name) => name !== 'close'),
  },
] as const;

suite('an append at whose every system call something breaks', { skip: straceSkipReason() }, () => {
  let folder: string;
  let template: string;
  /** Calls on the log's own files, of a run in which nothing breaks. */
  let calls: readonly SystemCall[];
  const endings: (() => void)[] = [];
  after(() => endings.forEach((end) => end()));

  before(async () => {
    folder = temporaryDirectory({ after: (end) => endings.push(end) });
    template = join(folder, 'template');
    await initLog(template, { origin, vkeys: [formatVkey(logSigner.key)], mode: 'raw' });
    const log = await openLogWriter({ dir: template, signers: [logSigner], intervalMs: 60_000 });
    await Promise.all(Array.from({ length: size }, (_, i) => log.append(entry(i))));
    await log.publishNow();
    await log.close();

    const dir = copyOf(template);
    await run(process.execPath, child(dir).args, {
      env: child(dir).env,
      timeoutMs: 60_000,
      maxOutputBytes: 1 << 16,
    }); // Fills the compile cache.
    rmSync(dir, { recursive: true });
    const again = copyOf(template, dir);
    const traced = await traceCalls(child(again), names);
    assert.equal(traced.code, 0, traced.stdout + traced.stderr);
    calls = traced.calls.filter(({ args }) => args.includes(again));
    await requireSound(again, traced.stdout);
  });

  function copyOf(from: string, to: string = mkdtempSync(join(folder, 'log-'))): string {
    cpSync(from, to, { recursive: true });
    return to;
  }

  function child(dir: string): Traced {
    return {
      command: process.execPath,
      args: [join(import.meta.dirname, 'append-child.ts'), dir, String(appended)],
      env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: join(folder, 'compiled') },
    };
  }

  /** The files and folders of the log, as strace filters by them. The lease is nobody's data. */
  function pathsIn(dir: string): readonly string[] {
    const found = calls.flatMap(({ args }) => args.match(/(?<=[<"])\/[^<>"]*(?=[>"])/g) ?? []);
    const root = template.slice(0, -'template'.length);
    const inside = found.filter((path) => path.startsWith(root) && !/\.lease|-shm/.test(path));
    return [...new Set(inside.map((path) => path.replace(/^(.*\/log-[^/]*)/, dir)))];
  }

  for (const { what, inject, at } of faults) {
    for (const name of at) {
      test(`${name} ${what}`, async () => {
        // strace counts for each thread by itself.
        const perThread = Map.groupBy(
          calls.filter((call) => call.name === name && !/\.lease|-shm/.test(call.args)),
          ({ thread }) => thread,
        );
        const count = Math.max(0, ...[...perThread.values()].map(({ length }) => length));
        const struckAt = spread(count, name === 'openat' || name === 'close' ? 6 : count);
        let struck = 0;
        await eachBounded(struckAt, availableParallelism(), async (when) => {
          const dir = copyOf(template);
          const broken = await runWithFault({
            ...child(dir),
            paths: pathsIn(dir),
            inject: `${name}:${inject}:when=${when}`,
          });
          if (broken.calls.some(({ result }) => result === '?' || result.includes('INJECTED'))) struck++;
          assert.ok(!/Error|at .*:\d+:\d+/.test(broken.stderr), `${name} ${when}: ${broken.stderr}`);
          await requireSound(dir, broken.stdout).catch((cause: unknown) => {
            throw new Error(`after ${name} ${inject} at call ${when}: ${String(cause)}\n${broken.stdout}`, {
              cause,
            });
          });
          rmSync(dir, { recursive: true });
        });
        assert.ok(
          count > 0 && struck >= struckAt.length * 0.9,
          `only ${struck} of ${struckAt.length} calls were struck`,
        );
      });
    }
  }
});

/** Judges what the child said against what a new start finds. */
async function requireSound(dir: string, said: string): Promise<void> {
  const found = await fsck(dir);
  assert.deepEqual(found.problems, [], 'before the restart');
  const checkpoint = join(dir, 'checkpoint');
  const shown = existsSync(checkpoint) ? [parseSignedCheckpoint(readFileSync(checkpoint)).checkpoint] : [];

  const log = await openLogWriter({ dir, signers: [logSigner], intervalMs: 60_000 });
  await log.append(utf8('after the restart'));
  const head = await log.publishNow();
  await log.close();
  const entries: string[] = [];
  for await (const { entry: bytes } of (await openLog(dir, { origin, logKeys: [logSigner.key] })).entries(
    0,
    head.size,
  ))
    entries.push(fromUtf8(bytes));

  for (let i = 0; i < size; i++) assert.equal(entries[i], `entry ${i}`);
  assert.equal(entries.at(-1), 'after the restart');
  const published = [...said.matchAll(/^published (\d+) (\S+)$/gm)].map(([, at, root]) => ({
    size: Number(at),
    root: root ?? '',
  }));
  for (const { size: at, root } of [
    ...published,
    ...shown.map((one) => ({ size: one.size, root: toBase64(one.root) })),
  ]) {
    assert.ok(at <= head.size, `a checkpoint of ${at} was shown, the log has ${head.size}`);
    assert.equal(root, toBase64(referenceRoot(entries.slice(0, at).map(utf8))), `the checkpoint of ${at}`);
  }
  for (const [, index, text = ''] of said.matchAll(/^ack (\d+) (.*)$/gm)) {
    assert.equal(entries[Number(index)], text);
    assert.equal(entries.lastIndexOf(text) - entries.indexOf(text, size), 0, `${text} is there twice`);
  }
  assert.deepEqual((await fsck(dir)).problems, [], 'after the restart');
}
