// kill -9 wherever an endpoint makes something durable while it reports and sends: nothing that was queued is lost,
// nothing is stored twice, and everything that left stands in the own ledger.

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { countsOf } from '@vitrine/datacenter';
import { run, type RunResult } from '@vitrine/host';
import { sampleLimits } from '@vitrine/reports';
import { makeScene, now, type Endpoint } from './world.ts';

const scene = await makeScene({ after });
const { zurich } = scene;
const child = (folder: string, killAt: number, ...args: readonly string[]): Promise<RunResult> =>
  run(process.execPath, [join(import.meta.dirname, '../agent-child.ts'), ...args, '--folder', folder], {
    env: { KILL_AT: String(killAt), NOW: String(now), NODE_COMPILE_CACHE: join(scene.dir, 'compiled') },
    timeoutMs: 60_000,
    maxOutputBytes: 1 << 20,
  });
const syncsOf = ({ stderr }: RunResult): number => Number(/^syncs (\d+)$/m.exec(stderr)?.[1]);

/** The same endpoint, as its folder was. */
function copyOf(one: Endpoint, name: string): Endpoint {
  const folder = join(scene.dir, 'copies', name);
  cpSync(one.folder, folder, { recursive: true });
  return scene.at(folder);
}

async function recordsAt(one: Endpoint, into: string): Promise<readonly string[]> {
  const { code, err, out } = await one.run('subject', 'export', '--into', into, '--json');
  assert.equal(code, 0, err + out);
  const file = join(into, 'zurich-1', 'records.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { observation: object }[]).map(({ observation }) =>
    JSON.stringify(observation),
  );
}

/** Records of everybody, as the data center itself counts them. */
async function stored(): Promise<number> {
  const { records } = await countsOf(zurich.running);
  return records.reduce((sum, { count }) => sum + count, 0);
}

test('an endpoint that is killed at any sync of a report or of sending loses nothing and sends nothing twice', async () => {
  const walked = join(scene.dir, 'walked');
  mkdirSync(walked);
  for (let i = 0; i < 60; i++) writeFileSync(join(walked, `${i}.exe`), `MZ\0${i}`);
  const large = Buffer.alloc(sampleLimits.piece + 5, 1);
  large.write('MZ');
  writeFileSync(join(walked, 'large.exe'), large);

  const one = await scene.endpoint('killed');
  assert.equal((await one.run('consent', 'give', 'samples', '--country', 'CH', '--yes')).code, 0);
  const asked = ['report', walked] as const;
  const whole = copyOf(one, 'whole');
  const reported = await child(whole.folder, 0, ...asked);
  assert.equal(reported.code, 0, reported.stderr);
  const reportSyncs = syncsOf(reported);
  assert.ok(reportSyncs >= 4, reported.stderr);
  for (let killAt = 1; killAt <= reportSyncs; killAt++) {
    const copy = copyOf(one, `report-${killAt}`);
    const killed = await child(copy.folder, killAt, ...asked);
    assert.equal(killed.signal, 'SIGKILL', killed.stderr);
    // Whatever was queued before is known: in the end each file waits once.
    const again = await copy.run(...asked, '--json');
    assert.equal(again.code, 0, again.err);
    const { out } = await copy.run('status', '--json');
    const { sharing } = JSON.parse(out) as { sharing: { queued: number } };
    assert.equal(sharing.queued, 61, `killed at ${killAt}`);
  }

  const ready = whole;
  assert.equal((await ready.run('report', join(walked, 'large.exe'), '--sample')).code, 0);
  const before = await stored();
  const sent = copyOf(ready, 'sent');
  const done = await child(sent.folder, 0, 'send');
  assert.equal(done.code, 0, done.stderr + done.stdout);
  const sendSyncs = syncsOf(done);
  assert.ok(sendSyncs > 20, String(sendSyncs));
  assert.equal(await stored(), before + 63);
  for (let killAt = 1; killAt <= sendSyncs; killAt++) {
    const copy = copyOf(ready, `send-${killAt}`);
    const killed = await child(copy.folder, killAt, 'send');
    assert.equal(killed.signal, 'SIGKILL', killed.stderr);
    const again = await copy.run('send');
    assert.equal(again.code, 0, `killed at ${killAt}: ${again.out}${again.err}`);
    await zurich.publish();
    assert.equal((await copy.run('send')).code, 0);
    assert.equal(await stored(), before + 63 * (killAt + 1), `killed at ${killAt}`);
    const verified = await copy.run('ledger', 'verify');
    assert.equal(verified.code, 0, `killed at ${killAt}: ${verified.out}`);
    assert.match(verified.out, /^records: 63 proven$/m, `killed at ${killAt}`);
  }
  // All of them were one subject's, who gets each of its records once.
  const all = await recordsAt(sent, join(scene.dir, 'all'));
  assert.equal(all.length, before + 63 * (sendSyncs + 1));
});
