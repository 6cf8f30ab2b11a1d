// One build, as ordered (D14): unpack the source, place the materials, install and run without a
// network, hash the outputs. Builder and rebuilder run this same function; nothing here knows which.

import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import {
  formatTime,
  quote,
  type Isolation,
  type Material,
  type Order,
  type TreeListing,
} from '@vitrine/evidence';
import { systemClock, type Clock, type Store } from '@vitrine/host';
import { fail } from './codes.ts';
import { frameOf } from './environment.ts';
import { commandFailure } from './failure.ts';
import { installPackages, placeMaterials } from './install.ts';
import { lockfileBytes } from './materials/lockfile.ts';
import { neededMaterials } from './materials/needed.ts';
import { recipeIn, requireAsDecided } from './order.ts';
import { collectOutputs, type CollectedOutputs } from './outputs.ts';
import { hostPlatform, type Platform } from './platform.ts';
import type { Recipe } from './recipe.ts';
import { emptyFolder, withFolders } from './sandbox/folders.ts';
import type { BuildFolders, Sandbox } from './sandbox/sandbox.ts';
import type { Variation } from './sandbox/surroundings.ts';
import { withTemporary } from './temporary.ts';
import { exportTree, fileAt, writtenBy } from './tree.ts';
import { requireUntouched } from './untouched.ts';

export interface BuildInputs {
  readonly tree: TreeListing;
  readonly materials: readonly Material[];
  /** Holds the files of the tree. */
  readonly source: Store;
  /** Holds the materials; the outputs and their manifest are put into it. */
  readonly blobs: Store;
  readonly sandbox: Sandbox;
  readonly clock?: Clock | undefined;
  /** Told the lines of each step when it has ended, also when it failed. */
  readonly onLog?: ((log: string) => void) | undefined;
}

export interface BuildResult extends CollectedOutputs {
  readonly isolation: Isolation;
  /** In what the surroundings were not those of the order (D37); empty for a build as ordered. */
  readonly varied: readonly Variation[];
  readonly startedOn: string;
  readonly finishedOn: string;
}

/** Builds an order. The blob store holds every output and the manifest when this resolves. */
export async function build(order: Order, inputs: BuildInputs): Promise<BuildResult> {
  const clock = inputs.clock ?? systemClock;
  const startedOn = formatTime(clock.now() / 1000);
  const { recipe, platform } = await checkOrder(order, inputs);
  const { isolation, varied, surroundings } = inputs.sandbox;
  return withFolders(async (folders) => {
    const { reversed } = surroundings.unpacking;
    await exportTree(inputs.tree, inputs.source, folders.tree, { time: order.clock, reversed });
    await placeMaterials(inputs.materials, recipe, platform, inputs.blobs, folders, isolation);
    const steps = (): Promise<void> => runSteps(order, recipe, folders, inputs);
    await (isolation === 'none' ? requireUntouched([folders.materials, folders.tools], steps) : steps());
    const outputs = await hashOutputs(order, recipe, folders, inputs.blobs);
    const finishedOn = formatTime(clock.now() / 1000);
    return { ...outputs, isolation, varied, startedOn, finishedOn };
  }, surroundings);
}

/** What the order says must be what the tree and its recipe say; an order is written by others. */
async function checkOrder(
  order: Order,
  { tree, materials, source, sandbox }: BuildInputs,
): Promise<{ readonly recipe: Recipe; readonly platform: Platform }> {
  const platform = hostPlatform();
  if (order.environment.platform !== platform.name) {
    throw fail(
      'build.platform',
      `the order is for ${quote(order.environment.platform)}, this is ${platform.name}`,
    );
  }
  const located = await recipeIn(tree, order.recipe.path, source);
  if (located.sha256 !== order.recipe.sha256) {
    throw fail(
      'recipe.digest',
      `${quote(order.recipe.path)} is ${located.sha256}, ordered was ${order.recipe.sha256}`,
    );
  }
  requireAsDecided(order, located);
  const { recipe } = located;
  if (recipe.sandbox && sandbox.isolation === 'none')
    throw fail('sandbox.required', 'the recipe demands a sandbox and there is none here');
  await requireMaterials(recipe, platform, tree, materials, source);
  return { recipe, platform };
}

/** Neither one less nor one more than lockfile and recipe ask for, and none called open that is opaque. */
async function requireMaterials(
  recipe: Recipe,
  platform: Platform,
  tree: TreeListing,
  materials: readonly Material[],
  source: Store,
): Promise<void> {
  const needed = neededMaterials(recipe, await lockfileOf(recipe, tree, source), platform);
  const given = new Map(materials.map((material) => [material.id, material]));
  for (const { id, integrity, opaque } of needed) {
    const material = given.get(id);
    if (material?.integrity !== integrity || material.opaque !== opaque) {
      throw fail('material.mismatch', `the materials do not hold ${quote(id)} as it is locked`, { at: id });
    }
    given.delete(id);
  }
  const [extra] = given.keys();
  if (extra !== undefined)
    throw fail('material.mismatch', `nothing asks for the material ${quote(extra)}`, { at: extra });
}

/** The lockfile that npm would install from, where the recipe needs one. */
export async function lockfileOf(
  { npm }: Recipe,
  tree: TreeListing,
  source: Store,
): Promise<Uint8Array | undefined> {
  // npm prefers the other name, and what it says would go unchecked.
  if (npm !== undefined && tree.files.some(({ path }) => path.toLowerCase() === 'npm-shrinkwrap.json'))
    throw fail('lockfile.syntax', 'the source has an npm-shrinkwrap.json', { at: 'npm-shrinkwrap.json' });
  const file = fileAt(tree, 'package-lock.json');
  return file === undefined ? undefined : source.get(file.sha256, { maxBytes: lockfileBytes });
}

async function runSteps(
  order: Order,
  recipe: Recipe,
  folders: BuildFolders,
  inputs: BuildInputs,
): Promise<void> {
  const { sandbox, onLog } = inputs;
  const frame = frameOf(order, recipe, sandbox.inside(folders), sandbox.surroundings);
  const bounds = {
    limits: order.limits,
    endBy: performance.now() + order.limits.seconds * 1000,
    placed: writtenBy(inputs.tree),
  };
  await installPackages(recipe, inputs.materials, folders, sandbox, {
    env: frame.install,
    ...bounds,
    onLog,
  });
  for (const folder of [folders.home, folders.temporary]) await emptyFolder(folder);
  const { code, signal, log, stopped } = await sandbox.run(folders, {
    command: recipe.command,
    folder: dirnameOf(order.recipe.path),
    env: frame.build,
    ...bounds,
  });
  onLog?.(log);
  if (stopped !== undefined) throw stopped;
  if (code !== 0) throw commandFailure({ code, signal, log }, sandbox.isolation);
}

function dirnameOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The first thing after the build: copied out of its reach, hashed, and kept as blobs. */
function hashOutputs(
  order: Order,
  recipe: Recipe,
  folders: BuildFolders,
  blobs: Store,
): Promise<CollectedOutputs> {
  return withTemporary('outputs', async (fresh) => {
    const collected = await collectOutputs(folders.out, fresh, recipe.outputs, order.limits.outputBytes);
    for (const { path, sha256, size } of collected.manifest.outputs) {
      const kept = await blobs.putStream(createReadStream(join(fresh, path)), { maxBytes: size });
      // Without a sandbox something that the build left running may still reach these files.
      if (kept.sha256 !== sha256)
        throw fail('output.irregular', `the output ${quote(path)} changed after it was hashed`, { at: path });
    }
    await blobs.put(collected.manifestBytes);
    return collected;
  });
}
