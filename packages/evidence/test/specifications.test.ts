import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import {
  canonicalJson,
  expectKind,
  kinds,
  loadPolicy,
  loadRoot,
  parseDocument,
  parseEnvelope,
  parseEvidence,
  parseMaterials,
  parseOutputs,
  parsePublicationFile,
  parseSourceProof,
  parseState,
  parseStatement,
  parseTreeListing,
  sha256,
  statementOf,
  toHex,
  utf8,
  verifyFiles,
  type EvidenceFile,
  type Json,
  type JsonObject,
} from '@vitrine/evidence';
import { exampleRelease } from '@vitrine/evidence/example';
import { specifications } from '@vitrine/evidence/specifications';
import { repositoryRoot, schemaObjections, worldTime } from '@vitrine/testkit';

const specFolder = join(repositoryRoot, 'docs', 'spec');
const exampleOf = (kind: string): Json => {
  const found = specifications.find((one) => one.kind === kind);
  assert.ok(found, kind);
  return found.example;
};
const bytesOf = (kind: string): Uint8Array => canonicalJson(exampleOf(kind));
/** The root file is signed in canonical form and stored indented, as docs/spec shows it. */
const rootFile = utf8(`${JSON.stringify(exampleOf('root-file'), null, 2)}\n`);

const parsers: Readonly<Record<string, (bytes: Uint8Array) => unknown>> = {
  'entry-envelope': (bytes) => statementOf(parseEnvelope(bytes)),
  'evidence-file': parseEvidence,
  'publication-file': parsePublicationFile,
  'policy-file': (bytes) => statementOf(parseDocument(bytes)),
  'root-file': (bytes) => loadRoot(bytes),
  state: parseState,
  outputs: parseOutputs,
  materials: parseMaterials,
  tree: parseTreeListing,
  'source-proof': parseSourceProof,
};

test('every kind of statement and every file format is specified, once', () => {
  const names = specifications.map(({ kind }) => kind);
  assert.equal(new Set(names).size, names.length);
  assert.deepEqual(names.toSorted(), [...kinds.map(({ kind }) => kind), ...Object.keys(parsers)].sort());
});

test('every example is read by the parser of its own format', async () => {
  for (const { kind, predicateType, status, example } of specifications) {
    const bytes = canonicalJson(example);
    const own = kinds.find((one) => one.kind === kind);
    if (own === undefined) {
      assert.equal(predicateType, undefined);
      const parse = parsers[kind];
      assert.ok(parse, kind);
      await parse(bytes);
    } else {
      assert.equal(predicateType, own.predicateType);
      assert.equal(status, own.status);
      expectKind(parseStatement(bytes), own);
    }
  }
});

test('every example satisfies its own JSON Schema', () => {
  for (const { kind, schema, example } of specifications) {
    assert.deepEqual(schemaObjections(schema, example, kind), []);
    assert.equal(schema['$schema'], 'https://json-schema.org/draft/2020-12/schema');
    // And a schema that takes anything would be none.
    assert.notDeepEqual(schemaObjections(schema, { ...(example as JsonObject), more: 1 }, kind), [], kind);
  }
});

test('the examples of evidence, publication, policy and root are one accepted verdict', async () => {
  const { artifact, now, ...files } = exampleRelease();
  assert.equal(now, worldTime + 60);
  assert.deepEqual(files, {
    evidence: bytesOf('evidence-file'),
    publication: bytesOf('publication-file'),
    policy: bytesOf('policy-file'),
    root: rootFile,
  });
  const outcome = await verifyFiles({
    ...files,
    artifact: { sha256: toHex(sha256(artifact)), size: artifact.length },
    expected: { product: 'verifier', channel: 'stable', platform: 'any', minSequence: 7 },
    now,
  });
  assert.deepEqual([outcome.verdict, outcome.freshness], ['accepted', 'fresh']);
  assert.ok(outcome.checks.every((check) => check.outcome === 'passed'));
  assert.deepEqual(outcome.state, exampleOf('state'));
});

test('the examples of statements are those in the example of evidence', async () => {
  const { statements } = exampleOf('evidence-file') as unknown as EvidenceFile;
  const logged = statements.map(({ envelope }) => canonicalJson(statementOf(envelope) as unknown as Json));
  for (const kind of ['source', 'order', 'provenance', 'rebuild', 'release'])
    assert.ok(
      logged.some((one) => Buffer.compare(one, bytesOf(kind)) === 0),
      kind,
    );
  const { document } = await loadPolicy(bytesOf('policy-file'), rootFile);
  const policy = exampleOf('trust-policy') as JsonObject;
  assert.deepEqual(policy['predicate'], document);
});

test('docs/spec holds the same schemas and examples', () => {
  for (const { kind, schema, example } of specifications) {
    for (const [part, value] of Object.entries({ schema, example })) {
      const path = join(specFolder, `${kind}.${part}.json`);
      assert.ok(existsSync(path), `${path} is missing: npm run docs`);
      assert.equal(readFileSync(path, 'utf8'), `${JSON.stringify(value, null, 2)}\n`, path);
    }
    assert.ok(existsSync(join(specFolder, `${kind}.md`)), `docs/spec/${kind}.md is missing`);
  }
});
