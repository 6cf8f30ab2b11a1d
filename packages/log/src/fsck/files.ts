// The tiles and bundles that a folder holds, struck off one by one as they are compared.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { equal, isVitrineError } from '@vitrine/evidence';
import { errnoOf, fileFault, readBounded } from '@vitrine/host';
import { bundleLimit } from '../bundle.ts';
import { parseTilePath, tilePath, tileWidth, widthAt, type TilePath } from '../path.ts';
import type { Problems } from './problems.ts';

export class TilesOnDisk {
  readonly #folder: string;
  readonly #problems: Problems;
  /** Widths by the path of the full tile. */
  readonly #widths = new Map<string, Set<number>>();
  #compared = 0;

  private constructor(folder: string, problems: Problems) {
    this.#folder = folder;
    this.#problems = problems;
  }

  static async list(folder: string, problems: Problems): Promise<TilesOnDisk> {
    const tiles = new TilesOnDisk(folder, problems);
    for await (const path of tileFiles(folder, 'tile')) {
      await problems.attempt(path, () => {
        const tile = parseTilePath(path);
        const full = tilePath({ ...tile, width: tileWidth });
        tiles.#widths.set(full, (tiles.#widths.get(full) ?? new Set()).add(tile.width));
      });
    }
    return tiles;
  }

  get compared(): number {
    return this.#compared;
  }

  async read(tile: TilePath): Promise<Uint8Array | undefined> {
    const widths = this.#widths.get(tilePath({ ...tile, width: tileWidth }));
    const width = widths?.has(tile.width) === true ? tile.width : tileWidth;
    if (widths?.has(width) !== true) return undefined;
    return readBounded(join(this.#folder, tilePath({ ...tile, width })), bundleLimit);
  }

  /** Every width of this tile that is on disk, against what it must be; and that what `published` implies is there. */
  async compare(
    { level, index }: Pick<TilePath, 'level' | 'index'>,
    known: number,
    published: number,
    bytesOf: (width: number) => Uint8Array,
  ): Promise<void> {
    const full = tilePath({ level, index, width: tileWidth });
    const widths = this.#widths.get(full) ?? new Set();
    const needed = widthAt(level, index, published);
    if (needed > 0 && !widths.has(needed) && !widths.has(tileWidth)) {
      this.#problems.add(tilePath({ level, index, width: needed }), 'it is missing');
    }
    for (const width of widths) {
      if (width > known) continue;
      const path = tilePath({ level, index, width });
      const bytes = await this.#problems.attempt(path, () =>
        readBounded(join(this.#folder, path), bundleLimit),
      );
      if (bytes !== undefined && !equal(bytes, bytesOf(width)))
        this.#problems.add(path, 'it is not what the entries of the log give');
      this.#compared++;
      widths.delete(width);
    }
  }

  /** Whatever was not compared belongs to no checkpoint. */
  reportRest(): void {
    for (const [full, widths] of this.#widths) {
      for (const width of widths)
        this.#problems.add(
          width === tileWidth ? full : `${full}.p/${width}`,
          'it belongs to no checkpoint of this log',
        );
    }
  }
}

/** Paths of files below `path`, with slashes. Names that begin with a dot are unfinished writes of a killed process. */
async function* tileFiles(folder: string, path: string): AsyncGenerator<string, void, undefined> {
  const entries = await readdir(join(folder, path), { withFileTypes: true }).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw fileFault('list', join(folder, path), error);
  });
  for (const entry of entries) {
    if (entry.isDirectory()) yield* tileFiles(folder, `${path}/${entry.name}`);
    else if (!entry.name.startsWith('.')) yield `${path}/${entry.name}`;
  }
}

export async function readOptional(
  folder: string,
  name: string,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  try {
    return await readBounded(join(folder, name), maxBytes);
  } catch (error) {
    if (isVitrineError(error, 'file.missing')) return undefined;
    throw error;
  }
}
