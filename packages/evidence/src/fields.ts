// The field types that our formats share.

import { base64, integer, object, text, where, type Schema } from './schema.ts';

export const sha256Hex: Schema<string> = text(/^[0-9a-f]{64}$/, 64, 'a SHA-256 digest in lower-case hex');
/** Hex SHA-256 of a SubjectPublicKeyInfo (D9). */
export const keyid: Schema<string> = text(
  /^[0-9a-f]{64}$/,
  64,
  'a keyid: hex SHA-256 of the SubjectPublicKeyInfo',
);
/** Hex SHA-256 of the DSSE pre-authentication encoding (D9). */
export const statementId: Schema<string> = text(
  /^[0-9a-f]{64}$/,
  64,
  'a statement identifier: hex SHA-256 of the PAE',
);
export const gitObject: Schema<string> = text(
  /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/,
  64,
  'a git object name in lower-case hex',
);
export const hash32: Schema<string> = base64(32, '32 bytes in base64');

/** Identifiers chosen by operators: products, channels, platforms, operators, roles. */
export const name: Schema<string> = text(
  /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/,
  64,
  'a name of a-z, 0-9, dot, dash and underscore',
);
export const origin: Schema<string> = text(
  /^[!-*,-~]{1,255}$/,
  255,
  'a log origin without spaces and plus signs',
);
export const version: Schema<string> = text(/^[0-9A-Za-z][0-9A-Za-z.+~_-]{0,63}$/, 64, 'a version');
export const uri: Schema<string> = text(/^[a-z][a-z0-9+.-]*:[!-~]{1,500}$/, 512, 'an absolute URI');
/** ISO 3166-1 alpha-2. */
export const country: Schema<string> = text(/^[A-Z]{2}$/, 2, 'a country code of two capital letters');
/** The registered name of an organisation, never of a person. */
export const organisation: Schema<string> = text(
  /^[^\p{Cc}\p{Cf}\p{Co}]{1,100}$/u,
  100,
  'the name of an organisation',
);

/** Relative, no dot segments, no empty segment, no control characters: safe to join to a directory. */
export const filePath: Schema<string> = text(
  /^(?!\/)(?!.*(?:^|\/)\.{0,2}(?:\/|$))[A-Za-z0-9._@+~ /-]{1,400}$/,
  400,
  'a relative path without dot segments',
);

export const size: Schema<number> = integer(0);
export const index: Schema<number> = integer(0);

/** RFC 3339 in UTC, whole seconds: 2026-11-24T09:30:00Z. */
export const time: Schema<string> = where(
  text(/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/, 20, 'a time in UTC, whole seconds'),
  (value) => (formatTime(parseTime(value)) === value ? undefined : 'a time that exists'),
);

/** Seconds since 1970. */
export function parseTime(value: string): number {
  return Date.parse(value) / 1000;
}

/** `seconds` since 1970, fractions cut; years 0000 to 9999. */
export function formatTime(seconds: number): string {
  const date = new Date(Math.floor(seconds) * 1000);
  return Number.isNaN(date.getTime()) ? 'invalid' : date.toISOString().replace(/\.000Z$/, 'Z');
}

/** A blob or file by content (D12). */
export const content: Schema<{ readonly sha256: string; readonly size: number }> = object({
  sha256: sha256Hex,
  size,
});
