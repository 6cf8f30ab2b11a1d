// What a file is to a reader, and what two texts have in common: on hostile input.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { TreeFile } from '@vitrine/evidence';
import { markedCharacter, markOf } from '../src/contract/characters.ts';
import { compareTexts } from '../src/source/compare-files.ts';
import { compareTrees } from '../src/source/compare-trees.ts';
import {
  contentLimits,
  countLines,
  decodeText,
  describeContent,
  textLines,
} from '../src/contract/content.ts';
import { openJobs } from '../src/source/jobs.ts';
import { languageOf } from '../src/source/languages.ts';

const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const text = (
  bytes: Uint8Array,
  first?: number,
): Extract<ReturnType<typeof describeContent>, { state: 'text' }> => {
  const content = describeContent(bytes, '100644', first);
  assert(content.state === 'text');
  return content;
};

test('any bytes are decoded without loss, and UTF-8 as itself', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const decoded = decodeText(bytes);
      const back: number[] = [];
      for (const character of decoded) {
        const code = character.codePointAt(0) as number;
        if (code >= 0xdc80 && code <= 0xdcff) back.push(code - 0xdc00);
        else back.push(...Buffer.from(character));
      }
      assert.deepEqual(Uint8Array.from(back), bytes);
    }),
    { numRuns: 2_000 },
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (sound) => {
      assert.equal(decodeText(utf8(sound)), sound);
    }),
  );
});

test('lines are those of the file, whatever its ends', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z\r é]*$/), { minLength: 1 }), fc.boolean(), (lines, end) => {
      const bytes = utf8(lines.join('\n') + (end ? '\n' : ''));
      if (bytes.length === 0 || (!end && lines.at(-1) === '')) return;
      assert.deepEqual(textLines(bytes), lines);
      assert.equal(countLines(bytes), lines.length);
      assert.equal(text(bytes).lineCount, lines.length);
    }),
  );
});

test('bidi, invisible and control characters are counted and have a mark; ordinary text has none', () => {
  const source =
    "if (role != '\u202E \u2066// admin\u2069 \u2066') { \u200Bx\u0007 }\nfine\u00e9 😀\n\uFEFFbom";
  const { marks, markedLines } = text(utf8(source));
  assert.deepEqual(marks, { bidi: 4, invisible: 2, control: 1, invalid: 0 });
  assert.deepEqual(markedLines, [1, 3]);
  for (const [character] of source.matchAll(markedCharacter)) assert.match(markOf(character).label, /^U\+/);
  assert.equal(markOf('\u202E').name, 'right-to-left override');
  assert.equal([...'plain\ttext ž 漢 😀 \u00a0'.matchAll(markedCharacter)].length, 0);
});

test('a file of 50 MB is shown in windows that know their place', () => {
  const line = `${'x'.repeat(99)}\n`;
  const bytes = utf8(line.repeat(524_288));
  assert.equal(bytes.length, 52_428_800);
  const first = text(bytes);
  assert.equal(first.lineCount, 524_288);
  assert.ok(first.lines.length <= contentLimits.lines);
  const last = text(bytes, 524_280);
  assert.deepEqual([last.first, last.lines.length], [524_280, 9]);
  assert.equal(text(bytes, 10 ** 9).first, 524_288);
});

test('an enormous line is cut between characters, and its length is said', () => {
  const bytes = utf8(`short\n${'😀'.repeat(3_000_000)}\nend\n`);
  const { lines, cut, lineCount } = text(bytes);
  assert.equal(lineCount, 3);
  assert.deepEqual(cut, [{ line: 2, bytes: 12_000_000 }]);
  assert.ok((lines[1]?.length ?? 0) <= contentLimits.lineLength);
  assert.ok(lines[1]?.isWellFormed());
  assert.deepEqual(text(new Uint8Array(9_000).fill(0xff)).cut, [{ line: 1, bytes: 9_000 }]);
});

test('links, empty and binary files are told apart', () => {
  assert.deepEqual(describeContent(utf8('../a'), '120000'), { state: 'link', target: '../a' });
  assert.deepEqual(describeContent(new Uint8Array(0), '100644'), { state: 'empty' });
  const elf = Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0, 0);
  assert.deepEqual(describeContent(elf, '100755'), {
    state: 'binary',
    kind: 'ELF executable or library',
    head: '7f454c460000',
  });
});

test('a language is told by the name of a file', () => {
  assert.deepEqual(
    ['a.ts', 'x/Makefile', 'y.H', 'z', 'README', 'a.b/c', 'CMakeLists.txt'].map(
      (path) => languageOf(path).name,
    ),
    ['TypeScript', 'Makefile', 'C', 'Other', 'Text', 'Other', 'CMake'],
  );
});

// Comparing.

const file = (path: string, sha256: string, mode: TreeFile['mode'] = '100644'): TreeFile => ({
  path,
  sha256,
  mode,
  size: 1,
});
const all = (): boolean => true;

test('a moved file is one that is gone under one name and there under another, unchanged', () => {
  const changes = compareTrees(
    [file('a/x.c', '1'), file('a/y.c', '2'), file('same', '3'), file('mode', '4'), file('twin', '1')],
    [
      file('b/x.c', '1'),
      file('a/y.c', '5'),
      file('same', '3'),
      file('mode', '4', '100755'),
      file('new', '6'),
    ],
    all,
  );
  assert.deepEqual(
    changes.map(({ kind, path, from }) => [kind, path, from?.path]),
    [
      ['changed', 'a/y.c', 'a/y.c'],
      ['moved', 'b/x.c', 'a/x.c'],
      ['mode', 'mode', 'mode'],
      ['added', 'new', undefined],
      ['removed', 'twin', 'twin'],
    ],
  );
});

test('a file that may not be read is no origin of a move', () => {
  const changes = compareTrees([file('secret/x', '1')], [file('open/x', '1')], (path) =>
    path.startsWith('open/'),
  );
  assert.deepEqual(
    changes.map(({ kind, path }) => [kind, path]),
    [['added', 'open/x']],
  );
});

test('a comparison turns the older text into the newer one', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'return x;', 'return y;', ''), { maxLength: 30 });
  fc.assert(
    fc.property(lines, lines, (from, to) => {
      const { blocks } = compareTexts(from, to);
      const made: string[] = [];
      let at = 0;
      for (const { from: first, to: next, removed, added, pairs } of blocks) {
        made.push(...from.slice(at, first - 1));
        assert.deepEqual(from.slice(first - 1, first - 1 + removed.length), removed);
        assert.equal(made.length, next - 1);
        made.push(...to.slice(next - 1, next - 1 + added));
        at = first - 1 + removed.length;
        for (const pair of pairs) {
          const [a, b] = [removed[pair.removed] ?? '', to[next - 1 + pair.added] ?? ''];
          assert.equal(without(a, pair.from), without(b, pair.to));
        }
      }
      made.push(...from.slice(at));
      assert.deepEqual(made, to);
    }),
    { numRuns: 500 },
  );
});

function without(line: string, ranges: readonly (readonly [number, number])[]): string {
  return ranges.reduceRight((rest, [start, end]) => rest.slice(0, start) + rest.slice(end), line);
}

test('two enormous texts with nothing in common are compared in bounded time, and it is said', () => {
  const make = (seed: number): string[] =>
    Array.from({ length: 40_000 }, (_, i) => String((i * 7919 * seed) % 104_729));
  const { coarse, removed, added } = compareTexts(make(1), make(3));
  assert.equal(coarse, true);
  assert.ok(removed > 0 && added > 0);
});

test('a job that takes too long costs its worker, and the next one gets another', async (t) => {
  const jobs = openJobs(1);
  t.after(() => void jobs.close());
  const slow = jobs.colour({ lines: ['x'], grammar: 'typescript' });
  const next = jobs.colour({ lines: ['y'], grammar: 'typescript' });
  await assert.rejects(slow, { code: 'source.worker' });
  await assert.rejects(next, { code: 'source.worker' });
});

test('a job that fails leaves its worker for the next one', async (t) => {
  const jobs = openJobs();
  t.after(() => void jobs.close());
  await assert.rejects(jobs.colour({ lines: ['x'], grammar: 'no-such' }), { code: 'source.worker' });
  const tokens = await jobs.colour({ lines: ['const a = 1;', '', '\udcff "x"'], grammar: 'typescript' });
  const lengths = tokens.map((line) => line.filter((_, i) => i % 2 === 0).reduce((a, b) => a + b, 0));
  assert.deepEqual(lengths, [12, 0, 5]);
  const { blocks } = await jobs.compare({ from: utf8('a\nb\n'), to: utf8('a\nc\n') });
  assert.equal(blocks.length, 1);
});
