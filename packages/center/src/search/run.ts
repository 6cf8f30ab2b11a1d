// `vitrine center index DIR`: brings the index up to date, or makes it anew, and ends.

import { makeDurableDirectory, systemClock } from '@vitrine/host';
import type { CenterOptions } from '../context.ts';
import type { IndexState } from '../contract/search.ts';
import { openFollowing } from '../follow/index.ts';
import { Blobs } from '../repository/blobs.ts';
import { treesOf } from '../source/index.ts';
import { Indexing } from './indexing.ts';
import { removeIndex } from './schema.ts';
import { indexPath, treeToIndex, type NamedTrees } from './service.ts';

export interface IndexRun {
  /** The Center's folder. A Center that runs on it indexes by itself: stop it before `rebuild`. */
  readonly folder: string;
  readonly sourceStore: string;
  readonly trees: NamedTrees;
  /** Begins anew. */
  readonly rebuild?: boolean | undefined;
  readonly onProgress?: ((state: IndexState) => void) | undefined;
  /** What is wrong with this machine, in full. */
  readonly report?: ((line: string) => void) | undefined;
}

/** Resolves with what is indexed; rejects with `search.index` when it cannot go on. */
export async function indexAll({
  folder,
  sourceStore,
  trees,
  rebuild,
  onProgress,
  report,
}: IndexRun): Promise<IndexState> {
  await makeDurableDirectory(folder);
  if (rebuild === true) await removeIndex(indexPath(folder));
  const indexing: Indexing = new Indexing({
    path: indexPath(folder),
    store: sourceStore,
    files: async (digest) => (await trees.tree(digest))?.files,
    onProgress: () => onProgress?.(indexing.state()),
    report,
  });
  try {
    indexing.setTrees(trees.all().map(treeToIndex));
    await indexing.whole();
    return indexing.state();
  } finally {
    await indexing.close();
  }
}

/** The same for a Center that does not run: the log is read first. */
export async function indexCenter(
  options: Omit<CenterOptions, 'web'>,
  run: Pick<IndexRun, 'rebuild' | 'onProgress' | 'report'> = {},
): Promise<IndexState> {
  const { folder, policy, log: address, supervisors, sourceStore, clock = systemClock } = options;
  await makeDurableDirectory(folder);
  const following = await openFollowing({
    folder,
    policy,
    log: address,
    supervisors,
    clock,
    report: run.report,
  });
  try {
    await following.look();
    return await indexAll({
      ...run,
      folder,
      sourceStore,
      trees: treesOf(options, following.log, new Blobs(options.repository)),
    });
  } finally {
    await following.close();
  }
}
