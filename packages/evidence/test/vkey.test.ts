import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import {
  concat,
  formatSpki,
  formatVkey,
  keyidOf,
  noteTypes,
  parseSpki,
  parseVkey,
  toBase64,
  toHex,
  utf8,
  verifierKey,
  type NoteType,
  type Scheme,
} from '@vitrine/evidence';
import { testSigner } from '@vitrine/testkit';
import { refuses, type EvidenceCode } from './refusal.ts';

const raw = parseSpki(testSigner('vkey').publicKey).raw;
const key = verifierKey('example.com/foo', noteTypes.log, raw);
const text = formatVkey(key);

test('a key ID is the start of SHA-256(name, newline, type, public key)', () => {
  const digest = createHash('sha256')
    .update(concat(utf8('example.com/foo\n'), Uint8Array.of(1), raw))
    .digest('hex');
  assert.equal(toHex(key.id), digest.slice(0, 8));
  assert.equal(text, `example.com/foo+${digest.slice(0, 8)}+${toBase64(concat(Uint8Array.of(1), raw))}`);
});

test('the key that the log of 15 entries publishes has the ID that its vkey says', () => {
  // The public half of the test key in the reference: name, ID and algorithm byte with 32 bytes.
  const published = parseVkey(
    'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx',
  );
  assert.equal(published.scheme, 'ed25519');
  assert.equal(formatVkey(published).slice(0, 33), 'example.com/log/testdata+33d7b496');
});

test('every type is read and written', () => {
  const cases: readonly (readonly [NoteType, Scheme])[] = [
    [noteTypes.log, 'ed25519'],
    [noteTypes.cosignature, 'ed25519'],
    [noteTypes.mlDsaCosignature, 'ml-dsa-44'],
  ];
  for (const [type, scheme] of cases) {
    const { raw: own } = parseSpki(testSigner('vkey', scheme).publicKey);
    const made = verifierKey('a.example/b', type, own);
    assert.equal(made.scheme, scheme);
    assert.deepEqual(parseVkey(formatVkey(made)), made);
    assert.deepEqual(made.spki, testSigner('vkey', scheme).publicKey);
  }
});

test('base64 with a plus in it does not end the key: only the first two count', () => {
  for (let i = 0; i < 64; i++) {
    const one = verifierKey('plus.example', noteTypes.log, new Uint8Array(32).fill(0xfb - i));
    assert.deepEqual(parseVkey(formatVkey(one)), one);
  }
});

const id = toHex(key.id);
const material = toBase64(concat(Uint8Array.of(1), raw));
const table: readonly (readonly [EvidenceCode, string, string])[] = [
  ['vkey.syntax', 'nothing', ''],
  ['vkey.syntax', 'no plus', 'example.com'],
  ['vkey.syntax', 'one plus', `example.com/foo+${id}`],
  ['vkey.syntax', 'no name', `+${id}+${material}`],
  ['vkey.syntax', 'a space in the name', `example com+${id}+${material}`],
  [
    'vkey.syntax',
    'a key of 31 bytes',
    `example.com/foo+${id}+${toBase64(concat(Uint8Array.of(1), raw.slice(1)))}`,
  ],
  ['vkey.syntax', 'more than 4096 characters', `${'a'.repeat(4096)}+${id}+${material}`],
  ['vkey.type', 'an ECDSA key (02)', `example.com/foo+${id}+${toBase64(concat(Uint8Array.of(2), raw))}`],
  ['vkey.type', 'type ff', `example.com/foo+${id}+${toBase64(concat(Uint8Array.of(0xff), raw))}`],
  ['vkey.type', 'no material', `example.com/foo+${id}+`],
  ['vkey.id', 'another ID', `example.com/foo+00000000+${material}`],
  ['vkey.id', 'an ID of three bytes', `example.com/foo+${id.slice(2)}+${material}`],
  ['vkey.id', 'another name', `example.com/fop+${id}+${material}`],
  ['bytes.hex', 'an ID in capitals', `example.com/foo+ABCDEF01+${material}`],
  [
    'bytes.base64',
    'material without padding',
    `example.com/foo+${id}+${toBase64(new Uint8Array(34)).replaceAll('=', '')}`,
  ],
];

test('a vkey that breaks one rule is refused by that rule', () => {
  for (const [code, what, bad] of table) refuses(code, () => parseVkey(bad), what);
  refuses('vkey.syntax', () => verifierKey('', noteTypes.log, raw));
  refuses('vkey.syntax', () => verifierKey('\ud800', noteTypes.log, raw));
});

test('a SubjectPublicKeyInfo has one encoding for each of three key types', () => {
  for (const scheme of ['ed25519', 'ecdsa-p256', 'ml-dsa-44'] as const) {
    const { publicKey, keyid } = testSigner('spki', scheme);
    const parsed = parseSpki(publicKey);
    assert.equal(parsed.scheme, scheme);
    assert.deepEqual(formatSpki(parsed), publicKey);
    assert.equal(keyidOf(publicKey), keyid);
    assert.equal(keyid, createHash('sha256').update(publicKey).digest('hex'));
    refuses('key.unsupported', () => parseSpki(publicKey.slice(1)));
    refuses('key.unsupported', () => parseSpki(concat(publicKey, Uint8Array.of(0))));
    refuses('key.unsupported', () => parseSpki(publicKey.with(1, (publicKey[1] as number) ^ 1)));
    refuses('key.unsupported', () => formatSpki({ scheme, raw: parsed.raw.slice(1) }));
  }
  const compressed = testSigner('spki', 'ecdsa-p256').publicKey.slice(0, 59).with(26, 2);
  refuses('key.unsupported', () => parseSpki(compressed));
});
