// A verdict on exactly the release that a page is about. `verify` (D7) asks for a least sequence, as an endpoint
// does, and takes the newest release of the artifact that it finds in the evidence (D26).

import {
  formatEvidence,
  isVitrineError,
  parseEvidence,
  release as releaseKind,
  statementOf,
  verifyFiles,
  type Outcome,
  type Release,
} from '@vitrine/evidence';

export type Named = Pick<Release, 'product' | 'channel' | 'sequence' | 'version'>;
type Question = Parameters<typeof verifyFiles>[0];

export interface ExactOutcome extends Outcome {
  /** The release that the files are sound for, where it is not the one that the page names. */
  readonly other?: Release;
}

export async function verifyExactly(
  question: Omit<Question, 'expected'>,
  named: Named,
): Promise<ExactOutcome> {
  const { product, channel, sequence } = named;
  const ask = (evidence: Question['evidence']): Promise<Outcome> =>
    verifyFiles({ ...question, evidence, expected: { product, channel, minSequence: sequence } });
  const newest = await ask(question.evidence);
  if (newest.release === undefined || isNamed(newest.release, named)) return newest;
  // Released again, the same bytes still are the release of this page, if the evidence says so.
  const evidence = withoutOthers(question.evidence, named);
  const exact = evidence === undefined ? undefined : await ask(evidence);
  if (exact?.release !== undefined && isNamed(exact.release, named)) return exact;
  return { ...newest, verdict: 'refused', other: newest.release };
}

function isNamed(release: Partial<Release>, named: Named): boolean {
  return (['product', 'channel', 'sequence', 'version'] as const).every(
    (name) => release[name] === named[name],
  );
}

/** Each statement of an evidence file is proven by itself, so it may be left out. */
function withoutOthers(bytes: Uint8Array | undefined, named: Named): Uint8Array | undefined {
  if (bytes === undefined) return undefined;
  try {
    const file = parseEvidence(bytes);
    const statements = file.statements.filter(({ envelope }) => {
      const { predicateType, predicate } = statementOf(envelope);
      return predicateType !== releaseKind.predicateType || isNamed(predicate as Partial<Release>, named);
    });
    return statements.length === 0 ? undefined : formatEvidence({ ...file, statements });
  } catch (error) {
    // A statement that nobody signed whom the policy lists need not be one.
    if (isVitrineError(error)) return undefined;
    throw error;
  }
}
