// The verdict in the reader's browser: the same function, checks and words as `vitrine verify` and the
// one-file verifier. Checkpoints are compared by the tiles of the log where they can be read.

import {
  askedBy,
  consistencyProof,
  describeCheck,
  describeVerdict,
  headOf,
  isVitrineError,
  parseEvidence,
  parsePublicationFile,
  sha256,
  verifyFiles,
  type CheckReport,
  type ConsistencyProof,
  type Outcome,
  type VerdictReport,
} from '@vitrine/evidence';
import { readLogFile } from '../log/fetch-file.ts';
import { BrowserTiles } from '../log/tiles.ts';
import type { Files } from './given.ts';

export interface Expectation {
  readonly product: string;
  readonly channel: string;
  readonly sequence: number;
}

export interface Line extends CheckReport {
  readonly outcome: Outcome['checks'][number]['outcome'];
  /** What was asked, of every check. */
  readonly asked: string;
}

export interface Judged {
  readonly verdict: Outcome['verdict'];
  readonly freshness: Outcome['freshness'];
  readonly lines: readonly Line[];
  readonly report: VerdictReport;
  /** Seconds: by this browser's clock. */
  readonly now: number;
}

/** Undefined while a file is missing that no verdict can do without. */
export async function judge(files: Files, expected: Expectation, now: number): Promise<Judged | undefined> {
  const { artifact, evidence, publication, policy, root } = files;
  if (artifact === undefined || policy === undefined || root === undefined) return undefined;
  const outcome = await verifyFiles({
    artifact,
    evidence: evidence?.bytes,
    publication: publication?.bytes,
    policy: policy.bytes,
    root: root.bytes,
    expected: {
      product: expected.product,
      channel: expected.channel,
      minSequence: expected.sequence,
    },
    consistency: await historyOf(files),
    now,
  });
  return {
    verdict: outcome.verdict,
    freshness: outcome.freshness,
    report: describeVerdict(outcome),
    lines: outcome.checks.map((check) => ({
      ...describeCheck(check),
      outcome: check.outcome,
      asked: askedBy(check.name),
    })),
    now,
  };
}

/** Hashes alone, believed by nobody: the verdict judges them against the roots of both checkpoints. */
async function historyOf({ evidence, publication }: Files): Promise<readonly ConsistencyProof[]> {
  try {
    if (evidence === undefined || publication === undefined) return [];
    const sizes = [
      headOf(parseEvidence(evidence.bytes).checkpoint).checkpoint.size,
      headOf(parsePublicationFile(publication.bytes).checkpoint).checkpoint.size,
    ];
    const [from, to] = [Math.min(...sizes), Math.max(...sizes)];
    if (from === to) return [];
    const { nodes } = new BrowserTiles(readLogFile, to);
    return [{ from, to, path: await consistencyProof(from, to, nodes, sha256) }];
  } catch (error) {
    // A file that is none is named by the verdict; a log that cannot be read leaves the history unknown.
    if (isVitrineError(error) || error instanceof TypeError) return [];
    throw error;
  }
}
