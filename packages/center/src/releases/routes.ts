import { z, type OpenAPIHono } from '@hono/zod-openapi';
import { parseTime, release as releaseKind } from '@vitrine/evidence';
import { fail } from '../codes.ts';
import type { CenterContext, CenterEnv } from '../context.ts';
import { releasePageSchema, releasesSchema, type ReleaseRow } from '../contract/releases.ts';
import { publicTwin } from '../twin.ts';
import { releaseFacts, type ReleaseFacts } from './facts.ts';
import { atomFeed } from './feed.ts';
import { entryAt, releasePage } from './page.ts';

const name = z.string().regex(/^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/, 'not a name');
const line = z.object({ product: name, channel: name });
export const releaseParams: z.ZodType<{ product: string; channel: string; sequence: string }> = line.extend({
  sequence: z.string().regex(/^[1-9][0-9]{0,15}$/, 'not a sequence'),
});

/** The release that a page is about; `center.not-found` where the log has none. */
export async function findRelease(
  context: CenterContext,
  { product, channel, sequence }: { product: string; channel: string; sequence: string },
): Promise<{ readonly facts: ReleaseFacts; readonly all: readonly ReleaseFacts[] }> {
  const all = await releaseFacts(context.ledger, context.options.policy);
  const facts = all.find(
    (one) => one.product === product && one.channel === channel && one.sequence === Number(sequence),
  );
  if (facts === undefined) throw fail('center.not-found', 'the log holds no such release');
  return { facts, all };
}

export function addReleases(app: OpenAPIHono<CenterEnv>, context: CenterContext): void {
  const { ledger, options } = context;
  const { policy } = options;
  const { threshold } = policy.document.rebuilds;

  publicTwin(
    app,
    context,
    { path: '/releases', summary: 'Every release in the log', answer: releasesSchema },
    async () => ({
      size: ledger.size(),
      releases: (await releaseFacts(ledger, policy)).map((one) => rowOf(one, threshold)),
    }),
  );
  publicTwin(
    app,
    context,
    {
      path: '/releases/:product/:channel',
      summary: 'The releases of a product and channel',
      params: line,
      answer: releasesSchema,
    },
    async ({ params: { product, channel } }) => {
      const all = await releaseFacts(ledger, policy);
      const own = all.filter((one) => one.product === product && one.channel === channel);
      if (own.length === 0) throw fail('center.not-found', 'the log holds no release of that channel');
      return { size: ledger.size(), releases: own.map((one) => rowOf(one, threshold)) };
    },
  );
  publicTwin(
    app,
    context,
    {
      path: '/releases/:product/:channel/:sequence',
      summary: 'The chain of one release, from its source to its withdrawal',
      params: releaseParams,
      answer: releasePageSchema,
    },
    async ({ params }) => {
      const { facts, all } = await findRelease(context, params);
      return releasePage(context, facts, all);
    },
  );
  app.get('/feed.atom', (c) =>
    context.answers.answer(
      c,
      async () =>
        atomFeed(await releaseFacts(ledger, policy), {
          origin: context.origin.origin,
          log: policy.document.log.origin,
          vendor: policy.operators.get(policy.root.vendor)?.name ?? policy.root.vendor,
          threshold,
          updated: context.log.state().witnessTime ?? 0,
        }),
      'application/atom+xml; charset=utf-8',
    ),
  );
}

function rowOf(facts: ReleaseFacts, threshold: number): ReleaseRow {
  const { product, channel, sequence, version, platforms, state, artifacts, votes, published } = facts;
  const [first] = artifacts;
  if (first === undefined) throw new TypeError(`a release without a ${releaseKind.kind} statement`);
  return {
    product,
    channel,
    sequence,
    version,
    platforms,
    state,
    entry: entryAt(first),
    publishedAt: published === undefined ? null : parseTime(published.predicate.issuedAt),
    agreeing: votes.agreeing,
    threshold,
    artifacts: artifacts.map(({ predicate, sha256 }) => ({ output: predicate.output, sha256 })),
  };
}
