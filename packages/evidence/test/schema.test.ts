import assert from 'node:assert/strict';
import test from 'node:test';
import {
  fields,
  formatTime,
  kindOf,
  kinds,
  parseTime,
  provenance,
  rebuild,
  schema,
  type Json,
  type JsonObject,
  type Schema,
} from '@vitrine/evidence';
import { specifications } from '@vitrine/evidence/specifications';
import { refuses } from './refusal.ts';

const { integer, list, nullable, object, oneOf, record, text, where } = schema;

interface Row {
  readonly what: string;
  readonly schema: Schema<unknown>;
  readonly good: readonly Json[];
  readonly bad: readonly Json[];
}

const rows: readonly Row[] = [
  {
    what: 'text',
    schema: text(/^a+$/, 3, 'as'),
    good: ['a', 'aaa'],
    bad: ['', 'b', 'aaaa', 1, null, ['a'], {}],
  },
  { what: 'integer', schema: integer(-1, 2), good: [-1, 0, 2], bad: [-2, 3, '1', null, true, [1]] },
  { what: 'flag', schema: schema.flag, good: [true, false], bad: [0, 1, 'true', null] },
  { what: 'oneOf', schema: oneOf('a', 1, null), good: ['a', 1, null], bad: ['b', 2, false, '1', 'null'] },
  { what: 'nullable', schema: nullable(integer(1)), good: [null, 1], bad: [0, 'null', false] },
  {
    what: 'list',
    schema: list(integer(0), { least: 1, most: 2 }),
    good: [[1], [1, 1]],
    bad: [[], [1, 2, 3], [-1], {}, 'x', null],
  },
  {
    what: 'sorted list',
    schema: list(integer(0), { most: 3, sortedBy: (n: number) => n }),
    good: [[], [1], [1, 2, 3]],
    bad: [
      [1, 1],
      [2, 1],
      [1, 3, 2],
    ],
  },
  {
    what: 'record',
    schema: record(/^[a-z]+$/, integer(1), 2),
    good: [{}, { a: 1 }, { constructor: 1 }],
    bad: [{ A: 1 }, { a: 0 }, { a: 1, b: 1, c: 1 }, [], null, 'a'],
  },
  {
    what: 'object',
    schema: object({ a: integer(1) }, { b: integer(1) }),
    good: [{ a: 1 }, { a: 1, b: 2 }],
    bad: [{}, { b: 1 }, { a: 1, c: 1 }, { a: 1, b: 0 }, { a: 1, toString: 1 }, [], null, 'x'],
  },
  {
    what: 'open object',
    schema: object({ a: integer(1) }, {}, { open: true }),
    good: [{ a: 1 }, { a: 1, c: 'x', toString: 1 }],
    bad: [{ c: 1 }, { a: 0 }],
  },
  {
    what: 'where',
    schema: where(integer(0), (n) => (n % 2 === 0 ? undefined : 'even')),
    good: [0, 2],
    bad: [1, -2],
  },
  {
    what: 'base64',
    schema: schema.base64(2, 'two bytes'),
    good: ['AAA=', '//8='],
    bad: ['', 'AA==', 'AAAA', 'AAB=', '-_8=', 'AAA'],
  },

  {
    what: 'sha256Hex',
    schema: fields.sha256Hex,
    good: ['0'.repeat(64)],
    bad: ['', '0'.repeat(63), '0'.repeat(65), 'A'.repeat(64), `${'0'.repeat(64)}\n`],
  },
  {
    what: 'gitObject',
    schema: fields.gitObject,
    good: ['a'.repeat(40), 'a'.repeat(64)],
    bad: ['a'.repeat(50), 'g'.repeat(40)],
  },
  {
    what: 'hash32',
    schema: fields.hash32,
    good: [Buffer.alloc(32).toString('base64')],
    bad: [Buffer.alloc(31).toString('base64'), ''],
  },
  {
    what: 'name',
    schema: fields.name,
    good: ['a', 'supervisor-a', '7zip', 'a.b_c', 'a'.repeat(64)],
    bad: ['', 'A', '-a', 'a-', '.a', 'a b', 'a/b', 'é', 'a'.repeat(65), 'a\n'],
  },
  {
    what: 'origin',
    schema: fields.origin,
    good: ['log.example/vitrine', 'a', '~'.repeat(255)],
    bad: ['', 'a b', 'a+b', 'é', 'a\n', '~'.repeat(256)],
  },
  {
    what: 'version',
    schema: fields.version,
    good: ['1', '0.1.0-rc.1+5'],
    bad: ['', '-1', 'v 1', '1/2', '1'.repeat(65)],
  },
  {
    what: 'uri',
    schema: fields.uri,
    good: ['urn:a', 'https://a.example/'],
    bad: ['', '/a', 'a b:c', 'Https://a', 'https:', 'https://é'],
  },
  { what: 'country', schema: fields.country, good: ['CH'], bad: ['ch', 'CHE', '', 'C1'] },
  {
    what: 'organisation',
    schema: fields.organisation,
    good: ['Example AG', 'Προμηθευτής', '例'],
    bad: ['', 'a\nb', 'a\u202eb', 'a\u200db', '\ue000', 'x'.repeat(101)],
  },
  {
    what: 'filePath',
    schema: fields.filePath,
    good: ['a', 'a/b', '.hidden', 'a/..b', '...', 'a b/@c+d~', 'a'.repeat(400)],
    bad: [
      '',
      '/',
      '/a',
      'a/',
      'a//b',
      '.',
      '..',
      './a',
      '../a',
      'a/.',
      'a/..',
      'a/./b',
      'a/../b',
      'a\\b',
      'a\0',
      'a\nb',
      '\n/../x',
      'é',
      'C:/a',
      'a'.repeat(401),
    ],
  },
  {
    what: 'time',
    schema: fields.time,
    good: ['2026-11-24T09:00:00Z', '1970-01-01T00:00:00Z', '2024-02-29T23:59:59Z', '9999-12-31T23:59:59Z'],
    bad: [
      '2026-11-24T09:00:00.000Z',
      '2026-11-24T09:00:00+00:00',
      '2026-11-24 09:00:00Z',
      '2026-11-24T09:00:00z',
      '2026-02-30T00:00:00Z',
      '2023-02-29T00:00:00Z',
      '2026-13-01T00:00:00Z',
      '2026-11-24T24:00:00Z',
      '2026-11-24T09:00:60Z',
      '2026-11-24',
      '+002026-11-24T09:00:00Z',
      1795510800,
    ],
  },
  {
    what: 'content',
    schema: fields.content,
    good: [{ sha256: '0'.repeat(64), size: 0 }],
    bad: [{ sha256: '0'.repeat(64) }, { sha256: '0'.repeat(64), size: -1 }],
  },
];

test('each building block takes what it should and refuses the rest', () => {
  for (const { what, schema: one, good, bad } of rows) {
    for (const value of good) assert.deepEqual(one.check(value), value, `${what} ${JSON.stringify(value)}`);
    for (const value of bad)
      refuses('schema.mismatch', () => one.check(value), `${what} ${JSON.stringify(value)}`);
  }
});

test('a refusal names the place as a JSON pointer', () => {
  const nested = object({ list: list(object({ a: integer(1) }), { most: 3 }) });
  assert.throws(() => nested.check({ list: [{ a: 1 }, { a: 0 }] }), { at: '/list/1/a' });
  assert.throws(() => nested.check({ list: [{ a: 1, b: 1 }] }), { at: '/list/0' });
  assert.throws(() => nested.check([]), { at: '' });
});

test('times are seconds since 1970 and back', () => {
  assert.equal(formatTime(0), '1970-01-01T00:00:00Z');
  assert.equal(formatTime(1_795_510_800.9), '2026-11-24T09:00:00Z');
  assert.equal(parseTime('2026-11-24T09:00:00Z'), 1_795_510_800);
  assert.equal(formatTime(Number.NaN), 'invalid');
  assert.equal(formatTime(1e300), 'invalid');
});

test('every kind is found by its predicate type, and no two share one', () => {
  assert.equal(new Set(kinds.map(({ predicateType }) => predicateType)).size, kinds.length);
  assert.equal(new Set(kinds.map(({ kind }) => kind)).size, kinds.length);
  for (const kind of kinds) assert.equal(kindOf(kind.predicateType), kind);
  assert.equal(kindOf('urn:vitrine:attestation:nothing:v1'), undefined);
  assert.equal(kindOf('constructor'), undefined);
});

test('rules that a JSON Schema cannot say hold too', () => {
  const predicateOf = (kind: string): JsonObject => {
    const found = specifications.find((one) => one.kind === kind);
    assert.ok(found, kind);
    return (found.example as JsonObject)['predicate'] as JsonObject;
  };
  const difference = { commitment: '0'.repeat(64), heldBy: 'supervisor-a' };
  const voted = predicateOf('rebuild');
  rebuild.schema.check({ ...voted, result: 'differs', difference });
  refuses('schema.mismatch', () => rebuild.schema.check({ ...voted, difference }));
  const built = predicateOf('provenance');
  const definition = built['buildDefinition'] as JsonObject;
  const dependencies = definition['resolvedDependencies'] as readonly Json[];
  const withDependencies = (resolvedDependencies: readonly Json[]): Json => ({
    ...built,
    buildDefinition: { ...definition, resolvedDependencies },
  });
  provenance.schema.check(withDependencies(dependencies));
  for (const wrong of [
    dependencies.toReversed(),
    dependencies.slice(1),
    [dependencies[0] ?? null, dependencies[0] ?? null],
  ])
    refuses('schema.mismatch', () => provenance.schema.check(withDependencies(wrong)));
});

test('no schema leaves room for free text: every string is bounded, every object closed (D11)', () => {
  for (const { kind, schema: one } of kinds) walk(one.json, kind);
});

function walk(json: Json, path: string): void {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return;
  const node = json as JsonObject;
  if (node['type'] === 'string') {
    assert.ok(typeof node['maxLength'] === 'number', `${path} is a string without a length`);
    assert.ok(
      new RegExp(node['pattern'] as string, 'u'),
      `${path} has a pattern that JSON Schema cannot read`,
    );
  }
  if (node['type'] === 'object')
    assert.ok('additionalProperties' in node, `${path} is an object without an end`);
  if (node['type'] === 'array') assert.ok(typeof node['maxItems'] === 'number', `${path} is endless`);
  for (const [name, member] of Object.entries((node['properties'] ?? {}) as JsonObject))
    walk(member, `${path}/${name}`);
  for (const key of ['items', 'additionalProperties']) walk(node[key] ?? null, `${path}/${key}`);
  for (const one of (node['anyOf'] ?? []) as readonly Json[]) walk(one, `${path}/anyOf`);
}
