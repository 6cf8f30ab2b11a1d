// Two documents name the identity keys of data centers: the residency policy, so that sealing keys are believed,
// and the trust policy, so that the log admits them and an end at an entry binds everyone (D10). They must agree:
// what is sealed to a center that only one of them names counts for nobody.

import {
  fromBase64,
  keyidOf,
  type DataCenter,
  type ResidencyPolicy,
  type TrustPolicyDocument,
} from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { fail } from '../codes.ts';

export interface Disagreement {
  readonly center: string;
  /** In words: what is wrong, and of which center. */
  readonly reason: string;
  /** It counted once: its key was ended on purpose. */
  readonly ended: boolean;
}

/** Of each center whose identity key does not count now as its operator's. */
export function disagreements(
  { centers }: ResidencyPolicy,
  trust: TrustPolicyDocument,
): readonly Disagreement[] {
  return centers.flatMap((center) => disagreementOf(center, trust) ?? []);
}

/** Throws `residency-draft.trust` unless each center's identity key counts now, as its operator's. */
export function requireAgreement(policy: ResidencyPolicy, trust: TrustPolicyDocument): void {
  const [first] = disagreements(policy, trust);
  if (first !== undefined) throw fail('residency-draft.trust', first.reason);
}

function disagreementOf(
  { id, identity, operator }: DataCenter,
  { keys, version }: TrustPolicyDocument,
): Disagreement | undefined {
  const keyid = keyidOf(fromBase64(identity), sha256);
  const listed = keys.find((key) => key.keyid === keyid);
  const because = (what: string, ended = false): Disagreement => ({
    center: id,
    reason: `trust policy ${version} ${what} of the data center "${id}"`,
    ended,
  });
  if (listed?.role !== 'datacenter') return because('does not list the identity key');
  if (listed.operator !== operator)
    return because(`names ${listed.operator} and not ${operator} as operator`);
  return listed.until === undefined ? undefined : because('ended the identity key', true);
}
