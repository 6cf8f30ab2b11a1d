// Index and search against the plainest possible search over the same files.

import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { join } from 'node:path';
import fc from 'fast-check';
import { encodePath, toHex, utf8, type TreeFile } from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { temporaryDirectory } from '@vitrine/testkit';
import { Searcher } from '../src/search/execute.ts';
import { decodeList, encodeList, encodeSegment, listOf, mergeRows } from '../src/search/postings.ts';
import { parseQuery } from '../src/search/query.ts';
import { openIndexReader } from '../src/search/schema.ts';
import { listsPerRow } from '../src/search/trigrams.ts';
import { IndexWriter } from '../src/search/writer.ts';

type Content = Readonly<Record<string, string>>;
const listingOf = (content: Content): TreeFile[] =>
  Object.entries(content)
    .map(([path, text]): TreeFile => {
      const bytes = utf8(text);
      return {
        mode: '100644',
        path: encodePath(utf8(path)),
        sha256: toHex(sha256(bytes)),
        size: bytes.length,
      };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));

async function indexed(path: string, trees: readonly Content[]): Promise<void> {
  const blobs = new Map(
    trees.flatMap((tree) => Object.values(tree)).map((text) => [toHex(sha256(utf8(text))), utf8(text)]),
  );
  using writer = await IndexWriter.open(path, (digest) =>
    Promise.resolve(blobs.get(digest) ?? new Uint8Array()),
  );
  for (const [i, content] of trees.entries()) {
    const meta = { products: [`p${String(i)}`], releases: [] };
    writer.addTree({ digest: digestOf(i), meta, age: i }, listingOf(content));
    while (await writer.indexBatch());
  }
}

const digestOf = (i: number): string => i.toString(16).padStart(64, '0');

describe('posting lists', () => {
  it('come back as they were, also when neighbouring segments are merged', () => {
    const blobs = fc.array(fc.uniqueArray(fc.nat(3 * listsPerRow), { maxLength: 40 }), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(blobs, fc.nat(), fc.nat(100_000), (all, cut, base) => {
        const at = cut % all.length;
        const rowsOf = (from: number, to: number): ReadonlyMap<number, Uint8Array> => {
          const part = all.slice(from, to);
          const ends: number[] = [];
          for (const list of part) ends.push((ends.at(-1) ?? 0) + list.length);
          const scanned = {
            trigrams: Uint32Array.from(part.flat()),
            ends,
            numbers: part.map((_list, i) => base + from + i + 1),
          };
          return new Map([...encodeSegment(scanned)].map(({ prefix, bytes }) => [prefix, bytes]));
        };
        const [first, second] = [rowsOf(0, at), rowsOf(at, all.length)];
        for (let trigram = 0; trigram <= 3 * listsPerRow; trigram++) {
          const prefix = Math.floor(trigram / listsPerRow);
          const [a, b] = [first.get(prefix), second.get(prefix)];
          const row = a === undefined ? b : b === undefined ? a : mergeRows(a, b);
          const found = row === undefined ? [] : [...decodeList(listOf(row, trigram % listsPerRow))];
          const expected = all.flatMap((list, i) => (list.includes(trigram) ? [base + i + 1] : []));
          assert.deepEqual(found, expected);
        }
      }),
    );
  });

  it('that are damaged are noticed', () => {
    assert.throws(() => decodeList(Uint8Array.of(0x80)), RangeError);
    assert.throws(() => decodeList(new Uint8Array(6).fill(0xff)), RangeError);
    assert.deepEqual(
      [...decodeList(encodeList(Uint32Array.of(3, 200, 4_000_000_000)))],
      [3, 200, 4_000_000_000],
    );
  });
});

describe('a search', () => {
  // Few letters, so that words occur and overlap; both cases, and what folds in Unicode.
  const letters = fc.constantFrom(
    'a',
    'b',
    'A',
    'B',
    '_',
    ' ',
    '(',
    's',
    'ſ',
    'k',
    '\u212a',
    'é',
    'É',
    '\n',
    '\r\n',
    '😀',
  );
  const text = fc.array(letters, { maxLength: 60 }).map((all) => all.join(''));
  const word = fc
    .array(fc.constantFrom('a', 'b', 'A', 's', 'K', 'é', '_', '('), { minLength: 1, maxLength: 6 })
    .map((all) => all.join(''));
  const files = fc.dictionary(fc.constantFrom('x/a.c', 'x/b.py', 'y/c.c', 'd'), text, {
    minKeys: 1,
    noNullPrototype: true,
  });
  type Naive = (path: string, content: string) => boolean;
  interface Term {
    readonly query: string;
    readonly holds: Naive;
  }
  const lines = (content: string): string[] => {
    const all = content.split('\n').map((line) => line.replace(/\r$/, ''));
    if (all.at(-1) === '') all.pop();
    return all;
  };
  const escaped = (plain: string): string => plain.replaceAll(/[(]/g, '\\(');
  const flags = (typed: string): string => (/\p{Lu}/u.test(typed) ? 'u' : 'iu');
  const onLine =
    (source: string, how: string): Naive =>
    (_path, content) =>
      lines(content).some((line) => new RegExp(source, how).test(line));
  const plainTerm = word.map((typed): Term => ({
    query: `"${typed}"`,
    holds: onLine(escaped(typed), flags(typed)),
  }));
  const regexTerm = fc
    .tuple(
      word,
      fc.constantFrom('+', '*', '?', '{2}', ''),
      fc.constantFrom('.', '[ab]', '[^a]', 's?', '(?:a|bs)', '\\w', ''),
      word,
      fc.constantFrom('', '^'),
      fc.constantFrom('', '$'),
    )
    .map(([a, times, middle, b, begin, end]): Term => {
      const source = `${begin}${escaped(a)}${times}${middle}${escaped(b)}${end}`;
      return { query: `/${source}/`, holds: onLine(source, flags(source.replaceAll(/\\./g, ''))) };
    });
  const fileTerm = fc
    .constantFrom('x/', '.c', 'y/c', 'd')
    .map((part): Term => ({ query: `file:${part}`, holds: (path) => path.includes(part) }));
  const term = fc.oneof(plainTerm, regexTerm, fileTerm);
  const { query } = fc.letrec<{ query: Term }>((tie) => ({
    query: fc.oneof(
      { maxDepth: 3 },
      term,
      term.map(({ query: q, holds }): Term => ({ query: `-${q}`, holds: (...at) => !holds(...at) })),
      fc.tuple(tie('query'), tie('query')).map(([a, b]): Term => ({
        query: `(${a.query} ${b.query})`,
        holds: (...at) => a.holds(...at) && b.holds(...at),
      })),
      fc.tuple(tie('query'), tie('query')).map(([a, b]): Term => ({
        query: `(${a.query} or ${b.query})`,
        holds: (...at) => a.holds(...at) || b.holds(...at),
      })),
    ),
  }));

  it('finds what reading every file line by line finds, in the newest tree first and in path order', async (t) => {
    const folder = temporaryDirectory(t);
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(files, { minLength: 1, maxLength: 3 }),
        fc.array(query, { minLength: 4, maxLength: 8 }),
        async (trees, queries) => {
          const path = join(folder, `${String(run++)}.db`);
          await indexed(path, trees);
          const database = openIndexReader(path);
          try {
            const searcher = new Searcher(database);
            const scope = { whole: trees.map((_tree, i) => digestOf(i)), part: [] };
            for (const { query: typed, holds } of queries) {
              const seen = new Set<string>();
              const expected: string[] = [];
              for (const [i, content] of [...trees.entries()].reverse())
                for (const { path: file, sha256: digest } of listingOf(content)) {
                  if (seen.has(digest) || !holds(file, content[file] ?? '')) continue;
                  seen.add(digest);
                  expected.push(`${digestOf(i)} ${file}`);
                }
              const { results } = searcher.search(parseQuery(typed), scope, 1, 10_000);
              assert.deepEqual(
                results.map((file) => `${file.tree} ${file.path}`),
                expected,
                typed,
              );
            }
          } finally {
            database.close();
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('shows exactly the matching lines, with exact columns, and two lines around each', async (t) => {
    const path = join(temporaryDirectory(t), 'search.db');
    const content = 'one\ntwo needle é needle\nthree\nfour\nfive\nsix\nseven\nneedle\r\n';
    await indexed(path, [{ 'a.txt': content }]);
    const database = openIndexReader(path);
    t.after(() => database.close());
    const [file] = new Searcher(database).search(
      parseQuery('needle'),
      { whole: [digestOf(0)], part: [] },
      1,
    ).results;
    assert.equal(file?.matches, 2);
    assert.deepEqual(
      file.chunks.map((chunk) =>
        chunk.map(({ number, text: shown, ranges }) => [number, shown, ...ranges.flat()]),
      ),
      [
        [
          [1, 'one'],
          [2, 'two needle é needle', 4, 10, 13, 19],
          [3, 'three'],
          [4, 'four'],
        ],
        [
          [6, 'six'],
          [7, 'seven'],
          [8, 'needle', 0, 6],
        ],
      ],
    );
  });

  it('joins words that stand far from each other in one large file, and counts its lines', async (t) => {
    const path = join(temporaryDirectory(t), 'search.db');
    const filler = (from: number, to: number): string =>
      Array.from({ length: to - from }, (_, i) => `line ${String(from + i)} with some é words\n`).join('');
    // Several units of 32 kB: the words stand in the first, at a border and in the last.
    const large = `\ufeffalpha\n${filler(2, 4_000)}beta\n${filler(4_001, 9_000)}gamma`;
    await indexed(path, [{ big: large, small: 'alpha\n' }]);
    const database = openIndexReader(path);
    t.after(() => database.close());
    assert.ok(Number(database.prepare('SELECT count(*) AS n FROM unit').get()?.['n']) > 6);
    const searcher = new Searcher(database);
    const find = (typed: string): readonly (string | number | undefined)[] =>
      searcher
        .search(parseQuery(typed), { whole: [digestOf(0)], part: [] }, 1)
        .results.flatMap(({ path: file, chunks }) => [
          file,
          ...chunks.flat().flatMap(({ number, ranges }) => (ranges.length > 0 ? [number] : [])),
        ]);
    assert.deepEqual(find('alpha gamma beta'), ['big', 1, 4_000, 9_000]);
    assert.deepEqual(find('alpha -gamma'), ['small', 1]);
    assert.deepEqual(find('gamma or "line 5555 "'), ['big', 5_555, 9_000]);
    assert.deepEqual(find('/^gamma$/'), ['big', 9_000]);
    assert.deepEqual(find('/8999.*$/'), ['big', 8_999]);
    assert.deepEqual(find('/^.alpha/'), ['big', 1]);
  });

  it('cuts a very long line around its match and keeps characters whole', async (t) => {
    const path = join(temporaryDirectory(t), 'search.db');
    await indexed(path, [{ a: `${'😀'.repeat(5_000)}needle${'😀'.repeat(5_000)}` }]);
    const database = openIndexReader(path);
    t.after(() => database.close());
    const [file] = new Searcher(database).search(
      parseQuery('needle'),
      { whole: [digestOf(0)], part: [] },
      1,
    ).results;
    const line = file?.chunks[0]?.[0];
    assert.ok(line !== undefined && line.text.length < 400 && line.more && line.text.isWellFormed());
    const [range] = line.ranges;
    assert.equal(line.text.slice(...(range as [number, number])), 'needle');
    assert.equal(line.from + (range?.[0] ?? 0), 10_000);
  });
});

describe('an index', () => {
  for (const [what, spoil] of [
    ['of another version', (path: string) => new DatabaseSync(path).exec('PRAGMA application_id = 7')],
    ['that is damaged', (path: string) => writeFileSync(path, 'no database')],
  ] as const)
    it(`${what} is made anew`, async (t) => {
      const path = join(temporaryDirectory(t), 'search.db');
      await indexed(path, [{ a: 'old\n' }]);
      for (const ending of ['-wal', '-shm']) rmSync(`${path}${ending}`, { force: true });
      spoil(path);
      await indexed(path, [{ a: 'new word\n' }]);
      const database = openIndexReader(path);
      t.after(() => database.close());
      const { files } = new Searcher(database).search(
        parseQuery('word'),
        { whole: [digestOf(0)], part: [] },
        1,
      );
      assert.equal(files, 1);
    });
});
