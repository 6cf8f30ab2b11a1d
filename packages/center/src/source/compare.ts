// `/source/compare`: two trees, and one file of them. What the reader may not read in a tree is not there,
// on neither side.

import type { Context } from 'hono';
import { isVitrineError, type TreeFile } from '@vitrine/evidence';
import type { CenterEnv } from '../context.ts';
import type { ChangedFile, CompareLines, ComparePage, FileComparison } from '../contract/source.ts';
import { compareLimits } from './compare-files.ts';
import { compareTrees, type ChangeKind, type TreeChange } from './compare-trees.ts';
import { countLines, decodeText, isBinary } from '../contract/content.ts';
import { isColoured } from './file-page.ts';
import type { CountedLines } from './jobs.ts';
import {
  nameOf,
  notFound,
  openTree,
  record,
  relatives,
  watermarkOf,
  type Opened,
  type SourceArea,
} from './reading.ts';

export interface CompareQuestion {
  readonly from: string;
  readonly to: string;
  readonly path?: string | undefined;
}

export async function comparePage(
  area: SourceArea,
  c: Context<CenterEnv>,
  question: CompareQuestion,
): Promise<ComparePage> {
  const [from, to] = await Promise.all([openTree(area, c, question.from), openTree(area, c, question.to)]);
  const changes = compareTrees(visible(from), visible(to), () => true);
  const counts: Record<ChangeKind, number> = { added: 0, removed: 0, changed: 0, mode: 0, moved: 0 };
  for (const { kind } of changes) counts[kind]++;
  return {
    from: nameOf(from.tree.logged),
    to: nameOf(to.tree.logged),
    counts,
    changes: changes.map(describe),
    file: question.path === undefined ? null : await fileOf(area, from, to, changes, question.path),
    others: relatives(area, to.reader, [...from.tree.products, ...to.tree.products]).map(nameOf),
  };
}

/** For one answer; what was counted before is kept. */
const countLimits = { files: 1_000, fileBytes: 524_288, milliseconds: 4_000, kept: 50_000 } as const;

/** Counts of lines by both digests: a function of them alone, the same for every reader. Owned here. */
const counted = new Map<string, CountedLines>();

export async function compareLines(
  area: SourceArea,
  c: Context<CenterEnv>,
  question: CompareQuestion,
): Promise<CompareLines> {
  const [from, to] = await Promise.all([openTree(area, c, question.from), openTree(area, c, question.to)]);
  const changes = compareTrees(visible(from), visible(to), () => true).filter(
    ({ kind }) => kind !== 'mode' && kind !== 'moved',
  );
  const until = performance.now() + countLimits.milliseconds;
  const files: CompareLines['files'][number][] = [];
  for (const change of changes.slice(0, countLimits.files)) {
    const count = await countFile(area, change, performance.now() < until);
    if (count !== undefined) files.push({ path: change.path, ...count });
  }
  return { files, uncounted: changes.length - files.length };
}

async function countFile(
  { trees, jobs }: SourceArea,
  { from, to }: TreeChange,
  hasTime: boolean,
): Promise<CountedLines | undefined> {
  const key = `${from?.sha256 ?? ''} ${to?.sha256 ?? ''}`;
  const known = counted.get(key);
  if (known !== undefined || !hasTime) return known;
  const sides = [from, to];
  if (sides.some((side) => side?.mode === '120000' || (side?.size ?? 0) > countLimits.fileBytes))
    return undefined;
  try {
    const [old, fresh] = await Promise.all(
      sides.map((side) =>
        side === undefined ? Promise.resolve(new Uint8Array(0)) : trees.readBlob(side.sha256),
      ),
    );
    if (old === undefined || fresh === undefined || isBinary(old) || isBinary(fresh)) return undefined;
    const count: CountedLines =
      from === undefined || to === undefined
        ? { added: countLines(fresh), removed: countLines(old), coarse: false }
        : await jobs.count({ from: old, to: fresh });
    if (counted.size >= countLimits.kept) counted.clear();
    counted.set(key, count);
    return count;
  } catch (error) {
    // What the store lacks is said where the file is opened; a busy worker leaves the count out.
    if (isVitrineError(error)) return undefined;
    throw error;
  }
}

function visible({ tree, filter }: Opened): readonly TreeFile[] {
  return filter.tier === 'everything' ? tree.files : tree.files.filter(({ path }) => filter.allows(path));
}

function describe({ kind, path, from, to }: TreeChange): ChangedFile {
  return { kind, path, from: from ?? null, to: to ?? null };
}

async function fileOf(
  area: SourceArea,
  from: Opened,
  to: Opened,
  changes: readonly TreeChange[],
  path: string,
): Promise<ComparePage['file']> {
  const at = changes.findIndex((one) => one.path === path || one.from?.path === path);
  const change = changes[at] ?? unchanged(from, to, path);
  if (change === undefined) throw notFound();
  if (change.from !== undefined) record(area, from, 'compare', change.from.path);
  if (change.to !== undefined) record(area, to, 'compare', change.to.path);
  return {
    change: describe(change),
    at: at < 0 ? null : at,
    comparison: await compareFile(area, change),
    watermark: watermarkOf(area, to.reader),
  };
}

/** A file that is the same in both can be asked for, too. */
function unchanged(from: Opened, to: Opened, path: string): TreeChange | undefined {
  if (!from.filter.allows(path) || !to.filter.allows(path)) return undefined;
  const [a, b] = [from.tree.file(path), to.tree.file(path)];
  return a === undefined || b === undefined ? undefined : { kind: 'changed', path, from: a, to: b };
}

async function compareFile(
  { trees, jobs }: SourceArea,
  { from, to, path }: TreeChange,
): Promise<FileComparison> {
  if (from?.sha256 === to?.sha256) return { state: 'same' };
  const { bytes: most, lines } = compareLimits;
  const large = { state: 'large', bytes: most, lines } as const;
  if ((from?.size ?? 0) > most || (to?.size ?? 0) > most) return large;
  const read = (file: TreeFile | undefined): Promise<Uint8Array> =>
    file === undefined ? Promise.resolve(new Uint8Array(0)) : trees.readBlob(file.sha256, most);
  const [old, fresh] = await Promise.all([read(from), read(to)]);
  if (from?.mode === '120000' || to?.mode === '120000') {
    const side = (file: TreeFile | undefined, bytes: Uint8Array): string | null =>
      file?.mode === '120000' ? decodeText(bytes) : null;
    return { state: 'links', from: side(from, old), to: side(to, fresh) };
  }
  if (isBinary(old) || isBinary(fresh)) return { state: 'binary' };
  if (countLines(old) > lines || countLines(fresh) > lines) return large;
  const compared = await jobs.compare({ from: old, to: fresh });
  const ends = (bytes: Uint8Array): boolean => bytes.length === 0 || bytes.at(-1) === 10;
  const coloured = (file: TreeFile | undefined, count: number): boolean =>
    file === undefined || isColoured(path, file.size, count);
  return {
    state: 'text',
    ...compared,
    finalLineEnd: { from: ends(old), to: ends(fresh) },
    colours: coloured(from, compared.fromLines) && coloured(to, compared.lines.length),
  };
}
