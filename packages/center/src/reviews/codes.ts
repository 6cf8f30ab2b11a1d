import { raiser, type Raise } from '@vitrine/evidence';

/** What questions and reviews refuse. */
export const centerReviewErrors = {
  'review.refused': {
    exit: 3,
    meaning: 'A signed review is not what its draft says, or not by a key of its author.',
    remedy: 'Load the review again, look at the text that is to be signed, and sign that.',
  },
  'review.key': {
    exit: 4,
    meaning: 'A key cannot be registered, or is not the registered key of this reader.',
    remedy: 'Sign with a passkey of this account, or with a key file that no other account uses.',
  },
  'review.state': {
    exit: 2,
    meaning: 'What was asked for does not go with the state in which the question or review is.',
    remedy: 'Load the page again: somebody, perhaps in another window, was faster.',
  },
  'review.too-many': {
    exit: 2,
    meaning: 'A reader wrote more than the Center keeps of one reader.',
    remedy: 'Finish or discard drafts, or wait until tomorrow.',
  },
  'review.log': {
    exit: 5,
    meaning: 'The log did not take a review yet; it is kept and sent again.',
    remedy:
      'Nothing needs to be done. If it lasts, the operator looks at the log and at its list of reviewers.',
  },
} as const;

export type ReviewCode = keyof typeof centerReviewErrors;
export const fail: Raise<ReviewCode> = raiser(centerReviewErrors);
