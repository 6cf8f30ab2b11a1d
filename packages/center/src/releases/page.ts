// The twin of a release's page: the facts of the log, and beside them what the repository adds — sizes and
// materials by digest, what is on offer now. Each part that cannot be had is null, with the reason.

import {
  parseMaterials,
  parseOutputs,
  parseTime,
  quorumClaim,
  release as releaseKind,
  isVitrineError,
  type Output,
  type Publication as PublicationPredicate,
} from '@vitrine/evidence';
import { targetPath } from '@vitrine/tuf';
import type { CenterContext } from '../context.ts';
import type { Artifact, EntryAt, Publication, ReleasePage, Sealed } from '../contract/releases.ts';
import type { RepositoryState } from '../repository/watch.ts';
import { shownVotes } from '../rebuilds/shown.ts';
import { fetchCommand, rebuildCommand, verifyCommand, type Place } from './commands.ts';
import { lineOf, type ReleaseFacts } from './facts.ts';
import { subject, type Said } from './ledger.ts';
import { verifierOf } from './verifier.ts';

export function placeOf({ options, origin }: Pick<CenterContext, 'options' | 'origin'>): Place {
  const bare = (address: string): string => address.replace(/\/$/, '');
  return { origin: origin.origin, log: bare(options.log), repository: bare(options.repository) };
}

export async function releasePage(
  context: CenterContext,
  facts: ReleaseFacts,
  all: readonly ReleaseFacts[],
): Promise<ReleasePage> {
  const { policy } = context.options;
  const { order, provenance, published, latest, votes } = facts;
  const place = placeOf(context);
  const offers = context.repository.state();
  const outputs = await outputsOf(context, votes.outputs);
  const publication =
    offers.snapshot === undefined ? undefined : `publication/${offers.snapshot.sha256}.json`;
  const artifacts = facts.artifacts.map((one): Artifact => {
    const shown = artifactOf(one, outputs, offers);
    return {
      ...shown,
      fetch: fetchCommand(place, shown, publication),
      verify: verifyCommand(place, facts, shown, publication),
    };
  });
  const line = all.filter((one) => lineOf(one) === lineOf(facts));
  const at = line.indexOf(facts);
  const finished = provenance?.predicate.runDetails.metadata.finishedOn;
  const { product, channel, sequence, version, platforms, state, holds } = facts;
  return {
    product,
    channel,
    sequence,
    version,
    platforms,
    state,
    vendor: { id: policy.root.vendor, name: policy.operators.get(policy.root.vendor)?.name ?? '' },
    previous: line[at - 1]?.sequence ?? null,
    next: line[at + 1]?.sequence ?? null,
    artifacts,
    source: sourceOf(facts),
    order: orderOf(facts),
    materials: await materialsOf(context, order?.predicate.materials.sha256),
    build: buildOf(facts),
    log: logOf(context, facts),
    witnesses: witnessesOf(context),
    rebuilds: {
      threshold: policy.document.rebuilds.threshold,
      blind: policy.document.rebuilds.blind,
      agreeing: votes.agreeing,
      outputs: votes.outputs ?? null,
      votes: shownVotes(votes, policy),
    },
    reviews: facts.reviews.map(sealedOf),
    findings: facts.findings.map((one) => ({ ...sealedOf(one), severity: one.predicate.severity })),
    publication: {
      first: publicationOf(published),
      latest: publicationOf(latest),
      maxAge: policy.document.freshness.maxAge,
      secondsFromBuild:
        published === undefined || finished === undefined
          ? null
          : Math.max(0, parseTime(published.predicate.issuedAt) - parseTime(finished)),
    },
    withdrawals: facts.withdrawals.map((one) => {
      const { reason, issuedAt, replacement } = one.predicate;
      const other = line.find(({ artifacts: those }) => those.some(({ sha256 }) => sha256 === replacement));
      return {
        ...entryAt(one),
        reason,
        issuedAt: parseTime(issuedAt),
        replacement: replacement ?? null,
        replacedBy: other?.sequence ?? null,
      };
    }),
    holds: holds.map(({ index }) => ({ index })),
    check: {
      publication: publication ?? null,
      rebuild: order === undefined ? null : rebuildCommand(place, order.id),
      verifier: verifierOf(all, offers.targets),
    },
    trouble:
      offers.trouble === undefined ? null : { code: offers.trouble.code, message: offers.trouble.message },
  };
}

export function entryAt({ index, operator, seenAt }: Said<unknown>): EntryAt {
  return { index, operator, seenAt };
}

/** Relative to the repository. */
export function pathOf(one: ReleaseFacts['artifacts'][number]): string {
  return targetPath({ path: targetName(one), sha256: one.sha256 });
}

function targetName({ predicate }: ReleaseFacts['artifacts'][number]): string {
  const { product, channel, platform, output } = predicate;
  return `${product}/${channel}/${platform}/${output}`;
}

function artifactOf(
  one: ReleaseFacts['artifacts'][number],
  outputs: readonly Output[],
  { checkedAt, targets }: RepositoryState,
): Omit<Artifact, 'fetch' | 'verify'> {
  const { platform, output, purl } = one.predicate;
  return {
    ...entryAt(one),
    output,
    platform,
    purl,
    sha256: one.sha256,
    size: outputs.find(({ sha256 }) => sha256 === one.sha256)?.size ?? null,
    path: pathOf(one),
    offered: checkedAt === undefined ? null : targets.get(targetName(one)) === one.sha256,
  };
}

async function outputsOf({ blobs }: CenterContext, sha256: string | undefined): Promise<readonly Output[]> {
  const bytes = sha256 === undefined ? undefined : await blobs.get(sha256);
  return (bytes === undefined ? undefined : readable(() => parseOutputs(bytes).outputs)) ?? [];
}

async function materialsOf(
  { blobs }: CenterContext,
  sha256: string | undefined,
): Promise<ReleasePage['materials']> {
  const bytes = sha256 === undefined ? undefined : await blobs.get(sha256);
  const all = bytes === undefined ? undefined : readable(() => parseMaterials(bytes).materials);
  if (all === undefined) return null;
  const opaque = all.filter((one) => one.opaque);
  return {
    count: all.length,
    opaque: opaque.map(({ id, sha256: digest, size }) => ({ id, sha256: digest, size })),
  };
}

/** Bytes of the right digest may still be no manifest: whoever named them wrote what nobody can read. */
function readable<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (isVitrineError(error)) return undefined;
    throw error;
  }
}

function sourceOf({ source }: ReleaseFacts): ReleasePage['source'] {
  if (source === undefined) return null;
  const { gitCommit, files, bytes } = source.predicate;
  return { ...entryAt(source), tree: subject(source, 'tree'), gitCommit, files, bytes };
}

function orderOf({ order }: ReleaseFacts): ReleasePage['order'] {
  if (order === undefined) return null;
  const { recipe, environment, clock, parameters, materials } = order.predicate;
  return {
    ...entryAt(order),
    id: order.id,
    recipe,
    ...environment,
    clock,
    parameters,
    materials: materials.sha256,
  };
}

function buildOf({ provenance }: ReleaseFacts): ReleasePage['build'] {
  if (provenance === undefined) return null;
  const { buildDefinition, runDetails } = provenance.predicate;
  return {
    ...entryAt(provenance),
    outputs: subject(provenance, 'outputs'),
    builder: runDetails.builder.id,
    isolation: buildDefinition.internalParameters.isolation,
    startedOn: parseTime(runDetails.metadata.startedOn),
    finishedOn: parseTime(runDetails.metadata.finishedOn),
  };
}

function logOf({ log, options }: CenterContext, facts: ReleaseFacts): ReleasePage['log'] {
  const { size, root, witnessTime } = log.state();
  const of = (kind: string, all: readonly (Said<unknown> | undefined)[]) =>
    all.flatMap((one) => (one === undefined ? [] : [{ ...entryAt(one), kind }]));
  const { source, order, provenance, artifacts, votes, published } = facts;
  return {
    origin: options.policy.document.log.origin,
    size,
    root: root ?? null,
    witnessTime: witnessTime ?? null,
    entries: [
      ...of('source', [source]),
      ...of('order', [order]),
      ...of('provenance', [provenance]),
      ...of(
        'rebuild',
        votes.votes.flatMap(({ words }) => words),
      ),
      ...of(releaseKind.kind, artifacts),
      ...of('review', facts.reviews),
      ...of('finding', facts.findings),
      ...of('resolution', facts.resolutions),
      ...of('publication', [published]),
      ...of('withdrawal', facts.withdrawals),
    ].sort((a, b) => a.index - b.index),
  };
}

function witnessesOf({ log, options: { policy } }: CenterContext): ReleasePage['witnesses'] {
  const { quorum, faulty } = policy.document.witnesses;
  const current = log.state().witnesses.filter(({ until }) => until === undefined);
  const operators = [...Map.groupBy(current, ({ operator }) => operator)].map(([id, keys]) => {
    const { name = id, jurisdiction = '', part = '' } = policy.operators.get(id) ?? {};
    const times = keys.flatMap(({ time }) => (time === undefined ? [] : [time]));
    return { id, name, jurisdiction, part, time: times.length === 0 ? null : Math.max(...times) };
  });
  return { quorum, claim: quorumClaim({ size: quorum, faulty }, operators.length), operators };
}

function publicationOf(one: Said<PublicationPredicate> | undefined): Publication | null {
  if (one === undefined) return null;
  const { seq, asOf, issuedAt } = one.predicate;
  return { ...entryAt(one), seq, asOf, issuedAt: parseTime(issuedAt), snapshot: subject(one, 'snapshot') };
}

function sealedOf(
  one: Said<{ readonly commitment: string; readonly heldBy: string; readonly issuedAt: string }>,
): Sealed {
  const { commitment, heldBy, issuedAt } = one.predicate;
  return { ...entryAt(one), commitment, heldBy, issuedAt: parseTime(issuedAt) };
}
