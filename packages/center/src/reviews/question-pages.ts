// What each reader sees of questions: the threads on files that are open to it now, and no trace of others,
// not even in a count.

import { fail } from '../codes.ts';
import type { Reader } from '../context.ts';
import type { Post, Questions, QuestionsQuery, Thread, ThreadLine } from '../contract/questions.ts';
import type { ReleasedTree } from '../source/trees.ts';
import { isVendor, type ReviewArea } from './area.ts';
import type { KeptThread } from './questions.ts';

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);
const mostShown = 500;
const excerptLength = 200;

export async function questionsPage(
  area: ReviewArea,
  reader: Reader,
  { tree, path, state }: QuestionsQuery,
): Promise<Questions> {
  const found =
    tree === undefined || path === undefined ? undefined : await openFile(area, reader, tree, path);
  const all = found === undefined ? area.questions.all() : area.questions.ofFile(found.path, found.blob);
  const visible = all.filter(
    (thread) =>
      mayRead(area, reader, thread) && (found !== undefined || tree === undefined || thread.tree === tree),
  );
  const count = (wanted: string): number => visible.filter((thread) => thread.state === wanted).length;
  return {
    threads: visible
      .filter((thread) => state === undefined || thread.state === state)
      .slice(0, mostShown)
      .map((thread) => lineOf(area, reader, thread)),
    counts: { open: count('open'), answered: count('answered'), closed: count('closed') },
    mayAsk: reader.account !== undefined && (found !== undefined || readsSomething(area, reader)),
  };
}

export function threadPage(area: ReviewArea, reader: Reader, id: string): Thread {
  const thread = findThread(area, reader, id);
  const mine = thread.account === reader.account;
  const closed = thread.state === 'closed';
  return {
    thread: lineOf(area, reader, thread),
    posts: area.questions.posts(id).map((post): Post => ({
      id: post.id,
      author: area.reviewers.enrol(post.account),
      vendor: post.vendor,
      mine: post.account === reader.account,
      text: post.text,
      written: seconds(post.written),
      earlier: area.questions
        .revisions(post.id)
        .map(({ text, written }) => ({ text, written: seconds(written) })),
    })),
    may: {
      post: reader.account !== undefined && !closed,
      close: (mine || isVendor(reader)) && !closed,
      reopen: (mine || isVendor(reader)) && closed,
    },
  };
}

/** What is closed to the reader looks like what is not there. */
export function findThread(area: ReviewArea, reader: Reader, id: string): KeptThread {
  const thread = area.questions.get(id);
  if (thread === undefined || !mayRead(area, reader, thread))
    throw fail('center.not-found', 'there is no such question, or it is not open to you');
  return thread;
}

function mayRead({ context, trees }: ReviewArea, reader: Reader, { tree, path }: KeptThread): boolean {
  const products = trees.logged(tree)?.products;
  return products !== undefined && context.access.filter(reader, products).allows(path);
}

function readsSomething({ context, trees }: ReviewArea, reader: Reader): boolean {
  return trees.all().some(({ products }) => {
    const { tier } = context.access.filter(reader, products);
    return tier === 'critical' || tier === 'everything';
  });
}

export interface OpenedFile {
  readonly tree: ReleasedTree;
  readonly path: string;
  readonly blob: string;
  readonly size: number;
}

export async function openFile(
  { context, trees }: ReviewArea,
  reader: Reader,
  digest: string,
  path: string,
): Promise<OpenedFile> {
  const logged = trees.logged(digest);
  const allowed = logged !== undefined && context.access.filter(reader, logged.products).allows(path);
  const tree = allowed ? await trees.tree(digest) : undefined;
  const file = tree?.file(path);
  if (tree === undefined || file === undefined)
    throw fail('center.not-found', 'there is no such file, or it is not open to you');
  return { tree, path, blob: file.sha256, size: file.size };
}

function lineOf(area: ReviewArea, reader: Reader, thread: KeptThread): ThreadLine {
  const { id, state, tree, path, first, last, blob, account, asked, changed } = thread;
  const posts = area.questions.posts(id);
  const beginning = posts[0]?.text ?? '';
  return {
    id,
    state,
    tree,
    products: area.trees.logged(tree)?.products ?? [],
    path,
    first,
    last,
    blob,
    author: area.reviewers.enrol(account),
    mine: account === reader.account,
    excerpt:
      beginning.length > excerptLength ? `${beginning.slice(0, excerptLength).toWellFormed()}…` : beginning,
    posts: posts.length,
    asked: seconds(asked),
    changed: seconds(changed),
  };
}
