// The query language: what is understood, and what is refused and where.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isVitrineError, VitrineError } from '@vitrine/evidence';
import { Matcher, patternOf } from '../src/search/pattern.ts';
import { parseQuery, queryLimits, type Query } from '../src/search/query.ts';

/** A query in words: what it means, with patterns as the engine's source. */
function words(query: Query): string {
  switch (query.kind) {
    case 'and':
    case 'or':
      return `(${query.parts.map(words).join(` ${query.kind} `)})`;
    case 'not':
      return `not ${words(query.part)}`;
    case 'text':
    case 'file':
    case 'sym': {
      const plain = query.pattern.source.replaceAll(/\\u\{([0-9a-f]+)\}/g, (_all, code: string) =>
        String.fromCodePoint(Number.parseInt(code, 16)),
      );
      return `${query.kind}${query.pattern.ignoreCase ? '' : '!'} ${plain}`;
    }
    case 'lang':
      return `lang ${query.language}`;
    case 'repo':
      return `repo ${query.product} ${query.channel ?? '*'} ${String(query.sequence ?? '*')}`;
  }
}

describe('a query', () => {
  const table: readonly (readonly [query: string, meaning: string])[] = [
    ['foo', 'text foo'],
    ['foo bar', '(text foo and text bar)'],
    ['foo and bar', '(text foo and text bar)'],
    ['foo or bar baz', '(text foo or (text bar and text baz))'],
    ['(foo or bar) baz', '((text foo or text bar) and text baz)'],
    ['foo -bar', '(text foo and not text bar)'],
    ['foo not bar', '(text foo and not text bar)'],
    ['--foo', 'not not text foo'],
    ['-(foo or bar)', 'not (text foo or text bar)'],
    ['"foo bar"', 'text foo bar'],
    ['"say \\"hi\\" \\\\"', 'text say "hi" \\'],
    ['"or"', 'text or'],
    ['main()', 'text main()'],
    ['(main())', 'text main()'],
    ['a->b', 'text a->b'],
    ['x - y', '(text x and (text - and text y))'.replace('(text - and text y)', 'text - and text y')],
    ['Foo', 'text! Foo'],
    ['Foo case:no', 'text Foo'],
    ['foo case:yes', 'text! foo'],
    ['case:auto Foo', 'text! Foo'],
    ['/fo+o/', 'text f(?:o){1,}o'],
    ['/a\\/b/', 'text a/b'],
    ['/\\W/', 'text (?!\\n)[\\W]'],
    ['re:a|b', 'text (?:a|b)'],
    ['re:"a b"', 'text a b'],
    ['file:main.c', 'file main.c'],
    ['file:*.c', 'file (?:^|/)[^/]*.c$'],
    ['file:/\\.c$/', 'file .c(?=\\r?(?:\\n|$))'],
    ['sym:parse', 'sym parse'],
    ['lang:TS', 'lang TypeScript'],
    ['lang:c++', 'lang C++'],
    ['repo:agent', 'repo agent * *'],
    ['repo:agent@stable', 'repo agent stable *'],
    ['repo:agent@stable/12', 'repo agent stable 12'],
    ['REPO:agent', 'repo agent * *'],
    ['http://x', 'text http://x'],
    ['std::vector', 'text std::vector'],
  ];
  for (const [query, meaning] of table)
    it(`${query} means ${meaning}`, () => assert.equal(words(parseQuery(query)), meaning));

  const refused: readonly (readonly [query: string, code: string, at: number, says: RegExp])[] = [
    ['', 'search.query', 0, /nothing to look for/],
    ['case:yes', 'search.query', 0, /nothing to look for/],
    ['(foo', 'search.query', 0, /a \( without its \)/],
    ['foo)', 'search.query', 3, /a \) without its \(/],
    ['foo or', 'search.query', 6, /a term is missing at the end/],
    ['or foo', 'search.query', 0, /a term is missing before/],
    ['foo and or bar', 'search.query', 8, /a term is missing/],
    ['not', 'search.query', 3, /a term is missing/],
    ['"foo', 'search.query', 0, /without its other one/],
    ['"foo"bar', 'search.query', 5, /a space is missing/],
    ['fo"o', 'search.query', 2, /quotation mark within a word/],
    ['""', 'search.query', 0, /nothing between/],
    ['file:', 'search.query', 5, /nothing after file:/],
    ['lang:klingon', 'search.query', 5, /no language "klingon"/],
    ['repo:a@b/x', 'search.query', 5, /product@channel\/sequence/],
    ['foo case:maybe', 'search.query', 4, /yes, no or auto/],
    ['foo case:yes case:no', 'search.query', 13, /stands twice/],
    ['foo -case:no', 'search.query', 4, /cannot be negated/],
    ['foo \u0001', 'search.query', 4, /control character/],
    ['/usr/lib', 'search.query', 0, /put a path into quotation marks/],
    ['foo /a(/', 'search.regex', 6, /a \( without its \)/],
    ['/a)/', 'search.regex', 2, /a \) without its \(/],
    ['/[a/', 'search.regex', 1, /a \[ without its \]/],
    ['/*/', 'search.regex', 1, /nothing that could be repeated/],
    ['/a**/', 'search.regex', 4, /a repetition of a repetition/],
    ['/(a)\\1/', 'search.regex', 4, /back references/],
    ['/(?=a)/', 'search.regex', 1, /look-around/],
    ['/(?<n>a)/', 'search.regex', 1, /named groups/],
    ['/a\\n/', 'search.regex', 2, /a line is matched at a time/],
    ['/a{3,2}/', 'search.regex', 2, /wrong way round/],
    ['/(a{100}){100}/', 'search.regex', 1, /repeats more than 1000 times/],
    ['/((a{40}){40}){40}/', 'search.regex', 2, /repeats more than 1000 times/],
    ['/\\p{Nope}/', 'search.regex', 1, /no such property/],
    ['/\\q/', 'search.regex', 1, /no escape/],
    ['/[z-a]/', 'search.regex', 1, /a range that is none/],
    [`/${'('.repeat(20)}/`, 'search.regex', 18, /nested too deeply/],
    [`/${'a'.repeat(300)}/`, 'search.regex', 1, /more than 256 characters/],
    ['('.repeat(20) + 'a', 'search.query', 17, /nested too deeply/],
    ['-'.repeat(20) + 'a', 'search.query', 16, /nested too deeply/],
    ['a '.repeat(40), 'search.query', 64, /more than 32 terms/],
    ['a'.repeat(1_001), 'search.query', 1_000, /more than 1000 characters/],
  ];
  for (const [query, code, at, says] of refused)
    it(`${JSON.stringify(query.slice(0, 40))} is refused at ${String(at)}: ${says.source}`, () =>
      assert.throws(
        () => parseQuery(query),
        (error) => {
          assert.ok(error instanceof VitrineError);
          assert.equal(error.code, code);
          assert.match(error.message, says);
          assert.equal(error.at, at);
          return true;
        },
      ));

  it('is parsed or refused with a place, whatever it is', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '(',
        ')',
        '-',
        ' or ',
        ' and ',
        'not ',
        '"',
        '/',
        '\\',
        'file:',
        'sym:',
        're:',
        'case:',
        '[',
        '{2}',
        '*',
        ' ',
      ),
      fc.string({ maxLength: 6 }),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('');
        try {
          parseQuery(text);
        } catch (error) {
          assert.ok(isVitrineError(error), String(error));
          assert.ok(
            typeof error.at === 'number' &&
              error.at >= 0 &&
              error.at <= Math.max(text.length, queryLimits.characters),
          );
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('finds any text that is put into quotation marks, as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), (text) => {
        fc.pre(!/[\0-\x1f\x7f]/.test(text));
        const query = parseQuery(`"${text.replaceAll(/["\\]/g, '\\$&')}" case:yes`);
        assert.ok(query.kind === 'text');
        const found: number[] = [];
        new Matcher(query.pattern).each(`x${text}y`, (from, to) => {
          found.push(from, to);
          return undefined;
        });
        assert.deepEqual(found, [1, 1 + text.length]);
      }),
    );
  });
});

describe('a regular expression', () => {
  const table: readonly (readonly [source: string, text: string, found: readonly string[]])[] = [
    ['^a', 'a\nba\na', ['0-1', '5-6']],
    ['a$', 'a\r\nab\na', ['0-1', '6-7']],
    ['a.*b', 'a1b2b\nab', ['0-5', '6-8']],
    ['a.*?b', 'a1b2b', ['0-3']],
    ['a.b', 'a\nb', []],
    ['a\\sb', 'a\nb a b', ['4-7']],
    ['a[^x]b', 'a\nb', []],
    ['[\\t-\\r]x', '\nx\tx', ['2-4']],
    ['\\bfoo\\b', 'foo food foo', ['0-3', '9-12']],
    ['\\x41\\u{42}\\u0043', 'ABC', ['0-3']],
    ['\\p{Lu}+', 'abÉÀc', ['2-4']],
    ['(?:ab){2}', 'ababab', ['0-4']],
    ['^$', 'a\n\nb\n', ['2-2']],
    ['x*', 'ab\n', ['0-0', '1-1', '2-2']],
    ['😀.', '😀x', ['0-3']],
  ];
  for (const [text, subject, expected] of table)
    it(`${text} in ${JSON.stringify(subject)} is at ${expected.join(' and ') || 'no place'}`, () => {
      const found: string[] = [];
      new Matcher(patternOf({ form: 'regex', text, at: 0 }, 'yes')).each(subject, (from, to) => {
        found.push(`${String(from)}-${String(to)}`);
        return to;
      });
      assert.deepEqual(found, expected);
    });
});
