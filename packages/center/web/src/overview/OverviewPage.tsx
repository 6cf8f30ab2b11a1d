import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Group, Overview, OverviewTile } from '../../../src/contract/overview.ts';
import { overview as words } from '../messages/overview.ts';
import { releases as releaseWords, stateMarks } from '../messages/releases.ts';
import { useTwin } from '../twin.ts';
import { Page } from '../ui/Page.tsx';
import { Status } from '../ui/Status.tsx';
import { Table } from '../ui/Table.tsx';
import { Tile } from '../ui/Tile.tsx';
import { Time } from '../ui/Time.tsx';
import './overview.css';

export function OverviewPage(): ReactNode {
  const twin = useTwin<Overview>();
  return (
    <Page title={words.title} twin={twin}>
      {(data) => <Contents {...data} />}
    </Page>
  );
}

/** What needs somebody first; what is empty last. */
const order: readonly Group[] = ['late', 'open', 'proven'];

function Contents({ vendor, log, tiles, releases, verifier }: Overview): ReactNode {
  const of = (group: Group): readonly OverviewTile[] => tiles.filter((one) => one.group === group);
  return (
    <>
      <p className="lead">{words.lead(vendor, log.size)}</p>
      <ul
        className="overview-summary"
        aria-label={words.summary(of('proven').length, of('open').length, of('late').length)}
      >
        {(['proven', 'open', 'late'] as const).map((group) => (
          <li key={group} className={`overview-${group}`}>
            <a href={`#${group}`}>
              <strong>{of(group).length}</strong> {words.sections[group][0]}
            </a>
          </li>
        ))}
      </ul>
      {order
        .toSorted((a, b) => Number(of(a).length === 0) - Number(of(b).length === 0))
        .map((group) => (
          <section key={group} id={group} aria-labelledby={`${group}-title`}>
            <h2 id={`${group}-title`}>{words.sections[group][0]}</h2>
            <p className="lead">{words.sections[group][1]}</p>
            {of(group).length === 0 ? (
              <p>
                <Status mark="ok">{group === 'late' ? words.nothingLate : words.nothingOpen}</Status>
              </p>
            ) : (
              <div className="tiles">
                {of(group).map((tile, i) => (
                  <One key={`${tile.topic} ${tile.about} ${tile.detail} ${i}`} tile={tile} />
                ))}
              </div>
            )}
          </section>
        ))}
      <section aria-labelledby="newest-title">
        <h2 id="newest-title">{words.newest}</h2>
        <Table
          caption={words.newest}
          rows={releases}
          keyOf={({ product, channel }) => `${product}/${channel}`}
          columns={[
            {
              head: words.release,
              cell: ({ product, channel, sequence, version }) => (
                <Link to={`/releases/${product}/${channel}/${sequence}`}>
                  {product} {version}
                </Link>
              ),
            },
            { head: words.channel, cell: ({ channel }) => channel },
            {
              head: words.state,
              cell: ({ state }) => {
                const known = state as keyof typeof stateMarks;
                return <Status mark={stateMarks[known]}>{releaseWords.states[known]}</Status>;
              },
            },
            {
              head: words.rebuilt,
              cell: ({ agreeing, threshold }) => releaseWords.ofAsked(agreeing, threshold),
            },
            { head: words.seen, cell: ({ seenAt }) => <Time seconds={seenAt} /> },
          ]}
        />
      </section>
      <section className="card overview-limits" aria-labelledby="limits-title">
        <h2 id="limits-title">{words.limitsTitle}</h2>
        <ul>
          {words.limits.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
        <p>
          {words.trust} {verifier === null ? null : <Link to={verifier}>{words.verifier}</Link>}
        </p>
      </section>
    </>
  );
}

function One({ tile }: { readonly tile: OverviewTile }): ReactNode {
  const { title, text } = words.tile(tile);
  return (
    <Tile mark={tile.mark} word={words.mark[tile.mark]} title={title} to={tile.to}>
      <p>{text}</p>
      {tile.at === null ? null : (
        <p className="tile-time">
          {words.when(tile.topic)} <Time seconds={tile.at} />
        </p>
      )}
    </Tile>
  );
}
