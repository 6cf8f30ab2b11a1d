// The consent receipt (ISO/IEC TS 27560, Kantara Consent Receipt 1.1; docs/spec/consent-receipt.md names the
// fields): who agreed to what, where it is kept, which words were shown. The subject signs first, then the
// data center; a withdrawal is the same document with the word `withdrawn`, and holds from the subject's
// signature on, whether or not anybody answers.

import {
  canonicalJson,
  equal,
  fields,
  formatEnvelope,
  fromBase64,
  isVitrineError,
  joinSignatures,
  keyidOf,
  parseDocument,
  parseTime,
  requireEnvelopeSignatures,
  schema,
  sha256 as pureSha256,
  signEnvelope,
  statementIdOf,
  type DataCenter,
  type Envelope,
  type Json,
  type Schema,
  type Sha256,
  type Signer,
  type VerifySignature,
} from '@vitrine/evidence';
import { fail } from '../codes.ts';
import { observationKinds, type AnyKind } from '../observation/kinds.ts';
import { reportId } from '../report.ts';
import { contentOf, signDocument, type DocumentKind } from '../signed.ts';
import { pseudonymOf, subjectKeys, type Subject, type SubjectKeys } from '../subject/key.ts';
import { purposes, retentionClasses, type Purpose } from './field.ts';
import { profileNames, profiles, schemaDigest, schemaVersion, type ProfileName } from './profile.ts';

export interface ConsentPurpose {
  readonly purpose: Purpose;
  readonly kinds: readonly string[];
  /** Days after which the last record for it is deleted. */
  readonly days: number;
  /** Whether digests and domains that serve it are published in the database (D27). */
  readonly published: boolean;
}

export interface ConsentRecord {
  readonly v: 1;
  readonly id: string;
  readonly act: 'given' | 'withdrawn';
  /** Statement identifier of the receipt that this one replaces. */
  readonly previous: string | null;
  readonly at: string;
  readonly method: 'terminal' | 'page' | 'file';
  readonly language: 'en';
  readonly basis: 'consent';
  readonly subject: SubjectKeys;
  /** The customer's setting; never guessed from an address. */
  readonly country: string;
  readonly controller: {
    readonly center: string;
    readonly name: string;
    readonly operator: string;
    readonly country: string;
  };
  /** Where it may be kept. A move to any other country needs a new consent (D21). */
  readonly jurisdictions: readonly string[];
  /** Version of the residency policy that was shown. */
  readonly residency: number;
  readonly notice: {
    readonly policyUrl: string;
    /** SHA-256 of the text that was shown. */
    readonly text: string;
  };
  readonly profile: ProfileName;
  readonly schema: { readonly version: number; readonly digest: string };
  /** Follows from the profile; stands here so that the receipt can be read alone. */
  readonly purposes: readonly ConsentPurpose[];
  readonly sensitive: false;
}

const record: Schema<ConsentRecord> = schema.object({
  v: schema.oneOf(1),
  id: reportId,
  act: schema.oneOf('given', 'withdrawn'),
  previous: schema.nullable(fields.statementId),
  at: fields.time,
  method: schema.oneOf('terminal', 'page', 'file'),
  language: schema.oneOf('en'),
  basis: schema.oneOf('consent'),
  subject: subjectKeys,
  country: fields.country,
  controller: schema.object({
    center: fields.name,
    name: fields.organisation,
    operator: fields.name,
    country: fields.country,
  }),
  jurisdictions: schema.list(fields.country, { least: 1, most: 300, sortedBy: (code: string) => code }),
  residency: schema.integer(1),
  notice: schema.object({ policyUrl: fields.uri, text: fields.sha256Hex }),
  profile: schema.oneOf(...profileNames),
  schema: schema.object({ version: schema.integer(1), digest: fields.sha256Hex }),
  purposes: schema.list(
    schema.object({
      purpose: schema.oneOf(...(Object.keys(purposes) as Purpose[])),
      kinds: schema.list(fields.name, { least: 1, most: 16 }),
      days: schema.integer(0, 3660),
      published: schema.flag,
    }),
    { most: 16 },
  ),
  sensitive: schema.oneOf(false),
});

export const consentSchema: Schema<ConsentRecord> = schema.where(record, (value) => {
  if (value.act === 'withdrawn' && value.profile !== 'none') return 'a withdrawal with the profile none';
  if (value.act === 'withdrawn' && value.previous === null) return 'a withdrawal of an earlier consent';
  if (!value.jurisdictions.includes(value.controller.country))
    return "jurisdictions with the data center's own";
  const [found, due] = [value.purposes, purposesOf(value.profile)].map((of) =>
    canonicalJson(of as unknown as Json),
  );
  return equal(found as Uint8Array, due as Uint8Array) ? undefined : 'the purposes of its profile';
});

export const consentKind: DocumentKind<ConsentRecord> = {
  payloadType: 'application/vnd.vitrine.consent+json',
  schema: consentSchema,
  name: 'consent receipt',
  form: 'consent.form',
  signature: 'consent.signature',
};

/** What a profile is for, made from its fields. */
export function purposesOf(profile: ProfileName): readonly ConsentPurpose[] {
  const found: ConsentPurpose[] = [];
  for (const purpose of Object.keys(purposes) as Purpose[]) {
    const kinds = profiles[profile].kinds.filter((kind) => serves(observationKinds[kind], purpose));
    if (kinds.length === 0) continue;
    const days = Math.max(...kinds.map((kind) => retentionClasses[observationKinds[kind].retention].days));
    found.push({ purpose, kinds, days, published: purpose === 'protect' });
  }
  return found;
}

function serves({ facts, personal }: AnyKind, purpose: Purpose): boolean {
  return [...Object.values(facts), ...Object.values(personal)].some((field) => field.purpose === purpose);
}

export interface ConsentAnswer {
  readonly profile: ProfileName;
  readonly country: string;
  readonly center: Pick<DataCenter, 'id' | 'name' | 'operator' | 'country'>;
  /** Version of the residency policy in force. */
  readonly residency: number;
  /** Beyond the data center's own country. */
  readonly jurisdictions?: readonly string[];
  readonly method: ConsentRecord['method'];
  readonly policyUrl: string;
  /** SHA-256 of the text that was shown (`textDigest`). */
  readonly text: string;
  readonly previous: string | null;
  readonly id: string;
  /** RFC 3339. */
  readonly at: string;
}

/** The receipt as its subject signs it: at once, on the endpoint, with nobody's help. */
export async function giveConsent(answer: ConsentAnswer, subject: Subject): Promise<Envelope> {
  const { center, profile, country, residency, method, policyUrl, text, previous, id, at } = answer;
  const receipt: ConsentRecord = {
    v: 1,
    id,
    act: 'given',
    previous,
    at,
    method,
    language: 'en',
    basis: 'consent',
    subject: subject.keys,
    country,
    controller: {
      center: center.id,
      name: center.name,
      operator: center.operator,
      country: center.country,
    },
    jurisdictions: [...new Set([center.country, ...(answer.jurisdictions ?? [])])].sort(),
    residency,
    notice: { policyUrl, text },
    profile,
    schema: { version: schemaVersion, digest: schemaDigest() },
    purposes: purposesOf(profile),
    sensitive: false,
  };
  return signDocument(consentKind, receipt, subject.signer);
}

/** Ends a consent. Sharing stops with this signature; the data center's only confirms that it knows. */
export async function withdrawConsent(
  given: Consent,
  { id, at, method }: Pick<ConsentRecord, 'id' | 'at' | 'method'>,
  subject: Subject,
): Promise<Envelope> {
  const receipt: ConsentRecord = {
    ...given.record,
    id,
    at,
    method,
    act: 'withdrawn',
    previous: given.digest,
    profile: 'none',
    purposes: [],
  };
  return signDocument(consentKind, receipt, subject.signer);
}

/** At the data center: adds its signature (by the ledger's key). The subject's is verified first. */
export async function countersignConsent(
  envelope: Envelope,
  signer: Signer,
  verify?: VerifySignature,
): Promise<Envelope> {
  await readOwnConsent(envelope, verify);
  const countersigned = await signEnvelope(fromBase64(envelope.payload), signer, consentKind.payloadType);
  return joinSignatures([envelope, countersigned]);
}

/** A receipt that was verified. */
export interface Consent {
  readonly record: ConsentRecord;
  readonly pseudonym: string;
  /** Statement identifier: what reports name. The same with one signature and with two. */
  readonly digest: string;
}

/** With the subject's signature alone: what the data center is sent, and what a withdrawal needs. */
export async function readOwnConsent(
  envelope: Envelope,
  verify?: VerifySignature,
  sha256: Sha256 = pureSha256,
): Promise<Consent> {
  return readWith(envelope, [], verify, sha256);
}

/** With both signatures: what lets an endpoint share anything. `ledger` is the SPKI of the ledger's key. */
export async function readConsent(
  envelope: Envelope,
  ledger: Uint8Array,
  verify?: VerifySignature,
  sha256: Sha256 = pureSha256,
): Promise<Consent> {
  return readWith(envelope, [ledger], verify, sha256);
}

async function readWith(
  envelope: Envelope,
  others: readonly Uint8Array[],
  verify: VerifySignature | undefined,
  sha256: Sha256,
): Promise<Consent> {
  const receipt = contentOf(consentKind, envelope);
  const keys = new Map(
    [fromBase64(receipt.subject.key), ...others].map((spki) => [keyidOf(spki, sha256), spki] as const),
  );
  try {
    // Exactly these signatures: no byte of a receipt is without meaning.
    if (envelope.signatures.length !== keys.size || keys.size !== 1 + others.length)
      throw fail('consent.signature', `${envelope.signatures.length} signatures, not ${1 + others.length}`);
    await requireEnvelopeSignatures(envelope, (keyid) => keys.get(keyid), verify, sha256);
  } catch (cause) {
    if (!isVitrineError(cause) || cause.code === 'signature.platform') throw cause;
    throw fail('consent.signature', cause.message, { cause });
  }
  return {
    record: receipt,
    pseudonym: pseudonymOf(receipt.subject, sha256),
    digest: statementIdOf(envelope, sha256),
  };
}

export function formatConsent(envelope: Envelope): Uint8Array {
  return formatEnvelope(envelope);
}

/** From a file or the content of a seal; its signatures are `readConsent`'s. */
export function parseConsent(bytes: Uint8Array): Envelope {
  try {
    const envelope = parseDocument(bytes);
    contentOf(consentKind, envelope);
    return envelope;
  } catch (cause) {
    if (!isVitrineError(cause) || cause.code === 'consent.form') throw cause;
    throw fail('consent.form', cause.message, { at: cause.at, cause });
  }
}

/** Seconds by which the clock of an endpoint may be ahead. */
const consentAhead = 3600;

/**
 * At the data center, `now` in seconds: no consent is taken from the future, because none could follow it. A
 * withdrawal is never refused for its time: `previous` says what it ends.
 */
export function requireConsentTime({ record: { act, at } }: Consent, now: number): void {
  if (act === 'given' && parseTime(at) > now + consentAhead)
    throw fail('consent.time', `a consent of ${at} is not of now`);
}

/**
 * Throws unless `next` replaces exactly `before`, of the same subject, and is no older. Of the one before,
 * its digest may be all that is left.
 */
export function requireConsentSuccessor(
  before: (Pick<Consent, 'digest' | 'pseudonym'> & Partial<Pick<Consent, 'record'>>) | undefined,
  next: Consent,
): void {
  if (next.record.previous !== (before?.digest ?? null))
    throw fail('consent.form', 'the receipt does not follow the one that is known');
  if (before === undefined) return;
  if (before.pseudonym !== next.pseudonym) throw fail('consent.form', 'the receipt is of another subject');
  const { act, at } = next.record;
  if (act === 'given' && before.record !== undefined && parseTime(at) < parseTime(before.record.at))
    throw fail('consent.form', 'the receipt is older than the one it replaces');
}
