// A publication killed at each system call that changes the disk. A client then sees the version before or
// the new one, whole; and the publication done again is complete, whatever the killed one left.

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, suite } from 'node:test';
import { removeTemporaries, run } from '@vitrine/host';
import {
  makeUpdates,
  runWithFault,
  straceSkipReason,
  temporaryDirectory,
  traceCalls,
  updateArtifact,
  UpdateClient,
  type Traced,
} from '@vitrine/testkit';
import { findTarget, refresh } from '@vitrine/tuf';

/** A write that is cut short is a temporary file, as before its fsync. */
const names = ['mkdir', 'fsync', 'link', 'unlink', 'rename'] as const;

suite('a publication that is killed', { skip: straceSkipReason() }, () => {
  const endings: (() => void)[] = [];
  after(() => endings.forEach((end) => end()));
  const folder = temporaryDirectory({ after: (end) => endings.push(end) });
  const made = makeUpdates(join(folder, 'template'));

  function copy(): string {
    const path = mkdtempSync(join(folder, 'repository-'));
    cpSync(join(folder, 'template'), path, { recursive: true });
    return path;
  }

  function child(path: string): Traced {
    return {
      command: process.execPath,
      args: [join(import.meta.dirname, 'publish-child.ts'), path],
      env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: join(folder, 'compiled') },
    };
  }

  async function seen(path: string): Promise<unknown> {
    const { root } = await made;
    const target = await findTarget(
      await refresh(new UpdateClient(path, root).options()),
      updateArtifact.path,
    );
    return (target?.custom?.['vitrine'] as { sequence: number } | undefined)?.sequence;
  }

  for (const name of names) {
    test(`in any ${name}`, async () => {
      await made;
      const { calls, code, stderr } = await traceCalls(child(copy()), [name]);
      assert.equal(code, 0, stderr);
      // strace counts for each thread by itself,.
      const perThread = Map.groupBy(calls, ({ thread }) => thread);
      const most = Math.max(...[...perThread.values()].map(({ length }) => length));
      let struck = 0;
      for (let when = 1; when <= most; when++) {
        const path = copy();
        const killed = await runWithFault({ ...child(path), inject: `${name}:signal=KILL:when=${when}` });
        if (killed.code !== 0) struck++;
        assert.ok([1, 2].includes(Number(await seen(path))), `${name} ${when}`);
        const { command, args, env } = child(path);
        const again = await run(command, args, { env, timeoutMs: 60_000, maxOutputBytes: 1 << 16 });
        assert.equal(again.code, 0, again.stderr);
        assert.equal(await seen(path), 2, `${name} ${when}`);
        await removeTemporaries(path);
        assert.equal(await seen(path), 2);
      }
      assert.ok(struck > 0, `no ${name} was hit`);
    });
  }
});
