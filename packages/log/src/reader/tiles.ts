// Tiles of one tree, each verified up to its root before a hash of it is used. A full tile is
// verified by the hash of it in the tile above; the tiles at the right edge by the root itself.

import { equal, quote, toBase64, type Checkpoint, type NodeReader } from '@vitrine/evidence';
import { fail } from '../codes.ts';
import { Edge, parseTile, subtreeRoot } from '../edge.ts';
import { nodesAt, tilePath, tileWidth } from '../path.ts';
import { readWithFallback, type LogSource } from './source.ts';

/** Verified full tiles by path, least recently used first out: at most 1,024 of 8 KiB. */
export class TileCache {
  readonly #tiles = new Map<string, readonly Uint8Array[]>();
  readonly #most: number;
  readonly #below: TileCache | undefined;

  constructor(most = 1_024, below?: TileCache) {
    this.#most = most;
    this.#below = below;
  }

  get(path: string): readonly Uint8Array[] | undefined {
    const tile = this.#tiles.get(path);
    if (tile === undefined) return this.#below?.get(path);
    this.#tiles.delete(path);
    this.#tiles.set(path, tile);
    return tile;
  }

  set(path: string, tile: readonly Uint8Array[]): void {
    this.#tiles.set(path, tile);
    if (this.#tiles.size > this.#most) this.#tiles.delete(this.#tiles.keys().next().value as string);
  }

  /** A cache above this one: what it gets stays with it until `settle`. */
  above(): TileCache {
    return new TileCache(this.#most, this);
  }

  /** Hands everything down to the cache below. */
  settle(): void {
    for (const [path, tile] of this.#tiles) this.#below?.set(path, tile);
    this.#tiles.clear();
  }
}

export type TreeHead = Pick<Checkpoint, 'size' | 'root'>;

export class VerifiedTiles {
  readonly head: TreeHead;
  readonly #source: LogSource;
  /** May be shared by heads of one log that were proved consistent: what one has verified holds for all. */
  readonly #cache: TileCache;
  /** Tiles on their way: asked for twice, fetched once. */
  readonly #pending = new Map<string, Promise<readonly Uint8Array[]>>();
  #edge: Promise<Edge> | undefined;

  constructor(source: LogSource, head: TreeHead, cache: TileCache = new TileCache()) {
    this.#source = source;
    this.head = head;
    this.#cache = cache;
  }

  /** The right edge, read from its partial tiles and verified by the root. */
  edge(): Promise<Edge> {
    if (this.#edge === undefined) {
      this.#edge = this.#readEdge();
      this.#edge.catch(() => (this.#edge = undefined)); // The next call tries again.
    }
    return this.#edge;
  }

  async #readEdge(): Promise<Edge> {
    const { size, root } = this.head;
    const widths: number[] = [];
    for (let level = 0; nodesAt(level, size) > 0; level++) widths.push(nodesAt(level, size) % tileWidth);
    const levels = await Promise.all(
      widths.map((width, level) => this.#read(level, Math.floor(nodesAt(level, size) / tileWidth), width)),
    );
    const edge = new Edge(size, levels);
    if (!equal(edge.root(), root)) {
      throw fail(
        'reader.tile',
        `the tiles at the right edge of ${quote(this.#source.description, 200)} lead to the root ${toBase64(edge.root())}, not to ${toBase64(root)} of size ${size}`,
      );
    }
    return edge;
  }

  /** The hashes of one tile as wide as it is in this tree. */
  async tile(level: number, index: number): Promise<readonly Uint8Array[]> {
    const full = Math.floor(nodesAt(level, this.head.size) / tileWidth);
    if (index < full) return this.#fullTile(level, index);
    const edge = await this.edge();
    return index === full ? edge.level(level) : [];
  }

  #fullTile(level: number, index: number): Promise<readonly Uint8Array[]> {
    const path = tilePath({ level, index, width: tileWidth });
    const cached = this.#cache.get(path);
    if (cached !== undefined) return Promise.resolve(cached);
    let pending = this.#pending.get(path);
    if (pending === undefined) {
      pending = this.#verifyTile(level, index, path).finally(() => this.#pending.delete(path));
      this.#pending.set(path, pending);
    }
    return pending;
  }

  async #verifyTile(level: number, index: number, path: string): Promise<readonly Uint8Array[]> {
    const [hashes, above] = await Promise.all([
      this.#read(level, index, tileWidth),
      this.tile(level + 1, Math.floor(index / tileWidth)),
    ]);
    const expected = above[index % tileWidth];
    if (expected === undefined || !equal(subtreeRoot(hashes), expected)) {
      throw fail(
        'reader.tile',
        `${path} of ${quote(this.#source.description, 200)} does not lead to the root of size ${this.head.size}`,
        { at: path },
      );
    }
    this.#cache.set(path, hashes);
    return hashes;
  }

  async #read(level: number, index: number, width: number): Promise<readonly Uint8Array[]> {
    if (width === 0) return [];
    const path = tilePath({ level, index, width });
    const hashes = parseTile(await readWithFallback(this.#source, path, tileWidth * 32), width);
    if (hashes === undefined)
      throw fail('reader.tile', `${path} is not a tile of ${width} hashes`, { at: path });
    return hashes;
  }

  /** Hashes of complete subtrees, for the proofs of `evidence`. */
  readonly nodes: NodeReader = (nodes) =>
    Promise.all(
      nodes.map(async ({ level, index }) => {
        const tileLevel = Math.floor(level / 8);
        const width = 2 ** (level % 8);
        const first = index * width;
        const hashes = await this.tile(tileLevel, Math.floor(first / tileWidth));
        const part = hashes.slice(first % tileWidth, (first % tileWidth) + width);
        if (part.length < width)
          throw fail(
            'reader.tile',
            `no complete subtree ${index} of height ${level} in a tree of ${this.head.size}`,
          );
        return subtreeRoot(part);
      }),
    );
}
