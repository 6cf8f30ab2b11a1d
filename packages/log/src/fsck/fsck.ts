// Everything in a log folder derived again from its entries and compared: hashes, tiles, bundles,
// checkpoints, rows and the deduplication index. It holds the lease, so a running log is refused.

import { checkDatabase } from '@vitrine/host';
import { parseAdmissionList, parseReviewers } from '../admission/list.ts';
import { formatBundle, parseBundle } from '../bundle.ts';
import { Edge, formatTile, type Tile } from '../edge.ts';
import { openLogFolder } from '../folder.ts';
import { tilePath, tileWidth, widthAt } from '../path.ts';
import { SqliteRows } from '../rows.ts';
import type { Sequencer } from '../sequencer.ts';
import { readOptional, TilesOnDisk } from './files.ts';
import { HeadCheck } from './heads.ts';
import { Problems, type Problem } from './problems.ts';
import { RowCheck } from './rows.ts';

export interface FsckReport {
  readonly origin: string;
  /** Entries whose tree was derived again: all that are committed, unless some are missing. */
  readonly entries: number;
  readonly published: number;
  /** Tiles and bundles compared, full and partial. */
  readonly files: number;
  /** None: the folder is sound. At most 100. */
  readonly problems: readonly Problem[];
}

export interface FsckOptions {
  /** The store of a foreign log. Without it, only what is published can be derived. */
  readonly sequencer?: Sequencer | undefined;
}

export async function fsck(dir: string, options: FsckOptions = {}): Promise<FsckReport> {
  using folder = openLogFolder(dir);
  const { database, identity } = folder;
  const problems = new Problems();
  await problems.attempt('log.db', () => checkDatabase(database));
  const heads = await HeadCheck.read(folder, problems);
  if (identity.mode === 'admission') {
    await problems.attempt('admission.json', async () => {
      const bytes = await readOptional(dir, 'admission.json', 4 << 20);
      if (bytes !== undefined) parseAdmissionList(bytes);
    });
    await problems.attempt('reviewers.json', async () => {
      const bytes = await readOptional(dir, 'reviewers.json', 4 << 20);
      if (bytes !== undefined) parseReviewers(bytes);
    });
  }
  const rows = identity.mode === 'foreign' ? options.sequencer : new SqliteRows(database);
  const rowCheck = identity.mode === 'foreign' ? undefined : new RowCheck(folder, problems);
  const tiles = await TilesOnDisk.list(dir, problems);
  const entries = await deriveTree({ heads, tiles, rows, rowCheck, problems });
  await rowCheck?.finish(heads.committed);
  if (rows !== undefined) tiles.reportRest();
  return {
    origin: identity.origin,
    entries,
    published: heads.published,
    files: tiles.compared,
    problems: problems.list,
  };
}

interface Parts {
  readonly heads: HeadCheck;
  readonly tiles: TilesOnDisk;
  readonly rows: Sequencer | undefined;
  readonly rowCheck: RowCheck | undefined;
  readonly problems: Problems;
}

/** Bundle by bundle; answers how many entries it could derive. */
async function deriveTree(parts: Parts): Promise<number> {
  const { heads, tiles, rows, rowCheck, problems } = parts;
  const end = rows === undefined ? heads.published : heads.committed;
  const edge = new Edge();
  const compareTile = ({ level, index, hashes }: Tile): Promise<void> =>
    tiles.compare({ level, index }, hashes.length, heads.published, (width) =>
      formatTile(hashes.slice(0, width)),
    );
  heads.compare(edge);
  for (let index = 0; index * tileWidth < end; index++) {
    const start = index * tileWidth;
    const entries = await problems.attempt(tilePath({ level: 'entries', index, width: tileWidth }), () =>
      readEntries(parts, index, end),
    );
    if (entries === undefined) break; // Without these, nothing after them can be derived.
    await tiles.compare({ level: 'entries', index }, entries.length, heads.published, (width) =>
      formatBundle(entries.slice(0, width)),
    );
    for (const [i, entry] of entries.entries()) {
      await rowCheck?.compare(start + i, entry);
      for (const tile of edge.append(entry)) await compareTile(tile);
      if (heads.has(edge.size)) heads.compare(edge);
    }
  }
  for (const tile of edge.partials()) await compareTile(tile);
  return edge.size;
}

/** What is published stands in a bundle; the rest of the same bundle may still be rows only. */
async function readEntries(
  { heads, tiles, rows }: Parts,
  index: number,
  end: number,
): Promise<readonly Uint8Array[]> {
  const start = index * tileWidth;
  const stop = Math.min(start + tileWidth, end);
  const width = widthAt('entries', index, heads.published);
  const bytes = width === 0 ? undefined : await tiles.read({ level: 'entries', index, width });
  const bundled = bytes === undefined ? [] : parseBundle(bytes).slice(0, width);
  const rest = start + bundled.length;
  return rest >= stop ? bundled : [...bundled, ...((await rows?.read(rest, stop)) ?? [])];
}
