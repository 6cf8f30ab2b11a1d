// The answer as one JSON document: the same from the page and from the command line.

import {
  canonicalJson,
  isVitrineError,
  parseJson,
  parseState,
  type Check,
  type Freshness,
  type Outcome,
  type Release,
  type State,
} from '@vitrine/evidence';
import { fail } from './codes.ts';

export interface Artifact {
  readonly sha256: string;
  readonly size: number;
}

export interface Answer {
  readonly verdict: Outcome['verdict'];
  readonly freshness: Freshness;
  readonly code?: string;
  readonly artifact: Artifact;
  readonly checks: readonly Check[];
  /** Under which statement it was accepted. */
  readonly release?: Release;
  /** What an endpoint would remember (D7), only after an acceptance; the verifier itself stores nothing. */
  readonly state?: State;
}

export function answerOf(
  { verdict, freshness, code, checks, release, state }: Outcome,
  artifact: Artifact,
): Answer {
  return {
    verdict,
    freshness,
    ...(code === undefined ? {} : { code }),
    artifact: { sha256: artifact.sha256, size: artifact.size },
    checks,
    ...(release === undefined ? {} : { release }),
    ...(state === undefined ? {} : { state }),
  };
}

/** A state as it was cut out of an earlier answer: its white space does not matter, nobody signed it. */
export function readState(bytes: Uint8Array): State {
  try {
    return parseState(canonicalJson(parseJson(bytes)));
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('verifier.state', `couldn't read the remembered state: ${cause.message}`, { cause });
  }
}
