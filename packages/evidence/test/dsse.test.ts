import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import {
  canonicalJson,
  entryLimit,
  expectKind,
  formatEnvelope,
  fromUtf8,
  inTotoPayload,
  joinSignatures,
  parseDocument,
  parseEnvelope,
  parseStatement,
  payloadOf,
  preAuthEncoding,
  release,
  requireEnvelopeSignatures,
  signEnvelope,
  signStatement,
  source,
  statementIdOf,
  statementOf,
  subjectOf,
  toBase64,
  utf8,
  withdrawal,
  type Envelope,
  type Json,
} from '@vitrine/evidence';
import { testSigner } from '@vitrine/testkit';
import { refuses, rejects, type EvidenceCode } from './refusal.ts';

const [a, b] = [testSigner('envelope a'), testSigner('envelope b', 'ecdsa-p256')];
const good = await signEnvelope(utf8('{"hello":"world"}'), a);

test('the pre-authentication encoding is that of the DSSE specification', () => {
  const encoded = preAuthEncoding('http://example.com/HelloWorld', utf8('hello world'));
  assert.equal(fromUtf8(encoded), 'DSSEv1 29 http://example.com/HelloWorld 11 hello world');
  assert.equal(fromUtf8(preAuthEncoding('é', utf8('é'))), 'DSSEv1 2 é 2 é');
  assert.equal(fromUtf8(preAuthEncoding('', new Uint8Array(0))), 'DSSEv1 0  0 ');
});

test('a statement is called by the SHA-256 of what is signed, whoever signs it', async () => {
  const again = await signEnvelope(utf8('{"hello":"world"}'), b);
  assert.notEqual(good.signatures[0]?.keyid, again.signatures[0]?.keyid);
  assert.equal(statementIdOf(good), statementIdOf(again));
  const pae = `DSSEv1 28 ${inTotoPayload} 17 {"hello":"world"}`;
  assert.equal(statementIdOf(good), createHash('sha256').update(pae).digest('hex'));
});

test('an envelope reads back from its entry, byte for byte', () => {
  const bytes = formatEnvelope(good);
  assert.deepEqual(parseEnvelope(bytes), good);
  assert.equal(fromUtf8(payloadOf(good)), '{"hello":"world"}');
  assert.deepEqual(formatEnvelope(parseEnvelope(bytes)), bytes);
});

const [first] = good.signatures;
assert.ok(first);
const changed = (change: object): Json => ({ ...good, ...change });
const signedWith = (change: object): Json => changed({ signatures: [{ ...first, ...change }] });

const normalForm: readonly (readonly [string, Json])[] = [
  ['a member of its own', changed({ x: 1 })],
  ['no payload type', { payload: good.payload, signatures: [] }],
  ['a payload type with a space', changed({ payloadType: 'text/plain; charset=utf-8' })],
  ['an empty payload', changed({ payload: '' })],
  ['a payload without padding', changed({ payload: 'eyJ9eyI' })],
  ['a payload in URL-safe base64', changed({ payload: '-_-_' })],
  ['a payload with unused bits set', changed({ payload: 'AB==' })],
  ['no signature', changed({ signatures: [] })],
  ['two signatures', changed({ signatures: [first, { ...first, keyid: 'f'.repeat(64) }] })],
  ['a signature twice', changed({ signatures: [first, first] })],
  ['a signature object for the list', changed({ signatures: first })],
  ['no keyid', changed({ signatures: [{ sig: first.sig }] })],
  ['an empty keyid', signedWith({ keyid: '' })],
  ['a keyid in capitals', signedWith({ keyid: first.keyid.toUpperCase() })],
  ['a short keyid', signedWith({ keyid: first.keyid.slice(2) })],
  ['a certificate beside the signature', signedWith({ cert: 'AAAA' })],
  ['an empty signature', signedWith({ sig: '' })],
  ['a signature in URL-safe base64', signedWith({ sig: '-_-_' })],
  ['a signature without padding', signedWith({ sig: first.sig.replaceAll('=', '') })],
];

test('an envelope that is not in normal form is refused', () => {
  for (const [what, value] of normalForm)
    refuses('schema.mismatch', () => parseEnvelope(canonicalJson(value)), what);
  const pretty = utf8(JSON.stringify(good, null, 1));
  refuses('json.not-canonical', () => parseEnvelope(pretty));
  const disordered = utf8(
    JSON.stringify({ signatures: [first], payload: good.payload, payloadType: inTotoPayload }),
  );
  refuses('json.not-canonical', () => parseEnvelope(disordered));
  refuses('json.not-canonical', () => parseEnvelope(utf8(`${fromUtf8(formatEnvelope(good))}\n`)));
  refuses('schema.mismatch', () => parseEnvelope(utf8('[]')));
  refuses('schema.mismatch', () => parseEnvelope(utf8('null')));
});

test('an entry holds 65,535 bytes and not one more', () => {
  const frame = formatEnvelope({ ...good, payload: '' }).length;
  const payload = (length: number): string => toBase64(new Uint8Array((length / 4) * 3));
  const room = entryLimit - frame - ((entryLimit - frame) % 4);
  assert.equal(parseEnvelope(formatEnvelope({ ...good, payload: payload(room) })).payload.length, room);
  refuses('envelope.size', () => parseEnvelope(formatEnvelope({ ...good, payload: payload(room + 4) })));
  refuses('envelope.size', () => parseEnvelope(new Uint8Array(entryLimit + 1)));
});

test('a document holds several signatures, by ascending keyid, none twice', async () => {
  const again = await signEnvelope(payloadOf(good), b);
  const joined = joinSignatures([again, good, good]);
  assert.equal(joined.signatures.length, 2);
  const bytes = formatEnvelope(joined);
  assert.deepEqual(parseDocument(bytes), joined);
  refuses('schema.mismatch', () => parseEnvelope(bytes));
  const turned: Envelope = { ...joined, signatures: joined.signatures.toReversed() };
  refuses('schema.mismatch', () => parseDocument(formatEnvelope(turned)));
  const doubled: Envelope = { ...good, signatures: [first, first] };
  refuses('schema.mismatch', () => parseDocument(formatEnvelope(doubled)));
  refuses('envelope.join', () => joinSignatures([]));
  refuses('envelope.join', () => joinSignatures([good, { ...good, payload: 'AAAA' }]));
  refuses('envelope.join', () => joinSignatures([good, { ...good, payloadType: 'text/plain' }]));
});

test('signatures count only by the key whose digest is the keyid', async () => {
  const keys = new Map([a, b].map((one) => [one.keyid, one.publicKey]));
  const spkiOf = (keyid: string): Uint8Array | undefined => keys.get(keyid);
  await requireEnvelopeSignatures(good, spkiOf);
  await rejects(
    'envelope.key',
    requireEnvelopeSignatures(good, () => undefined),
  );
  await rejects(
    'envelope.key',
    requireEnvelopeSignatures(good, () => b.publicKey),
  );
  const other: Envelope = { ...good, payload: toBase64(utf8('{}')) };
  await rejects('signature.invalid', requireEnvelopeSignatures(other, spkiOf));
  const retyped: Envelope = { ...good, payloadType: 'application/json' };
  await rejects('signature.invalid', requireEnvelopeSignatures(retyped, spkiOf));
  const renamed: Envelope = { ...good, signatures: [{ ...first, keyid: b.keyid }] };
  await rejects('signature.invalid', requireEnvelopeSignatures(renamed, spkiOf));
});

test('of several faults the first by position is named, whichever is found first', async () => {
  const joined = joinSignatures([good, await signEnvelope(payloadOf(good), b)]);
  const [one, two] = joined.signatures;
  assert.ok(one && two);
  const slow = async (): Promise<boolean> => {
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
    return false;
  };
  // The first is unknown only after the second has already failed, and the other way round.
  await rejects(
    'envelope.key',
    requireEnvelopeSignatures(joined, () => undefined, slow),
  );
  const known = (keyid: string): Uint8Array | undefined =>
    keyid === one.keyid ? [a, b].find((signer) => signer.keyid === keyid)?.publicKey : undefined;
  await rejects('signature.invalid', requireEnvelopeSignatures(joined, known, slow));
});

// Statements.

const subject = [{ name: 'artifact', digest: { sha256: 'a'.repeat(64) } }];
const taken = {
  product: 'verifier',
  channel: 'stable',
  sequence: 1,
  reason: 'defect',
  issuedAt: '2026-11-24T09:00:00Z',
} as const;

test('a statement is signed as canonical JSON and read back as its kind', async () => {
  const envelope = await signStatement(withdrawal, subject, taken, a);
  assert.deepEqual(canonicalJson(JSON.parse(fromUtf8(payloadOf(envelope))) as Json), payloadOf(envelope));
  const statement = expectKind(statementOf(envelope), withdrawal);
  assert.deepEqual(statement.predicate, taken);
  assert.equal(subjectOf(statement, 'artifact'), 'a'.repeat(64));
  assert.equal(subjectOf(statement, 'tree'), undefined);
  refuses('statement.kind', () => expectKind(statement as never, release));
  refuses('statement.payload-type', () => statementOf({ ...envelope, payloadType: 'application/json' }));
});

const statement = {
  _type: 'https://in-toto.io/Statement/v1',
  subject,
  predicateType: withdrawal.predicateType,
  predicate: taken,
};
const statements: readonly (readonly [EvidenceCode, string, object])[] = [
  ['schema.mismatch', 'version 0.1', { _type: 'https://in-toto.io/Statement/v0.1' }],
  ['schema.mismatch', 'no subject', { subject: [] }],
  ['schema.mismatch', 'a subject by SHA-1', { subject: [{ name: 'a', digest: { sha1: 'a'.repeat(40) } }] }],
  [
    'schema.mismatch',
    'a second digest',
    { subject: [{ name: 'a', digest: { sha256: 'a'.repeat(64), sha512: 'b' } }] },
  ],
  [
    'schema.mismatch',
    'a digest in capitals',
    { subject: [{ name: 'a', digest: { sha256: 'A'.repeat(64) } }] },
  ],
  [
    'schema.mismatch',
    'a name with a space',
    { subject: [{ name: 'a b', digest: { sha256: 'a'.repeat(64) } }] },
  ],
  ['schema.mismatch', 'a subject twice', { subject: [...subject, ...subject] }],
  ['schema.mismatch', 'a member of its own', { x: 1 }],
  ['schema.mismatch', 'a relative predicate type', { predicateType: 'withdrawal' }],
];

test('a statement that is no in-toto Statement v1 with SHA-256 subjects is refused', () => {
  parseStatement(canonicalJson(statement));
  for (const [code, what, change] of statements)
    refuses(code, () => parseStatement(canonicalJson({ ...statement, ...change })), what);
  refuses('json.not-canonical', () => parseStatement(utf8(JSON.stringify(statement))), 'not canonical');
  const foreign = { ...statement, predicateType: 'https://spdx.dev/Document' };
  assert.equal(parseStatement(utf8(JSON.stringify(foreign))).predicateType, foreign.predicateType);
});

test('a statement about something else than its kind is refused', () => {
  const about = (name: string): Parameters<typeof expectKind>[0] =>
    parseStatement(canonicalJson({ ...statement, subject: [{ ...subject[0], name }] }));
  refuses('statement.subject', () => expectKind(about('tree'), withdrawal));
  expectKind(about('artifact'), withdrawal);
  const twoSubjects = parseStatement(
    canonicalJson({ ...statement, subject: [...subject, { ...subject[0], name: 'b' }] }),
  );
  refuses('statement.subject', () => expectKind(twoSubjects, withdrawal));
});

test('nobody signs what does not fit its own schema', async () => {
  await rejects('schema.mismatch', signStatement(withdrawal, subject, { ...taken, sequence: 0 }, a));
  await rejects(
    'statement.subject',
    signStatement(withdrawal, [{ ...subject[0], name: 'tree' } as never], taken, a),
  );
  await rejects('schema.mismatch', signStatement(source, subject, {} as never, a));
});
