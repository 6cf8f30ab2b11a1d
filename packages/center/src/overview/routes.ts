import type { OpenAPIHono } from '@hono/zod-openapi';
import type { CenterContext, CenterEnv } from '../context.ts';
import { overviewSchema } from '../contract/overview.ts';
import { lineOf, releaseFacts } from '../releases/facts.ts';
import { publicTwin } from '../twin.ts';
import { overviewTiles, pageOf } from './tiles.ts';

export function addOverview(app: OpenAPIHono<CenterEnv>, context: CenterContext): void {
  const { ledger, options, log, clock } = context;
  const { policy } = options;
  publicTwin(
    app,
    context,
    { path: '/', summary: 'What is proven now, what is not, what is late', answer: overviewSchema },
    async () => {
      const all = await releaseFacts(ledger, policy);
      const lines = [...Map.groupBy(all, lineOf).values()];
      const verifier = all.findLast(({ product, state }) => product === 'verifier' && state === 'published');
      return {
        vendor: policy.operators.get(policy.root.vendor)?.name ?? policy.root.vendor,
        log: {
          origin: policy.document.log.origin,
          size: ledger.size(),
          witnessTime: log.state().witnessTime ?? null,
        },
        asOf: Math.floor(clock.now() / 1000),
        tiles: await overviewTiles(context, all),
        releases: lines.flatMap((line) => {
          const newest = line.at(-1);
          if (newest === undefined) return [];
          const { product, channel, sequence, version, state, artifacts, votes } = newest;
          return [
            {
              product,
              channel,
              sequence,
              version,
              state,
              seenAt: artifacts[0]?.seenAt ?? 0,
              agreeing: votes.agreeing,
              threshold: policy.document.rebuilds.threshold,
            },
          ];
        }),
        maxAge: policy.document.freshness.maxAge,
        verifier: verifier === undefined ? null : pageOf(verifier),
      };
    },
  );
}
