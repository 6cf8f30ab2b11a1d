import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import test from 'node:test';
import {
  concat,
  emptyRoot,
  formatCheckpoint,
  noteSigner,
  noteTypes,
  signCheckpoint,
  u64,
  utf8,
  verifySignatureBy,
  type NoteSignature,
  type NoteSigner,
} from '@vitrine/evidence';
import { testSigner } from '@vitrine/testkit';
import { rejects } from './refusal.ts';

const text = formatCheckpoint({ origin: 'log.example/one', size: 7, root: emptyRoot(), extensions: [] });
const extended = formatCheckpoint({
  origin: 'log.example/one',
  size: 7,
  root: emptyRoot(),
  extensions: ['more'],
});
const classic = noteSigner('w.example', noteTypes.cosignature, testSigner('witness'));
const quantum = noteSigner('w.example', noteTypes.mlDsaCosignature, testSigner('witness', 'ml-dsa-44'));
const verified = (
  signature: NoteSignature,
  { key }: NoteSigner,
  body = text,
): ReturnType<typeof verifySignatureBy> => verifySignatureBy({ text: body, signatures: [signature] }, key);

test('cosignature/v1 is the time in eight bytes and an Ed25519 signature over time and text', async () => {
  const { blob } = await signCheckpoint(text, classic, 1_700_000_000);
  assert.equal(blob.length, 72);
  assert.deepEqual(blob.slice(0, 8), u64(1_700_000_000));
  const message = utf8(`cosignature/v1\ntime 1700000000\n${text}`);
  const key = createPublicKey({ key: Buffer.from(classic.signer.publicKey), format: 'der', type: 'spki' });
  assert.ok(verify(null, message, key, blob.slice(8)));
  const found = await verified({ name: 'w.example', id: classic.key.id, blob }, classic);
  assert.equal(found?.time, 1_700_000_000);
});

test('an ML-DSA-44 cosignature is over subtree/v1: name, time, origin, zero, size and root', async () => {
  const { blob } = await signCheckpoint(text, quantum, 1_700_000_000);
  assert.equal(blob.length, 2428);
  const message = concat(
    utf8('subtree/v1\n\0'),
    utf8('\u0009w.example'),
    u64(1_700_000_000),
    utf8('\u000flog.example/one'),
    u64(0),
    u64(7),
    emptyRoot(),
  );
  const key = createPublicKey({ key: Buffer.from(quantum.signer.publicKey), format: 'der', type: 'spki' });
  assert.ok(verify(null, message, key, blob.slice(8)));
  const found = await verified({ name: 'w.example', id: quantum.key.id, blob }, quantum);
  assert.equal(found?.time, 1_700_000_000);
});

test('the time of a cosignature is bound, and is at most 2^53 − 1', async () => {
  for (const one of [classic, quantum]) {
    const latest = await signCheckpoint(text, one, Number.MAX_SAFE_INTEGER);
    assert.equal((await verified(latest, one))?.time, Number.MAX_SAFE_INTEGER);
    assert.equal((await verified(await signCheckpoint(text, one, 0), one))?.time, 0);
    const moved = { ...latest, blob: concat(u64(1), latest.blob.slice(8)) };
    await rejects('note.signature', verified(moved, one));
    const beyond = { ...latest, blob: concat(u64(2 ** 53), latest.blob.slice(8)) };
    await rejects('cosignature.time', verified(beyond, one));
    const huge = { ...latest, blob: concat(new Uint8Array(8).fill(0xff), latest.blob.slice(8)) };
    await rejects('cosignature.time', verified(huge, one));
    await rejects('cosignature.time', verified({ ...latest, blob: latest.blob.slice(0, 8) }, one));
    await rejects('note.signature', verified({ ...latest, blob: latest.blob.slice(0, 40) }, one));
  }
});

test('ML-DSA-44 binds the name of the cosigner, cosignature/v1 does not', async () => {
  const signature = await signCheckpoint(text, quantum, 1);
  const renamed = noteSigner('v.example', noteTypes.mlDsaCosignature, quantum.signer);
  const moved = { ...signature, name: 'v.example', id: renamed.key.id };
  await rejects('note.signature', verified(moved, renamed));

  const plain = await signCheckpoint(text, classic, 1);
  const twin = noteSigner('v.example', noteTypes.cosignature, classic.signer);
  assert.equal((await verified({ ...plain, name: 'v.example', id: twin.key.id }, twin))?.time, 1);
});

test('a checkpoint with extension lines is never cosigned by ML-DSA-44, nor believed if it was', async () => {
  await rejects('cosignature.extensions', signCheckpoint(extended, quantum, 1));
  const signature = await signCheckpoint(text, quantum, 1);
  await rejects('cosignature.extensions', verified(signature, quantum, extended));
  const plain = await signCheckpoint(extended, classic, 1);
  assert.equal((await verified(plain, classic, extended))?.time, 1);
});

test('a signature of one type is not a signature of another', async () => {
  const asLog = noteSigner('w.example', noteTypes.log, classic.signer);
  const log = await signCheckpoint(text, asLog, 0);
  assert.equal(log.blob.length, 64);
  assert.equal(await verified(log, classic), undefined);
  const borrowed = { ...log, id: classic.key.id, blob: concat(u64(1), log.blob) };
  await rejects('note.signature', verified(borrowed, classic));
  const cosigned = await signCheckpoint(text, classic, 1);
  await rejects('note.signature', verified({ ...cosigned, id: asLog.key.id }, asLog));
});

test('what is signed with the right key but is no checkpoint is refused', async () => {
  const body = 'not a checkpoint\n';
  const asLog = noteSigner('w.example', noteTypes.log, classic.signer);
  await rejects('checkpoint.syntax', signCheckpoint(body, asLog, 0));
  const blob = await classic.signer.sign(utf8(body));
  await rejects('checkpoint.syntax', verified({ name: 'w.example', id: asLog.key.id, blob }, asLog, body));
});
