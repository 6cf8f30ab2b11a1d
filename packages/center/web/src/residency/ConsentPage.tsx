import { Link, useNavigate } from '@tanstack/react-router';
import { Fragment, type ReactNode, type SubmitEvent } from 'react';
import type { ConsentPage as Data, ConsentScreen } from '../../../src/contract/custody.ts';
import { consent as words } from '../messages/custody.ts';
import { useTwin } from '../twin.ts';
import { Command } from '../ui/Copy.tsx';
import { Digest } from '../ui/Digest.tsx';
import { Page } from '../ui/Page.tsx';
import { Table, type Column } from '../ui/Table.tsx';
import { DataNav } from './DataNav.tsx';

export function ConsentPage(): ReactNode {
  const twin = useTwin<Data>();
  return (
    <Page title={words.title} lead={words.lead} twin={twin}>
      {(data) => (
        <>
          <DataNav />
          <p>
            {words.schema(data.schema.version)} <Digest value={data.schema.digest} />
          </p>
          <Committed schema={data.schema} />
          <Choice data={data} />
          {data.screens.map((screen) => (
            <Screen key={screen.profile} screen={screen} />
          ))}
          <p>{words.ask}</p>
          <Command text={words.command} />
        </>
      )}
    </Page>
  );
}

/** Where the log says the same, so that nobody needs to believe this page; and where it does not, that. */
function Committed({ schema: { committed } }: Pick<Data, 'schema'>): ReactNode {
  if (committed.length === 0) return <p className="muted">{words.ownWord}</p>;
  return (
    <p>
      {words.commits}{' '}
      {committed.map(({ center, name, index }, i) => (
        <Fragment key={center}>
          {i === 0 ? '' : ', '}
          <Link to={`/log/entries/${index}`}>{words.committed(name, index)}</Link>
        </Fragment>
      ))}
      .
    </p>
  );
}

function Choice({ data: { place, countries } }: { readonly data: Data }): ReactNode {
  const navigate = useNavigate();
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const asked = [...new FormData(event.currentTarget)].filter(([, value]) => value !== '');
    void navigate({ to: '/consent', search: Object.fromEntries(asked) });
  };
  return (
    <form className="residency-filter" onSubmit={submit} key={place?.country ?? ''}>
      <label>
        <span>{words.country}</span>
        <select name="country" defaultValue={place?.country ?? ''}>
          <option value="">{words.any}</option>
          {countries.map(({ code, name }) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <button type="submit">{words.show}</button>
      {place === null ? null : (
        <p className="residency-place">
          {words.place(place.countryName)} <Link to={`/residency/centers/${place.center}`}>{place.name}</Link>
        </p>
      )}
    </form>
  );
}

type ScreenField = ConsentScreen['sections'][number]['fields'][number];

const columns: readonly Column<ScreenField>[] = [
  { head: words.field, cell: ({ name }) => <code>{name}</code> },
  { head: words.plain, cell: ({ plain }) => plain },
  { head: words.purpose, cell: ({ purpose }) => purpose },
  { head: words.personal, cell: ({ personal }) => (personal ? words.yes : words.no) },
  { head: words.required, cell: ({ optional }) => (optional ? words.no : words.yes) },
];

function Screen({
  screen: { profile, summary, sections, notes },
}: {
  readonly screen: ConsentScreen;
}): ReactNode {
  return (
    <section className="card consent-screen" id={profile}>
      <h2>
        <code>{profile}</code>
      </h2>
      <p>{summary}</p>
      {sections.length === 0 ? <p>{words.nothing}</p> : null}
      {sections.map(({ kind, plain, kept, fields }) => (
        <section key={kind}>
          <h3>{plain}</h3>
          <p>
            {words.kept} {kept}
          </p>
          <Table
            caption={words.caption(kind, profile)}
            rows={fields}
            keyOf={({ name }) => name}
            columns={columns}
          />
        </section>
      ))}
      {notes.length === 0 ? null : (
        <ul>
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </section>
  );
}
