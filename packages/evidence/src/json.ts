// JSON for hostile bytes: RFC 8259 with everything refused that two parsers could read differently
// (duplicate members, numbers that are not safe integers, lone surrogates), within given bounds.
// Member names are printable ASCII and `__proto__` is not one of them (D32).

import { fromUtf8, quote } from './bytes.ts';
import { fail } from './codes.ts';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [name: string]: Json };

export interface JsonLimits {
  readonly bytes: number;
  readonly depth: number;
}

export const jsonLimits: JsonLimits = { bytes: 1 << 20, depth: 32 };

export function parseJson(bytes: Uint8Array, limits?: JsonLimits): Json {
  return readJson(bytes, limits).value;
}

export interface ReadJson {
  readonly value: Json;
  /** The bytes are the value's canonical form (RFC 8785). False says only that reading did not show it. */
  readonly canonical: boolean;
}

/** `parseJson` for those who must know, too, how the value was written. */
export function readJson(bytes: Uint8Array, limits: JsonLimits = jsonLimits): ReadJson {
  if (bytes.length > limits.bytes)
    throw fail('json.size', `${bytes.length} bytes of JSON; at most ${limits.bytes}`);
  const text = fromUtf8(bytes);
  return (
    minimalJson(text, limits.depth) ?? {
      value: new Parser(text, limits.depth).document(),
      canonical: false,
    }
  );
}

/**
 * A short cut for what nearly every document of ours is: minimal JSON. The engine's own parser may read
 * it, because what it writes again is the same text: no member stood twice, no number was rounded, no
 * white space or needless escape was there. The rules that this does not show are looked at one by one.
 * Everything else is left to the parser below, which also says what is wrong.
 *
 * What the engine writes is canonical wherever the members of every object stand in order.
 */
function minimalJson(text: string, depth: number): ReadJson | undefined {
  try {
    const value = JSON.parse(text) as Json;
    const order = orderIn(value, depth);
    if (order === undefined || JSON.stringify(value) !== text) return undefined;
    return { value, canonical: order === 'sorted' };
  } catch {
    return undefined;
  }
}

/** In which order the members of all objects stand; undefined where a rule is broken. */
function orderIn(value: Json, depth: number): 'sorted' | 'unsorted' | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? 'sorted' : undefined;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'sorted' : undefined;
  if (typeof value === 'boolean' || value === null) return 'sorted';
  if (depth === 0) return undefined;
  let order: 'sorted' | 'unsorted' = 'sorted';
  if (isArray(value)) {
    for (const item of value) {
      const inner = orderIn(item, depth - 1);
      if (inner === undefined) return undefined;
      if (inner === 'unsorted') order = inner;
    }
    return order;
  }
  let last = '';
  for (const name of Object.keys(value)) {
    const inner = isMemberName(name) ? orderIn(value[name] as Json, depth - 1) : undefined;
    if (inner === undefined) return undefined;
    if (inner === 'unsorted' || last > name) order = 'unsorted'; // By UTF-16 code unit: RFC 8785 section 3.2.3.
    last = name;
  }
  return order;
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isMemberName(name: string): boolean {
  return name !== '__proto__' && printable.test(name);
}

const printable = /^[\x20-\x7e]*$/;

const whitespace = /[ \t\n\r]*/y;
const integer = /-?(?:0|[1-9][0-9]*)/y;
// A run of characters that stand for themselves in a string.
const plain = /[^"\\\u0000-\u001f]*/y;
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

class Parser {
  readonly #text: string;
  readonly #depth: number;
  #at = 0;

  constructor(text: string, depth: number) {
    this.#text = text;
    this.#depth = depth;
  }

  document(): Json {
    const value = this.#value(0);
    this.#match(whitespace);
    if (this.#at < this.#text.length) throw this.#syntax('nothing may follow the value');
    return value;
  }

  #value(depth: number): Json {
    if (depth > this.#depth) throw fail('json.depth', `nested deeper than ${this.#depth}`, { at: this.#at });
    this.#match(whitespace);
    const first = this.#text[this.#at];
    switch (first) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      case undefined:
      default:
        return this.#number();
    }
  }

  #object(depth: number): JsonObject {
    const object: Record<string, Json> = {};
    this.#at++;
    this.#match(whitespace);
    if (this.#take('}')) return object;
    for (;;) {
      this.#match(whitespace);
      const at = this.#at;
      if (this.#text[at] !== '"') throw this.#syntax('expected a member name');
      const name = this.#string();
      if (!isMemberName(name)) {
        throw fail('json.member-name', `a member name that is not plain ASCII: ${quote(name)}`, { at });
      }
      if (Object.hasOwn(object, name))
        throw fail('json.duplicate', `the member ${quote(name)} stands twice`, { at });
      this.#match(whitespace);
      if (!this.#take(':')) throw this.#syntax('expected a colon');
      object[name] = this.#value(depth + 1);
      this.#match(whitespace);
      if (this.#take('}')) return object;
      if (!this.#take(',')) throw this.#syntax('expected a comma or the end of the object');
    }
  }

  #array(depth: number): readonly Json[] {
    const items: Json[] = [];
    this.#at++;
    this.#match(whitespace);
    if (this.#take(']')) return items;
    for (;;) {
      items.push(this.#value(depth + 1));
      this.#match(whitespace);
      if (this.#take(']')) return items;
      if (!this.#take(',')) throw this.#syntax('expected a comma or the end of the array');
    }
  }

  #string(): string {
    const start = this.#at++;
    let text = '';
    for (;;) {
      text += this.#match(plain);
      if (this.#take('"')) break;
      if (!this.#take('\\')) throw this.#syntax('a string does not end, or holds a control character');
      const letter = this.#text[this.#at++];
      if (letter === 'u') {
        const digits = this.#text.slice(this.#at, this.#at + 4);
        if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.#syntax('expected four hex digits');
        this.#at += 4;
        text += String.fromCharCode(Number.parseInt(digits, 16));
      } else {
        const meant = letter === undefined ? undefined : escapes[letter];
        if (meant === undefined) throw this.#syntax('an unknown escape');
        text += meant;
      }
    }
    if (!text.isWellFormed())
      throw fail('json.surrogate', 'a string with half a surrogate pair', { at: start });
    return text;
  }

  #number(): number {
    const at = this.#at;
    const digits = this.#match(integer);
    if (digits === '') throw this.#syntax('expected a value');
    const value = Number(digits);
    const next = this.#text[this.#at];
    if (!Number.isSafeInteger(value) || digits === '-0' || next === '.' || next === 'e' || next === 'E') {
      throw fail('json.number', 'a number that is not an integer between −(2^53 − 1) and 2^53 − 1', { at });
    }
    return value;
  }

  #word<Value extends Json>(word: string, value: Value): Value {
    if (!this.#text.startsWith(word, this.#at)) throw this.#syntax('expected a value');
    this.#at += word.length;
    return value;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#text) ?? [''];
    this.#at += found.length;
    return found;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #syntax(expected: string): Error {
    return fail('json.syntax', expected, { at: this.#at });
  }
}
