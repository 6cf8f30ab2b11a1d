// The right edge of a tree: on each tile level the hashes that no full tile holds yet. Their numbers
// are the digits of the size in base 256; they suffice for the root and for growing the tree.

import { concat, emptyRoot, leafHash, nodeHash } from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { nodesAt, tileWidth } from './path.ts';

/** A full or partial tile of hashes. */
export interface Tile {
  readonly level: number;
  readonly index: number;
  readonly hashes: readonly Uint8Array[];
}

export class Edge {
  #size: number;
  /** By tile level, 0 to 255 hashes each. Owned by this edge; the hashes are never changed. */
  readonly #levels: Uint8Array[][];

  /** `levels[L]` holds the last `floor(size / 256^L) mod 256` hashes of level L. */
  constructor(size = 0, levels: readonly (readonly Uint8Array[])[] = []) {
    this.#size = size;
    this.#levels = levels.map((hashes) => [...hashes]);
  }

  get size(): number {
    return this.#size;
  }

  clone(): Edge {
    return new Edge(this.#size, this.#levels);
  }

  level(level: number): readonly Uint8Array[] {
    return this.#levels[level] ?? [];
  }

  /** Adds an entry; answers the tiles that it made full, lowest level first. */
  append(entry: Uint8Array): readonly Tile[] {
    this.#size++;
    return this.#push(0, leafHash(entry, sha256));
  }

  #push(level: number, hash: Uint8Array): readonly Tile[] {
    const hashes = (this.#levels[level] ??= []);
    hashes.push(hash);
    if (hashes.length < tileWidth) return none;
    this.#levels[level] = [];
    const tile = { level, index: nodesAt(level + 1, this.#size) - 1, hashes };
    return [tile, ...this.#push(level + 1, subtreeRoot(hashes))];
  }

  /** The partial tiles, lowest level first. */
  partials(): readonly Tile[] {
    return this.#levels.flatMap((hashes, level) =>
      hashes.length === 0 ? [] : [{ level, index: nodesAt(level + 1, this.#size), hashes }],
    );
  }

  /** MTH of the whole tree: complete subtrees folded from right to left. */
  root(): Uint8Array {
    let right: Uint8Array | undefined;
    for (const hashes of this.#levels) {
      let end = hashes.length;
      for (let width = 1; end > 0; width *= 2) {
        if (end % (width * 2) === 0) continue;
        const left = subtreeRoot(hashes.slice(end - width, end));
        right = right === undefined ? left : nodeHash(left, right, sha256);
        end -= width;
      }
    }
    return right ?? emptyRoot(sha256);
  }
}

const none: readonly Tile[] = [];

/** The root over a power of two of neighbouring hashes. */
export function subtreeRoot(hashes: readonly Uint8Array[]): Uint8Array {
  let row = hashes;
  while (row.length > 1) {
    const above: Uint8Array[] = [];
    for (let i = 0; i < row.length; i += 2) {
      above.push(nodeHash(row[i] as Uint8Array, row[i + 1] as Uint8Array, sha256));
    }
    row = above;
  }
  return row[0] as Uint8Array;
}

export function formatTile(hashes: readonly Uint8Array[]): Uint8Array {
  return concat(...hashes);
}

/** The first `width` hashes of a tile file; undefined when it is not a file of that many or more hashes. */
export function parseTile(bytes: Uint8Array, width: number): readonly Uint8Array[] | undefined {
  if (bytes.length % 32 !== 0 || bytes.length < width * 32 || bytes.length > tileWidth * 32) return undefined;
  return Array.from({ length: width }, (_, i) => bytes.subarray(i * 32, i * 32 + 32));
}
