// The vote of the rebuilders (D14): the latest statement per operator and order; `cannot-build` says
// nothing. Digests are compared here; the word in a statement never makes a match. Other bytes, or the
// word `differs`, make a hold that only a supervisor's resolution ends, not the operator's next vote.

import { fail } from '../codes.ts';
import { sameDigest } from '../documents/outputs.ts';
import type { TrustPolicy } from '../policy/load.ts';
import type { Order } from '../predicates/order.ts';
import { provenance as provenanceKind, type Provenance } from '../predicates/provenance.ts';
import { rebuild, type Rebuild } from '../predicates/rebuild.ts';
import { resolution } from '../predicates/resolution.ts';
import { withdrawal } from '../predicates/withdrawal.ts';
import { subjectOf } from '../statement.ts';
import type { Claim, Claims } from './claims.ts';
import type { Finding } from './trial.ts';

export function requireRebuilds(
  claims: Claims,
  ordered: Claim<Order>,
  provenance: Claim<Provenance>,
  { document }: TrustPolicy,
): Finding<undefined> {
  const { threshold, blind } = document.rebuilds;
  const orderId = ordered.statementId;
  const { sandbox } = ordered.statement.predicate.environment;
  const outputs = subjectOf(provenance.statement, 'outputs') ?? '';

  const differing = differingVote(claims, orderId, outputs);
  if (differing !== undefined) {
    throw fail(
      'verdict.differs',
      `${differing.key.operator} rebuilt the order and got other bytes (entry ${differing.index})`,
    );
  }
  const all = claims.of(rebuild).filter(({ statement }) => statement.predicate.order === orderId);
  const latest = new Map(all.map((vote) => [vote.key.operator, vote]));
  const counts = (vote: Claim<Rebuild>): boolean => {
    const { result, isolation } = vote.statement.predicate;
    if (result === 'cannot-build' || vote.key.operator === provenance.key.operator) return false;
    // What the order asks of the builder it asks of the rebuilders, too.
    return agrees(vote, outputs) && !(sandbox && isolation === 'none');
  };
  const first = firstProvenance(claims, orderId);
  const isBlind = (operator: string): boolean =>
    all.some((vote) => vote.key.operator === operator && vote.index < first && agrees(vote, outputs));
  const counted = [...latest.values()]
    .filter((vote) => counts(vote) && (!blind || isBlind(vote.key.operator)))
    .map(({ key }) => key.operator);
  if (counted.length < threshold) {
    throw fail(
      'verdict.rebuilds',
      `${counted.length} of ${threshold} rebuilds gave the same bytes${blind ? ' blind' : ''}`,
    );
  }
  const names = counted.map((operator) => `${operator}${isBlind(operator) ? ' (blind)' : ''}`).join(', ');
  return { value: undefined, detail: `${names}: ${counted.length} of ${threshold} rebuilt the same bytes` };
}

/** Blind is what was logged before any provenance of the order: repeating one must not make copies blind. */
function firstProvenance(claims: Claims, orderId: string): number {
  const about = claims
    .of(provenanceKind)
    .filter(({ statement }) => statement.predicate.buildDefinition.externalParameters.order === orderId);
  return Math.min(...about.map(({ index }) => index));
}

function votesOn(claims: Claims, orderId: string): readonly Claim<Rebuild>[] {
  return claims
    .of(rebuild)
    .filter(
      ({ statement: { predicate } }) => predicate.order === orderId && predicate.result !== 'cannot-build',
    );
}

/** The first vote for other bytes than `outputs` that no supervisor has cleared: a hold. */
export function differingVote(claims: Claims, orderId: string, outputs: string): Claim<Rebuild> | undefined {
  return votesOn(claims, orderId).find(
    (vote) => !agrees(vote, outputs) && !isCleared(claims, orderId, vote, outputs),
  );
}

function agrees({ statement }: Claim<Rebuild>, outputs: string): boolean {
  return (
    statement.predicate.result !== 'differs' && sameDigest(subjectOf(statement, 'outputs') ?? '', outputs)
  );
}

/** A resolution names a differing entry of this order, and clears it and what the same operator logged before it. */
function isCleared(claims: Claims, orderId: string, vote: Claim<Rebuild>, outputs: string): boolean {
  return claims.of(resolution).some(({ statement, index }) => {
    const { differs, outcome } = statement.predicate;
    if (subjectOf(statement, 'order') !== orderId || outcome !== 'cleared' || differs >= index) return false;
    const named = votesOn(claims, orderId).find((claim) => claim.index === differs);
    return (
      named !== undefined &&
      !agrees(named, outputs) &&
      named.key.operator === vote.key.operator &&
      vote.index <= differs
    );
  });
}

export function requireNoHold(claims: Claims, orderId: string, artifact: string): Finding<undefined> {
  const upheld = claims
    .of(resolution)
    .find(
      ({ statement }) =>
        subjectOf(statement, 'order') === orderId && statement.predicate.outcome === 'upheld',
    );
  if (upheld !== undefined)
    throw fail('verdict.differs', `a supervisor upheld the hold on this order (entry ${upheld.index})`);
  const withdrawn = claims
    .of(withdrawal)
    .find(({ statement }) => subjectOf(statement, 'artifact') === artifact);
  if (withdrawn !== undefined) {
    const { replacement } = withdrawn.statement.predicate;
    throw fail(
      'verdict.withdrawn',
      `the artifact was withdrawn (entry ${withdrawn.index})${replacement === undefined ? '' : `; replaced by ${replacement}`}`,
    );
  }
  return { value: undefined, detail: 'no hold and no withdrawal in the evidence' };
}
