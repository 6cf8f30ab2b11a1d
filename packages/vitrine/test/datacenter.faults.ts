// A data center that is killed, begins again, is backed up and restored: what it acknowledged is there, what was
// erased is not, and its keys are those that it had.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openAnswer, parseConfirmation, readPromise } from '@vitrine/reports';
import { parseEnvelope, parseVkey } from '@vitrine/evidence';
import { fileSeen } from '@vitrine/datacenter/testing';
import { eventually } from '@vitrine/testkit';
import { post, processWorld } from './datacenter-process.ts';

const now = (): number => Math.floor(Date.now() / 1000);

test('what a data center promised before kill -9 is proven after it, under the same keys', async (t) => {
  const world = await processWorld(t);
  const first = await world.start();
  const endpoint = await world.endpoint('CH');
  await post(`${first.url}/v1/consents`, (await endpoint.consent('reports', now())).message);
  const reports = await Promise.all(
    Array.from({ length: 20 }, async (_, i) => {
      const report = endpoint.report([fileSeen(`${i}.exe`, now())], now());
      return { id: report.id, message: await endpoint.seal(report) };
    }),
  );
  // Killed while half of them are on their way.
  const answers = reports.map(({ message }) =>
    post(`${first.url}/v1/reports`, message).catch(() => undefined),
  );
  await Promise.race(answers);
  await first.daemon.kill9();
  const promised: string[] = [];
  for (const [i, answer] of answers.entries()) {
    const response = await answer;
    if (response?.status === 201) promised.push(reports[i]?.id ?? '');
  }
  assert.ok(promised.length > 0, 'one at least was promised');

  const keys = readdirSync(join(world.folder, 'keys', 'sealing'));
  const second = await world.start();
  assert.deepEqual(readdirSync(join(world.folder, 'keys', 'sealing')), keys);
  for (const { id, message } of reports) {
    const again = await post(`${second.url}/v1/reports`, message);
    const known = again.status === 409;
    assert.ok(known || again.status === 201, await again.text());
    if (promised.includes(id)) assert.ok(known, 'a promised report is there');
  }
  for (const { id } of reports)
    await eventually(async () => (await fetch(`${second.url}/v1/receipts/${id}`)).status === 200);
  const counts = (await (await fetch(`${second.url}/v1/counts`)).json()) as {
    records: readonly { count: number }[];
  };
  assert.equal(counts.records[0]?.count, 20, 'each once');
});

test('a second daemon of a folder is refused, and a socket that a killed one left is taken over', async (t) => {
  const world = await processWorld(t);
  const { daemon } = await world.start();
  const second = await world.command('datacenter', 'run', world.folder);
  assert.equal(second.code, 1);
  assert.match(second.stderr, /lease "datacenter" of .* another process holds it/);
  await daemon.kill9();
  assert.ok(existsSync(join(world.folder, 'control.sock')));
  const gone = await world.command('datacenter', 'status', world.folder);
  assert.match(gone.stderr, /control\.not-running/);
  await world.start();
  assert.equal((await world.command('datacenter', 'status', world.folder)).code, 0);
});

test('an operator carries out a sealed request, backs up, and restores what was not erased', async (t) => {
  const world = await processWorld(t);
  const { daemon, url } = await world.start();
  const stays = await world.endpoint('CH');
  const goes = await world.endpoint('JP');
  for (const endpoint of [stays, goes]) {
    await post(`${url}/v1/consents`, (await endpoint.consent('reports', now())).message);
    const answer = await post(
      `${url}/v1/reports`,
      await endpoint.seal(endpoint.report([fileSeen('x.exe', now())], now())),
    );
    assert.equal(answer.status, 201);
    const promise = parseEnvelope(new Uint8Array(await answer.arrayBuffer()));
    await readPromise(promise, parseVkey(world.center.ledger));
  }
  const at = (name: string): string => join(world.folder, '..', name);
  const backup = await world.command('datacenter', 'backup', world.folder, '--out', at('backup'));
  assert.equal(backup.code, 0, backup.stderr);

  const { message } = await goes.request('erase', now());
  writeFileSync(at('request'), message);
  const wrong = await world.command(
    'subject',
    'export',
    world.folder,
    '--request',
    at('request'),
    '--out',
    at('no'),
  );
  assert.equal(wrong.code, 3);
  assert.match(wrong.stderr, /the request asks to erase, not to export/);
  const done = await world.command(
    'subject',
    'erase',
    world.folder,
    '--request',
    at('request'),
    '--out',
    at('answer'),
    '--json',
  );
  assert.equal(done.code, 0, done.stderr);
  const { request } = JSON.parse(done.stdout) as { request: string };
  const answer = await openAnswer(new Uint8Array(readFileSync(at('answer'))), goes.subject.opening, request);
  assert.equal(parseConfirmation(answer).signatures.length, 1);

  const retention = await world.command('datacenter', 'retention', world.folder);
  assert.match(retention.stdout, /stored {5}1 records, none due by /);
  assert.match(
    (await world.command('datacenter', 'sealing-key', world.folder, '--renew')).stdout,
    /(?:^key .*\n {11}sealed .*\n {11}opens .*\n){2}/m,
  );
  await daemon.stop();

  const refused = await world.command('datacenter', 'restore', world.folder, '--backup', at('backup'));
  assert.match(refused.stderr, /datacenter\.store/);
  renameSync(join(world.folder, 'custody.db'), at('custody.lost'));
  for (const end of ['-wal', '-shm']) rmSync(join(world.folder, `custody.db${end}`), { force: true });
  const restored = await world.command('datacenter', 'restore', world.folder, '--backup', at('backup'));
  assert.equal(restored.code, 0, restored.stderr);
  assert.match(restored.stdout, /restored {3}1 records\nleft out {3}1 that were erased/);
  await world.start();
  const offline = await world.command('datacenter', 'status', world.folder);
  assert.match(offline.stdout, /holds {6}1 records/);
});
