// access.toml: who may read which source (docs/spec/access-table.md). Deny by default: what no grant opens
// is closed. The table is written by hand and read by auditors, so it has few words and no precedence:
// grants only add up, in any order, and none takes away.

import { parse, TomlError } from 'smol-toml';
import { fields, fromUtf8, isVitrineError, schema, type Json, type Schema } from '@vitrine/evidence';
import { fail } from '../codes.ts';

const { list, object, oneOf, text, where } = schema;

export const tiers = ['overview', 'critical', 'everything'] as const;
/** overview: recipe, materials and numbers, no file; critical: the critical files too; everything: all. */
export type Tier = (typeof tiers)[number];

export interface AccessProduct {
  readonly name: string;
  /** Patterns of the paths that the tier `critical` opens. */
  readonly critical?: readonly string[];
}

export interface Grant {
  /** `anyone`, `signed-in` or `group:NAME`. */
  readonly who: string;
  readonly product: string;
  readonly tier: Tier;
  /** Narrows the grant to these paths; of an overview there is nothing to narrow. */
  readonly paths?: readonly string[];
  /** Inclusive. */
  readonly from?: string;
  /** Exclusive. */
  readonly until?: string;
}

/** Without products and grants it is whole, too: everything closed. */
export interface AccessTable {
  readonly table: 1;
  readonly products?: readonly AccessProduct[];
  readonly grants?: readonly Grant[];
}

export const tableBytes: number = 1 << 18;

const pattern: Schema<string> = where(
  text(
    /^[!-~]{1,400}$/,
    400,
    'a path pattern: a listed path, with * for a part of a name and ** for folders',
  ),
  (value) =>
    value.split('/').some((name) => name === '' || name === '.' || name === '..')
      ? 'a relative path pattern without empty and dot segments'
      : value.split('/').some((name) => name !== '**' && name.includes('**'))
        ? 'a path pattern in which ** is a whole name'
        : undefined,
);
const patterns: Schema<readonly string[]> = list(pattern, { least: 1, most: 256 });

const grant: Schema<Grant> = where(
  object(
    {
      who: text(
        /^(?:anyone|signed-in|group:[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?)$/,
        70,
        'anyone, signed-in or group:NAME',
      ),
      product: fields.name,
      tier: oneOf(...tiers),
    },
    { paths: patterns, from: fields.time, until: fields.time },
  ),
  ({ tier, paths, from, until }) =>
    tier === 'overview' && paths !== undefined
      ? 'no paths: an overview opens no file'
      : from !== undefined && until !== undefined && from >= until
        ? 'a time until after the time from'
        : undefined,
);

export const accessTableSchema: Schema<AccessTable> = object(
  { table: oneOf(1) },
  {
    products: list(object({ name: fields.name }, { critical: patterns }), { most: 256 }),
    grants: list(grant, { most: 2_048 }),
  },
);

/** Refuses with `access.table`, the line and the key; `name` is what the file is called in the message. */
export function parseAccessTable(bytes: Uint8Array, name = 'access.toml'): AccessTable {
  if (bytes.length > tableBytes)
    throw fail('access.table', `${name}: longer than ${tableBytes} bytes`, { at: 'line 1' });
  let source = '';
  try {
    source = fromUtf8(bytes);
    const value = parse(source) as unknown as Json;
    const table = accessTableSchema.check(plain(value));
    requireConsistent(table);
    return table;
  } catch (cause) {
    if (cause instanceof TomlError) {
      const at = `line ${cause.line}, column ${cause.column}`;
      const [reason = 'not TOML'] = cause.message.split('\n');
      throw fail('access.table', `${name}, ${at}: ${reason}`, { at, cause });
    }
    if (!isVitrineError(cause)) throw cause;
    const pointer = String(cause.at ?? '');
    const line = lineOf(source, pointer);
    const at = line !== undefined || pointer === '' ? `line ${line ?? 1}` : pointer;
    throw fail('access.table', `${name}, ${at}: ${cause.message}`, { at, cause });
  }
}

/** Dates without quotes become text that no field takes: one way to write a time is enough. */
function plain(value: unknown): Json {
  if (value instanceof Date) return 'a date without quotes';
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value as Json;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}

function requireConsistent({ products = [], grants = [] }: AccessTable): void {
  const byName = new Map<string, AccessProduct>();
  for (const [i, product] of products.entries()) {
    const at = `/products/${i}/name`;
    if (byName.has(product.name))
      throw fail('access.table', `${at}: the product ${product.name} is listed twice`, { at });
    byName.set(product.name, product);
  }
  for (const [i, { product: name, tier }] of grants.entries()) {
    const product = byName.get(name);
    const at = `/grants/${i}`;
    if (product === undefined)
      throw fail('access.table', `${at}/product: no product ${name} is listed`, { at: `${at}/product` });
    if (tier === 'critical' && product.critical === undefined) {
      throw fail('access.table', `${at}/tier: the product ${name} has no critical paths`, {
        at: `${at}/tier`,
      });
    }
  }
}

/** A help for the reader: the line of the key, or of its table, as far as plain lines tell. */
function lineOf(source: string, pointer: string): number | undefined {
  const [first = '', index, key] = pointer.split('/').slice(1);
  let tables = -1;
  let header: number | undefined;
  for (const [i, line] of source.split('\n').entries()) {
    const table = /^\s*\[\[?\s*([A-Za-z0-9_-]+)\s*\]/.exec(line)?.[1];
    const named = /^\s*([A-Za-z0-9_-]+)\s*=/.exec(line)?.[1];
    if (table !== undefined) {
      if (header !== undefined) return header;
      if (table === first && ++tables === Number(index ?? 0)) header = i + 1;
    } else if (named !== undefined && named === (header === undefined ? first : key)) {
      if (header !== undefined || tables < 0) return i + 1;
    }
  }
  return header;
}
