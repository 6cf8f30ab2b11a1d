// What the log says about each release, gathered for people: by whom, in which entry, and whether it is
// still to be installed. Statements by keys that the policy does not list are not mentioned.

import {
  isValidAt,
  order as orderKind,
  provenance as provenanceKind,
  publication as publicationKind,
  rebuild as rebuildKind,
  release as releaseKind,
  resolution as resolutionKind,
  source as sourceKind,
  subjectOf,
  withdrawal as withdrawalKind,
  type Kind,
  type Negative,
  type Order,
  type Provenance,
  type Publication,
  type Rebuild,
  type Release,
  type Resolution,
  type Source,
  type TrustPolicy,
  type Withdrawal,
} from '@vitrine/evidence';
import type { Repository } from '@vitrine/tuf/repository';
import type { EntryOf, Ledger } from '../ledger.ts';

/** A statement with the operator whose key signed it. */
export type Said<Predicate> = EntryOf<Predicate> & { readonly operator: string };

export type ReleaseState = 'open' | 'published' | 'superseded' | 'held' | 'withdrawn';

export interface ReleaseFacts {
  readonly product: string;
  readonly channel: string;
  readonly sequence: number;
  readonly platforms: readonly string[];
  readonly version: string;
  readonly state: ReleaseState;
  /** One for each output, by path. */
  readonly artifacts: readonly (Said<Release> & { readonly sha256: string })[];
  readonly order: Said<Order> | undefined;
  readonly source: Said<Source> | undefined;
  readonly provenance: Said<Provenance> | undefined;
  readonly rebuilds: readonly Said<Rebuild>[];
  readonly resolutions: readonly Said<Resolution>[];
  readonly withdrawals: readonly Said<Withdrawal>[];
  /** The first publication that covers the release, and the last one. */
  readonly published: Said<Publication> | undefined;
  readonly latest: Said<Publication> | undefined;
  readonly negatives: readonly Negative[];
}

/** Ascending by product, channel and sequence. `repository`: what is on offer now. */
export async function releaseFacts(
  ledger: Ledger,
  policy: TrustPolicy,
  repository: Repository,
): Promise<readonly ReleaseFacts[]> {
  const active = await ledger.active(policy);
  const groups = Map.groupBy(said(ledger, policy, releaseKind), ({ predicate }) =>
    JSON.stringify([predicate.product, predicate.channel, predicate.sequence]),
  );
  const facts: ReleaseFacts[] = [];
  for (const releases of groups.values())
    facts.push(await factsOf(releases, ledger, policy, repository, active));
  return facts.sort(
    (a, b) =>
      a.product.localeCompare(b.product, 'en') ||
      a.channel.localeCompare(b.channel, 'en') ||
      a.sequence - b.sequence,
  );
}

/** Statements of a kind by keys that the policy lists for it at their place (D10). */
function said<Predicate>(
  ledger: Ledger,
  policy: TrustPolicy,
  kind: Kind<Predicate>,
): readonly Said<Predicate>[] {
  const { origin } = policy.document.log;
  return ledger.of(kind).flatMap((entry) => {
    const key = policy.keys.get(entry.envelope.signatures[0]?.keyid ?? '');
    const counts =
      key !== undefined &&
      key.role === kind.role &&
      isValidAt(key, { origin, index: entry.index }, policy.place);
    return counts ? [{ ...entry, operator: key.operator }] : [];
  });
}

async function factsOf(
  releases: readonly Said<Release>[],
  ledger: Ledger,
  policy: TrustPolicy,
  repository: Repository,
  active: readonly Negative[],
): Promise<ReleaseFacts> {
  const { product, channel, sequence, version, order: orderId } = (releases[0] as Said<Release>).predicate;
  const artifacts = releases
    .map((one) => ({ ...one, sha256: subjectOf(one.statement, 'artifact') ?? '' }))
    .sort((a, b) => (a.predicate.output < b.predicate.output ? -1 : 1));
  const digests = new Set(artifacts.map(({ sha256 }) => sha256));
  const order = said(ledger, policy, orderKind).find(({ id }) => id === orderId);
  const publications = said(ledger, policy, publicationKind);
  const last = Math.max(...artifacts.map(({ index }) => index));
  const negatives = active.filter(({ about }) => about === orderId || digests.has(about));
  const published = publications.find(
    ({ predicate }) => predicate.asOf > last && Object.hasOwn(predicate.roles, `${product}-${channel}`),
  );
  return {
    product,
    channel,
    sequence,
    platforms: [...new Set(releases.map(({ predicate }) => predicate.platform))].sort(),
    version,
    artifacts,
    order,
    source: said(ledger, policy, sourceKind).find(({ id }) => id === order?.predicate.source),
    provenance: said(ledger, policy, provenanceKind).find(
      ({ predicate }) => predicate.buildDefinition.externalParameters.order === orderId,
    ),
    rebuilds: said(ledger, policy, rebuildKind).filter(({ predicate }) => predicate.order === orderId),
    resolutions: said(ledger, policy, resolutionKind).filter(
      ({ statement }) => subjectOf(statement, 'order') === orderId,
    ),
    withdrawals: said(ledger, policy, withdrawalKind).filter(({ statement }) =>
      digests.has(subjectOf(statement, 'artifact') ?? ''),
    ),
    published,
    latest: published === undefined ? undefined : publications.at(-1),
    negatives,
    state: await stateOf(repository, `${product}-${channel}`, { artifacts, published, negatives }),
  };
}

async function stateOf(
  repository: Repository,
  role: string,
  { artifacts, published, negatives }: Pick<ReleaseFacts, 'artifacts' | 'published' | 'negatives'>,
): Promise<ReleaseState> {
  if (negatives.some(({ kind }) => kind === 'withdrawal')) return 'withdrawn';
  if (negatives.length > 0) return 'held';
  if (published === undefined) return 'open';
  const offered = new Set(
    [...((await repository.current(role))?.signed.targets.values() ?? [])].map(({ sha256 }) => sha256),
  );
  return artifacts.every(({ sha256 }) => offered.has(sha256)) ? 'published' : 'superseded';
}
