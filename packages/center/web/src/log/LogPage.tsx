import { Link, useLocation, useNavigate } from '@tanstack/react-router';
import { useId, useRef, type FormEvent, type ReactNode } from 'react';
import type { EntryView, LogSearch } from '../../../src/contract/log.ts';
import { log as words } from '../messages/log.ts';
import { useTwin } from '../twin.ts';
import { Digest } from '../ui/Digest.tsx';
import { useKeys } from '../ui/keys.tsx';
import { Empty, Page } from '../ui/Page.tsx';
import { Status } from '../ui/Status.tsx';
import { Table, type Column } from '../ui/Table.tsx';
import { Time } from '../ui/Time.tsx';
import { LogFacts } from './LogFacts.tsx';
import { Pager } from './Pager.tsx';
import './log.css';

type Query = Readonly<Record<string, string>>;

export function LogPage(): ReactNode {
  const twin = useTwin<LogSearch>();
  const { searchStr } = useLocation();
  const query: Query = Object.fromEntries(new URLSearchParams(searchStr));
  return (
    <Page title={words.title} lead={words.lead} twin={twin}>
      {(found) => (
        <>
          <LogFacts log={found.log} />
          <p>
            <Link to="/log/witnesses">{words.toWitnesses}</Link>
          </p>
          <Search key={searchStr} found={found} query={query} />
          <Results found={found} query={query} />
        </>
      )}
    </Page>
  );
}

const { search } = words;

function Search({ found, query }: { readonly found: LogSearch; readonly query: Query }): ReactNode {
  const navigate = useNavigate();
  const first = useRef<HTMLInputElement>(null);
  const hint = useId();
  useKeys('here', { f: { label: words.keys.search, run: () => first.current?.focus() } });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const asked = [...new FormData(event.currentTarget)].flatMap(([name, value]) =>
      typeof value === 'string' && value.trim() !== '' ? [[name, value.trim()] as const] : [],
    );
    void navigate({ to: '/log', search: Object.fromEntries(asked) });
  };
  return (
    <search aria-label={search.title}>
      <form className="log-search" onSubmit={submit}>
        <label className="log-search-words">
          <span>{search.words}</span>
          <input
            ref={first}
            name="q"
            type="search"
            defaultValue={query['q'] ?? ''}
            autoComplete="off"
            spellCheck={false}
            aria-describedby={hint}
          />
        </label>
        <Choice name="kind" label={search.kind} values={found.kinds} chosen={query['kind']} />
        <label>
          <span>{search.signer}</span>
          <input name="signer" list={`${hint}-signers`} defaultValue={query['signer'] ?? ''} autoComplete="off" />
          <datalist id={`${hint}-signers`}>
            {found.operators.map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
        </label>
        <Choice name="product" label={search.product} values={found.products} chosen={query['product']} />
        <Choice name="channel" label={search.channel} values={found.channels} chosen={query['channel']} />
        <label>
          <span>{search.counts}</span>
          <select name="counts" defaultValue={query['counts'] ?? ''}>
            <option value="">{search.any}</option>
            <option value="yes">{search.yes}</option>
            <option value="no">{search.no}</option>
          </select>
        </label>
        <div className="log-search-go">
          <button type="submit" className="primary">
            {search.go}
          </button>
          {Object.keys(query).length === 0 ? null : <Link to="/log">{search.clear}</Link>}
        </div>
        <p className="log-search-hint" id={hint}>
          {search.hint}
        </p>
      </form>
    </search>
  );
}

function Choice({
  name,
  label,
  values,
  chosen = '',
}: {
  readonly name: string;
  readonly label: string;
  readonly values: readonly string[];
  readonly chosen: string | undefined;
}): ReactNode {
  // What the address asks for is shown even where nothing has that value.
  const all = chosen === '' || values.includes(chosen) ? values : [...values, chosen];
  return (
    <label>
      <span>{label}</span>
      <select name={name} defaultValue={chosen}>
        <option value="">{search.any}</option>
        {all.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    </label>
  );
}

function Results({ found, query }: { readonly found: LogSearch; readonly query: Query }): ReactNode {
  if (!found.understood)
    return (
      <Empty title={search.misread}>
        <p>{search.misreadText}</p>
      </Empty>
    );
  if (found.total === 0) {
    const isEmpty = found.kinds.length === 0;
    return (
      <Empty title={isEmpty ? search.empty : search.none}>
        <p>{isEmpty ? search.emptyText : search.noneText}</p>
      </Empty>
    );
  }
  const { page: _page, ...rest } = query;
  return (
    <>
      <p className="visually-hidden" role="status">
        {words.found(found.total)}
      </p>
      <Table
        caption={words.table.caption(found.total, found.page, found.pages)}
        columns={columns}
        rows={found.entries}
        keyOf={({ index }) => index}
      />
      <Pager to="/log" search={rest} page={found.page} pages={found.pages} />
    </>
  );
}

const { table } = words;

const columns: readonly Column<EntryView>[] = [
  { head: table.index, cell: ({ index }) => <Link to={`/log/entries/${index}`}>{index}</Link> },
  { head: table.kind, cell: ({ kind }) => kind },
  { head: table.signer, cell: (entry) => <Signer entry={entry} /> },
  {
    head: table.product,
    cell: ({ product, channel, sequence }) => (
      <>
        {product}
        {channel === null ? null : ` ${channel}`}
        {sequence === null ? null : ` ${sequence}`}
      </>
    ),
  },
  {
    head: table.about,
    cell: ({ subjects }) =>
      subjects.map(({ name, sha256 }) => (
        <span key={name} className="log-about">
          {name} <Digest value={sha256} />
        </span>
      )),
  },
  { head: table.seen, cell: ({ seenAt }) => <Time seconds={seenAt} /> },
  { head: table.counts, cell: (entry) => <Counts entry={entry} /> },
];

export function Signer({ entry: { operator, role, keyid } }: { readonly entry: EntryView }): ReactNode {
  if (operator !== null)
    return (
      <>
        {operator} <span className="muted">{role}</span>
      </>
    );
  return keyid === null ? <span className="muted">{words.entry.absent}</span> : <code title={keyid}>{keyid.slice(0, 12)}…</code>;
}

export function Counts({ entry: { counts, objection } }: { readonly entry: EntryView }): ReactNode {
  return counts ? (
    <Status mark="ok">{words.counts}</Status>
  ) : (
    <span title={objection === null ? undefined : words.objections[objection]}>
      <Status mark="warn">{words.countsNot}</Status>
    </span>
  );
}
