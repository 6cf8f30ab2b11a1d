// Who publishes: the vendor's keys as signers, its folder, its log, and the supervisors that it asks.

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isVitrineError, type Signer, type TrustPolicy, type VerifierKey } from '@vitrine/evidence';
import { acquireLease, type Clock, type Lease, type Store } from '@vitrine/host';
import type { LogReader } from '@vitrine/log';
import type { Repository } from '@vitrine/tuf/repository';
import type { Appender } from '../log.ts';
import type { Cosigner } from './cosigner.ts';
import type { PageSite } from './page/parts.ts';

export interface Publisher {
  /** The policy in force: what is published must satisfy it. */
  readonly policy: TrustPolicy;
  readonly log: LogReader;
  /** Resolves once a checkpoint that the witness quorum cosigned covers the entry. */
  readonly appender: Appender;
  readonly signers: {
    /** Statements. */
    readonly releaser: Signer;
    readonly publisher: Signer;
    /** TUF: delegated roles, and the two that a timer renews. */
    readonly role: Signer;
    readonly snapshot: Signer;
    readonly timestamp: Signer;
  };
  readonly cosigners: readonly Cosigner[];
  readonly repository: Repository;
  /** Served: what `repository` writes, and evidence/, publication/, root/, policy/, blob/, release/. */
  readonly folder: string;
  /** Private: the journals of what is under way. Its lease decides who publishes. */
  readonly drafts: string;
  readonly blobs: Store;
  readonly clock: Clock;
  /** Seconds. */
  readonly expiry: { readonly role: number; readonly snapshot: number; readonly timestamp: number };
  /** Release pages are written where this is given. */
  readonly pages?: PageSite | undefined;
  /** Told as each step of a publication is done. */
  readonly onStep?: ((step: string, detail: string) => void) | undefined;
}

/** Seconds since 1970, whole. */
export function nowOf({ clock }: Pick<Publisher, 'clock'>): number {
  return Math.floor(clock.now() / 1000);
}

/** Evidence and publication files carry only signature lines of these. */
export function noteKeysOf(policy: TrustPolicy): readonly VerifierKey[] {
  return [...policy.logKeys, ...policy.witnessKeys].map(({ key }) => key);
}

export function evidencePath({ folder }: Pick<Publisher, 'folder'>, sha256: string): string {
  return join(folder, 'evidence', `${sha256}.json`);
}

const leaseWaitMs = 120_000;

/**
 * One process at a time. Where the lease is taken, whoever holds it is about to be done: a heartbeat
 * takes as long as one round of the log.
 */
export async function withLease<T>(
  { drafts }: Pick<Publisher, 'drafts'>,
  name: 'release' | 'publication',
  work: () => Promise<T>,
): Promise<T> {
  const lease = await takeLease(drafts, name);
  try {
    return await work();
  } finally {
    lease.release();
  }
}

async function takeLease(drafts: string, name: string): Promise<Lease> {
  const deadline = performance.now() + leaseWaitMs;
  for (;;) {
    try {
      return acquireLease(drafts, name);
    } catch (error) {
      if (!isVitrineError(error, 'lease.held') || performance.now() > deadline) throw error;
    }
    await sleep(100);
  }
}
