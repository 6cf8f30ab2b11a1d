// Searching the log: by the number of an entry, by any digest or its beginning, by signer, product and kind.

import type { CenterContext } from '../context.ts';
import type { LogQuery, LogSearch } from '../contract/log.ts';
import type { RowQuery } from '../follow/entries.ts';
import { viewEntry, viewLog } from './views.ts';

export const perPage = 50;

export function searchLog(context: CenterContext, query: LogQuery): LogSearch {
  const { rows } = context.following.log;
  const log = viewLog(context);
  const asked = conditionOf(query.q?.trim().toLowerCase() ?? '', context.following.log.next());
  const where: RowQuery = {
    ...asked,
    kind: given(query.kind),
    signer: given(query.signer),
    product: given(query.product),
    channel: given(query.channel),
    counts: query.counts === undefined ? undefined : query.counts === 'yes',
  };
  const total = asked === undefined ? 0 : rows.count(where);
  const pages = Math.max(1, Math.ceil(total / perPage));
  const page = Math.min(query.page ?? 1, pages);
  const found =
    total === 0 ? [] : rows.find({ ...where, newestFirst: true, limit: perPage, skip: (page - 1) * perPage });
  return {
    log,
    understood: asked !== undefined,
    total,
    page,
    pages,
    entries: found.map(viewEntry),
    kinds: rows.values('kind'),
    operators: rows.values('operator'),
    products: rows.values('product'),
    channels: rows.values('channel'),
  };
}

/** An empty field of a form asks for nothing. */
function given(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

/** Undefined where the words are nothing that an entry can be found by. */
function conditionOf(q: string, size: number): RowQuery | undefined {
  if (q === '') return {};
  const number = /^#?([0-9]{1,15})$/.exec(q)?.[1];
  if (number !== undefined && Number(number) < size) return { from: Number(number), to: Number(number) + 1 };
  if (/^[0-9a-f]{8,64}$/.test(q)) return { prefix: q };
  return number === undefined ? undefined : { from: Number(number), to: Number(number) };
}
