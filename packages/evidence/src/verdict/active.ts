// The holds and withdrawals in force (D2): a pure function of the entries [0, asOf) and the policy, so
// that whoever publishes computes it and whoever monitors computes it again.

import type { TrustPolicy } from '../policy/load.ts';
import { provenance } from '../predicates/provenance.ts';
import type { Negative } from '../predicates/publication.ts';
import { resolution } from '../predicates/resolution.ts';
import { withdrawal } from '../predicates/withdrawal.ts';
import type { Sha256 } from '../sha256.ts';
import type { VerifySignature } from '../signature.ts';
import { subjectOf } from '../statement.ts';
import { requireSigners, type Claims, type LoggedStatement } from './claims.ts';
import { differingVote } from './votes.ts';

/** `entries` are those of the log of the policy below `asOf`, by ascending index; at most 200 are in force. */
export async function activeNegatives(
  entries: readonly LoggedStatement[],
  policy: TrustPolicy,
  verify?: VerifySignature,
  sha256?: Sha256,
): Promise<readonly Negative[]> {
  const { value: claims } = await requireSigners(entries, policy.document.log.origin, policy, verify, sha256);
  return [...holds(claims), ...withdrawals(claims)].sort((a, b) => a.index - b.index);
}

/** One hold for each order whose latest provenance a listed rebuilder contradicts, until it is cleared. */
function holds(claims: Claims): readonly Negative[] {
  const outputs = new Map(
    claims.of(provenance).map(({ statement }) => {
      const { order } = statement.predicate.buildDefinition.externalParameters;
      return [order, subjectOf(statement, 'outputs') ?? ''];
    }),
  );
  const upheld = claims.of(resolution).filter(({ statement }) => statement.predicate.outcome === 'upheld');
  return [...outputs].flatMap(([about, digest]): readonly Negative[] => {
    const final = upheld.find(({ statement }) => subjectOf(statement, 'order') === about);
    const index = final?.statement.predicate.differs ?? differingVote(claims, about, digest)?.index;
    return index === undefined ? [] : [{ kind: 'hold', index, about }];
  });
}

function withdrawals(claims: Claims): readonly Negative[] {
  return claims.of(withdrawal).map(({ statement, index }) => ({
    kind: 'withdrawal',
    index,
    about: subjectOf(statement, 'artifact') ?? '',
  }));
}
