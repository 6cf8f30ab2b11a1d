import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  compareBytes,
  concat,
  equal,
  fromBase64,
  fromHex,
  fromUtf8,
  quote,
  toBase64,
  toHex,
  u16,
  u64,
  utf8,
} from '@vitrine/evidence';
import { refuses } from './refusal.ts';

const bytes = fc.uint8Array({ maxLength: 80 });

test('base64 and hex agree with Node and read back', () => {
  fc.assert(
    fc.property(bytes, (data) => {
      assert.equal(toBase64(data), Buffer.from(data).toString('base64'));
      assert.equal(toHex(data), Buffer.from(data).toString('hex'));
      assert.deepEqual(fromBase64(toBase64(data)), data);
      assert.deepEqual(fromHex(toHex(data)), data);
    }),
  );
});

test('base64 has one text per byte string', () => {
  const bad = [
    'A',
    'AA',
    'AAA',
    'AAAAA',
    '=',
    '====',
    'A===',
    'AA=A',
    'AB==',
    'AAB=',
    'AA==AAAA',
    'AA\n=',
    ' AAA',
  ];
  for (const text of [...bad, 'AA-_', 'AA==\n', 'AAA\u00e9', 'AAA\ud800', 'ＡAAA'])
    refuses('bytes.base64', () => fromBase64(text), JSON.stringify(text));
  fc.assert(
    fc.property(fc.base64String(), (text) => {
      let data: Uint8Array;
      try {
        data = fromBase64(text);
      } catch {
        return;
      }
      assert.equal(toBase64(data), text);
    }),
  );
});

test('hex is lower-case and whole', () => {
  for (const text of ['0', 'AB', '0g', ' 0', '0x', '٤٤', 'aé'])
    refuses('bytes.hex', () => fromHex(text), text);
});

test('UTF-8 is strict and keeps a byte order mark', () => {
  assert.equal(fromUtf8(utf8('\ufeffé😀')), '\ufeffé😀');
  for (const bad of [[0x80], [0xc3], [0xc0, 0xaf], [0xed, 0xbf, 0xbf], [0xf5, 0x80, 0x80, 0x80]])
    refuses('bytes.utf8', () => fromUtf8(Uint8Array.from(bad)));
});

test('bytes compare by unsigned value, and the shorter comes first', () => {
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      assert.equal(Math.sign(compareBytes(a, b)), Buffer.compare(a, b));
      assert.equal(equal(a, b), Buffer.compare(a, b) === 0);
      assert.deepEqual(concat(a, b), new Uint8Array(Buffer.concat([a, b])));
    }),
  );
});

test('integers are big-endian', () => {
  assert.equal(toHex(u16(0x1234)), '1234');
  assert.equal(toHex(u64(Number.MAX_SAFE_INTEGER)), '001fffffffffffff');
});

test('an untrusted value in a message is quoted, escaped and cut', () => {
  assert.equal(quote('a"b\n\u001b[31m'), '"a\\"b\\n\\u001b[31m"');
  assert.equal(quote('x'.repeat(100)).length, 63);
  assert.equal(quote(`${'x'.repeat(59)}😀`), `"${'x'.repeat(59)}\\ud83d…"`);
});
