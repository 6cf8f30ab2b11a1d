// The order (D14): everything that decides what a build gives, in one statement that builder and
// rebuilders start from.

import {
  canonicalJson,
  equal,
  fields,
  order as orderKind,
  parseJson,
  quote,
  schema,
  signStatement,
  type Envelope,
  type Json,
  type Order,
  type Signer,
  type TreeListing,
} from '@vitrine/evidence';
import type { Store } from '@vitrine/host';
import { fail } from './codes.ts';
import type { Platform } from './platform.ts';
import { parseRecipe, recipeBytes, type Recipe } from './recipe.ts';
import type { CommittedSource } from './source.ts';
import { fileAt } from './tree.ts';

export interface LocatedRecipe {
  readonly recipe: Recipe;
  readonly path: string;
  readonly sha256: string;
  /** From the recipe, or from the package.json beside it. */
  readonly version: string;
}

/** Finds and reads the recipe of a tree. */
export async function recipeIn(tree: TreeListing, path: string, source: Store): Promise<LocatedRecipe> {
  const file = fileAt(tree, path);
  if (file === undefined) throw fail('recipe.missing', `the source has no ${quote(path)}`, { at: path });
  if (file.size > recipeBytes)
    throw fail('recipe.size', `a recipe of ${file.size} bytes; at most ${recipeBytes}`);
  const recipe = parseRecipe(await source.get(file.sha256, { maxBytes: recipeBytes }));
  return {
    recipe,
    path,
    sha256: file.sha256,
    version: recipe.version ?? (await packageVersion(tree, path, source)),
  };
}

async function packageVersion(tree: TreeListing, recipePath: string, source: Store): Promise<string> {
  const path = recipePath.replace(/[^/]*$/, 'package.json');
  const file = fileAt(tree, path);
  const refuse = (cause?: unknown): Error =>
    fail('recipe.version', `neither the recipe nor ${quote(path)} gives a version`, { at: path, cause });
  if (file === undefined || file.size > manifestBytes) throw refuse();
  const bytes = await source.get(file.sha256, { maxBytes: manifestBytes });
  try {
    return schema.object({ version: fields.version }, {}, { open: true }).check(parseJson(bytes)).version;
  } catch (cause) {
    throw refuse(cause);
  }
}

const manifestBytes = 1 << 20;

export interface OrderParts {
  readonly source: CommittedSource;
  /** Statement identifier of the `source` statement. */
  readonly sourceId: string;
  readonly located: LocatedRecipe;
  /** The materials manifest, a blob. */
  readonly materials: { readonly sha256: string; readonly size: number };
  readonly platform: Platform;
}

export function orderOf({ source, sourceId, located, materials, platform }: OrderParts): Order {
  const { path, sha256 } = located;
  const { environment, clock, ...rest } = decidedBy(located);
  return {
    ...rest,
    source: sourceId,
    environment: { platform: platform.name, ...environment },
    recipe: { path, sha256 },
    materials,
    clock: clock ?? source.commit.time,
  };
}

/** What the tree decides alone. A clock that the recipe leaves to the commit is the orderer's word. */
function decidedBy({ recipe, version }: LocatedRecipe): Pick<
  Order,
  'product' | 'version' | 'parameters' | 'limits'
> & {
  readonly environment: Omit<Order['environment'], 'platform'>;
  readonly clock: number | undefined;
} {
  return {
    product: recipe.product,
    version,
    environment: { root: 'host', sandbox: recipe.sandbox },
    parameters: recipe.parameters,
    clock: recipe.clock === 'commit' ? undefined : recipe.clock,
    limits: recipe.limits,
  };
}

/** Refuses an order that says anything else than the audited recipe: an order is written by others. */
export function requireAsDecided(order: Order, located: LocatedRecipe): void {
  const { environment, clock, ...rest } = decidedBy(located);
  const decided = { ...rest, ...environment, ...(clock === undefined ? {} : { clock }) };
  const ordered: Readonly<Record<string, unknown>> = { ...order, ...order.environment };
  for (const [name, value] of Object.entries(decided)) {
    const [asked, audited] = [ordered[name], value].map((one) => canonicalJson(one as Json)) as [
      Uint8Array,
      Uint8Array,
    ];
    if (equal(asked, audited)) continue;
    throw fail('order.mismatch', `the order has another ${name} than the recipe`, { at: name });
  }
}

export function signOrder(order: Order, treeDigest: string, signer: Signer): Promise<Envelope> {
  return signStatement(orderKind, [{ name: 'tree', digest: { sha256: treeDigest } }], order, signer);
}
