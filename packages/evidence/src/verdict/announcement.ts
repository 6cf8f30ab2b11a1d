// The publication by itself, before a repository's metadata is believed: an endpoint keeps a timestamp
// only after the publication of its snapshot passed (D1). The same checks as in `verify`, without an artifact.

import { fail } from '../codes.ts';
import type { Json } from '../json.ts';
import type { TrustPolicy } from '../policy/load.ts';
import type { Publication } from '../predicates/publication.ts';
import { subjectOf } from '../statement.ts';
import type { Claim } from './claims.ts';
import { requireHistory, type ConsistencyProof } from './history.ts';
import { requirePolicy } from './policy.ts';
import {
  judgeFreshness,
  rememberPublication,
  requirePublication,
  requirePublicationHead,
  type Published,
} from './publication.ts';
import { freshState, stateSchema, type State } from './state.ts';
import { Trial, type Finding, type Judged, type Outcome } from './trial.ts';
import { purePlatform, type Platform } from './verify.ts';

export interface PublicationQuestion {
  /** Bytes of the publication file; undefined where there is none, which leaves the verdict undecided. */
  readonly publication: Uint8Array | undefined;
  /** What the repository's metadata names as its snapshot and root: the publication must be about these. */
  readonly snapshot: { readonly version: number; readonly sha256: string };
  readonly root: { readonly version: number; readonly sha256: string };
  readonly policy: TrustPolicy;
  readonly state?: State | undefined;
  /** The proof between the remembered head and the publication's, read from the log. */
  readonly consistency?: readonly ConsistencyProof[];
  /** `consistency`: the fork check must be made; a missing proof leaves the verdict undecided. */
  readonly demand?: readonly 'consistency'[];
  /** Seconds since 1970; undefined where there is no clock. */
  readonly now?: number | undefined;
  readonly offline?: boolean;
}

export interface Announced extends Publication {
  /** Its own place in the log. */
  readonly index: number;
  /** Witness time of its checkpoint; undefined for an ended log. */
  readonly time: number | undefined;
}

export interface PublicationOutcome extends Outcome {
  readonly publication?: Announced;
}

export function verifyPublication(
  question: PublicationQuestion,
  platform: Platform = purePlatform,
): Promise<PublicationOutcome> {
  const { state, now = 0 } = question;
  if (!Number.isSafeInteger(now) || now < 0)
    throw fail('verdict.question', 'the time must be a whole number');
  if (state !== undefined) stateSchema.check(state as unknown as Json);
  const trial = new Trial();
  return trial.run(() => judge(trial, question, platform));
}

async function judge(
  trial: Trial,
  question: PublicationQuestion,
  { sha256, verifySignature }: Platform,
): Promise<Judged & { readonly publication: Announced }> {
  const { policy, state = freshState, consistency = [], demand = [] } = question;
  await trial.check('policy', () => requirePolicy(policy, state));
  const announced = await trial.check('publication', () => requireGiven(question, verifySignature));
  const claim = await trial.check('published', async () =>
    requireAbout(
      await requirePublication(announced, policy, state.publication, verifySignature, sha256),
      question,
    ),
  );
  const heads = [{ what: 'the publication', checkpoint: announced.head.checkpoint }];
  const head = await trial.check('history', () =>
    requireHistory(state.head, heads, policy, consistency, demand.includes('consistency'), sha256),
  );
  const freshness = await trial.check('freshness', () =>
    judgeFreshness(announced, claim, policy, question, state.floor),
  );
  return {
    freshness,
    publication: { ...claim.statement.predicate, index: claim.index, time: announced.time },
    state: {
      ...state,
      head,
      policy: { version: policy.document.version, sha256: policy.digest },
      root: { version: policy.root.version, sha256: policy.root.sha256 },
      ...rememberPublication(claim, state),
      floor: Math.max(state.floor, announced.time ?? 0),
    },
  };
}

function requireGiven(
  { publication, policy, snapshot }: PublicationQuestion,
  verify: Platform['verifySignature'],
): Promise<Finding<Published>> {
  if (publication === undefined)
    throw fail('verdict.no-publication', `there is no publication of the snapshot ${snapshot.sha256}`);
  return requirePublicationHead(publication, policy, verify);
}

/** A publication of another snapshot, or of a root that the repository keeps back, vouches for nothing here. */
function requireAbout(
  found: Finding<Claim<Publication>>,
  { snapshot, root }: Pick<PublicationQuestion, 'snapshot' | 'root'>,
): Finding<Claim<Publication>> {
  const { statement } = found.value;
  const { snapshot: version, root: named } = statement.predicate;
  const sha256 = subjectOf(statement, 'snapshot');
  if (version !== snapshot.version || sha256 !== snapshot.sha256)
    throw fail(
      'verdict.snapshot',
      `the publication is about snapshot ${version} (${String(sha256)}), the repository serves ${snapshot.version} (${snapshot.sha256})`,
    );
  // An older root is that of a publication made just before the root changed; the heartbeat follows (D3).
  if (named.version > root.version || (named.version === root.version && named.sha256 !== root.sha256))
    throw fail(
      'verdict.snapshot',
      `the publication names root version ${named.version} (${named.sha256}), the repository serves ${root.version} (${root.sha256})`,
    );
  return found;
}
