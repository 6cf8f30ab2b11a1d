// Small manifests that statements name by digest, from the repository: outputs and materials (D12). What has
// the digest is kept, so that it is fetched once; what is missing is said to be missing.

import { isVitrineError } from '@vitrine/evidence';
import { fetchBytes } from '@vitrine/host';

const maxBytes = 16 << 20;
const mostKept = 256;
const timeoutMs = 5_000;

export class Blobs {
  readonly #base: string;
  /** Owned here; the oldest goes first. */
  readonly #kept = new Map<string, Uint8Array>();

  constructor(repository: string) {
    this.#base = repository.replace(/\/$/, '');
  }

  /** Undefined where the repository does not serve bytes of that digest now. */
  async get(sha256: string): Promise<Uint8Array | undefined> {
    const kept = this.#kept.get(sha256);
    if (kept !== undefined) return kept;
    try {
      const { bytes } = await fetchBytes(`${this.#base}/blob/${sha256}`, { maxBytes, timeoutMs, sha256 });
      for (const oldest of this.#kept.keys()) {
        if (this.#kept.size < mostKept) break;
        this.#kept.delete(oldest);
      }
      this.#kept.set(sha256, bytes);
      return bytes;
    } catch (error) {
      if (isVitrineError(error)) return undefined;
      throw error;
    }
  }
}
