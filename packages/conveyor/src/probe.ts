// A probe asks whether a stranger would get the same bytes: the product is built as ordered, and once more
// with everything varied that can be. If that differs, one variation after the other names the cause. This is
// no rebuild: nothing is compared with what a vendor said, nothing is signed, nothing is logged.

import { setTimeout as sleep } from 'node:timers/promises';
import { isVitrineError, type Isolation, type Order, type VitrineError } from '@vitrine/evidence';
import type { Store } from '@vitrine/host';
import { build, type BuildInputs, type BuildResult } from './build.ts';
import { fetchMaterials, neededFor } from './conveyor.ts';
import { differingPaths } from './difference.ts';
import type { MaterialCache } from './materials/cache.ts';
import { orderOf, recipeIn } from './order.ts';
import { hostPlatform } from './platform.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import type { Variation } from './sandbox/surroundings.ts';
import { showVariation, variationsHere, varySandbox, type Possible } from './sandbox/variation.ts';
import { readSource } from './source.ts';
import { withTemporary } from './temporary.ts';

export interface Probing {
  /** A folder inside the git repository. */
  readonly repository: string;
  readonly revision: string;
  /** From the root of the repository. */
  readonly recipePath: string;
  readonly source: Store;
  readonly materials: MaterialCache;
  readonly sandbox: Sandbox;
  /** Told as each build ends. */
  readonly onBuild?: ((what: string, milliseconds: number) => void) | undefined;
}

/** What a build gave, compared with the one as ordered. */
export type Compared =
  | { readonly result: 'equal' }
  /** The paths that differ, sorted. */
  | { readonly result: 'differs'; readonly files: readonly string[] }
  | { readonly result: 'fails'; readonly reason: VitrineError };

export type ProbedVariation = {
  readonly variation: Variation;
} & (
  | ({ readonly ordered: string; readonly varied: string } & Compared)
  /** Impossible here, or nothing could have been learnt from it. */
  | { readonly result: 'not-varied'; readonly why: string }
);

export interface Probed {
  readonly product: string;
  readonly version: string;
  readonly treeDigest: string;
  readonly order: Order;
  readonly isolation: Isolation;
  /** Of the build as ordered. */
  readonly plain: BuildResult;
  /** Everything possible varied at once. */
  readonly together: Compared;
  /**
   * Built again as ordered, before and after the single variations, where `together` was not equal: what
   * differs here has its cause in time, in chance, or in an order of parallel work.
   */
  readonly itself: Compared | undefined;
  readonly variations: readonly ProbedVariation[];
  /** The variations that alone make other bytes, or none. */
  readonly causes: readonly Variation[];
  readonly builds: number;
}

/** Whole seconds are what most programs write. */
const clockMs = 2_000;

/** Throws what the build as ordered throws; a build that fails only when it is varied is an answer. */
export async function probe(probing: Probing): Promise<Probed> {
  const subject = await prepare(probing);
  return withTemporary('probe', async (root) => {
    const { surroundings, varied } = probing.sandbox;
    // The same folder for every build: without a sandbox its name would be another one each time.
    const sandbox = probing.sandbox.with({ ...surroundings, root }, varied);
    const bench = new Bench(subject, probing.onBuild);
    const plain = await bench.build(sandbox, 'as ordered');
    const here = await variationsHere(sandbox);
    const possible = here.filter(({ why }) => why === undefined).map(({ variation }) => variation);
    // In another second, so that files that hold the time of the build show it.
    await sleep(Math.max(0, Date.parse(plain.startedOn) + clockMs - Date.now()));
    const together = await bench.compare(plain, await varySandbox(sandbox, possible), 'all varied');
    const singly =
      together.result === 'equal'
        ? { itself: undefined, results: new Map(possible.map((variation) => [variation, together])) }
        : await oneByOne(bench, plain, sandbox, possible, together);
    const variations = await Promise.all(here.map((one) => describe(one, singly.results, sandbox)));
    return {
      ...subject.about,
      isolation: sandbox.isolation,
      plain,
      together,
      itself: singly.itself,
      variations,
      causes: variations
        .filter(({ result }) => result === 'differs' || result === 'fails')
        .map(({ variation }) => variation),
      builds: bench.count,
    };
  });
}

interface Subject {
  readonly order: Order;
  readonly inputs: Omit<BuildInputs, 'sandbox'>;
  readonly about: Pick<Probed, 'product' | 'version' | 'treeDigest' | 'order'>;
}

async function prepare({ repository, revision, recipePath, source, materials }: Probing): Promise<Subject> {
  const tree = await readSource(repository, revision, source);
  const located = await recipeIn(tree.listing, recipePath, source);
  const fetched = await fetchMaterials({ materials }, await neededFor(tree, located, source));
  const order = orderOf({
    source: tree,
    // Nothing is signed, so no statement is named.
    sourceId: '0'.repeat(64),
    located,
    materials: fetched.manifest,
    platform: hostPlatform(),
  });
  return {
    order,
    inputs: { tree: tree.listing, materials: fetched.materials, source, blobs: materials.store },
    about: { product: order.product, version: order.version, treeDigest: tree.digest, order },
  };
}

/** Builds one order over and over. */
class Bench {
  readonly #subject: Subject;
  readonly #onBuild: Probing['onBuild'];
  count = 0;

  constructor(subject: Subject, onBuild: Probing['onBuild']) {
    this.#subject = subject;
    this.#onBuild = onBuild;
  }

  async build(sandbox: Sandbox, what: string): Promise<BuildResult> {
    const started = performance.now();
    this.count++;
    try {
      return await build(this.#subject.order, { ...this.#subject.inputs, sandbox });
    } finally {
      this.#onBuild?.(what, performance.now() - started);
    }
  }

  async compare(plain: BuildResult, sandbox: Sandbox, what: string): Promise<Compared> {
    try {
      const { manifest } = await this.build(sandbox, what);
      return comparedBy(differingPaths(plain.manifest, manifest));
    } catch (error) {
      // Only what the build itself did; a full disk says nothing about it.
      if (isVitrineError(error) && /^(?:build|output)\./.test(error.code))
        return { result: 'fails', reason: error };
      throw error;
    }
  }
}

function comparedBy(files: readonly string[]): Compared {
  return files.length === 0 ? { result: 'equal' } : { result: 'differs', files };
}

async function oneByOne(
  bench: Bench,
  plain: BuildResult,
  sandbox: Sandbox,
  possible: readonly Variation[],
  together: Compared,
): Promise<{ readonly itself: Compared; readonly results: ReadonlyMap<Variation, Compared | undefined> }> {
  const before = await bench.compare(plain, sandbox, 'as ordered, again');
  // Where all of the difference comes by itself, no variation can be accused of it.
  if (isCoveredBy(together, before)) return { itself: before, results: new Map() };
  const results = new Map<Variation, Compared>();
  for (const variation of possible) {
    const varied = await varySandbox(sandbox, [variation]);
    results.set(variation, await bench.compare(plain, varied, `${variation} varied`));
  }
  const itself = union(before, await bench.compare(plain, sandbox, 'as ordered, once more'));
  return { itself, results: new Map([...results].map(([name, one]) => [name, without(one, itself)])) };
}

function isCoveredBy(one: Compared, other: Compared): boolean {
  if (other.result === 'fails') return true;
  return one.result === 'differs' && without(one, other).result === 'equal';
}

/** What is left of a difference when that of `itself` is taken away. */
function without(one: Compared, itself: Compared): Compared {
  if (one.result !== 'differs' || itself.result !== 'differs') return one;
  return comparedBy(one.files.filter((file) => !itself.files.includes(file)));
}

function union(one: Compared, other: Compared): Compared {
  if (one.result === 'fails') return one;
  if (other.result === 'fails') return other;
  const files = [one, other].flatMap((each) => (each.result === 'differs' ? each.files : []));
  return comparedBy([...new Set(files)].toSorted());
}

async function describe(
  { variation, why }: Possible,
  results: ReadonlyMap<Variation, Compared | undefined>,
  sandbox: Sandbox,
): Promise<ProbedVariation> {
  if (why !== undefined) return { variation, result: 'not-varied', why };
  const compared = results.get(variation);
  if (compared === undefined)
    return { variation, result: 'not-varied', why: 'the build differs or fails by itself' };
  const varied = await varySandbox(sandbox, [variation]);
  return {
    variation,
    ordered: showVariation(variation, sandbox.surroundings),
    varied: showVariation(variation, varied.surroundings),
    ...compared,
  };
}
