// The two places at which consent is enforced: on the endpoint before sealing, at the intake after opening.
// Both call the same function, and neither can be told by the other to let something through.

import type { DataCenter } from '@vitrine/evidence';
import { fail } from '../codes.ts';
import type { VerifiedReport } from '../report.ts';
import { profiles, schemaDigest } from './profile.ts';
import type { Consent } from './receipt.ts';

/** Throws unless everything in the report was consented to, by this subject, for this data center. */
export function requireConsented(
  { report, pseudonym }: VerifiedReport,
  consent: Consent,
  center: string,
): void {
  const { record, digest } = consent;
  if (report.center !== center || record.controller.center !== center)
    throw fail('report.center', `a report for another data center than ${center}`);
  if (pseudonym !== consent.pseudonym || report.consent !== digest || report.country !== record.country)
    throw fail('consent.mismatch', 'the report was made under another consent');
  if (record.act !== 'given') throw fail('consent.withdrawn', 'the consent was withdrawn');
  if (record.schema.digest !== schemaDigest())
    throw fail('consent.schema', `a consent to version ${record.schema.version} of the schema`);
  const { kinds } = profiles[record.profile];
  report.observations.forEach(({ observation: { kind } }, i) => {
    if (!kinds.includes(kind))
      throw fail('consent.profile', `the profile ${record.profile} does not share ${kind}`, {
        at: `/observations/${i}`,
      });
  });
}

/**
 * Where the policy now in force would keep it. `same`: go on. `renew`: another data center where it may be
 * kept, so the agent makes a new subject and receipt for it without asking. Otherwise sharing stops (D21).
 */
export function placeUnder({ record }: Consent, center: DataCenter): 'same' | 'renew' {
  if (!record.jurisdictions.includes(center.country))
    throw fail('consent.moved', `${center.country} is not among the countries that were consented to`);
  const { controller } = record;
  const same =
    controller.center === center.id &&
    controller.operator === center.operator &&
    controller.country === center.country;
  return same ? 'same' : 'renew';
}
