// `/source`: which source there is, by product and release, for this reader.

import type { Catalogue } from '../contract/source.ts';
import type { Reader } from '../context.ts';
import { versionsOf, type SourceArea } from './reading.ts';

export function catalogueOf({ context, trees }: SourceArea, reader: Reader): Catalogue {
  const all = trees.all();
  const products = [...new Set(all.flatMap((tree) => tree.products))].toSorted();
  return {
    products: products
      .map((product) => ({ product, tier: context.access.filter(reader, [product]).tier }))
      .filter(({ tier }) => tier !== 'none')
      .map(({ product, tier }) => ({
        product,
        tier,
        trees: all
          .filter((tree) => tree.products.includes(product))
          .toReversed()
          .map((tree) => {
            const source = tree.sources.findLast((one) => one.product === product);
            return {
              tree: tree.digest,
              index: source?.index ?? 0,
              files: tree.files,
              bytes: tree.bytes,
              gitCommit: source?.gitCommit ?? '',
              versions: versionsOf(tree, product),
              releases: tree.releases.filter((one) => one.product === product),
            };
          }),
      })),
  };
}
