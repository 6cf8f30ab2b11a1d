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
import type { FilePlace } from './places.ts';
import type { LoggedTree } from './trees.ts';

/** Of the newest trees. */
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
  const [found, commits] = await Promise.all([releasesOf(area, opened), commitsOf(area, opened)]);
  return { ...headOf(area, opened), ...found, commits };
}

async function releasesOf(
  area: SourceArea,
  opened: OpenedFile,
): Promise<Pick<HistoryPage, 'releases' | 'more'>> {
  const { places, more } = await placesOf(area, opened);
  const rows: HistoryPage['releases'][number][] = [];
  let last: Place;
  let seen = false;
  let before: string | null = null;
  for (const { logged, place: there } of places.toReversed()) {
    const change = changeOf(last, there, seen);
    // Where older trees were not looked at, nobody knows whether the file came with the first that has it: that
    // one is there to compare with.
    const isTold = more ? seen : seen || there !== undefined;
    seen ||= there !== undefined;
    if (isTold) {
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
  return { releases: rows.toReversed(), more };
}

type Place = FilePlace | undefined;

/**
 * Where the file is in the newest trees, newest first. Each tree that was not asked about this path before costs
 * its listing, which is read on the one thread that answers everybody: one of them is read, and then as many as
 * the time allows. Whoever asks again is told of more.
 */
async function placesOf(
  area: SourceArea,
  { tree, file: { path }, reader }: OpenedFile,
): Promise<{
  readonly places: readonly { readonly logged: LoggedTree; readonly place: Place }[];
  readonly more: boolean;
}> {
  // Each tree by its own products: what is closed there is not there.
  const open = relatives(area, reader, tree.products).filter(({ products }) =>
    area.context.access.filter(reader, products).allows(path),
  );
  const until = performance.now() + area.historyMs;
  const places: { readonly logged: LoggedTree; readonly place: Place }[] = [];
  let read = 0;
  for (const logged of open.toReversed().slice(0, mostTrees)) {
    const known = area.places.get(logged.digest, path);
    if (known === undefined && read > 0 && performance.now() >= until) break;
    if (known === undefined) read++;
    places.push({ logged, place: known === undefined ? await readPlace(area, logged, path) : known.place });
  }
  return { places, more: places.length < open.length };
}

async function readPlace(
  { trees, places }: SourceArea,
  { digest }: LoggedTree,
  path: string,
): Promise<Place> {
  try {
    const place = (await trees.tree(digest))?.file(path);
    places.keep(digest, path, place);
    return place;
  } catch (error) {
    if (isVitrineError(error)) return undefined;
    throw error;
  }
}

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
