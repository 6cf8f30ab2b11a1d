// Two documents name the identity keys of data centers: the residency policy, so that sealing keys are believed,
// and the trust policy, so that the log admits them and an end at an entry binds everyone (D10). They must agree.

import {
  fromBase64,
  keyidOf,
  type DataCenter,
  type ResidencyPolicy,
  type TrustPolicyDocument,
} from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { fail } from '../codes.ts';

/** Throws `residency-draft.trust` unless each center's identity key counts now, as its operator's. */
export function requireAgreement({ centers }: ResidencyPolicy, trust: TrustPolicyDocument): void {
  for (const center of centers) requireListed(center, trust);
}

function requireListed({ id, identity, operator }: DataCenter, { keys, version }: TrustPolicyDocument): void {
  const keyid = keyidOf(fromBase64(identity), sha256);
  const listed = keys.find((key) => key.keyid === keyid);
  const refuse = (what: string): Error =>
    fail('residency-draft.trust', `trust policy ${version} ${what} of the data center "${id}"`);
  if (listed?.role !== 'datacenter') throw refuse('does not list the identity key');
  if (listed.until !== undefined) throw refuse('ended the identity key');
  if (listed.operator !== operator) throw refuse(`names ${listed.operator} and not ${operator} as operator`);
}
