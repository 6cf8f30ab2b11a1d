// A grant as a sentence, for terminals; the pages have their own messages.

import type { AccessTable, Grant } from './table.ts';

const opens = {
  overview: 'sees the overview of',
  critical: 'reads the critical files of',
  everything: 'reads everything of',
} as const;

function grantInWords({ who, product, tier, paths, from, until }: Grant): string {
  const subject =
    who === 'anyone'
      ? 'anyone'
      : who === 'signed-in'
        ? 'every account'
        : `the group ${who.slice('group:'.length)}`;
  const only = paths === undefined ? '' : `, only ${paths.join(', ')}`;
  const times = `${from === undefined ? '' : ` from ${from}`}${until === undefined ? '' : ` until ${until}`}`;
  return `${subject} ${opens[tier]} ${product}${only}${times}`;
}

export function tableInWords({ products = [], grants = [] }: AccessTable): readonly string[] {
  const critical = products.flatMap(({ name, critical: some }) =>
    some === undefined ? [] : [`critical in ${name}: ${some.join(', ')}`],
  );
  const open = grants.map(grantInWords);
  return [...critical, ...(open.length === 0 ? ['nobody sees anything'] : open)];
}
