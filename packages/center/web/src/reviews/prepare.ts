// What a reviewer signs, made here: the commitment and the statement, from the text and the list that are on
// the page.

import {
  commitTo,
  formatTime,
  inTotoPayload,
  preAuthEncoding,
  review as reviewKind,
  sha256,
  statementPayload,
  toHex,
  utf8,
} from '@vitrine/evidence';
import { composeReview, readOf } from '../../../src/contract/review-text.ts';
import type { Review } from '../../../src/contract/reviews.ts';

export type Draft = NonNullable<Review['draft']>;

export interface Prepared {
  readonly body: string;
  /** SHA-256 of the body, hex. */
  readonly digest: string;
  readonly salt: Uint8Array;
  readonly payload: Uint8Array;
  /** What the statement is called, hex. */
  readonly statementId: string;
}

/** Whether what the review would say of the files read is what the list on the page says. */
export function isReadAsListed({ content: { read }, readPaths }: Draft): boolean {
  const { files, list } = readOf(readPaths, read.of, sha256);
  return read.files === files && read.list === list;
}

/** Throws where the Center would have another list signed than the page shows. */
export function prepare(draft: Draft, salt: Uint8Array): Prepared {
  if (!isReadAsListed(draft)) throw new Error('the draft says that other files were read than it lists');
  const { content, heldBy } = draft;
  const body = composeReview(content);
  const payload = statementPayload(reviewKind, [{ name: 'tree', digest: { sha256: content.tree } }], {
    ...commitTo(salt, utf8(body), heldBy),
    issuedAt: formatTime(Date.now() / 1000),
  });
  return {
    body,
    digest: toHex(sha256(utf8(body))),
    salt,
    payload,
    statementId: toHex(sha256(preAuthEncoding(inTotoPayload, payload))),
  };
}
