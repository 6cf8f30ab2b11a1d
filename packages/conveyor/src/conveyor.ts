// Flow A up to the provenance: source, order, materials, build, provenance, each logged when it is made.

import {
  formatMaterials,
  quote,
  statementIdOf,
  type Envelope,
  type Material,
  type Order,
  type Signer,
} from '@vitrine/evidence';
import { sha256, type Clock, type Store } from '@vitrine/host';
import { build, lockfileOf, type BuildResult } from './build.ts';
import { fail } from './codes.ts';
import type { Appender } from './log.ts';
import type { MaterialCache } from './materials/cache.ts';
import { neededMaterials, type NeededMaterial } from './materials/needed.ts';
import { obtainMaterials } from './materials/npm.ts';
import { orderOf, recipeIn, signOrder, type LocatedRecipe } from './order.ts';
import { hostPlatform } from './platform.ts';
import { signProvenance } from './provenance.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import { readSource, signSource, type CommittedSource } from './source.ts';

export interface Production {
  /** A folder inside the git repository. */
  readonly repository: string;
  /** HEAD, a branch, a tag or a commit. */
  readonly revision: string;
  /** Refuses a checkout with uncommitted changes (`source.dirty`): its owner may believe that they are built. */
  readonly clean?: boolean | undefined;
  /** From the root of the repository, for example products/verifier/conveyor.toml. */
  readonly recipePath: string;
  readonly signers: { readonly source: Signer; readonly order: Signer; readonly builder: Signer };
  readonly builderId: string;
  readonly log: Appender;
  /** Holds the files of the source and its listing. */
  readonly source: Store;
  /** Its store holds materials, manifests and outputs. */
  readonly materials: MaterialCache;
  readonly sandbox: Sandbox;
  /** Awaited before the provenance is logged: until enough rebuilders have committed to their own digest (D14). */
  readonly awaitRebuilds?: ((orderId: string) => Promise<void>) | undefined;
  readonly clock?: Clock | undefined;
  readonly onLog?: ((log: string) => void) | undefined;
  /** Told as each step ends, with the milliseconds it took. */
  readonly onStep?: ((step: ProductionStep, milliseconds: number) => void) | undefined;
}

export type ProductionStep = 'source' | 'materials' | 'order' | 'build' | 'provenance';

export interface LoggedStatement {
  readonly id: string;
  readonly index: number;
  readonly envelope: Envelope;
}

export interface Produced {
  readonly tree: CommittedSource;
  readonly located: LocatedRecipe;
  readonly materials: readonly Material[];
  readonly order: Order;
  readonly result: BuildResult;
  readonly statements: {
    readonly source: LoggedStatement;
    readonly order: LoggedStatement;
    readonly provenance: LoggedStatement;
  };
}

/** Builds a commit. After a failure, what was logged stays: a source or an order that nothing came of. */
export async function produce(production: Production): Promise<Produced> {
  const { signers, log } = production;
  const timed = stepTimer(production.onStep);
  const { tree, located, needed, source } = await timed('source', async () => {
    const read = await readSource(production.repository, production.revision, production.source);
    if (production.clean === true && read.dirty)
      throw fail('source.dirty', `${quote(production.repository, 200)} holds uncommitted changes`);
    const recipe = await recipeIn(read.listing, production.recipePath, production.source);
    // All that the source itself can be refused for, before anything is logged.
    const materials = await neededFor(read, recipe, production.source);
    const envelope = await signSource(read, recipe.recipe.product, signers.source);
    return { tree: read, located: recipe, needed: materials, source: await append(log, envelope) };
  });
  const { materials, manifest } = await timed('materials', () => fetchMaterials(production, needed));
  const order = orderOf({
    source: tree,
    sourceId: source.id,
    located,
    materials: manifest,
    platform: hostPlatform(),
  });
  const ordered = await timed('order', async () =>
    append(log, await signOrder(order, tree.digest, signers.order)),
  );
  const result = await timed('build', () =>
    build(order, {
      tree: tree.listing,
      materials,
      source: production.source,
      blobs: production.materials.store,
      sandbox: production.sandbox,
      clock: production.clock,
      onLog: production.onLog,
    }),
  );
  const provenance = await timed('provenance', async () => {
    await production.awaitRebuilds?.(ordered.id);
    const parts = {
      orderId: ordered.id,
      order,
      treeDigest: tree.digest,
      result,
      builderId: production.builderId,
    };
    return append(log, await signProvenance(parts, signers.builder));
  });
  return { tree, located, materials, order, result, statements: { source, order: ordered, provenance } };
}

export async function neededFor(
  tree: CommittedSource,
  { recipe }: LocatedRecipe,
  source: Store,
): Promise<readonly NeededMaterial[]> {
  return neededMaterials(recipe, await lockfileOf(recipe, tree.listing, source), hostPlatform());
}

/** Fetched by digest while there is a network and nothing runs; the manifest becomes a blob (D12). */
export async function fetchMaterials(
  production: Pick<Production, 'materials'>,
  needed: readonly NeededMaterial[],
): Promise<{
  readonly materials: readonly Material[];
  readonly manifest: { readonly sha256: string; readonly size: number };
}> {
  const materials = await obtainMaterials(needed, production.materials);
  const bytes = formatMaterials(materials);
  return { materials, manifest: { sha256: await production.materials.store.put(bytes), size: bytes.length } };
}

async function append(log: Appender, envelope: Envelope): Promise<LoggedStatement> {
  const { index } = await log.append(envelope);
  return { id: statementIdOf(envelope, sha256), index, envelope };
}

function stepTimer(
  onStep: Production['onStep'],
): <T>(step: ProductionStep, work: () => Promise<T>) => Promise<T> {
  return async (step, work) => {
    const start = performance.now();
    const result = await work();
    onStep?.(step, performance.now() - start);
    return result;
  };
}
