// The verdict in the reader's browser: the same function, checks and words as `vitrine verify` and the
// one-file verifier. Checkpoints are compared by the tiles of the log where they can be read.

import {
  askedBy,
  consistencyProof,
  describeCheck,
  describeVerdict,
  headOf,
  isVitrineError,
  loadPolicy,
  parseEvidence,
  parsePublicationFile,
  sha256,
  type CheckReport,
  type ConsistencyProof,
  type Outcome,
  type VerdictReport,
} from '@vitrine/evidence';
import { readLogFile } from '../log/fetch-file.ts';
import { browserMemory } from '../log/head-memory.ts';
import { BrowserTiles } from '../log/tiles.ts';
import { verify as words } from '../messages/verify.ts';
import { verifyExactly, type ExactOutcome, type Named } from './exact.ts';
import type { Files } from './given.ts';

/** What the page that asks is about: exactly this release, not one that is newer. */
export interface Expectation extends Named {
  /** SHA-256 of the files that the page names and that may have been judged. */
  readonly named: readonly string[];
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
  /** Whether the policy is the one that the reader pinned in this browser; `none`: no pin, or no policy. */
  readonly pin: 'this' | 'other' | 'none';
}

/** Undefined while a file is missing that no verdict can do without. */
export async function judge(files: Files, expected: Expectation, now: number): Promise<Judged | undefined> {
  const { artifact, evidence, publication, policy, root } = files;
  if (artifact === undefined || policy === undefined || root === undefined) return undefined;
  const made = await verifyExactly(
    {
      artifact,
      evidence: evidence?.bytes,
      publication: publication?.bytes,
      policy: policy.bytes,
      root: root.bytes,
      consistency: await historyOf(files),
      now,
    },
    expected,
  );
  const other = otherThan(expected, made, artifact.sha256);
  return {
    verdict: other === undefined ? made.verdict : 'refused',
    freshness: made.freshness,
    report: other ?? describeVerdict(made),
    lines: made.checks.map((check) => ({
      ...describeCheck(check),
      outcome: check.outcome,
      asked: askedBy(check.name),
    })),
    now,
    pin: await comparePin(policy.bytes, root.bytes),
  };
}

/**
 * Files that hold and are not those of the page are refused here: its reader would take them for what the page
 * says.
 */
function otherThan(
  { product, channel, sequence, version, named }: Expectation,
  { verdict, other }: ExactOutcome,
  digest: string,
): VerdictReport | undefined {
  const limits = [words.otherLimits];
  if (other !== undefined) {
    const asked = words.release({ product, channel, sequence, version });
    return {
      headline: words.otherRelease,
      claims: [words.otherReleaseText(words.release(other), asked)],
      limits,
    };
  }
  if (verdict !== 'accepted' || named.includes(digest)) return undefined;
  return { headline: words.otherFile, claims: [words.otherFileText(digest, named)], limits };
}

async function comparePin(policy: Uint8Array, root: Uint8Array): Promise<Judged['pin']> {
  const pinned = browserMemory().pinned();
  if (pinned === undefined) return 'none';
  try {
    return (await loadPolicy(policy, root)).digest === pinned ? 'this' : 'other';
  } catch (error) {
    if (isVitrineError(error)) return 'none'; // The verdict has refused it by name.
    throw error;
  }
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
