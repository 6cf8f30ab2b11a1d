// D3: the publication is said again before it is old, and timestamp and snapshot are signed again before
// they expire. Nothing new is published by it, but what others have said since stands in it (D2).

import type { Ledger } from '../ledger.ts';
import { announce, type Announced } from './announce.ts';
import { writePages } from './page/write.ts';
import type { Publisher } from './publisher.ts';

/** At least every quarter of maxAge; and often enough that timestamp and snapshot never expire between two. */
export function heartbeatSeconds({ policy, expiry }: Pick<Publisher, 'policy' | 'expiry'>): number {
  const { maxAge } = policy.document.freshness;
  return Math.max(1, Math.floor(Math.min(maxAge / 4, 3_600, expiry.timestamp / 4, expiry.snapshot / 4)));
}

/** `ledger`: kept by a long-lived process, so that the log is read once. */
export async function heartbeat(publisher: Publisher, ledger: Ledger): Promise<Announced> {
  const announced = await announce(publisher, { again: true }, ledger);
  // A rebuilder may have spoken since: pages say what is in force.
  await writePages(publisher, ledger);
  return announced;
}
