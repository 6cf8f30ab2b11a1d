// The pages about source and what they are drawn from.

import { z, type OpenAPIHono } from '@hono/zod-openapi';
import type { CenterEnv, CenterOptions, LogIndex } from '../context.ts';
import {
  blamePageSchema,
  catalogueSchema,
  compareLinesSchema,
  comparePageSchema,
  filePageSchema,
  fileTokensSchema,
  historyPageSchema,
  treePageSchema,
  treePathsSchema,
} from '../contract/source.ts';
import type { Blobs } from '../repository/blobs.ts';
import { parse, readerTwin } from '../twin.ts';
import { blamePage } from './blame.ts';
import { catalogueOf } from './catalogue.ts';
import { fail } from './codes.ts';
import { openColours } from './colours.ts';
import { compareLines, comparePage } from './compare.ts';
import { fileProof, filePage, fileTokens, rawFile } from './file-page.ts';
import { openGit, type Git } from './git.ts';
import { historyPage } from './history.ts';
import { openJobs } from './jobs.ts';
import { FilePlaces } from './places.ts';
import { openTree, path, pathQuery, treeParams, type SourceArea, type SourceContext } from './reading.ts';
import { readablePaths, treePage } from './tree-page.ts';
import { openTrees, type Trees } from './trees.ts';
import { takeTurns } from './turns.ts';

export type { SourceArea } from './reading.ts';

/** For the context: search and reviews stand on the same trees. */
export function treesOf(
  { sourceStore }: Pick<CenterOptions, 'sourceStore'>,
  log: LogIndex,
  blobs: Blobs,
): Trees {
  return openTrees({ log, store: sourceStore, readMaterials: materialsFrom(blobs) });
}

export interface OpenSource extends SourceArea {
  close(): Promise<void>;
}

/** Opens what the pages read from: the vendor's store, git repositories, worker threads. */
export function openSource(context: SourceContext, historyMs: number = 1_000): OpenSource {
  const { options, trees } = context;
  const jobs = openJobs();
  const colours = openColours(options.folder, jobs);
  const repositories = new Map<string, Git>(
    Object.entries(options.git).map(([product, folder]) => [product, openGit(folder)]),
  );
  return {
    context,
    trees,
    jobs,
    colours,
    turns: takeTurns(2),
    shown: new Map(),
    places: new FilePlaces(),
    historyMs,
    git: (products) => products.map((product) => repositories.get(product)).find((git) => git !== undefined),
    async close() {
      for (const git of repositories.values()) git.close();
      await jobs.close();
      colours.close();
    },
  };
}

/** Manifests lie beside the repository (D12). */
function materialsFrom(blobs: Blobs): (sha256: string) => Promise<Uint8Array> {
  return async (sha256) => {
    const bytes = await blobs.get(sha256);
    if (bytes === undefined)
      throw fail('source.store-missing', `the repository does not serve the materials manifest ${sha256}`);
    return bytes;
  };
}

const folder = z.object({ path: z.string().max(4_096).optional() });
const file = z.object({ path, from: z.coerce.number().int().min(1).max(1e9).optional() });
const blame = z.object({ path, at: z.string().max(64).optional() });
const compare = z.object({ from: z.string(), to: z.string(), path: path.optional() });

export function addSource(app: OpenAPIHono<CenterEnv>, area: SourceArea): void {
  readerTwin(
    app,
    { path: '/source', summary: 'Source by product and release', answer: catalogueSchema },
    (c) => catalogueOf(area, c.get('reader')),
  );
  readerTwin(
    app,
    {
      path: '/source/compare',
      summary: 'Two trees of source, or one file of them',
      query: compare,
      answer: comparePageSchema,
    },
    (c, { query }) => comparePage(area, c, query),
  );
  readerTwin(
    app,
    {
      path: '/source/compare/lines',
      summary: 'How many lines came and went in each changed file',
      query: compare,
      answer: compareLinesSchema,
    },
    (c, { query }) => compareLines(area, c, query),
  );
  readerTwin(
    app,
    {
      path: '/source/:tree',
      summary: 'A tree of source',
      params: treeParams,
      query: folder,
      answer: treePageSchema,
    },
    (c, { params, query }) => treePage(area, c, params.tree, query.path ?? ''),
  );
  readerTwin(
    app,
    {
      path: '/source/:tree/paths',
      summary: 'The paths that you may read',
      params: treeParams,
      answer: treePathsSchema,
    },
    async (c, { params }) => {
      const { tree, filter } = await openTree(area, c, params.tree);
      return { paths: readablePaths(tree.files, filter) };
    },
  );
  readerTwin(
    app,
    {
      path: '/source/:tree/file',
      summary: 'A file of source',
      params: treeParams,
      query: file,
      answer: filePageSchema,
    },
    (c, { params, query }) => filePage(area, c, params.tree, query.path, query.from ?? 1),
  );
  readerTwin(
    app,
    {
      path: '/source/:tree/tokens',
      summary: 'The colours of a file',
      params: treeParams,
      query: pathQuery,
      answer: fileTokensSchema,
    },
    (c, { params, query }) => fileTokens(area, c, params.tree, query.path),
  );
  readerTwin(
    app,
    {
      path: '/source/:tree/history',
      summary: 'Releases and commits that changed a file',
      params: treeParams,
      query: pathQuery,
      answer: historyPageSchema,
    },
    (c, { params, query }) => historyPage(area, c, params.tree, query.path),
  );
  readerTwin(
    app,
    {
      path: '/source/:tree/blame',
      summary: 'The commit of each line',
      params: treeParams,
      query: blame,
      answer: blamePageSchema,
    },
    (c, { params, query }) => blamePage(area, c, { ...params, ...query }),
  );
  app.get('/source/:tree/raw', (c) =>
    rawFile(area, c, c.req.param('tree'), parse(pathQuery, c.req.query()).path),
  );
  // As a twin is routed; but canonical to the byte.
  app.get('/twin/source/:tree/proof', (c) =>
    fileProof(area, c, c.req.param('tree'), parse(pathQuery, c.req.query()).path),
  );
}
