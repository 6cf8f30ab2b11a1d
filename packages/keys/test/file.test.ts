import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { keyidOf, requireSignature, utf8, type Scheme } from '@vitrine/evidence';
import { generateKey, keysErrors, loadSigner } from '@vitrine/keys';
import { everyAsyncParserRefuses, temporaryDirectory } from '@vitrine/testkit';

const schemes: readonly Scheme[] = ['ed25519', 'ecdsa-p256', 'ml-dsa-44'];
const skipModes = process.platform === 'win32' && 'no permission bits';

for (const scheme of schemes) {
  test(`a generated ${scheme} key is loaded as the same signer and signs`, async (t) => {
    const path = join(temporaryDirectory(t), 'key.pem');
    const made = await generateKey(path, scheme);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    const signer = await loadSigner(path);
    assert.deepEqual([signer.scheme, signer.keyid, signer.publicKey], [scheme, made.keyid, made.publicKey]);
    assert.equal(signer.keyid, keyidOf(signer.publicKey));
    const message = utf8('message');
    await requireSignature(made.publicKey, message, await signer.sign(message));
    await requireSignature(signer.publicKey, message, await made.sign(message));
  });
}

test('two generated keys differ', async (t) => {
  const folder = temporaryDirectory(t);
  const keys = await Promise.all([1, 2].map((n) => generateKey(join(folder, String(n)), 'ed25519')));
  assert.notEqual(keys[0]?.keyid, keys[1]?.keyid);
});

test('a key is never overwritten', async (t) => {
  const path = join(temporaryDirectory(t), 'key.pem');
  const { keyid } = await generateKey(path, 'ed25519');
  await assert.rejects(generateKey(path, 'ed25519'), { code: 'key.exists', exit: 1 });
  assert.equal((await loadSigner(path)).keyid, keyid);
});

test('the strictest and the loosest umask give the same mode', { skip: skipModes }, async (t) => {
  const folder = temporaryDirectory(t);
  const umask = process.umask(0);
  t.after(() => process.umask(umask));
  for (const mask of [0o000, 0o777]) {
    process.umask(mask);
    const path = join(folder, `key-${mask}`);
    await generateKey(path, 'ed25519');
    assert.equal(statSync(path).mode & 0o777, 0o600);
  }
});

for (const mode of [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o666, 0o777]) {
  test(`a key file of mode ${mode.toString(8)} is refused`, { skip: skipModes }, async (t) => {
    const path = join(temporaryDirectory(t), 'key.pem');
    await generateKey(path, 'ed25519');
    chmodSync(path, mode);
    await assert.rejects(
      loadSigner(path),
      (error: Error & { code: string; exit: number; remedy: string }) => {
        assert.deepEqual([error.code, error.exit], ['key.permissions', 4]);
        assert.match(error.message, new RegExp(`its mode is 0${mode.toString(8)}, not 0600$`));
        assert.match(error.remedy, /chmod 600/);
        return true;
      },
    );
  });
}

test('of a link the mode of its target counts', { skip: skipModes }, async (t) => {
  const folder = temporaryDirectory(t);
  const path = join(folder, 'key.pem');
  const link = join(folder, 'link.pem');
  const { keyid } = await generateKey(path, 'ed25519');
  symlinkSync('key.pem', link);
  assert.equal((await loadSigner(link)).keyid, keyid);
  chmodSync(path, 0o644);
  await assert.rejects(loadSigner(link), { code: 'key.permissions' });
});

function pemFile(t: { after(work: () => void): void }, content: string | Uint8Array): string {
  const path = join(temporaryDirectory(t), 'key.pem');
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ed448 = generateKeyPairSync('ed448');
const p384 = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
const x25519 = generateKeyPairSync('x25519');
const p256 = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const pkcs8 = { type: 'pkcs8', format: 'pem' } as const;

const refused: readonly (readonly [string, string | Uint8Array, string])[] = [
  ['an RSA key', rsa.privateKey.export(pkcs8), 'key.type'],
  ['an Ed448 key', ed448.privateKey.export(pkcs8), 'key.type'],
  ['a P-384 key', p384.privateKey.export(pkcs8), 'key.type'],
  ['an X25519 key', x25519.privateKey.export(pkcs8), 'key.type'],
  ['a public key', p256.publicKey.export({ type: 'spki', format: 'pem' }), 'key.malformed'],
  ['a SEC1 key', p256.privateKey.export({ type: 'sec1', format: 'pem' }), 'key.malformed'],
  [
    'a key with a passphrase',
    p256.privateKey.export({ ...pkcs8, cipher: 'aes-256-cbc', passphrase: 'x' }),
    'key.malformed',
  ],
  ['two keys in one file', p256.privateKey.export(pkcs8).repeat(2), 'key.malformed'],
  ['text before the key', `comment\n${p256.privateKey.export(pkcs8)}`, 'key.malformed'],
  ['an empty file', '', 'key.malformed'],
  [
    'a PEM frame with nothing in it',
    '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n',
    'key.malformed',
  ],
  ['bytes that are no text', Uint8Array.of(0xff, 0xfe, 0), 'key.malformed'],
  ['a huge file', new Uint8Array(20_000), 'key.malformed'],
];

for (const [what, content, code] of refused) {
  test(`${what} is refused`, async (t) => {
    await assert.rejects(loadSigner(pemFile(t, content)), { code });
  });
}

test('a missing file and a folder are refused', async (t) => {
  const folder = temporaryDirectory(t);
  mkdirSync(join(folder, 'folder'), { mode: 0o700 });
  await assert.rejects(loadSigner(join(folder, 'absent')), { code: 'file.missing' });
  await assert.rejects(loadSigner(join(folder, 'folder')), { code: 'key.malformed' });
});

test('a key that another tool wrote in PKCS#8 is taken, also with Windows line ends', async (t) => {
  const pem = p256.privateKey.export(pkcs8);
  assert.equal((await loadSigner(pemFile(t, pem))).scheme, 'ecdsa-p256');
  assert.equal((await loadSigner(pemFile(t, pem.replaceAll('\n', '\r\n')))).scheme, 'ecdsa-p256');
});

test('no message about a key holds a piece of it', async (t) => {
  const pem = generateKeyPairSync('ed25519').privateKey.export(pkcs8);
  const body = pem.split('\n')[1] ?? '';
  const path = pemFile(t, pem.replace(body, `${body.slice(0, 30)}AAAA`));
  await assert.rejects(loadSigner(path), (error: Error) => {
    assert.ok(!error.message.includes(body.slice(5, 20)));
    assert.equal(error.cause, undefined);
    return true;
  });
});

test('mutated key files are loaded or refused by a typed error', async (t) => {
  const path = join(temporaryDirectory(t), 'key.pem');
  const pems = await Promise.all(
    schemes.map(async (scheme) => {
      const own = join(path, '..', scheme);
      await generateKey(own, scheme);
      return new Uint8Array(readFileSync(own));
    }),
  );
  const { refused: count } = await everyAsyncParserRefuses(
    async (pem) => {
      writeFileSync(path, pem, { mode: 0o600 });
      await loadSigner(path);
    },
    pems,
    3_000,
  );
  assert.ok(count > 1_000);
});

test('the key file is what node:crypto reads, and Ed25519 signatures are the same', async (t) => {
  const path = join(temporaryDirectory(t), 'key.pem');
  const signer = await generateKey(path, 'ed25519');
  const direct = sign(null, utf8('message'), createPrivateKey(readFileSync(path)));
  assert.deepEqual(await signer.sign(utf8('message')), new Uint8Array(direct));
});

test('a signer cannot be changed', async (t) => {
  const signer = await generateKey(join(temporaryDirectory(t), 'key.pem'), 'ed25519');
  assert.ok(Object.isFrozen(signer));
});

test('every error of this package has a meaning, a remedy and an exit code', () => {
  for (const [code, { exit, meaning, remedy }] of Object.entries(keysErrors)) {
    assert.match(code, /^key\.[a-z]+$/);
    assert.ok(exit >= 1 && exit <= 5);
    assert.match(meaning, /^[A-Z].*\.$/);
    assert.match(remedy, /^[A-Z].*\.$/);
  }
});
