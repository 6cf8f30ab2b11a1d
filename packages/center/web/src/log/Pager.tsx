import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { log as words } from '../messages/log.ts';
import { useKeys } from '../ui/keys.tsx';

/** Pages of a list that is newest first; `search` is the rest of the address. */
export function Pager({
  to,
  search,
  page,
  pages,
}: {
  readonly to: string;
  readonly search: Readonly<Record<string, string>>;
  readonly page: number;
  readonly pages: number;
}): ReactNode {
  const navigate = useNavigate();
  const at = (n: number): Readonly<Record<string, string>> =>
    n === 1 ? search : { ...search, page: String(n) };
  const go = (n: number): void => {
    if (n >= 1 && n <= pages) void navigate({ to, search: at(n) });
  };
  useKeys('here', {
    j: { label: words.keys.older, run: () => go(page + 1) },
    k: { label: words.keys.newer, run: () => go(page - 1) },
  });
  if (pages <= 1) return null;
  return (
    <nav className="pager" aria-label={words.pages.label}>
      {page > 1 ? (
        <Link className="button" to={to} search={at(page - 1)} rel="prev">
          {words.pages.newer}
        </Link>
      ) : null}
      <span>{words.pages.at(page, pages)}</span>
      {page < pages ? (
        <Link className="button" to={to} search={at(page + 1)} rel="next">
          {words.pages.older}
        </Link>
      ) : null}
    </nav>
  );
}
