// Just enough of ECMAScript's lexical grammar (ECMA-262, 12) to see where comments, strings, templates
// and regular expressions end, so that an import is read where the language has one and nowhere else.

export interface Token {
  /** `template`: the part before a `${`; `tail`: the part after the last `}`. Without `${ }` it is a `string`. */
  readonly kind: 'word' | 'string' | 'template' | 'tail' | 'regex' | 'sign';
  /** A string's token holds what is between its quotes, escapes untouched. */
  readonly text: string;
  readonly line: number;
}

export interface Reference {
  /** The value of `types` or `path` in a triple-slash directive. */
  readonly target: string;
  readonly line: number;
}

export interface Lexed {
  readonly tokens: readonly Token[];
  readonly references: readonly Reference[];
}

const word = /[\p{ID_Start}$_0-9][\p{ID_Continue}$\u200c\u200d]*/uy;
const directive = /^\/\/\/\s*<reference\s+(?:types|path)\s*=\s*["']([^"']*)["']/;
// After these a slash begins a regular expression; after any other word it divides.
const beforeExpression = new Set(
  'await case delete do else extends in instanceof new of return throw typeof void yield'.split(' '),
);

/** Splits source text. Never throws: what is left open ends with the text. */
export function lex(source: string): Lexed {
  const tokens: Token[] = [];
  const references: Reference[] = [];
  // One number per template literal being inside `${ }`: how many braces are open in it.
  const openBraces: number[] = [];
  let at = source.startsWith('#!') ? lineEnd(source, 0) : 0;
  let line = 1;

  const push = (kind: Token['kind'], text: string, end: number): void => {
    tokens.push({ kind, text, line });
    advance(end);
  };
  const advance = (end: number): void => {
    for (; at < end; at++) if (source[at] === '\n') line++;
  };
  const template = (start: number): void => {
    const end = templatePartEnd(source, start);
    const more = source.startsWith('${', end - 2);
    const kind = more ? 'template' : source[start - 1] === '`' ? 'string' : 'tail';
    push(kind, source.slice(start, more ? end - 2 : end - 1), end);
    if (more) openBraces.push(0);
  };

  while (at < source.length) {
    const char = source.charAt(at);
    const next = source.charAt(at + 1);
    const depth = openBraces.length - 1;
    if (/\s/.test(char)) advance(at + 1);
    else if (char === '/' && next === '/') {
      const end = lineEnd(source, at);
      const target = directive.exec(source.slice(at, end))?.[1];
      if (target !== undefined) references.push({ target, line });
      advance(end);
    } else if (char === '/' && next === '*') {
      const end = source.indexOf('*/', at + 2);
      advance(end === -1 ? source.length : end + 2);
    } else if (char === '"' || char === "'") {
      const end = quotedEnd(source, at);
      push('string', source.slice(at + 1, end - 1), end);
    } else if (char === '`') template(at + 1);
    else if (char === '}' && openBraces[depth] === 0) {
      openBraces.pop();
      template(at + 1);
    } else if (char === '/' && regexMayStart(tokens.at(-1)) && regexEnd(source, at) !== undefined) {
      const end = regexEnd(source, at) ?? source.length;
      push('regex', source.slice(at, end), end);
    } else {
      word.lastIndex = at;
      const found = word.exec(source)?.[0];
      if (found !== undefined) push('word', found, at + found.length);
      else {
        if (char === '{' && depth >= 0) openBraces[depth] = (openBraces[depth] ?? 0) + 1;
        if (char === '}' && depth >= 0) openBraces[depth] = (openBraces[depth] ?? 0) - 1;
        const twice = (char === '+' || char === '-') && next === char;
        push('sign', twice ? char + next : char, at + (twice ? 2 : 1));
      }
    }
  }
  return { tokens, references };
}

function lineEnd(source: string, from: number): number {
  const end = source.indexOf('\n', from);
  return end === -1 ? source.length : end;
}

/** The position after the closing quote, or the end of the line where it is missing. */
function quotedEnd(source: string, from: number): number {
  const quote = source[from];
  for (let at = from + 1; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === quote || source[at] === '\n') return at + 1;
  }
  return source.length;
}

/** The position after the closing backtick or after the next `${`. */
function templatePartEnd(source: string, from: number): number {
  for (let at = from; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === '`') return at + 1;
    else if (source[at] === '$' && source[at + 1] === '{') return at + 2;
  }
  return source.length;
}

function regexMayStart(before: Token | undefined): boolean {
  if (before === undefined) return true;
  if (before.kind === 'word') return beforeExpression.has(before.text);
  if (before.kind === 'template') return true;
  return before.kind === 'sign' && ![')', ']', '++', '--'].includes(before.text);
}

/** The position after the flags, or undefined where the line ends first: then it was a division. */
function regexEnd(source: string, from: number): number | undefined {
  let inClass = false;
  for (let at = from + 1; at < source.length && source[at] !== '\n'; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === '[') inClass = true;
    else if (source[at] === ']') inClass = false;
    else if (source[at] === '/' && !inClass) {
      word.lastIndex = at + 1;
      return at + 1 + (word.exec(source)?.[0].length ?? 0);
    }
  }
  return undefined;
}
