// Reading a log without believing whoever serves it: the checkpoint by its signatures, each tile up to
// the checkpoint's root, each entry by its hash in a tile, each new checkpoint by consistency.

import { setTimeout as delay } from 'node:timers/promises';
import {
  consistencyProof,
  equal,
  inclusionProof,
  isVitrineError,
  leafHash,
  noteLimits,
  quote,
  toBase64,
  treeRoot,
  verifyConsistency,
  type VitrineError,
} from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { bundleLimit, parseBundle } from '../bundle.ts';
import { fail } from '../codes.ts';
import { tilePath, tileWidth, widthAt } from '../path.ts';
import { verifyHead, type HeadRules, type VerifiedHead } from './head.ts';
import { openSource, readWithFallback, type LogSource, type SourceOptions } from './source.ts';
import { TileCache, VerifiedTiles } from './tiles.ts';

export interface ReaderOptions extends HeadRules, SourceOptions {
  /** A checkpoint that the caller has verified before: the log must extend it. */
  readonly trusted?: VerifiedHead | undefined;
  /**
   * Told each checkpoint whose signatures hold, before it is compared with the one before: whoever keeps
   * it has the second half of the proof when `reader.fork` follows.
   */
  readonly onHead?: ((head: VerifiedHead) => void) | undefined;
}

export interface IndexedEntry {
  readonly index: number;
  readonly entry: Uint8Array;
}

export interface TailOptions {
  readonly signal?: AbortSignal | undefined;
  /** Between two looks at the checkpoint. Default 1,000. */
  readonly pollMs?: number | undefined;
  /** Told when the log cannot be reached, or lacks a file; it is tried again. Bad evidence is thrown instead. */
  readonly onTrouble?: ((error: VitrineError) => void) | undefined;
}

/** Every method works on the newest head that this reader has verified; `refresh` moves it forward. */
export interface LogReader {
  head(): VerifiedHead;
  /** The checkpoint as it is now. `reader.rollback` if it is older, `reader.fork` if it contradicts the one before. */
  refresh(): Promise<VerifiedHead>;
  /** Entries [start, end), verified. */
  entries(start: number, end: number): AsyncGenerator<IndexedEntry, void, undefined>;
  entry(index: number): Promise<Uint8Array>;
  /** The path of an entry in the tree of `size`, which is at most that of the head (the default). */
  inclusion(index: number, size?: number): Promise<readonly Uint8Array[]>;
  consistency(size1: number, size2?: number): Promise<readonly Uint8Array[]>;
  /** The root that the tree had at this size. */
  root(size: number): Promise<Uint8Array>;
  /** Entries from `from` on, for ever: refreshes the head and waits for more. Ends when the signal aborts. */
  tail(from: number, options?: TailOptions): AsyncGenerator<IndexedEntry, void, undefined>;
}

/** `location`: the http(s) prefix or the folder of a log. */
export function openLog(location: string, options: ReaderOptions): Promise<LogReader> {
  return readLog(openSource(location, options), options);
}

export async function readLog(source: LogSource, options: ReaderOptions): Promise<LogReader> {
  const reader = new Reader(source, options);
  await reader.refresh();
  return reader;
}

class Reader implements LogReader {
  readonly #source: LogSource;
  readonly #rules: HeadRules;
  readonly #onHead: ReaderOptions['onHead'];
  readonly #cache = new TileCache();
  /** Moved by `refresh` alone, together. */
  #head: VerifiedHead | undefined;
  #tiles: VerifiedTiles | undefined;

  constructor(source: LogSource, { trusted, onHead, ...rules }: ReaderOptions) {
    this.#source = source;
    this.#onHead = onHead;
    this.#rules = rules;
    this.#head = trusted;
  }

  head(): VerifiedHead {
    if (this.#head === undefined) throw new TypeError('the reader has not been opened');
    return this.#head;
  }

  #tree(): VerifiedTiles {
    if (this.#tiles === undefined) throw new TypeError('the reader has not been opened');
    return this.#tiles;
  }

  async refresh(): Promise<VerifiedHead> {
    const bytes = await this.#source.read('checkpoint', noteLimits.bytes);
    if (bytes === undefined)
      throw fail(
        'reader.missing',
        `couldn't read the checkpoint of ${quote(this.#source.description, 200)}: there is none`,
      );
    const next = await verifyHead(bytes, this.#rules);
    this.#onHead?.(next);
    // Tiles of a head that is not yet proved consistent stay apart from those of the heads before it.
    const cache = this.#cache.above();
    const tiles = new VerifiedTiles(this.#source, next.checkpoint, cache);
    if (this.#head !== undefined) await this.#requireExtension(this.#head, next, tiles);
    cache.settle();
    this.#head = next;
    this.#tiles = tiles;
    return next;
  }

  async #requireExtension(before: VerifiedHead, next: VerifiedHead, tiles: VerifiedTiles): Promise<void> {
    const { size: size1, root: root1 } = before.checkpoint;
    const { size: size2, root: root2 } = next.checkpoint;
    if (size2 < size1)
      throw fail('reader.rollback', `the log shows a checkpoint of ${size2} after one of ${size1}`);
    const isSameTree = size1 === size2 && equal(root1, root2);
    if (isSameTree) return;
    try {
      // Judged against both roots: tiles verified for the old head alone cannot deceive.
      const proof = size1 === size2 ? [] : await consistencyProof(size1, size2, tiles.nodes, sha256);
      verifyConsistency(proof, size1, size2, root1, root2, sha256);
    } catch (cause) {
      if (!isVitrineError(cause, 'merkle.consistency')) throw cause;
      const heads = `${size1} (${toBase64(root1)}) and ${size2} (${toBase64(root2)})`;
      throw fail('reader.fork', `the checkpoints of ${heads} are not of one tree`, { cause });
    }
  }

  async *entries(start: number, end: number): AsyncGenerator<IndexedEntry, void, undefined> {
    const tiles = this.#tree();
    requireRange(start, end, tiles.head.size);
    for (let index = start; index < end;) {
      const bundle = Math.floor(index / tileWidth);
      for (const entry of (await this.#bundle(bundle, tiles)).slice(index % tileWidth)) {
        if (index >= end) return;
        yield { index: index++, entry };
      }
    }
  }

  /** One bundle as wide as it is in this tree; every entry hashes to its place in the verified tile. */
  async #bundle(index: number, tiles: VerifiedTiles): Promise<readonly Uint8Array[]> {
    const path = tilePath({ level: 'entries', index, width: widthAt('entries', index, tiles.head.size) });
    const [bytes, hashes] = await Promise.all([
      readWithFallback(this.#source, path, bundleLimit),
      tiles.tile(0, index),
    ]);
    const entries = parseBundle(bytes);
    return hashes.map((hash, i) => {
      const entry = entries[i];
      if (entry !== undefined && equal(leafHash(entry, sha256), hash)) return entry;
      const at = index * tileWidth + i;
      throw fail('reader.entry', `entry ${at} in ${path} is not the one in the tree`, { at });
    });
  }

  async entry(index: number): Promise<Uint8Array> {
    for await (const { entry } of this.entries(index, index + 1)) return entry;
    throw outside(index, this.#tree().head.size);
  }

  async inclusion(index: number, size: number = this.#tree().head.size): Promise<readonly Uint8Array[]> {
    requireRange(index, size, this.#tree().head.size);
    return inclusionProof(index, size, this.#tree().nodes, sha256);
  }

  async consistency(size1: number, size2: number = this.#tree().head.size): Promise<readonly Uint8Array[]> {
    requireRange(size1, size2, this.#tree().head.size);
    return consistencyProof(size1, size2, this.#tree().nodes, sha256);
  }

  async root(size: number): Promise<Uint8Array> {
    requireRange(0, size, this.#tree().head.size);
    return treeRoot(size, this.#tree().nodes, sha256);
  }

  async *tail(
    from: number,
    { signal, pollMs = 1_000, onTrouble }: TailOptions = {},
  ): AsyncGenerator<IndexedEntry, void, undefined> {
    const isOver = (): boolean => signal?.aborted === true;
    for (let next = from; !isOver();) {
      try {
        const { size } = this.#tree().head;
        for await (const one of this.entries(Math.min(next, size), size)) {
          yield one;
          next = one.index + 1;
          if (isOver()) return;
        }
        await delay(pollMs, undefined, { signal });
        await this.refresh();
      } catch (error) {
        if (isOver()) return;
        if (!isVitrineError(error) || error.exit !== 5) throw error;
        onTrouble?.(error);
        await delay(pollMs, undefined, { signal }).catch(() => {}); // Aborted: the loop ends.
      }
    }
  }
}

function requireRange(start: number, end: number, size: number): void {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start)
    throw outside(start, size);
  if (end > size) throw outside(end, size);
}

function outside(what: number, size: number): Error {
  return fail('reader.range', `${what} is outside the ${size} entries of the checkpoint`);
}
