// What is looked for in a text, a path or a name: plain data, so that it goes to a thread as it is.

import { parseRegex, regexSource, escapeCode } from './regex.ts';
import { literalIn, requiredByRegex, requiredByText, type Required } from './required.ts';

export interface Pattern {
  /** Of a RegExp with the flags g and u, and i where case is ignored. Written here, never by a reader. */
  readonly source: string;
  readonly ignoreCase: boolean;
  readonly required: Required;
  /** A text on the line of every match; '' where none is known. Lines without it are never tried. */
  readonly literal: string;
}

export type Case = 'yes' | 'no' | 'auto';

/** What a reader typed, before it is known whether case counts. */
export interface Typed {
  readonly form: 'text' | 'regex' | 'glob';
  readonly text: string;
  /** Where the text begins in the query. */
  readonly at: number;
}

/** `auto`: case counts where the reader typed a capital letter. */
export function patternOf({ form, text, at }: Typed, mode: Case): Pattern {
  const ignoreCase =
    mode === 'no' ||
    (mode === 'auto' && !/\p{Lu}/u.test(form === 'regex' ? text.replace(/\\./gsu, '') : text));
  if (form === 'regex') {
    const regex = parseRegex(text, at);
    return {
      source: regexSource(regex),
      ignoreCase,
      required: requiredByRegex(regex, ignoreCase),
      literal: literalIn(regex),
    };
  }
  if (form === 'glob') return { source: globSource(text), ignoreCase, required: true, literal: '' };
  return { source: textSource(text), ignoreCase, required: requiredByText(text, ignoreCase), literal: '' };
}

/** `*` and `?` within a name, `**` across folders; the whole path, or its end after a slash. */
function globSource(glob: string): string {
  const parts = glob.split(/(\*\*\/?|\*|\?)/).map((part) => {
    if (part.startsWith('**')) return '.*';
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    return textSource(part);
  });
  return `(?:^|/)${parts.join('')}$`;
}

function textSource(text: string): string {
  return [...text].map((each) => escapeCode(each.codePointAt(0) as number)).join('');
}

/** One pattern, ready to be run. Holds a position while it runs: one owner. */
export class Matcher {
  readonly #regexp: RegExp;
  readonly #literal: RegExp | undefined;

  constructor({ source, ignoreCase, literal }: Pattern) {
    const flags = ignoreCase ? 'giu' : 'gu';
    this.#regexp = new RegExp(source, flags);
    this.#literal = literal === '' ? undefined : new RegExp(textSource(literal), flags);
  }

  /** Whether it occurs in a path or a name. */
  test(text: string): boolean {
    this.#regexp.lastIndex = 0;
    return this.#regexp.test(text);
  }

  /** Whether it occurs on a line of the text. */
  occursIn(text: string): boolean {
    let found = false;
    this.each(text, () => {
      found = true;
      return undefined;
    });
    return found;
  }

  /**
   * Every match, in order, none after the last line break. `visit` says from where to look on; undefined ends it.
   */
  each(text: string, visit: (from: number, to: number) => number | undefined): void {
    if (this.#literal === undefined) eachMatch(this.#regexp, text, 0, visit);
    else this.#eachOnLines(this.#literal, text, visit);
  }

  /** Only lines that hold the literal are tried: an expression that begins with a repetition is slow elsewhere. */
  #eachOnLines(literal: RegExp, text: string, visit: (from: number, to: number) => number | undefined): void {
    for (let next = 0; ;) {
      literal.lastIndex = next;
      const hit = literal.exec(text);
      if (hit === null) return;
      const start = text.lastIndexOf('\n', hit.index) + 1;
      const feed = text.indexOf('\n', hit.index);
      // With its line feed: what asserts the end of a line looks at it.
      const end = feed < 0 ? text.length : feed + 1;
      let on: number | undefined = end;
      eachMatch(this.#regexp, text.slice(start, end), start, (from, to) => (on = visit(from, to)));
      if (on === undefined) return;
      next = Math.max(end, on);
    }
  }
}

function eachMatch(
  regexp: RegExp,
  text: string,
  offset: number,
  visit: (from: number, to: number) => number | undefined,
): void {
  regexp.lastIndex = 0;
  for (let match = regexp.exec(text); match !== null; match = regexp.exec(text)) {
    const at = match.index;
    if (at === text.length && (text === '' || text.endsWith('\n'))) return;
    const on = visit(at + offset, at + match[0].length + offset);
    if (on === undefined) return;
    const past = match[0] === '' ? at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) : regexp.lastIndex;
    regexp.lastIndex = Math.max(past, on - offset);
  }
}
