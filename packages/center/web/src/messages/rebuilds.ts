import type { VoteResult } from '../../../src/contract/rebuilds.ts';
import type { Mark } from '../ui/Status.tsx';

export const voteMarks: Readonly<Record<VoteResult, Mark>> = {
  waiting: 'wait',
  built: 'info',
  reproduced: 'ok',
  differs: 'bad',
  cleared: 'warn',
  'cannot-build': 'warn',
  'no-sandbox': 'warn',
};

export const rebuilds = {
  title: 'Rebuilds',
  lead: (threshold: number, blind: boolean): string =>
    `The policy asks for ${threshold} operators that rebuilt the same bytes${
      blind ? ', each having logged its own digest before the vendor’s could be seen' : ''
    }. Digests are compared here; a rebuilder's word alone makes no match.`,
  none: 'No order has been logged yet',
  noneText: 'With the first order, rebuilders begin, and what they get stands here.',
  trend: 'How many operators agreed on each order, oldest on the left',
  trendTitle: 'Agreement by order',
  matrix: 'Orders and what each operator got, newest first',
  byOperator: 'By operator',
  columns: {
    order: 'order',
    product: 'product',
    release: 'release',
    operator: 'operator',
    result: 'result',
    blind: 'blind',
    entries: 'entries',
    entry: 'entry',
    said: 'its word',
    digest: 'its outputs',
    isolation: 'isolation',
    finished: 'finished',
    compared: 'compared here',
    difference: 'difference',
    answer: 'answer',
    agree: 'agree',
    differ: 'differ',
    abstain: 'cannot build or no vote',
    waiting: 'waiting',
  },
  results: {
    waiting: 'waiting',
    built: 'built, nothing to compare with yet',
    reproduced: 'same bytes',
    differs: 'other bytes',
    cleared: 'other bytes, cleared',
    'cannot-build': 'cannot build',
    'no-sandbox': 'no sandbox: no vote',
  },
  short: {
    waiting: 'waiting',
    built: 'built',
    reproduced: 'same',
    differs: 'differs',
    cleared: 'cleared',
    'cannot-build': 'cannot build',
    'no-sandbox': 'no vote',
  },
  blind: 'blind',
  notBlind: 'not blind',
  unreleased: 'not released',
  same: 'the same bytes as the vendor’s',
  other: 'other bytes than the vendor’s',
  noOutputs: 'no outputs',
  nothingYet: 'nothing to compare with yet',
  sealed: (holder: string): string =>
    `That it differs is open. What differs is sealed, held by ${holder}, until it is opened.`,
  noAnswer: (deadline: string): string => `none yet; due ${deadline}`,
  outcomes: { cleared: 'cleared', upheld: 'upheld' },
  page: {
    title: (product: string, version: string): string => `Rebuilds of ${product} ${version}`,
    back: 'The release',
    outputs: 'what the vendor’s build gave',
    agreeing: 'agree',
    noOrder: 'The order of this release is not in the log',
    words: 'Every word, in the order of the log',
    differences: 'Differences',
    noDifferences: 'Nobody got other bytes.',
    self: 'Rebuild it yourself',
    selfText:
      'With the key of a rebuilder or reviewer that the policy lists: source is given to holders of such a key, and what you get is logged under it. Without one, read the source here, or ask a supervisor.',
    limit:
      'Rebuilders sharing our code share its bugs. A rebuild says that the source gives these bytes, not that the source is good.',
  },
} as const;
