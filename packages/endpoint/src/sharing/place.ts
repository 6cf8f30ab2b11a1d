// The folder `sharing` of an endpoint (docs/spec/endpoint-state.md): all that is shared, was shared and will be.
// One process writes it, under a lease of its own, so that updates and sharing do not wait for each other.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { acquireLease, makeDurableDirectory, removeTemporaries, type Lease } from '@vitrine/host';

export interface SharingPaths {
  readonly path: string;
  /** What the owner decided, and what was learned of the residency policy. */
  readonly state: string;
  /** The last sharing file that was accepted. */
  readonly sharing: string;
  /** From which the subjects of all data centers follow. */
  readonly secret: string;
  readonly ledger: string;
  /** Keys under which the entries of the own ledger were taken. */
  readonly keys: string;
  /** Observations that wait. */
  readonly queue: string;
  /** Samples that wait, piece by piece. */
  readonly samples: string;
  /** Reports that were made and not promised yet. */
  readonly outbox: string;
  /** Promises without a proof yet. */
  readonly promised: string;
}

export function sharingPaths(endpoint: string): SharingPaths {
  const path = join(endpoint, 'sharing');
  const within = (name: string): string => join(path, name);
  return {
    path,
    state: within('state.json'),
    sharing: within('sharing.json'),
    secret: within('recovery.secret'),
    ledger: within('ledger.jsonl'),
    keys: within('keys.json'),
    queue: within('queue'),
    samples: within('samples'),
    outbox: within('outbox'),
    promised: within('promised'),
  };
}

export function isSharing({ path }: SharingPaths): boolean {
  return existsSync(path);
}

/** Makes the folder where there is none. */
export async function makeSharing({ path, queue, samples, outbox, promised }: SharingPaths): Promise<void> {
  for (const one of [path, queue, samples, outbox, promised])
    if (!existsSync(one)) await makeDurableDirectory(one, { mode: 0o700 });
}

/** Takes the lease of the folder, and removes what a killed run left half-written. */
export async function lockSharing(paths: SharingPaths): Promise<Lease> {
  const lease = acquireLease(paths.path, 'sharing');
  try {
    await removeTemporaries(paths.path);
  } catch (error) {
    lease.release();
    throw error;
  }
  return lease;
}
