import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { mutate, temporaryDirectory } from '@vitrine/testkit';
import {
  compareContents,
  compareLimits,
  comparePaths,
  describeComparison,
  type Comparison,
  type Difference,
} from '../src/index.ts';
import { arOf, elfOf, tarOf, zipOf } from './archives.ts';
import { digestOf, refusal, writeFiles } from './helpers.ts';

/** Each difference as `way > to > it: bytes@first`, with its note or line. */
function leaves(differences: readonly Difference[], way = ''): readonly string[] {
  return differences.flatMap(({ name, parts, bytes, first, note, line }) => {
    const here = way === '' ? name : `${way} > ${name}`;
    if (parts !== undefined) return leaves(parts, here);
    const at = first === undefined ? '' : `@${first}`;
    const said = line === undefined ? note : `line ${line.number} ${line.a}|${line.b}`;
    return [`${here}: ${bytes ?? ''}${at}${said === undefined ? '' : ` ${said}`}`];
  });
}

async function placesOf(a: Uint8Array, b: Uint8Array, limits = compareLimits): Promise<readonly string[]> {
  const comparison = await compareContents('it', a, b, limits);
  assert.equal(comparison.equal, false);
  return leaves(comparison.differences);
}

const binary = (...bytes: readonly number[]): Buffer => Buffer.from([0, 1, 2, ...bytes]);

describe('a comparison of contents', () => {
  test('finds equal what has one digest, and names the first line that differs in text', async () => {
    const same = await compareContents('it', Buffer.from('same'), Buffer.from('same'));
    assert.deepEqual([same.equal, same.differences, same.differing], [true, [], 0]);
    assert.deepEqual(
      await placesOf(Buffer.from('one\ntwo\nthree\n'), Buffer.from('one\ntwO\nthree\nmore\n')),
      ['it: 6@6 line 2 two|twO'],
    );
    assert.deepEqual(await placesOf(Buffer.from(''), Buffer.from('é')), ['it: 2@0 line 1 |é']);
  });

  test('counts the bytes of what it does not know, and does not call them explained', async () => {
    const comparison = await compareContents('it', binary(1, 2, 3), binary(1, 9, 3, 4));
    assert.deepEqual(leaves(comparison.differences), ['it: 2@4']);
    assert.deepEqual([comparison.explained, comparison.differing], [0, 2]);
  });

  test('is found in long lines around the difference', async () => {
    const long = 'x'.repeat(100_000);
    const { differences } = await compareContents(
      'it',
      Buffer.from(`${long}a\u{1f600}`),
      Buffer.from(`${long}b`),
    );
    assert.deepEqual(differences[0]?.line, {
      number: 1,
      a: `${'x'.repeat(100)}a\u{1f600}`,
      b: `${'x'.repeat(100)}b`,
    });
  });

  test('names fields, members and their contents in tar', async () => {
    const a = tarOf([
      { path: 'p/a.txt', content: 'one\n' },
      { path: 'p/b', content: 'x' },
      { path: 'p/c', content: 'c' },
    ]);
    const b = tarOf([
      { path: 'p/a.txt', content: 'two\n', mode: 0o755 },
      { path: 'p/b', content: 'x' },
      { path: 'p/d', content: 'd' },
    ]);
    assert.deepEqual(await placesOf(a, b), [
      'it > header of p/a.txt > mode: 3@4',
      'it > header of p/a.txt > checksum: 2@4',
      'it > p/a.txt: 3@0 line 1 one|two',
      'it > header of p/c: 512 only in a',
      'it > p/c: 1 only in a',
      'it > padding of p/c: 511 only in a',
      'it > header of p/d: 512 only in b',
      'it > p/d: 1 only in b',
      'it > padding of p/d: 511 only in b',
    ]);
  });

  test('sees that the same members stand in another order', async () => {
    const [one, two] = [
      { path: 'a', content: 'a' },
      { path: 'b', content: 'b' },
    ];
    const comparison = await compareContents('it', tarOf([one, two]), tarOf([two, one]));
    assert.deepEqual(leaves(comparison.differences), [
      'it > the order of the parts:  from header of a in a, and header of b in b',
    ]);
  });

  test('knows long names, and members of one name by their number', async () => {
    const long = 'n/'.repeat(80) + 'file';
    const entries = (content: string) => [
      { path: '././@LongLink', type: 'L', content: `${long}\0` },
      { path: long.slice(0, 100), content },
      { path: 'x', content: 'first' },
      { path: 'x', content },
    ];
    assert.deepEqual(await placesOf(tarOf(entries('1')), tarOf(entries('2'))), [
      `it > ${long}: 1@0 line 1 1|2`,
      'it > x (2): 1@0 line 1 1|2',
    ]);
    const pax = (content: string) => [
      { path: 'PaxHeaders/x', type: 'x', content: '16 path=pax/name\n' },
      { path: 'x', content },
    ];
    assert.deepEqual(await placesOf(tarOf(pax('1')), tarOf(pax('2'))), ['it > pax/name: 1@0 line 1 1|2']);
  });

  test('unpacks gzip and zstd and looks into what they hold, archives in archives too', async () => {
    const inner = (text: string): Buffer => tarOf([{ path: 'deep.txt', content: text }]);
    const outer = (text: string): Buffer =>
      arOf([
        { name: 'debian-binary', content: '2.0\n' },
        { name: 'data.tar.zst', content: zstdCompressSync(inner(text)) },
      ]);
    const [a, b] = [gzipSync(outer('1\n')), gzipSync(outer('2\n'))];
    b[4] = 7;
    const places = await placesOf(a, b);
    assert.deepEqual(places.slice(0, 2), [
      'it > mtime: 1@0',
      'it > content > data.tar.zst > content > deep.txt: 1@0 line 1 1|2',
    ]);
    assert.match(places[2] ?? '', /^it > checksum: /);
  });

  test('says that the same was packed otherwise', async () => {
    const content = Buffer.from('abc'.repeat(1000));
    const places = await placesOf(gzipSync(content, { level: 1 }), gzipSync(content, { level: 9 }));
    assert.deepEqual(places.length, 2);
    assert.match(places[0] ?? '', /^it > level: 1@0$/);
    assert.match(places[1] ?? '', /^it > content: [0-9]+@[0-9]+ the same content, packed otherwise$/);
  });

  test('names entries of zip, in the directory too', async () => {
    const a = zipOf([
      { name: 'a.txt', content: 'one' },
      { name: 'b.bin', content: binary(1), stored: true },
    ]);
    const b = zipOf([
      { name: 'a.txt', content: 'two' },
      { name: 'b.bin', content: binary(2), stored: true },
    ]);
    const places = await placesOf(a, b);
    assert.ok(places.includes('it > a.txt: 3@0 line 1 one|two'), places.join('\n'));
    assert.ok(places.includes('it > b.bin: 1@3'));
    assert.ok(places.some((place) => place.startsWith('it > directory entry of a.txt > checksum: ')));
    const other = await placesOf(
      zipOf([{ name: 'a', content: 'x', method: 12 }]),
      zipOf([{ name: 'a', content: 'y', method: 12 }]),
    );
    assert.ok(
      other.some((place) => /^it > a: .* method 12 is not unpacked$/.test(place)),
      other.join('\n'),
    );
  });

  test('names members and fields of ar, with long names', async () => {
    const entries = (text: string, mtime: number) => [
      { name: '//', content: 'a_very_long_member_name.o/\n' },
      { name: '/0', content: text, mtime },
    ];
    assert.deepEqual(await placesOf(arOf(entries('odd', 1)), arOf(entries('oDd', 2))), [
      'it > header of a_very_long_member_name.o > mtime: 1@0',
      'it > a_very_long_member_name.o: 1@1 line 1 odd|oDd',
    ]);
  });

  test('names sections of programs, and segments where there is no section', async () => {
    const sections = (text: Buffer, note: string) => [
      { name: '.note.gnu.build-id', content: note },
      { name: '.text', content: text },
    ];
    const a = elfOf(sections(binary(1, 2), 'aaaa'), binary(5));
    const b = elfOf(sections(binary(1, 3), 'aaab'), binary(6));
    assert.deepEqual(await placesOf(a, b), [
      'it > .note.gnu.build-id: 1@3',
      'it > .text: 1@4',
      'it > segment 0 (note): 1@3',
    ]);
    const moved = elfOf(sections(binary(1, 2, 3), 'aaaa'), binary(5));
    const places = await placesOf(a, moved);
    assert.ok(places.includes('it > section headers > header of .text: 1@32'), places.join('\n'));
    assert.ok(places.includes('it > ELF header > place of the section headers: 1@0'));
  });

  test('explains every byte of what it knows', async () => {
    const file = (n: number): Buffer =>
      zipOf([
        {
          name: 'x',
          content: tarOf([{ path: 'y', content: elfOf([{ name: '.text', content: binary(n) }]) }]),
        },
      ]);
    const { explained, differing } = await compareContents('it', file(1), file(2));
    assert.ok(differing > 0);
    assert.equal(explained, differing);
  });
});

describe('hostile contents', () => {
  test('that unpack to more than is accepted are compared packed, and said', async () => {
    const bomb = (tail: string): Buffer =>
      gzipSync(Buffer.concat([Buffer.alloc(4 << 20), Buffer.from(tail)]));
    const limits = { ...compareLimits, unpackedBytes: 1 << 20 };
    const places = await placesOf(bomb('a'), bomb('b'), limits);
    assert.match(places[0] ?? '', /^it > content: .* it unpacks to more than is accepted$/);
    const { explained, differing } = await compareContents('it', bomb('a'), bomb('b'), limits);
    assert.ok(explained < differing);
  });

  test('share one measure for all that is unpacked', async () => {
    const many = (n: number): Buffer =>
      zipOf(Array.from({ length: 10 }, (_, i) => ({ name: `f${i}`, content: `${'x'.repeat(1000)}${n}` })));
    const places = await placesOf(many(1), many(2), { ...compareLimits, unpackedBytes: 7_000 });
    const unpacked = places.filter((place) => /^it > f[0-9]: .*line 1/.test(place));
    const refused = places.filter((place) => /^it > f[0-9]: .*more/.test(place));
    assert.deepEqual([unpacked.length, refused.length], [3, 7]);
  });

  test('that are nested too deeply are compared by their bytes', async () => {
    let [a, b]: readonly Buffer[] = [Buffer.from('a'), Buffer.from('b')];
    for (let i = 0; i < 12; i++) [a, b] = [gzipSync(a as Buffer), gzipSync(b as Buffer)];
    const places = await placesOf(a as Buffer, b as Buffer);
    assert.ok(
      places.some((place) => place.endsWith('gzip: nested too deeply')),
      places.join('\n'),
    );
  });

  test('of too many members, of absurd sizes, cut or overlapping, are compared by their bytes', async () => {
    const tarA = tarOf([{ path: 'a', content: 'a' }]);
    const absurd = Buffer.from(tarA);
    absurd.write('77777777777\0', 124);
    const base256 = Buffer.from(tarA);
    base256.fill(0xff, 124, 136);
    const many = tarOf(Array.from({ length: 20 }, (_, i) => ({ path: `f${i}` })));
    const elf = elfOf([{ name: '.text', content: binary(1) }]);
    const beyond = Buffer.from(elf);
    beyond.writeBigUInt64LE(1n << 63n, 40);
    const sizes = Buffer.from(elf);
    sizes.writeBigUInt64LE((1n << 64n) - 1n, sizes.length - 128 + 32);
    const overlap = zipOf([
      { name: 'a', content: 'a' },
      { name: 'b', content: 'b', offset: 0 },
    ]);
    const zip = zipOf([
      { name: 'a', content: 'a' },
      { name: 'b', content: 'b' },
    ]);
    const cases: readonly (readonly [Buffer, Buffer, RegExp])[] = [
      [tarA, absurd, /tar: the member at 0 is cut/],
      [tarA, base256, /tar: the member at 0 is cut/],
      [tarA, many, /tar: more than 10 members/],
      [tarA, tarA.subarray(0, 600), /tar: the member at 0 is cut/],
      [elf, beyond, /elf: the table of sections lies beyond the end/],
      [elf, sizes, /elf: .* lies beyond the end/],
      [elf, elf.subarray(0, 100), /elf: /],
      [zip, overlap, /zip: .* overlap/],
      [zip, zip.subarray(0, zip.length - 1), /zip: the end of the directory is missing/],
      [
        arOf([{ name: 'a', content: 'a' }]),
        arOf([{ name: 'a', content: 'a', size: '99999999' }]),
        /ar: the member at 8 is cut/,
      ],
      [
        arOf([{ name: 'a', content: 'a' }]),
        arOf([{ name: 'a', content: 'a', size: '-1' }]),
        /ar: a size is no number/,
      ],
      [gzipSync('a'), Buffer.concat([gzipSync('b').subarray(0, 12), Buffer.alloc(20)]), /cannot be unpacked/],
    ];
    for (const [a, b, expected] of cases) {
      const places = await placesOf(a, b, { ...compareLimits, parts: 10 });
      assert.ok(
        places.some((place) => expected.test(place)),
        `${String(expected)}: ${places.join('\n')}`,
      );
    }
  });

  test('are listed up to a limit and counted beyond it', async () => {
    const many = (n: number): Buffer =>
      tarOf(Array.from({ length: 100 }, (_, i) => ({ path: `f${i}`, content: String(n) })));
    const comparison = await compareContents('it', many(1), many(2), { ...compareLimits, listed: 10 });
    assert.deepEqual(
      [leaves(comparison.differences).length, comparison.omitted, comparison.differing],
      [0, 91, 100],
    );
  });

  test('of any bytes never break it, and never differ without a place', async () => {
    const seeds = [
      tarOf([
        { path: 'a', content: 'hello' },
        { path: 'b', content: binary(1) },
      ]),
      zipOf([
        { name: 'a', content: 'hello' },
        { name: 'b', content: binary(1), stored: true },
      ]),
      arOf([
        { name: 'a', content: 'hello' },
        { name: 'b', content: binary(1) },
      ]),
      elfOf(
        [
          { name: '.text', content: binary(1) },
          { name: '.data', content: 'data' },
        ],
        'tail',
      ),
      gzipSync(tarOf([{ path: 'a', content: 'hello' }])),
      zstdCompressSync(Buffer.from('hello')),
    ];
    const limits = { ...compareLimits, unpackedBytes: 1 << 16, parts: 100 };
    for (const [i, seed] of seeds.entries()) {
      let before: Uint8Array = seed;
      for (const a of mutate(i, seed, 400)) {
        const b = i % 2 === 0 ? seed : before;
        const comparison = await compareContents('it', a, b, limits);
        assert.equal(comparison.equal, Buffer.compare(a, b) === 0);
        assert.equal(leaves(comparison.differences).length > 0, !comparison.equal);
        assert.ok(comparison.explained <= comparison.differing);
        before = a;
      }
    }
  });
});

describe('a comparison of paths', () => {
  test('compares folders as trees: names, bytes, modes and where links lead', async (t) => {
    const folder = temporaryDirectory(t);
    const [a, b] = [join(folder, 'a'), join(folder, 'b')];
    writeFiles(a, {
      'same.txt': 's',
      'd/x.txt': 'one\n',
      run: { executable: '#!' },
      link: { link: 'same.txt' },
      old: 'old',
    });
    writeFiles(b, {
      'same.txt': 's',
      'd/x.txt': 'two\n',
      run: '#!',
      link: { link: 'd/x.txt' },
      new: 'newer',
    });
    const comparison = await comparePaths(a, `${b}/`);
    assert.deepEqual(leaves(comparison.differences), [
      'd/x.txt: 3@0 line 1 one|two',
      'link: 8@0 line 1 same.txt|d/x.txt',
      'old: 3 only in a',
      'run:  mode 100755 in a, 100644 in b',
      'new: 5 only in b',
    ]);
    assert.equal(comparison.equal, false);
    const again = await comparePaths(a, a);
    assert.deepEqual([again.equal, again.differences], [true, []]);
    assert.match(again.a.sha256, /^[0-9a-f]{64}$/);
  });

  test('takes names that are no text, and tells a file from a folder', async (t) => {
    const folder = temporaryDirectory(t);
    const [a, b] = [join(folder, 'a'), join(folder, 'b')];
    for (const [at, content] of [
      [a, '1'],
      [b, '2'],
    ] as const) {
      mkdirSync(at);
      writeFileSync(Buffer.concat([Buffer.from(`${at}/`), Buffer.from([0xff, 0x20, 0x25])]), content);
    }
    assert.deepEqual(leaves((await comparePaths(a, b)).differences), ['%FF%20%25: 1@0 line 1 1|2']);
    writeFileSync(join(folder, 'f'), '1');
    const { equal, differences } = await comparePaths(a, join(folder, 'f'));
    assert.deepEqual(
      [equal, leaves(differences)],
      [false, ['%FF%20%25: 1 only in a', 'the file: 1 only in b']],
    );
  });

  test('never finds nothing equal to nothing', async (t) => {
    const folder = temporaryDirectory(t);
    const [a, b] = [join(folder, 'a'), join(folder, 'b')];
    mkdirSync(join(a, 'empty'), { recursive: true });
    mkdirSync(b);
    await assert.rejects(comparePaths(a, b), refusal('compare.empty'));
    await assert.rejects(comparePaths(a, join(folder, 'absent')), refusal('compare.empty'));
    await assert.rejects(comparePaths(join(folder, 'absent'), a), refusal('file.missing'));
    writeFileSync(join(folder, 'e'), '');
    const empty = await comparePaths(join(folder, 'e'), join(folder, 'e'));
    assert.deepEqual([empty.equal, empty.a.sha256], [true, digestOf('')], 'two empty files have a digest');
  });

  test('refuses devices', { skip: process.platform === 'win32' ? 'no devices here' : false }, async () => {
    await assert.rejects(comparePaths('/dev/null', '/dev/null'), refusal('compare.kind'));
  });

  test('compares what is too large to hold in pieces', async (t) => {
    const folder = temporaryDirectory(t);
    const [a, b] = [join(folder, 'a'), join(folder, 'b')];
    writeFileSync(a, 'x');
    truncateSync(a, (3 << 20) + 5);
    writeFileSync(b, 'x');
    truncateSync(b, (3 << 20) + 4);
    const limits = { ...compareLimits, fileBytes: 1 << 20 };
    assert.deepEqual(leaves((await comparePaths(a, b, limits)).differences), [
      `the file: 1@${(3 << 20) + 4} more than 1048576 bytes: not looked into`,
    ]);
    assert.equal((await comparePaths(a, a, limits)).equal, true);
    assert.deepEqual(
      (await comparePaths(a, a, limits)).a.sha256,
      (await comparePaths(a, a)).a.sha256,
      'one digest, however it was read',
    );
  });

  test('does not follow links to their end', async (t) => {
    const folder = temporaryDirectory(t);
    for (const name of ['a', 'b']) {
      mkdirSync(join(folder, name));
      symlinkSync('loop', join(folder, name, 'loop'));
    }
    assert.equal((await comparePaths(join(folder, 'a'), join(folder, 'b'))).equal, true);
  });
});

test('the report leads to each place and ends with what is explained', async () => {
  const report = async (a: Uint8Array, b: Uint8Array): Promise<Comparison> => compareContents('it', a, b);
  const text = describeComparison(
    await report(tarOf([{ path: 'a b', content: 'one\n' }]), tarOf([{ path: 'a b', content: 'two\n' }])),
  );
  assert.deepEqual(text.slice(2), [
    'it > a%20b: 3 bytes from offset 0; line 1: "one" and "two"',
    'different: 3 bytes explained of 3',
  ]);
  const equal = describeComparison(await report(Buffer.from('a'), Buffer.from('a')));
  assert.equal(equal.at(-1), 'equal');
  const many = (n: number): Buffer =>
    zipOf(Array.from({ length: 300 }, (_, i) => ({ name: `f${i}`, content: String(n), stored: true })));
  const long = describeComparison(await report(many(1), many(2)));
  assert.ok(long.length < 210 && /^and [0-9]+ more places/.test(long.at(-2) ?? ''), long.at(-2) ?? '');
});
