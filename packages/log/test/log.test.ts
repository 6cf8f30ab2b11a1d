import assert from 'node:assert/strict';
import test from 'node:test';
import { fromUtf8, parseNote, verifyInclusion, leafHash } from '@vitrine/evidence';
import { listen } from '@vitrine/host';
import { atLeast, logHandler, openLog } from '@vitrine/log';
import { testSigner } from '@vitrine/testkit';
import {
  admissionFor,
  entry,
  logSigner,
  mlDsaSigner,
  newLog,
  origin,
  startLog,
  startWitness,
  statement,
} from './helpers.ts';

test('entries go in, are witnessed, published, and read back with proofs', async (t) => {
  const witnesses = await Promise.all([startWitness(t, 'a'), startWitness(t, 'b', { mlDsa: true })]);
  const endpoints = witnesses.map(({ endpoint }) => endpoint);
  const signers = [logSigner, mlDsaSigner];
  const log = await startLog(t, {
    dir: await newLog(t, 'raw', signers),
    signers,
    witnesses: endpoints,
    enough: atLeast(2, endpoints),
  });
  const indices = await Promise.all(Array.from({ length: 700 }, (_, i) => log.append(entry(i))));
  assert.deepEqual(
    indices.map(({ index }) => index),
    [...Array.from({ length: 700 }).keys()],
  );
  const head = await log.publishNow();
  assert.equal(head.size, 700);
  assert.equal(parseNote(head.note).signatures.length, 5);

  const server = await listen(logHandler(log), { port: 0 });
  t.after(() => server.close());
  const keys = {
    origin,
    logKeys: signers.map(({ key }) => key),
    witnessKeys: endpoints.map(({ key }) => key),
    enough: atLeast(2, endpoints),
  };
  const reader = await openLog(server.url, keys);
  assert.equal(reader.head().checkpoint.size, 700);
  for (const index of [0, 255, 256, 511, 699]) {
    const bytes = await reader.entry(index);
    assert.equal(fromUtf8(bytes), `entry ${index}`);
    verifyInclusion(await reader.inclusion(index), index, 700, leafHash(bytes), head.root);
  }
  let next = 0;
  for await (const { index, entry: bytes } of reader.entries(0, 700))
    assert.equal(fromUtf8(bytes), `entry ${(assert.equal(index, next++), index)}`);
  assert.equal(next, 700);
});

test('an admitted statement is logged once, whoever sends it how often', async (t) => {
  const alice = testSigner('alice');
  const log = await startLog(t, { dir: await newLog(t, 'admission'), admission: admissionFor([alice]) });
  const bytes = await statement(alice);
  const first = await log.append(bytes);
  assert.equal((await log.append(await statement(alice, 1))).index, 1);
  assert.deepEqual(await log.append(bytes), first);
  assert.equal(log.size(), 2);
});
