// Who may log what (D8): published by the log as admission.json. Anyone may submit; these keys sign.

import {
  canonicalJson,
  fields,
  fromBase64,
  fromHex,
  keyidOf,
  kinds,
  parseCanonicalJson,
  parseSpki,
  quote,
  schema,
  toBase64,
  webauthnPlace,
  type Json,
  type Schema,
  type WebauthnPlace,
} from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { fail } from '../codes.ts';

export interface AdmittedKey {
  readonly keyid: string;
  /** SubjectPublicKeyInfo, base64. */
  readonly publicKey: string;
  readonly operator: string;
  /** Names of statement kinds, sorted. */
  readonly kinds: readonly string[];
  /** The key is a passkey that signs at this place, and signs nothing plainly (D28). */
  readonly webauthn?: WebauthnPlace;
}

export interface AdmissionDocument {
  readonly origin: string;
  /** Sorted by keyid. Those that the operator of the log admits. */
  readonly keys: readonly AdmittedKey[];
  /** Sorted by keyid. Those that a Center registered, for reviews alone; only in what a log publishes. */
  readonly reviewers?: readonly AdmittedKey[];
}

/** A pattern and not today's kinds: a list may name kinds that only newer versions know. */
const kindName = schema.text(/^[a-z](?:[a-z-]{0,62}[a-z])?$/, 64, 'the name of a statement kind');
const base64 = schema.text(/^[A-Za-z0-9+/]+={0,2}$/, 2_000, 'a public key in base64');

const byKeyid = ({ keyid }: AdmittedKey): string => keyid;
const ownKeys = schema.list<AdmittedKey>(
  schema.object(
    {
      keyid: fields.keyid,
      publicKey: base64,
      operator: fields.name,
      kinds: schema.list(kindName, { least: 1, most: 64, sortedBy: (kind: string) => kind }),
    },
    { webauthn: webauthnPlace },
  ),
  { most: 10_000, sortedBy: byKeyid },
);

/** Pseudonyms, because the list is open (D11); and reviews, whatever else a Center might like. */
const reviewerKeys = schema.list<AdmittedKey>(
  schema.object(
    {
      keyid: fields.keyid,
      publicKey: base64,
      operator: schema.text(/^reviewer-[0-9a-f]{8}$/, 17, 'a pseudonym like reviewer-0a1b2c3d'),
      kinds: schema.list(schema.oneOf('review'), { least: 1, most: 1 }),
    },
    { webauthn: webauthnPlace },
  ),
  { most: 1_000, sortedBy: byKeyid },
);

/** docs/spec/admission.md */
export const admissionSchema: Schema<AdmissionDocument> = schema.object(
  { origin: fields.origin, keys: ownKeys },
  { reviewers: reviewerKeys },
);

/** The file by which a Center tells a log who its reviewers are. */
const reviewersSchema: Schema<AdmissionDocument> = schema.object({
  origin: fields.origin,
  keys: reviewerKeys,
});

/** Of a list as a log publishes it, and of one that an operator or a Center writes. */
export const admissionLimits: { readonly published: number; readonly written: number } = {
  published: 8 << 20,
  written: 4 << 20,
};

/** A loaded list: each key parsed and found to be the one that its keyid names. */
export interface AdmissionList {
  readonly origin: string;
  readonly bytes: Uint8Array;
  readonly document: AdmissionDocument;
  readonly keys: ReadonlyMap<string, ListedKey>;
}

export interface ListedKey {
  readonly spki: Uint8Array;
  /** The keyid as bytes. */
  readonly digest: Uint8Array;
  readonly operator: string;
  readonly kinds: ReadonlySet<string>;
  readonly webauthn: WebauthnPlace | undefined;
}

export function parseAdmissionList(bytes: Uint8Array): AdmissionList {
  const document = admissionSchema.check(
    parseCanonicalJson(bytes, { bytes: admissionLimits.published, depth: 5 }),
  );
  // What the operator says of a key stands, whatever a Center says of it.
  const keys = new Map([...(document.reviewers ?? []), ...document.keys].map(loadKey));
  return { origin: document.origin, bytes, document, keys };
}

/** What a Center wrote: at most 1,000 keys, for reviews alone. */
export function parseReviewers(bytes: Uint8Array): AdmissionDocument {
  const document = reviewersSchema.check(
    parseCanonicalJson(bytes, { bytes: admissionLimits.written, depth: 5 }),
  );
  document.keys.forEach(loadKey);
  return document;
}

function loadKey(listed: AdmittedKey): readonly [keyid: string, key: ListedKey] {
  const { keyid, operator, kinds: allowed, webauthn } = listed;
  const spki = fromBase64(listed.publicKey);
  const { scheme } = parseSpki(spki);
  if (keyidOf(spki, sha256) !== keyid)
    throw fail('admission.key', `the key listed as ${quote(keyid, 64)} has another keyid`, { at: keyid });
  if (webauthn !== undefined && scheme !== 'ecdsa-p256')
    throw fail('admission.key', `the passkey ${keyid} is no P-256 key`, { at: keyid });
  return [keyid, { spki, digest: fromHex(keyid), operator, kinds: new Set(allowed), webauthn }];
}

/** The list as it is published while these reviewers may log. */
export function withReviewers(
  { document: { origin, keys } }: AdmissionList,
  reviewers: readonly AdmittedKey[] | undefined,
): AdmissionList {
  const document: AdmissionDocument = { origin, keys, ...(reviewers === undefined ? {} : { reviewers }) };
  return parseAdmissionList(canonicalJson(document as unknown as Json));
}

export interface AdmittedSigner {
  readonly publicKey: Uint8Array;
  readonly operator: string;
  readonly kinds: readonly string[];
  readonly webauthn?: WebauthnPlace | undefined;
}

export type AdmittedReviewer = Omit<AdmittedSigner, 'kinds'>;

/** Writes a list: sorts what must be sorted, refuses kinds that do not exist, and reads it back. */
export function makeAdmissionList(origin: string, signers: readonly AdmittedSigner[]): AdmissionList {
  const unknown = signers
    .flatMap((signer) => signer.kinds)
    .find((name) => !kinds.some(({ kind }) => kind === name));
  if (unknown !== undefined) throw fail('admission.kind', `there is no kind ${quote(unknown)}`);
  const keys = listedKeys(signers);
  return parseAdmissionList(canonicalJson({ origin, keys } as unknown as Json));
}

/** Writes the file of a Center, and reads it back. */
export function formatReviewers(origin: string, reviewers: readonly AdmittedReviewer[]): Uint8Array {
  const keys = listedKeys(reviewers.map((one) => ({ ...one, kinds: ['review'] })));
  const bytes = canonicalJson({ origin, keys } as unknown as Json);
  parseReviewers(bytes);
  return bytes;
}

function listedKeys(signers: readonly AdmittedSigner[]): readonly AdmittedKey[] {
  const keys = signers.map(({ publicKey, operator, kinds: allowed, webauthn }): AdmittedKey => ({
    keyid: keyidOf(publicKey, sha256),
    publicKey: toBase64(publicKey),
    operator,
    kinds: [...new Set(allowed)].sort(),
    ...(webauthn === undefined ? {} : { webauthn }),
  }));
  return keys.sort((a, b) => (a.keyid < b.keyid ? -1 : 1));
}
