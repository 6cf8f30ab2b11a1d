// The vote of the rebuilders (D14): the latest statement per operator and order. Digests are compared
// here; the word in a statement never makes a match, and `differs` always makes a hold.

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

interface Vote {
  readonly operator: string;
  readonly claim: Claim<Rebuild>;
  readonly agrees: boolean;
  /** The operator logged this digest before the provenance was in the log. */
  readonly blind: boolean;
}

function votes(claims: Claims, orderId: string, provenance: Claim<Provenance>): readonly Vote[] {
  const vendors = subjectOf(provenance.statement, 'outputs') ?? '';
  const about = claims.of(rebuild).filter(({ statement }) => statement.predicate.order === orderId);
  const latest = new Map<string, Claim<Rebuild>>();
  for (const claim of about) {
    if (claim.statement.predicate.result !== 'cannot-build') latest.set(claim.key.operator, claim);
  }
  return [...latest].map(([operator, claim]) => {
    const own = subjectOf(claim.statement, 'outputs') ?? '';
    return {
      operator,
      claim,
      agrees: sameDigest(own, vendors) && claim.statement.predicate.result !== 'differs',
      blind: about.some(
        (earlier) =>
          earlier.key.operator === operator &&
          earlier.index < provenance.index &&
          sameDigest(subjectOf(earlier.statement, 'outputs') ?? '', own),
      ),
    };
  });
}

export function requireRebuilds(
  claims: Claims,
  orderId: string,
  provenance: Claim<Provenance>,
  { document }: TrustPolicy,
): Finding<undefined> {
  const { threshold, blind } = document.rebuilds;
  const all = votes(claims, orderId, provenance);
  const differing = all.find(({ agrees }) => !agrees);
  if (differing !== undefined && !isCleared(claims, orderId, differing)) {
    throw fail(
      'verdict.differs',
      `${differing.operator} rebuilt the order and got other bytes (entry ${differing.claim.index})`,
    );
  }
  const counted = all.filter((vote) => vote.agrees && (vote.blind || !blind));
  if (counted.length < threshold) {
    throw fail(
      'verdict.rebuilds',
      `${counted.length} of ${threshold} rebuilds gave the same bytes${blind ? ' blind' : ''}`,
    );
  }
  const names = counted.map((vote) => `${vote.operator}${vote.blind ? ' (blind)' : ''}`).join(', ');
  return { value: undefined, detail: `${names}: ${counted.length} of ${threshold} rebuilt the same bytes` };
}

function isCleared(claims: Claims, orderId: string, { claim }: Vote): boolean {
  return claims
    .of(resolution)
    .some(
      ({ statement, index }) =>
        index > claim.index &&
        subjectOf(statement, 'order') === orderId &&
        statement.predicate.differs === claim.index &&
        statement.predicate.outcome === 'cleared',
    );
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
