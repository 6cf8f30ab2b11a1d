// The vendor builds both products, and both supervisors build them again from the log's entry alone.

import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { fields, parseJson, schema } from '@vitrine/evidence';
import {
  awaitBlindRebuilds,
  openMaterialCache,
  produce,
  type Produced,
  type ProductionStep,
  type Sandbox,
} from '@vitrine/conveyor';
import { fetchBytes } from '@vitrine/host';
import { openStores } from '../commands/build.ts';
import { fail } from '../codes.ts';
import { logAccess } from '../log-access.ts';
import { withSigners } from '../signer/start.ts';
import type { Cast, ProductName } from './cast.ts';
import type { Services } from './services.ts';
import type { Stage } from './stage.ts';

const proves: Readonly<Record<ProductionStep, string>> = {
  source: 'what is built is named by the digest of every file before anything runs',
  materials: 'everything else the build may read, fetched by digest while nothing is executed',
  order: 'builder and rebuilders start from one signed order and nothing else',
  build: 'no network, fixed clock, path and locale; outputs hashed before anything else runs',
  provenance:
    'the builder says which order gave which bytes, once both rebuilders have committed to their own',
};

/** Where a production happens: the vendor's folder, its log, its sandbox. */
export interface Plant {
  readonly cast: Cast;
  readonly logUrl: string;
  readonly sandbox: Sandbox;
}

/** Source, order, build and provenance of one product at HEAD; the signing keys are in another process. */
export async function produceOn(
  stage: Stage,
  { cast, logUrl, sandbox }: Plant,
  repository: string,
  product: ProductName,
): Promise<Produced> {
  const { vendor, policy } = cast;
  const log = await logAccess(logUrl, policy);
  const stores = await openStores(vendor.store);
  const keys = (['source', 'order', 'builder'] as const).map((may) => ({
    may: [may],
    option: `keys/${may}.key`,
    file: vendor.keyFile(may),
  }));
  const times: { readonly step: ProductionStep; readonly ms: number }[] = [];
  const produced = await withSigners(keys, undefined, (signers) =>
    produce({
      repository,
      revision: 'HEAD',
      recipePath: `products/${product}/conveyor.toml`,
      signers: {
        source: signers.for('source'),
        order: signers.for('order'),
        builder: signers.for('builder'),
      },
      builderId: vendor.config.builder,
      log,
      source: stores.source,
      materials: openMaterialCache(stores.blobs, join(vendor.store, 'materials')),
      sandbox,
      awaitRebuilds: (orderId) => awaitBlindRebuilds(log, orderId, policy, blindWait),
      onStep: (step, ms) => times.push({ step, ms }),
    }),
  );
  for (const { step, ms } of times)
    stage.record(`${product} ${step}`, proves[step], ms, detailOf(step, produced));
  return produced;
}

const blindWait = { timeoutMs: 240_000, pollMs: 100 };

function detailOf(step: ProductionStep, { tree, materials, statements, result }: Produced): string {
  switch (step) {
    case 'source':
      return `tree ${tree.digest.slice(0, 16)}… of ${tree.listing.files.length} files at commit ${tree.commit.oid.slice(0, 12)}`;
    case 'materials':
      return `${materials.length} packages, ${materials.filter(({ opaque }) => opaque).length} of them opaque`;
    case 'order':
      return `${statements.order.id.slice(0, 16)}…, entry ${statements.order.index}`;
    case 'build':
      return `${result.manifest.outputs.map(({ path }) => path).join(' and ')}, isolation ${result.isolation}`;
    case 'provenance':
      return `outputs ${result.digest.slice(0, 16)}…, entry ${statements.provenance.index}`;
  }
}

const rebuildsOf = schema.object(
  {
    rebuilds: schema.list(
      schema.object(
        { order: fields.statementId, result: fields.name, blind: schema.flag },
        {},
        { open: true },
      ),
      { most: 1_000 },
    ),
  },
  {},
  { open: true },
);

/** What each supervisor says at its own address about an order, once it has compared. */
export async function rebuildsOn(
  { supervisors }: Pick<Services, 'supervisors'>,
  orderId: string,
): Promise<readonly { readonly operator: string; readonly result: string; readonly blind: boolean }[]> {
  return Promise.all(
    supervisors.map(async ({ operator, url }) => {
      const deadline = performance.now() + 240_000;
      for (;;) {
        const { bytes } = await fetchBytes(`${url}/status`, { maxBytes: 1 << 20, timeoutMs: 10_000 });
        const found = rebuildsOf
          .check(parseJson(bytes))
          .rebuilds.find(({ order, result }) => order === orderId && result !== 'built');
        if (found !== undefined) return { operator, ...found };
        if (performance.now() > deadline) throw fail('tour.step', `${operator} has not rebuilt ${orderId}`);
        await sleep(100);
      }
    }),
  );
}

/** Shows and demands that both supervisors got the same bytes, without having seen the vendor's. */
export async function requireReproduced(
  stage: Stage,
  services: Services,
  product: ProductName,
  { statements, result }: Produced,
): Promise<void> {
  await stage.step(
    `${product} rebuilds`,
    'two other processes with their own keys, stores and folders got the same bytes from the log’s entry alone',
    async () => {
      const found = await rebuildsOn(services, statements.order.id);
      const other = found.find((one) => one.result !== 'reproduced' || !one.blind);
      if (other !== undefined)
        throw fail('tour.step', `${other.operator}: ${other.result}${other.blind ? '' : ', not blind'}`);
      const differs = services.varied.length === 0 ? 'nothing' : services.varied.join(', ');
      return [
        undefined,
        `${found.map(({ operator }) => operator).join(' and ')} reproduced ${result.digest.slice(0, 16)}…, blind; the second varied ${differs}`,
      ];
    },
  );
}
