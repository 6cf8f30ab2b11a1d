import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { RebuildRow, RebuildWord, ReleaseRebuilds, Vote } from '../../../src/contract/rebuilds.ts';
import { rebuilds as words, voteMarks } from '../messages/rebuilds.ts';
import { releases as releaseWords } from '../messages/releases.ts';
import { useTwin } from '../twin.ts';
import { Command } from '../ui/Copy.tsx';
import { Digest } from '../ui/Digest.tsx';
import { Empty, Page } from '../ui/Page.tsx';
import { Status } from '../ui/Status.tsx';
import { Table } from '../ui/Table.tsx';
import { absolute, Time } from '../ui/Time.tsx';
import './rebuilds.css';

export function ReleaseRebuildsPage(): ReactNode {
  const { product = '', sequence = '' } = useParams({ strict: false });
  const twin = useTwin<ReleaseRebuilds>();
  return (
    <Page title={words.page.title(product, twin.data?.version ?? sequence)} twin={twin}>
      {(data) => (
        <>
          <p className="lead">{words.lead(data.threshold, data.blind)}</p>
          <p>
            <Link className="button" to={`/releases/${data.product}/${data.channel}/${data.sequence}`}>
              ← {words.page.back}
            </Link>
          </p>
          {data.order === null ? (
            <Empty title={words.page.noOrder} />
          ) : (
            <Contents data={data} order={data.order} />
          )}
        </>
      )}
    </Page>
  );
}

type Said = RebuildWord & Pick<Vote, 'operator' | 'name'>;

function Contents({
  data,
  order,
}: {
  readonly data: ReleaseRebuilds;
  readonly order: RebuildRow;
}): ReactNode {
  const said: readonly Said[] = order.votes
    .flatMap(({ operator, name, words: all }) => all.map((word) => ({ ...word, operator, name })))
    .sort((a, b) => a.index - b.index);
  const differing = said.filter((word) => word.outputs !== null && order.outputs !== null && !word.agrees);
  return (
    <>
      <dl className="facts">
        <dt>{words.columns.order}</dt>
        <dd>
          <Digest value={order.order} to={`/log/entries/${order.index}`} />
        </dd>
        <dt>{words.page.outputs}</dt>
        <dd>{order.outputs === null ? words.nothingYet : <Digest value={order.outputs} />}</dd>
        <dt>{words.page.agreeing}</dt>
        <dd>{releaseWords.ofAsked(order.agreeing, data.threshold)}</dd>
      </dl>
      <ul className="rebuilds-cards">
        {order.votes.map(({ operator, name, jurisdiction, result, blind }) => (
          <li key={operator} className="card">
            <strong>
              {name}, {jurisdiction}
            </strong>
            <Status mark={voteMarks[result]}>{words.results[result]}</Status>
            {result === 'reproduced' ? <span>{blind ? words.blind : words.notBlind}</span> : null}
          </li>
        ))}
      </ul>
      <Table
        caption={words.page.words}
        rows={said}
        keyOf={({ index }) => index}
        columns={[
          {
            head: words.columns.entry,
            cell: ({ index }) => <Link to={`/log/entries/${index}`}>{index}</Link>,
          },
          { head: words.columns.operator, cell: ({ name }) => name },
          { head: words.columns.said, cell: ({ result }) => result },
          {
            head: words.columns.compared,
            cell: ({ outputs, agrees }) =>
              outputs === null ? (
                <Status mark="warn">{words.noOutputs}</Status>
              ) : order.outputs === null ? (
                <Status mark="info">{words.nothingYet}</Status>
              ) : (
                <Status mark={agrees ? 'ok' : 'bad'}>{agrees ? words.same : words.other}</Status>
              ),
          },
          { head: words.columns.blind, cell: ({ blind }) => (blind ? words.blind : words.notBlind) },
          {
            head: words.columns.digest,
            cell: ({ outputs }) => (outputs === null ? '' : <Digest value={outputs} />),
          },
          { head: words.columns.isolation, cell: ({ isolation }) => isolation },
          { head: words.columns.finished, cell: ({ finishedOn }) => <Time seconds={finishedOn} exact /> },
        ]}
      />
      <h2>{words.page.differences}</h2>
      {differing.length === 0 ? (
        <p>
          <Status mark="ok">{words.page.noDifferences}</Status>
        </p>
      ) : (
        <Table
          caption={words.page.differences}
          rows={differing}
          keyOf={({ index }) => index}
          columns={[
            {
              head: words.columns.entry,
              cell: ({ index }) => <Link to={`/log/entries/${index}`}>{index}</Link>,
            },
            { head: words.columns.operator, cell: ({ name }) => name },
            {
              head: words.columns.difference,
              cell: ({ difference }) =>
                difference === null ? (
                  words.other
                ) : (
                  <>
                    {words.sealed(difference.heldBy)} <Digest value={difference.commitment} />
                  </>
                ),
            },
            {
              head: words.columns.answer,
              cell: ({ resolution, seenAt }) =>
                resolution === null ? (
                  words.noAnswer(absolute(seenAt + data.resolutionDeadline))
                ) : (
                  <>
                    <Status mark={resolution.outcome === 'cleared' ? 'warn' : 'bad'}>
                      {words.outcomes[resolution.outcome]}
                    </Status>{' '}
                    {resolution.operator},{' '}
                    <Link to={`/log/entries/${resolution.index}`}>{resolution.index}</Link>
                  </>
                ),
            },
          ]}
        />
      )}
      {data.command === null ? null : (
        <>
          <h2>{words.page.self}</h2>
          <p>{words.page.selfText}</p>
          <Command text={data.command} />
        </>
      )}
      <p className="lead">{words.page.limit}</p>
    </>
  );
}
