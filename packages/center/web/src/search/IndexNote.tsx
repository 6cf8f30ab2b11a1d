import type { ReactNode } from 'react';
import type { IndexState } from '../../../src/contract/search.ts';
import { search } from '../messages/search.ts';
import { Status } from '../ui/Status.tsx';

/** How far the index is, where an answer may lack something because of it. */
export function IndexNote({
  index: { percent, symbolsPercent, trouble },
}: {
  readonly index: IndexState;
}): ReactNode {
  const notes = [
    ...(percent < 100 ? [search.index.growing(percent)] : []),
    ...(percent === 100 && symbolsPercent < 100 ? [search.index.symbols(symbolsPercent)] : []),
    ...(trouble === null ? [] : [search.index.trouble(trouble)]),
  ];
  return notes.map((note) => (
    <p key={note} className="search-note" role="status">
      <Status mark="warn">{note}</Status>
    </p>
  ));
}
