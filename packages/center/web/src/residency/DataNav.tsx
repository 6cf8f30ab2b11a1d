import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { dataNav as words } from '../messages/residency.ts';
import './residency.css';

const pages = [
  ['/residency', words.residency],
  ['/consent', words.consent],
  ['/grants', words.grants],
  ['/my-data', words.myData],
] as const;

/** Between the pages about data centers. */
export function DataNav(): ReactNode {
  return (
    <nav className="data-nav" aria-label={words.label}>
      <ul>
        {pages.map(([to, label]) => (
          <li key={to}>
            <Link
              to={to}
              activeOptions={{ exact: true, includeSearch: false }}
              activeProps={{ 'aria-current': 'page' }}
            >
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
