// Killed with -9 at any moment and started again, a supervisor ends where one that lived would have ended:
// the same statements, each of them once, and the same role versions signed.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { kindOf, parseEnvelope, statementOf, type JsonObject } from '@vitrine/evidence';
import { startDaemon, type Daemon } from '@vitrine/host';
import { headRulesOf, openLog } from '@vitrine/log';
import type { SupervisorStatus } from '@vitrine/supervisor';
import { compileCache, eventually } from '@vitrine/testkit';
import {
  build,
  buildAltered,
  commit,
  makeWorld,
  postRole,
  rebuilderOf,
  release,
  roleDraft,
  sign,
  supervisorKeyOf,
  vendorRole,
  type World,
} from './world.ts';

const child = fileURLToPath(new URL('supervisor-child.ts', import.meta.url));
const patience = 60_000;

const calls = [
  'source is fetched',
  'a blob is fetched',
  'the build runs',
  'the rebuilder signs',
  'a statement is sent',
  'the supervisor signs',
  'metadata is fetched',
  'the cosigner signs',
];
const moments = calls.flatMap((call) => [`before ${call}`, `after ${call}`]);

interface Child {
  readonly url: string;
  readonly daemon: Daemon;
}

async function start(t: TestContext, world: World, moment = ''): Promise<Child> {
  const folder = join(world.folder, 'killed');
  mkdirSync(folder, { recursive: true });
  const policy = join(world.folder, 'policy.json');
  const root = join(world.folder, 'root.json');
  writeFileSync(policy, world.policyBytes);
  writeFileSync(root, world.root);
  const daemon = await startDaemon(
    process.execPath,
    [child, folder, world.logUrl, world.siteUrl, policy, root, moment],
    {
      env: { ...compileCache, PATH: process.env['PATH'] ?? '', HOME: folder, TMPDIR: world.folder },
      ready: /^serves at http/,
      timeoutMs: patience,
    },
  );
  t.after(() => daemon.kill9());
  return { url: daemon.line.replace('serves at ', ''), daemon };
}

/** What our keys said in the log, entry by entry. */
async function saidBy(world: World): Promise<readonly string[]> {
  const keyids = new Set([rebuilderOf, supervisorKeyOf].map((keyOf) => keyOf('supervisor-a').signer.keyid));
  const reader = await openLog(world.logUrl, headRulesOf(world.policy));
  const said: string[] = [];
  for await (const { entry } of reader.entries(0, reader.head().checkpoint.size)) {
    const envelope = parseEnvelope(entry);
    if (!keyids.has(envelope.signatures[0]?.keyid ?? '')) continue;
    const { predicateType, predicate } = statementOf(envelope);
    const { result = '', order = '' } = predicate as { readonly result?: string; readonly order?: string };
    said.push([kindOf(predicateType)?.kind, result, order].join(' ').trim());
  }
  return said.toSorted();
}

/** Until the daemon has died, or has nothing left to do. */
async function work({ url, daemon }: Child, file: Uint8Array): Promise<void> {
  let died = false;
  void daemon.exited.then(() => {
    died = true;
  });
  await eventually(async () => died || (await isDone(url, file).catch(() => false)), patience);
}

async function isDone(url: string, file: Uint8Array): Promise<boolean> {
  const status = (await (await fetch(`${url}/status`)).json()) as SupervisorStatus;
  const settled = status.rebuilds.map(({ result }) => result);
  const { critical } = status.findings;
  const isSaid = settled.join(' ') === 'reproduced differs built' && critical === 1 && status.unlogged === 0;
  return isSaid && (await postRole(url, file)).status === 200;
}

for (const moment of moments) {
  test(`a supervisor that dies ${moment} goes on from there and says nothing twice`, async (t) => {
    const world = await makeWorld(t);
    commit(world, 'cat in.txt > $OUT/tiny.txt');
    const honest = await build(world);
    const target = await release(world, honest, 1);
    const altered = await buildAltered(world, '2.0.0');
    commit(world, 'cat in.txt > $OUT/tiny.txt', '3.0.0');
    const open = await build(world, { provenance: () => Promise.resolve(undefined) });
    const file = await sign(roleDraft(1, { [target.path]: target.planned }), [vendorRole]);

    const first = await start(t, world, moment);
    await work(first, file);
    assert.deepEqual(await first.daemon.exited, { code: null, signal: 'SIGKILL' });
    const second = await start(t, world);
    await work(second, file);

    assert.deepEqual(await saidBy(world), [
      'finding',
      `rebuild built ${open.statements.order.id}`,
      `rebuild differs ${altered.statements.order.id}`,
      `rebuild reproduced ${honest.statements.order.id}`,
    ]);
    const answers = [await postRole(second.url, file), await postRole(second.url, file)];
    assert.deepEqual(answers[0], answers[1]);
    const signed = (await (await fetch(`${second.url}/signed`)).json()) as JsonObject[];
    assert.deepEqual(
      signed.map(({ role, version }) => [role, version]),
      [['tiny-stable', 1]],
    );
    await second.daemon.stop();
  });
}
