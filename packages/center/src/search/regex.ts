// Regular expressions as the search takes them: what a line is matched against, without look-around, back
// references or line breaks. Parsed here in full, so that a fault has a position, sizes are bounded before
// anything runs, and the trigrams that every match must hold can be read off. The pattern that is run is
// written anew from the parsed form; what a reader typed never reaches the engine.

import { quote } from '@vitrine/evidence';
import { fail } from './codes.ts';

export const regexLimits = { characters: 256, depth: 16, repeat: 1_000, ranges: 256 } as const;

type Range = readonly [from: number, to: number];

export type Regex =
  | { readonly kind: 'empty' }
  | { readonly kind: 'character'; readonly code: number }
  /** Positive or negated set: ranges of code points, and classes such as \\d or \\p{L} as they are written. */
  | {
      readonly kind: 'set';
      readonly negated: boolean;
      readonly ranges: readonly Range[];
      readonly classes: readonly string[];
    }
  | { readonly kind: 'any' }
  | { readonly kind: 'assertion'; readonly which: '^' | '$' | '\\b' | '\\B' }
  | { readonly kind: 'sequence'; readonly parts: readonly Regex[] }
  | { readonly kind: 'choice'; readonly parts: readonly Regex[] }
  | {
      readonly kind: 'repeat';
      readonly part: Regex;
      readonly least: number;
      readonly most: number;
      readonly lazy: boolean;
    };

/** `at` is where the expression begins in what the reader typed. */
export function parseRegex(source: string, at: number): Regex {
  if (source.length > regexLimits.characters)
    throw fault(`it has more than ${String(regexLimits.characters)} characters`, at);
  return new Parser(source, at).parse();
}

function fault(what: string, at: number): Error {
  return fail('search.regex', `regular expression: ${what} (character ${String(at + 1)})`, { at });
}

class Parser {
  readonly #source: string;
  readonly #start: number;
  #at = 0;

  constructor(source: string, start: number) {
    this.#source = source;
    this.#start = start;
  }

  parse(): Regex {
    const whole = this.#choice(0);
    if (this.#at < this.#source.length) throw this.#fault('a ) without its (');
    return whole;
  }

  #fault(what: string, at = this.#at): Error {
    return fault(what, this.#start + at);
  }

  #peek(): string | undefined {
    const code = this.#source.codePointAt(this.#at);
    return code === undefined ? undefined : String.fromCodePoint(code);
  }

  #take(): string {
    const character = this.#peek();
    if (character === undefined) throw this.#fault('it ends early');
    this.#at += character.length;
    return character;
  }

  #eat(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #choice(depth: number): Regex {
    if (depth > regexLimits.depth) throw this.#fault('it is nested too deeply');
    const parts = [this.#sequence(depth)];
    while (this.#eat('|')) parts.push(this.#sequence(depth));
    return parts.length === 1 ? (parts[0] as Regex) : { kind: 'choice', parts };
  }

  #sequence(depth: number): Regex {
    const parts: Regex[] = [];
    for (;;) {
      const next = this.#peek();
      if (next === undefined || next === '|' || next === ')') break;
      parts.push(this.#repeated(depth));
    }
    if (parts.length === 0) return { kind: 'empty' };
    return parts.length === 1 ? (parts[0] as Regex) : { kind: 'sequence', parts };
  }

  #repeated(depth: number): Regex {
    const begin = this.#at;
    let part = this.#atom(depth);
    const bounds = this.#quantifier();
    if (bounds === undefined) return part;
    if (part.kind === 'assertion') throw this.#fault('nothing that could be repeated', begin);
    // A repeat is written out by the engine: {1000} of {1000} would be a million copies.
    const copies =
      Math.max(copiesOf(part), 1) * Math.max(bounds.least, Number.isFinite(bounds.most) ? bounds.most : 1);
    if (copies > regexLimits.repeat)
      throw this.#fault(`it repeats more than ${String(regexLimits.repeat)} times`, begin);
    part = { kind: 'repeat', part, ...bounds, lazy: this.#eat('?') };
    if (this.#quantifier() !== undefined) throw this.#fault('a repetition of a repetition; use a group');
    return part;
  }

  #quantifier(): { readonly least: number; readonly most: number } | undefined {
    if (this.#eat('*')) return { least: 0, most: Infinity };
    if (this.#eat('+')) return { least: 1, most: Infinity };
    if (this.#eat('?')) return { least: 0, most: 1 };
    if (this.#peek() !== '{') return undefined;
    const found = /^\{(\d{1,4})(?:(,)(\d{1,4})?)?\}/.exec(this.#source.slice(this.#at));
    if (found === null) throw this.#fault('{ must begin a repetition such as {2,5}; write \\{ for the sign');
    const least = Number(found[1]);
    const most = found[3] !== undefined ? Number(found[3]) : found[2] !== undefined ? Infinity : least;
    if (most < least) throw this.#fault('a repetition whose bounds are the wrong way round');
    if (Math.max(least, Number.isFinite(most) ? most : 0) > regexLimits.repeat)
      throw this.#fault(`it repeats more than ${String(regexLimits.repeat)} times`);
    this.#at += found[0].length;
    return { least, most };
  }

  #atom(depth: number): Regex {
    const begin = this.#at;
    const character = this.#take();
    switch (character) {
      case '(': {
        if (this.#eat('?') && !this.#eat(':'))
          throw this.#fault('look-around and named groups are not taken', begin);
        const inner = this.#choice(depth + 1);
        if (!this.#eat(')')) throw this.#fault('a ( without its )', begin);
        return inner;
      }
      case '[':
        return this.#set(begin);
      case '.':
        return { kind: 'any' };
      case '^':
      case '$':
        return { kind: 'assertion', which: character };
      case '*':
      case '+':
      case '?':
      case '{':
        throw this.#fault('nothing that could be repeated', begin);
      case '\\': {
        const escape = this.#escape(begin);
        if (typeof escape === 'number') return characterOf(escape, () => this.#fault(oneLine, begin));
        if (escape === '\\b' || escape === '\\B') return { kind: 'assertion', which: escape };
        return { kind: 'set', negated: false, ranges: [], classes: [escape] };
      }
      default:
        return characterOf(character.codePointAt(0) as number, () => this.#fault(oneLine, begin));
    }
  }

  /** A code point, or a class as the engine writes it. */
  #escape(begin: number): number | string {
    const character = this.#take();
    if ('dDwWsSbB'.includes(character)) return `\\${character}`;
    if (character === 'p' || character === 'P') {
      const found = /^\{[A-Za-z_]{1,40}(?:=[A-Za-z_]{1,40})?\}/.exec(this.#source.slice(this.#at));
      const written = `\\${character}${found?.[0] ?? ''}`;
      if (found === null || !isProperty(written)) throw this.#fault('no such property of characters', begin);
      this.#at += found[0].length;
      return written;
    }
    const control = controls[character];
    if (control !== undefined) return control;
    if (character === 'x' || character === 'u') {
      const digits = (
        character === 'x' ? /^[0-9A-Fa-f]{2}/ : /^(?:[0-9A-Fa-f]{4}|\{[0-9A-Fa-f]{1,6}\})/
      ).exec(this.#source.slice(this.#at));
      const code = Number.parseInt(digits?.[0].replace(/[{}]/g, '') ?? '', 16);
      if (digits === null || code > 0x10_ffff) throw this.#fault('a character number that is none', begin);
      this.#at += digits[0].length;
      return code;
    }
    if (/[0-9]/.test(character)) throw this.#fault('back references are not taken', begin);
    if (/[A-Za-z]/.test(character)) throw this.#fault(`no escape ${quote(`\\${character}`)} is known`, begin);
    return character.codePointAt(0) as number;
  }

  #set(begin: number): Regex {
    const negated = this.#eat('^');
    const ranges: Range[] = [];
    const classes: string[] = [];
    for (let first = true; ; first = false) {
      if (this.#peek() === undefined) throw this.#fault('a [ without its ]', begin);
      if (!first && this.#eat(']')) break;
      if (first && this.#peek() === ']') throw this.#fault('an empty set; write \\] for the sign');
      const from = this.#setMember();
      if (typeof from === 'string') {
        classes.push(from);
        continue;
      }
      let to = from;
      if (this.#peek() === '-' && this.#source[this.#at + 1] !== ']') {
        this.#take();
        const end = this.#setMember();
        if (typeof end === 'string' || end < from) throw this.#fault('a range that is none', begin);
        to = end;
      }
      ranges.push([from, to]);
      if (ranges.length > regexLimits.ranges) throw this.#fault('a set with too many members', begin);
    }
    return { kind: 'set', negated, ranges, classes };
  }

  #setMember(): number | string {
    const begin = this.#at;
    const character = this.#take();
    if (character !== '\\') return character.codePointAt(0) as number;
    const escape = this.#escape(begin);
    if (escape === '\\b' || escape === '\\B') throw this.#fault('\\b has no meaning in a set', begin);
    return escape;
  }
}

const oneLine = 'a line is matched at a time, so there is no line break to find';
const controls: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 };

function characterOf(code: number, refuse: () => Error): Regex {
  if (code === 10) throw refuse();
  return { kind: 'character', code };
}

function isProperty(written: string): boolean {
  try {
    return new RegExp(written, 'u').unicode;
  } catch {
    return false;
  }
}

/** How often the engine would write out what is in here. */
function copiesOf(regex: Regex): number {
  switch (regex.kind) {
    case 'sequence':
    case 'choice':
      return Math.max(...regex.parts.map(copiesOf));
    case 'repeat':
      return copiesOf(regex.part) * Math.max(regex.least, Number.isFinite(regex.most) ? regex.most : 1, 1);
    case 'empty':
    case 'character':
    case 'set':
    case 'any':
    case 'assertion':
      return 1;
  }
}

/** The same expression for a whole text whose lines end with \n: nothing in it matches a line feed. */
export function regexSource(regex: Regex): string {
  switch (regex.kind) {
    case 'empty':
      return '(?:)';
    case 'character':
      return escapeCode(regex.code);
    case 'any':
      return '[^\\n]';
    case 'assertion':
      // A carriage return before the end belongs to the line ending.
      return { '^': '(?<![^\\n])', $: '(?=\\r?(?:\\n|$))', '\\b': '\\b', '\\B': '\\B' }[regex.which];
    case 'set':
      return setSource(regex);
    case 'sequence':
      return regex.parts.map(regexSource).join('');
    case 'choice':
      return `(?:${regex.parts.map(regexSource).join('|')})`;
    case 'repeat': {
      const most = Number.isFinite(regex.most) ? String(regex.most) : '';
      return `(?:${regexSource(regex.part)}){${String(regex.least)},${most}}${regex.lazy ? '?' : ''}`;
    }
  }
}

function setSource({ negated, ranges, classes }: Extract<Regex, { kind: 'set' }>): string {
  const members =
    ranges.map(([from, to]) => `${escapeCode(from)}-${escapeCode(to)}`).join('') + classes.join('');
  return negated ? `[^${members}\\n]` : `(?!\\n)[${members}]`;
}

export function escapeCode(code: number): string {
  return `\\u{${code.toString(16)}}`;
}
