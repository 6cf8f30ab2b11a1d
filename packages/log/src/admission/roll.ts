// Who may log into a running log: the operator's own list, and beside it the reviewers whom a Center
// registers as they come (D8, D28). Each file has one writer. `admission.json` in the log's folder is the
// operator's. The Center's file lies wherever log.toml says, on the same disk or synchronised from
// another machine; whoever writes it replaces it whole. `reviewers.json` in the log's folder is ours: the
// last of the Center's files that could be read, durable before any of its keys is used.

import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isVitrineError } from '@vitrine/evidence';
import { errnoOf, fileFault, readBounded, removeDurable, writeDurable } from '@vitrine/host';
import { fail } from '../codes.ts';
import {
  admissionLimits,
  parseAdmissionList,
  parseReviewers,
  withReviewers,
  type AdmissionList,
  type AdmittedKey,
} from './list.ts';

export interface RollOptions {
  readonly folder: string;
  readonly origin: string;
  /** Default: the admission.json of the folder. */
  readonly list?: AdmissionList | undefined;
  /** The file of a Center. Without it there are no reviewers. */
  readonly reviewers?: string | undefined;
  /** Each time that the state of that file changes: what is wrong with it, or nothing any more. */
  readonly onReviewers?: ((trouble: Error | undefined) => void) | undefined;
}

const ownName = 'admission.json';
const keptName = 'reviewers.json';
const fileLimit = admissionLimits.written;
/** How long a key that the Center took off its list may still log. */
const lookEveryMs = 1_000;

export class Roll {
  readonly #options: RollOptions;
  #own: AdmissionList;
  #published: AdmissionList;
  /** What the Center's file looked like when it was last judged. */
  #seen = '';
  #trouble: string | undefined;
  #looking: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  private constructor(options: RollOptions, own: AdmissionList) {
    this.#options = options;
    this.#own = own;
    this.#published = own;
  }

  static async open(options: RollOptions): Promise<Roll> {
    const { folder, origin, list, reviewers } = options;
    const own = withReviewers(list ?? parseAdmissionList(await readOwn(folder)), undefined);
    requireOrigin(own.origin, origin);
    if (reviewers !== undefined && resolve(reviewers) === resolve(folder, keptName))
      throw fail(
        'log.mode',
        `the Center's file is not ${keptName} in the folder of the log: that one is the log's`,
      );
    if (list !== undefined) await writeDurable(join(folder, ownName), own.bytes);
    const roll = new Roll(options, own);
    if (reviewers === undefined) {
      await removeDurable(join(folder, keptName));
      return roll;
    }
    await roll.#recall();
    await roll.look();
    roll.#timer = setInterval(() => void roll.look(), lookEveryMs).unref();
    return roll;
  }

  /** The operator's keys and the reviewers: what is published, and by what entries are admitted. */
  current(): AdmissionList {
    return this.#published;
  }

  /** From the next entry on; durable before it is used. */
  async replace(list: AdmissionList): Promise<void> {
    requireOrigin(list.origin, this.#options.origin);
    const own = withReviewers(list, undefined);
    await writeDurable(join(this.#options.folder, ownName), own.bytes);
    this.#own = own;
    this.#published = withReviewers(own, this.#published.document.reviewers);
  }

  /**
   * Takes over the Center's file if it is another than at the last look. Never rejects. Whoever calls sees
   * the file as it is after the call: a look that is under way may have missed it.
   */
  look(): Promise<void> {
    if (this.#looking === undefined) return this.#begin();
    this.#next ??= this.#looking.then(() => {
      this.#next = undefined;
      return this.#looking ?? this.#begin();
    });
    return this.#next;
  }

  #begin(): Promise<void> {
    this.#looking = this.#take().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** What was good before the log stopped. A copy of ours that is damaged must not keep it from starting. */
  async #recall(): Promise<void> {
    let reviewers: readonly AdmittedKey[] = [];
    try {
      reviewers = parseReviewers(await readBounded(join(this.#options.folder, keptName), fileLimit)).keys;
    } catch (error) {
      if (!isVitrineError(error, 'file.missing')) this.#report(error);
    }
    this.#published = withReviewers(this.#own, reviewers);
  }

  async #take(): Promise<void> {
    const { folder, origin, reviewers: path } = this.#options;
    if (path === undefined) return;
    try {
      const seen = await appearanceOf(path);
      if (seen === this.#seen) return;
      // None yet, before the Center's first reviewer. One that is gone is another matter.
      const none = (this.#published.document.reviewers ?? []).length === 0;
      if (seen === absent && none) return this.#report(undefined);
      const bytes = await readBounded(path, fileLimit);
      // A file that is refused is not read again before it changes.
      this.#seen = seen;
      const document = parseReviewers(bytes);
      requireOrigin(document.origin, origin);
      await writeDurable(join(folder, keptName), bytes).catch((error: unknown) => {
        this.#seen = '';
        throw error;
      });
      this.#published = withReviewers(this.#own, document.keys);
      this.#report(undefined);
    } catch (error) {
      this.#report(error);
    }
  }

  #report(cause: unknown): void {
    const reason = cause instanceof Error ? cause.message : undefined;
    if (reason === this.#trouble) return;
    this.#trouble = reason;
    this.#options.onReviewers?.(
      reason === undefined
        ? undefined
        : fail(
            'admission.reviewers',
            `couldn't take over the reviewers' list; the last one stays: ${reason}`,
            {
              at: this.#options.reviewers,
              cause,
            },
          ),
    );
  }
}

const absent = 'absent';

/** Whole replacements change the inode; whoever writes in place changes the time or the size. */
async function appearanceOf(path: string): Promise<string> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return absent;
    throw fileFault('look at', path, error);
  }
}

async function readOwn(folder: string): Promise<Uint8Array> {
  try {
    return await readBounded(join(folder, ownName), fileLimit);
  } catch (error) {
    if (!isVitrineError(error, 'file.missing')) throw error;
    throw fail(
      'log.mode',
      `couldn't open the log: no admission list given, and no ${ownName} in its folder`,
      { cause: error },
    );
  }
}

function requireOrigin(listed: string, origin: string): void {
  if (listed !== origin)
    throw fail('admission.origin', `the admission list is for ${listed}, not for ${origin}`);
}
