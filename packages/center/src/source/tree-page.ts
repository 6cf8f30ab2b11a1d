// `/source/:tree`: a folder of a tree, what it is made of, and what was ordered and built from it. Counts
// and sizes are of what the reader may read; only how many files there are in all is public.

import { isVitrineError, type TreeFile } from '@vitrine/evidence';
import type { Context } from 'hono';
import type { CenterEnv, PathFilter } from '../context.ts';
import { decodeText, isBinary } from '../contract/content.ts';
import type { OrderOfTree, TreeEntry, TreePage } from '../contract/source.ts';
import { reportOf } from '../http/errors.ts';
import { publicWords } from '../public-words.ts';
import { languageOf } from './languages.ts';
import { beforeOf, notFound, openLogged, type SourceArea } from './reading.ts';
import type { LoggedTree, TreeOrder } from './trees.ts';

export async function treePage(
  area: SourceArea,
  c: Context<CenterEnv>,
  digest: string,
  folder: string,
): Promise<TreePage> {
  const { logged, filter, reader } = openLogged(area, c, digest);
  const { files, trouble } = await readFiles(area, c.get('requestId'), logged);
  const readable = files.filter(({ path }) => filter.allows(path));
  const entries = entriesOf(readable, folder);
  if (folder !== '' && entries.length === 0) throw notFound();
  return {
    tree: digest,
    products: logged.products,
    sources: logged.sources.map(({ index, product, gitCommit, listing }) => ({
      index,
      product,
      gitCommit,
      listing: listing.sha256,
    })),
    releases: logged.releases,
    orders: folder === '' ? await Promise.all(logged.orders.map((order) => orderOf(area, order, files))) : [],
    filesInAll: logged.files,
    readable: { tier: filter.tier, files: readable.length, bytes: sum(readable) },
    languages: folder === '' ? languagesOf(readable) : [],
    folder,
    entries,
    readme:
      entries.find(({ kind, name }) => kind !== 'folder' && /^readme(?:\.|$)/i.test(name))?.path ?? null,
    before: beforeOf(area, reader, logged),
    trouble,
  };
}

/** A store that fails takes the files away, not what the log says. */
async function readFiles(
  { trees, context }: SourceArea,
  request: string,
  logged: LoggedTree,
): Promise<{ readonly files: readonly TreeFile[]; readonly trouble: TreePage['trouble'] }> {
  try {
    return { files: (await trees.tree(logged.digest))?.files ?? [], trouble: null };
  } catch (error) {
    if (!isVitrineError(error)) throw error;
    const trouble = publicWords(error);
    if (trouble.message !== error.message)
      reportOf(context.options)(`request ${request}: ${error.code}: ${error.message}`);
    return { files: [], trouble };
  }
}

/** All paths for the file finder. */
export function readablePaths(files: readonly TreeFile[], filter: PathFilter): readonly string[] {
  return files.filter(({ path }) => filter.allows(path)).map(({ path }) => path);
}

const sum = (files: readonly TreeFile[]): number => files.reduce((bytes, { size }) => bytes + size, 0);

/** What stands directly in a folder: folders first. */
function entriesOf(files: readonly TreeFile[], folder: string): readonly TreeEntry[] {
  const prefix = folder === '' ? '' : `${folder}/`;
  const entries = new Map<string, { -readonly [Name in keyof TreeEntry]: TreeEntry[Name] }>();
  for (const file of files) {
    if (!file.path.startsWith(prefix)) continue;
    const slash = file.path.indexOf('/', prefix.length);
    const path = slash < 0 ? file.path : file.path.slice(0, slash);
    const known = entries.get(path);
    if (known !== undefined) {
      known.files++;
      known.size += file.size;
      continue;
    }
    entries.set(path, {
      kind: slash < 0 ? kindOf(file) : 'folder',
      name: path.slice(prefix.length),
      path,
      files: 1,
      size: file.size,
      language: slash < 0 ? languageOf(path).name : null,
    });
  }
  return [...entries.values()].sort(
    (a, b) =>
      Number(b.kind === 'folder') - Number(a.kind === 'folder') ||
      (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
}

function kindOf({ mode }: TreeFile): TreeEntry['kind'] {
  return mode === '120000' ? 'link' : mode === '100755' ? 'program' : 'file';
}

/** Most bytes first. */
function languagesOf(files: readonly TreeFile[]): TreePage['languages'] {
  const languages = new Map<string, { name: string; files: number; bytes: number }>();
  for (const { path, size, mode } of files) {
    if (mode === '120000') continue;
    const { name } = languageOf(path);
    const one = languages.get(name) ?? { name, files: 0, bytes: 0 };
    one.files++;
    one.bytes += size;
    languages.set(name, one);
  }
  return [...languages.values()].sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
}

const recipeBytes = 65_536;

/** Recipe and materials are open with the overview: what a build may read is no secret. */
async function orderOf(
  { trees }: SourceArea,
  { id, index, order, built }: TreeOrder,
  files: readonly TreeFile[],
): Promise<OrderOfTree> {
  const { product, version, environment, recipe, parameters, clock, materials } = order;
  // The file of the order's own digest in this very tree; a path alone would prove nothing.
  const file = files.find(({ sha256 }) => sha256 === recipe.sha256);
  const bytes = file === undefined ? null : await orNull(trees.readBlob(recipe.sha256, recipeBytes));
  const list = await orNull(trees.materials(order));
  return {
    id,
    index,
    product,
    version,
    platform: environment.platform,
    root: environment.root,
    sandbox: environment.sandbox,
    recipe: { ...recipe, text: bytes === null || isBinary(bytes) ? null : decodeText(bytes) },
    parameters,
    clock,
    materials: {
      sha256: materials.sha256,
      list:
        list?.map((one) => ({ id: one.id, sha256: one.sha256, size: one.size, opaque: one.opaque })) ?? null,
    },
    built,
  };
}

/** What cannot be had is said on the page, and takes nothing else from it. */
async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (isVitrineError(error)) return null;
    throw error;
  }
}
