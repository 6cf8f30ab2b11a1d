// Schemas of our own formats: one description gives the strict check, the TypeScript type and the
// JSON Schema of docs/spec. Unknown members are refused; every string has a pattern or a length,
// so that no free text can enter a public log (D11).

import { fromBase64, quote } from './bytes.ts';
import { fail } from './codes.ts';
import type { Json, JsonObject } from './json.ts';

export interface Schema<T> {
  /** Answers the value, typed, or throws `schema.mismatch` with the JSON pointer `at`. */
  check(value: Json, at?: string): T;
  /** JSON Schema 2020-12. */
  readonly json: JsonObject;
}

export type Infer<S> = S extends Schema<infer T> ? T : never;

function mismatch(at: string, expected: string): Error {
  return fail('schema.mismatch', `${at === '' ? 'the document' : at}: expected ${expected}`, { at });
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function text(pattern: RegExp, most: number, meaning: string): Schema<string> {
  return {
    json: { type: 'string', pattern: pattern.source, maxLength: most, description: meaning },
    check(value, at = '') {
      if (typeof value !== 'string' || value.length > most || !pattern.test(value))
        throw mismatch(at, meaning);
      return value;
    },
  };
}

export function integer(least: number, most: number = Number.MAX_SAFE_INTEGER): Schema<number> {
  return {
    json: { type: 'integer', minimum: least, maximum: most },
    check(value, at = '') {
      if (typeof value !== 'number' || value < least || value > most)
        throw mismatch(at, `an integer from ${least} to ${most}`);
      return value;
    },
  };
}

export const flag: Schema<boolean> = {
  json: { type: 'boolean' },
  check(value, at = '') {
    if (typeof value !== 'boolean') throw mismatch(at, 'true or false');
    return value;
  },
};

export function oneOf<const Words extends readonly (string | number | boolean | null)[]>(
  ...words: Words
): Schema<Words[number]> {
  return {
    json: words.length === 1 ? { const: words[0] as Json } : { enum: words },
    check(value, at = '') {
      const word = words.find((candidate) => candidate === value);
      if (word === undefined)
        throw mismatch(at, words.map((candidate) => JSON.stringify(candidate)).join(' or '));
      return word;
    },
  };
}

export function nullable<T>(inner: Schema<T>): Schema<T | null> {
  return {
    json: { anyOf: [inner.json, { type: 'null' }] },
    check: (value, at = '') => (value === null ? null : inner.check(value, at)),
  };
}

export interface ListOptions {
  readonly least?: number;
  readonly most: number;
  /** Items strictly ascend by this key: sorted and without duplicates in one pass. */
  readonly sortedBy?: (item: never) => string | number;
}

export function list<T>(item: Schema<T>, { least = 0, most, sortedBy }: ListOptions): Schema<readonly T[]> {
  const key = sortedBy as ((item: T) => string | number) | undefined;
  return {
    json: {
      type: 'array',
      items: item.json,
      minItems: least,
      maxItems: most,
      ...(key === undefined
        ? {}
        : { uniqueItems: true, description: 'sorted, ascending, without duplicates' }),
    },
    check(value, at = '') {
      if (!Array.isArray(value) || value.length < least || value.length > most) {
        throw mismatch(at, `a list of ${least} to ${most}`);
      }
      const items = value.map((one: Json, index) => item.check(one, `${at}/${index}`));
      if (key !== undefined) {
        for (let i = 1; i < items.length; i++) {
          if (!(key(items[i - 1] as T) < key(items[i] as T)))
            throw mismatch(`${at}/${i}`, 'items in ascending order, none twice');
        }
      }
      return items;
    },
  };
}

/** A map with checked names, for example digests by role name. */
export function record<T>(name: RegExp, value: Schema<T>, most: number): Schema<Readonly<Record<string, T>>> {
  return {
    json: {
      type: 'object',
      propertyNames: { pattern: name.source },
      additionalProperties: value.json,
      maxProperties: most,
    },
    check(input, at = '') {
      if (!isObject(input)) throw mismatch(at, 'an object');
      const names = Object.keys(input);
      if (names.length > most) throw mismatch(at, `at most ${most} members`);
      const result: Record<string, T> = {};
      for (const member of names) {
        if (!name.test(member)) throw mismatch(at, `member names like ${name.source}, not ${quote(member)}`);
        result[member] = value.check(input[member] as Json, `${at}/${member}`);
      }
      return result;
    },
  };
}

type Members = Readonly<Record<string, Schema<unknown>>>;
export type ObjectOf<Required extends Members, Optional extends Members> = {
  readonly [Name in keyof Required]: Infer<Required[Name]>;
} & { readonly [Name in keyof Optional]?: Infer<Optional[Name]> };

const none: Readonly<Record<never, Schema<unknown>>> = {};

export interface ObjectOptions {
  /** Foreign predicates may carry members we do not know (in-toto: "consumers ignore"); ours may not. */
  readonly open?: boolean;
}

export function object<Required extends Members, Optional extends Members = typeof none>(
  required: Required,
  optional: Optional = none as Optional,
  { open = false }: ObjectOptions = {},
): Schema<ObjectOf<Required, Optional>> {
  const members: Members = { ...required, ...optional };
  const properties: Record<string, Json> = {};
  for (const [name, member] of Object.entries(members)) properties[name] = member.json;
  const known = new Map(Object.entries(members));
  const needed = Object.keys(required);
  return {
    json: {
      type: 'object',
      properties,
      required: needed,
      ...(open ? {} : { additionalProperties: false }),
    },
    check(value, at = '') {
      if (!isObject(value)) throw mismatch(at, 'an object');
      for (const name of needed) {
        if (!Object.hasOwn(value, name)) throw mismatch(at, `the member ${quote(name)}`);
      }
      const result: Record<string, unknown> = {};
      for (const name of Object.keys(value)) {
        const member = value[name] as Json;
        const schema = known.get(name);
        if (schema !== undefined) result[name] = schema.check(member, `${at}/${name}`);
        else if (open) result[name] = member;
        else throw mismatch(at, `no member ${quote(name)}`);
      }
      return result as ObjectOf<Required, Optional>;
    },
  };
}

/** Adds a rule that a JSON Schema cannot say; `rule` answers the objection or undefined. */
export function where<T>(inner: Schema<T>, rule: (value: T) => string | undefined): Schema<T> {
  return {
    json: inner.json,
    check(value, at = '') {
      const checked = inner.check(value, at);
      const objection = rule(checked);
      if (objection !== undefined) throw mismatch(at, objection);
      return checked;
    },
  };
}

/** Any JSON value: for members of foreign predicates that are kept but not judged. */
export const anything: Schema<Json> = { json: {}, check: (value) => value };

export function base64(length: number, meaning: string): Schema<string> {
  const characters = Math.ceil(length / 3) * 4;
  return where(text(/^[A-Za-z0-9+/]*={0,2}$/, characters, meaning), (value) => {
    try {
      return fromBase64(value).length === length ? undefined : meaning;
    } catch {
      return meaning;
    }
  });
}
