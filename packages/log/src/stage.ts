// What a larger tree adds to a smaller one, computed in memory from committed rows and the verified
// right edge: a pure function, so that a restart computes the same files as the run that was killed.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { equal, leafHash } from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { formatBundle } from './bundle.ts';
import { fail } from './codes.ts';
import { formatTile, type Edge, type Tile } from './edge.ts';
import { fatal } from './fatal.ts';
import { tileWidth, widthAt, type TilePath } from './path.ts';
import type { Sequencer } from './sequencer.ts';

export interface StagedFile {
  readonly tile: TilePath;
  readonly bytes: Uint8Array;
}

export interface Staged {
  readonly edge: Edge;
  /** Every tile and bundle, full and partial, that the tree of `edge.size` has and the one before has not. */
  readonly files: readonly StagedFile[];
}

/** Bundles hashed before other work of the process gets a turn. */
const bundlesPerTurn = 4;

/**
 * From the tree of `before`, which is left as it is, to that of `size`; or to a smaller one, a
 * multiple of 256, once the new entries are more than `mostBytes`.
 */
export async function stage(
  sequencer: Sequencer,
  before: Edge,
  size: number,
  mostBytes: number = Infinity,
): Promise<Staged> {
  const edge = before.clone();
  const files: StagedFile[] = [];
  const addTile = ({ level, index, hashes }: Tile): void => {
    files.push({ tile: { level, index, width: hashes.length }, bytes: formatTile(hashes) });
  };

  const first = Math.floor(before.size / tileWidth);
  let bytes = 0;
  for (let bundle = first; bundle * tileWidth < size && bytes <= mostBytes; bundle++) {
    const start = bundle * tileWidth;
    const end = Math.min(start + tileWidth, size);
    const rows = await sequencer.read(start, end);
    if (bundle === first) requireKnownRows(rows, before);
    const whole = formatBundle(rows);
    bytes += whole.length;
    files.push({ tile: { level: 'entries', index: bundle, width: end - start }, bytes: whole });
    for (const row of rows.slice(edge.size - start)) edge.append(row).forEach(addTile);
    if ((bundle - first) % bundlesPerTurn === bundlesPerTurn - 1) await nextTurn();
  }
  for (const tile of edge.partials()) {
    if (widthAt(tile.level, tile.index, before.size) !== tile.hashes.length) addTile(tile);
  }
  return { edge, files };
}

/** The rows of the bundle that goes on are still those that the tree was signed over. */
function requireKnownRows(rows: readonly Uint8Array[], before: Edge): void {
  for (const [i, hash] of before.level(0).entries()) {
    const row = rows[i];
    if (row === undefined || !equal(leafHash(row, sha256), hash)) {
      const index = before.size - before.level(0).length + i;
      throw fatal(
        fail('log.rows', `couldn't extend the tree: row ${index} is not the one that was signed`, {
          at: index,
        }),
      );
    }
  }
}
