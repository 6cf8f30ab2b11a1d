// One reader and one tree: what of it exists for this reader, and the record that is made before any byte
// is answered. Every page about source begins here.

import type { Context } from 'hono';
import { z } from '@hono/zod-openapi';
import type { TreeFile } from '@vitrine/evidence';
import { fail } from '../codes.ts';
import type { CenterContext, CenterEnv, PathFilter, Reader, SourceRead } from '../context.ts';
import type { FileHead, TreeName } from '../contract/source.ts';
import type { Colours } from './colours.ts';
import type { Git } from './git.ts';
import type { Jobs } from './jobs.ts';
import type { FilePlaces } from './places.ts';
import { languageOf } from './languages.ts';
import type { Turns } from './turns.ts';
import type { LoggedTree, ReleasedTree, Trees } from './trees.ts';

/** What of the context these pages need. */
export type SourceContext = Pick<CenterContext, 'options' | 'access' | 'clock' | 'trees'>;

/** What the pages about source share. */
export interface SourceArea {
  readonly context: SourceContext;
  readonly trees: Trees;
  readonly jobs: Jobs;
  readonly colours: Colours;
  /** For files so large that few may be in memory at once. */
  readonly turns: Turns;
  /** When which reader was last shown which file, in this process; only what was recorded. Owned by reading.ts. */
  readonly shown: Map<string, number>;
  /** What histories were told. */
  readonly places: FilePlaces;
  /** How long a history may read listings. */
  readonly historyMs: number;
  /** The repository of the first of these products that has one. */
  git(products: readonly string[]): Git | undefined;
}

export interface Opened {
  readonly tree: ReleasedTree;
  readonly filter: PathFilter;
  readonly reader: Reader;
}

export interface OpenedFile extends Opened {
  readonly file: TreeFile;
}

export const treeParams: z.ZodType<{ readonly tree: string }> = z.object({ tree: z.string() });
export const path: z.ZodType<string> = z.string().min(1).max(4_096);
export const pathQuery: z.ZodType<{ readonly path: string }> = z.object({ path });

/** What the log says of a tree of which the reader may know; nothing in the store is touched. */
export function openLogged(
  { context, trees }: SourceArea,
  c: Context<CenterEnv>,
  digest: string,
): { readonly logged: LoggedTree; readonly filter: PathFilter; readonly reader: Reader } {
  const logged = trees.logged(digest);
  const reader = c.get('reader');
  const filter = logged === undefined ? undefined : context.access.filter(reader, logged.products);
  if (logged === undefined || filter === undefined || filter.tier === 'none') throw notFound();
  return { logged, filter, reader };
}

export async function openTree(area: SourceArea, c: Context<CenterEnv>, digest: string): Promise<Opened> {
  const { filter, reader } = openLogged(area, c, digest);
  const tree = await area.trees.tree(digest);
  if (tree === undefined) throw notFound();
  return { tree, filter, reader };
}

/** The file, if this reader may read it. What is closed looks like what is not there. */
export async function openFile(
  area: SourceArea,
  c: Context<CenterEnv>,
  digest: string,
  asked: string,
): Promise<OpenedFile> {
  const opened = await openTree(area, c, digest);
  const file = opened.filter.allows(asked) ? opened.tree.file(asked) : undefined;
  if (file === undefined) throw notFound();
  return { ...opened, file };
}

export function notFound(): Error {
  return fail('center.not-found', 'there is no such file or tree, or it is not open to you');
}

/** Durable before it returns: call it before the bytes are read for an answer. */
export function record(
  { context, shown }: SourceArea,
  { tree, reader }: Opened,
  what: SourceRead['what'],
  read: string,
): void {
  context.access.record(reader, {
    what,
    tree: tree.digest,
    path: read,
    product: productOf(context, reader, tree.products, read),
  });
  if (what !== 'file' && what !== 'blame' && what !== 'compare') return;
  if (shown.size >= mostShown) shown.clear();
  shown.set(shownKey(reader, tree.digest, read), context.clock.now());
}

const mostShown = 20_000;
const shownMs = 600_000;
const shownKey = (reader: Reader, tree: string, read: string): string =>
  JSON.stringify([reader.account ?? '', tree, read]);

/**
 * For what a page asks for beside a file that was just recorded for this reader: one look is one read.
 * Asked for by itself it is a read like any other.
 */
export function recordBeside(area: SourceArea, opened: Opened, read: string): void {
  const at = area.shown.get(shownKey(opened.reader, opened.tree.digest, read));
  const age = at === undefined ? Infinity : area.context.clock.now() - at;
  if (age < 0 || age > shownMs) record(area, opened, 'file', read);
}

/** The product through which it is read: one that opens it to anyone, else one that opens it to this reader. */
function productOf(
  { access }: SourceContext,
  reader: Reader,
  products: readonly string[],
  read: string,
): string {
  const nobody = { account: undefined, name: undefined, groups: [] };
  const opens = (who: Reader) => (product: string) => access.filter(who, [product]).allows(read);
  return products.find(opens(nobody)) ?? products.find(opens(reader)) ?? (products[0] as string);
}

export function headOf(area: SourceArea, { tree, file, reader }: OpenedFile): FileHead {
  return {
    tree: tree.digest,
    products: tree.products,
    path: file.path,
    mode: file.mode,
    sha256: file.sha256,
    size: file.size,
    language: languageOf(file.path).name,
    versions: versionsOf(tree.logged),
    git: area.git(tree.products) !== undefined,
    watermark: watermarkOf(area, reader),
  };
}

/** Of whoever has an account; drawn by the page over the source, never put into it. */
export function watermarkOf({ context }: SourceArea, { account, name }: Reader): FileHead['watermark'] {
  if (account === undefined) return null;
  return { account, name: name ?? account, time: Math.floor(context.clock.now() / 1000) };
}

/** Of its orders and releases, each once, in the order of the log. */
export function versionsOf({ orders, releases }: LoggedTree, product?: string): readonly string[] {
  const all = [
    ...orders.map(({ order }) => ({ product: order.product, version: order.version })),
    ...releases,
  ];
  return [
    ...new Set(
      all.filter((one) => product === undefined || one.product === product).map(({ version }) => version),
    ),
  ];
}

export function nameOf(logged: LoggedTree): TreeName {
  const newest = logged.sources.at(-1);
  return {
    tree: logged.digest,
    products: logged.products,
    versions: versionsOf(logged),
    gitCommit: newest?.gitCommit ?? '',
    index: newest?.index ?? 0,
  };
}

/** Other trees of any of these products of which the reader may know, in the order of the log. */
export function relatives(
  { context, trees }: SourceArea,
  reader: Reader,
  products: readonly string[],
): readonly LoggedTree[] {
  return trees
    .all()
    .filter((one) => one.products.some((product) => products.includes(product)))
    .filter((one) => context.access.filter(reader, one.products).tier !== 'none');
}

/** The tree of the same product that was logged before this one. */
export function beforeOf(area: SourceArea, reader: Reader, logged: LoggedTree): string | null {
  const all = relatives(area, reader, logged.products);
  return all[all.findIndex(({ digest }) => digest === logged.digest) - 1]?.digest ?? null;
}
