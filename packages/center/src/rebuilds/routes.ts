import type { OpenAPIHono } from '@hono/zod-openapi';
import { order as orderKind, type Order } from '@vitrine/evidence';
import type { CenterContext, CenterEnv } from '../context.ts';
import { rebuildsSchema, releaseRebuildsSchema, type RebuildRow } from '../contract/rebuilds.ts';
import { rebuildCommand } from '../releases/commands.ts';
import { ballotOn, releaseFacts, type ReleaseFacts } from '../releases/facts.ts';
import type { Said } from '../releases/ledger.ts';
import { placeOf } from '../releases/page.ts';
import { findRelease, releaseParams } from '../releases/routes.ts';
import { publicTwin } from '../twin.ts';
import { shownVotes } from './shown.ts';
import { votesOn } from './votes.ts';

/** The newest orders: what is older is on the pages of its releases. */
const most = 200;

export function addRebuilds(app: OpenAPIHono<CenterEnv>, context: CenterContext): void {
  const { ledger, options } = context;
  const { policy } = options;
  const { rebuilds: rule, resolutionDeadline } = policy.document;

  publicTwin(
    app,
    context,
    { path: '/rebuilds', summary: 'Who rebuilt which order, and what it gave', answer: rebuildsSchema },
    async () => {
      const releases = await releaseFacts(ledger, policy);
      const orders = ledger
        .of(orderKind)
        .slice(-most)
        .toReversed()
        .map((one) => rowOf(context, one, releases));
      const operators = new Map(
        orders.flatMap(({ votes }) => votes.map(({ operator, name }) => [operator, name] as const)),
      );
      return {
        size: ledger.size(),
        ...rule,
        resolutionDeadline,
        operators: [...operators].sort().map(([id, name]) => ({ id, name })),
        orders,
      };
    },
  );
  publicTwin(
    app,
    context,
    {
      path: '/rebuilds/:product/:channel/:sequence',
      summary: 'Every word about the rebuilds of one release',
      params: releaseParams,
      answer: releaseRebuildsSchema,
    },
    async ({ params }) => {
      const { facts, all } = await findRelease(context, params);
      const { product, channel, sequence, version, order } = facts;
      return {
        product,
        channel,
        sequence,
        version,
        ...rule,
        resolutionDeadline,
        order: order === undefined ? null : rowOf(context, order, all),
        command: order === undefined ? null : rebuildCommand(placeOf(context), order.id),
      };
    },
  );
}

function rowOf(
  { ledger, options: { policy } }: CenterContext,
  order: Said<Order>,
  releases: readonly ReleaseFacts[],
): RebuildRow {
  const { product, version, environment } = order.predicate;
  const votes = votesOn(ballotOn(ledger, order.id, environment.sandbox), policy);
  return {
    order: order.id,
    index: order.index,
    seenAt: order.seenAt,
    product,
    version,
    outputs: votes.outputs ?? null,
    agreeing: votes.agreeing,
    votes: shownVotes(votes, policy),
    releases: releases
      .filter((one) => one.order?.id === order.id)
      .map(({ channel, sequence, state }) => ({ channel, sequence, state })),
  };
}
