// What questions and reviews share, opened once: their tables, the reviewers' file, and the way into the
// log. Two loops keep it true while the Center runs: the file follows the registered keys and the accounts
// that are in force, and what was signed is sent until it is in the log.

import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { keyidOf, type ListedSigner } from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import type { Passkey } from '../accounts/passkeys.ts';
import type { CenterContext, Reader } from '../context.ts';
import { reportOf } from '../http/errors.ts';
import type { Trees } from '../source/trees.ts';
import { spkiOfCose } from './cose.ts';
import { Reviewers } from './people.ts';
import { QuestionStore } from './questions.ts';
import { ReviewStore } from './reviews.ts';
import { ReviewerRoll } from './roll.ts';
import { Submitter } from './submit.ts';
import { Tasks } from './tasks.ts';

/** Readers of this group answer for the vendor, and hold what is sealed here. */
const vendorGroup = 'vendor';

export interface ReviewArea {
  readonly context: CenterContext;
  readonly trees: Trees;
  readonly reviewers: Reviewers;
  readonly reviews: ReviewStore;
  readonly questions: QuestionStore;
  readonly tasks: Tasks;
  readonly roll: ReviewerRoll;
  readonly submitter: Submitter;
  /** The operator that the statements name as who holds salt and body. */
  readonly heldBy: string;
}

export interface OpenReviews extends ReviewArea {
  /** Writes the reviewers' file and sends what waits, once. */
  look(): Promise<void>;
  /** Begins to do so by itself. */
  start(): void;
  close(): Promise<void>;
}

/** Between two looks at the queue; and how long the log may take to publish what it was sent there. */
const lookEveryMs = 5_000;
const queueWaitMs = 2_000;

export function openReviews(context: CenterContext): OpenReviews {
  const { database, clock, options, trees } = context;
  const reviewers = new Reviewers(database, clock);
  const reviews = new ReviewStore(database, clock);
  const roll = new ReviewerRoll({
    path: options.reviewers ?? join(options.folder, 'reviewers.json'),
    origin: options.policy.document.log.origin,
    reviewers,
  });
  const stopping = new AbortController();
  const report = reportOf(options);
  const { signal } = stopping;
  const submitter = new Submitter({ log: options.log, store: reviews, clock, signal, report });
  let loop: Promise<void> | undefined;

  const look = async (): Promise<void> => {
    await roll.write();
    await submitter.all(queueWaitMs);
    reviews.finishDestroying();
  };
  return {
    context,
    trees,
    reviewers,
    reviews,
    roll,
    submitter,
    questions: new QuestionStore(database, clock),
    tasks: new Tasks(database, clock),
    heldBy: options.operator ?? vendorOf(context),
    look,
    start() {
      loop ??= repeat(look, signal, report);
    },
    async close() {
      stopping.abort();
      await loop;
    },
  };
}

/** A full disk or the like must not end the loop: it says so, and tries again. */
async function repeat(
  work: () => Promise<void>,
  signal: AbortSignal,
  report: (line: string) => void,
): Promise<void> {
  let said = '';
  while (!signal.aborted) {
    try {
      await work();
      said = '';
    } catch (error) {
      const line = `reviews: ${error instanceof Error ? error.message : String(error)}`;
      if (line !== said) report(line);
      said = line;
    }
    await delay(lookEveryMs, undefined, { signal, ref: false }).catch(() => {});
  }
}

function vendorOf({ options }: CenterContext): string {
  const { operators } = options.policy.document;
  return operators.find(({ part }) => part === 'vendor')?.id ?? 'vendor';
}

export function isVendor({ account, groups }: Reader): boolean {
  return account !== undefined && groups.includes(vendorGroup);
}

/** A passkey that is removed signs no more reviews. Within the transaction that removes it. */
export function endPasskey({ reviewers }: ReviewArea, { account, publicKey }: Passkey): void {
  const spki = spkiOfCose(publicKey);
  if (spki !== undefined) reviewers.end(account, keyidOf(spki, sha256));
}

export interface UsablePasskey {
  /** The credential's identifier, base64url. */
  readonly id: string;
  readonly listed: ListedSigner;
}

/** The passkeys of an account whose keys can sign, bound to this Center's origin. */
export function passkeysOf(
  { context: { accounts, origin } }: ReviewArea,
  account: string,
): readonly UsablePasskey[] {
  const webauthn = { rpId: origin.hostname, origin: origin.origin };
  return accounts.passkeys.of(account).flatMap(({ id, publicKey }) => {
    const spki = spkiOfCose(publicKey);
    return spki === undefined ? [] : [{ id, listed: { spki, webauthn } }];
  });
}
