// The publication in force: freshness is judged on it alone (D2, D3).

import { fail } from '../codes.ts';
import { headOf, requireIncluded } from '../documents/proven.ts';
import { parsePublicationFile, type PublicationFile } from '../documents/publication-file.ts';
import { parseTime } from '../fields.ts';
import type { SignedCheckpoint } from '../checkpoint.ts';
import type { TrustPolicy } from '../policy/load.ts';
import { publication, type Publication } from '../predicates/publication.ts';
import type { Sha256 } from '../sha256.ts';
import type { VerifySignature } from '../signature.ts';
import { subjectOf } from '../statement.ts';
import { requireSigners, type Claim } from './claims.ts';
import { requireLog, requireWitnesses, type Witnessed } from './heads.ts';
import type { State } from './state.ts';
import type { Finding, Freshness } from './trial.ts';

/** Clocks of publisher and witnesses may differ by this many seconds. */
const clockSkew = 300;

export interface Published extends Witnessed {
  readonly head: SignedCheckpoint;
  readonly file: PublicationFile;
}

/** The checkpoint of the publication file, signed by log and quorum. */
export async function requirePublicationHead(
  bytes: Uint8Array,
  policy: TrustPolicy,
  verify?: VerifySignature,
): Promise<Finding<Published>> {
  const file = parsePublicationFile(bytes);
  const head = headOf(file.checkpoint);
  await requireLog(head, policy, verify);
  const witnessed = await requireWitnesses(head, policy, verify);
  return {
    value: { ...witnessed.value, head, file },
    detail: `size ${head.checkpoint.size}; ${witnessed.detail}`,
  };
}

/** Answers nothing where there is none and the caller can do without. */
export async function readPublication(
  bytes: Uint8Array | undefined,
  demanded: boolean,
  policy: TrustPolicy,
  verify?: VerifySignature,
): Promise<Finding<Published | undefined>> {
  if (bytes !== undefined) return requirePublicationHead(bytes, policy, verify);
  if (demanded) throw fail('verdict.no-publication', 'no publication was given');
  return {
    value: undefined,
    detail: 'no publication was given: freshness, holds and withdrawals are unknown',
    outcome: 'skipped',
  };
}

export async function requirePublication(
  { file, head, time }: Published,
  policy: TrustPolicy,
  last: State['publication'],
  verify?: VerifySignature,
  sha256?: Sha256,
): Promise<Finding<Claim<Publication>>> {
  requireIncluded(file.statement, head, sha256);
  const { value: claims } = await requireSigners(
    [file.statement],
    head.checkpoint.origin,
    policy,
    verify,
    sha256,
  );
  const claim = claims.require(publication, () => true, 'by a publisher');
  const { seq, previous, snapshot, asOf, issuedAt, root } = claim.statement.predicate;
  if (asOf > claim.index)
    throw fail('verdict.publication', `the publication at ${claim.index} speaks of entries up to ${asOf}`);
  // Otherwise `active` could be true of a log as it was long ago (D2): each publication covers the one before.
  if ((previous === null) !== (seq === 1) || (previous !== null && previous >= asOf)) {
    throw fail(
      'verdict.publication',
      `publication ${seq} as of ${asOf} does not cover the one before it (entry ${String(previous)})`,
    );
  }
  if (
    root.version < policy.root.version ||
    (root.version === policy.root.version && root.sha256 !== policy.root.sha256)
  ) {
    throw fail(
      'verdict.publication',
      `the publication names root version ${root.version}, which is not the pinned one`,
    );
  }
  const sha = subjectOf(claim.statement, 'snapshot') ?? '';
  if (last !== undefined) requireNotOlder(claim, last, sha);
  const issued = parseTime(issuedAt);
  if (time !== undefined && issued > time + clockSkew)
    throw fail('verdict.publication', `issued at ${issuedAt}, after its witnesses saw it`);
  return {
    value: claim,
    detail: `publication ${seq}, snapshot ${snapshot}, issued ${issuedAt}, entry ${claim.index}`,
  };
}

/** Sequence, snapshot, place in the log and what is covered only go forward (D3). */
function requireNotOlder(
  { statement, index }: Claim<Publication>,
  last: NonNullable<State['publication']>,
  sha: string,
): void {
  const { seq, previous, snapshot, asOf } = statement.predicate;
  const known = `publication ${last.seq} (snapshot ${last.snapshot}, entry ${last.index}), which was accepted before`;
  if (seq < last.seq || snapshot < last.snapshot || asOf < last.asOf || index < last.index) {
    throw fail(
      'verdict.rollback',
      `publication ${seq} (snapshot ${snapshot}, entry ${index}) is older than ${known}`,
    );
  }
  if ((seq === last.seq || snapshot === last.snapshot) && sha !== last.sha256) {
    throw fail(
      'verdict.rollback',
      `publication ${seq} (snapshot ${snapshot}) names another snapshot than ${known}`,
    );
  }
  if (seq > last.seq && (previous === null || previous < last.index)) {
    throw fail('verdict.publication', `publication ${seq} follows entry ${String(previous)}, not ${known}`);
  }
}

/**
 * Endpoints refuse what `active` lists; leaving a negative out is a logged lie (D2). A publication as of
 * a time before the release says nothing about it, and would be true with an empty list.
 */
export function requireNotListed(
  { statement }: Claim<Publication>,
  artifact: string,
  orderId: string,
  chain: readonly Claim[],
): Finding<undefined> {
  const { active, asOf } = statement.predicate;
  const later = chain.find(({ index }) => index >= asOf);
  if (later !== undefined)
    throw fail(
      'verdict.publication',
      `the publication speaks of the entries below ${asOf}; the ${later.kind} of this artifact is entry ${later.index}`,
    );
  const negative = active.find(({ kind, about }) => about === (kind === 'withdrawal' ? artifact : orderId));
  if (negative?.kind === 'withdrawal')
    throw fail('verdict.withdrawn', `the artifact is withdrawn (entry ${negative.index})`);
  if (negative !== undefined) throw fail('verdict.held', `the order is on hold (entry ${negative.index})`);
  return {
    value: undefined,
    detail: `none of ${active.length} holds and withdrawals in force at ${asOf} is about this artifact`,
  };
}

/** D3, D7: `now` is the later of the clock and the floor; without a clock freshness is unknown, and we say so. */
export function judgeFreshness(
  { time }: Published,
  claim: Claim<Publication>,
  { document }: TrustPolicy,
  { now: clock, offline = false }: { readonly now?: number | undefined; readonly offline?: boolean },
  floor: number,
): Finding<Freshness> {
  const maxAge = offline ? document.freshness.offlineMaxAge : document.freshness.maxAge;
  if (time === undefined)
    return {
      value: 'stale',
      detail: 'the publication is in an ended log',
      outcome: 'unknown',
      code: 'verdict.stale',
    };
  if (clock === undefined) return { value: 'unknown', detail: 'no clock was given', outcome: 'unknown' };
  if (clock + clockSkew < Math.max(time, floor)) {
    throw fail(
      'verdict.clock',
      'the clock is earlier than the witnesses that cosigned: it cannot judge freshness',
    );
  }
  const now = Math.max(clock, floor);
  const age = now - Math.min(time, parseTime(claim.statement.predicate.issuedAt));
  if (age > maxAge) {
    return {
      value: 'stale',
      detail: `${age} s old; at most ${maxAge} s is fresh. Stale forbids installing, not running`,
      outcome: 'unknown',
      code: 'verdict.stale',
    };
  }
  return { value: 'fresh', detail: `${Math.max(age, 0)} s old; at most ${maxAge} s is fresh` };
}

/** The part of the state that a publication moves. */
export function rememberPublication(
  claim: Claim<Publication> | undefined,
  { publication: last }: State,
): Pick<State, 'publication'> {
  if (claim === undefined) return last === undefined ? {} : { publication: last };
  const { seq, snapshot, asOf } = claim.statement.predicate;
  const sha256 = subjectOf(claim.statement, 'snapshot') ?? '';
  return { publication: { seq, snapshot, sha256, index: claim.index, asOf } };
}
