// What a reader may read, made before anything is looked at, so that nothing else is: trees as a whole, or the
// paths of a tree that are open. Plain data: it goes to a search thread.

import type { PathFilter } from '../context.ts';
import type { Catalog } from './catalog.ts';

export interface Scope {
  readonly whole: readonly string[];
  readonly part: readonly {
    readonly trees: readonly string[];
    /** 1 by number of path. */ readonly paths: Uint8Array;
  }[];
}

export function scopeOf(catalog: Catalog, filter: (products: readonly string[]) => PathFilter): Scope {
  const whole: string[] = [];
  const part: { trees: string[]; paths: Uint8Array }[] = [];
  const byProducts = Map.groupBy(catalog.trees, ({ meta }) => meta.products.join('\0'));
  for (const trees of byProducts.values()) {
    const allowed = filter(trees[0]?.meta.products ?? []);
    if (allowed.tier === 'none') continue;
    const digests = trees.map(({ digest }) => digest);
    if (allowed.tier === 'everything') {
      whole.push(...digests);
      continue;
    }
    // Releases share nearly all paths, so each is asked for once.
    const paths = new Uint8Array(catalog.paths.length);
    const asked = new Uint8Array(catalog.paths.length);
    for (const tree of trees)
      for (const path of tree.paths) {
        if (asked[path] === 1) continue;
        asked[path] = 1;
        if (allowed.allows(catalog.paths[path] as string)) paths[path] = 1;
      }
    part.push({ trees: digests, paths });
  }
  return { whole, part };
}

/** Whether the place with this path is open, tree by tree; undefined for a tree that is closed. */
export class OpenPlaces {
  readonly #byTree = new Map<string, Uint8Array | true>();

  constructor({ whole, part }: Scope) {
    for (const digest of whole) this.#byTree.set(digest, true);
    for (const { trees, paths } of part) for (const digest of trees) this.#byTree.set(digest, paths);
  }

  of(digest: string): ((path: number) => boolean) | undefined {
    const open = this.#byTree.get(digest);
    if (open === undefined) return undefined;
    return open === true ? () => true : (path) => open[path] === 1;
  }
}
