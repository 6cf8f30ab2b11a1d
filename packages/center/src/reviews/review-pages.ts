// What each reader sees of reviews. That a review is in the log, by which key and about which tree, anyone
// may know; what it says, its author and who holds it, until the author opens it.

import {
  expectKind,
  isVitrineError,
  keyidOf,
  review as reviewKind,
  subjectOf,
  fromUtf8,
  toBase64,
} from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { fail } from '../codes.ts';
import type { LoggedEntry, Reader } from '../context.ts';
import type { Review, ReviewKey, ReviewLine, Reviews } from '../contract/reviews.ts';
import { isVendor, passkeysOf, type ReviewArea } from './area.ts';
import type { ReviewerKey } from './people.ts';
import type { KeptReview, ReviewSummary } from './reviews.ts';
import { contentOf, treeName } from './signing.ts';

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);
const mostShown = 1_000;

export function reviewsPage(area: ReviewArea, reader: Reader): Reviews {
  const { reviews, reviewers, context } = area;
  const { account } = reader;
  const own = account === undefined ? [] : reviews.of(account, mostShown);
  const others = reviews.ofOthers(account, mostShown - own.length);
  const logged = context.log.entries({ kind: reviewKind.kind, newestFirst: true, limit: mostShown });
  const elsewhere = logged.filter(({ id, keyid }) => !reviews.has(id, keyid));
  const keys = account === undefined ? [] : reviewers.keysOf(account);
  const mine = new Set(keys.map(({ keyid }) => keyid));
  return {
    me:
      account === undefined
        ? null
        : {
            pseudonym: reviewers.pseudonym(account) ?? null,
            passkeys: passkeysOf(area, account).length,
            keys: keys.map((key) => ({
              ...keyName(key),
              registered: seconds(key.registered),
              ended: key.ended === undefined ? null : seconds(key.ended),
            })),
            foreign: elsewhere.filter(({ keyid }) => mine.has(keyid)).map(({ index }) => index),
          },
    trees: account === undefined ? [] : reviewable(area, reader, reviews.drafts(account)),
    reviews: [...own, ...others].map((one) => lineOf(area, reader, one)),
    elsewhere: elsewhere.flatMap((entry) => elsewhereOf(area, entry)),
  };
}

/** Trees that were released and that are open to the reader, newest first. */
function reviewable(
  area: ReviewArea,
  reader: Reader,
  drafts: readonly Pick<ReviewSummary, 'id' | 'tree'>[],
): Reviews['trees'] {
  return area.trees
    .all()
    .filter(({ releases, products }) => releases.length > 0 && mayReview(area, reader, products))
    .map(({ digest }) => ({
      ...treeName(area, digest),
      draft: drafts.find(({ tree }) => tree === digest)?.id ?? null,
    }))
    .toReversed();
}

function mayReview({ context }: ReviewArea, reader: Reader, products: readonly string[]): boolean {
  return context.access.filter(reader, products).tier !== 'none';
}

/** Throws `center.not-found` for a tree that the reader may not know of. */
export function requireReviewable(area: ReviewArea, reader: Reader, tree: string): void {
  const logged = area.trees.logged(tree);
  if (logged === undefined || !mayReview(area, reader, logged.products))
    throw fail('center.not-found', 'there is no such tree, or it is not open to you');
}

/** The log may hold anything; what is no review is on the log's own pages. */
function elsewhereOf(area: ReviewArea, entry: LoggedEntry): Reviews['elsewhere'] {
  try {
    const statement = expectKind(entry.statement, reviewKind);
    return [
      {
        index: entry.index,
        tree: treeName(area, subjectOf(statement, 'tree') as string),
        keyid: entry.keyid,
        operator: entry.operator ?? null,
        issuedAt: statement.predicate.issuedAt,
      },
    ];
  } catch (error) {
    if (isVitrineError(error)) return [];
    throw error;
  }
}

function lineOf(area: ReviewArea, reader: Reader, review: ReviewSummary): ReviewLine {
  const { id, state, tree, account, verdict, keyid, changed } = review;
  return {
    id,
    state,
    tree: treeName(area, tree),
    author: area.reviewers.enrol(account),
    mine: account === reader.account,
    verdict: mayReadReview(reader, review) && state !== 'destroyed' ? verdict : null,
    keyid: keyid ?? null,
    logged: placeOf(area, review),
    changed: seconds(changed),
  };
}

function mayReadReview(reader: Reader, { account, state }: ReviewSummary): boolean {
  return state === 'opened' || account === reader.account || (state !== 'draft' && isVendor(reader));
}

/** Where our own view of the log has it; the log's word where it has not been seen yet. */
function placeOf({ context }: ReviewArea, { statement, keyid, index }: ReviewSummary): ReviewLine['logged'] {
  if (statement === undefined || keyid === undefined) return null;
  const seen = context.following.log.rows.indexOf(statement, keyid);
  if (seen !== undefined) return { index: seen, seen: true };
  return index === undefined ? null : { index, seen: false };
}

/** Drafts are their author's; for everyone else they are not there. */
function findReview(area: ReviewArea, reader: Reader, id: string): KeptReview {
  const review = area.reviews.get(id);
  if (review === undefined || (review.state === 'draft' && review.account !== reader.account))
    throw fail('center.not-found', 'there is no such review');
  return review;
}

/** Throws `center.not-found` unless it is the reader's own. */
export function findOwn(area: ReviewArea, account: string, id: string): KeptReview {
  const review = area.reviews.get(id);
  if (review?.account !== account) throw fail('center.not-found', 'there is no such review');
  return review;
}

export function reviewPage(area: ReviewArea, reader: Reader, id: string): Review {
  const review = findReview(area, reader, id);
  const { state, salt, body, envelope, keyid, trouble } = review;
  const mine = review.account === reader.account;
  const shown = mayReadReview(reader, review);
  const key = keyid === undefined ? undefined : area.reviewers.key(keyid);
  return {
    review: lineOf(area, reader, review),
    draft: state === 'draft' ? draftOf(area, review) : null,
    body: shown && body !== undefined ? fromUtf8(body) : null,
    salt: shown && salt !== undefined ? toBase64(salt) : null,
    envelope: envelope === undefined ? null : toBase64(envelope),
    key: key === undefined ? null : keyName(key),
    waiting: state === 'signed' && trouble !== undefined && shown ? trouble : null,
    may: {
      open: mine && state === 'logged',
      destroy: mine && (state === 'signed' || state === 'logged' || state === 'opened'),
    },
  };
}

function draftOf(area: ReviewArea, draft: KeptReview): NonNullable<Review['draft']> {
  const usable = passkeysOf(area, draft.account).flatMap(({ id, listed }) => {
    const keyid = keyidOf(listed.spki, sha256);
    const known = area.reviewers.key(keyid);
    if (known !== undefined && (known.account !== draft.account || known.ended !== undefined)) return [];
    return [{ id, keyid, registered: known !== undefined }];
  });
  return {
    version: draft.version,
    content: contentOf(area, draft),
    readPaths: draft.readPaths,
    findings: area.reviews.findings(draft.id),
    heldBy: area.heldBy,
    passkeys: usable,
  };
}

function keyName({ keyid, spki, webauthn }: ReviewerKey): ReviewKey {
  return { keyid, publicKey: toBase64(spki), webauthn: webauthn ?? null };
}
