// The custody ledger of a data center as everybody sees it: a checkpoint that the ledger and its witnesses signed,
// and the tiles below it, each verified up to that root. With them a promised leaf is found where nobody answers
// for its report any more (D17b, D20), and an export is compared with what is public.

import { inclusionProof, toBase64, toHex, type DataCenter } from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { VerifiedTiles, type LogSource } from '@vitrine/log/reader';
import {
  ledgerRulesOf,
  readLedgerHead,
  type CustodyPromise,
  type LedgerHead,
  type ReportProof,
} from '@vitrine/reports';
import { fail } from '../codes.ts';
import { locate, openRepositories, type Limits } from '../repository.ts';
import { getCheckpoint } from './intake.ts';
import type { SharingSession } from './session.ts';

const tileWidth = 256;
/** Of one search in one run: 65,536 leaves, 2 MiB. The next run goes on where it ended. */
const tilesAtOnce = 256;

/** Where the next search begins; `isWhole`: the ledger was looked at to its end. */
export interface Unfound {
  readonly next: number;
  readonly isWhole: boolean;
}

export class CustodyTiles {
  readonly head: LedgerHead;
  /** The checkpoint as it was signed. */
  readonly text: string;
  readonly #tiles: VerifiedTiles;

  private constructor(head: LedgerHead, text: string, source: LogSource) {
    this.head = head;
    this.text = text;
    this.#tiles = new VerifiedTiles(source, head.checkpoint);
  }

  /** Under its newest checkpoint. Rejects where it cannot be reached, or too few witnesses signed. */
  static async open({ agent, trust }: SharingSession, center: DataCenter): Promise<CustodyTiles> {
    const { limits, platform } = agent;
    const reply = await getCheckpoint(center, limits);
    if (reply.kind !== 'done')
      throw fail('endpoint.answer', `the data center ${center.id} shows no checkpoint: ${reply.code}`);
    const rules = ledgerRulesOf(trust.policy, center);
    const head = await readLedgerHead(reply.value, rules, platform.verifySignature);
    return new CustodyTiles(head, reply.value, sourceOf(center, limits));
  }

  /** Hex leaf hash; undefined behind the end. */
  async leaf(index: number): Promise<string | undefined> {
    const tile = await this.#tiles.tile(0, Math.floor(index / tileWidth));
    const hash = tile[index % tileWidth];
    return hash === undefined ? undefined : toHex(hash);
  }

  /**
   * The proof of a whole promise, from the leaf at `from` on: its leaves follow each other, as they were written in
   * one transaction. Where it is not found, the place at which the next search begins.
   */
  async find({ records }: CustodyPromise, from: number): Promise<ReportProof | Unfound> {
    const { size } = this.head.checkpoint;
    const wanted = records.map(({ leaf }) => leaf);
    const begin = Math.floor(from / tileWidth);
    const end = Math.min(Math.ceil(size / tileWidth), begin + tilesAtOnce);
    for (let at = begin; at < end; at++) {
      const within = (await this.#tiles.tile(0, at)).map(toHex).indexOf(wanted[0] as string);
      if (within < 0) continue;
      const first = at * tileWidth + within;
      const there = await Promise.all(wanted.map((_, i) => this.leaf(first + i)));
      if (there.every((leaf, i) => leaf === wanted[i])) return this.#prove(first, wanted.length);
    }
    // The last tile grows still: it is looked at again.
    return {
      next: Math.min(end, Math.floor(size / tileWidth)) * tileWidth,
      isWhole: end === Math.ceil(size / tileWidth),
    };
  }

  async #prove(first: number, count: number): Promise<ReportProof> {
    const { size } = this.head.checkpoint;
    const records = await Promise.all(
      Array.from({ length: count }, async (_, i) => {
        const path = await inclusionProof(first + i, size, this.#tiles.nodes, sha256);
        return { index: first + i, path: path.map(toBase64) };
      }),
    );
    return { checkpoint: this.text, records };
  }
}

/** At the first of its addresses that answers. */
function sourceOf({ id, intake }: DataCenter, limits: Limits): LogSource {
  const ledger = openRepositories(
    intake.map((address) => locate(address, 'ledgers/custody')),
    limits,
  );
  return { description: id, read: (path, maxBytes) => ledger.fetch(path, maxBytes) };
}
