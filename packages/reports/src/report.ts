// A report: up to 50 observations of one subject, signed by it, for one data center. On the way it is the
// content of a seal; nothing else ever carries a pseudonym (D21). As bytes:
//   length of the signature (2 bytes) ‖ signature over the PAE of the report ‖ the report in canonical JSON

import {
  canonicalJson,
  concat,
  fields,
  fromBase64,
  isVitrineError,
  parseCanonicalJson,
  parseTime,
  preAuthEncoding,
  requireSignature,
  schema,
  toBase64,
  toHex,
  u16,
  type Json,
  type Schema,
  type VerifySignature,
} from '@vitrine/evidence';
import { fail } from './codes.ts';
import { checkObservation } from './observation/observation.ts';
import type { Observation } from './observation/kinds.ts';
import { contentLimit } from './seal/padding.ts';
import { pseudonymOf, subjectKeys, type Subject, type SubjectKeys } from './subject/key.ts';

const reportPayload = 'application/vnd.vitrine.report+json';
export const observationsAtOnce = 50;

/** An observation with the salt that its endpoint made for it: what hides a record behind its leaf (D17b). */
export interface SaltedObservation {
  /** 32 random bytes, base64. */
  readonly salt: string;
  readonly observation: Observation;
}

export interface Report {
  readonly v: 1;
  /** 16 random bytes in hex. Two messages with one id are one report. */
  readonly id: string;
  /** Identifier of the data center in the residency policy. */
  readonly center: string;
  /** As the customer set it; never guessed from an address (D21). */
  readonly country: string;
  /** Statement identifier of the consent receipt under which it is shared. */
  readonly consent: string;
  readonly subject: SubjectKeys;
  /** The endpoint's clock. */
  readonly at: string;
  readonly observations: readonly SaltedObservation[];
}

export const reportId: Schema<string> = schema.text(/^[0-9a-f]{32}$/, 32, 'an identifier of 16 bytes in hex');

interface UncheckedReport extends Omit<Report, 'observations'> {
  readonly observations: readonly { readonly salt: string; readonly observation: Json }[];
}

/** All but the observations, which are judged by `checkObservation`, so that a refusal is counted as what it is. */
export const reportSchema: Schema<UncheckedReport> = schema.object({
  v: schema.oneOf(1),
  id: reportId,
  center: fields.name,
  country: fields.country,
  consent: fields.statementId,
  subject: subjectKeys,
  at: fields.time,
  observations: schema.list(schema.object({ salt: fields.hash32, observation: schema.anything }), {
    least: 1,
    most: observationsAtOnce,
  }),
});

/** Read and verified. `pseudonym` is who signed it. */
export interface VerifiedReport {
  readonly report: Report;
  readonly pseudonym: string;
}

/** Checks the report and signs it: what `sealMessage` takes as the body of a report. */
export async function signReport(report: Report, subject: Subject): Promise<Uint8Array> {
  const bytes = canonicalJson(report as unknown as Json);
  checkReport(parseCanonicalJson(bytes));
  if (pseudonymOf(report.subject) !== subject.pseudonym)
    throw fail('report.signature', 'the report names another subject than the one that signs');
  const signature = await subject.signer.sign(preAuthEncoding(reportPayload, bytes));
  return concat(u16(signature.length), signature, bytes);
}

/** From the content of a seal to a report whose every field was looked at. */
export async function readReport(body: Uint8Array, verify?: VerifySignature): Promise<VerifiedReport> {
  if (body.length < 3 || body.length > contentLimit)
    throw fail('report.form', `a report of ${body.length} bytes`);
  const end = 2 + (((body[0] as number) << 8) | (body[1] as number));
  if (end >= body.length) throw fail('report.form', 'the signature is cut short');
  const signature = body.subarray(2, end);
  const bytes = body.subarray(end);
  const report = checkReport(parsed(bytes));
  const spki = fromBase64(report.subject.key);
  try {
    await requireSignature(spki, preAuthEncoding(reportPayload, bytes), signature, verify);
  } catch (cause) {
    if (!isVitrineError(cause) || cause.code === 'signature.platform') throw cause;
    throw fail('report.signature', 'the subject did not sign this report', { cause });
  }
  return { report, pseudonym: pseudonymOf(report.subject) };
}

function parsed(bytes: Uint8Array): Json {
  try {
    return parseCanonicalJson(bytes);
  } catch (cause) {
    throw fail('report.form', 'the report is not canonical JSON', { cause });
  }
}

/** Every field, as an intake looks at it. */
export function checkReport(value: Json): Report {
  let checked: UncheckedReport;
  try {
    checked = reportSchema.check(value);
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('report.form', cause.message, { at: cause.at, cause });
  }
  const observations = checked.observations.map(({ salt, observation }, i) => ({
    salt,
    observation: checkObservation(observation, `/observations/${i}/observation`),
  }));
  return { ...checked, observations };
}

/** How old a report may be, for queues of endpoints that were away, and how far ahead its clock. Seconds. */
export const reportAge: { readonly most: number; readonly ahead: number } = {
  most: 31 * 86_400,
  ahead: 86_400,
};

export function requireReportTime({ at }: Report, now: number): void {
  const age = now - parseTime(at);
  if (age > reportAge.most || age < -reportAge.ahead)
    throw fail('report.time', `a report of ${at}; at most 31 days old and a day ahead are taken`);
}

/** A new identifier and a new salt. */
export function newReportId(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(16)));
}

export function newSalt(): string {
  return toBase64(crypto.getRandomValues(new Uint8Array(32)));
}
