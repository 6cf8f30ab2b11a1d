// What is known of each part of the chain: facts with their entries, and beside them what that shows and
// what it does not.

import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { EntryAt, ReleasePage } from '../../../src/contract/releases.ts';
import { rebuilds as rebuildWords, voteMarks } from '../messages/rebuilds.ts';
import { releases as words, type Claim, type Part } from '../messages/releases.ts';
import { Digest } from '../ui/Digest.tsx';
import { Status } from '../ui/Status.tsx';
import { Table } from '../ui/Table.tsx';
import { Time } from '../ui/Time.tsx';
import type { ChainNode } from './chain.ts';

type Fact = readonly [name: string, value: ReactNode];

export function Parts({
  page,
  nodes,
}: {
  readonly page: ReleasePage;
  readonly nodes: readonly ChainNode[];
}): ReactNode {
  return (
    <ol className="parts">
      {nodes.map((node) => (
        <li key={node.part} id={node.part} className={`part part-${node.mark}`}>
          <section aria-labelledby={`${node.part}-title`}>
            <h3 id={`${node.part}-title`}>
              {words.parts[node.part]} <Status mark={node.mark}>{node.state}</Status>
            </h3>
            <div className="part-body">
              <div className="part-facts">{contents[node.part](page)}</div>
              <ClaimBox claim={claimOf(node.part, page)} />
            </div>
          </section>
        </li>
      ))}
    </ol>
  );
}

function ClaimBox({ claim: { shows, limit } }: { readonly claim: Claim }): ReactNode {
  return (
    <aside className="claim">
      <h4>{words.page.shows}</h4>
      <p>{shows}</p>
      <h4>{words.page.limit}</h4>
      <p>{limit}</p>
    </aside>
  );
}

function claimOf(part: Part, page: ReleasePage): Claim {
  if (part === 'witnesses') return words.witnessClaim(page.witnesses.claim);
  if (part === 'publication') return words.publicationClaim(page.publication);
  return words.claims[part];
}

function Facts({ facts }: { readonly facts: readonly Fact[] }): ReactNode {
  return (
    <dl className="facts">
      {facts.map(([name, value], i) => (
        <div key={`${name} ${i}`} className="facts-row">
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function EntryLink({ entry }: { readonly entry: EntryAt | null }): ReactNode {
  if (entry === null) return words.page.notLogged;
  return (
    <>
      <Link to={`/log/entries/${entry.index}`}>{words.page.entry(entry.index)}</Link> {words.page.by}{' '}
      {entry.operator}, {words.page.seen} <Time seconds={entry.seenAt} />
    </>
  );
}

const statedIn = (entry: EntryAt | null): Fact => [
  words.facts.statedIn,
  <EntryLink key="entry" entry={entry} />,
];

const contents: Readonly<Record<Part, (page: ReleasePage) => ReactNode>> = {
  source: ({ source }) => (
    <Facts
      facts={
        source === null
          ? [statedIn(null)]
          : [
              [words.facts.tree, <Digest key="tree" value={source.tree} to={`/source/${source.tree}`} />],
              [words.facts.commit, <Digest key="commit" value={source.gitCommit} />],
              [words.facts.files, `${source.files.toLocaleString('en')}, ${words.bytes(source.bytes)}`],
              statedIn(source),
            ]
      }
    />
  ),
  order: ({ order, materials }) =>
    order === null ? (
      <Facts facts={[statedIn(null)]} />
    ) : (
      <>
        <Facts
          facts={[
            [words.facts.order, <Digest key="order" value={order.id} />],
            [
              words.facts.recipe,
              <span key="recipe">
                {order.recipe.path} <Digest value={order.recipe.sha256} />
              </span>,
            ],
            [
              words.facts.environment,
              `${order.platform}, root ${order.root}, ${order.sandbox ? words.facts.sandboxed : words.facts.unsandboxed}`,
            ],
            [
              words.facts.parameters,
              Object.entries(order.parameters)
                .map(([name, value]) => `${name}=${value}`)
                .join(' ') || words.facts.noParameters,
            ],
            [words.facts.clock, <Time key="clock" seconds={order.clock} exact />],
            [
              words.facts.materials,
              <span key="materials">
                {materials === null
                  ? words.facts.materialsUnknown
                  : words.facts.materialsCount(materials.count, materials.opaque.length)}{' '}
                <Digest value={order.materials} />
              </span>,
            ],
            statedIn(order),
          ]}
        />
        {materials === null || materials.opaque.length === 0 ? null : (
          <Table
            caption={words.facts.opaque}
            rows={materials.opaque}
            keyOf={({ id }) => id}
            columns={[
              { head: words.facts.material, cell: ({ id }) => id },
              { head: words.facts.size, cell: ({ size }) => words.bytes(size), number: true },
              { head: words.check.digest, cell: ({ sha256 }) => <Digest value={sha256} /> },
            ]}
          />
        )}
      </>
    ),
  build: ({ build, artifacts }) => (
    <Facts
      facts={
        build === null
          ? [statedIn(null)]
          : [
              [words.facts.outputs, <Digest key="outputs" value={build.outputs} />],
              ...artifacts.map((one): Fact => [
                one.output,
                <Digest key={one.sha256} value={one.sha256} to={`/log/entries/${one.index}`} />,
              ]),
              [words.facts.builder, <code key="builder">{build.builder}</code>],
              [words.facts.isolation, build.isolation],
              [
                words.facts.finished,
                <span key="finished">
                  <Time seconds={build.finishedOn} exact />, {words.facts.took}{' '}
                  {words.facts.seconds(Math.max(0, build.finishedOn - build.startedOn))}
                </span>,
              ],
              statedIn(build),
            ]
      }
    />
  ),
  log: ({ log, artifacts }) => (
    <Facts
      facts={[
        [
          words.facts.log,
          <Link key="log" to="/log">
            {log.origin}
          </Link>,
        ],
        ...artifacts.map((one): Fact => [
          one.output,
          <span key={one.index}>
            <Link to={`/log/entries/${one.index}`}>{words.facts.covers(one.index, log.size)}</Link>{' '}
            {words.page.by} {one.operator}
          </span>,
        ]),
        [words.facts.root, log.root === null ? words.page.unknown : <Digest key="root" value={log.root} />],
      ]}
    />
  ),
  witnesses: ({ witnesses, log }) => (
    <Facts
      facts={[
        [words.facts.quorum, words.facts.quorumOf(witnesses.quorum)],
        [
          words.facts.witnessTime,
          log.witnessTime === null ? words.page.unknown : <Time key="time" seconds={log.witnessTime} exact />,
        ],
        ...witnesses.operators.map(({ id, name, jurisdiction, part, time }): Fact => [
          id,
          <span key={id}>
            {name}, {jurisdiction}, {part}:{' '}
            {time === null ? (
              <Status mark="warn">{words.facts.notSeen}</Status>
            ) : (
              <>
                <Status mark="ok">{words.facts.cosigned}</Status> <Time seconds={time} />
              </>
            )}
          </span>,
        ]),
      ]}
    />
  ),
  rebuilds: ({ rebuilds, product, channel, sequence }) => (
    <>
      <Facts facts={[[words.facts.threshold, words.facts.thresholdOf(rebuilds.threshold, rebuilds.blind)]]} />
      <Table
        caption={rebuildWords.byOperator}
        rows={rebuilds.votes}
        keyOf={({ operator }) => operator}
        columns={[
          {
            head: rebuildWords.columns.operator,
            cell: ({ name, jurisdiction }) => `${name}, ${jurisdiction}`,
          },
          {
            head: rebuildWords.columns.result,
            cell: ({ result }) => <Status mark={voteMarks[result]}>{rebuildWords.results[result]}</Status>,
          },
          {
            head: rebuildWords.columns.blind,
            cell: ({ blind }) => (blind ? rebuildWords.blind : rebuildWords.notBlind),
          },
          {
            head: rebuildWords.columns.entries,
            cell: (vote) =>
              vote.words.map(({ index }, i) => (
                <span key={index}>
                  {i === 0 ? '' : ', '}
                  <Link to={`/log/entries/${index}`}>{index}</Link>
                </span>
              )),
          },
        ]}
      />
      <p>
        <Link to={`/rebuilds/${product}/${channel}/${sequence}`}>{words.rebuildsLink}</Link>
      </p>
    </>
  ),
  reviews: ({ reviews, findings }) => (
    <Facts
      facts={[
        ...(reviews.length === 0 ? [[words.parts.reviews, words.nodes.noReview] as const] : []),
        ...reviews.map((one): Fact => [
          one.operator,
          <span key={one.index}>
            <EntryLink entry={one} />, {words.facts.sealedBy(one.heldBy)}
          </span>,
        ]),
        ...findings.map((one): Fact => [
          words.facts.findings,
          <span key={one.index}>
            <Link to={`/findings/${one.index}`}>{one.severity}</Link>, <EntryLink entry={one} />,{' '}
            {words.facts.sealedBy(one.heldBy)}
          </span>,
        ]),
      ]}
    />
  ),
  publication: ({ publication: { first, latest }, artifacts }) => (
    <Facts
      facts={[
        ...(first === null
          ? [statedIn(null)]
          : [
              [
                words.facts.announced,
                <span key="first">
                  {words.facts.number(first.seq)}, <Time seconds={first.issuedAt} exact />,{' '}
                  <Link to={`/log/entries/${first.index}`}>{words.page.entry(first.index)}</Link>
                </span>,
              ] as const,
              [words.facts.snapshot, <Digest key="snapshot" value={first.snapshot} />] as const,
            ]),
        ...(latest === null
          ? []
          : [
              [
                words.facts.latest,
                <span key="latest">
                  {words.facts.number(latest.seq)}, <Time seconds={latest.issuedAt} />,{' '}
                  <Link to={`/log/entries/${latest.index}`}>{words.page.entry(latest.index)}</Link>
                </span>,
              ] as const,
              [words.facts.asOf, words.facts.asOfText(latest.asOf)] as const,
            ]),
        [words.facts.offered, offeredWords(artifacts)],
      ]}
    />
  ),
  withdrawal: ({ withdrawals, holds, product, channel }) => (
    <Facts
      facts={[
        ...(withdrawals.length + holds.length === 0
          ? [[words.parts.withdrawal, words.facts.none] as const]
          : []),
        ...withdrawals.map((one): Fact => [
          words.states.withdrawn,
          <span key={one.index}>
            {words.facts.reason} {one.reason}, <Time seconds={one.issuedAt} exact />,{' '}
            <EntryLink entry={one} />
            {one.replacement === null ? null : (
              <>
                , {words.facts.replacement}{' '}
                <Digest
                  value={one.replacement}
                  {...(one.replacedBy === null
                    ? {}
                    : { to: `/releases/${product}/${channel}/${one.replacedBy}` })}
                />
              </>
            )}
          </span>,
        ]),
        ...holds.map(({ index }): Fact => [
          words.facts.held,
          <Link key={index} to={`/log/entries/${index}`}>
            {words.page.entry(index)}
          </Link>,
        ]),
      ]}
    />
  ),
};

function offeredWords(artifacts: ReleasePage['artifacts']): string {
  const all = artifacts.map(({ offered }) => offered);
  if (all.includes(null)) return words.page.unknown;
  if (all.every((one) => one === true)) return words.facts.offeredYes;
  return all.includes(true) ? words.facts.offeredSome : words.facts.offeredNo;
}
