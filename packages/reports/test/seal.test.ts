// The seal (D20): what opens it, what it is bound to, and what it shows of itself.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { fromHex, toBase64, toHex, utf8, type SealingKey } from '@vitrine/evidence';
import {
  contentLimit,
  hpkeOpen,
  hpkeSeal,
  largestClass,
  openingKey,
  openMessage,
  paddedSize,
  sealedLimit,
  sealedTo,
  sealingKeyId,
  sealMessage,
  sealOverhead,
  type Content,
} from '@vitrine/reports';
import { rejects } from './refusal.ts';
import { digest, random, testCenter } from './world.ts';

const zurich = await testCenter('zurich');
const content: Content = { type: 'report', body: utf8('what was seen') };

// RFC 9180's published vectors, base mode, kem 0x0020, kdf 0x0001, aead 0x0002.
const vector = {
  ikmR: 'dac33b0e9db1b59dbbea58d59a14e7b5896e9bdf98fad6891e99d1686492b9ee',
  pkR: '430f4b9859665145a6b1ba274024487bd66f03a2dd577d7753c68d7d7d00c00c',
  enc: '6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256',
  info: '4f6465206f6e2061204772656369616e2055726e',
  aad: '436f756e742d30',
  ct: 'e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b7a',
  pt: '4265617574792069732074727574682c20747275746820626561757479',
};

test('the suite is that of RFC 9180: its vector opens with the key of its seed', async () => {
  const key = await openingKey(fromHex(vector.ikmR));
  assert.equal(toHex(key.publicKey), vector.pkR);
  const sealed = fromHex(vector.enc + vector.ct);
  const opened = await hpkeOpen(key, fromHex(vector.info), fromHex(vector.aad), sealed);
  assert.equal(toHex(opened), vector.pt);
});

test('whatever is sealed comes back, of its type, and two seals of it are never equal', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 3000 }),
      fc.constantFrom('report', 'request', 'consent'),
      async (bytes, type) => {
        const body = Uint8Array.from(bytes);
        const one = await sealMessage({ type, body }, zurich.key);
        const two = await sealMessage({ type, body }, zurich.key);
        assert.notDeepEqual(one, two);
        assert.deepEqual(await openMessage(one, zurich.key, zurich.opening), { type, body });
      },
    ),
    { numRuns: 25 },
  );
});

test('the length on the line is that of a padding class, whatever is inside', async () => {
  const overhead = 4 + 32 + sealOverhead;
  const cases = [
    [0, 1024],
    [1019, 1024],
    [1020, 2048],
    [contentLimit, largestClass],
  ] as const;
  for (const [length, size] of cases) {
    const sealed = await sealMessage({ type: 'report', body: new Uint8Array(length) }, zurich.key);
    assert.equal(sealed.length, overhead + size);
    assert.ok(sealed.length <= sealedLimit);
  }
  fc.assert(
    fc.property(fc.integer({ min: 0, max: contentLimit }), (length) => {
      const size = paddedSize(length);
      assert.ok(size >= length + 5 && (size === 1024 || size / 2 < length + 5));
      assert.equal(Math.log2(size) % 1, 0);
    }),
  );
  const body = new Uint8Array(contentLimit + 1);
  await rejects('seal.size', () => sealMessage({ type: 'report', body }, zurich.key));
});

test('all that a message shows without its key is which key opens it', async () => {
  const sealed = await sealMessage(content, zurich.key);
  assert.equal(sealedTo(sealed), sealingKeyId(zurich.opening.publicKey));
});

test('another data center opens nothing, also with the words of the right one', async () => {
  const geneva = await testCenter('geneva');
  const sealed = await sealMessage(content, zurich.key);
  await rejects('seal.key', () => openMessage(sealed, geneva.key, geneva.opening));
  await rejects('seal.key', () => openMessage(sealed, zurich.key, geneva.opening));
});

const otherBindings: readonly (readonly [string, Partial<SealingKey>])[] = [
  ['another center of the same key', { center: 'zuric' }],
  ['another version of the residency policy', { policy: 2 }],
  ['another schema of consent', { consent: digest('another schema') }],
];
for (const [what, change] of otherBindings) {
  test(`a message made under ${what} does not open`, async () => {
    const sealed = await sealMessage(content, { ...zurich.key, ...change });
    await rejects('seal.open', () => openMessage(sealed, zurich.key, zurich.opening));
  });
}

test('no bit of a message can be changed, and no byte be cut off or added', async () => {
  const sealed = await sealMessage(content, zurich.key);
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: sealed.length - 1 }), fc.nat({ max: 7 }), async (at, bit) => {
      const changed = Uint8Array.from(sealed);
      changed[at] = (changed[at] as number) ^ (1 << bit);
      const code = at < 4 ? 'seal.format' : at < 36 ? 'seal.key' : 'seal.open';
      await rejects(code, () => openMessage(changed, zurich.key, zurich.opening));
    }),
    { numRuns: 60 },
  );
  await rejects('seal.open', () => openMessage(sealed.slice(0, -1), zurich.key, zurich.opening));
  const longer = new Uint8Array(sealed.length + 1);
  longer.set(sealed);
  await rejects('seal.open', () => openMessage(longer, zurich.key, zurich.opening));
});

test('garbage of any length is refused before anything is decrypted', async () => {
  for (const length of [0, 3, 4, 36, 83, 1000, sealedLimit + 1])
    await rejects('seal.format', () => openMessage(random(length), zurich.key, zurich.opening));
});

test('what is inside is refused unless it is padded in the one way', async () => {
  const frame = (bytes: readonly number[], size: number): Uint8Array => {
    const whole = new Uint8Array(size);
    whole.set(bytes);
    return whole;
  };
  const end = frame([1, 0, 0, 0, 1, 65], 1024);
  end[1023] = 1;
  const wrong = [
    frame([], 0),
    frame([1, 0, 0, 0, 1, 65], 1023),
    frame([1, 0, 0, 0, 1, 65], 2048),
    frame([1, 0, 0, 4, 0], 1024),
    frame([1, 255, 255, 255, 255], 1024),
    frame([0, 0, 0, 0, 1, 65], 1024),
    frame([9, 0, 0, 0, 1, 65], 1024),
    end,
  ];
  const id = fromHex(sealingKeyId(zurich.opening.publicKey));
  const header = Buffer.concat([utf8('VTR1'), id]);
  const consent = fromHex(zurich.key.consent);
  const info = Buffer.concat([
    utf8('vitrine report v1\n\0\x06zurich'),
    id,
    Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1),
    consent,
  ]);
  for (const plaintext of wrong) {
    const sealed = Buffer.concat([header, await hpkeSeal(zurich.opening.publicKey, info, header, plaintext)]);
    await rejects('seal.padding', () => openMessage(sealed, zurich.key, zurich.opening));
  }
  // The same construction with sound padding opens: the table fails for the reason that it names.
  const sound = frame([1, 0, 0, 0, 1, 65], 1024);
  const sealed = Buffer.concat([header, await hpkeSeal(zurich.opening.publicKey, info, header, sound)]);
  assert.deepEqual(await openMessage(sealed, zurich.key, zurich.opening), {
    type: 'report',
    body: utf8('A'),
  });
});

test('nothing is sealed to a key that is none, or that gives every sender the same secret', async () => {
  for (const bytes of [new Uint8Array(32), Uint8Array.of(1, ...new Uint8Array(31))])
    await rejects('seal.key', () => sealMessage(content, { ...zurich.key, publicKey: toBase64(bytes) }));
  await rejects('seal.key', () => sealMessage(content, { ...zurich.key, publicKey: toBase64(random(31)) }));
  await rejects('seal.key', () => openingKey(random(31)));
});
