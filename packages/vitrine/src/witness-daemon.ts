// A witness that takes on further logs while it runs: witness.toml is read again when it has changed, because a
// data center's ledgers cannot wait for somebody to start the witness anew.

import { join } from 'node:path';
import { isVitrineError, noteTypes, type NoteSigner } from '@vitrine/evidence';
import { sha256Hex, type Handler } from '@vitrine/host';
import { openWitness, witnessHandler, type Witness } from '@vitrine/log/witness';
import { readConfig, readVkey, witnessConfig, type WitnessConfig } from './config.ts';
import { readFile } from './files.ts';
import { loadNoteSigners } from './note-signers.ts';

export class WitnessDaemon {
  readonly #folder: string;
  readonly #signers: readonly NoteSigner[];
  readonly #say: (line: string) => void;
  #config: WitnessConfig;
  #digest: string;
  #witness: Witness;
  #handler: Handler;
  /** Requests that the witness is answering now; while a change waits, further ones wait for it. */
  #answering = 0;
  #changing: Promise<void> | undefined;
  #idle: (() => void) | undefined;
  readonly #timer: NodeJS.Timeout;

  /** `say` is told what changed, or why nothing did. */
  static async open(folder: string, say: (line: string) => void, lookMs = 1_000): Promise<WitnessDaemon> {
    const digest = await digestOf(folder);
    const config = await readConfig(folder, 'witness.toml', witnessConfig);
    const signers = await loadNoteSigners(folder, config.name, config.keys, noteTypes.cosignature);
    return new WitnessDaemon(folder, config, digest, signers, say, lookMs);
  }

  private constructor(
    folder: string,
    config: WitnessConfig,
    digest: string,
    signers: readonly NoteSigner[],
    say: (line: string) => void,
    lookMs: number,
  ) {
    this.#folder = folder;
    this.#config = config;
    this.#digest = digest;
    this.#signers = signers;
    this.#say = say;
    this.#witness = this.#open(config);
    this.#handler = witnessHandler(this.#witness);
    this.#timer = setInterval(() => void this.#look(), lookMs);
  }

  get config(): WitnessConfig {
    return this.#config;
  }

  readonly handler: Handler = async (request, response) => {
    await this.#changing;
    this.#answering++;
    try {
      return await this.#handler(request, response);
    } finally {
      this.#answering--;
      if (this.#answering === 0) this.#idle?.();
    }
  };

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#changing;
    this.#witness.close();
  }

  #open({ logs }: WitnessConfig): Witness {
    return openWitness({
      dir: this.#folder,
      signers: this.#signers,
      logs: logs.map(({ origin, keys }) => ({ origin, keys: keys.map(readVkey) })),
    });
  }

  /** What does not parse is said once and changes nothing. */
  async #look(): Promise<void> {
    if (this.#changing !== undefined) return;
    const work = this.#take();
    this.#changing = work;
    await work;
    this.#changing = undefined;
  }

  async #take(): Promise<void> {
    try {
      const digest = await digestOf(this.#folder);
      if (digest === this.#digest) return;
      this.#digest = digest;
      const config = await readConfig(this.#folder, 'witness.toml', witnessConfig);
      await this.#drained();
      this.#swap(config);
      this.#say(`witness ${config.name} follows ${this.#witness.logs.length} logs`);
    } catch (error) {
      if (!isVitrineError(error)) throw error;
      this.#say(`witness.toml is not taken: ${error.message} (${error.code})`);
    }
  }

  async #drained(): Promise<void> {
    if (this.#answering === 0) return;
    await new Promise<void>((resolve) => (this.#idle = resolve));
    this.#idle = undefined;
  }

  /** One memory, one owner: it is closed and opened again, with the logs of before where the new ones are refused. */
  #swap(config: WitnessConfig): void {
    this.#witness.close();
    try {
      this.#witness = this.#open(config);
      this.#config = config;
    } catch (error) {
      this.#witness = this.#open(this.#config);
      throw error;
    } finally {
      this.#handler = witnessHandler(this.#witness);
    }
  }
}

async function digestOf(folder: string): Promise<string> {
  return sha256Hex(await readFile(join(folder, 'witness.toml'), 1 << 18));
}
