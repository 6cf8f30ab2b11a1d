import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  formatCheckpoint,
  formatTlogProof,
  parseCheckpoint,
  parseDecimal,
  parseSignedCheckpoint,
  parseTlogProof,
  toBase64,
  utf8,
} from '@vitrine/evidence';
import { makeWorld } from '@vitrine/testkit';
import { refuses, type EvidenceCode } from './refusal.ts';

const root = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';
// C2SP issue 348: the same 32 bytes with unused bits set. Witnesses that read both split a quorum.
const loose = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=';

test('a checkpoint is origin, size and root, and writes back to the same text', () => {
  const text = `log.example/one\n42\n${root}\n`;
  const checkpoint = parseCheckpoint(text);
  assert.deepEqual(
    [checkpoint.origin, checkpoint.size, toBase64(checkpoint.root)],
    ['log.example/one', 42, root],
  );
  assert.deepEqual(checkpoint.extensions, []);
  assert.equal(formatCheckpoint(checkpoint), text);
});

test('the origin may hold spaces and 255 bytes, the size 2^53 − 1, and extension lines follow', () => {
  const checkpoint = parseCheckpoint(`go.sum database tree\n9007199254740991\n${root}\none\ntwo\n`);
  assert.equal(checkpoint.size, Number.MAX_SAFE_INTEGER);
  assert.deepEqual(checkpoint.extensions, ['one', 'two']);
  assert.equal(parseCheckpoint(`${'é'.repeat(127)}x\n0\n${root}\n`).origin.length, 128);
});

const table: readonly (readonly [EvidenceCode, string, string])[] = [
  ['checkpoint.syntax', 'nothing', ''],
  ['checkpoint.syntax', 'two lines', 'log.example/one\n42\n'],
  ['checkpoint.syntax', 'no final newline', `log.example/one\n42\n${root}`],
  ['checkpoint.syntax', 'an empty origin', `\n42\n${root}\n`],
  ['checkpoint.syntax', 'an origin of 256 bytes', `${'a'.repeat(256)}\n42\n${root}\n`],
  ['checkpoint.syntax', 'an origin of 256 bytes in 128 characters', `${'é'.repeat(128)}\n42\n${root}\n`],
  ['checkpoint.syntax', 'a leading zero', `log.example/one\n042\n${root}\n`],
  ['checkpoint.syntax', 'a plus', `log.example/one\n+42\n${root}\n`],
  ['checkpoint.syntax', 'a minus', `log.example/one\n-1\n${root}\n`],
  ['checkpoint.syntax', 'a size of 2^53', `log.example/one\n9007199254740992\n${root}\n`],
  ['checkpoint.syntax', 'a size of 2^64', `log.example/one\n18446744073709551616\n${root}\n`],
  ['checkpoint.syntax', 'a space after the size', `log.example/one\n42 \n${root}\n`],
  ['checkpoint.syntax', 'a hexadecimal size', `log.example/one\n0x2a\n${root}\n`],
  ['checkpoint.syntax', 'an exponent', `log.example/one\n1e3\n${root}\n`],
  ['checkpoint.syntax', 'an Arabic digit', `log.example/one\n٤\n${root}\n`],
  ['checkpoint.syntax', 'an empty size', `log.example/one\n\n${root}\n`],
  ['checkpoint.syntax', 'a root of 31 bytes', `log.example/one\n42\n${toBase64(new Uint8Array(31))}\n`],
  ['checkpoint.syntax', 'an empty root', 'log.example/one\n42\n\n'],
  ['checkpoint.syntax', 'an empty extension line', `log.example/one\n42\n${root}\n\n`],
  ['checkpoint.syntax', 'an empty line among extensions', `log.example/one\n42\n${root}\none\n\ntwo\n`],
  ['bytes.base64', 'a root with unused bits set', `log.example/one\n42\n${loose}\n`],
  ['bytes.base64', 'a root without padding', `log.example/one\n42\n${root.replace('=', '')}\n`],
  [
    'bytes.base64',
    'a root in URL-safe base64',
    `log.example/one\n42\n${root.replaceAll('/', '_').replaceAll('+', '-')}\n`,
  ],
];

test('a checkpoint that breaks one rule is refused by that rule', () => {
  for (const [code, what, text] of table) refuses(code, () => parseCheckpoint(text), what);
});

test('whatever is read as a checkpoint is written back as the same text', () => {
  const size = fc.oneof(fc.maxSafeNat(), fc.nat(1000)).map(String);
  const origin = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 40 })
    .filter((name) => !name.includes('\n'));
  fc.assert(
    fc.property(origin, size, fc.uint8Array({ minLength: 32, maxLength: 32 }), (name, decimal, hash) => {
      const text = `${name}\n${decimal}\n${toBase64(hash)}\n`;
      assert.equal(formatCheckpoint(parseCheckpoint(text)), text);
    }),
  );
});

test('decimals have one spelling', () => {
  for (const text of ['0', '1', '10', '9007199254740991']) assert.equal(String(parseDecimal(text)), text);
  for (const text of ['', '00', '01', '-0', '+1', '1.0', '1e1', ' 1', '1 ', '9007199254740992', '1n', 'NaN'])
    assert.equal(parseDecimal(text), undefined, text);
});

test('a tlog-proof is read and written without loss, with and without extra data', async () => {
  const world = await makeWorld();
  const head = parseSignedCheckpoint(utf8(await world.checkpoint()));
  const path = (await world.log.path(3)).map((hash) => new Uint8Array(Buffer.from(hash, 'base64')));
  for (const extra of [undefined, new Uint8Array(0), utf8('extra')]) {
    const proof = { index: 3, path, head, extra };
    const bytes = formatTlogProof(proof);
    assert.deepEqual(parseTlogProof(bytes), proof);
    assert.deepEqual(formatTlogProof(parseTlogProof(bytes)), bytes);
  }
});

test('a tlog-proof that breaks one rule is refused by that rule', async () => {
  const note = await (await makeWorld()).checkpoint();
  const header = 'c2sp.org/tlog-proof@v1';
  const bad: readonly (readonly [EvidenceCode, string, string])[] = [
    ['proof.syntax', 'no empty line', `${header}\nindex 1\n${root}\n`],
    ['proof.syntax', 'another version', `c2sp.org/tlog-proof@v2\nindex 1\n${root}\n\n${note}`],
    ['proof.syntax', 'no index', `${header}\n${root}\n\n${note}`],
    ['proof.syntax', 'nothing but the header', `${header}\n\n${note}`],
    ['proof.syntax', 'an index with a leading zero', `${header}\nindex 01\n${root}\n\n${note}`],
    ['bytes.base64', 'extra after the index', `${header}\nindex 1\nextra AAAA\n\n${note}`],
    ['proof.syntax', 'a hash of 30 bytes', `${header}\nindex 1\n${toBase64(new Uint8Array(30))}\n\n${note}`],
    ['proof.syntax', 'a path of 64 hashes', `${header}\nindex 1\n${`${root}\n`.repeat(64)}\n${note}`],
    ['bytes.base64', 'a hash with unused bits set', `${header}\nindex 1\n${loose}\n\n${note}`],
    ['bytes.base64', 'extra that is not base64', `${header}\nextra a b\nindex 1\n${root}\n\n${note}`],
    ['note.syntax', 'no checkpoint', `${header}\nindex 1\n${root}\n\n`],
    [
      'checkpoint.syntax',
      'a note that is no checkpoint',
      `${header}\nindex 1\n${root}\n\ntext\n\n${note.split('\n\n')[1]}`,
    ],
  ];
  for (const [code, what, text] of bad) refuses(code, () => parseTlogProof(utf8(text)), what);
  refuses('proof.syntax', () => parseTlogProof(new Uint8Array((1 << 20) + 1)));
});
