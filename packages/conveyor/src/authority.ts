// Who may have signed what: a rebuilder starts from nobody's order but that of a listed key.

import { keyAt, requireEnvelopeSignatures, type Role, type TrustPolicy } from '@vitrine/evidence';
import { sha256, verifySignature } from '@vitrine/host';
import { fail } from './codes.ts';
import type { LogEntry } from './log.ts';

export interface Authority {
  /**
   * Throws unless the entry is signed by a key that may sign for this role at its place in the log (D10);
   * answers the builder's URI where the key is a builder's.
   */
  require(entry: LogEntry, role: Role): Promise<{ readonly builder?: string | undefined }>;
}

/** The keys of a trust policy, judged at the positions of the log of this origin. */
export function policyAuthority(policy: TrustPolicy, origin: string): Authority {
  return {
    async require({ index, envelope }, role) {
      const keyid = envelope.signatures[0]?.keyid ?? '';
      const key = keyAt(policy, keyid, role, { origin, index });
      if (key === undefined)
        throw fail('order.signer', `the entry ${index} is not signed by a listed ${role} key`, { at: index });
      await requireEnvelopeSignatures(envelope, () => key.spki, verifySignature, sha256);
      return { builder: key.builder };
    },
  };
}
