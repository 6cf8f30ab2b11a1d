import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import {
  formatCheckpoint,
  formatNote,
  fromUtf8,
  isVitrineError,
  parseEnvelope,
  signCheckpoint,
  utf8,
} from '@vitrine/evidence';
import { formatBundle, parseBundle, parseTilePath } from '@vitrine/log';
import {
  admissionSchema,
  admit,
  formatReviewers,
  makeAdmissionList,
  parseAdmissionList,
  parseReviewers,
} from '@vitrine/log/admission';
import { formatAddCheckpoint, parseAddCheckpoint } from '@vitrine/log/witness';
import {
  everyParserRefuses,
  mutate,
  mutationCount,
  repositoryRoot,
  testPasskey,
  testSigner,
} from '@vitrine/testkit';
import { logSigner, mlDsaSigner, origin, statement } from './helpers.ts';

const text = formatCheckpoint({ origin, size: 70_000, root: new Uint8Array(32).fill(7), extensions: [] });
const note = formatNote({
  text,
  signatures: await Promise.all([logSigner, mlDsaSigner].map((signer) => signCheckpoint(text, signer, 1))),
});
const short = formatNote({ text, signatures: [await signCheckpoint(text, logSigner, 1)] });
const admission = makeAdmissionList(
  origin,
  ['ed25519', 'ecdsa-p256'].map((scheme, i) => ({
    publicKey: testSigner(`admitted ${i}`, scheme as 'ed25519').publicKey,
    operator: `operator-${i}`,
    kinds: ['source', 'order'],
  })),
);

test('mutated tile paths are refused by a typed error or mean what they say', () => {
  const seeds = ['tile/0/000', 'tile/0/x001/x234/067.p/8', 'tile/entries/x001/000.p/255', 'tile/63/999'].map(
    utf8,
  );
  everyParserRefuses((bytes) => parseTilePath(fromUtf8(bytes)), seeds);
});

test('mutated add-checkpoint bodies are refused by a typed error', () => {
  const hashes = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte));
  everyParserRefuses(parseAddCheckpoint, [
    utf8(formatAddCheckpoint(5, hashes, short)),
    utf8(formatAddCheckpoint(0, [], note)),
  ]);
});

test('mutated admission lists are refused by a typed error', () => {
  everyParserRefuses(parseAdmissionList, [admission.bytes]);
  const { spki: publicKey, webauthn } = testPasskey('alice').listed;
  const passkey = { publicKey, operator: 'reviewer-00000001', webauthn };
  everyParserRefuses(parseReviewers, [formatReviewers('log.example/test', [passkey])]);
});

test('mutated bundles are refused by a typed error', () => {
  everyParserRefuses(parseBundle, [
    formatBundle([utf8('one'), new Uint8Array(), utf8('three'), new Uint8Array(300)]),
  ]);
});

const lists: readonly {
  readonly what: string;
  readonly code: string;
  readonly change: (list: string) => string;
}[] = [
  {
    what: 'a key under another keyid',
    code: 'admission.key',
    change: (list) => list.replace(/"keyid":"."/, '"keyid":"0"').replace(/"keyid":"./, '"keyid":"0'),
  },
  {
    what: 'keys out of order',
    code: 'schema.mismatch',
    change: (list) => list.replace(/\[(\{[^]*?\}),(\{[^]*\})\]/, '[$2,$1]'),
  },
  {
    what: 'a kind that is no name',
    code: 'schema.mismatch',
    change: (list) => list.replace('"order"', '"Order"'),
  },
  { what: 'a key twice', code: 'schema.mismatch', change: (list) => list.replace(/\[(\{[^]*?\})/, '[$1,$1') },
  {
    what: 'a further member',
    code: 'schema.mismatch',
    change: (list) => list.replace('{"keys"', '{"extra":1,"keys"'),
  },
  { what: 'whitespace', code: 'json.not-canonical', change: (list) => list.replace('{', '{ ') },
];
for (const { what, code, change } of lists) {
  test(`an admission list with ${what} is refused`, () => {
    const changed = change(fromUtf8(admission.bytes));
    assert.notEqual(changed, fromUtf8(admission.bytes));
    assert.throws(
      () => parseAdmissionList(utf8(changed)),
      (error) => isVitrineError(error, code),
    );
  });
}

test('a list is not written with a kind that does not exist', () => {
  const signer = { publicKey: testSigner('x').publicKey, operator: 'x', kinds: ['sauce'] };
  assert.throws(
    () => makeAdmissionList(origin, [signer]),
    (error) => isVitrineError(error, 'admission.kind'),
  );
});

test('docs/spec/admission.md shows the schema and an example of the list', () => {
  const page = readFileSync(join(repositoryRoot, 'docs/spec/admission.md'), 'utf8');
  const [shown, example, reviewers] = [...page.matchAll(/```json\n([^]*?)```/g)].map(
    ([, block]) => block ?? '',
  );
  assert.deepEqual(JSON.parse(shown ?? ''), admissionSchema.json);
  const signer = {
    publicKey: testSigner('example').publicKey,
    operator: 'vendor',
    kinds: ['source', 'order'],
  };
  assert.equal(example, `${fromUtf8(makeAdmissionList('log.example/2026', [signer]).bytes)}\n`);
  assert.equal(parseAdmissionList(utf8((example ?? '').trimEnd())).keys.size, 1);
  assert.equal(parseReviewers(utf8((reviewers ?? '').trimEnd())).keys[0]?.operator, 'reviewer-0a1b2c3d');
});

test('admission reads envelopes as the parser of evidence does, however they are mutated', async () => {
  const signer = testSigner('alice');
  const list = makeAdmissionList(origin, [
    { publicKey: signer.publicKey, operator: 'vendor', kinds: ['source'] },
  ]);
  const valid = await statement(signer);
  assert.deepEqual((await admit(valid, list, () => Promise.resolve(true))).envelope, parseEnvelope(valid));
  for (const bytes of mutate(7, valid, mutationCount())) {
    const expected = codeOf(() => parseEnvelope(bytes));
    const found = await admit(bytes, list, () => Promise.resolve(true)).then(
      ({ envelope }) => assert.deepEqual(envelope, parseEnvelope(bytes)),
      (error: unknown) => (isVitrineError(error) ? error.code : assert.fail(String(error))),
    );
    if (expected !== undefined) assert.equal(found, expected, Buffer.from(bytes).toString());
  }
});

function codeOf(parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    return isVitrineError(error) ? error.code : assert.fail(String(error));
  }
}
