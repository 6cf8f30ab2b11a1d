// `#L10-L20`: the lines that an address points to.

import { useLocation, useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';

export interface LineRange {
  readonly first: number;
  readonly last: number;
}

export function parseRange(hash: string): LineRange | undefined {
  const match = /^#?L(\d{1,9})(?:-L?(\d{1,9}))?$/.exec(hash);
  if (match === null) return undefined;
  const [a, b] = [Number(match[1]), Number(match[2] ?? match[1])];
  return a < 1 || b < 1 ? undefined : { first: Math.min(a, b), last: Math.max(a, b) };
}

export function formatRange({ first, last }: LineRange): string {
  return first === last ? `L${first}` : `L${first}-L${last}`;
}

/** The range of the address, and how to point to another without scrolling. */
export function useRange(): readonly [LineRange | undefined, (range: LineRange | undefined) => void] {
  const { hash, pathname, searchStr } = useLocation();
  const navigate = useNavigate();
  const set = useCallback(
    (range: LineRange | undefined) => {
      const search = Object.fromEntries(new URLSearchParams(searchStr));
      void navigate({
        to: pathname,
        search: search as never,
        hash: range === undefined ? '' : formatRange(range),
        replace: true,
        resetScroll: false,
        hashScrollIntoView: false,
      });
    },
    [navigate, pathname, searchStr],
  );
  return [parseRange(hash), set];
}
