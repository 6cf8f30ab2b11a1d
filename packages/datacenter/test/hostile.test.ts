// What comes from outside, changed at random: whatever it is, the answer is a refusal with a code, nothing is
// stored, and it is nobody's fault but the sender's.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { isVitrineError } from '@vitrine/evidence';
import { restoreBackup, writeBackup, writeKeys } from '@vitrine/datacenter';
import { fileSeen } from '@vitrine/datacenter/testing';
import { sealMessage, signReport, type ContentType } from '@vitrine/reports';
import { everyAsyncParserRefuses, mutate } from '@vitrine/testkit';
import { openStore, sqliteDatabase } from './databases.ts';
import { centerOf, endpoint, now, startCenter } from './world.ts';

test('a sealed message that was changed anywhere is refused with a code', async (t) => {
  const running = await startCenter(t, sqliteDatabase);
  const { center } = running;
  const one = await endpoint('one');
  await running.consent(one);
  const message = await one.seal(one.report([fileSeen('x', now)], now));
  const { refused } = await everyAsyncParserRefuses((bytes) => center.intake.take(bytes), [message], 1_000);
  assert.ok(refused > 500);
  const rows = await center.store.read('count', (db) => db.selectFrom('record').select('idx').execute());
  assert.equal(rows.length, 1);
});

test('content that was changed before it was sealed is refused, and never the data center’s own trouble', async (t) => {
  const running = await startCenter(t, sqliteDatabase);
  const one = await endpoint('one');
  await running.consent(one);
  const body = await signReport(one.report([fileSeen('x', now), fileSeen('y', now)], now), one.subject);
  const paths: readonly (readonly [string, ContentType])[] = [
    ['/v1/reports', 'report'],
    ['/v1/consents', 'consent'],
    ['/v1/requests', 'request'],
  ];
  const statuses = new Map<number, number>();
  let i = 0;
  for (const changed of mutate(7, body, 300)) {
    if (Buffer.compare(changed, body) === 0) continue;
    const [path, type] = paths[i++ % paths.length] as (typeof paths)[number];
    const content = { type, body: changed.slice(0, 100_000) };
    const answer = await running.post(path, await sealMessage(content, centerOf('zurich').key));
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    if (answer.status === 201) assert.fail('a changed report was taken');
    assert.match(await answer.text(), /^\{"code":"[a-z-]+\.[a-z-]+","meaning":/);
  }
  assert.deepEqual(
    [...statuses.keys()].filter((status) => status >= 500),
    [],
  );
  assert.deepEqual(running.trouble, []);
});

test('a backup that was changed anywhere is refused before a row of it is written', async (t) => {
  const running = await startCenter(t, sqliteDatabase);
  const one = await endpoint('one');
  await running.consent(one);
  await running.post('/v1/reports', await one.seal(one.report([fileSeen('x', now)], now)));
  const [backup, keys, bad] = [
    join(running.dir, 'backup'),
    join(running.dir, 'keys'),
    join(running.dir, 'bad'),
  ];
  await writeBackup(running.center.store, 'zurich', backup);
  await writeKeys(running.center.store, 'zurich', keys);
  const store = await openStore(t, await sqliteDatabase(t));
  const valid = readFileSync(backup);
  for (const changed of mutate(11, valid, 200)) {
    if (Buffer.compare(changed, valid) === 0) continue;
    writeFileSync(bad, changed);
    await assert.rejects(
      restoreBackup({
        store,
        center: 'zurich',
        backup: bad,
        keys,
        custody: undefined,
        access: undefined,
        now,
      }),
      (error) => isVitrineError(error),
    );
  }
  const rows = await store.read('count', (db) => db.selectFrom('custody_leaf').select('idx').execute());
  assert.deepEqual(rows, []);
});
