import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import fc from 'fast-check';
import {
  canonicalJson,
  commitTo,
  concat,
  decodePath,
  encodePath,
  formatEvidence,
  formatMaterials,
  formatOutputs,
  formatPublicationFile,
  formatSourceProof,
  formatState,
  formatTreeListing,
  freshState,
  fromHex,
  fromUtf8,
  inclusionProof,
  leafHash,
  nodeHash,
  openCommitment,
  outputsDigest,
  parseEvidence,
  parseMaterials,
  parseOutputs,
  parsePublicationFile,
  parseSourceProof,
  parseState,
  parseTreeListing,
  proveSource,
  sameDigest,
  sha256,
  toHex,
  treeDigest,
  treeLeaf,
  utf8,
  verifyInclusion,
  verifySourceProof,
  type FileMode,
  type Json,
  type Material,
  type NodeReader,
  type TreeFile,
} from '@vitrine/evidence';
import { makeWorld } from '@vitrine/testkit';
import { refuses } from './refusal.ts';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const json = (value: unknown): Uint8Array => canonicalJson(value as Json);
const file = (path: string, change: Partial<TreeFile> = {}): TreeFile => ({
  mode: '100644',
  path,
  sha256: digest(path),
  size: 1,
  ...change,
});

// Trees (D13).

test('a path has one encoding: printable ASCII but % and space as it is, everything else as %XX', () => {
  assert.equal(encodePath(utf8('src/a b%é~')), 'src/a%20b%25%C3%A9~');
  assert.equal(encodePath(Uint8Array.of(0xff, 0x7f, 0x0a)), '%FF%7F%0A');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 30 }), (path) => {
      assert.deepEqual(decodePath(encodePath(path)), path);
    }),
  );
  for (const bad of ['%', '%4', '%4a', '%41', '%2F', '%g0', 'a b', 'é', '\n', '%C3%a9', '😀'])
    refuses('tree.path', () => decodePath(bad), bad);
});

const badPaths = [
  '',
  '/',
  '/etc/passwd',
  'a/',
  'a//b',
  '.',
  '..',
  './a',
  '../a',
  'a/..',
  'a/../../b',
  'a/./b',
  '.git',
  '.git/config',
  'a/.git/hooks/x',
  '.GIT/config',
  '.Git',
  '%2e%2e/a',
  '..%2fa',
  'a%00b',
  '%00',
  'a b',
  'a\\..%',
  'é',
  'a\nb',
  'x'.repeat(4097),
  'a/'.repeat(64) + 'a',
  'a/'.repeat(2040) + 'b',
];

test('a tree that is unpacked cannot leave its folder, write a repository or be two things at once', () => {
  for (const path of badPaths)
    refuses('schema.mismatch', () => parseTreeListing(json({ files: [file(path)] })), path);
  const both = [file('a'), file('a/b')];
  refuses('schema.mismatch', () => parseTreeListing(json({ files: both })));
  refuses('schema.mismatch', () => formatTreeListing(both));
  for (const between of ['a', 'a-b', 'a.b', 'a%20b'])
    refuses('schema.mismatch', () => formatTreeListing([...both, file(`${between}-`)]), between);
  parseTreeListing(
    formatTreeListing(['.gitignore', '.github/x', 'a/..b', 'a/...'].map((path) => file(path))),
  );
});

test('a listing of many files, or of long names that begin alike, is read', () => {
  const many = Array.from({ length: 50_000 }, (_, i) =>
    file(`${i % 100}/${i % 1000}/file ${i}`.replace(' ', '%20')),
  );
  assert.equal(parseTreeListing(formatTreeListing(many)).files.length, 50_000);
  const deepest = 'a/'.repeat(63) + 'a';
  const long = Array.from({ length: 500 }, (_, i) => file('x'.repeat(3000 + i)));
  assert.equal(parseTreeListing(formatTreeListing([file(deepest), ...long])).files.length, 501);
});

const badFiles: readonly (readonly [string, object])[] = [
  ['a submodule', { mode: '160000' }],
  ['a folder', { mode: '040000' }],
  ['a mode as a number', { mode: 100644 }],
  ['a group-writable file', { mode: '100664' }],
  ['a digest in capitals', { sha256: digest('a').toUpperCase() }],
  ['a negative size', { size: -1 }],
  ['a member of its own', { x: 1 }],
];

test('a listing is sorted by path bytes, without duplicates, in canonical JSON', () => {
  // By code unit U+FF5E sorts behind the emoji's surrogates; by byte it sorts before. Git sorts bytes.
  const names = ['Z', 'a', 'a-b', 'a/b', 'é', '～', '😀'].map((name) => encodePath(utf8(name)));
  const files = names.filter((name) => name !== 'a').map((name) => file(name));
  const bytes = formatTreeListing(files.toReversed());
  assert.deepEqual(parseTreeListing(bytes).files, files);
  assert.deepEqual(formatTreeListing(parseTreeListing(bytes).files), bytes);
  refuses('schema.mismatch', () => parseTreeListing(json({ files: files.toReversed() })));
  refuses('schema.mismatch', () => parseTreeListing(json({ files: [file('a'), file('a')] })));
  refuses('schema.mismatch', () => parseTreeListing(json({ files: [] })));
  refuses('json.not-canonical', () => parseTreeListing(utf8(JSON.stringify({ files }, null, 1))));
  for (const [what, change] of badFiles)
    refuses('schema.mismatch', () => parseTreeListing(json({ files: [{ ...file('a'), ...change }] })), what);
});

/** RFC 6962 section 2.1 over leaves written out by hand: mode, space, path, NUL, digest. */
function treeByHand(files: readonly TreeFile[]): string {
  const leaves = files.map(({ mode, path, sha256: blob }) =>
    createHash('sha256')
      .update(
        Buffer.concat([
          Uint8Array.of(0),
          Buffer.from(`${mode} `),
          decodePath(path),
          Uint8Array.of(0),
          Buffer.from(blob, 'hex'),
        ]),
      )
      .digest(),
  );
  const root = (some: readonly Buffer[]): Buffer => {
    if (some.length === 1) return some[0] as Buffer;
    let k = 1;
    while (k * 2 < some.length) k *= 2;
    return createHash('sha256')
      .update(Buffer.concat([Uint8Array.of(1), root(some.slice(0, k)), root(some.slice(k))]))
      .digest();
  };
  return root(leaves).toString('hex');
}

test('the tree digest is the RFC 6962 root over mode, path and blob of each file', () => {
  const modes: readonly FileMode[] = ['100644', '100755', '120000'];
  for (let count = 1; count <= 40; count++) {
    const files = Array.from({ length: count }, (_, i) =>
      file(encodePath(utf8(`dir ${String(i).padStart(3, '0')}/é`)), { mode: modes[i % 3] as FileMode }),
    );
    assert.equal(toHex(treeDigest({ files })), treeByHand(files), `${count} files`);
  }
});

test('a reviewer of one file gets its path to the tree digest', async () => {
  const files = Array.from({ length: 13 }, (_, i) => file(`file-${String(i).padStart(2, '0')}`));
  const leaves = files.map((one) => leafHash(treeLeaf(one)));
  const node = (level: number, index: number): Uint8Array =>
    level === 0
      ? (leaves[index] as Uint8Array)
      : nodeHash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1));
  const read: NodeReader = (nodes) => Promise.resolve(nodes.map(({ level, index }) => node(level, index)));
  const proof = await inclusionProof(5, files.length, read);
  verifyInclusion(proof, 5, files.length, leafHash(treeLeaf(file('file-05'))), treeDigest({ files }));
  const executable = leafHash(treeLeaf(file('file-05', { mode: '100755' })));
  refuses('merkle.inclusion', () =>
    verifyInclusion(proof, 5, files.length, executable, treeDigest({ files })),
  );
});

// Outputs and materials (D12, D14).

const output = (path: string): { path: string; sha256: string; size: number } => ({
  path,
  sha256: digest(path),
  size: 3,
});

test('an outputs manifest is sorted and canonical, and its digest is that of its bytes', () => {
  const bytes = formatOutputs([output('b'), output('a/c'), output('a')]);
  const manifest = parseOutputs(bytes);
  assert.deepEqual(
    manifest.outputs.map(({ path }) => path),
    ['a', 'a/c', 'b'],
  );
  assert.equal(outputsDigest(manifest), createHash('sha256').update(bytes).digest('hex'));
  refuses('schema.mismatch', () => parseOutputs(json({ outputs: [] })));
  refuses('schema.mismatch', () => parseOutputs(json({ outputs: [output('b'), output('a')] })));
  refuses('schema.mismatch', () => parseOutputs(json({ outputs: [output('a'), output('a')] })));
  for (const path of ['../a', '/a', 'a/../b', 'a\\b', '', 'a//b', '.'])
    refuses('schema.mismatch', () => formatOutputs([output(path)]), path);
});

test('two digests are the same only if both are digests', () => {
  assert.ok(sameDigest(digest('a'), digest('a')));
  for (const [a, b] of [
    ['', ''],
    ['undefined', 'undefined'],
    [digest('a'), digest('b')],
    [digest('a').toUpperCase(), digest('a').toUpperCase()],
    ['0'.repeat(63), '0'.repeat(63)],
  ] as const)
    assert.ok(!sameDigest(a, b), `${a} ${b}`);
});

const material: Material = {
  id: 'npm:@scope/name@1.0.0',
  kind: 'npm',
  name: '@scope/name',
  version: '1.0.0',
  integrity: `sha512-${Buffer.alloc(64).toString('base64')}`,
  sha256: digest('tarball'),
  size: 1,
  opaque: false,
};

test('a materials manifest lists each material once, by digest, in order', () => {
  const second: Material = { ...material, id: 'npm:JSONStream@1.3.5', name: 'JSONStream' };
  const bytes = formatMaterials([second, material]);
  assert.deepEqual(
    parseMaterials(bytes).materials,
    [material, second].sort((a, b) => (a.id < b.id ? -1 : 1)),
  );
  parseMaterials(formatMaterials([]));
  const bad: readonly (readonly [string, object])[] = [
    ['no npm id', { id: 'pypi:a@1' }],
    ['another registry', { kind: 'url' }],
    ['a path for a name', { name: '../name' }],
    ['a SHA-1 integrity', { integrity: 'sha1-AAAA' }],
    ['two integrities', { integrity: `${material.integrity} ${material.integrity}` }],
    ['no word on opacity', { opaque: 'no' }],
    ['a resolved address', { resolved: 'https://registry.example/' }],
  ];
  for (const [what, change] of bad)
    refuses('schema.mismatch', () => parseMaterials(json({ materials: [{ ...material, ...change }] })), what);
  refuses('schema.mismatch', () => parseMaterials(json({ materials: [material, material] })));
});

// Evidence, publication, state: files that hold nothing without meaning.

test('evidence and publication files read back byte for byte', async () => {
  const world = await makeWorld();
  const publication = await world.publish();
  const evidence = await world.evidence();
  assert.deepEqual(formatEvidence(parseEvidence(evidence)), evidence);
  assert.deepEqual(formatPublicationFile(parsePublicationFile(publication)), publication);
});

test('an evidence or publication file in another form is refused', async () => {
  const world = await makeWorld();
  const publication = JSON.parse(fromUtf8(await world.publish())) as Record<string, Json>;
  const evidence = JSON.parse(fromUtf8(await world.evidence())) as Record<string, Json>;
  const statements = evidence['statements'] as readonly Json[];
  const many = Array.from({ length: 257 }, (_, index) => ({ ...(statements[0] as object), index }));
  const bad: readonly (readonly [string, object])[] = [
    ['another format', { format: 'urn:vitrine:evidence:v2' }],
    ['a member of its own', { x: 1 }],
    ['no statements', { statements: [] }],
    ['statements in disorder', { statements: statements.toReversed() }],
    ['a statement twice', { statements: [statements[0], statements[0]] }],
    ['more than 256 statements', { statements: many }],
    [
      'a path of 64 hashes',
      {
        statements: [
          {
            ...(statements[0] as object),
            path: Array.from({ length: 64 }, () => Buffer.alloc(32).toString('base64')),
          },
        ],
      },
    ],
    ['no outputs', { outputs: { outputs: [] } }],
    ['a checkpoint without its newline', { checkpoint: (evidence['checkpoint'] as string).trimEnd() }],
    ['a checkpoint of more than 64 KiB', { checkpoint: `${'x'.repeat(65_536)}\n` }],
  ];
  for (const [what, change] of bad)
    refuses('schema.mismatch', () => parseEvidence(json({ ...evidence, ...change })), what);
  refuses('schema.mismatch', () => parsePublicationFile(json(evidence)));
  refuses('schema.mismatch', () => parseEvidence(json(publication)));
  refuses('schema.mismatch', () => parsePublicationFile(json({ ...publication, statement: null })));
  refuses('json.size', () => parseEvidence(new Uint8Array((1 << 20) + 1)));
});

test('state reads back, and only in its own form', () => {
  assert.deepEqual(parseState(formatState(freshState)), freshState);
  const full = {
    ...freshState,
    head: { origin: 'log.example/one', size: 3, root: Buffer.alloc(32).toString('base64') },
    publication: { seq: 1, snapshot: 1, sha256: digest('snapshot'), index: 4, asOf: 4 },
    policy: { version: 2, sha256: digest('policy') },
    root: { version: 1, sha256: digest('root') },
    floor: 7,
    sequences: { 'verifier/stable': 3 },
  };
  assert.deepEqual(parseState(formatState(full)), full);
  const bad: readonly object[] = [
    { floor: -1 },
    { format: 'urn:vitrine:state:v2' },
    { sequences: { verifier: 1 } },
    { sequences: { 'verifier/stable': 0 } },
    { head: { origin: 'a b', size: 1, root: full.head.root } },
    { head: { ...full.head, root: 'AAAA' } },
    { publication: { seq: 0, snapshot: 1, sha256: digest(''), index: 0, asOf: 0 } },
    { publication: { seq: 1, snapshot: 1, sha256: digest('') } },
    { policy: { version: 0, sha256: digest('') } },
    { x: 1 },
  ];
  for (const change of bad)
    refuses('schema.mismatch', () => parseState(json({ ...full, ...change })), JSON.stringify(change));
});

// Sealed matter (D11).

test('a commitment opens with its salt and body, and with nothing else', () => {
  const salt = sha256(utf8('salt'));
  const sealed = commitTo(salt, utf8('body'), 'supervisor-a');
  assert.equal(sealed.commitment, toHex(sha256(concat(salt, utf8('body')))));
  openCommitment(sealed, salt, utf8('body'));
  refuses('sealed.opening', () => openCommitment(sealed, salt, utf8('bodi')));
  refuses('sealed.opening', () => openCommitment(sealed, sha256(salt), utf8('body')));
  refuses('sealed.salt', () => commitTo(new Uint8Array(31), utf8('body'), 'supervisor-a'));
  refuses('sealed.salt', () => openCommitment(sealed, concat(salt, utf8('b')), utf8('ody')));
  assert.equal(fromHex(sealed.commitment).length, 32);
});

// Source proofs (D13).

test('every file of a tree of any size is proved by its own bytes and by no others', () => {
  for (const size of [1, 2, 3, 5, 8, 13, 33]) {
    const names = Array.from({ length: size }, (_, i) => `f${String(i).padStart(3, '0')}`);
    const listing = { files: names.map((path) => file(path)) };
    for (const [index, path] of names.entries()) {
      const proof = proveSource(listing, path);
      assert.ok(proof);
      assert.equal(proof.index, index);
      assert.equal(proof.tree, toHex(treeDigest(listing)));
      const parsed = parseSourceProof(formatSourceProof(proof));
      verifySourceProof(utf8(path), parsed, proof.tree);
      refuses('source-proof.file', () => verifySourceProof(utf8(`${path} `), parsed));
      refuses('source-proof.tree', () => verifySourceProof(utf8(path), parsed, digest('other')));
    }
    assert.equal(proveSource(listing, 'absent'), undefined);
  }
});

test('a source proof with any part changed leads nowhere', () => {
  const listing = { files: ['a', 'b', 'c', 'd', 'e'].map((path) => file(path)) };
  const proof = proveSource(listing, 'c');
  assert.ok(proof);
  const bytes = utf8('c');
  const changes = [
    { tree: digest('x') },
    { files: 4 },
    { index: 1 },
    { file: { ...proof.file, path: 'cc' } },
    { file: { ...proof.file, mode: '100755' as FileMode } },
    { hashes: proof.hashes.slice(1) },
    { hashes: proof.hashes.toReversed() },
    { hashes: [...proof.hashes, proof.hashes[0] as string] },
  ];
  for (const change of changes)
    refuses(
      'merkle.inclusion',
      () => verifySourceProof(bytes, { ...proof, ...change }),
      JSON.stringify(change),
    );
  refuses('schema.mismatch', () => formatSourceProof({ ...proof, index: 5 }));
  refuses('schema.mismatch', () => formatSourceProof({ ...proof, file: { ...proof.file, path: '../c' } }));
});
