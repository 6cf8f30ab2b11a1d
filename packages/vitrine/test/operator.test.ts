// The public file of an operator, and the policy that is drafted from several of them.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  canonicalJson,
  examinePolicy,
  formatVkey,
  fromBase64,
  keyidOf,
  noteSigner,
  noteTypes,
  type Json,
  type NoteType,
  type TrustPolicyDocument,
} from '@vitrine/evidence';
import { everyParserRefuses, repositoryRoot, testSigner } from '@vitrine/testkit';
import {
  formatOperator,
  operatorSchema,
  parseOperator,
  publicKeyOf,
  type OperatorFile,
} from '../src/operator/file.ts';
import { draftPolicy } from '../src/policy/draft.ts';
import type { VendorConfig } from '../src/vendor/config.ts';
import { draftNextRoot, rootOfDraft } from '../src/vendor/root.ts';
import { testCenter } from './make-datacenters.ts';

const origin = 'log.example/test';
const key = (name: string): string => publicKeyOf(testSigner(name));
const vkey = (name: string, type: NoteType, of = name): string =>
  formatVkey(noteSigner(name, type, testSigner(of)).key);

const vendor: Omit<OperatorFile, 'format'> = {
  operator: { id: 'vendor', name: 'A Vendor', jurisdiction: 'CH', part: 'vendor' },
  root: ['root 1', 'root 2', 'root 3'].map(key).sort(),
  keys: (['builder', 'order', 'publisher', 'releaser', 'source'] as const).map((role) => ({
    role,
    publicKey: key(role),
    ...(role === 'builder' ? { builder: 'urn:vitrine:builder:vendor' } : {}),
  })),
  log: { origin, vkeys: [vkey(origin, noteTypes.log)], url: 'http://127.0.0.1:7400' },
  repository: 'http://127.0.0.1:7401',
};

function supervisor(id: string, of = id): Omit<OperatorFile, 'format'> {
  return {
    operator: { id, name: `Supervisor ${id}`, jurisdiction: 'NO', part: 'supervisor' },
    root: [key(`${id} root`)],
    keys: (['rebuilder', 'supervisor'] as const).map((role) => ({ role, publicKey: key(`${of} ${role}`) })),
    witness: { vkeys: [vkey(`${id}/witness`, noteTypes.cosignature)], url: 'http://127.0.0.1:7410' },
    cosigner: { publicKey: key(`${id} cosigner`), url: 'http://127.0.0.1:7411' },
  };
}

test('mutated operator files are refused by a typed error', () => {
  everyParserRefuses(parseOperator, [formatOperator(vendor), formatOperator(supervisor('north'))]);
});

const refused: readonly (readonly [string, string, Omit<OperatorFile, 'format'>])[] = [
  ['a root key twice', 'schema.mismatch', { ...vendor, root: [key('a'), key('a')] }],
  ['one key for two roles', 'operator.key', { ...vendor, root: [key('source')] }],
  [
    'a vendor that is a witness',
    'operator.part',
    { ...vendor, witness: supervisor('north').witness as never },
  ],
  [
    'a vendor that rebuilds',
    'operator.part',
    { ...vendor, keys: [{ role: 'rebuilder', publicKey: key('x') }] },
  ],
  ['a vendor that co-signs', 'operator.part', { ...vendor, cosigner: supervisor('north').cosigner as never }],
  ['a supervisor with a log', 'operator.part', { ...supervisor('north'), log: vendor.log as never }],
  ['a supervisor with a repository', 'operator.part', { ...supervisor('north'), repository: 'http://x' }],
  [
    'a supervisor that publishes',
    'operator.part',
    { ...supervisor('north'), keys: [{ role: 'publisher', publicKey: key('x') }] },
  ],
  [
    'a builder without its id',
    'operator.key',
    { ...vendor, keys: [{ role: 'builder', publicKey: key('x') }] },
  ],
  [
    'a log key of another name',
    'operator.part',
    { ...vendor, log: { origin, vkeys: [vkey('log.example/other', noteTypes.log)], url: 'http://x' } },
  ],
  [
    'a log key as a witness',
    'operator.part',
    { ...supervisor('north'), witness: { vkeys: [vkey('north/witness', noteTypes.log)], url: 'http://x' } },
  ],
  ['an address that is none', 'schema.mismatch', { ...vendor, repository: 'ftp://x' }],
];

for (const [what, code, file] of refused) {
  test(`${what} is refused`, () => {
    const bytes = canonicalJson({ ...file, format: 'urn:vitrine:operator:v1' } as unknown as Json);
    assert.throws(() => parseOperator(bytes), { code });
  });
}

const config: VendorConfig = {
  operator: 'vendor',
  name: 'A Vendor',
  jurisdiction: 'CH',
  builder: 'urn:vitrine:builder:vendor',
  log: { origin, url: 'http://127.0.0.1:7400' },
  repository: { listen: '127.0.0.1:7401', url: 'http://127.0.0.1:7401' },
};
const parse = (file: Omit<OperatorFile, 'format'>): OperatorFile => parseOperator(formatOperator(file));
const parts = {
  config,
  vendor: parse(vendor),
  others: [parse(supervisor('north')), parse(supervisor('south'))],
  centers: [],
};

function broken(document: TrustPolicyDocument): readonly (string | undefined)[] {
  const online = { snapshot: testSigner('snapshot').publicKey, timestamp: testSigner('timestamp').publicKey };
  const root = rootOfDraft(draftNextRoot({ ...parts, ...online }, 1, 1_795_600_000));
  return examinePolicy(document, root).flatMap(({ refusal }) =>
    refusal === undefined ? [] : [refusal.code],
  );
}

test('a first policy lists everybody from entry 0, with the smallest quorum that cannot fork', () => {
  const document = draftPolicy(parts);
  assert.deepEqual([document.version, document.witnesses.quorum, document.witnesses.faulty], [1, 2, 1]);
  assert.ok(document.keys.every(({ from, until }) => from.index === 0 && until === undefined));
  assert.deepEqual(broken(document), []);
  const four = ['north', 'south', 'east', 'west'].map((id) => parse(supervisor(id)));
  const wide = draftPolicy({ ...parts, others: four });
  assert.deepEqual([wide.witnesses.quorum, wide.witnesses.faulty], [3, 1], 'three of four, as D6 says');
});

test('a next policy keeps what was listed, adds keys from an index and ends others there', () => {
  const first = draftPolicy(parts);
  const renewed = parse({
    ...vendor,
    keys: vendor.keys.map((one) =>
      one.role === 'publisher' ? { ...one, publicKey: key('new publisher') } : one,
    ),
  });
  const old = keyidOf(testSigner('publisher').publicKey);
  const next = draftPolicy(
    { ...parts, vendor: renewed },
    { current: first, at: 40, end: [old.slice(0, 20)] },
  );
  assert.equal(next.version, 2);
  const publishers = next.keys.filter(({ role }) => role === 'publisher');
  assert.deepEqual(publishers.map(({ from, until }) => `${from.index} ${until?.index ?? 'on'}`).sort(), [
    '0 40',
    '40 on',
  ]);
  assert.deepEqual(broken(next), []);
  assert.deepEqual(next.log, first.log);
});

test('a policy lists the identity key of each data center, as its operator has it', () => {
  const zurich = testCenter('zurich', 'CH');
  const { keys } = draftPolicy({ ...parts, centers: [zurich] });
  const listed = keys.filter(({ role }) => role === 'datacenter');
  assert.deepEqual(
    listed.map(({ keyid, operator, from }) => [keyid, operator, from.index]),
    [[keyidOf(fromBase64(zurich.identity)), 'vendor', 0]],
  );
  const foreign = draftPolicy({ ...parts, centers: [{ ...zurich, operator: 'nobody' }] });
  assert.deepEqual(broken(foreign), ['policy.operator']);
  const current = draftPolicy(parts);
  const later = draftPolicy({ ...parts, centers: [zurich] }, { current, at: 40, end: [] });
  assert.equal(later.keys.find(({ role }) => role === 'datacenter')?.from.index, 40);
  assert.deepEqual(broken(later), []);
});

test('a key to end is named clearly, and once', () => {
  const first = draftPolicy(parts);
  const end =
    (...words: readonly string[]): (() => unknown) =>
    () =>
      draftPolicy(parts, { current: first, at: 9, end: words });
  assert.throws(end('nobody'), { code: 'policy-draft.end' });
  assert.throws(end(''), { code: 'policy-draft.end' });
  const ended = draftPolicy(parts, { current: first, at: 9, end: ['north/witness'] });
  assert.throws(() => draftPolicy(parts, { current: ended, at: 12, end: ['north/witness'] }), {
    code: 'policy-draft.end',
  });
});

test('a root that one of the others could block, or the vendor reach alone, is not drafted', () => {
  const online = { snapshot: testSigner('snapshot').publicKey, timestamp: testSigner('timestamp').publicKey };
  const draft = (others: readonly OperatorFile[]): Uint8Array =>
    draftNextRoot({ ...parts, ...online, others }, 1, 1_795_600_000);
  assert.throws(() => draft([]), { code: 'policy-draft.operators' });
  assert.throws(() => draft([parse(supervisor('north'))]), { code: 'policy-draft.operators' });
  assert.equal(rootOfDraft(draft(parts.others)).threshold, 4);
});

test('docs/spec/operator-file.md has the schema that the code has', () => {
  const page = readFileSync(join(repositoryRoot, 'docs/spec/operator-file.md'), 'utf8');
  const [, text = ''] = /## Schema\n```json\n([^]*?)```/.exec(page) ?? [];
  assert.deepEqual(JSON.parse(text), operatorSchema.json);
});
