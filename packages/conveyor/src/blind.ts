// The vendor's side of blind rebuilds (D14): a policy that counts only what was logged before the
// provenance makes the builder keep its provenance back until enough rebuilders have committed to their
// own digests. Neither can then have copied the other's.

import { setTimeout as sleep } from 'node:timers/promises';
import {
  expectKind,
  isVitrineError,
  keyAt,
  rebuild as rebuildKind,
  statementOf,
  type TrustPolicy,
} from '@vitrine/evidence';
import { fail } from './codes.ts';
import type { LogEntry, LogView } from './log.ts';

/** Resolves once as many operators as the policy asks for have logged a rebuild of the order. */
export async function awaitBlindRebuilds(
  log: LogView,
  orderId: string,
  policy: TrustPolicy,
  { timeoutMs, pollMs }: { readonly timeoutMs: number; readonly pollMs: number },
): Promise<void> {
  const { threshold } = policy.document.rebuilds;
  const deadline = performance.now() + timeoutMs;
  const operators = new Set<string>();
  let next = 0;
  for (;;) {
    for await (const entry of log.entries(next)) {
      next = entry.index + 1;
      const operator = rebuilderOf(entry, orderId, policy);
      if (operator !== undefined) operators.add(operator);
    }
    if (operators.size >= threshold) return;
    if (performance.now() > deadline)
      throw fail(
        'build.blind',
        `${operators.size} of ${threshold} rebuilders have logged a digest of the order ${orderId}`,
      );
    await sleep(pollMs);
  }
}

/** The operator who rebuilt this order by this entry. Admission has checked the signature; a verdict will again. */
function rebuilderOf(
  { index, envelope }: LogEntry,
  orderId: string,
  policy: TrustPolicy,
): string | undefined {
  try {
    const statement = statementOf(envelope);
    if (statement.predicateType !== rebuildKind.predicateType) return undefined;
    if (expectKind(statement, rebuildKind).predicate.order !== orderId) return undefined;
    const { origin } = policy.document.log;
    return keyAt(policy, envelope.signatures[0]?.keyid ?? '', rebuildKind.role, { origin, index })?.operator;
  } catch (error) {
    if (isVitrineError(error)) return undefined;
    throw error;
  }
}
