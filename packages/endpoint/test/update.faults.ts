// An update at whose every system call on the endpoint's own files something breaks: an I/O error, a full
// disk, a kill. Whatever it was: what ran runs, what was accepted is remembered, the next update succeeds.

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import test, { after, before, suite } from 'node:test';
import { eachBounded } from '@vitrine/host';
import {
  runWithFault,
  spread,
  straceSkipReason,
  temporaryDirectory,
  traceCalls,
  worldTime,
  type SystemCall,
  type Traced,
} from '@vitrine/testkit';
import { installed, product, type Stage } from './helpers.ts';
import { requireSound } from './interrupted.ts';

/** Calls that change what the disk holds; `openat` and `close` besides. */
const names = [
  'openat',
  'mkdir',
  'write',
  'pwrite64',
  'fsync',
  'chmod',
  'fchmod',
  'link',
  'symlink',
  'rename',
  'unlink',
  'close',
] as const;

const faults = [
  { what: 'fails with EIO', inject: 'error=EIO', at: names },
  { what: 'fails with ENOSPC', inject: 'error=ENOSPC', at: ['write', 'pwrite64'] },
  {
    what: 'is the last of a killed process',
    inject: 'signal=KILL',
    at: ['mkdir', 'write', 'fsync', 'link', 'symlink', 'rename', 'unlink'],
  },
] as const;

suite('an update at whose every system call something breaks', { skip: straceSkipReason() }, () => {
  let stage: Stage;
  let folder: string;
  let versions: readonly [string, string];
  let calls: readonly SystemCall[];
  const endings: (() => void)[] = [];
  const ending = { after: (end: () => void) => endings.push(end) };
  after(() => endings.forEach((end) => end()));

  before(async () => {
    stage = await installed(ending);
    const { sha256 } = stage.vendor.current.artifact;
    await stage.vendor.stage({ bytes: product('0.2.0'), version: '0.2.0', sequence: 2 });
    await stage.vendor.publish({ time: worldTime + 10 });
    versions = [sha256, stage.vendor.current.artifact.sha256];
    folder = temporaryDirectory(ending);
    await traceCalls(child(copyOf()), names); // Fills the compile cache.
    const dir = copyOf();
    const traced = await traceCalls(child(dir), names);
    assert.equal(traced.code, 0, traced.stdout + traced.stderr);
    calls = traced.calls.filter(({ args }) => args.includes(dir));
    await requireSound({ ...stage.agent, folder: dir }, versions);
  });

  function copyOf(): string {
    const to = mkdtempSync(join(folder, 'endpoint-'));
    cpSync(stage.folder, to, { recursive: true, verbatimSymlinks: true });
    return to;
  }

  function child(dir: string): Traced {
    return {
      command: process.execPath,
      args: [join(import.meta.dirname, 'update-child.ts'), dir],
      env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: join(folder, 'compiled') },
    };
  }

  /** The files and folders of the endpoint, as strace filters by them. The lease is nobody's data. */
  function pathsIn(dir: string): readonly string[] {
    const found = calls.flatMap(({ args }) => args.match(/(?<=[<"])\/[^<>"]*(?=[>"])/g) ?? []);
    const inside = found.filter((path) => path.includes('/endpoint-') && !path.includes('.lease'));
    return [...new Set(inside.map((path) => path.replace(/^.*\/endpoint-[^/]*/, dir)))];
  }

  for (const { what, inject, at } of faults) {
    for (const name of at) {
      test(`${name} ${what}`, async () => {
        // strace counts for each thread by itself.
        const perThread = Map.groupBy(
          calls.filter((call) => call.name === name && !call.args.includes('.lease')),
          ({ thread }) => thread,
        );
        const count = Math.max(0, ...[...perThread.values()].map(({ length }) => length));
        let struck = 0;
        const struckAt = spread(count, name === 'openat' || name === 'close' ? 8 : count);
        await eachBounded(struckAt, availableParallelism(), async (when) => {
          const dir = copyOf();
          const broken = await runWithFault({
            ...child(dir),
            paths: pathsIn(dir),
            inject: `${name}:${inject}:when=${when}`,
          });
          if (broken.calls.some(({ result }) => result === '?' || result.includes('INJECTED'))) struck++;
          assert.doesNotMatch(broken.stderr, /Error|at file:/, `${name} ${when}: ${broken.stderr}`);
          await requireSound({ ...stage.agent, folder: dir }, versions).catch((cause: unknown) => {
            throw new Error(`after ${name} ${inject} at call ${when}: ${String(cause)}\n${broken.stdout}`, {
              cause,
            });
          });
          rmSync(dir, { recursive: true });
        });
        assert.ok(struck >= struckAt.length * 0.9, `only ${struck} of ${struckAt.length} calls were struck`);
      });
    }
  }

  test('the calls that make an update durable were among them', () => {
    const made = new Set(calls.map(({ name }) => name));
    for (const name of ['openat', 'write', 'fsync', 'rename', 'symlink']) assert.ok(made.has(name), name);
  });
});
