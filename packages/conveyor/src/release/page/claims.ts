// What each part of the chain shows, and what it does not: the words of docs/design/protocol.md, "What may
// be claimed". Never bigger ones.

import { quorumClaim, type TrustPolicy } from '@vitrine/evidence';

export interface Claim {
  readonly shows: readonly string[];
  readonly limits: readonly string[];
}

type Part = 'source' | 'order' | 'build' | 'log' | 'rebuilds' | 'withdrawal';

export const claims: Readonly<Record<Part, Claim>> = {
  source: {
    shows: ['Built from the audited source with these opaque materials.'],
    limits: ['Whether the source is good is for those to say who read it.'],
  },
  order: {
    shows: ['Builder and rebuilders start from this one order: source, recipe, materials, clock and limits.'],
    limits: [
      'The C library and base tools of the building machine are opaque materials where the order says "host".',
    ],
  },
  build: {
    shows: ['The builder says which order gave these bytes.'],
    limits: ['That is its word alone; the rebuilders check it.'],
  },
  log: {
    shows: ['Your bytes are in the public log.'],
    limits: ['Whether the same bytes behave differently by machine only source review answers.'],
  },
  rebuilds: {
    shows: ['Independent operators built the order again and logged what they got.'],
    limits: ['Rebuilders sharing our code share its bugs.'],
  },
  withdrawal: {
    shows: ['Endpoints refuse what the publication in force lists, and monitors compute that list again.'],
    limits: ['An endpoint that has no newer publication than maxAge allows does not know yet.'],
  },
};

export function witnessClaim(policy: TrustPolicy): Claim {
  const { witnesses } = policy.document;
  const current = witnesses.keys.filter(({ until }) => until === undefined);
  const n = new Set(current.map(({ operator }) => operator)).size;
  const claim = quorumClaim({ size: witnesses.quorum, faulty: witnesses.faulty }, n);
  return {
    shows: [`The log shows everybody the same: ${claim}.`],
    limits: ['A log proves what was shown, not that no hidden channel exists.'],
  };
}

/** `seconds`: from the end of the build to the publication, where both are known. */
export function publicationClaim(policy: TrustPolicy, seconds: number | undefined): Claim {
  const { maxAge } = policy.document.freshness;
  return {
    shows: [
      ...(seconds === undefined
        ? []
        : [`Published with proofs in ${seconds} seconds; an endpoint sees it at its next poll.`]),
      `No client-specific message can change what runs or what is collected; anyone can be shown an older state for at most maxAge, here ${maxAge} seconds.`,
    ],
    limits: ['Ordering needs no clock; freshness without one is unknown, and we say so.'],
  };
}
