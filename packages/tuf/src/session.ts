// One update run: what is trusted so far, and the bounded ways to get and keep files.

import { defaultLimits, type Limits } from './limits.ts';
import { sha256 as pureSha256, toHex, type Sha256, type VerifySignature } from '@vitrine/evidence';
import { fail } from './codes.ts';
import type { FileMeta } from './metadata.ts';

/** A repository, wherever it is. Paths are relative to it. */
export interface Fetcher {
  /** Undefined only where the repository answers that there is no such file; throws when unreachable. */
  fetch(path: string, maxBytes: number): Promise<Uint8Array | undefined>;
}

/** The files accepted last, as bytes: what an endpoint keeps. */
export interface TrustedMetadata {
  readonly root: Uint8Array;
  readonly timestamp?: Uint8Array;
  readonly snapshot?: Uint8Array;
  /** `targets` and delegated roles by name. */
  readonly roles: Readonly<Record<string, Uint8Array>>;
}

export interface RefreshOptions {
  readonly trusted: TrustedMetadata;
  readonly fetcher: Fetcher;
  /** Seconds since 1970, fixed for the whole run (TUF 5.1). */
  readonly now: number;
  readonly verify?: VerifySignature;
  readonly sha256?: Sha256;
  readonly limits?: Partial<Limits>;
  /** Operators that are supervisors under the trust policy in force (D4). */
  readonly supervisors: ReadonlySet<string>;
  /** Throws to refuse: the `root` statement of this version is not proven (D4). */
  acceptRoot(root: { version: number; sha256: string; bytes: Uint8Array }): Promise<void>;
  /**
   * Throws to refuse: the publication of this snapshot is not proven or not fresh (D1, D3). Called before
   * the timestamp is kept, and also when nothing is new.
   */
  acceptSnapshot(snapshot: { version: number; sha256: string }): Promise<void>;
  /** Keeps the files in place of those kept before, all or none of them, durably. */
  persist(trusted: TrustedMetadata): Promise<void>;
}

/** Owns `trusted`: it moves only in `keep`, once the files are durable. */
export class Session {
  readonly options: RefreshOptions;
  readonly limits: Limits;
  readonly sha256: Sha256;
  readonly verify: VerifySignature | undefined;
  #trusted: TrustedMetadata;

  constructor(options: RefreshOptions) {
    this.options = options;
    this.limits = { ...defaultLimits, ...options.limits };
    this.sha256 = options.sha256 ?? pureSha256;
    this.verify = options.verify;
    this.#trusted = options.trusted;
  }

  get trusted(): TrustedMetadata {
    return this.#trusted;
  }

  async keep(trusted: TrustedMetadata): Promise<void> {
    await this.options.persist(trusted);
    this.#trusted = trusted;
  }

  async find(path: string, most: number): Promise<Uint8Array | undefined> {
    const bytes = await this.options.fetcher.fetch(path, most);
    // The fetcher is to stop at the limit; one that did not is not believed.
    if (bytes !== undefined && bytes.length > most)
      throw fail('tuf.size', `${path} has ${bytes.length} bytes; at most ${most}`, { at: path });
    return bytes;
  }

  async fetch(path: string, most: number): Promise<Uint8Array> {
    const bytes = await this.find(path, most);
    if (bytes === undefined) throw fail('tuf.missing', `the repository does not serve ${path}`, { at: path });
    return bytes;
  }

  /** Fetches what another file announces: never more than was announced, nothing but that. */
  async fetchAnnounced(path: string, meta: FileMeta): Promise<Uint8Array> {
    const bytes = await this.fetch(path, meta.length);
    if (!this.isAnnounced(bytes, meta))
      throw fail('tuf.hash', `${path} does not have the length and digest announced for it`, { at: path });
    return bytes;
  }

  isAnnounced(bytes: Uint8Array, { length, sha256 }: FileMeta): boolean {
    return bytes.length === length && toHex(this.sha256(bytes)) === sha256;
  }

  requireUnexpired(what: string, expires: number): void {
    if (expires > this.options.now) return;
    throw fail('tuf.expired', `${what} expired ${this.options.now - expires} s before this run`, {
      at: what,
    });
  }
}
