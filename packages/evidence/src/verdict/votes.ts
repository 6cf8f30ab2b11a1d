// The vote of the rebuilders (D14): the latest statement per operator and order; `cannot-build` says
// nothing. Digests are compared here; the word in a statement never makes a match. Other bytes, or the
// word `differs`, make a hold that only a supervisor's resolution ends, not the operator's next vote.

import { fail } from '../codes.ts';
import { sameDigest } from '../documents/outputs.ts';
import type { TrustPolicy } from '../policy/load.ts';
import type { Provenance } from '../predicates/provenance.ts';
import { rebuild, type Rebuild } from '../predicates/rebuild.ts';
import { resolution } from '../predicates/resolution.ts';
import { withdrawal } from '../predicates/withdrawal.ts';
import { subjectOf } from '../statement.ts';
import type { Claim, Claims } from './claims.ts';
import type { Finding } from './trial.ts';

export function requireRebuilds(
  claims: Claims,
  orderId: string,
  provenance: Claim<Provenance>,
  { document }: TrustPolicy,
): Finding<undefined> {
  const { threshold, blind } = document.rebuilds;
  const votes = votesOn(claims, orderId);
  const outputs = subjectOf(provenance.statement, 'outputs') ?? '';

  const differing = differingVote(claims, orderId, outputs);
  if (differing !== undefined) {
    throw fail(
      'verdict.differs',
      `${differing.key.operator} rebuilt the order and got other bytes (entry ${differing.index})`,
    );
  }
  const latest = new Map(votes.map((vote) => [vote.key.operator, vote]));
  const agreeing = [...latest.values()].filter((vote) => agrees(vote, outputs));
  const isBlind = (operator: string): boolean =>
    votes.some(
      (vote) => vote.key.operator === operator && vote.index < provenance.index && agrees(vote, outputs),
    );
  const counted = agreeing.map(({ key }) => key.operator).filter((operator) => !blind || isBlind(operator));
  if (counted.length < threshold) {
    throw fail(
      'verdict.rebuilds',
      `${counted.length} of ${threshold} rebuilds gave the same bytes${blind ? ' blind' : ''}`,
    );
  }
  const names = counted.map((operator) => `${operator}${isBlind(operator) ? ' (blind)' : ''}`).join(', ');
  return { value: undefined, detail: `${names}: ${counted.length} of ${threshold} rebuilt the same bytes` };
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
  return votesOn(claims, orderId).find((vote) => !agrees(vote, outputs) && !isCleared(claims, orderId, vote));
}

function agrees({ statement }: Claim<Rebuild>, outputs: string): boolean {
  return (
    statement.predicate.result !== 'differs' && sameDigest(subjectOf(statement, 'outputs') ?? '', outputs)
  );
}

/** A resolution clears the named entry and what the same operator logged before it (its blind digest). */
function isCleared(claims: Claims, orderId: string, vote: Claim<Rebuild>): boolean {
  return claims.of(resolution).some(({ statement, index }) => {
    const { differs, outcome } = statement.predicate;
    if (subjectOf(statement, 'order') !== orderId || outcome !== 'cleared' || differs >= index) return false;
    const named = claims.of(rebuild).find((claim) => claim.index === differs);
    return named?.key.operator === vote.key.operator && vote.index <= differs;
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
