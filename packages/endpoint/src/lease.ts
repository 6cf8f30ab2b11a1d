// A command beside the agent that runs by itself: that one holds a lease for as long as a cycle works, which is
// mostly seconds, and nobody should have to guess when.

import { setTimeout as pause } from 'node:timers/promises';
import { isVitrineError } from '@vitrine/evidence';
import type { Lease } from '@vitrine/host';
import type { Agent } from './session.ts';

const lookAgainMs = 100;

export async function waitForLease(
  { patienceMs = 0 }: Pick<Agent, 'patienceMs'>,
  take: () => Lease | Promise<Lease>,
): Promise<Lease> {
  const until = performance.now() + patienceMs;
  for (;;) {
    try {
      return await take();
    } catch (error) {
      if (!isVitrineError(error, 'lease.held') || performance.now() >= until) throw error;
    }
    await pause(lookAgainMs);
  }
}
