import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  formatNote,
  fromUtf8,
  isKeyName,
  noteLimits,
  noteSigner,
  noteTypes,
  parseNote,
  signaturesBy,
  signCheckpoint,
  toBase64,
  toHex,
  utf8,
  verifySignatureBy,
} from '@vitrine/evidence';
import { testSigner } from '@vitrine/testkit';
import { refuses, rejects, type EvidenceCode } from './refusal.ts';

const blob = toBase64(new Uint8Array(68).fill(7));
const line = `— example.com/key ${blob}\n`;

test('the example of the signed-note specification is read as it is meant', () => {
  const bytes = utf8(
    'Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n' +
      '— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n',
  );
  const note = parseNote(bytes);
  assert.ok(note.text.endsWith('sole:\n\ned è subito sera.\n'));
  const [signature] = note.signatures;
  assert.equal(signature?.name, 'quasimodo.example/salvatore');
  assert.equal(toHex(signature?.id ?? new Uint8Array()), '367ba04b');
  assert.equal(signature?.blob.length, 64);
  assert.deepEqual(formatNote(note), bytes);
});

test('the signatures follow the last empty line', () => {
  const { text, signatures } = parseNote(utf8(`a\n\n${line}\n\n${line}`));
  assert.equal(text, `a\n\n${line}\n`);
  assert.equal(signatures.length, 1);
});

const table: readonly (readonly [EvidenceCode, string, string])[] = [
  ['note.syntax', 'no empty line', `text\n${line}`],
  ['note.syntax', 'no signature line', 'text\n\n'],
  ['note.syntax', 'no final newline', `text\n\n${line.trimEnd()}`],
  ['note.syntax', 'nothing', ''],
  ['note.signature-line', 'a line that is none', `text\n\n${line}x\n`],
  ['note.syntax', 'an empty line at the end', `text\n\n${line}\n`],
  ['note.signature-line', 'a hyphen for the dash', `text\n\n- example.com/key ${blob}\n`],
  ['note.signature-line', 'an en dash', `text\n\n– example.com/key ${blob}\n`],
  ['note.signature-line', 'two spaces', `text\n\n—  example.com/key ${blob}\n`],
  ['note.signature-line', 'a space at the end', `text\n\n— example.com/key ${blob} \n`],
  ['note.signature-line', 'no key name', `text\n\n— ${blob}\n`],
  ['note.signature-line', 'an empty key name', `text\n\n—  ${blob}\n`],
  ['note.signature-line', 'a plus in the name', `text\n\n— a+b ${blob}\n`],
  ['note.signature-line', 'a no-break space in the name', `text\n\n— a\u00a0b ${blob}\n`],
  ['note.signature-line', 'an ideographic space in the name', `text\n\n— a\u3000b ${blob}\n`],
  ['note.signature-line', 'a line separator in the name', `text\n\n— a\u2028b ${blob}\n`],
  ['note.signature-line', 'a next-line character in the name', `text\n\n— a\u0085b ${blob}\n`],
  ['note.signature-line', 'a name of 256 bytes', `text\n\n— ${'é'.repeat(128)} ${blob}\n`],
  ['note.signature-line', 'a key ID without a signature', `text\n\n— a ${toBase64(new Uint8Array(4))}\n`],
  ['note.control', 'a carriage return', `text\r\n\n${line}`],
  ['note.control', 'a tab', `te\txt\n\n${line}`],
  ['note.control', 'a NUL', `te\0xt\n\n${line}`],
  ['note.control', 'an escape in the signatures', `text\n\n\u001b${line}`],
  [
    'bytes.base64',
    'a signature without padding',
    `text\n\n— a ${toBase64(new Uint8Array(8)).replace('=', '')}\n`,
  ],
  ['bytes.base64', 'URL-safe base64', `text\n\n— a ${'-_-_'.repeat(3)}\n`],
  ['bytes.base64', 'unused bits set', 'text\n\n— a AAAAAAAAAAB=\n'],
  ['bytes.base64', 'padding in the middle', `text\n\n— a AA==${'AAAA'.repeat(3)}\n`],
  ['note.size', 'a hundred and one lines', `text\n\n${line.repeat(noteLimits.signatures + 1)}`],
];

test('a note that breaks one rule is refused by that rule', () => {
  for (const [code, what, text] of table) refuses(code, () => parseNote(utf8(text)), what);
  refuses('bytes.utf8', () => parseNote(Uint8Array.of(...utf8('te'), 0xff, ...utf8(`xt\n\n${line}`))));
  refuses('bytes.utf8', () => parseNote(Uint8Array.of(0xed, 0xa0, 0x80, ...utf8(`\n\n${line}`))));
  refuses('note.size', () => parseNote(new Uint8Array(noteLimits.bytes + 1).fill(0x20)));
});

test('what the rules allow is read: a byte order mark in the text, names of 255 bytes, a hundred lines', () => {
  assert.equal(parseNote(utf8(`\ufefftext\n\n${line}`)).text, '\ufefftext\n');
  const long = `${'é'.repeat(127)}x`;
  assert.equal(parseNote(utf8(`text\n\n— ${long} ${blob}\n`)).signatures[0]?.name, long);
  assert.equal(parseNote(utf8(`text\n\n${line.repeat(noteLimits.signatures)}`)).signatures.length, 100);
});

test('reading a note and writing it again gives the same bytes', () => {
  const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }).filter(isKeyName);
  const signature = fc.record(
    {
      name,
      id: fc.uint8Array({ minLength: 4, maxLength: 4 }),
      blob: fc.uint8Array({ minLength: 1, maxLength: 90 }),
    },
    { noNullPrototype: true },
  );
  const text = fc
    .string({ unit: 'binary', maxLength: 80 })
    .filter((value) => !/[\u0000-\u001f]/.test(value))
    .map((value) => `${value}\n`);
  fc.assert(
    fc.property(text, fc.array(signature, { minLength: 1, maxLength: 5 }), (body, signatures) => {
      const note = { text: body, signatures };
      const bytes = formatNote(note);
      assert.deepEqual(parseNote(bytes), note);
      assert.deepEqual(formatNote(parseNote(bytes)), bytes);
    }),
  );
});

const origin = 'log.example/one';
const text = `${origin}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n`;
const log = noteSigner(origin, noteTypes.log, testSigner('a log'));
const other = noteSigner(origin, noteTypes.log, testSigner('another log'));

test('lines of unknown keys are ignored, even under the name or the ID of a known key', async () => {
  const own = await signCheckpoint(text, log, 0);
  const foreign = await signCheckpoint(text, other, 0);
  const misnamed = { ...own, name: 'log.example/two' };
  const note = { text, signatures: [foreign, misnamed, own] };
  assert.deepEqual(await verifySignatureBy(note, log.key), { key: log.key, time: undefined });
  assert.equal(signaturesBy(note, log.key).length, 1);
  assert.equal(await verifySignatureBy({ text, signatures: [foreign, misnamed] }, log.key), undefined);
});

test('a line of a known key that does not verify spoils the note, and so does a second one', async () => {
  const own = await signCheckpoint(text, log, 0);
  const spoiled = { ...own, blob: own.blob.with(3, (own.blob[3] as number) ^ 1) };
  await rejects('note.signature', verifySignatureBy({ text, signatures: [spoiled] }, log.key));
  await rejects('note.duplicate', verifySignatureBy({ text, signatures: [own, own] }, log.key));
  await rejects('note.duplicate', verifySignatureBy({ text, signatures: [own, spoiled] }, log.key));
  const longer = { ...own, blob: Uint8Array.of(...own.blob, 0) };
  await rejects('note.signature', verifySignatureBy({ text, signatures: [longer] }, log.key));
});

test('what is signed is the text with its final newline and nothing else', async () => {
  const own = await signCheckpoint(text, log, 0);
  const note = parseNote(formatNote({ text, signatures: [own] }));
  assert.equal(fromUtf8(utf8(note.text)), text);
  await rejects(
    'note.signature',
    verifySignatureBy({ text: text.replace('\n0\n', '\n1\n'), signatures: [own] }, log.key),
  );
});
