// The one way from a report to the bytes that leave an endpoint. Nothing that a server says can widen it: it
// goes by the consent that the owner signed, the residency policy in force and a sealing key under both.

import type { DataCenter, SealingKey } from '@vitrine/evidence';
import { fail } from './codes.ts';
import { placeUnder, requireConsented } from './consent/guard.ts';
import { schemaDigest } from './consent/profile.ts';
import type { Consent } from './consent/receipt.ts';
import { signReport, type Report } from './report.ts';
import { sealMessage } from './seal/seal.ts';
import { isInUse } from './seal/sealing-key.ts';
import type { Subject } from './subject/key.ts';

export interface Sending {
  readonly subject: Subject;
  /** Signed by both sides, the last one of its subject. */
  readonly consent: Consent;
  /** Where the policy in force sends the country of the consent. */
  readonly center: DataCenter;
  /** Version of that policy. */
  readonly policy: number;
  readonly key: SealingKey;
  /** Seconds since 1970. */
  readonly now: number;
}

/** consented → kept where it was agreed → sealed to the key in force: as it is sent, not as it is queued (D20). */
export async function sealReport(report: Report, sending: Sending): Promise<Uint8Array> {
  const { subject, consent, center, policy, key, now } = sending;
  requireConsented({ report, pseudonym: subject.pseudonym }, consent, center.id);
  if (placeUnder(consent, center) !== 'same')
    throw fail('consent.moved', `${center.id} has no consent of its own yet`);
  const fits = key.center === center.id && key.policy === policy && key.consent === schemaDigest();
  if (!fits || !isInUse(key, now))
    throw fail(
      'sealing-key.none',
      `not a sealing key of ${center.id} under policy ${policy} that is valid now`,
    );
  return sealMessage({ type: 'report', body: await signReport(report, subject) }, key);
}
