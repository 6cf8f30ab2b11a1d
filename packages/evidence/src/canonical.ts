// RFC 8785 (JSON Canonicalization Scheme) over what `parseJson` accepts. With safe integers and
// printable ASCII member names, RFC 8785 and TUF's canonical JSON agree (D32).

import { equal, utf8 } from './bytes.ts';
import { fail } from './codes.ts';
import { readJson, type Json, type JsonLimits, type ReadJson } from './json.ts';

export function canonicalJson(value: Json): Uint8Array {
  return utf8(isPlain(value) ? JSON.stringify(value) : canonicalText(value));
}

/**
 * Whether what the engine writes is the canonical form: members in order, and nothing in it that the code
 * below would refuse or leave out. Most documents are; writing them ourselves takes several times longer.
 */
function isPlain(value: Json | undefined): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0);
  if (typeof value === 'boolean' || value === null) return true;
  if (typeof value !== 'object' || 'toJSON' in value) return false;
  if (isArray(value)) return value.every(isPlain);
  let last = '';
  for (const name of Object.keys(value)) {
    if (last > name || !plainName.test(name) || !isPlain(value[name])) return false;
    last = name;
  }
  return true;
}

const plainName = /^[\x20-\x7e]*$/;

function canonicalText(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0))
      throw fail('json.number', `not a safe integer: ${value}`);
    return String(value);
  }
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw fail('json.surrogate', 'a string with half a surrogate pair');
    return JSON.stringify(value);
  }
  if (isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  const members = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort() // by UTF-16 code unit, as RFC 8785 section 3.2.3 asks
    .map((name) => {
      if (!plainName.test(name)) throw fail('json.member-name', 'a member name that is not plain ASCII');
      return `${JSON.stringify(name)}:${canonicalText(value[name] as Json)}`;
    });
  return `{${members.join(',')}}`;
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** Parses bytes that must be the canonical form of their own value: no byte without meaning. */
export function parseCanonicalJson(bytes: Uint8Array, limits?: JsonLimits): Json {
  const read = readJson(bytes, limits);
  requireCanonical(read, bytes);
  return read.value;
}

/**
 * The canonical form of what `parseJson` answered, which holds no number or name that would need refusal.
 * What the engine writes is canonical wherever members stand in order; writing it ourselves takes longer.
 */
export function canonicalOfParsed(value: Json): string {
  return isSorted(value) ? JSON.stringify(value) : canonicalText(value);
}

function isSorted(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (isArray(value)) return value.every(isSorted);
  let last: string | undefined;
  for (const name of Object.keys(value)) {
    if (last !== undefined && last > name) return false;
    if (!isSorted(value[name] as Json)) return false;
    last = name;
  }
  return true;
}

/** Throws unless `bytes`, which were read so, are the canonical form of their value. */
export function requireCanonical({ value, canonical }: ReadJson, bytes: Uint8Array): void {
  if (!canonical && !equal(canonicalJson(value), bytes))
    throw fail('json.not-canonical', 'valid JSON, but not in the canonical form of RFC 8785');
}
