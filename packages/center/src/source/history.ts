// `/source/:tree/history`: in which logged trees a file is the same, changed or absent (proven), and which
// commits of the vendor's git touched it (not proven, but for a commit whose files are a logged tree).

import type { Context } from 'hono';
import { isVitrineError } from '@vitrine/evidence';
import type { CenterEnv } from '../context.ts';
import type { CommitOfFile, HistoryPage } from '../contract/source.ts';
import type { Git, GitCommit } from './git.ts';
import {
  headOf,
  openFile,
  record,
  relatives,
  versionsOf,
  type OpenedFile,
  type SourceArea,
} from './reading.ts';
import type { LoggedTree } from './trees.ts';

/** Of the newest trees: each costs its listing. */
const mostTrees = 60;
/** How many commits are hashed for one page, and how long that may keep it. */
const mostHashed = 20;
const hashingMs = 3_000;

export async function historyPage(
  area: SourceArea,
  c: Context<CenterEnv>,
  tree: string,
  path: string,
): Promise<HistoryPage> {
  const opened = await openFile(area, c, tree, path);
  record(area, opened, 'history', path);
  const [releases, commits] = await Promise.all([releasesOf(area, opened), commitsOf(area, opened)]);
  return { ...headOf(area, opened), releases, commits };
}

async function releasesOf(
  area: SourceArea,
  { tree, file, reader }: OpenedFile,
): Promise<HistoryPage['releases']> {
  const { context, trees } = area;
  const rows: HistoryPage['releases'][number][] = [];
  let last: { readonly sha256: string; readonly mode: string } | undefined;
  let seen = false;
  let before: string | null = null;
  for (const logged of relatives(area, reader, tree.products).slice(-mostTrees)) {
    // Each tree by its own products: what is closed there is not there.
    if (!context.access.filter(reader, logged.products).allows(file.path)) continue;
    const there = await trees
      .tree(logged.digest)
      .then((one) => one?.file(file.path))
      .catch((error: unknown) => {
        if (isVitrineError(error)) return undefined;
        throw error;
      });
    const change = changeOf(last, there, seen);
    seen ||= there !== undefined;
    if (seen) {
      rows.push({
        tree: logged.digest,
        index: logged.sources[0]?.index ?? 0,
        product: logged.products.join(', '),
        versions: versionsOf(logged),
        change,
        sha256: there?.sha256 ?? null,
        before,
      });
    }
    last = there;
    before = logged.digest;
  }
  return rows.toReversed();
}

type Place = { readonly sha256: string; readonly mode: string } | undefined;

function changeOf(last: Place, now: Place, seen: boolean): HistoryPage['releases'][number]['change'] {
  if (now === undefined) return 'absent';
  if (last === undefined) return seen ? 'returned' : 'first';
  if (last.sha256 !== now.sha256) return 'changed';
  return last.mode === now.mode ? 'same' : 'mode';
}

async function commitsOf(area: SourceArea, { tree, file }: OpenedFile): Promise<HistoryPage['commits']> {
  const git = area.git(tree.products);
  if (git === undefined) return { state: 'none' };
  try {
    const { commits, more } = await git.history(tree.gitCommit, file.path);
    return { state: 'listed', list: await proven(area, git, commits), more };
  } catch (error) {
    if (isVitrineError(error)) return { state: 'failed', message: error.message };
    throw error;
  }
}

/** Says of each commit that a source statement names whether its files give the logged tree digest. */
export async function proven(
  { trees }: SourceArea,
  git: Git,
  commits: readonly GitCommit[],
): Promise<readonly CommitOfFile[]> {
  const named = new Map<string, LoggedTree>();
  for (const logged of trees.all()) for (const { gitCommit } of logged.sources) named.set(gitCommit, logged);
  const until = performance.now() + hashingMs;
  let hashed = 0;
  const list: CommitOfFile[] = [];
  for (const { oid, author, time, subject } of commits) {
    const logged = named.get(oid);
    let tree: string | null = null;
    if (logged !== undefined && hashed++ < mostHashed && performance.now() < until) {
      const digest = await git.treeDigest(oid).catch((error: unknown) => {
        if (isVitrineError(error)) return undefined;
        throw error;
      });
      if (digest === logged.digest) tree = digest;
    }
    list.push({ oid, author, time, subject, tree });
  }
  return list;
}
