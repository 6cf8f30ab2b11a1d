// Votes as the twins say them.

import { parseTime, type TrustPolicy } from '@vitrine/evidence';
import type { RebuildWord, Vote as ShownVote } from '../contract/rebuilds.ts';
import type { Votes, Word } from './votes.ts';

export function shownVotes({ votes }: Votes, policy: TrustPolicy): readonly ShownVote[] {
  return votes.map(({ operator, result, blind, words }) => {
    const { name = operator, jurisdiction = '' } = policy.operators.get(operator) ?? {};
    return { operator, name, jurisdiction, result, blind, words: words.map(shownWord) };
  });
}

function shownWord({ index, predicate, outputs, agrees, blind, resolution, seenAt }: Word): RebuildWord {
  const { result, isolation, finishedOn, difference } = predicate;
  return {
    index,
    result,
    outputs: outputs === '' ? null : outputs,
    agrees,
    blind,
    isolation,
    finishedOn: parseTime(finishedOn),
    seenAt,
    difference: difference ?? null,
    resolution:
      resolution === undefined
        ? null
        : {
            index: resolution.index,
            operator: resolution.operator,
            outcome: resolution.predicate.outcome,
          },
  };
}
