// The admission list (D8): which keys may sign what into a log, as the log publishes it. No trust decision is
// made by it. It is here for whoever must check a signature by a key that no policy names: the log, which
// loads it before it admits, and a reader's browser.

import * as field from '../fields.ts';
import { list, object, oneOf, text, type Schema } from '../schema.ts';
import { webauthnPlace, type WebauthnPlace } from '../webauthn.ts';

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
const kindName = text(/^[a-z](?:[a-z-]{0,62}[a-z])?$/, 64, 'the name of a statement kind');
const base64 = text(/^[A-Za-z0-9+/]+={0,2}$/, 2_000, 'a public key in base64');

const byKeyid = ({ keyid }: AdmittedKey): string => keyid;
const ownKeys = list<AdmittedKey>(
  object(
    {
      keyid: field.keyid,
      publicKey: base64,
      operator: field.name,
      kinds: list(kindName, { least: 1, most: 64, sortedBy: (kind: string) => kind }),
    },
    { webauthn: webauthnPlace },
  ),
  { most: 10_000, sortedBy: byKeyid },
);

/** Pseudonyms, because the list is open (D11); and reviews, whatever else a Center might like. */
const reviewerKeys = list<AdmittedKey>(
  object(
    {
      keyid: field.keyid,
      publicKey: base64,
      operator: text(/^reviewer-[0-9a-f]{8}$/, 17, 'a pseudonym like reviewer-0a1b2c3d'),
      kinds: list(oneOf('review'), { least: 1, most: 1 }),
    },
    { webauthn: webauthnPlace },
  ),
  { most: 1_000, sortedBy: byKeyid },
);

/** docs/spec/admission.md */
export const admissionSchema: Schema<AdmissionDocument> = object(
  { origin: field.origin, keys: ownKeys },
  { reviewers: reviewerKeys },
);

/** The file by which a Center tells a log who its reviewers are. */
export const reviewersSchema: Schema<AdmissionDocument> = object({
  origin: field.origin,
  keys: reviewerKeys,
});
