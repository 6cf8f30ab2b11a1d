import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { SearchPage } from '../../../src/contract/search.ts';
import { search } from '../messages/search.ts';
import { decodeName, Name } from '../source/paths.tsx';
import { narrowed, quoted, searchAddress } from './links.ts';

const groups = [
  ['product', (value: string) => `repo:${value}`],
  ['language', (value: string) => `lang:${quoted(value.toLowerCase())}`],
  ['folder', (value: string) => `file:${value === '' ? '/^[^/]+$/' : quoted(`${decodeName(value)}/`)}`],
] as const;

/** What the files have in common; each leads to the same query, narrowed. One value alone narrows nothing. */
export function Facets({
  query,
  facets,
}: {
  readonly query: string;
  readonly facets: SearchPage['facets'];
}): ReactNode {
  const shown = groups.filter(([group]) => facets[group].length > 1);
  if (shown.length === 0) return null;
  return (
    <aside className="search-facets" aria-label={search.facets.title}>
      {shown.map(([group, term]) => (
        <section key={group}>
          <h2>{search.facets[group]}</h2>
          <ul>
            {facets[group].map(({ value, files }) => (
              <li key={value}>
                <Link
                  to={searchAddress(narrowed(query, term(value)))}
                  aria-label={search.facets.take(value === '' ? search.facets.root : value, files)}
                >
                  {value === '' ? search.facets.root : <Name path={value} />}
                </Link>
                <span aria-hidden="true">{files.toLocaleString('en')}</span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </aside>
  );
}
