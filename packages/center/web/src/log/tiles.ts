// Tiles of a log (C2SP tlog-tiles) as a browser reads them. Nothing is believed here: what is computed from them
// must lead to a signed root.

import { VitrineError, nodeHash, sha256, type NodeReader } from '@vitrine/evidence';

/** The bytes of one file of the log; undefined where there is none. Rejects when it cannot tell. */
export type ReadFile = (path: string, maxBytes: number) => Promise<Uint8Array | undefined>;

const tileWidth = 256;
const bundleBytes = tileWidth * (2 + 65_535);

function tilePath(level: number | 'entries', index: number, width: number): string {
  const three = (n: number): string => String(n).padStart(3, '0');
  let number = three(index % 1000);
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000))
    number = `x${three(rest % 1000)}/${number}`;
  return `tile/${level}/${number}${width === tileWidth ? '' : `.p/${width}`}`;
}

/** How many hashes or entries a tile has in a tree of this size. */
function widthIn(level: number | 'entries', index: number, size: number): number {
  const nodes = level === 'entries' ? size : Math.floor(size / tileWidth ** level);
  return Math.max(0, Math.min(tileWidth, nodes - index * tileWidth));
}

export function wrong(code: string, message: string): VitrineError {
  return new VitrineError(code, { exit: 3, meaning: '', remedy: '' }, message);
}

export class BrowserTiles {
  readonly #read: ReadFile;
  readonly #size: number;
  readonly #tiles = new Map<string, Promise<Uint8Array>>();

  constructor(read: ReadFile, size: number) {
    this.#read = read;
    this.#size = size;
  }

  /** The files that were read, for who wants to see what the check rests on. */
  files(): readonly string[] {
    return [...this.#tiles.keys()];
  }

  async #file(level: number | 'entries', index: number): Promise<Uint8Array> {
    const width = widthIn(level, index, this.#size);
    const path = tilePath(level, index, width);
    const most = level === 'entries' ? bundleBytes : tileWidth * 32;
    let file = this.#tiles.get(path);
    if (file === undefined) {
      // Where the tile has become full since, the beginning of the full one answers.
      const full = tilePath(level, index, tileWidth);
      file = this.#read(path, most).then(async (bytes) => {
        const found = bytes ?? (full === path ? undefined : await this.#read(full, most));
        if (found === undefined) throw wrong('reader.missing', `the log has no ${path}`);
        return found;
      });
      this.#tiles.set(path, file);
    }
    return file;
  }

  /** Hashes of complete subtrees, for the proofs of `evidence`. */
  readonly nodes: NodeReader = (nodes) =>
    Promise.all(
      nodes.map(async ({ level, index }) => {
        const tileLevel = Math.floor(level / 8);
        const width = 2 ** (level % 8);
        const first = index * width;
        const tile = await this.#file(tileLevel, Math.floor(first / tileWidth));
        const at = first % tileWidth;
        let row = Array.from({ length: width }, (_, i) => tile.subarray((at + i) * 32, (at + i + 1) * 32));
        if (row.some(({ length }) => length !== 32))
          throw wrong('reader.tile', `a tile of level ${tileLevel} is too short`);
        while (row.length > 1)
          row = Array.from({ length: row.length / 2 }, (_, i) =>
            nodeHash(row[2 * i] as Uint8Array, row[2 * i + 1] as Uint8Array, sha256),
          );
        return row[0] as Uint8Array;
      }),
    );

  async entry(index: number): Promise<Uint8Array> {
    const bundle = await this.#file('entries', Math.floor(index / tileWidth));
    let offset = 0;
    for (let i = 0; ; i++) {
      const end = offset + 2 + (((bundle[offset] ?? 0) << 8) | (bundle[offset + 1] ?? 0));
      if (offset + 2 > bundle.length || end > bundle.length)
        throw wrong('bundle.syntax', `the bundle ends before entry ${index}`);
      if (i === index % tileWidth) return bundle.subarray(offset + 2, end);
      offset = end;
    }
  }
}
