// The nine parts of a release's chain as a reader meets them: in which state each is, in a word and a sign.

import type { ReleasePage } from '../../../src/contract/releases.ts';
import { releases as words, type Part } from '../messages/releases.ts';
import type { Mark } from '../ui/Status.tsx';

export interface ChainNode {
  readonly part: Part;
  readonly mark: Mark;
  /** Two or three words. */
  readonly state: string;
}

export function chainOf(page: ReleasePage): readonly ChainNode[] {
  const { source, order, build, artifacts, witnesses, rebuilds, reviews, publication } = page;
  const { nodes } = words;
  return [
    {
      part: 'source',
      mark: source === null ? 'wait' : 'ok',
      state: source === null ? nodes.notStated : nodes.files(source.files),
    },
    {
      part: 'order',
      mark: order === null ? 'wait' : 'ok',
      state: order === null ? nodes.notLogged : words.page.entry(order.index),
    },
    {
      part: 'build',
      mark: build === null ? 'wait' : 'ok',
      state: build === null ? nodes.notLogged : nodes.outputs(artifacts.length),
    },
    { part: 'log', mark: 'ok', state: nodes.entries(page.log.entries.length) },
    {
      part: 'witnesses',
      mark: page.log.root === null ? 'wait' : 'ok',
      state: nodes.cosign(witnesses.quorum),
    },
    rebuildNode(rebuilds),
    {
      part: 'reviews',
      mark: reviews.length === 0 ? 'none' : 'info',
      state: reviews.length === 0 ? nodes.noReview : nodes.reviews(reviews.length),
    },
    {
      part: 'publication',
      mark: publication.first === null ? 'wait' : 'ok',
      state: publication.first === null ? nodes.notAnnounced : nodes.number(publication.first.seq),
    },
    withdrawalNode(page),
  ];
}

function rebuildNode({ votes, agreeing, threshold }: ReleasePage['rebuilds']): ChainNode {
  if (votes.some(({ result }) => result === 'differs'))
    return { part: 'rebuilds', mark: 'bad', state: words.nodes.differs };
  return {
    part: 'rebuilds',
    mark: agreeing >= threshold ? 'ok' : 'wait',
    state: words.nodes.agree(agreeing, threshold),
  };
}

function withdrawalNode({ withdrawals, holds }: ReleasePage): ChainNode {
  const [mark, state] =
    withdrawals.length > 0
      ? (['bad', words.nodes.withdrawn] as const)
      : holds.length > 0
        ? (['bad', words.nodes.held] as const)
        : (['ok', words.nodes.notWithdrawn] as const);
  return { part: 'withdrawal', mark, state };
}
