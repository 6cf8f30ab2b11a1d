import assert from 'node:assert/strict';
import { createPublicKey, createHash, verify as nodeVerify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import {
  concat,
  formatWebauthnSignature,
  fromBase64,
  keyidOf,
  parseWebauthnSignature,
  requireListedSignature,
  requireSignature,
  sha256,
  strictSignature,
  toBase64,
  toHex,
  utf8,
  webauthnChallenge,
  webauthnPlace,
  webCryptoVerify,
  type WebauthnPlace,
} from '@vitrine/evidence';
import { nodePlatform, repositoryRoot, testPasskey, testSigner, type Mischief } from '@vitrine/testkit';
import { refuses, rejects } from './refusal.ts';

const passkey = testPasskey('webauthn');
const message = utf8('DSSEv1 28 application/vnd.in-toto+json 2 {}');
const good = await passkey.sign(message);

/** The formula of the specification, without any code of ours. */
function nodeAgrees(spki: Uint8Array, bytes: Uint8Array): boolean {
  const length = Number(bytes[38]) * 256 + Number(bytes[39]);
  const clientDataHash = createHash('sha256')
    .update(bytes.slice(40, 40 + length))
    .digest();
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  return nodeVerify(
    'sha256',
    Buffer.concat([bytes.slice(1, 38), clientDataHash]),
    key,
    bytes.slice(40 + length),
  );
}

test('a passkey signature is taken on every platform, and node agrees without our code', async () => {
  await requireListedSignature(passkey.listed, message, good);
  await requireListedSignature(passkey.listed, message, good, webCryptoVerify);
  await requireListedSignature(
    passkey.listed,
    message,
    good,
    nodePlatform.verifySignature,
    nodePlatform.sha256,
  );
  assert.ok(nodeAgrees(passkey.listed.spki, good));
  assert.deepEqual(webauthnChallenge(message), concat(sha256(message)));
});

const taken: readonly (readonly [string, Mischief])[] = [
  ['a passkey that is eligible for backup', { flags: 0x0d }],
  ['a passkey that is backed up', { flags: 0x1d }],
  ['any counter', { counter: 0xffffffff }],
  [
    'client data with the greasing of Chromium',
    {
      more: {
        other_keys_can_be_added_here:
          'do not compare clientDataJSON against a template. See https://goo.gl/yabPex',
      },
    },
  ],
  [
    'client data without crossOrigin, in another order',
    {
      clientData: JSON.stringify({
        origin: 'https://center.example',
        challenge: Buffer.from(sha256(message)).toString('base64url'),
        type: 'webauthn.get',
      }),
    },
  ],
];
for (const [what, mischief] of taken) {
  test(`taken: ${what}`, async () => {
    await requireListedSignature(passkey.listed, message, await passkey.sign(message, mischief));
  });
}

const challenge = Buffer.from(sha256(message)).toString('base64url');
const origin = 'https://center.example';
const refused: readonly (readonly [string, Mischief, RegExp])[] = [
  ['a registration', { type: 'webauthn.create' }, /another type/],
  ['a payment', { type: 'payment.get' }, /another type/],
  ['the challenge of another message', { challenge: sha256(utf8('another')) }, /another challenge/],
  ['an empty challenge', { challenge: new Uint8Array(0) }, /another challenge/],
  ['another origin', { origin: 'https://center.example.evil.example' }, /another origin/],
  ['another port', { origin: 'https://center.example:444' }, /another origin/],
  ['an origin with a slash', { origin: 'https://center.example/' }, /another origin/],
  ['another scheme', { origin: 'http://center.example' }, /another origin/],
  ['a frame of another site', { crossOrigin: true }, /another crossOrigin/],
  ['a top origin', { more: { topOrigin: origin } }, /member that is not known/],
  ['a member of free text', { more: { note: 'about a person' } }, /member that is not known/],
  ['other words in the greasing', { more: { other_keys_can_be_added_here: 'x' } }, /another other_keys/],
  ['another relying party', { rpId: 'example' }, /another relying party/],
  ['nobody present', { flags: 0x04 }, /nobody was present/],
  ['nobody verified', { flags: 0x01 }, /not verified/],
  ['attested key data announced', { flags: 0x45 }, /flags/],
  ['extensions announced', { flags: 0x85 }, /flags/],
  ['a flag of the future', { flags: 0x07 }, /flags/],
  ['backed up without being eligible', { flags: 0x15 }, /backed up/],
  ['client data that are no JSON', { clientData: 'webauthn.get' }, /strict JSON/],
  ['client data that are a list', { clientData: '[]' }, /no object/],
  [
    'a member twice',
    {
      clientData: `{"type":"webauthn.get","challenge":"${challenge}","origin":"${origin}","origin":"${origin}"}`,
    },
    /strict JSON/,
  ],
  [
    'a missing origin',
    { clientData: `{"type":"webauthn.get","challenge":"${challenge}"}` },
    /another origin/,
  ],
  [
    'a challenge with padding',
    { clientData: `{"type":"webauthn.get","challenge":"${challenge}=","origin":"${origin}"}` },
    /another challenge/,
  ],
  [
    'nested client data',
    { clientData: `{"type":"webauthn.get","challenge":"${challenge}","origin":"${origin}","x":{"y":[]}}` },
    /strict JSON/,
  ],
];
for (const [what, mischief, reason] of refused) {
  test(`refused: ${what}`, async () => {
    const bytes = await passkey.sign(message, mischief);
    assert.ok(nodeAgrees(passkey.listed.spki, bytes), 'the mathematics are right');
    await assert.rejects(requireListedSignature(passkey.listed, message, bytes), {
      code: 'signature.webauthn',
      message: reason,
    });
  });
}

test('a signature by another passkey, or about another message, is refused', async () => {
  const other = testPasskey('another');
  await rejects('signature.invalid', requireListedSignature(other.listed, message, good));
  await rejects('signature.webauthn', requireListedSignature(passkey.listed, utf8('other'), good));
});

test('a passkey takes no plain signature, and a plain key none of a passkey', async () => {
  const plain = testSigner('passkey webauthn', 'ecdsa-p256');
  assert.equal(plain.keyid, passkey.keyid);
  const signature = await plain.sign(message);
  await requireSignature(plain.publicKey, message, signature);
  await requireListedSignature({ spki: plain.publicKey }, message, signature);
  await rejects('signature.webauthn', requireListedSignature(passkey.listed, message, signature));
  await rejects('signature.invalid', requireListedSignature({ spki: plain.publicKey }, message, good));
});

test('an Ed25519 key cannot be listed as a passkey that signs', async () => {
  const { publicKey } = testSigner('no passkey');
  const listed = { spki: publicKey, webauthn: passkey.listed.webauthn };
  await rejects('signature.webauthn', requireListedSignature(listed, message, good));
});

test('whatever half of s the authenticator made, one encoding comes out', async () => {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  for (let i = 0; i < 20; i++) {
    const parts = await passkey.assertion(message, { counter: i });
    const { signature } = parts;
    const at = 4 + Number(signature[3]);
    const s = order - BigInt(`0x${toHex(signature.slice(at + 2))}`);
    const bytes = Buffer.from(`00${s.toString(16).padStart(64, '0')}`, 'hex'); // High, so that it needs the zero.
    const high = concat(signature.slice(0, at), Uint8Array.of(2, 33), bytes);
    high[1] = high.length - 2;
    assert.notEqual(strictSignature('ecdsa-p256', new Uint8Array(64), high), undefined);
    const formatted = formatWebauthnSignature({ ...parts, signature: high });
    assert.deepEqual(formatted, formatWebauthnSignature(parts));
    const low = parseWebauthnSignature(formatted);
    await requireListedSignature(passkey.listed, message, formatted);
    const unnormalised = concat(formatted.slice(0, formatted.length - low.signature.length), high);
    await rejects('signature.invalid', requireListedSignature(passkey.listed, message, unnormalised));
  }
});

test('an assertion that no entry can hold is refused when it is formatted', async () => {
  const parts = await passkey.assertion(message);
  refuses('signature.webauthn', () =>
    formatWebauthnSignature({
      ...parts,
      authenticatorData: concat(parts.authenticatorData, Uint8Array.of(0xa0)),
    }),
  );
  refuses('signature.webauthn', () =>
    formatWebauthnSignature({ ...parts, clientDataJSON: new Uint8Array(1025) }),
  );
  refuses('signature.webauthn', () => formatWebauthnSignature({ ...parts, signature: Uint8Array.of(1) }));
});

test('any altered byte is refused, and so is anything longer or shorter', async () => {
  const isRefused = async (bytes: Uint8Array): Promise<void> => {
    await assert.rejects(requireListedSignature(passkey.listed, message, bytes), (error: { code?: string }) =>
      ['signature.webauthn', 'signature.invalid'].includes(error.code ?? ''),
    );
  };
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: good.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, bits) =>
      isRefused(good.with(at, Number(good[at]) ^ bits)),
    ),
    { numRuns: 600 },
  );
  for (let at = 0; at < good.length; at++) {
    await isRefused(good.with(at, Number(good[at]) ^ 1));
    await isRefused(good.slice(0, at));
  }
  await isRefused(concat(good, Uint8Array.of(0)));
});

test('parts and bytes are one another, whatever they hold', () => {
  const der = parseWebauthnSignature(good).signature;
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 37, maxLength: 37 }),
      fc.uint8Array({ maxLength: 1024 }),
      (authenticatorData, clientDataJSON) => {
        const parts = { authenticatorData, clientDataJSON, signature: der };
        assert.deepEqual(parseWebauthnSignature(formatWebauthnSignature(parts)), parts);
      },
    ),
  );
});

const placesTaken: readonly WebauthnPlace[] = [
  { rpId: 'center.example', origin: 'https://center.example' },
  { rpId: 'example', origin: 'https://center.example:8443' },
  { rpId: 'localhost', origin: 'http://localhost:7420' },
  { rpId: 'localhost', origin: 'http://center.localhost' },
];
const placesRefused: readonly WebauthnPlace[] = [
  { rpId: 'center.example', origin: 'http://center.example' },
  { rpId: 'center.example', origin: 'https://other.example' },
  { rpId: 'center.example', origin: 'https://evilcenter.example' },
  { rpId: 'center.example', origin: 'https://center.example/' },
  { rpId: 'center.example', origin: 'https://center.example:0443' },
  { rpId: 'Center.example', origin: 'https://Center.example' },
  { rpId: 'center.example', origin: 'https://name@center.example' },
  { rpId: '', origin: 'https://center.example' },
  { rpId: '.example', origin: 'https://center.example' },
];
test('a place is a relying party and an origin that belongs to it', () => {
  for (const place of placesTaken) assert.deepEqual(webauthnPlace.check({ ...place }), place);
  for (const place of placesRefused)
    refuses('schema.mismatch', () => webauthnPlace.check({ ...place }), JSON.stringify(place));
});

interface Vector {
  readonly name: string;
  readonly publicKey: string;
  readonly webauthn: WebauthnPlace;
  readonly message: string;
  readonly signature: string;
  readonly valid: boolean;
}
const vectorFile = join(import.meta.dirname, 'webauthn-vectors.json');
const frozen = JSON.parse(readFileSync(vectorFile, 'utf8')) as readonly Vector[];

for (const { name, publicKey, webauthn, message: text, signature, valid } of frozen) {
  test(`vector: ${name}`, async () => {
    const spki = fromBase64(publicKey);
    const work = requireListedSignature({ spki, webauthn }, fromBase64(text), fromBase64(signature));
    if (valid) await work;
    else await assert.rejects(work, { name: 'VitrineError' });
  });
}

test('the example of the specification is the first vector', () => {
  const page = readFileSync(join(repositoryRoot, 'docs/spec/webauthn-signature.md'), 'utf8');
  const [first] = frozen;
  assert.ok(first);
  for (const text of [first.publicKey, first.signature, keyidOf(fromBase64(first.publicKey))])
    assert.ok(page.includes(text), text.slice(0, 40));
  assert.equal(toBase64(fromBase64(first.signature)), first.signature);
});
