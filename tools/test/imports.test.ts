import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readModule } from '../imports.ts';

const read = (source: string): readonly (string | undefined)[] =>
  readModule(source).imports.map(({ specifier }) => specifier);

const named: readonly (readonly [string, string])[] = [
  ['a default, names and a type', `import a, { b as c, type D } from 'x';`],
  ['a namespace', `import * as a from "x"`],
  ['a type alone', `import type { A } from 'x'`],
  ['something called from', `import from from 'x'`],
  ['an effect', `import 'x';`],
  ['attributes', `import a from 'x' with { type: 'json' };`],
  ['everything exported', `export * from 'x'; export const y = 1;`],
  ['a namespace exported', `export * as a from 'x'`],
  ['names exported', `export { a, type B } from 'x'`],
  ['types exported', `export type { A } from 'x'`],
  ['a call', `const a = await import('x');`],
  ['a call with a template', 'import(`x`)'],
  ['a call with options', `import('x', { with: {} })`],
  ['a call in statement position, before a block', `import('x')\n{ a(); }`],
  ['a call spread into an array', `[...import('x')]`],
  ['a type query', `type A = import('x').A<string>;`],
  ['a phase', `import.defer('x')`],
  ['require', `const a = require('x');`],
  ['a triple-slash reference', `/// <reference types="x" />\n`],
  ['a call inside nested templates', '`${`}${ { a: import("x") } }`}`'],
  ['a call after a division', `a = b / c / import('x')`],
  ['a call after a regular expression that holds a quote', `a = /['"]\\/[/']/g.exec(b); import('x')`],
  ['a line after a comment with a quote', `// don't\nimport 'x'`],
];

for (const [what, source] of named) {
  test(`an import is read: ${what}`, () => {
    assert.deepEqual(read(source), ['x']);
  });
}

const nothing: readonly (readonly [string, string])[] = [
  ['in a comment', `// import 'x'\n/* import 'x' */`],
  ['in a string', `const a = "import 'x'";`],
  ['in a template', 'const a = `import "x" ${b} import "x"`;'],
  ['in a regular expression', `const a = /import 'x'/;`],
  ['a method', `a.import('x'); a?.import('x'); this.#import('x');`],
  ['a declared method', `const a = { import(file: string): void {}, async import(b) {} };`],
  ['a property', `const a = { import: 1 };`],
  ['the meta property', `const a = import.meta.url;`],
  [
    'exports of its own',
    `export { a, b }\nexport default from; export type A = 'x'; export const from = 'x';`,
  ],
];

for (const [what, source] of nothing) {
  test(`nothing is read where there is no import: ${what}`, () => {
    assert.deepEqual(read(source), []);
  });
}

const computed = [`import(name)`, `import('x' + y)`, 'import(`${x}`)', `import('\\x78')`, `import '\\x78'`];

for (const source of computed) {
  test(`a module that cannot be read is reported as computed: ${source}`, () => {
    assert.deepEqual(read(source), [undefined]);
  });
}

test('lines are counted through comments, templates and strings', () => {
  const source = '/*\n\n*/ `\n${1}\n`;\nimport "x";\n';
  assert.deepEqual(readModule(source).imports, [{ specifier: 'x', line: 6 }]);
});
