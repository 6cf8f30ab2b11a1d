import assert from 'node:assert/strict';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { isVitrineError, utf8 } from '@vitrine/evidence';
import { specifications } from '@vitrine/evidence/specifications';
import { fakeClock, openDatabase, sha256Hex, type FakeClock } from '@vitrine/host';
import { repositoryRoot, temporaryDirectory } from '@vitrine/testkit';
import { openAccess, type AccessControl } from '../src/access/access.ts';
import { nobody } from '../src/access/decide.ts';
import { pathPattern } from '../src/access/pattern.ts';
import { openReadRecord, recordMigrations } from '../src/access/record.ts';
import { accessTableSchema, parseAccessTable } from '../src/access/table.ts';
import type { PathFilter, Reader, SourceRead } from '../src/context.ts';

const page = readFileSync(join(repositoryRoot, 'docs', 'spec', 'access-table.md'), 'utf8');
const block = (language: string): string => {
  const found = new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(page)?.[1];
  assert.ok(found !== undefined, language);
  return found;
};

test('the page of the format shows the schema, and a table that the statement beside it is about', () => {
  assert.deepEqual(JSON.parse(block('json')), accessTableSchema.json);
  const table = parseAccessTable(utf8(block('toml')));
  assert.equal(table.grants?.length, 4);
  const { example } = specifications.find(({ kind }) => kind === 'access-table') ?? assert.fail();
  const { subject, predicate } = example as {
    readonly subject: readonly { readonly digest: { readonly sha256: string } }[];
    readonly predicate: { readonly size: number };
  };
  assert.equal(subject[0]?.digest.sha256, sha256Hex(utf8(block('toml'))));
  assert.equal(predicate.size, utf8(block('toml')).length);
});

const head = 'table = 1\n[[products]]\nname = "a"\ncritical = ["src/core/**"]\n[[products]]\nname = "b"\n';
const grant = (...lines: readonly string[]): string => `[[grants]]\n${lines.join('\n')}\n`;
const open = grant('who = "anyone"', 'product = "a"', 'tier = "everything"');

const refused: readonly (readonly [string, string, RegExp])[] = [
  ['an empty file', '', /member "table"/],
  ['another version', 'table = 2\n', /line 1: \/table/],
  ['text that is no TOML', 'table = \n', /line 1, column/],
  ['a key twice', `${head}${open}tier = "overview"\n`, /line 11, column/],
  ['an unknown key', `${head}${open}extra = 1\n`, /line 7: \/grants\/0: expected no member "extra"/],
  ['an unknown top-level key', `more = 1\n${head}${open}`, /no member "more"/],
  ['an unknown tier', head + open.replace('everything', 'all'), /line 10: \/grants\/0\/tier/],
  ['an unknown reader', head + open.replace('anyone', 'everyone'), /line 8: \/grants\/0\/who/],
  ['a group with another alphabet', head + open.replace('anyone', 'group:a b'), /\/grants\/0\/who/],
  ['a product that is not listed', head + open.replace('"a"', '"c"'), /line 9: .*no product c is listed/],
  ['a product twice', head.replace('"b"', '"a"') + open, /line 6: .*listed twice/],
  [
    'the critical parts of a product that names none',
    head + grant('who = "anyone"', 'product = "b"', 'tier = "critical"'),
    /line 10: .*no critical paths/,
  ],
  [
    'paths of an overview',
    head + grant('who = "anyone"', 'product = "a"', 'tier = "overview"', 'paths = ["x"]'),
    /line 7: .*no paths/,
  ],
  ['a path that leads out', `${head}${open}paths = ["../x"]\n`, /dot segments/],
  ['an absolute path', `${head}${open}paths = ["/x"]\n`, /empty and dot segments/],
  ['two stars inside a name', `${head}${open}paths = ["a**/x"]\n`, /whole name/],
  ['a pattern with a space', `${head}${open}paths = ["a b"]\n`, /path pattern/],
  ['no pattern at all', `${head}${open}paths = []\n`, /line 11: \/grants\/0\/paths/],
  ['a date without quotes', `${head}${open}until = 2027-01-01T00:00:00Z\n`, /line 11: .*a time in UTC/],
  ['a day that does not exist', `${head}${open}until = "2027-02-30T00:00:00Z"\n`, /a time that exists/],
  [
    'an end before the beginning',
    `${head}${open}from = "2027-02-01T00:00:00Z"\nuntil = "2027-01-01T00:00:00Z"\n`,
    /until after/,
  ],
];

for (const [what, text, message] of refused) {
  test(`a table with ${what} is refused with its place`, () => {
    assert.throws(
      () => parseAccessTable(utf8(text)),
      (error) => isVitrineError(error, 'access.table') && message.test(error.message),
    );
  });
}

test('a table that is too long, or no UTF-8, is refused', () => {
  for (const bytes of [new Uint8Array((1 << 18) + 1), Uint8Array.of(0xff, 0xfe)])
    assert.throws(
      () => parseAccessTable(bytes),
      (error) => isVitrineError(error, 'access.table'),
    );
});

const matches: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['src/a.ts', ['src/a.ts'], ['src/a.tsx', 'src/A.ts', 'src', 'a.ts', 'src/a.ts/b']],
  ['src/**', ['src/a', 'src/a/b'], ['src', 'srcs/a', 'a/src/b']],
  ['src/*', ['src/a', 'src/.a'], ['src/a/b', 'src']],
  ['**', ['a', 'a/b/c'], []],
  ['**/verify.ts', ['verify.ts', 'a/verify.ts', 'a/b/verify.ts'], ['a/reverify.ts', 'verify.ts/a']],
  ['a/**/z', ['a/z', 'a/b/z', 'a/b/c/z'], ['a/zz', 'b/a/z']],
  ['a*/**', ['ab/c', 'a/c/d'], ['ab', 'b/c']],
  ['*-test.*', ['x-test.ts', '-test.'], ['a/x-test.ts', 'x-test']],
  ['a%20b/*.c', ['a%20b/x.c'], ['a b/x.c', 'a%20b/x.h']],
  ['a.c', ['a.c'], ['abc']],
];

for (const [pattern, yes, no] of matches) {
  test(`the pattern ${pattern} opens what it says`, () => {
    const matchesIt = pathPattern(pattern);
    for (const path of yes) assert.equal(matchesIt(path), true, path);
    for (const path of no) assert.equal(matchesIt(path), false, path);
  });
}

test('patterns match as the regular expressions that they stand for', () => {
  const names = fc.array(fc.constantFrom('a', 'b', 'ab', 'ba', 'aab'), { minLength: 1, maxLength: 5 });
  const patterns = fc.array(fc.constantFrom('a', 'b', '*', '**', 'a*', '*b', 'a*b', '*a*'), {
    minLength: 1,
    maxLength: 5,
  });
  fc.assert(
    fc.property(patterns, names, (pattern, path) => {
      const last = pattern.length - 1;
      const expression = pattern
        .map((name, i) =>
          name !== '**'
            ? `${name.replaceAll('*', '[^/]*')}${i === last ? '' : '/'}`
            : i === last
              ? '[^/]+(?:/[^/]+)*'
              : '(?:[^/]+/)*',
        )
        .join('');
      assert.equal(
        pathPattern(pattern.join('/'))(path.join('/')),
        new RegExp(`^${expression}$`).test(path.join('/')),
      );
    }),
  );
});

test('a pattern made to explode, with a path to make it, comes to an end', () => {
  const pattern = pathPattern(`${'**/*a*a*a*/'.repeat(30)}x`);
  // Tried one by one, the ways to divide this path would outlast the machine.
  assert.equal(pattern(`${'aaaaaaaaaaaaaaaa/'.repeat(2_000)}y`), false);
});

const midnight = Date.parse('2027-01-01T00:00:00Z');
const example = `${head}
${grant('who = "anyone"', 'product = "a"', 'tier = "overview"')}
${grant('who = "signed-in"', 'product = "a"', 'tier = "everything"', 'paths = ["docs/**"]')}
${grant('who = "group:customers"', 'product = "a"', 'tier = "critical"')}
${grant('who = "group:reviewers"', 'product = "a"', 'tier = "everything"', 'from = "2027-01-01T00:00:00Z"', 'until = "2027-01-02T00:00:00Z"')}
`;

interface Opened {
  readonly folder: string;
  readonly access: AccessControl;
  readonly clock: FakeClock;
  replace(text: string): void;
}

function opened(t: test.TestContext, text = example): Opened {
  const folder = temporaryDirectory(t);
  const path = join(folder, 'access.toml');
  writeFileSync(path, text);
  const clock = fakeClock(midnight);
  const database = openDatabase(join(folder, 'center.db'), { migrations: recordMigrations });
  t.after(() => database.close());
  return {
    folder,
    clock,
    access: openAccess({ folder, database, clock, keepDays: 30 }),
    replace(next) {
      writeFileSync(`${path}.new`, next);
      renameSync(`${path}.new`, path);
    },
  };
}

const reader = (...groups: readonly string[]): Reader => ({ account: 'x', name: 'X', groups });
const seen = (filter: PathFilter): readonly unknown[] => [
  filter.tier,
  ...['src/core/a.ts', 'src/b.ts', 'docs/c.md'].filter((path) => filter.allows(path)),
];

test('each reader sees the sum of the grants that concern it, and nothing else', (t) => {
  const { access } = opened(t);
  const rows: readonly (readonly [Reader, readonly string[], readonly unknown[]])[] = [
    [nobody, ['a'], ['overview']],
    [nobody, ['b'], ['none']],
    [nobody, [], ['none']],
    [nobody, ['constructor', '__proto__'], ['none']],
    [{ ...nobody, groups: ['reviewers'] }, ['a'], ['overview']],
    [reader(), ['a'], ['critical', 'docs/c.md']],
    [reader('customers'), ['a'], ['critical', 'src/core/a.ts', 'docs/c.md']],
    [reader('reviewers'), ['a'], ['everything', 'src/core/a.ts', 'src/b.ts', 'docs/c.md']],
    [reader('reviewers'), ['b', 'a'], ['everything', 'src/core/a.ts', 'src/b.ts', 'docs/c.md']],
    [reader('reviewers'), ['b'], ['none']],
    [reader('anyone', 'signed-in', 'group:reviewers'), ['a'], ['critical', 'docs/c.md']],
  ];
  for (const [who, products, what] of rows) assert.deepEqual(seen(access.filter(who, products)), what);
});

test('a grant begins and ends on the second', (t) => {
  const { access, clock } = opened(t);
  const tier = (time: number): string => {
    clock.set(time);
    return access.filter(reader('reviewers'), ['a']).tier;
  };
  assert.equal(tier(midnight - 1), 'critical');
  assert.equal(tier(midnight), 'everything');
  assert.equal(tier(midnight + 86_400_000 - 1), 'everything');
  assert.equal(tier(midnight + 86_400_000), 'critical');
});

test('a replaced table counts at once; one that is broken or gone closes everything until it is mended', (t) => {
  const { access, replace, folder } = opened(t);
  const tier = (): string => access.filter(nobody, ['a']).tier;
  assert.equal(tier(), 'overview');
  replace(head + open);
  assert.equal(tier(), 'everything');
  replace(head + open.replace('tier', 'tire'));
  assert.equal(tier(), 'none');
  assert.equal(access.inForce().trouble?.code, 'access.table');
  assert.equal(access.inForce().file?.sha256, sha256Hex(utf8(head + open.replace('tier', 'tire'))));
  replace(head + open);
  assert.equal(tier(), 'everything');
  rmSync(join(folder, 'access.toml'));
  assert.equal(tier(), 'none');
  assert.ok(access.inForce().trouble);
  replace(head + open);
  assert.equal(tier(), 'everything');
});

const read = { what: 'file', tree: '00', path: 'src/core/a.ts', product: 'a' } as const;

test('a read of restricted source is on record; what anyone may read is not', (t) => {
  const { access, replace, clock } = opened(t);
  access.record(reader('reviewers'), read);
  clock.advance(1_000);
  access.record(reader('reviewers'), [read, { ...read, path: 'src/b.ts' }]);
  const first = access.reads.of('x', 10);
  assert.deepEqual(
    first.map(({ path, count, first: from, last }) => [path, count, last - from]),
    [
      ['src/b.ts', 1, 0],
      ['src/core/a.ts', 2, 1_000],
    ],
  );
  assert.deepEqual(access.reads.of('x', 10, first[0]), first.slice(1));
  assert.deepEqual(access.reads.of('y', 10), []);
  replace(head + open);
  access.record(reader('reviewers'), { ...read, path: 'src/c.ts' });
  access.record(nobody, { ...read, path: 'src/c.ts' });
  assert.equal(access.reads.count('x'), 2);
});

test('restricted source is never answered to somebody who has no record', (t) => {
  const { access } = opened(t);
  assert.throws(
    () => access.record(nobody, read),
    (error) => isVitrineError(error, 'access.unrecorded'),
  );
});

test('the record is forgotten after its time', (t) => {
  const { access, clock } = opened(t);
  access.record(reader('reviewers'), read);
  clock.advance(29 * 86_400_000);
  assert.equal(access.reads.forget(), 0);
  clock.advance(2 * 86_400_000);
  assert.equal(access.reads.forget(), 1);
  assert.equal(access.reads.count('x'), 0);
});

test('who has read the most that a day holds reads again what it has read, and new files tomorrow', (t) => {
  const clock = fakeClock(midnight);
  const database = openDatabase(join(temporaryDirectory(t), 'center.db'), { migrations: recordMigrations });
  t.after(() => database.close());
  const reads = openReadRecord(database, { clock, keepDays: 30, mostPerDay: 2 });
  const file = (path: string): SourceRead => ({ ...read, path });
  reads.add('x', [file('1'), file('2')]);
  assert.throws(
    () => reads.add('x', [file('1'), file('3')]),
    (error) => isVitrineError(error, 'access.record-full'),
  );
  // Refused as a whole: what was not answered is not on record.
  assert.deepEqual(
    reads.of('x', 9).map(({ path, count }) => [path, count]),
    [
      ['2', 1],
      ['1', 1],
    ],
  );
  reads.add('x', [file('1')]);
  reads.add('y', [file('3')]);
  clock.advance(86_400_000);
  reads.add('x', [file('3')]);
  assert.equal(reads.count('x'), 3);
});
