// vitrine datacenter run, as its operator starts it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileSeen } from '@vitrine/datacenter/testing';
import { post, processWorld } from './datacenter-process.ts';

test('a data center that runs takes a report, answers its operator, says nothing of a subject and stops', async (t) => {
  const world = await processWorld(t);
  const { daemon, url } = await world.start();
  const endpoint = await world.endpoint('CH');
  const now = Math.floor(Date.now() / 1000);
  const consent = await endpoint.consent('reports', now);
  assert.equal((await post(`${url}/v1/consents`, consent.message)).status, 200);
  const report = await endpoint.seal(endpoint.report([fileSeen('holiday.exe', now)], now));
  assert.equal((await post(`${url}/v1/reports`, report)).status, 201);
  const counts = (await (await fetch(`${url}/v1/counts`)).json()) as { records: readonly { kind: string }[] };
  assert.deepEqual(
    counts.records.map(({ kind }) => kind),
    ['file-seen'],
  );

  const status = await world.command('datacenter', 'status', world.folder);
  assert.equal(status.code, 0, status.stderr);
  assert.match(status.stdout, /^zurich, database sqlite\nresidency {2}version 1 since /);
  assert.match(status.stdout, /holds {6}1 records/);
  assert.match(status.stdout, /waiting {4}3 statements are not in the log yet/);
  assert.match(status.stdout, /trouble {4}log: couldn't reach/);
  for (const line of status.stdout.split('\n'))
    assert.ok(line.length <= 80, `wider than a terminal: ${line}`);

  assert.deepEqual(await daemon.stop(), { code: 0, signal: null });
  const said = readFileSync(world.log, 'utf8');
  assert.match(said, /sealing key [0-9a-f]{16}… from /);
  for (const secret of ['holiday', endpoint.subject.pseudonym, 'Downloads'])
    for (const text of [said, status.stdout]) assert.ok(!text.includes(secret));
});
