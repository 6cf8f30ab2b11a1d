// The chain from the artifact back to its source: release → order → source, provenance.

import { quote } from '../bytes.ts';
import { fail } from '../codes.ts';
import type { EvidenceFile } from '../documents/evidence-file.ts';
import { outputsDigest, sameDigest } from '../documents/outputs.ts';
import { order, type Order } from '../predicates/order.ts';
import { provenance, type Provenance } from '../predicates/provenance.ts';
import { release, type Release } from '../predicates/release.ts';
import { source, type Source } from '../predicates/source.ts';
import type { Sha256 } from '../sha256.ts';
import { subjectOf } from '../statement.ts';
import type { Claim, Claims } from './claims.ts';
import { mostLines } from './state.ts';
import type { Finding } from './trial.ts';

/** What the endpoint wanted (D7); an absent member is not checked. */
export interface Expected {
  readonly product?: string | undefined;
  readonly channel?: string | undefined;
  readonly platform?: string | undefined;
  readonly minSequence?: number | undefined;
}

/** `accepted`: by product/channel, the highest sequence accepted before: a lower bound from now on. */
export function requireRelease(
  claims: Claims,
  artifact: string,
  expected: Expected,
  accepted: Readonly<Record<string, number>>,
): Finding<Claim<Release>> {
  // One artifact may be released to several channels, and again under a higher sequence (D26).
  const isThis = ({ statement }: Claim<Release>): boolean => subjectOf(statement, 'artifact') === artifact;
  const claim =
    claims.of(release).findLast((one) => isThis(one) && unexpected(one, expected) === undefined) ??
    claims.require(release, isThis, 'for this artifact');
  const objection = unexpected(claim, expected);
  if (objection !== undefined) throw fail('verdict.expected', objection);
  const { purl, product, channel, platform, version, sequence } = claim.statement.predicate;
  const line = `${product}/${channel}`;
  const least = Math.max(
    expected.minSequence ?? 1,
    Object.hasOwn(accepted, line) ? (accepted[line] as number) : 1,
  );
  if (!Object.hasOwn(accepted, line) && Object.keys(accepted).length >= mostLines)
    throw fail(
      'verdict.state-full',
      `${mostLines} lines of products are remembered already; ${line} is one more`,
    );
  if (sequence < least)
    throw fail('verdict.sequence', `sequence ${sequence} of ${line} is below ${least}: an older release`);
  if (!purl.endsWith(`/${product}@${version}`))
    throw fail(
      'verdict.chain',
      `the release of ${product} ${version} carries the package URL ${quote(purl)}`,
    );
  return { value: claim, detail: `${product} ${version}, ${channel}, ${platform}, sequence ${sequence}` };
}

function unexpected({ statement }: Claim<Release>, expected: Expected): string | undefined {
  for (const name of ['product', 'channel', 'platform'] as const) {
    const wanted = expected[name];
    const found = statement.predicate[name];
    if (wanted !== undefined && found !== wanted)
      return `expected the ${name} "${wanted}"; the artifact was released as "${found}"`;
  }
  return undefined;
}

export function requireOrder(claims: Claims, { statement }: Claim<Release>): Finding<Claim<Order>> {
  const { order: id, product, version, platform } = statement.predicate;
  const claim = claims.require(
    order,
    ({ statementId }) => statementId === id,
    `with the identifier ${id.slice(0, 16)}… that the release names`,
  );
  const predicate = claim.statement.predicate;
  if (predicate.product !== product || predicate.version !== version) {
    throw fail(
      'verdict.chain',
      `the order builds ${predicate.product} ${predicate.version}, the release is ${product} ${version}`,
    );
  }
  if (platform !== 'any' && platform !== predicate.environment.platform) {
    throw fail(
      'verdict.chain',
      `the order builds for ${predicate.environment.platform}, the release is for ${platform}`,
    );
  }
  return {
    value: claim,
    detail: `${id.slice(0, 16)}…, recipe ${predicate.recipe.path}, ${predicate.environment.platform}, entry ${claim.index}`,
  };
}

export function requireSource(claims: Claims, ordered: Claim<Order>): Finding<Claim<Source>> {
  const tree = subjectOf(ordered.statement, 'tree') ?? '';
  const claim = claims.require(
    source,
    ({ statement, statementId }) =>
      statementId === ordered.statement.predicate.source &&
      sameDigest(subjectOf(statement, 'tree') ?? '', tree),
    'for the tree that the order names',
  );
  const { files, gitCommit, product } = claim.statement.predicate;
  if (product !== ordered.statement.predicate.product)
    throw fail(
      'verdict.chain',
      `the source is of "${product}", the order builds "${ordered.statement.predicate.product}"`,
    );
  return {
    value: claim,
    detail: `tree ${tree.slice(0, 16)}…, ${files} files, commit ${gitCommit.slice(0, 12)}, entry ${claim.index}`,
  };
}

export function requireProvenance(
  claims: Claims,
  file: EvidenceFile,
  released: Claim<Release>,
  ordered: Claim<Order>,
  sha256?: Sha256,
): Finding<Claim<Provenance>> {
  const outputs = outputsDigest(file.outputs, sha256);
  const claim = claims.require(
    provenance,
    ({ statement }) => statement.predicate.buildDefinition.externalParameters.order === ordered.statementId,
    'for this order',
  );
  const { buildDefinition, runDetails } = claim.statement.predicate;
  if (!sameDigest(subjectOf(claim.statement, 'outputs') ?? '', outputs)) {
    throw fail('verdict.chain', 'the provenance is about other outputs than the manifest in the evidence');
  }
  if (runDetails.builder.id !== claim.key.builder) {
    throw fail(
      'verdict.builder',
      `the provenance names the builder ${runDetails.builder.id}; its key is for ${String(claim.key.builder)}`,
    );
  }
  const [materials, tree] = buildDefinition.resolvedDependencies;
  if (
    !sameDigest(tree?.digest.sha256 ?? '', subjectOf(ordered.statement, 'tree') ?? '') ||
    !sameDigest(materials?.digest.sha256 ?? '', ordered.statement.predicate.materials.sha256)
  ) {
    throw fail('verdict.chain', 'the provenance names other source or materials than the order');
  }
  const { isolation } = buildDefinition.internalParameters;
  if (ordered.statement.predicate.environment.sandbox && isolation === 'none') {
    throw fail('verdict.isolation', 'the order asks for a sandbox; the provenance says isolation none');
  }
  requireListed(file, released);
  return {
    value: claim,
    detail: `${runDetails.builder.id}, isolation ${isolation}, outputs ${outputs.slice(0, 16)}…, entry ${claim.index}`,
  };
}

function requireListed({ outputs, artifact }: EvidenceFile, { statement }: Claim<Release>): void {
  const { output } = statement.predicate;
  const listed = outputs.outputs.find(({ path }) => path === output);
  if (listed === undefined || !sameDigest(listed.sha256, artifact.sha256) || listed.size !== artifact.size) {
    throw fail('verdict.chain', `the outputs do not list this artifact as "${output}"`);
  }
}
