// Rights (D18, D21): what a subject asks of a data center, signed by its key and sent sealed like a report, and
// the data center's signed confirmation that it was done. Erasing and restricting need no reason.

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
  toHex,
  utf8,
  type Envelope,
  type Schema,
  type Sha256,
  type Signer,
  type VerifySignature,
} from '@vitrine/evidence';
import { fail } from '../codes.ts';
import { parseEntry, entryLeaf, type TombstoneEntry } from '../custody/entry.ts';
import { openTombstone, tombstoneLimit } from '../custody/tombstone.ts';
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

const requestKind: DocumentKind<SubjectRequest> = {
  payloadType: 'application/vnd.vitrine.subject-request+json',
  schema: requestSchema,
  name: 'request',
  form: 'subject.request',
  signature: 'subject.signature',
};

/** Seconds that a request may be on its way, and its clock be ahead. */
export const requestAge: { readonly most: number; readonly ahead: number } = { most: 86_400, ahead: 3600 };

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

/** Which records are gone, for the subject alone: it opens the tombstone that everyone sees. */
export interface Erasure {
  /** The tombstone's ledger entry as text. */
  readonly entry: string;
  /** 32 bytes, base64. */
  readonly salt: string;
  readonly indices: readonly number[];
}

export interface Confirmation {
  readonly v: 1;
  readonly center: string;
  /** Origin of the custody ledger. */
  readonly ledger: string;
  /** `digest` of the request. */
  readonly request: string;
  readonly act: RequestAct;
  readonly at: string;
  /** Records that it was done to. */
  readonly records: number;
  /** Of `erase`: one for each tombstone; none where nothing was there. */
  readonly erasures: readonly Erasure[];
  /** Of `erase`: by when no backup can hold it any more. */
  readonly finalAt?: string;
}

export const confirmationSchema: Schema<Confirmation> = schema.object(
  {
    v: schema.oneOf(1),
    center: fields.name,
    ledger: fields.origin,
    request: fields.statementId,
    act: schema.oneOf('export', 'erase', 'restrict', 'unrestrict'),
    at: fields.time,
    records: fields.size,
    erasures: schema.list(
      schema.object({
        entry: schema.text(/^\{[ -~]{1,1000}\}$/, 1002, 'a ledger entry'),
        salt: fields.hash32,
        indices: schema.list(fields.index, {
          least: 1,
          most: tombstoneLimit,
          sortedBy: (index: number) => index,
        }),
      }),
      { most: 100 },
    ),
  },
  { finalAt: fields.time },
);

const confirmationKind: DocumentKind<Confirmation> = {
  payloadType: 'application/vnd.vitrine.confirmation+json',
  schema: confirmationSchema,
  name: 'confirmation',
  form: 'subject.confirmation',
  signature: 'subject.confirmation',
};

/** `signer` holds the ledger's own key, as for promises. */
export function signConfirmation(confirmation: Confirmation, signer: Signer): Promise<Envelope> {
  return signDocument(confirmationKind, confirmation, signer);
}

export interface ConfirmedErasure {
  readonly entry: TombstoneEntry;
  /** Hex leaf hash, to be found in the ledger. */
  readonly leaf: string;
  readonly indices: readonly number[];
}

/** At the subject: signed by the ledger, about this request, and every tombstone opens to what it says. */
export async function readConfirmation(
  envelope: Envelope,
  asked: {
    readonly ledger: { readonly name: string; readonly spki: Uint8Array };
    readonly request: Envelope;
  },
  verify?: VerifySignature,
  sha256: Sha256 = pureSha256,
): Promise<{ readonly confirmation: Confirmation; readonly erased: readonly ConfirmedErasure[] }> {
  const confirmation = contentOf(confirmationKind, envelope);
  await requireSignedBy(confirmationKind, envelope, asked.ledger.spki, verify, sha256);
  const { act, center } = contentOf(requestKind, asked.request);
  if (
    confirmation.ledger !== asked.ledger.name ||
    confirmation.center !== center ||
    confirmation.act !== act ||
    confirmation.request !== statementIdOf(asked.request, sha256)
  )
    throw fail('subject.confirmation', 'a confirmation of another request');
  const erased = confirmation.erasures.map((erasure) => openErasure(erasure, sha256));
  const count = erased.reduce((sum, { indices }) => sum + indices.length, 0);
  if (act === 'erase' ? count !== confirmation.records : count > 0)
    throw fail('subject.confirmation', `${confirmation.records} records, ${count} in tombstones`);
  return { confirmation, erased };
}

function openErasure({ entry: text, salt, indices }: Erasure, sha256: Sha256): ConfirmedErasure {
  const entry = parseEntry(utf8(text));
  if (entry.type !== 'tombstone' || entry.reason !== 'erased')
    throw fail('subject.confirmation', 'an erasure without a tombstone for it');
  openTombstone(entry, fromBase64(salt), indices, sha256);
  return { entry, leaf: toHex(entryLeaf(entry, sha256)), indices };
}
