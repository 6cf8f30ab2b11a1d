// Rights (D18, D21): what a subject asks of a data center, signed by its key and sent sealed like a report.
// Erasing and restricting need no reason.

import {
  fields,
  formatEnvelope,
  formatTime,
  fromBase64,
  isVitrineError,
  parseEnvelope,
  parseTime,
  schema,
  sha256 as pureSha256,
  statementIdOf,
  type Envelope,
  type Schema,
  type Sha256,
  type VerifySignature,
} from '@vitrine/evidence';
import { fail } from '../codes.ts';
import { newReportId, reportId } from '../report.ts';
import { contentOf, requireSignedBy, signDocument, type DocumentKind } from '../signed.ts';
import { pseudonymOf, subjectKeys, type Subject, type SubjectKeys } from './key.ts';

/** `restrict`: kept, but neither read nor processed until it is lifted with `unrestrict`. */
export type RequestAct = 'export' | 'erase' | 'restrict' | 'unrestrict';

export interface SubjectRequest {
  readonly v: 1;
  readonly id: string;
  readonly center: string;
  readonly act: RequestAct;
  readonly subject: SubjectKeys;
  readonly at: string;
}

export const requestSchema: Schema<SubjectRequest> = schema.object({
  v: schema.oneOf(1),
  id: reportId,
  center: fields.name,
  act: schema.oneOf('export', 'erase', 'restrict', 'unrestrict'),
  subject: subjectKeys,
  at: fields.time,
});

export const requestKind: DocumentKind<SubjectRequest> = {
  payloadType: 'application/vnd.vitrine.subject-request+json',
  schema: requestSchema,
  name: 'request',
  form: 'subject.request',
  signature: 'subject.signature',
};

/** Seconds that a request may be on its way, and its clock be ahead. */
export const requestAge: { readonly most: number; readonly ahead: number } = { most: 86_400, ahead: 3600 };

/** What an own request asks for; its signature is not judged here. */
export function requestOf(envelope: Envelope): SubjectRequest {
  return contentOf(requestKind, envelope);
}

/** The body of a sealed message of the type `request`. `now` in seconds. */
export async function signRequest(
  act: RequestAct,
  center: string,
  subject: Subject,
  now: number,
): Promise<{ readonly envelope: Envelope; readonly body: Uint8Array }> {
  const request: SubjectRequest = {
    v: 1,
    id: newReportId(),
    center,
    act,
    subject: subject.keys,
    at: formatTime(now),
  };
  const envelope = await signDocument(requestKind, request, subject.signer);
  return { envelope, body: formatEnvelope(envelope) };
}

export interface VerifiedRequest {
  readonly request: SubjectRequest;
  readonly pseudonym: string;
  /** What a confirmation names: hex SHA-256 of the PAE. */
  readonly digest: string;
}

/** At the data center: signed by the key that it is about, for this center, made now. */
export async function readRequest(
  body: Uint8Array,
  center: string,
  now: number,
  verify?: VerifySignature,
  sha256: Sha256 = pureSha256,
): Promise<VerifiedRequest> {
  const envelope = envelopeOf(body);
  const request = contentOf(requestKind, envelope);
  await requireSignedBy(requestKind, envelope, fromBase64(request.subject.key), verify, sha256);
  if (request.center !== center) throw fail('subject.request', `a request to ${request.center}`);
  const age = now - parseTime(request.at);
  if (age > requestAge.most || age < -requestAge.ahead)
    throw fail('subject.request', `a request of ${request.at} is not of now`);
  return {
    request,
    pseudonym: pseudonymOf(request.subject, sha256),
    digest: statementIdOf(envelope, sha256),
  };
}

function envelopeOf(body: Uint8Array): Envelope {
  try {
    return parseEnvelope(body);
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('subject.request', cause.message, { at: cause.at, cause });
  }
}
