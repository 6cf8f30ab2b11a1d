// Symbols by grammar: each language, and files that were made to be hard.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Extractor } from '../src/symbols/extract.ts';
import type { GrammarName } from '../src/symbols/languages.ts';
import { anyone, Corpus } from './search-corpus.ts';

const extractor = new Extractor();

describe('the symbols of', () => {
  const table: readonly (readonly [GrammarName, source: string, symbols: string])[] = [
    [
      'c',
      '#define MAX 3\nstruct foo { int a; };\nstatic int bar(struct foo *f) { return baz(f->a); }\nenum color { RED };',
      '1:9 macro MAX, 2:8 class foo, 3:12 function bar, 3:23 →type foo, 3:40 →call baz, 4:6 type color, 4:14 constant RED',
    ],
    [
      'cpp',
      'class A { void m(); };\nvoid A::m() { f(); }',
      '1:7 class A, 1:16 function m, 2:9 method m, 2:15 →call f',
    ],
    [
      'go',
      'package p\nfunc F(a T) { g() }\ntype T struct{}\n',
      '2:6 function F, 2:10 →type T, 2:15 →call g, 3:6 type T',
    ],
    [
      'java',
      'class A extends B {\n void m() { n(); new C(); } }',
      '1:7 class A, 1:17 →class B, 2:7 method m, 2:13 →call n, 2:22 →class C',
    ],
    [
      'javascript',
      'export function f() { g(); new H(); }\nconst k = 1;\nclass C { m() {} }\nimport { z } from "z";',
      '1:17 function f, 1:23 →call g, 1:32 →class H, 2:7 constant k, 3:7 class C, 3:11 method m, 4:10 →import z',
    ],
    [
      'python',
      'X = 1\nclass A:\n  def m(self):\n    f()\nfrom a import b',
      '1:1 constant X, 2:7 class A, 3:7 function m, 4:5 →call f, 5:15 →import b',
    ],
    [
      'rust',
      'struct S;\nimpl S { fn m(&self) { f(); } }\nconst K: u8 = 1;',
      '1:8 class S, 2:6 →implementation S, 2:13 method m, 2:24 →call f, 3:7 constant K',
    ],
    [
      'typescript',
      'export interface I { m(): void }\ntype T = I;\nexport const a = 1;\nfunction f(x: T): I { return g(x); }\nenum E { A }',
      '1:18 interface I, 1:22 method m, 2:6 type T, 2:10 →type I, 3:14 constant a, 4:10 function f, 4:15 →type T, 4:19 →type I, 4:30 →call g, 5:6 type E',
    ],
    [
      'tsx',
      'export function P(): R {\n return <A b={f()} /> }',
      '1:17 function P, 1:22 →type R, 2:15 →call f',
    ],
  ];
  for (const [grammar, source, symbols] of table)
    it(`${grammar} are what its grammar says`, async () => {
      const { state, fault, rows } = await extractor.extract(grammar, source);
      assert.deepEqual([state, fault], ['done', null]);
      assert.equal(
        rows
          .map(
            ([name, role, kind, line, column]) =>
              `${String(line)}:${String(column)} ${role === 1 ? '→' : ''}${kind} ${name}`,
          )
          .join(', '),
        symbols,
      );
    });

  it('a line with characters outside the first plane have their column in UTF-16', async () => {
    const { rows } = await extractor.extract('javascript', '/* 😀é */ function f() {}');
    assert.deepEqual(rows, [['f', 0, 'function', 1, 20]]);
  });

  const hostile: readonly (readonly [what: string, source: string, state: RegExp, fault: RegExp])[] = [
    ['a file that is too large', 'int a;\n'.repeat(160_000), /failed/, /more than 1,048,576 characters/],
    [
      'a file that nests without end',
      '('.repeat(200_000),
      /partly|failed/,
      /too long|not what the grammar expects/,
    ],
    ['a file that is no C at all', '\u0001%%)(}{'.repeat(1_000), /partly/, /not what the grammar expects/],
    ['a file with too many symbols', 'int f();'.repeat(30_000), /partly/, /too many symbols/],
    ['an empty file', '', /done/, /null/],
  ];
  for (const [what, source, state, fault] of hostile)
    it(`${what} are bounded, and it says so`, async () => {
      const outline = await extractor.extract('c', source);
      assert.match(outline.state, state);
      assert.match(String(outline.fault), fault);
      assert.ok(outline.rows.length <= 20_000);
    });
});

describe('a name', () => {
  it('leads to its definitions and uses, the nearest first, in one tree or in all', async (t) => {
    const corpus = new Corpus(t);
    const shared = 'export function parse() {}\n';
    const old = await corpus.add('agent', { 'a/parse.ts': shared, 'a/old.ts': 'parse();\n' });
    const tree = await corpus.add('agent', {
      'a/parse.ts': shared,
      'a/use.ts': 'import { parse } from "./parse.ts";\nparse();\n',
      'b/parse.ts': 'export class X { parse() {} }\n',
      'b/use.py': 'parse()\n',
    });
    const search = await corpus.search(t);
    const asker = { reader: anyone, turn: 'anyone' };
    const places = (list: readonly { path: string; line: number; kind: string }[]): readonly string[] =>
      list.map(({ path, line, kind }) => `${path}:${String(line)} ${kind}`);
    const here = await search.symbols(asker, 'parse', tree, 'b/parse.ts');
    assert.deepEqual(places(here.definitions), ['b/parse.ts:1 method', 'a/parse.ts:1 function']);
    assert.deepEqual(places(here.references), ['a/use.ts:1 import', 'a/use.ts:2 call', 'b/use.py:1 call']);
    const everywhere = await search.symbols(asker, 'parse', undefined, undefined);
    assert.equal(everywhere.definitions.length, 2, 'the same bytes in two releases are one definition');
    assert.deepEqual(
      everywhere.definitions
        .find(({ path }) => path === 'a/parse.ts')
        ?.releases.map((release) => release.tree),
      [tree, old],
    );
    assert.ok(places(everywhere.references).includes('a/old.ts:1 call'));

    const file = corpus.trees[1]?.file('a/use.ts');
    const symbols = await search.fileSymbols(asker, file?.sha256 ?? '');
    assert.deepEqual(symbols, {
      state: 'done',
      fault: null,
      symbols: [
        { name: 'parse', role: 'reference', kind: 'import', line: 1, column: 10 },
        { name: 'parse', role: 'reference', kind: 'call', line: 2, column: 1 },
      ],
    });
    assert.equal((await search.search(asker, 'sym:pars', 1)).files, 2);
    assert.equal((await search.search(asker, 'sym:/^X$/', 1)).files, 1);
  });
});
