import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { test } from 'node:test';
import { parseSpki, strictSignature, utf8 } from '@vitrine/evidence';
import { normaliseLowS, signerFromSeed } from '@vitrine/keys';

const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

function der(r: bigint, s: bigint): Uint8Array {
  const integer = (value: bigint): number[] => {
    const hex = value.toString(16);
    const bytes = [...Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')];
    if ((bytes[0] ?? 0) >= 0x80) bytes.unshift(0);
    return [2, bytes.length, ...bytes];
  };
  const body = [...integer(r), ...integer(s)];
  return Uint8Array.of(0x30, body.length, ...body);
}

const cases = [
  ['s = 1 stays', 5n, 1n, 1n],
  ['s = n/2 stays', 5n, order / 2n, order / 2n],
  ['s = n/2 + 1 becomes n/2', 5n, order / 2n + 1n, order / 2n],
  ['s = n - 1 becomes 1', 5n, order - 1n, 1n],
  ['s = n - 128 becomes 128, with its leading zero', 5n, order - 128n, 128n],
  ['s = n - 127 becomes 127, without one', 5n, order - 127n, 127n],
  ['a large r is kept', order - 1n, order - 256n, 256n],
] as const;

for (const [what, r, s, low] of cases) {
  test(what, () => {
    assert.deepEqual(normaliseLowS(der(r, s)), der(r, low));
    assert.equal(strictSignature('ecdsa-p256', new Uint8Array(64), normaliseLowS(der(r, s))), undefined);
  });
}

test('of the two signatures of OpenSSL both become one that is strict and valid', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  let high = 0;
  for (let i = 0; i < 64; i++) {
    const message = utf8(`message ${i}`);
    const made = new Uint8Array(sign('sha256', message, privateKey));
    const low = normaliseLowS(made);
    if (!Buffer.from(low).equals(made)) high++;
    assert.equal(strictSignature('ecdsa-p256', new Uint8Array(64), low), undefined);
    assert.ok(verify('sha256', message, publicKey, low));
    assert.deepEqual(normaliseLowS(low), low);
  }
  assert.ok(high > 0 && high < 64, `${high} of 64 were high`);
});

test('every signature of a P-256 signer is low', async () => {
  const signer = signerFromSeed(new Uint8Array(32), 'ecdsa-p256');
  const { raw } = parseSpki(signer.publicKey);
  const key = createPublicKey({ key: Buffer.from(signer.publicKey), format: 'der', type: 'spki' });
  for (let i = 0; i < 40; i++) {
    const signature = await signer.sign(Uint8Array.of(i));
    assert.equal(strictSignature('ecdsa-p256', raw, signature), undefined);
    assert.ok(verify('sha256', Uint8Array.of(i), key, signature));
  }
});

const malformed = [
  new Uint8Array(0),
  Uint8Array.of(0x30),
  Uint8Array.of(0x31, 6, 2, 1, 1, 2, 1, 1),
  Uint8Array.of(0x30, 7, 2, 1, 1, 2, 1, 1),
  Uint8Array.of(0x30, 6, 3, 1, 1, 2, 1, 1),
  Uint8Array.of(0x30, 6, 2, 1, 1, 2, 2, 1),
  Uint8Array.of(0x30, 7, 2, 1, 1, 2, 1, 1, 0),
  Uint8Array.of(0x30, 5, 2, 0, 2, 1, 1),
  der(1n, order),
  der(1n, order + 1n),
];

for (const bytes of malformed) {
  test(`${Buffer.from(bytes).toString('hex').slice(0, 40) || 'nothing'} is no signature`, () => {
    assert.throws(() => normaliseLowS(bytes), { code: 'key.sign' });
  });
}
