// `vitrine center index DIR`: brings the index up to date, or makes it anew, and ends.

import { makeDurableDirectory } from '@vitrine/host';
import type { IndexState } from '../contract/search.ts';
import type { Trees } from '../source/trees.ts';
import { Indexing } from './indexing.ts';
import { removeIndex } from './schema.ts';
import { indexPath, treeToIndex } from './service.ts';

export interface IndexRun {
  /** The Center's folder. A Center that runs on it indexes by itself: stop it before `rebuild`. */
  readonly folder: string;
  readonly sourceStore: string;
  readonly trees: Trees;
  /** Begins anew. */
  readonly rebuild?: boolean | undefined;
  readonly onProgress?: ((state: IndexState) => void) | undefined;
}

/** Resolves with what is indexed; rejects with `search.index` when it cannot go on. */
export async function indexAll({
  folder,
  sourceStore,
  trees,
  rebuild,
  onProgress,
}: IndexRun): Promise<IndexState> {
  await makeDurableDirectory(folder);
  if (rebuild === true) await removeIndex(indexPath(folder));
  const indexing: Indexing = new Indexing({
    path: indexPath(folder),
    store: sourceStore,
    files: async (digest) => (await trees.tree(digest))?.files,
    onProgress: () => onProgress?.(indexing.state()),
  });
  try {
    indexing.setTrees(trees.all().map(treeToIndex));
    await indexing.whole();
    return indexing.state();
  } finally {
    await indexing.close();
  }
}
