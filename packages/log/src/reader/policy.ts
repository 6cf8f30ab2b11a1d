import { headKeysAt, isWitnessQuorum, type TrustPolicy } from '@vitrine/evidence';
import type { HeadRules } from './head.ts';

/** Takes only checkpoints signed by the policy's log and cosigned by its quorum. */
export function headRulesOf(policy: TrustPolicy): HeadRules {
  const { origin } = policy.document.log;
  const now = { origin, index: Number.MAX_SAFE_INTEGER };
  const { log, witnesses } = headKeysAt(policy, now);
  return {
    origin,
    logKeys: log.map(({ key }) => key),
    witnessKeys: witnesses.map(({ key }) => key),
    enough: (cosigners) => isWitnessQuorum(policy, { origin, size: now.index }, cosigners),
  };
}
