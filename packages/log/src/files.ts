// The tiles and bundles of a log folder. Each path is written once; the same bytes again are fine
// (a restart), other bytes mean that the tree of this folder is not the tree of its rows.

import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isVitrineError } from '@vitrine/evidence';
import { errnoOf, fileFault, makeDurableDirectory, writeDurableMany } from '@vitrine/host';
import { fail } from './codes.ts';
import { fatal, fatalUnlessFull } from './fatal.ts';
import { covers, tilePath, tileWidth, type TilePath } from './path.ts';
import type { StagedFile } from './stage.ts';

export class TileFiles {
  readonly #folder: string;
  /** Folders that this process made durable; at most some thousands, then forgotten. */
  readonly #made = new Set<string>();
  /** Tiles with partial files that this process wrote or found, by the folder of those files. */
  readonly #partials = new Map<string, TilePath>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** All durable, names too, when it resolves. May be repeated after any failure. */
  async write(files: readonly StagedFile[]): Promise<void> {
    const placed = files.map(({ tile, bytes }) => ({
      tile,
      bytes,
      path: join(this.#folder, tilePath(tile)),
    }));
    try {
      if (this.#made.size > 4_096) this.#made.clear();
      for (const folder of new Set(placed.map(({ path }) => dirname(path)))) {
        if (this.#made.has(folder)) continue;
        await makeDurableDirectory(folder);
        this.#made.add(folder);
      }
      for (const { tile, path } of placed)
        if (tile.width < tileWidth) this.#partials.set(dirname(path), tile);
      await writeDurableMany(placed, { immutable: true });
    } catch (error) {
      if (isVitrineError(error, 'file.exists')) {
        throw fatal(
          fail('log.tree', `couldn't write a tile: ${error.message}`, { at: error.at, cause: error }),
        );
      }
      throw fatalUnlessFull(fileFault('write tiles in', this.#folder, error));
    }
  }

  /** Partial tiles whose full tile is published are no longer needed: readers take its beginning. */
  async dropPartials(published: number): Promise<void> {
    for (const [folder, { level, index }] of this.#partials) {
      if (!covers(published, { level, index, width: tileWidth })) continue;
      this.#made.delete(folder);
      try {
        await rm(folder, { recursive: true, force: true });
        this.#partials.delete(folder);
      } catch {
        // A file too many harms nobody; the next round tries again.
      }
    }
  }

  /** Removes what a killed writer left unfinished in the folders of these files. */
  async sweep(files: readonly StagedFile[]): Promise<void> {
    const folders = new Set(files.map(({ tile }) => dirname(join(this.#folder, tilePath(tile)))));
    for (const folder of [this.#folder, ...folders]) await sweepFolder(folder);
  }
}

async function sweepFolder(folder: string): Promise<void> {
  try {
    for (const name of await readdir(folder)) {
      if (name.startsWith('.') && name.endsWith('.tmp')) await rm(join(folder, name), { force: true });
    }
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw fileFault('sweep folder', folder, error);
  }
}
