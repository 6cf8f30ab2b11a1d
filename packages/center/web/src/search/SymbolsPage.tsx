import { Link, useLocation, useNavigate } from '@tanstack/react-router';
import { useId, type ReactNode } from 'react';
import type { SymbolPlace, SymbolsPage as Data } from '../../../src/contract/search.ts';
import { symbols } from '../messages/search.ts';
import { Text } from '../source/code/Text.tsx';
import { Name } from '../source/paths.tsx';
import { useTwin } from '../twin.ts';
import { Page } from '../ui/Page.tsx';
import { IndexNote } from './IndexNote.tsx';
import { Releases } from './Results.tsx';
import { quoted, searchAddress } from './links.ts';
import './search.css';

export function SymbolsPage(): ReactNode {
  const { searchStr } = useLocation();
  const asked = new URLSearchParams(searchStr);
  const name = asked.get('name') ?? '';
  const twin = useTwin<Data>();
  return (
    <div className="symbols">
      <Page title={symbols.title(name)} lead={symbols.lead} twin={twin}>
        {(data) => (
          <>
            <NameForm name={name} />
            <IndexNote index={data.index} />
            <ul className="symbols-ways">
              {data.tree === null ? null : (
                <li>
                  <Link to={`/symbols?${new URLSearchParams({ name }).toString()}`}>
                    {symbols.everywhere}
                  </Link>
                </li>
              )}
              <li>
                <Link to={searchAddress(`${quoted(name)} case:yes`)}>{symbols.searchText}</Link>
              </li>
            </ul>
            <Places title={symbols.definitions} none={symbols.noDefinitions} places={data.definitions} />
            <Places title={symbols.references} none={symbols.noReferences} places={data.references} />
            {data.more ? <p>{symbols.more}</p> : null}
          </>
        )}
      </Page>
    </div>
  );
}

function NameForm({ name }: { readonly name: string }): ReactNode {
  const navigate = useNavigate();
  const id = useId();
  return (
    <form
      key={name}
      className="search-form"
      onSubmit={(event) => {
        event.preventDefault();
        const typed = new FormData(event.currentTarget).get('name');
        if (typeof typed === 'string' && typed !== '')
          void navigate({ href: `/symbols?${new URLSearchParams({ name: typed }).toString()}` });
      }}
    >
      <label htmlFor={id}>{symbols.label}</label>
      <div className="search-row">
        <input id={id} name="name" defaultValue={name} maxLength={200} spellCheck={false} required />
        <button type="submit">{symbols.submit}</button>
      </div>
    </form>
  );
}

function Places({
  title,
  none,
  places,
}: {
  readonly title: string;
  readonly none: string;
  readonly places: readonly SymbolPlace[];
}): ReactNode {
  return (
    <section>
      <h2>
        {title} <span className="lead">{places.length.toLocaleString('en')}</span>
      </h2>
      {places.length === 0 ? (
        <p>{none}</p>
      ) : (
        <ol className="symbols-places">
          {places.map(({ tree, path, line, column, kind, text, releases }) => (
            <li key={`${tree} ${path} ${line} ${column}`}>
              <p>
                <Link
                  className="hit"
                  to={`/source/${tree}/file`}
                  search={{ path } as never}
                  hash={`L${line}`}
                >
                  <Name path={path} />:{line}
                </Link>{' '}
                <span className="lead">{kind}</span>
              </p>
              <pre>
                <code>
                  <Text text={text.trimStart()} />
                </code>
              </pre>
              <p className="lead">
                <Releases releases={releases} />
              </p>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
