// What the log says about one release: the chain from its source to its withdrawal, and its state. Nothing
// here is believed from the repository; who offers what is another question (repository.ts).

import {
  finding,
  order as orderKind,
  provenance as provenanceKind,
  publication as publicationKind,
  rebuild as rebuildKind,
  release as releaseKind,
  resolution as resolutionKind,
  review as reviewKind,
  source as sourceKind,
  withdrawal as withdrawalKind,
  type Negative,
  type Order,
  type Provenance,
  type Publication,
  type Release,
  type Resolution,
  type Sealed,
  type Source,
  type TrustPolicy,
  type Withdrawal,
} from '@vitrine/evidence';
import type { ReleaseState } from '../contract/releases.ts';
import { votesOn, type Ballot, type Votes } from '../rebuilds/votes.ts';
import { subject, type Ledger, type Said } from './ledger.ts';

export interface ReleaseFacts {
  readonly product: string;
  readonly channel: string;
  readonly sequence: number;
  readonly version: string;
  readonly platforms: readonly string[];
  readonly state: ReleaseState;
  /** One for each output, by path. */
  readonly artifacts: readonly (Said<Release> & { readonly sha256: string })[];
  readonly order: Said<Order> | undefined;
  readonly source: Said<Source> | undefined;
  /** The latest one: what rebuilds are compared with (D14). */
  readonly provenance: Said<Provenance> | undefined;
  readonly votes: Votes;
  readonly resolutions: readonly Said<Resolution>[];
  readonly reviews: readonly Said<Sealed>[];
  readonly findings: readonly Said<Sealed & { readonly severity: string }>[];
  readonly withdrawals: readonly Said<Withdrawal>[];
  readonly holds: readonly Negative[];
  /** The first publication that covers the release, and the newest of all. */
  readonly published: Said<Publication> | undefined;
  readonly latest: Said<Publication> | undefined;
}

export const lineOf = ({ product, channel }: { product: string; channel: string }): string =>
  `${product}/${channel}`;

/** Ascending by product, channel and sequence. */
export async function releaseFacts(ledger: Ledger, policy: TrustPolicy): Promise<readonly ReleaseFacts[]> {
  const active = await ledger.active();
  const groups = Map.groupBy(ledger.of(releaseKind), ({ predicate }) =>
    JSON.stringify([predicate.product, predicate.channel, predicate.sequence]),
  );
  const facts = [...groups.values()].map((releases) => factsOf(releases, ledger, policy, active));
  const newest = new Map<string, number>();
  for (const { state, sequence, ...one } of facts) {
    if (state === 'published') newest.set(lineOf(one), Math.max(newest.get(lineOf(one)) ?? 0, sequence));
  }
  return facts
    .map((one) =>
      one.state === 'published' && one.sequence < (newest.get(lineOf(one)) ?? 0)
        ? { ...one, state: 'superseded' as const }
        : one,
    )
    .sort(
      (a, b) => compare(a.product, b.product) || compare(a.channel, b.channel) || a.sequence - b.sequence,
    );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function factsOf(
  releases: readonly Said<Release>[],
  ledger: Ledger,
  policy: TrustPolicy,
  active: readonly Negative[],
): ReleaseFacts {
  const first = releases[0] as Said<Release>;
  const { product, channel, sequence, version, order: orderId } = first.predicate;
  const artifacts = releases
    .map((one) => ({ ...one, sha256: subject(one, 'artifact') }))
    .sort((a, b) => compare(a.predicate.output, b.predicate.output));
  const digests = new Set(artifacts.map(({ sha256 }) => sha256));
  const order = ledger.of(orderKind).find(({ id }) => id === orderId);
  const source = ledger.of(sourceKind).find(({ id }) => id === order?.predicate.source);
  const tree = source === undefined ? '' : subject(source, 'tree');
  const provenance = ledger
    .of(provenanceKind)
    .findLast(({ predicate }) => predicate.buildDefinition.externalParameters.order === orderId);
  const publications = ledger.of(publicationKind);
  const last = Math.max(...artifacts.map(({ index }) => index));
  const published = publications.find(
    ({ predicate }) => predicate.asOf > last && Object.hasOwn(predicate.roles, `${product}-${channel}`),
  );
  const holds = active.filter(({ kind, about }) => kind === 'hold' && about === orderId);
  const withdrawals = ledger.of(withdrawalKind).filter((one) => digests.has(subject(one, 'artifact')));
  const statementIds = new Set([orderId, ...releases.map(({ id }) => id), tree, ...digests]);
  return {
    product,
    channel,
    sequence,
    version,
    platforms: [...new Set(releases.map(({ predicate }) => predicate.platform))].sort(),
    artifacts,
    order,
    source,
    provenance,
    votes: votesOn(ballotOn(ledger, orderId, order?.predicate.environment.sandbox ?? false), policy),
    resolutions: ledger.of(resolutionKind).filter((one) => subject(one, 'order') === orderId),
    reviews: ledger.of(reviewKind).filter((one) => tree !== '' && subject(one, 'tree') === tree),
    findings: ledger.of(finding).filter((one) => statementIds.has(subject(one, 'about'))),
    withdrawals,
    holds,
    published,
    latest: publications.at(-1),
    state:
      withdrawals.length > 0
        ? 'withdrawn'
        : holds.length > 0
          ? 'held'
          : published === undefined
            ? 'announced'
            : 'published',
  };
}

export function ballotOn(ledger: Ledger, orderId: string, sandbox: boolean): Ballot {
  return {
    orderId,
    sandbox,
    rebuilds: ledger.of(rebuildKind),
    resolutions: ledger.of(resolutionKind),
    provenances: ledger.of(provenanceKind),
  };
}
