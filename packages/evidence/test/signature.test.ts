import assert from 'node:assert/strict';
import test from 'node:test';
import {
  concat,
  formatSpki,
  fromHex,
  parseSpki,
  purePlatform,
  requireSignature,
  strictSignature,
  toHex,
  utf8,
  webCryptoVerify,
  type Scheme,
  type VerifySignature,
} from '@vitrine/evidence';
import { nodePlatform, testSigner } from '@vitrine/testkit';
import { rejects } from './refusal.ts';

const message = utf8('message');
const schemes: readonly Scheme[] = ['ed25519', 'ecdsa-p256', 'ml-dsa-44'];
const platforms: readonly (readonly [string, VerifySignature])[] = [
  ['WebCrypto', webCryptoVerify],
  ['node:crypto', nodePlatform.verifySignature],
];

const order = 0x1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3edn;
const prime = 2n ** 255n - 19n;
const p256Order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

function little(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(64, '0')).toReversed();
}

function integer(value: bigint): Uint8Array {
  const hex = value.toString(16);
  const bytes = fromHex(hex.padStart(hex.length + (hex.length % 2), '0'));
  const positive = (bytes[0] as number) >= 0x80 ? concat(Uint8Array.of(0), bytes) : bytes;
  return concat(Uint8Array.of(2, positive.length), positive);
}

function der(...parts: readonly Uint8Array[]): Uint8Array {
  const body = concat(...parts);
  return concat(Uint8Array.of(0x30, body.length), body);
}

function valuesOf(signature: Uint8Array): readonly [bigint, bigint] {
  const rLength = signature[3] as number;
  const r = signature.slice(4, 4 + rLength);
  const s = signature.slice(6 + rLength);
  return [BigInt(`0x${toHex(r)}`), BigInt(`0x${toHex(s)}`)];
}

test('every scheme verifies on every platform, and no other message, key or bit does', async () => {
  for (const [name, verify] of platforms) {
    for (const scheme of schemes) {
      const signer = testSigner('signature', scheme);
      const other = testSigner('another signature', scheme);
      const signature = await signer.sign(message);
      await requireSignature(signer.publicKey, message, signature, verify);
      const refused = (key: Uint8Array, text: Uint8Array, bytes: Uint8Array, what: string): Promise<void> =>
        rejects('signature.invalid', requireSignature(key, text, bytes, verify), `${name} ${scheme} ${what}`);
      await refused(signer.publicKey, utf8('massage'), signature, 'message');
      await refused(other.publicKey, message, signature, 'key');
      await refused(signer.publicKey, message, new Uint8Array(0), 'nothing');
      for (let i = 0; i < signature.length; i += scheme === 'ml-dsa-44' ? 97 : 1) {
        const changed = signature.with(i, (signature[i] as number) ^ 1);
        await refused(signer.publicKey, message, changed, `byte ${i}`);
      }
      await refused(signer.publicKey, message, concat(signature, Uint8Array.of(0)), 'longer');
      await refused(signer.publicKey, message, signature.slice(0, -1), 'shorter');
    }
  }
  assert.equal(purePlatform.verifySignature, webCryptoVerify);
});

test('Ed25519: s + L, keys and R of small order, and encodings beyond the prime are refused', async () => {
  const signer = testSigner('signature');
  const { publicKey } = signer;
  const { raw } = parseSpki(publicKey);
  const signature = await signer.sign(message);
  const [R, s] = [signature.slice(0, 32), signature.slice(32)];
  const object = (key: Uint8Array, bytes: Uint8Array): string | undefined =>
    strictSignature('ed25519', key, bytes);
  assert.equal(object(raw, signature), undefined);

  const sValue = BigInt(`0x${toHex(s.toReversed())}`);
  assert.match(String(object(raw, concat(R, little(sValue + order)))), /group order/);
  assert.match(String(object(raw, concat(R, little(order)))), /group order/);
  assert.equal(object(raw, concat(R, little(order - 1n))), undefined);

  // The y of the eight points of small order, with either sign, and the encodings that reduce to them.
  const small = [
    0n,
    1n,
    prime - 1n,
    0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
    0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d706a17c7n,
  ];
  for (const y of small) {
    for (const signBit of [0n, 1n << 255n]) {
      const point = little(y + signBit);
      assert.match(String(object(point, signature)), /key is a point of small order/);
      assert.match(String(object(raw, concat(point, s))), /R is a point of small order/);
    }
  }
  for (let y = prime; y < 2n ** 255n; y++) {
    for (const signBit of [0n, 1n << 255n]) {
      assert.match(String(object(little(y + signBit), signature)), /key is not canonical/);
      assert.match(String(object(raw, concat(little(y + signBit), s))), /R is not canonical/);
    }
  }
  // Under the key of order one, R = [s]B verifies for every message in a lax verifier.
  const neutral = formatSpki({ scheme: 'ed25519', raw: little(1n) });
  const forged = concat(little(1n), new Uint8Array(32));
  for (const [, verify] of platforms)
    await rejects('signature.invalid', requireSignature(neutral, message, forged, verify));
});

test('P-256: high s, zero, values beyond the order and every BER form are refused', async () => {
  const signer = testSigner('signature', 'ecdsa-p256');
  const { publicKey } = signer;
  const { raw } = parseSpki(publicKey);
  const signature = await signer.sign(message);
  const [r, s] = valuesOf(signature);
  const object = (bytes: Uint8Array): string | undefined => strictSignature('ecdsa-p256', raw, bytes);
  assert.equal(object(signature), undefined);
  assert.deepEqual(der(integer(r), integer(s)), signature);
  assert.equal(object(der(integer(1n), integer(p256Order / 2n))), undefined);

  const cases: readonly (readonly [string, Uint8Array])[] = [
    ['a high s', der(integer(r), integer(p256Order - s))],
    ['s just above the half', der(integer(r), integer(p256Order / 2n + 1n))],
    ['r of zero', der(integer(0n), integer(s))],
    ['s of zero', der(integer(r), integer(0n))],
    ['r at the order', der(integer(p256Order), integer(s))],
    ['r beyond 33 bytes', der(integer(r << 80n), integer(1n))],
    [
      'a padded integer',
      der(concat(Uint8Array.of(2, 34, 0), integer(r | (1n << 255n)).slice(2)), integer(1n)),
    ],
    ['an integer with a spare zero', der(Uint8Array.of(2, 2, 0, 5), integer(s))],
    ['a negative integer', der(Uint8Array.of(2, 1, 0x85), integer(s))],
    ['an empty integer', der(Uint8Array.of(2, 0), integer(s))],
    ['a length in two bytes', concat(Uint8Array.of(0x30, 0x81, signature.length - 2), signature.slice(2))],
    ['an indefinite length', concat(Uint8Array.of(0x30, 0x80), signature.slice(2), Uint8Array.of(0, 0))],
    ['a set', signature.with(0, 0x31)],
    ['a bit string for r', signature.with(2, 3)],
    ['a third integer', der(integer(1n), integer(1n), integer(1n))],
    ['one integer', der(concat(integer(r), new Uint8Array(0)))],
    ['bytes behind', concat(signature, Uint8Array.of(0))],
    ['bytes within', der(integer(r), integer(s), Uint8Array.of(0))],
    ['a length beyond the end', der(integer(r), Uint8Array.of(2, 33, 1))],
    ['IEEE P1363', concat(new Uint8Array(32).fill(1), new Uint8Array(32).fill(1))],
  ];
  for (const [what, bytes] of cases) {
    assert.notEqual(object(bytes), undefined, what);
    await rejects('signature.invalid', requireSignature(publicKey, message, bytes), what);
  }
});

test('ML-DSA-44 signatures have 2420 bytes', () => {
  const raw = new Uint8Array(1312);
  assert.equal(strictSignature('ml-dsa-44', raw, new Uint8Array(2420)), undefined);
  for (const length of [0, 2419, 2421])
    assert.match(String(strictSignature('ml-dsa-44', raw, new Uint8Array(length))), /2420/);
});

test('a key that is no point of its curve verifies nothing', async () => {
  const bad = formatSpki({ scheme: 'ecdsa-p256', raw: new Uint8Array(64).fill(3) });
  const signature = der(integer(5n), integer(5n));
  const off = formatSpki({ scheme: 'ed25519', raw: new Uint8Array(32).fill(2) });
  for (const [, verify] of platforms) {
    await rejects('signature.invalid', requireSignature(bad, message, signature, verify));
    await rejects('signature.invalid', requireSignature(off, message, new Uint8Array(64).fill(3), verify));
  }
});

test('more keys than are kept still verify', async () => {
  for (let i = 0; i < 300; i++) {
    const signer = testSigner(`signature ${i}`);
    await requireSignature(signer.publicKey, message, await signer.sign(message));
  }
});
