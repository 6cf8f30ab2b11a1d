// The one offline verdict (D7). No network, no clock of its own, no private key in reach.

import { fail } from '../codes.ts';
import { parseEvidence, type EvidenceFile } from '../documents/evidence-file.ts';
import { headOf, requireIncluded } from '../documents/proven.ts';
import type { SignedCheckpoint } from '../checkpoint.ts';
import { loadPolicy, type TrustPolicy } from '../policy/load.ts';
import type { Json } from '../json.ts';
import { sha256 as pureSha256, type Sha256 } from '../sha256.ts';
import { webCryptoVerify, type VerifySignature } from '../signature.ts';
import { requireOrder, requireProvenance, requireRelease, requireSource, type Expected } from './chain.ts';
import type { Publication } from '../predicates/publication.ts';
import type { Release } from '../predicates/release.ts';
import { requireSigners, type Claim } from './claims.ts';
import { requireLog, requireWitnesses } from './heads.ts';
import { requireHistory, type ConsistencyProof } from './history.ts';
import {
  judgeFreshness,
  readPublication,
  rememberPublication,
  requireNotListed,
  requirePublication,
} from './publication.ts';
import { requirePolicy } from './policy.ts';
import { freshState, stateSchema, type State } from './state.ts';
import { Trial, type Finding, type Judged, type Outcome } from './trial.ts';
import { requireNoHold, requireRebuilds } from './votes.ts';

export interface Question {
  /** The artifact as hashed by the caller: hex SHA-256 and size in bytes. */
  readonly artifact: { readonly sha256: string; readonly size: number };
  readonly expected?: Expected;
  /** Bytes of the evidence file; undefined where there is none, which leaves the verdict undecided. */
  readonly evidence: Uint8Array | undefined;
  readonly publication?: Uint8Array | undefined;
  readonly policy: TrustPolicy;
  readonly state?: State | undefined;
  /** Proofs between the heads of evidence, publication and state, read from the log. */
  readonly consistency?: readonly ConsistencyProof[];
  /** What the caller cannot do without: a missing one leaves the verdict undecided. */
  readonly demand?: readonly ('publication' | 'consistency')[];
  /** Seconds since 1970; undefined where there is no clock. */
  readonly now?: number | undefined;
  /** Judge freshness by the policy's longer limit for offline import. */
  readonly offline?: boolean;
}

/** Where the verdict runs: a Node caller injects its own hash and signature check. */
export interface Platform {
  readonly sha256: Sha256;
  readonly verifySignature: VerifySignature;
}

export const purePlatform: Platform = { sha256: pureSha256, verifySignature: webCryptoVerify };

/** Judges with a policy that is loaded already. */
export function verify(question: Question, platform: Platform = purePlatform): Promise<Outcome> {
  return judged(question, () => Promise.resolve(question.policy), platform);
}

/** Judges files alone: the policy document and the pinned root are read first. */
export function verifyFiles(
  question: Omit<Question, 'policy'> & { readonly policy: Uint8Array; readonly root: Uint8Array },
  platform: Platform = purePlatform,
): Promise<Outcome> {
  const { policy, root } = question;
  return judged(
    question,
    () => loadPolicy(policy, root, platform.verifySignature, platform.sha256),
    platform,
  );
}

async function judged(
  question: Omit<Question, 'policy'>,
  load: () => Promise<TrustPolicy>,
  platform: Platform,
): Promise<Outcome> {
  requireQuestion(question);
  const trial = new Trial();
  return trial.run(async () => {
    const policy = await trial.check('policy', async () => requirePolicy(await load(), question.state));
    return judge(trial, { ...question, policy }, platform);
  });
}

/** Numbers decide freshness and order: one that is none would switch the comparison off. */
function requireQuestion({ artifact, expected, now, state }: Omit<Question, 'policy'>): void {
  const numbers = [artifact.size, expected?.minSequence ?? 0, now ?? 0];
  if (!numbers.every((number) => Number.isSafeInteger(number) && number >= 0)) {
    throw fail('verdict.question', 'size, sequence and time must be whole numbers');
  }
  if (state !== undefined) stateSchema.check(state as unknown as Json);
}

async function judge(
  trial: Trial,
  question: Question,
  { sha256, verifySignature }: Platform,
): Promise<Judged & { readonly release: Release }> {
  const { artifact, expected = {}, policy, state = freshState, consistency = [], demand = [] } = question;

  const { file, head } = await trial.check('evidence', () => readEvidence(question));
  const { origin } = head.checkpoint;
  await trial.check('log', () => requireLog(head, policy, verifySignature));
  const witnessed = await trial.check('witnesses', () => requireWitnesses(head, policy, verifySignature));
  await trial.check('inclusion', () => requireAllIncluded(file, head, sha256));
  const claims = await trial.check('signatures', () =>
    requireSigners(file.statements, origin, policy, verifySignature, sha256),
  );

  const release = await trial.check('release', () =>
    requireRelease(claims, artifact.sha256, expected, state.sequences),
  );
  const order = await trial.check('order', () => requireOrder(claims, release));
  await trial.check('source', () => requireSource(claims, order));
  const provenance = await trial.check('provenance', () =>
    requireProvenance(claims, file, release, order, sha256),
  );
  await trial.check('rebuilds', () => requireRebuilds(claims, order, provenance, policy));
  await trial.check('holds', () => requireNoHold(claims, order.statementId, artifact.sha256));

  const heads = [{ what: 'the evidence', checkpoint: head.checkpoint }];
  const announced = await trial.check('publication', () =>
    readPublication(question.publication, demand.includes('publication'), policy, verifySignature),
  );
  let claim: Claim<Publication> | undefined;
  if (announced !== undefined) {
    heads.push({ what: 'the publication', checkpoint: announced.head.checkpoint });
    const published = await trial.check('published', () =>
      requirePublication(announced, policy, state.publication, verifySignature, sha256),
    );
    await trial.check('active', () =>
      requireNotListed(published, artifact.sha256, order.statementId, [order, provenance, release]),
    );
    claim = published;
  }
  const newest = await trial.check('history', () =>
    requireHistory(state.head, heads, policy, consistency, demand.includes('consistency'), sha256),
  );
  // Last, because it can leave open what the checks above refuse.
  const freshness =
    announced === undefined || claim === undefined
      ? 'unknown'
      : await trial.check('freshness', () => judgeFreshness(announced, claim, policy, question, state.floor));

  const { product, channel, sequence } = release.statement.predicate;
  const line = `${product}/${channel}`;
  return {
    freshness,
    release: release.statement.predicate,
    state: {
      format: state.format,
      head: newest,
      policy: { version: policy.document.version, sha256: policy.digest },
      root: { version: policy.root.version, sha256: policy.root.sha256 },
      ...rememberPublication(claim, state),
      floor: Math.max(state.floor, witnessed.time ?? 0, announced?.time ?? 0),
      sequences: { ...state.sequences, [line]: Math.max(state.sequences[line] ?? 1, sequence) },
    },
  };
}

function readEvidence({
  artifact,
  evidence,
}: Question): Finding<{ readonly file: EvidenceFile; readonly head: SignedCheckpoint }> {
  if (evidence === undefined)
    throw fail('verdict.no-evidence', `no evidence was given for ${artifact.sha256}`);
  const file = parseEvidence(evidence);
  if (file.artifact.sha256 !== artifact.sha256 || file.artifact.size !== artifact.size) {
    throw fail(
      'verdict.artifact',
      `the evidence is about ${file.artifact.sha256} (${file.artifact.size} bytes); this artifact is ${artifact.sha256} (${artifact.size} bytes)`,
    );
  }
  return {
    value: { file, head: headOf(file.checkpoint) },
    detail: `${file.statements.length} statements about ${artifact.sha256.slice(0, 16)}…, ${artifact.size} bytes`,
  };
}

function requireAllIncluded(file: EvidenceFile, head: SignedCheckpoint, sha256: Sha256): Finding<undefined> {
  for (const statement of file.statements) requireIncluded(statement, head, sha256);
  return {
    value: undefined,
    detail: `${file.statements.length} statements stand in the tree of ${head.checkpoint.size} entries`,
  };
}
