// Who may log what (D8): published by the log as admission.json. Anyone may submit; these keys sign.

import {
  admissionSchema,
  canonicalJson,
  fromBase64,
  fromHex,
  keyidOf,
  kinds,
  parseCanonicalJson,
  parseSpki,
  quote,
  reviewersSchema,
  toBase64,
  type AdmissionDocument,
  type AdmittedKey,
  type Json,
  type WebauthnPlace,
} from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import { fail } from '../codes.ts';

export { admissionSchema, type AdmissionDocument, type AdmittedKey };

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
