import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type {
  ContradictionView,
  SupervisorView,
  WitnessesPage as Data,
  WitnessView,
} from '../../../src/contract/log.ts';
import { log } from '../messages/log.ts';
import { useTwin } from '../twin.ts';
import { Digest } from '../ui/Digest.tsx';
import { Empty, Page } from '../ui/Page.tsx';
import { Status } from '../ui/Status.tsx';
import { Table } from '../ui/Table.tsx';
import { Time } from '../ui/Time.tsx';
import { LogFacts } from './LogFacts.tsx';
import './log.css';

const words = log.witnesses;

export function WitnessesPage(): ReactNode {
  const twin = useTwin<Data>();
  return (
    <Page title={words.title} lead={words.lead} twin={twin}>
      {(data) => (
        <>
          <LogFacts log={data.log} />
          <p>
            {words.quorum(data.quorum, data.operators)}: {data.claim}.
          </p>
          <Witnesses data={data} />
          <Supervisors supervisors={data.supervisors} />
          <Contradictions found={data.contradictions} />
        </>
      )}
    </Page>
  );
}

function Witnesses({ data: { witnesses, log: view } }: { readonly data: Data }): ReactNode {
  return (
    <Table
      caption={words.caption}
      rows={witnesses}
      keyOf={({ vkey }) => vkey}
      columns={[
        { head: words.operator, cell: ({ organisation }) => organisation },
        { head: words.name, cell: ({ name, vkey }) => <code title={vkey}>{name}</code> },
        { head: words.scheme, cell: ({ scheme }) => scheme },
        {
          head: words.time,
          cell: ({ time }) => (time === null ? words.never : <Time seconds={time} />),
        },
        {
          head: words.lag,
          number: true,
          cell: ({ size }) => (size === null ? null : (view.size - size).toLocaleString('en')),
        },
        { head: words.state, cell: (witness) => <WitnessState witness={witness} size={view.size} /> },
      ]}
    />
  );
}

function WitnessState({
  witness: { current, until, size },
  size: whole,
}: {
  readonly witness: WitnessView;
  readonly size: number;
}): ReactNode {
  if (!current) return <Status mark="none">{words.ended(until ?? 0)}</Status>;
  if (size === null) return <Status mark="warn">{words.never}</Status>;
  return size >= whole ? (
    <Status mark="ok">{words.upToDate}</Status>
  ) : (
    <Status mark="warn">{words.behind(whole - size)}</Status>
  );
}

function Supervisors({ supervisors }: { readonly supervisors: readonly SupervisorView[] }): ReactNode {
  return (
    <section>
      <h2>{words.supervisors}</h2>
      <p className="lead">{words.supervisorsLead}</p>
      {supervisors.length === 0 ? (
        <Empty title={words.noSupervisors}>
          <p>{words.noSupervisorsText}</p>
        </Empty>
      ) : (
        <div className="supervisors">
          {supervisors.map((one) => (
            <Supervisor key={one.url} report={one} />
          ))}
        </div>
      )}
    </section>
  );
}

function Supervisor({ report }: { readonly report: SupervisorView }): ReactNode {
  const { operator, url, reached, trouble, status, statements, unlogged, signed, signedCount } = report;
  return (
    <article className="card">
      <h3>{operator}</h3>
      {trouble === null ? null : (
        <p role="alert">
          <Status mark="warn">{words.trouble}</Status> {trouble.message} (<code>{trouble.code}</code>,{' '}
          {words.since} <Time seconds={trouble.since} />)
        </p>
      )}
      <dl className="facts">
        <dt>{words.address}</dt>
        <dd>
          <code>{url}</code>
        </dd>
        <dt>{words.reached}</dt>
        <dd>{reached === null ? words.notReached : <Time seconds={reached} />}</dd>
        <dt>{words.statements}</dt>
        <dd>
          {statements.toLocaleString('en')}{' '}
          {unlogged.length > 0 ? (
            <Status mark="bad">{words.missing(unlogged.length)}</Status>
          ) : statements > 0 ? (
            <Status mark="ok">{words.allLogged}</Status>
          ) : null}
        </dd>
        <dt>{words.signed}</dt>
        <dd>{signedCount.toLocaleString('en')}</dd>
        {status === null ? null : <StatusFacts status={status} />}
      </dl>
      {unlogged.length === 0 ? null : (
        <Table
          caption={words.missingCaption}
          rows={unlogged}
          keyOf={({ id }) => id}
          columns={[
            { head: words.statement, cell: ({ id }) => <Digest value={id} /> },
            { head: words.kind, cell: ({ kind }) => kind },
            { head: words.firstSeen, cell: ({ seen }) => <Time seconds={seen} /> },
          ]}
        />
      )}
      {signed.length === 0 ? null : (
        <details>
          <summary>{words.signedCaption}</summary>
          <Table
            caption={words.signedCaption}
            rows={signed}
            keyOf={({ role, version }) => `${role} ${version}`}
            columns={[
              { head: words.role, cell: ({ role }) => role },
              { head: words.version, cell: ({ version }) => version, number: true },
              { head: words.digest, cell: ({ sha256 }) => <Digest value={sha256} /> },
              { head: words.at, cell: ({ at }) => <Time seconds={Date.parse(at) / 1_000} /> },
            ]}
          />
        </details>
      )}
    </article>
  );
}

const severities = ['critical', 'major', 'minor', 'note'] as const;

function StatusFacts({ status }: { readonly status: NonNullable<SupervisorView['status']> }): ReactNode {
  const peers = Object.entries(status.peers);
  return (
    <>
      <dt>{words.view}</dt>
      <dd>
        {words.viewSize(status.logSize ?? 0)}
        {status.logTrouble === null ? null : (
          <>
            {' '}
            <Status mark="warn">{status.logTrouble}</Status>
          </>
        )}
      </dd>
      <dt>{words.isolation}</dt>
      <dd>
        {status.isolation}, {words.node} {status.node}
      </dd>
      <dt>{words.findings}</dt>
      <dd>{severities.map((one) => `${status.findings[one]} ${one}`).join(', ')}</dd>
      {peers.length === 0 ? null : (
        <>
          <dt>{words.peers}</dt>
          <dd>{peers.map(([url, why]) => `${url}: ${why}`).join('; ')}</dd>
        </>
      )}
    </>
  );
}

function Contradictions({ found }: { readonly found: readonly ContradictionView[] }): ReactNode {
  return (
    <section>
      <h2>{words.contradictions}</h2>
      <p className="lead">{words.contradictionsLead}</p>
      {found.length === 0 ? (
        <Empty title={words.noContradictions}>
          <p>{words.noContradictionsText}</p>
        </Empty>
      ) : (
        found.map(({ id, code, message, from, seenAt, ours, theirs }) => (
          <article key={id} className="card contradiction">
            <h3>
              <Status mark={code === 'reader.fork' ? 'bad' : 'warn'}>{words.codes[code]}</Status>{' '}
              <Time seconds={seenAt} />
            </h3>
            <p>{message}</p>
            <dl className="facts">
              <dt>{words.from}</dt>
              <dd>
                <code>{from}</code>
              </dd>
              <dt>{words.ours}</dt>
              <dd>
                {words.tree(ours.size, ours.root.slice(0, 16))}{' '}
                <a href={`/log/contradictions/${id}/ours`} download>
                  {words.downloadOurs}
                </a>
              </dd>
              <dt>{words.theirs}</dt>
              <dd>
                {words.tree(theirs.size, theirs.root.slice(0, 16))}{' '}
                <a href={`/log/contradictions/${id}/theirs`} download>
                  {words.downloadTheirs}
                </a>
              </dd>
            </dl>
          </article>
        ))
      )}
      <p>
        <Link to="/log">{log.entry.back}</Link>
      </p>
    </section>
  );
}
