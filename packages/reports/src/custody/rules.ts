// Who witnesses a ledger: the witnesses of the trust policy, who also witness the public log.

import { parseVkey, type DataCenter, type TrustPolicy } from '@vitrine/evidence';
import type { LedgerRules } from './receipt.ts';

/**
 * Keys that have ended witness nothing any more (D10); positions of other logs say nothing about a ledger, so
 * a key counts from when it is listed. `which`: the ledger of records or that of reads.
 */
export function ledgerRulesOf(
  policy: TrustPolicy,
  center: DataCenter,
  which: 'ledger' | 'access' = 'ledger',
): LedgerRules {
  return {
    ledger: parseVkey(center[which]),
    witnesses: policy.witnessKeys
      .filter(({ until }) => until === undefined)
      .map(({ operator, key }) => ({ operator, key })),
    quorum: policy.document.witnesses.quorum,
  };
}
