// From a draft to an entry of the log: what is to be signed → what was signed is verified → kept, with its
// key → the log is told of the key → the log is sent the entry. A crash after "kept" is finished by the
// loops of the area; before that nothing was acknowledged.

import { keyidOf, parseSpki, fromBase64, isVitrineError, toHex, type ListedSigner } from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import {
  composeReview,
  readOf,
  textFault,
  reviewLimits,
  type ReviewContent,
} from '../contract/review-text.ts';
import type { SignedReview, Signing, TreeName } from '../contract/reviews.ts';
import { passkeysOf, type ReviewArea } from './area.ts';
import { fail } from './codes.ts';
import type { KeptReview } from './reviews.ts';
import { verifySigned } from './signed.ts';

/** How long the page waits for the log: most entries are published within a second. */
const signWaitMs = 5_000;

export async function signReview(
  area: ReviewArea,
  draft: KeptReview,
  signed: SignedReview,
): Promise<Signing> {
  if (draft.state === 'draft') await keepSigned(area, draft, signed);
  // An answer that was lost is asked for again, with the same bytes.
  else if (toHex(draft.envelope ?? new Uint8Array()) !== toHex(decoded(signed.envelope)))
    throw fail('review.state', 'this review is signed already');
  await area.roll.write();
  await area.submitter.submit(draft.id, signWaitMs);
  const { id, state, index } = area.reviews.get(draft.id) as KeptReview;
  return { id, state, index: index ?? null };
}

async function keepSigned(area: ReviewArea, draft: KeptReview, signed: SignedReview): Promise<void> {
  const fault = textFault(draft.text, reviewLimits.text);
  if (fault !== undefined) throw fail('review.refused', `the text of the review is not ready: ${fault}`);
  const verified = await verifySigned(signed, {
    tree: draft.tree,
    heldBy: area.heldBy,
    body: composeReview(contentOf(area, draft)),
    now: area.context.clock.now(),
    keys: keysFor(area, draft.account, signed.publicKey),
  });
  area.reviews.sign(draft, verified, area.reviewers);
}

/** The account's passkeys, its registered key files, and the one that comes with the review. */
function keysFor(area: ReviewArea, account: string, publicKey: string | undefined): readonly ListedSigner[] {
  const passkeys = passkeysOf(area, account).map(({ listed }) => listed);
  const files = area.reviewers
    .keysOf(account)
    .filter(({ webauthn, ended }) => webauthn === undefined && ended === undefined)
    .map(({ spki }) => ({ spki }));
  if (publicKey === undefined) return [...passkeys, ...files];
  const spki = decoded(publicKey);
  // A passkey is a passkey, whatever is said of its key.
  if (passkeys.some((one) => keyidOf(one.spki, sha256) === keyidOf(spki, sha256))) return passkeys;
  return [...passkeys, ...files, { spki: requireSpki(spki) }];
}

function requireSpki(spki: Uint8Array): Uint8Array {
  try {
    parseSpki(spki);
    return spki;
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('review.key', cause.message, { cause });
  }
}

function decoded(base64: string): Uint8Array {
  try {
    return fromBase64(base64);
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('review.refused', cause.message, { cause });
  }
}

/** What the draft would be signed as now. */
export function contentOf(area: ReviewArea, draft: KeptReview): ReviewContent {
  const logged = area.trees.logged(draft.tree);
  return {
    tree: draft.tree,
    releases: treeName(area, draft.tree).releases,
    verdict: draft.verdict,
    read: readOf(draft.readPaths, logged?.files ?? 0, sha256),
    findings: area.reviews.findings(draft.id),
    text: draft.text,
  };
}

export function treeName({ trees }: ReviewArea, digest: string): TreeName {
  const logged = trees.logged(digest);
  const releases = (logged?.releases ?? []).map(({ product, channel, version }) => ({
    product,
    channel,
    version,
  }));
  // One version for several platforms is one release to a reviewer.
  const once = new Map(releases.map((one) => [JSON.stringify(one), one]));
  return { digest, products: logged?.products ?? [], releases: [...once.values()] };
}

/** Files of the tree on the reader's own record, each once, in the order of their paths. */
export function readPathsOf(
  { context: { database } }: ReviewArea,
  account: string,
  tree: string,
): readonly string[] {
  return database
    .prepare(
      `SELECT DISTINCT path FROM access_reads WHERE account = ? AND tree = ? AND what IN ('file', 'raw', 'compare', 'blame')
       ORDER BY path LIMIT 20000`,
    )
    .all(account, tree)
    .map(({ path }) => String(path));
}
