// A ledger of a data center: the leaves of its store, as a witnessed log of tiles (D17, D17b). Tiles and
// checkpoint are for everybody; bundles of entries are for the auditors and the owner of a record.

import { join } from 'node:path';
import {
  formatVkey,
  isVitrineError,
  parseSignedCheckpoint,
  toHex,
  type NoteSigner,
  type Signer,
  type TlogProof,
} from '@vitrine/evidence';
import { readBounded } from '@vitrine/host';
import {
  covers,
  initLog,
  openForeignLog,
  openLog,
  parseTilePath,
  type LogReader,
  type RunningLog,
  type RunOptions,
} from '@vitrine/log';
import type { Store } from '../store/store.ts';
import type { LedgerName } from '../store/tables.ts';
import { LeafSequencer } from './leaves.ts';

export interface LedgerOptions extends Omit<RunOptions, 'dir' | 'signers'> {
  readonly dir: string;
  readonly name: LedgerName;
  readonly store: Store;
  readonly signer: NoteSigner;
}

/** Made once, by hand, as every log (D24). The origin is the name of the key. */
export function initLedger(dir: string, signer: NoteSigner): Promise<void> {
  return initLog(dir, { origin: signer.key.name, vkeys: [formatVkey(signer.key)], mode: 'foreign' });
}

export class Ledger {
  readonly name: LedgerName;
  readonly log: RunningLog;
  readonly #options: LedgerOptions;
  /** Reads the files that everybody reads, so that a proof which leaves here was verified against them. */
  #reader: LogReader | undefined;

  private constructor(log: RunningLog, options: LedgerOptions) {
    this.name = options.name;
    this.log = log;
    this.#options = options;
  }

  static async open(options: LedgerOptions): Promise<Ledger> {
    const { store, name, signer, ...rest } = options;
    const log = await openForeignLog({
      ...rest,
      signers: [signer],
      sequencer: new LeafSequencer(store, name),
    });
    return new Ledger(log, options);
  }

  get origin(): string {
    return this.log.origin;
  }

  /** Signs promises, too: one key speaks for the ledger. */
  get signer(): Signer {
    return this.#options.signer.signer;
  }

  /** Paths of several indices under one checkpoint. */
  async proveAll(indices: readonly number[]): Promise<{
    readonly checkpoint: Uint8Array;
    readonly records: readonly { readonly index: number; readonly path: readonly Uint8Array[] }[];
  }> {
    const reader = await this.#readerAt(Math.max(...indices));
    const { bytes, checkpoint } = reader.head();
    const records = await Promise.all(
      indices.map(async (index) => ({ index, path: await reader.inclusion(index, checkpoint.size) })),
    );
    return { checkpoint: bytes, records };
  }

  /** The path of an index below the published checkpoint. */
  async prove(index: number): Promise<TlogProof> {
    const reader = await this.#readerAt(index);
    const head = parseSignedCheckpoint(reader.head().bytes);
    return { index, path: await reader.inclusion(index), head, extra: undefined };
  }

  /** Leaves [start, end) as they stand in the published ledger, verified. */
  async entries(start: number, end: number): Promise<readonly Uint8Array[]> {
    const reader = await this.#readerAt(Math.max(0, end - 1));
    const entries: Uint8Array[] = [];
    for await (const { entry } of reader.entries(start, end)) entries.push(entry);
    return entries;
  }

  /**
   * `checkpoint` and `tile/<level>/…` for everybody, `tile/entries/…` where `entries` is true. Undefined
   * for whatever else, and for what the published checkpoint does not cover.
   */
  async file(path: string, { entries }: { readonly entries: boolean }): Promise<Uint8Array | undefined> {
    const head = this.log.published();
    if (head === undefined) return undefined;
    if (path === 'checkpoint') return head.note;
    try {
      const tile = parseTilePath(path);
      if (!covers(head.size, tile) || (tile.level === 'entries' && !entries)) return undefined;
      return await readBounded(join(this.log.dir, path), 32 << 20);
    } catch (error) {
      // A partial tile goes once the full one is there.
      if (isVitrineError(error, 'tile.path') || isVitrineError(error, 'file.missing')) return undefined;
      throw error;
    }
  }

  /** Hex root and size of what is published. */
  published(): { readonly size: number; readonly root: string } | undefined {
    const head = this.log.published();
    return head === undefined ? undefined : { size: head.size, root: toHex(head.root) };
  }

  close(): Promise<void> {
    return this.log.close();
  }

  async #readerAt(index: number): Promise<LogReader> {
    const { signer } = this.#options;
    if (this.#reader === undefined)
      this.#reader = await openLog(this.log.dir, { origin: this.origin, logKeys: [signer.key] });
    if (index >= this.#reader.head().checkpoint.size) await this.#reader.refresh();
    return this.#reader;
  }
}
