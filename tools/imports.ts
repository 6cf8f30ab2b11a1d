// What a module asks for: every form in which ECMAScript, TypeScript and Node name another module.
import { lex, type Token } from './lexer.ts';

export interface Import {
  /** Undefined where the module is computed, so that nobody can read it. */
  readonly specifier: string | undefined;
  readonly line: number;
}

export interface ModuleText {
  readonly imports: readonly Import[];
  /** Every string literal: a package may be named without being imported. */
  readonly strings: readonly { readonly text: string; readonly line: number }[];
}

export interface CodeModule extends ModuleText {
  /** Relative to the repository's root. */
  readonly file: string;
}

/** The package that a specifier names: `@vitrine/log/witness` is in `@vitrine/log`. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

export function readModule(source: string): ModuleText {
  const { tokens, references } = lex(source);
  const imports: Import[] = references.map(({ target, line }) => ({ specifier: target, line }));
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'word' || isMemberName(tokens, index)) continue;
    if (token.text === 'import' || token.text === 'export') {
      const named = declaration(tokens, index) ?? call(tokens, index);
      if (named !== undefined) imports.push(named);
    } else if (token.text === 'require' && wordOrSign(tokens, index + 1) === '(') {
      const named = literal(tokens[index + 2]);
      if (named !== undefined) imports.push({ specifier: named, line: token.line });
    }
  }
  const strings = tokens.filter(({ kind }) => kind === 'string');
  return { imports, strings };
}

/** `import 'x'`, `import … from 'x'`, `export … from 'x'`, each also with `type`. */
function declaration(tokens: readonly Token[], index: number): Import | undefined {
  const line = tokens[index]?.line ?? 0;
  const isImport = wordOrSign(tokens, index) === 'import';
  let at = index + 1;
  if (isImport && tokens[at]?.kind === 'string') return { specifier: literal(tokens[at]), line };
  if (!isImport) {
    if (wordOrSign(tokens, at) === 'type') at++;
    if (!['{', '*'].includes(wordOrSign(tokens, at))) return undefined;
  }
  for (; at < tokens.length; at++) {
    const token = tokens[at];
    if (token?.kind === 'word' && token.text === 'from' && tokens[at + 1]?.kind === 'string') {
      return { specifier: literal(tokens[at + 1]), line };
    }
    if (token?.kind === 'sign' && !['{', '}', ',', '*'].includes(token.text)) return undefined;
    // The braces of `export { a, b }` are closed and no `from` follows.
    if (wordOrSign(tokens, at - 1) === '}' && token?.text !== 'from') return undefined;
  }
  return undefined;
}

/** `import('x')`, also as a type, and its phases `import.defer('x')`, `import.source('x')`. */
function call(tokens: readonly Token[], index: number): Import | undefined {
  if (wordOrSign(tokens, index) !== 'import') return undefined;
  let at = index + 1;
  if (wordOrSign(tokens, at) === '.' && ['defer', 'source'].includes(wordOrSign(tokens, at + 1))) at += 2;
  if (wordOrSign(tokens, at) !== '(') return undefined;
  const alone = [')', ','].includes(wordOrSign(tokens, at + 2));
  const specifier = alone ? literal(tokens[at + 1]) : undefined;
  if (specifier === undefined && isMethod(tokens, index, at)) return undefined;
  return { specifier, line: tokens[index]?.line ?? 0 };
}

/** `{ import(file) { … } }` declares a method of that name. */
function isMethod(tokens: readonly Token[], index: number, open: number): boolean {
  const before = wordOrSign(tokens, index - 1);
  if (index > 0 && !['{', '}', ';', ',', '*', 'async', 'static', 'get', 'set'].includes(before)) return false;
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    if (wordOrSign(tokens, at) === '(') depth++;
    if (wordOrSign(tokens, at) === ')') depth--;
    if (depth === 0) return ['{', ':'].includes(wordOrSign(tokens, at + 1));
  }
  return false;
}

function isMemberName(tokens: readonly Token[], index: number): boolean {
  const before = wordOrSign(tokens, index - 1);
  const spread = wordOrSign(tokens, index - 2) === '.';
  return before === '#' || (before === '.' && !spread);
}

function wordOrSign(tokens: readonly Token[], index: number): string {
  const token = tokens[index];
  return token?.kind === 'word' || token?.kind === 'sign' ? token.text : '';
}

/** An escape in a module's name hides it from readers; such a name counts as computed. */
function literal(token: Token | undefined): string | undefined {
  return token?.kind === 'string' && !token.text.includes('\\') ? token.text : undefined;
}
