// From durable rows to a published checkpoint. The steps, and what is durable after each:
//
//   number   committed rows of a foreign store have their indices
//   stage    nothing: tiles and bundles of the larger tree are computed in memory
//   commit   the signed checkpoint is in log.db. This is the commit point: from here on no other
//            checkpoint of this size can ever be signed, whatever happens
//   apply    its tiles and bundles are files; a part of them, if we were killed; the same call
//            writes the same bytes again
//   cosign   the witnesses' own databases hold the checkpoint; ours does not know of it
//   publish  log.db says that it is published, then the file `checkpoint` shows it
//
// A start reads the two heads from log.db and goes on with exactly these functions: what was
// committed and not applied is staged again from the same rows, and must give the same root.

import { join } from 'node:path';
import {
  consistencyProof,
  equal,
  formatCheckpoint,
  formatNote,
  isVitrineError,
  noteLimits,
  parseNote,
  parseSignedCheckpoint,
  signCheckpoint,
  type NoteSigner,
} from '@vitrine/evidence';
import { sha256, writeDurable, type Clock } from '@vitrine/host';
import { fail } from './codes.ts';
import { Edge } from './edge.ts';
import { fatal, fatalUnlessFull } from './fatal.ts';
import { TileFiles } from './files.ts';
import type { Heads, SignedHead } from './heads.ts';
import { tileWidth } from './path.ts';
import { openSource, type LogSource } from './reader/source.ts';
import { TileCache, VerifiedTiles } from './reader/tiles.ts';
import type { Sequencer } from './sequencer.ts';
import { stage, type Staged } from './stage.ts';
import type { Refusal, Witnesses } from './witnesses.ts';

export interface Integrator {
  /** The newest checkpoint that this log has signed; its tiles may still be on their way. */
  committed(): SignedHead;
  /** The newest checkpoint that readers may be shown; undefined until the first one is. */
  published(): SignedHead | undefined;
  /**
   * Number, stage, commit, apply: what the rows of now add to the tree, at most one round's worth.
   * Like `publish` it can be repeated after every error that is not fatal and goes on where it
   * stopped. Neither may be called while the other, or itself, is running.
   */
  integrate(): Promise<void>;
  /** Cosign, publish: the committed checkpoint, again if need be (fresh cosignatures). */
  publish(): Promise<SignedHead>;
}

/** Named moments between the steps, where tests stop the process. */
export type StepName = 'numbered' | 'staged' | 'committed' | 'applied' | 'cosigned' | 'published' | 'shown';

export interface IntegratorParts {
  readonly folder: string;
  readonly origin: string;
  readonly signers: readonly NoteSigner[];
  readonly sequencer: Sequencer;
  readonly heads: Heads;
  readonly witnesses: Witnesses;
  readonly clock: Clock;
  readonly onRefusals?: ((refusals: readonly Refusal[]) => void) | undefined;
  readonly testingOnlyAt?: ((step: StepName) => void) | undefined;
}

/** What one round takes: bounds its memory. */
const perRound = { rows: 128 * tileWidth, bytes: 64 << 20 } as const;

/** Takes up the state of the folder: after it, every committed checkpoint has all of its files. */
export async function openIntegrator(parts: IntegratorParts): Promise<FileIntegrator> {
  const integrator = new FileIntegrator(parts);
  await integrator.recover();
  return integrator;
}

export class FileIntegrator implements Integrator {
  readonly #parts: IntegratorParts;
  readonly #files: TileFiles;
  readonly #source: LogSource;
  readonly #cache = new TileCache(64);
  /** Moved by `#commit` alone, once the commit is durable. */
  #committed: SignedHead | undefined;
  /** Moved by `#show` alone. */
  #published: SignedHead | undefined;
  /** The tree of the last files that were applied. */
  #applied = new Edge();
  /** Committed, not yet applied. */
  #staged: Staged | undefined;

  constructor(parts: IntegratorParts) {
    this.#parts = parts;
    this.#files = new TileFiles(parts.folder);
    this.#source = openSource(parts.folder);
  }

  committed(): SignedHead {
    if (this.#committed === undefined) throw new TypeError('the integrator has not recovered');
    return this.#committed;
  }

  published(): SignedHead | undefined {
    return this.#published;
  }

  /** Takes up what log.db says: the tree whose files are all there, verified, and what is committed beyond it. */
  async recover(): Promise<void> {
    const { heads, sequencer } = this.#parts;
    this.#committed = heads.read('committed');
    this.#published = heads.read('published');
    const committed = this.#committed;
    await this.#requireShownIsOurs();
    if (committed === undefined) return this.#commit({ edge: new Edge(), files: [] });

    const numbered = await sequencer.number(0);
    // What is published was applied; below it, rows may be gone.
    const applied = [heads.read('applied'), this.#published].reduce((a, b) =>
      (b?.size ?? -1) > (a?.size ?? -1) ? b : a,
    );
    if (applied !== undefined) {
      this.#applied = await new VerifiedTiles(this.#source, applied, this.#cache).edge().catch(altered);
    }
    if (numbered < committed.size) {
      throw fatal(
        fail(
          'log.rows',
          `couldn't open the log: ${committed.size} rows are signed, the store holds ${numbered}`,
        ),
      );
    }
    const staged = await stage(sequencer, this.#applied, committed.size);
    if (!equal(staged.edge.root(), committed.root)) {
      throw fatal(
        fail(
          'log.tree',
          `couldn't open the log: its ${committed.size} rows do not lead to the root that was signed`,
        ),
      );
    }
    await this.#files.sweep(staged.files);
    await this.#apply(staged);
  }

  /** A folder restored in part, its database from an older day than its files, must not go on. */
  async #requireShownIsOurs(): Promise<void> {
    const shown = await this.#source.read('checkpoint', noteLimits.bytes);
    if (shown === undefined) return;
    const { size, root } = parseSignedCheckpoint(shown).checkpoint;
    const known = this.#committed;
    if (known === undefined || size > known.size || (size === known.size && !equal(root, known.root))) {
      throw fatal(
        fail(
          'log.tree',
          `couldn't open the log: the file checkpoint shows ${size} entries, log.db knows of ${known?.size ?? 'none'}`,
        ),
      );
    }
  }

  async integrate(): Promise<void> {
    if (this.#staged === undefined) await this.#grow();
    if (this.#staged !== undefined) await this.#apply(this.#staged);
  }

  async publish(): Promise<SignedHead> {
    const head = await this.#cosign();
    await this.#show(head);
    return head;
  }

  async #grow(): Promise<void> {
    const { sequencer } = this.#parts;
    const before = this.committed().size;
    const size = Math.min(await sequencer.number(perRound.rows), before + perRound.rows);
    this.#at('numbered');
    if (size === before) return;
    const staged = await stage(sequencer, this.#applied, size, perRound.bytes);
    this.#at('staged');
    await this.#commit(staged);
  }

  async #commit(staged: Staged): Promise<void> {
    const { origin, signers, clock, heads } = this.#parts;
    const { size } = staged.edge;
    const root = staged.edge.root();
    const text = formatCheckpoint({ origin, size, root, extensions: [] });
    const time = Math.floor(clock.now() / 1000);
    const signatures = await Promise.all(signers.map((signer) => signCheckpoint(text, signer, time)));
    const head = { size, root, note: formatNote({ text, signatures }) };
    try {
      heads.commit(head, this.#committed?.size);
    } catch (error) {
      throw fatalUnlessFull(error);
    }
    this.#committed = head;
    this.#staged = staged;
    this.#at('committed');
  }

  async #apply(staged: Staged): Promise<void> {
    await this.#files.write(staged.files);
    this.#applied = staged.edge;
    this.#staged = undefined;
    this.#at('applied');
  }

  async #cosign(): Promise<SignedHead> {
    const { witnesses, onRefusals } = this.#parts;
    const { cosigned, refusals } = await witnesses.cosign(
      () => this.committed(),
      (from, to) =>
        consistencyProof(from, to.size, new VerifiedTiles(this.#source, to, this.#cache).nodes, sha256),
    );
    if (refusals.length > 0) onRefusals?.(refusals);
    const head = cosigned[0]?.head ?? this.committed();
    const { text, signatures } = parseNote(head.note);
    this.#at('cosigned');
    return {
      ...head,
      note: formatNote({ text, signatures: [...signatures, ...cosigned.flatMap((one) => one.signatures)] }),
    };
  }

  async #show(head: SignedHead): Promise<void> {
    const { heads, folder, sequencer } = this.#parts;
    const before = this.published()?.size ?? 0;
    try {
      heads.publish(head);
    } catch (error) {
      throw fatalUnlessFull(error);
    }
    this.#published = head;
    this.#at('published');
    await writeDurable(join(folder, 'checkpoint'), head.note).catch((error: unknown) => {
      throw fatalUnlessFull(error);
    });
    this.#at('shown');
    const bundles = Math.floor(head.size / tileWidth);
    if (bundles > Math.floor(before / tileWidth)) {
      await sequencer.release(bundles * tileWidth);
      await this.#files.dropPartials(head.size);
    }
  }

  #at(step: StepName): void {
    this.#parts.testingOnlyAt?.(step);
  }
}

function altered(error: unknown): never {
  if (!isVitrineError(error)) throw error;
  throw fatal(fail('log.tree', `couldn't open the log: ${error.message}`, { at: error.at, cause: error }));
}
