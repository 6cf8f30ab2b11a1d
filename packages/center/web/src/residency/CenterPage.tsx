import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { CenterPage as Data, SealingKeyView } from '../../../src/contract/residency.ts';
import { center as words, keyMarks } from '../messages/residency.ts';
import { useTwin } from '../twin.ts';
import { Digest } from '../ui/Digest.tsx';
import { Page } from '../ui/Page.tsx';
import { Status } from '../ui/Status.tsx';
import { Table, type Column } from '../ui/Table.tsx';
import { Time } from '../ui/Time.tsx';
import { CenterCounts } from './CenterCounts.tsx';
import { DataNav } from './DataNav.tsx';
import { seconds } from './format.ts';
import { Ledger } from './Ledger.tsx';

export function CenterPage(): ReactNode {
  const twin = useTwin<Data>();
  return (
    <Page title={words.title(twin.data?.name ?? '')} lead={words.lead} twin={twin}>
      {(data) => (
        <>
          <DataNav />
          <Facts data={data} />
          <CenterCounts data={data} />
          <h2>{words.sealing.title}</h2>
          <p className="lead">{words.sealing.lead}</p>
          {data.sealingKeys.length === 0 ? (
            <p>
              <Status mark="warn">{words.sealing.none}</Status>
            </p>
          ) : (
            <Table
              caption={words.sealing.caption}
              rows={data.sealingKeys}
              keyOf={({ index }) => index}
              columns={keyColumns}
            />
          )}
          {data.ledgers.map((ledger) => (
            <Ledger key={ledger.purpose} ledger={ledger} />
          ))}
          <p className="muted">{words.ledgers.limit}</p>
        </>
      )}
    </Page>
  );
}

function Facts({ data }: { readonly data: Data }): ReactNode {
  const { facts } = words;
  const { identity, next } = data;
  return (
    <>
      <p>
        <Status mark={data.state === 'in-force' ? 'ok' : data.state === 'announced' ? 'wait' : 'none'}>
          {words.states[data.state]}
        </Status>
      </p>
      <dl className="facts">
        <dt>{facts.stated}</dt>
        <dd>
          <Link to={`/log/entries/${data.stated.index}`}>{facts.version(data.stated.version)}</Link>
        </dd>
        <dt>{facts.id}</dt>
        <dd>
          <code>{data.id}</code>
        </dd>
        <dt>{facts.operator}</dt>
        <dd>
          {data.organisation === null ? null : `${data.organisation}, `}
          <code>{data.operator}</code>
        </dd>
        <dt>{facts.country}</dt>
        <dd>
          {data.countryName} <code>{data.country}</code>
        </dd>
        <dt>{facts.identity}</dt>
        <dd>
          <Digest value={identity.keyid} />{' '}
          <Status mark={identity.state === 'listed' ? 'ok' : 'bad'}>{facts[identity.state]}</Status> (
          <a href="/log/files/policy.json">{facts.trust}</a>)
        </dd>
        <dt>{facts.intake}</dt>
        <dd>
          <ul className="residency-plain">
            {data.intake.map((address) => (
              <li key={address}>
                <code>{address}</code>
              </li>
            ))}
          </ul>
        </dd>
        <dt>{facts.countries}</dt>
        <dd>
          {data.countries.length === 0 ? (
            words.noCountries
          ) : (
            <ul className="residency-codes">
              {data.countries.map(({ code, name }) => (
                <li key={code} title={name}>
                  <code>{code}</code>
                </li>
              ))}
            </ul>
          )}
        </dd>
        {next === null ? null : (
          <>
            <dt>
              <Link to={`/log/entries/${next.index}`}>{words.next(next.version)}</Link> {words.nextFrom}{' '}
              <Time seconds={seconds(next.effective)} exact />
            </dt>
            <dd>
              {words.joins}: {next.joins.length === 0 ? words.nobody : next.joins.join(', ')}; {words.leaves}:{' '}
              {next.leaves.length === 0 ? words.nobody : next.leaves.join(', ')}
            </dd>
          </>
        )}
      </dl>
    </>
  );
}

const { sealing } = words;
const keyColumns: readonly Column<SealingKeyView>[] = [
  { head: sealing.key, cell: ({ id }) => <Digest value={id} /> },
  {
    head: sealing.state,
    cell: ({ state }) => <Status mark={keyMarks[state]}>{sealing.states[state]}</Status>,
  },
  { head: sealing.from, cell: ({ notBefore }) => <Time seconds={seconds(notBefore)} exact /> },
  { head: sealing.until, cell: ({ notAfter }) => <Time seconds={seconds(notAfter)} exact /> },
  { head: sealing.grace, cell: ({ graceUntil }) => <Time seconds={seconds(graceUntil)} exact /> },
  { head: sealing.policy, cell: ({ policy }) => policy, number: true },
  {
    head: sealing.entry,
    cell: ({ index }) => <Link to={`/log/entries/${index}`}>{index}</Link>,
    number: true,
  },
];
