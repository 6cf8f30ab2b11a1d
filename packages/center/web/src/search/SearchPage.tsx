import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { SearchPage as Data } from '../../../src/contract/search.ts';
import { common } from '../messages/common.ts';
import { search } from '../messages/search.ts';
import { getJson, TwinError, twinOf } from '../twin.ts';
import { useKeys } from '../ui/keys.tsx';
import { Empty, Refused } from '../ui/Page.tsx';
import { Facets } from './Facets.tsx';
import { IndexNote } from './IndexNote.tsx';
import { QueryHelp } from './QueryHelp.tsx';
import { Results } from './Results.tsx';
import { SearchBox } from './SearchBox.tsx';
import { searchAddress } from './links.ts';
import './search.css';

export function SearchPage(): ReactNode {
  const { pathname, searchStr } = useLocation();
  const address = twinOf(pathname, searchStr);
  const query = new URLSearchParams(searchStr).get('q') ?? '';
  const navigate = useNavigate();
  const box = useRef<HTMLInputElement>(null);
  const twin = useQuery<Data>({
    queryKey: [address],
    queryFn: ({ signal }) => getJson<Data>(address, signal),
    // A query that is refused is refused again, and one that was too slow is too slow again.
    retry: false,
    placeholderData: keepPreviousData,
  });
  const look = (text: string): void => void navigate({ href: searchAddress(text) });
  useKeys('here', {
    '/': {
      label: search.keys.focus,
      run: () => {
        box.current?.focus();
        box.current?.select();
      },
    },
    j: { label: search.keys.next, run: () => step(1) },
    k: { label: search.keys.previous, run: () => step(-1) },
  });
  useEffect(() => {
    if (query === '') box.current?.focus();
  }, [query]);
  return (
    <div className="search">
      <title>{`${query === '' ? search.title : `${query} · ${search.title}`} · ${common.product}`}</title>
      <h1>{search.title}</h1>
      <p className="lead">{search.lead}</p>
      <SearchBox query={query} onSearch={look} box={box} />
      <QueryHelp open={query === ''} />
      {twin.isError ? (
        <Fault error={twin.error} query={query} again={() => void twin.refetch()} />
      ) : twin.data === undefined ? (
        <Searching />
      ) : (
        <>
          {twin.isPlaceholderData ? <Searching /> : null}
          <IndexNote index={twin.data.index} />
          <Found data={twin.data} old={twin.isPlaceholderData} />
        </>
      )}
    </div>
  );
}

/** Moves the focus from one matching line to the next; Enter opens the one that has it. */
function step(by: 1 | -1): void {
  const lines = [...document.querySelectorAll<HTMLElement>('.search-results a.hit')];
  const at = lines.findIndex((line) => line === document.activeElement);
  const next = lines[at < 0 ? (by === 1 ? 0 : lines.length - 1) : at + by];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

function Found({ data, old }: { readonly data: Data; readonly old: boolean }): ReactNode {
  if (data.query === '') {
    return (
      <Empty title={search.start.title}>
        <p>{search.start.text}</p>
      </Empty>
    );
  }
  if (data.files === 0) {
    return (
      <Empty title={search.empty.title}>
        <p>{search.empty.text}</p>
        {/\p{Lu}/u.test(data.query) && !/\bcase:/i.test(data.query) ? <p>{search.empty.caseHint}</p> : null}
      </Empty>
    );
  }
  return (
    <div className={old ? 'search-found search-old' : 'search-found'}>
      <div className="search-count">
        <p role="status">
          <strong>{search.found(data.files, data.more)}</strong>
        </p>
        {data.more ? <p className="lead">{search.moreHint}</p> : null}
      </div>
      <Facets query={data.query} facets={data.facets} />
      <Results data={data} />
    </div>
  );
}

const slowMs = 700;

function Searching(): ReactNode {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), slowMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <p className="state-loading" role="status">
      <span className="bar" aria-hidden="true" />
      {slow ? search.slow : search.searching}
    </p>
  );
}

function Fault({
  error,
  query,
  again,
}: {
  readonly error: unknown;
  readonly query: string;
  readonly again: () => void;
}): ReactNode {
  const refusal = error instanceof TwinError ? error.refusal : undefined;
  switch (refusal?.code) {
    case 'search.query':
    case 'search.regex':
      return (
        <section className="state" role="alert">
          <h2>{search.faults.query}</h2>
          <p>{refusal.message}</p>
          <Pointer query={query} message={refusal.message} />
        </section>
      );
    case 'search.timeout':
      return (
        <section className="state" role="alert">
          <h2>{search.faults.timeout}</h2>
          <p>{search.faults.timeoutText}</p>
          <p>
            <code>{refusal.code}</code>
          </p>
        </section>
      );
    case 'search.busy':
      return (
        <section className="state" role="alert">
          <h2>{search.faults.busy}</h2>
          <p>{search.faults.busyText}</p>
          <button type="button" onClick={again}>
            {search.faults.again}
          </button>
        </section>
      );
    default:
      return <Refused error={error} again={again} />;
  }
}

/** The query with a mark where the fault is; the message says the place in words. */
function Pointer({ query, message }: { readonly query: string; readonly message: string }): ReactNode {
  const place = /\(character (\d+)\)$/.exec(message)?.[1];
  if (place === undefined) return null;
  const at = Math.min(Number(place) - 1, query.length);
  return (
    <pre className="search-pointer" aria-hidden="true">
      {query.slice(0, at)}
      <mark>{query.slice(at, at + 1) || ' '}</mark>
      {query.slice(at + 1)}
    </pre>
  );
}
