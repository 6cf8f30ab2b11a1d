// The order (D14): everything that decides what a build gives, in one statement that builder and
// rebuilders start from.

import {
  fields,
  order as orderKind,
  parseJson,
  quote,
  schema,
  signStatement,
  type Envelope,
  type Order,
  type Signer,
  type TreeListing,
} from '@vitrine/evidence';
import type { Store } from '@vitrine/host';
import { fileAt } from './build.ts';
import { fail } from './codes.ts';
import type { Platform } from './platform.ts';
import { parseRecipe, recipeBytes, type Recipe } from './recipe.ts';
import type { CommittedSource } from './source.ts';

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
  try {
    if (file === undefined) throw fail('recipe.version', `the source has no ${quote(path)}`);
    const manifest = parseJson(await source.get(file.sha256, { maxBytes: 1 << 20 }));
    return schema.object({ version: fields.version }, {}, { open: true }).check(manifest).version;
  } catch (cause) {
    throw fail('recipe.version', `neither the recipe nor ${quote(path)} gives a version`, {
      at: path,
      cause,
    });
  }
}

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
  const { recipe, path, sha256, version } = located;
  return {
    product: recipe.product,
    version,
    source: sourceId,
    environment: { platform: platform.name, root: 'host', sandbox: recipe.sandbox },
    recipe: { path, sha256 },
    materials,
    parameters: recipe.parameters,
    clock: recipe.clock === 'commit' ? source.commit.time : recipe.clock,
    limits: recipe.limits,
  };
}

export function signOrder(order: Order, treeDigest: string, signer: Signer): Promise<Envelope> {
  return signStatement(orderKind, [{ name: 'tree', digest: { sha256: treeDigest } }], order, signer);
}
