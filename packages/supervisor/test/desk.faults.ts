// Killed with -9 between a decision and the share that follows from it, and started again: one grant in the
// log, one opening in the folder, and the share for who asked.

import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { fromBase64 } from '@vitrine/evidence';
import { startDaemon, type Daemon } from '@vitrine/host';
import { openReleased, recordKeyFromHalves } from '@vitrine/reports';
import { approveRequest } from '@vitrine/supervisor';
import { compileCache, eventually } from '@vitrine/testkit';
import { makeDeskWorld, type DeskWorld } from './desk-world.ts';

const child = fileURLToPath(new URL('supervisor-child.ts', import.meta.url));

async function start(
  t: TestContext,
  { folder, url, world, residency }: DeskWorld,
  moment = '',
): Promise<{ readonly url: string; readonly daemon: Daemon; readonly own: string }> {
  const own = join(folder, 'killed');
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, 'residency.json'), residency);
  const [policy, root] = [join(folder, 'policy.json'), join(folder, 'root.json')];
  writeFileSync(policy, world.policyBytes);
  writeFileSync(root, world.root);
  const nowhere = 'http://127.0.0.1:9';
  const daemon = await startDaemon(process.execPath, [child, own, url, nowhere, policy, root, moment], {
    env: { ...compileCache, PATH: process.env['PATH'] ?? '', HOME: own, TMPDIR: folder },
    ready: /^serves at/,
    timeoutMs: 60_000,
    logFile: join(folder, `killed-${moment.replaceAll(' ', '-')}.log`),
  });
  t.after(() => daemon.stop('SIGKILL'));
  return { url: /http:\/\/[^\s,]+/.exec(daemon.line)?.[0] ?? '', daemon, own };
}

interface Answer {
  readonly state: string;
  readonly shares?: readonly { readonly sealed: string }[];
}

const stateAt = async (url: string, digest: string): Promise<Answer | undefined> =>
  fetch(`${url}/access/${digest}`).then(
    async (response) => (await response.json()) as Answer,
    () => undefined,
  );

for (const moment of [
  'before the supervisor signs',
  'after the supervisor signs',
  'before a statement is sent',
  'after a statement is sent',
  'before a share is opened',
  'after a share is opened',
]) {
  test(`a supervisor that is killed ${moment} grants once, and gives the share`, async (t) => {
    const world = await makeDeskWorld(t, false);
    const first = await start(t, world, moment);
    const asking = await world.ask();
    const { digest } = asking.signed;
    const posted = await fetch(`${first.url}/access`, { method: 'POST', body: new Uint8Array(asking.body) });
    assert.equal(posted.status, 202);
    approveRequest(first.own, digest);
    // Asked as a data center asks; the moments of the share come with the question.
    await eventually(async () => (await stateAt(first.url, digest)) === undefined, 60_000);
    assert.deepEqual(await first.daemon.exited, { code: null, signal: 'SIGKILL' });

    const again = await start(t, world);
    await eventually(async () => (await stateAt(again.url, digest))?.state === 'granted', 60_000);
    const [share] = (await stateAt(again.url, digest))?.shares ?? [];
    const { sealed, center, key } = asking.made;
    const opened = await openReleased(
      fromBase64(share?.sealed ?? ''),
      asking.signed,
      sealed,
      'supervisor-a',
      asking.reply,
    );
    assert.deepEqual(await recordKeyFromHalves(sealed, center, [opened]), key);
    assert.equal(world.grants().length, 1);
    assert.equal(readdirSync(join(again.own, 'grants')).length, 1);
  });
}
