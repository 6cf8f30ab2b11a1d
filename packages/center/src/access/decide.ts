// What a reader may see of a product, at this moment: the sum of the grants that concern it.

import { fields } from '@vitrine/evidence';
import type { PathFilter, Reader } from '../context.ts';
import { pathPattern, type PathPattern } from './pattern.ts';
import type { AccessTable, Grant } from './table.ts';

export const nobody: Reader = { account: undefined, name: undefined, groups: [] };

/** Nothing: what is in force without a table, or with one that does not parse. */
export const closed: PathFilter = { tier: 'none', allows: () => false };

interface Opening {
  readonly who: string;
  readonly from: number;
  readonly until: number;
  /** `undefined`: no file; an empty list: every file; else all of these must agree. */
  readonly files: readonly (readonly PathPattern[])[] | undefined;
}

/** A table made ready: patterns parsed once, grants by product. */
export type Decide = (reader: Reader, products: readonly string[], now: number) => PathFilter;

export function decider(table: AccessTable): Decide {
  const critical = new Map((table.products ?? []).map(({ name, critical: some }) => [name, some ?? []]));
  const openings = Map.groupBy(table.grants ?? [], ({ product }) => product);
  const ready = new Map(
    [...openings].map(([product, grants]) => [
      product,
      grants.map((grant) => openingOf(grant, critical.get(product) ?? [])),
    ]),
  );
  return (reader, products, now) => {
    const open = products.flatMap((product) =>
      (ready.get(product) ?? []).filter((one) => concerns(one, reader) && one.from <= now && now < one.until),
    );
    return sum(open);
  };
}

function openingOf({ who, tier, paths, from, until }: Grant, critical: readonly string[]): Opening {
  const conditions = [...(tier === 'critical' ? [critical] : []), ...(paths === undefined ? [] : [paths])];
  return {
    who,
    from: from === undefined ? -Infinity : fields.parseTime(from) * 1000,
    until: until === undefined ? Infinity : fields.parseTime(until) * 1000,
    files: tier === 'overview' ? undefined : conditions.map((some) => some.map(pathPattern)),
  };
}

function concerns({ who }: Opening, { account, groups }: Reader): boolean {
  if (who === 'anyone') return true;
  if (account === undefined) return false;
  return who === 'signed-in' || groups.includes(who.slice('group:'.length));
}

function sum(open: readonly Opening[]): PathFilter {
  if (open.length === 0) return closed;
  const files = open.flatMap((one) => (one.files === undefined ? [] : [one.files]));
  if (files.length === 0) return { tier: 'overview', allows: () => false };
  if (files.some((conditions) => conditions.length === 0)) return { tier: 'everything', allows: () => true };
  return {
    tier: 'critical',
    allows: (path) =>
      files.some((conditions) => conditions.every((some) => some.some((matches) => matches(path)))),
  };
}
