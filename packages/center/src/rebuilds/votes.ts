// Who rebuilt an order and what it gave (D14). Digests are compared here; a rebuilder's word never makes a
// match. One operator has one vote: its latest word; a difference stays until a supervisor clears it.

import type { Provenance, Rebuild, Resolution, TrustPolicy } from '@vitrine/evidence';
import type { VoteResult } from '../contract/rebuilds.ts';
import { subject, type Said } from '../releases/ledger.ts';

/** One logged word of a rebuilder. */
export interface Word extends Said<Rebuild> {
  /** The digest of its own outputs manifest; empty where it could not build. */
  readonly outputs: string;
  readonly agrees: boolean;
  /** Other bytes than the vendor's, whatever the word. */
  readonly differs: boolean;
  /** Logged before the first provenance of the order. */
  readonly blind: boolean;
  /** The supervisor's answer to this difference. */
  readonly resolution: Said<Resolution> | undefined;
}

export interface Vote {
  readonly operator: string;
  readonly result: VoteResult;
  /** Whether agreement rests on a word that was logged blind. */
  readonly blind: boolean;
  /** Oldest first; empty for one that has said nothing. */
  readonly words: readonly Word[];
}

export interface Votes {
  /** What the vendor's build gave; undefined before its provenance. */
  readonly outputs: string | undefined;
  readonly votes: readonly Vote[];
  /** Operators whose vote counts towards the threshold of the policy. */
  readonly agreeing: number;
}

/** What the votes on an order are computed from: everything the log holds of these kinds. */
export interface Ballot {
  readonly orderId: string;
  /** Whether the order asks for a sandbox: a rebuild without one is no vote then. */
  readonly sandbox: boolean;
  readonly rebuilds: readonly Said<Rebuild>[];
  readonly resolutions: readonly Said<Resolution>[];
  readonly provenances: readonly Said<Provenance>[];
}

export function votesOn(ballot: Ballot, policy: TrustPolicy): Votes {
  const { orderId, provenances } = ballot;
  const made = provenances.filter(
    ({ predicate }) => predicate.buildDefinition.externalParameters.order === orderId,
  );
  const latest = made.at(-1);
  const outputs = latest === undefined ? undefined : subject(latest, 'outputs');
  const words = wordsOn(ballot, outputs, made[0]?.index ?? 0);
  const byOperator = Map.groupBy(words, ({ operator }) => operator);
  const listed = [...policy.keys.values()]
    .filter(({ role, until }) => role === 'rebuilder' && until === undefined)
    .map(({ operator }) => operator);
  const votes = [...new Set([...listed, ...byOperator.keys()])]
    // The operator that built never counts among its own rebuilders.
    .filter((operator) => operator !== latest?.operator)
    .sort()
    .map((operator) => voteOf(operator, byOperator.get(operator) ?? [], outputs, ballot.sandbox));
  const counts = ({ result, blind }: Vote): boolean =>
    result === 'reproduced' && (blind || !policy.document.rebuilds.blind);
  return { outputs, votes, agreeing: votes.filter(counts).length };
}

/** `first`: the place of the first provenance. Repeating one must not make copies blind. */
function wordsOn(
  { orderId, rebuilds, resolutions }: Ballot,
  outputs: string | undefined,
  first: number,
): readonly Word[] {
  const about = resolutions.filter((one) => subject(one, 'order') === orderId);
  const words = rebuilds
    .filter(({ predicate }) => predicate.order === orderId)
    .map((one) => {
      const own = one.predicate.result === 'cannot-build' ? '' : subject(one, 'outputs');
      const agrees = one.predicate.result !== 'differs' && own !== '' && own === outputs;
      const differs = one.predicate.result !== 'cannot-build' && outputs !== undefined && !agrees;
      return { ...one, outputs: own, agrees, differs, blind: one.index < first };
    });
  /** A resolution answers a differing entry and what the same operator said before it. */
  const answers = (answer: Said<Resolution>, word: (typeof words)[number]): boolean => {
    const named = words.find(({ index }) => index === answer.predicate.differs);
    return (
      named !== undefined &&
      named.differs &&
      named.index < answer.index &&
      named.operator === word.operator &&
      word.index <= named.index
    );
  };
  return words.map((word) => ({
    ...word,
    resolution: word.differs ? about.findLast((answer) => answers(answer, word)) : undefined,
  }));
}

function voteOf(
  operator: string,
  words: readonly Word[],
  outputs: string | undefined,
  sandbox: boolean,
): Vote {
  const last = words.at(-1);
  const result = ((): VoteResult => {
    if (last === undefined) return 'waiting';
    if (words.some((word) => word.differs && word.resolution?.predicate.outcome !== 'cleared'))
      return 'differs';
    if (last.predicate.result === 'cannot-build') return 'cannot-build';
    if (outputs === undefined) return 'built';
    if (!last.agrees) return 'cleared';
    return sandbox && last.predicate.isolation === 'none' ? 'no-sandbox' : 'reproduced';
  })();
  return { operator, result, blind: words.some((word) => word.blind && word.agrees), words };
}
