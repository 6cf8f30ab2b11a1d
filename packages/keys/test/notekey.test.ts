import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  fromHex,
  noteTypes,
  parseSignedCheckpoint,
  parseVkey,
  toHex,
  utf8,
  verifySignatureBy,
} from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { generateKey, importGoKey, loadNoteKey, nameKey, noteVkey, signerFromSeed } from '@vitrine/keys';
import { everyParserRefuses, skipReason, temporaryDirectory, vectors } from '@vitrine/testkit';

/** The public test key of transparency-dev/tessera testdata/log. */
const goKey = 'PRIVATE+KEY+example.com/log/testdata+33d7b496+AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg';
const archive = 'vectors/tlog-tiles-15-entries.tar.gz';

test('the Go key of the published test log has the key ID that stands in it', () => {
  const { name, signer } = importGoKey(goKey);
  assert.equal(name, 'example.com/log/testdata');
  const vkey = noteVkey(name, signer, noteTypes.log);
  assert.equal(vkey, 'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx');
  assert.equal(toHex(parseVkey(vkey).id), '33d7b496');
  assert.deepEqual(parseVkey(vkey).spki, signer.publicKey);
  assert.equal(importGoKey(`${goKey}\n`).name, name);
});

test(
  'the imported key makes the published signatures again, byte for byte',
  { skip: skipReason(archive) },
  async () => {
    const { name, signer } = importGoKey(goKey);
    const key = parseVkey(noteVkey(name, signer, noteTypes.log));
    const files = [...(vectors(archive) ?? [])].filter(([path]) => /\/checkpoint(\.\d+)?$/.test(path));
    assert.ok(files.length >= 15);
    for (const [path, bytes] of files) {
      const { note } = parseSignedCheckpoint(bytes);
      assert.ok(await verifySignatureBy(note, key), path);
      const [line] = note.signatures;
      assert.deepEqual(await signer.sign(utf8(note.text)), line?.blob, path);
    }
  },
);

test('Ed25519 and ML-DSA-44 keys have their verifier keys, P-256 keys have none', () => {
  const ed25519 = signerFromSeed(new Uint8Array(32), 'ed25519');
  const mlDsa = signerFromSeed(new Uint8Array(32), 'ml-dsa-44');
  for (const [type, signer, length] of [
    [noteTypes.log, ed25519, 32],
    [noteTypes.cosignature, ed25519, 32],
    [noteTypes.mlDsaCosignature, mlDsa, 1312],
  ] as const) {
    const key = parseVkey(noteVkey('example.com/log', signer, type));
    assert.deepEqual(
      [key.name, key.type, key.raw.length, key.spki],
      ['example.com/log', type, length, signer.publicKey],
    );
  }
  const p256 = signerFromSeed(new Uint8Array(32), 'ecdsa-p256');
  for (const [type, signer] of [
    [1, mlDsa],
    [6, ed25519],
    [1, p256],
  ] as const) {
    assert.throws(() => noteVkey('example.com/log', signer, type), { code: 'vkey.syntax' });
  }
  assert.throws(() => noteVkey('two words', ed25519, 1), { code: 'key.name' });
});

const badGoKeys = [
  ['', 'key.malformed'],
  ['example.com+33d7b496+AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg', 'key.malformed'],
  [goKey.replace('33d7b496', '33d7b497'), 'key.malformed'],
  [goKey.replace('33d7b496', '33D7B496'), 'key.malformed'],
  [goKey.replace('testdata', 'testdatA'), 'key.malformed'],
  [goKey.replace('F3eg', 'F3eh'), 'key.malformed'],
  [goKey.replace('AeymY', 'BOymY'), 'key.type'],
  [goKey.slice(0, -4), 'key.type'],
  [`${goKey}\n\n`, 'key.malformed'],
  [goKey.replace('example', 'exam ple'), 'key.malformed'],
  [goKey.replace('example', 'ex\u00a0mple'), 'key.malformed'],
] as const;

for (const [text, code] of badGoKeys) {
  test(`the Go key ${JSON.stringify(text.slice(0, 50))} … is refused without a word of it`, () => {
    assert.throws(
      () => importGoKey(text),
      (error: Error & { code: string }) => {
        assert.equal(error.code, code);
        assert.doesNotMatch(error.message, /eymY|SF3e/);
        return true;
      },
    );
  });
}

test('mutated Go keys are refused by a typed error or are keys', () => {
  everyParserRefuses((bytes) => importGoKey(Buffer.from(bytes).toString('utf8')), [utf8(goKey)], 20_000);
});

test('the name beside a key is found, and contradictions are refused', async (t) => {
  const path = join(temporaryDirectory(t), 'log.pem');
  const { keyid } = await generateKey(path, 'ed25519');
  await assert.rejects(loadNoteKey(path), { code: 'key.name', exit: 2 });
  assert.equal((await loadNoteKey(path, 'example.com/other')).name, 'example.com/other');
  await nameKey(path, 'example.com/log');
  await nameKey(path, 'example.com/log');
  assert.equal(readFileSync(`${path}.name`, 'utf8'), 'example.com/log\n');
  const { name, signer } = await loadNoteKey(path);
  assert.deepEqual([name, signer.keyid], ['example.com/log', keyid]);
  await assert.rejects(loadNoteKey(path, 'example.com/other'), { code: 'key.name' });
  await assert.rejects(nameKey(path, 'example.com/other'), { code: 'key.name' });
});

for (const name of ['', 'two words', 'a+b', 'line\nbreak', '\u2003', 'x'.repeat(256)]) {
  test(`${JSON.stringify(name.slice(0, 20))} cannot name a key`, async (t) => {
    const path = join(temporaryDirectory(t), 'log.pem');
    await generateKey(path, 'ed25519');
    await assert.rejects(nameKey(path, name), { code: 'key.name' });
    await assert.rejects(loadNoteKey(path, name), { code: 'key.name' });
    writeFileSync(`${path}.name`, `${name}\n`);
    await assert.rejects(loadNoteKey(path), /key name|more than 256/);
  });
}

test('a seed gives the same key for ever', () => {
  const seed = sha256(utf8('vitrine'));
  const keyids = (['ed25519', 'ecdsa-p256', 'ml-dsa-44'] as const).map(
    (scheme) => signerFromSeed(seed, scheme).keyid,
  );
  assert.deepEqual(keyids, [
    '214eab9236a323078c27791ac9709baae8b2a12db44adbb574c2db2bf0d42347',
    '5a2c6ba4fa99c3a95c7e943d0f1ac1bcceb3b55bf31643ee5ae0a02c523ac36e',
    '902a53ebf66292ff9981c9dcfeeb33d2b55d021fe6f4f2ca91ea58fe6077b7e9',
  ]);
  for (const length of [0, 31, 33]) {
    assert.throws(() => signerFromSeed(new Uint8Array(length), 'ed25519'), { code: 'key.malformed' });
  }
});

test('the Ed25519 key of a seed is that of RFC 8032, test 1', async () => {
  const seed = fromHex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60');
  const signer = signerFromSeed(seed, 'ed25519');
  assert.equal(
    toHex(signer.publicKey.slice(-32)),
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
  );
  assert.equal(
    toHex(await signer.sign(new Uint8Array(0))),
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  );
});
