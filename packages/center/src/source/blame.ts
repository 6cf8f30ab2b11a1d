// `/source/:tree/blame`: which commit each line came with. The lines are those of the logged tree where the
// commit holds the very same bytes; git's word about them stays git's word.

import type { Context } from 'hono';
import { isVitrineError } from '@vitrine/evidence';
import { sha256Hex } from '@vitrine/host';
import { fail } from '../codes.ts';
import type { CenterEnv } from '../context.ts';
import type { BlamePage } from '../contract/source.ts';
import { countLines, describeContent } from '../contract/content.ts';
import { contentOf, shown } from './file-page.ts';
import { isOid, type Blame, type Git } from './git.ts';
import { proven } from './history.ts';
import { headOf, notFound, openFile, openTree, record, type OpenedFile, type SourceArea } from './reading.ts';

export interface BlameQuestion {
  readonly tree: string;
  readonly path: string;
  /** A commit before the release's own; undefined: that one. */
  readonly at?: string | undefined;
}

export async function blamePage(
  area: SourceArea,
  c: Context<CenterEnv>,
  question: BlameQuestion,
): Promise<BlamePage> {
  return question.at === undefined
    ? blameOfTree(area, c, question)
    : blameBefore(area, c, question, question.at);
}

type Told = Pick<BlamePage, 'at' | 'proven' | 'groups' | 'commits' | 'fault'>;
const nothing: Told = { at: null, proven: true, groups: [], commits: {}, fault: null };

async function blameOfTree(
  area: SourceArea,
  c: Context<CenterEnv>,
  { tree, path }: BlameQuestion,
): Promise<BlamePage> {
  const opened = await openFile(area, c, tree, path);
  record(area, opened, 'blame', path);
  const content = await contentOf(area, opened);
  const told = content.state === 'text' ? await ask(area, opened, path) : nothing;
  return { ...headOf(area, opened), ...told, content };
}

async function ask(area: SourceArea, opened: OpenedFile, path: string): Promise<Told> {
  const { tree, file } = opened;
  const git = area.git(tree.products);
  if (git === undefined) return nothing;
  const at = tree.gitCommit;
  try {
    const blob = await git.blob(at, path);
    if (blob === undefined || sha256Hex(blob.bytes) !== file.sha256) {
      const fault =
        "the vendor's git does not hold this file, with these bytes, at the commit of the release";
      return { ...nothing, at, fault };
    }
    return { ...nothing, at, ...(await describe(area, opened, git, await git.blame(at, path))) };
  } catch (error) {
    if (isVitrineError(error)) return { ...nothing, at, fault: error.message };
    throw error;
  }
}

/** The file as an older commit had it: only ancestors of the release's own commit, only paths that may be read. */
async function blameBefore(
  area: SourceArea,
  c: Context<CenterEnv>,
  { tree, path }: BlameQuestion,
  at: string,
): Promise<BlamePage> {
  if (!isOid(at)) throw fail('center.request', 'at: the name of a commit, in hex');
  const opened = await openTree(area, c, tree);
  const git = area.git(opened.tree.products);
  if (git === undefined || !opened.filter.allows(path)) throw notFound();
  if (!(await git.isAncestor(at, opened.tree.gitCommit))) throw notFound();
  const blob = await git.blob(at, path);
  if (blob === undefined) throw notFound();
  record(area, opened, 'blame', path);
  const { mode, bytes } = blob;
  const file = {
    path,
    mode: mode as OpenedFile['file']['mode'],
    sha256: sha256Hex(bytes),
    size: bytes.length,
  };
  const older: OpenedFile = { ...opened, file };
  const content = describeContent(bytes, mode);
  const told =
    content.state === 'text' && countLines(bytes) > 0
      ? await describe(area, older, git, await git.blame(at, path))
      : { groups: [], commits: {} };
  return {
    ...headOf(area, older),
    ...nothing,
    ...told,
    at,
    proven: opened.tree.file(path)?.sha256 === file.sha256,
    content: shown(content, older),
  };
}

async function describe(
  area: SourceArea,
  { filter }: OpenedFile,
  git: Git,
  { groups, commits }: Blame,
): Promise<Pick<BlamePage, 'groups' | 'commits'>> {
  const listed = await proven(area, git, Object.values(commits));
  return {
    groups,
    commits: Object.fromEntries(
      listed.map((commit) => {
        const previous = commits[commit.oid]?.previous;
        const open = previous !== undefined && filter.allows(previous.path) ? previous : null;
        return [commit.oid, { ...commit, previous: open }];
      }),
    ),
  };
}
