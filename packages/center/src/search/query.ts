// The query language: words joined by "and" unless `or` stands between them, `-` or `not` before what must not
// occur, parentheses, "quoted text", /regular expressions/, and the words repo: file: lang: sym: case: re:
//
//   query  = and *( "or" and )
//   and    = 1*( term [ "and" ] )
//   term   = ( "-" | "not" ) term | "(" query ")" | [ word ":" ] value
//   value  = bare | "quoted" | /regex/

import { quote } from '@vitrine/evidence';
import { languageNamed } from '../source/languages.ts';
import { fail } from './codes.ts';
import { patternOf, type Case, type Pattern, type Typed } from './pattern.ts';

export const queryLimits = { characters: 1_000, terms: 32, depth: 16 } as const;

export interface RepoTerm {
  readonly product: string;
  readonly channel: string | undefined;
  readonly sequence: number | undefined;
}

interface PatternTerm<Kind> {
  readonly kind: Kind;
  readonly pattern: Pattern;
}

export type Query =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Query[] }
  | { readonly kind: 'not'; readonly part: Query }
  | PatternTerm<'text'>
  | PatternTerm<'file'>
  | PatternTerm<'sym'>
  | { readonly kind: 'lang'; readonly language: string }
  | ({ readonly kind: 'repo' } & RepoTerm);

/** Throws `search.query` or `search.regex` with the position of the fault. */
export function parseQuery(text: string): Query {
  if (text.length > queryLimits.characters)
    throw fail('search.query', `query: it has more than ${String(queryLimits.characters)} characters`, {
      at: queryLimits.characters,
    });
  const parser = new QueryParser(readTokens(text), text.length);
  return parser.parse();
}

interface Token {
  readonly kind: '(' | ')' | '-' | 'or' | 'and' | 'not' | 'value';
  readonly at: number;
  readonly field?: Field;
  readonly typed?: Typed;
}

const fields = ['repo', 'file', 'lang', 'sym', 'case', 're'] as const;
type Field = (typeof fields)[number];

export const fieldNames: readonly string[] = fields;

function fault(what: string, at: number): Error {
  return fail('search.query', `query: ${what} (character ${String(at + 1)})`, { at });
}

function readTokens(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let terms = 0;
  while (at < text.length) {
    const character = text[at] as string;
    if (/\s/.test(character)) {
      at++;
      continue;
    }
    if (/[\0-\x1f\x7f]/.test(character)) throw fault('a control character', at);
    if (character === '(' || character === ')') {
      tokens.push({ kind: character, at });
      at++;
      continue;
    }
    if (character === '-' && /[^\s)]/.test(text[at + 1] ?? ' ')) {
      tokens.push({ kind: '-', at });
      at++;
      continue;
    }
    const { token, next } = readTerm(text, at);
    if (token.kind === 'value' && ++terms > queryLimits.terms)
      throw fault(`more than ${String(queryLimits.terms)} terms`, at);
    tokens.push(token);
    at = next;
  }
  return tokens;
}

function readTerm(text: string, at: number): { readonly token: Token; readonly next: number } {
  const named = /^([A-Za-z]+):/.exec(text.slice(at, at + 12));
  const field = named === null ? undefined : fields.find((name) => name === named[1]?.toLowerCase());
  const begin = at + (field === undefined ? 0 : (named?.[0].length ?? 0));
  const { typed, next, bare } = readValue(text, begin, field);
  const operator =
    bare && field === undefined ? /^(?:or|and|not)$/i.exec(typed.text)?.[0].toLowerCase() : undefined;
  if (operator !== undefined) return { token: { kind: operator as 'or' | 'and' | 'not', at }, next };
  if (typed.text === '')
    throw fault(
      field === undefined ? 'quotation marks with nothing between them' : `nothing after ${field}:`,
      begin,
    );
  return { token: { kind: 'value', at, typed, ...(field === undefined ? {} : { field }) }, next };
}

function readValue(
  text: string,
  begin: number,
  field: Field | undefined,
): { readonly typed: Typed; readonly next: number; readonly bare: boolean } {
  const form = field === 're' ? 'regex' : 'text';
  if (text[begin] === '"') {
    let value = '';
    for (let at = begin + 1; at < text.length; at++) {
      if (text[at] === '"') {
        const after = text[at + 1];
        if (after !== undefined && !/[\s)]/.test(after))
          throw fault('a space is missing after the quotation', at + 1);
        return { typed: { form, text: value, at: begin + 1 }, next: at + 1, bare: false };
      }
      // In a regular expression a backslash belongs to it, but for \".
      if (text[at] === '\\' && (text[at + 1] === '"' || (form === 'text' && text[at + 1] === '\\'))) at++;
      value += text[at] as string;
    }
    throw fault('a quotation mark without its other one', begin);
  }
  if (text[begin] === '/' && (field === undefined || field === 'file' || field === 'sym')) {
    const end = regexEnd(text, begin);
    // A path such as /usr/lib is no regular expression, but only quoting it says so.
    if (end === undefined)
      throw fault('a regular expression ends with / and a space; put a path into quotation marks', begin);
    return {
      typed: { form: 'regex', text: text.slice(begin + 1, end).replaceAll('\\/', '/'), at: begin + 1 },
      next: end + 1,
      bare: false,
    };
  }
  const value = field === 're' ? (/^\S*/.exec(text.slice(begin))?.[0] ?? '') : bareValue(text.slice(begin));
  if (value.includes('"')) throw fault('a quotation mark within a word', begin + value.indexOf('"'));
  const glob = field === 'file' && /[*?]/.test(value);
  return {
    typed: { form: glob ? 'glob' : form, text: value, at: begin },
    next: begin + value.length,
    bare: true,
  };
}

/** A word ends at a space, or at a ) that it did not open: foo() is a word, (foo) is not. */
function bareValue(rest: string): string {
  let open = 0;
  for (let i = 0; i < rest.length; i++) {
    const character = rest[i] as string;
    if (/\s/.test(character)) return rest.slice(0, i);
    if (character === '(') open++;
    if (character === ')' && --open < 0) return rest.slice(0, i);
  }
  return rest;
}

function regexEnd(text: string, begin: number): number | undefined {
  for (let at = begin + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '/' && /[\s)]/.test(text[at + 1] ?? ' ')) return at;
  }
  return undefined;
}

class QueryParser {
  readonly #tokens: readonly Token[];
  readonly #length: number;
  readonly #case: Case;
  #next = 0;

  constructor(tokens: readonly Token[], length: number) {
    this.#length = length;
    this.#case = caseOf(tokens);
    // case: holds for the whole query, wherever it stands.
    this.#tokens = tokens.filter(({ field }) => field !== 'case');
  }

  parse(): Query {
    if (this.#tokens.length === 0) throw fault('nothing to look for', 0);
    const query = this.#or(0);
    const rest = this.#tokens[this.#next];
    if (rest !== undefined) throw fault('a ) without its (', rest.at);
    return query;
  }

  #or(depth: number): Query {
    if (depth > queryLimits.depth)
      throw fault('nested too deeply', this.#tokens[this.#next]?.at ?? this.#length);
    const parts = [this.#and(depth)];
    while (this.#tokens[this.#next]?.kind === 'or') {
      this.#next++;
      parts.push(this.#and(depth));
    }
    return parts.length === 1 ? (parts[0] as Query) : { kind: 'or', parts };
  }

  #and(depth: number): Query {
    const parts = [this.#term(depth)];
    for (;;) {
      const token = this.#tokens[this.#next];
      if (token === undefined || token.kind === 'or' || token.kind === ')') break;
      if (token.kind === 'and') this.#next++;
      parts.push(this.#term(depth));
    }
    return parts.length === 1 ? (parts[0] as Query) : { kind: 'and', parts };
  }

  #term(depth: number): Query {
    const token = this.#tokens[this.#next];
    if (token === undefined) throw fault('a term is missing at the end', this.#length);
    this.#next++;
    switch (token.kind) {
      case '-':
      case 'not': {
        if (depth >= queryLimits.depth) throw fault('nested too deeply', token.at);
        return { kind: 'not', part: this.#term(depth + 1) };
      }
      case '(': {
        const query = this.#or(depth + 1);
        if (this.#tokens[this.#next]?.kind !== ')') throw fault('a ( without its )', token.at);
        this.#next++;
        return query;
      }
      case 'value':
        return this.#value(token.field, token.typed as Typed);
      case ')':
      case 'or':
      case 'and':
        throw fault(`a term is missing before ${quote(token.kind)}`, token.at);
    }
  }

  #value(field: Field | undefined, typed: Typed): Query {
    switch (field) {
      case undefined:
      case 're':
        return { kind: 'text', pattern: patternOf(typed, this.#case) };
      case 'file':
      case 'sym':
        return { kind: field, pattern: patternOf(typed, this.#case) };
      case 'lang': {
        const language = languageNamed(typed.text);
        if (language === undefined) throw fault(`no language ${quote(typed.text, 40)} is known`, typed.at);
        return { kind: 'lang', language };
      }
      case 'repo':
        return { kind: 'repo', ...repoOf(typed) };
      case 'case':
        throw new TypeError('case: was taken out before');
    }
  }
}

function caseOf(tokens: readonly Token[]): Case {
  const found = tokens.filter(({ field }) => field === 'case');
  const [first, second] = found;
  if (first === undefined) return 'auto';
  if (second !== undefined) throw fault('case: stands twice', second.at);
  const before = tokens[tokens.indexOf(first) - 1];
  if (before?.kind === '-' || before?.kind === 'not') throw fault('case: cannot be negated', before.at);
  const value = first.typed?.text.toLowerCase();
  if (value !== 'yes' && value !== 'no' && value !== 'auto')
    throw fault('case: takes yes, no or auto', first.at);
  return value;
}

/** `product`, `product@channel` or `product@channel/sequence`. */
function repoOf({ text, at }: Typed): RepoTerm {
  const found = /^([^@/\s]+)(?:@([^@/\s]+)(?:\/(\d{1,15}))?)?$/.exec(text);
  if (found === null) throw fault('repo: takes product, product@channel or product@channel/sequence', at);
  return {
    product: found[1] as string,
    channel: found[2],
    sequence: found[3] === undefined ? undefined : Number(found[3]),
  };
}
