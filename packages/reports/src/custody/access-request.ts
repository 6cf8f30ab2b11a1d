// Asking to read single records (D11, D18). The data center's identity key signs who asks, why, which records
// and until when; each supervisor that is asked decides for itself. What it decides is logged as a sealed
// `access-grant`, whose body repeats the request, so that opening the grant shows all of it.
//
// The center does not prove that a record was stored under the key that it names: the grant names the keys, so
// a false pairing is on record for whoever opens the grant and knows the record, as its subject does.

import {
  canonicalJson,
  fields,
  formatEnvelope,
  fromBase64,
  isVitrineError,
  parseCanonicalJson,
  parseEnvelope,
  parseTime,
  schema,
  sha256 as pureSha256,
  statementIdOf,
  equal,
  type Envelope,
  type Json,
  type Schema,
  type Sha256,
  type Signer,
  type VerifySignature,
} from '@vitrine/evidence';
import { fail } from '../codes.ts';
import { sealedHalvesSchema, type SealedHalves } from '../halves/record-key.ts';
import { reportId } from '../report.ts';
import { contentOf, requireSignedBy, signDocument, type DocumentKind } from '../signed.ts';

/** `seconds`: the longest time for reading. `ahead`: what the center's clock may be ahead. */
export const accessLimits: {
  readonly records: number;
  readonly keys: number;
  readonly seconds: number;
  readonly ahead: number;
} = { records: 256, keys: 64, seconds: 7 * 86_400, ahead: 300 };

export interface AskedKey {
  /** Place of the record in the custody ledger. */
  readonly index: number;
  /** `keyRef` of the key of its subject's day. */
  readonly key: string;
}

export interface AccessRequest {
  readonly v: 1;
  readonly id: string;
  readonly center: string;
  /** Origin of the custody ledger. */
  readonly ledger: string;
  /** The person who wants to read, as the data center names it. */
  readonly who: string;
  readonly why: string;
  /** Ascending. */
  readonly records: readonly AskedKey[];
  /** Ascending; exactly those that the records name. */
  readonly keys: readonly SealedHalves[];
  readonly until: string;
  readonly at: string;
  /** X25519, made for this request: decision and shares are sealed to it. */
  readonly replyTo: string;
}

// Shown on terminals: no control characters, and nothing that turns the direction of a line.
const person: Schema<string> = schema.text(/^[^\p{Cc}\p{Cf}\p{Co}]{1,200}$/u, 200, 'the name of who asks');
const reason: Schema<string> = schema.text(/^(?:[^\p{Cc}\p{Cf}\p{Co}]|\n){1,2000}$/u, 2000, 'why, in words');
const askedRecords: Schema<readonly AskedKey[]> = schema.list(
  schema.object({ index: fields.index, key: fields.sha256Hex }),
  { least: 1, most: accessLimits.records, sortedBy: ({ index }: AskedKey) => index },
);

export const accessRequestSchema: Schema<AccessRequest> = schema.where(
  schema.object({
    v: schema.oneOf(1),
    id: reportId,
    center: fields.name,
    ledger: fields.origin,
    who: person,
    why: reason,
    records: askedRecords,
    keys: schema.list(sealedHalvesSchema, {
      least: 1,
      most: accessLimits.keys,
      sortedBy: ({ key }: SealedHalves) => key,
    }),
    until: fields.time,
    at: fields.time,
    replyTo: schema.base64(32, 'an X25519 key in base64'),
  }),
  ({ records, keys, at, until }) => {
    const named = new Set(records.map(({ key }) => key));
    if (named.size !== keys.length || keys.some(({ key }) => !named.has(key)))
      return 'the sealed halves of exactly the keys that the records name';
    const seconds = parseTime(until) - parseTime(at);
    return seconds <= 0 || seconds > accessLimits.seconds ? 'an end within seven days' : undefined;
  },
);

const requestKind: DocumentKind<AccessRequest> = {
  payloadType: 'application/vnd.vitrine.access-request+json',
  schema: accessRequestSchema,
  name: 'request for access',
  form: 'access.form',
  signature: 'access.signature',
};

export interface SignedAccessRequest {
  readonly request: AccessRequest;
  /** What decisions name: hex SHA-256 of the PAE. */
  readonly digest: string;
  readonly envelope: Envelope;
}

/** At the data center, with its identity key. */
export async function signAccessRequest(
  request: AccessRequest,
  identity: Signer,
  sha256: Sha256 = pureSha256,
): Promise<SignedAccessRequest & { readonly body: Uint8Array }> {
  const { records, keys } = request;
  if (records.length > accessLimits.records || keys.length > accessLimits.keys)
    throw fail(
      'access.form',
      `${records.length} records under ${keys.length} keys; one request takes ${accessLimits.records} under ${accessLimits.keys}`,
    );
  let envelope: Envelope;
  try {
    envelope = await signDocument(requestKind, request, identity);
  } catch (cause) {
    if (!isVitrineError(cause, 'schema.mismatch')) throw cause;
    throw fail('access.form', `not a request for access: ${cause.message}`, { at: cause.at, cause });
  }
  const body = formatEnvelope(envelope);
  parseAccessRequest(body, sha256); // Too many keys for one envelope are found here, and not by who is asked.
  return { request, digest: statementIdOf(envelope, sha256), envelope, body };
}

/** The form alone: whose signature it needs is in it. */
export function parseAccessRequest(body: Uint8Array, sha256: Sha256 = pureSha256): SignedAccessRequest {
  let envelope: Envelope;
  try {
    envelope = parseEnvelope(body);
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('access.form', cause.message, { at: cause.at, cause });
  }
  return { request: contentOf(requestKind, envelope), digest: statementIdOf(envelope, sha256), envelope };
}

/**
 * Whoever is asked. `identitiesOf`: the identity keys (SPKI) of a data center; none where it is not known.
 * `now` in seconds. A request that is shown again is the same request, by its digest.
 */
export async function readAccessRequest(
  body: Uint8Array,
  identitiesOf: (center: string) => readonly Uint8Array[],
  now: number,
  verify?: VerifySignature,
  sha256: Sha256 = pureSha256,
): Promise<SignedAccessRequest> {
  const signed = parseAccessRequest(body, sha256);
  const { request, envelope } = signed;
  await requireByOneOf(envelope, identitiesOf(request.center), verify, sha256);
  if (parseTime(request.at) - now > accessLimits.ahead)
    throw fail('access.time', `a request of ${request.at}, which is not yet`);
  if (parseTime(request.until) <= now) throw fail('access.time', `a request that ended at ${request.until}`);
  return signed;
}

async function requireByOneOf(
  envelope: Envelope,
  keys: readonly Uint8Array[],
  verify: VerifySignature | undefined,
  sha256: Sha256,
): Promise<void> {
  for (const spki of keys) {
    try {
      await requireSignedBy(requestKind, envelope, spki, verify, sha256);
      return;
    } catch (error) {
      if (!isVitrineError(error, 'access.signature')) throw error;
    }
  }
  throw fail('access.signature', 'the request is not signed by the identity key of its data center');
}

/** What an `access-grant` commits to. Canonical JSON, opened to the data center, and to whom it concerns. */
export interface GrantBody {
  readonly format: 'urn:vitrine:access-grant-body:v1';
  /** Digest of the request. */
  readonly request: string;
  /** Who grants. */
  readonly supervisor: string;
  readonly center: string;
  readonly ledger: string;
  readonly who: string;
  readonly why: string;
  readonly records: readonly AskedKey[];
  readonly until: string;
  /** When it was granted, by the supervisor's clock. */
  readonly at: string;
}

export const grantBodySchema: Schema<GrantBody> = schema.object({
  format: schema.oneOf('urn:vitrine:access-grant-body:v1'),
  request: fields.sha256Hex,
  supervisor: fields.name,
  center: fields.name,
  ledger: fields.origin,
  who: person,
  why: reason,
  records: askedRecords,
  until: fields.time,
  at: fields.time,
});

export function grantBodyOf(
  { request, digest }: SignedAccessRequest,
  supervisor: string,
  at: string,
): GrantBody {
  const { center, ledger, who, why, records, until } = request;
  const format = 'urn:vitrine:access-grant-body:v1';
  return { format, request: digest, supervisor, center, ledger, who, why, records, until, at };
}

export function formatGrantBody(body: GrantBody): Uint8Array {
  return canonicalJson(body as unknown as Json);
}

export function parseGrantBody(bytes: Uint8Array): GrantBody {
  try {
    return grantBodySchema.check(parseCanonicalJson(bytes, { bytes: 1 << 16, depth: 4 }));
  } catch (cause) {
    if (!isVitrineError(cause)) throw cause;
    throw fail('access.grant', cause.message, { at: cause.at, cause });
  }
}

/** Throws `access.grant` unless this is a grant of exactly this request by this supervisor. */
export function requireGrantOf(body: GrantBody, signed: SignedAccessRequest, supervisor: string): void {
  const wanted = formatGrantBody(grantBodyOf(signed, supervisor, body.at));
  if (!equal(wanted, formatGrantBody(body)))
    throw fail('access.grant', `the grant of ${supervisor} is not one of this request`);
}

/** X25519, 32 bytes. */
export function replyKeyOf({ request }: SignedAccessRequest): Uint8Array {
  return fromBase64(request.replyTo);
}
