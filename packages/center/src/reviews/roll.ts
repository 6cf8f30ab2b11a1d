// The file that tells the log who its reviewers are (docs/spec/admission.md). It is a function of the
// registered keys and of the accounts that are not revoked, replaced whole and durably when that changes.

import { equal, isVitrineError } from '@vitrine/evidence';
import { readBounded, writeDurable } from '@vitrine/host';
import { formatReviewers } from '@vitrine/log/admission';
import type { Reviewers } from './people.ts';

export interface RollOptions {
  readonly path: string;
  /** Of the log. */
  readonly origin: string;
  readonly reviewers: Reviewers;
}

export class ReviewerRoll {
  readonly #options: RollOptions;
  /** What is on disk, as far as this process knows. */
  #written: Uint8Array | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: RollOptions) {
    this.#options = options;
  }

  /** When it resolves, the file says who may review now. */
  write(): Promise<void> {
    const next = this.#writing.catch(() => undefined).then(() => this.#write());
    this.#writing = next;
    return next;
  }

  async #write(): Promise<void> {
    const { path, origin, reviewers } = this.#options;
    const listed = reviewers.keysInForce().map(({ account, spki, webauthn }) => ({
      publicKey: spki,
      operator: reviewers.enrol(account),
      webauthn,
    }));
    const bytes = formatReviewers(origin, listed);
    this.#written ??= await readIfThere(path);
    if (this.#written !== undefined && equal(this.#written, bytes)) return;
    await writeDurable(path, bytes);
    this.#written = bytes;
  }
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readBounded(path, 4 << 20);
  } catch (error) {
    if (isVitrineError(error, 'file.missing') || isVitrineError(error, 'file.too-large')) return undefined;
    throw error;
  }
}
