import { Link, useLocation, useNavigate } from '@tanstack/react-router';
import type { FormEvent, ReactNode } from 'react';
import type { FindingsPage as Data } from '../../../src/contract/findings.ts';
import { Pager } from '../log/Pager.tsx';
import { findings as words } from '../messages/findings.ts';
import { useTwin } from '../twin.ts';
import { Empty, Page } from '../ui/Page.tsx';
import { DifferenceTable, FindingTable, severities, SeverityWord } from './parts.tsx';
import '../log/log.css';
import './findings.css';

type Query = Readonly<Record<string, string>>;

export function FindingsPage(): ReactNode {
  const twin = useTwin<Data>();
  const { searchStr } = useLocation();
  const query: Query = Object.fromEntries(new URLSearchParams(searchStr));
  return (
    <Page title={words.title} lead={words.lead} twin={twin}>
      {(data) => (
        <>
          <Found data={data} query={query} />
          <section>
            <h2>{words.differences}</h2>
            <p className="lead">{words.differencesLead}</p>
            {data.differences.length === 0 ? (
              <Empty title={words.noDifferences}>
                <p>{words.noDifferencesText}</p>
              </Empty>
            ) : (
              <DifferenceTable differences={data.differences} />
            )}
          </section>
        </>
      )}
    </Page>
  );
}

function Found({ data, query }: { readonly data: Data; readonly query: Query }): ReactNode {
  const all = severities.reduce((sum, one) => sum + data.counts[one], 0);
  if (all === 0)
    return (
      <Empty title={words.empty}>
        <p>{words.emptyText}</p>
      </Empty>
    );
  const { page: _page, ...rest } = query;
  return (
    <>
      <ul className="severities">
        {severities.map((one) => (
          <li key={one} className="card">
            <Link to="/findings" search={{ ...rest, severity: one }}>
              <SeverityWord severity={one} />
            </Link>
            <strong>{data.counts[one].toLocaleString('en')}</strong>
            <span className="muted">{words.meanings[one]}</span>
          </li>
        ))}
      </ul>
      <Filter data={data} query={query} />
      {data.total === 0 ? (
        <Empty title={words.none}>
          <p>{words.noneText}</p>
        </Empty>
      ) : (
        <>
          <FindingTable findings={data.findings} total={data.total} />
          <Pager to="/findings" search={rest} page={data.page} pages={data.pages} />
        </>
      )}
    </>
  );
}

function Filter({ data, query }: { readonly data: Data; readonly query: Query }): ReactNode {
  const navigate = useNavigate();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const asked = [...new FormData(event.currentTarget)].filter(([, value]) => value !== '');
    void navigate({ to: '/findings', search: Object.fromEntries(asked) as Query });
  };
  const { filter } = words;
  return (
    <form className="findings-filter" onSubmit={submit} aria-label={filter.label} key={JSON.stringify(query)}>
      <label>
        <span>{filter.severity}</span>
        <select name="severity" defaultValue={query['severity'] ?? ''}>
          <option value="">{filter.any}</option>
          {severities.map((one) => (
            <option key={one} value={one}>
              {words.severities[one]}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{filter.operator}</span>
        <select name="operator" defaultValue={query['operator'] ?? ''}>
          <option value="">{filter.any}</option>
          {data.operators.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </label>
      <button type="submit">{filter.go}</button>
    </form>
  );
}
